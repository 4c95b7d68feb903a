"""Continuous archiving: a table dropped by mistake comes back as it was the minute before."""

import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from boundaries.store import cluster
from boundaries.store.cluster import archive
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.boundaries import towns


def test_a_dropped_table_comes_back_as_it_was_before(cluster_home: Path) -> None:
    cluster_home.mkdir(exist_ok=True)
    cluster_home.chmod(0o711)  # the server must pass
    kept, again = cluster_home / "it's kept 100%", cluster_home / "again"
    home = cluster_home / "home"
    opened = Database.open(Settings(home=home))
    try:
        with opened.transaction() as session:
            towns.found(session)
        opened.close()
        archive.keep(home, kept)
        with opened.transaction() as session:  # after the whole copy: only the log of changes has it
            towns.found(session, code="140599")
        with psycopg.connect(cluster.url(home), autocommit=True) as owner:
            before = instant(owner)
            owner.execute("drop table yiwang.grid_version cascade")
            dropped = instant(owner)
            archived(owner, kept)

        url = archive.recover(kept, again, to=before)
        with psycopg.connect(url, autocommit=True) as found:
            assert found.execute("select count(*) from yiwang.grid_version").fetchone() == (14,)
            assert found.execute("select code from yiwang.district order by code").fetchall() == [
                ("140502",),
                ("140599",),
            ]
            found.execute("update yiwang.register_clock set revision = revision + 1")  # it takes writes
            assert found.execute("show archive_mode").fetchone() == ("off",)
        with pytest.raises(archive.HomeTaken):
            archive.recover(kept, again, to=dropped)
        with pytest.raises(archive.NoCopyBefore, match="reaches back to"):
            archive.recover(kept, cluster_home / "earlier", to=before - timedelta(days=1))
    finally:
        opened.close()
        for folder in (home, again):
            cluster.stop(folder, immediately=True)
            shutil.rmtree(cluster.Folders.of(folder).socket, ignore_errors=True)


def instant(connection: psycopg.Connection) -> datetime:
    row = connection.execute("select clock_timestamp() from pg_sleep(0.01)").fetchone()
    assert row is not None
    found: datetime = row[0]
    return found.astimezone(UTC)


def archived(connection: psycopg.Connection, kept: Path) -> None:
    """Close the segment that is being written, and wait until it lies in the archive."""
    row = connection.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
    assert row is not None
    end = time.monotonic() + 120
    while not (kept / "wal" / row[0]).exists():
        assert time.monotonic() < end, sorted((kept / "wal").iterdir())
        time.sleep(0.1)
