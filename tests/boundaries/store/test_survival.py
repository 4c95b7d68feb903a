"""A write is there wholly or not at all, whatever happens to the server in its middle."""

import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import geopandas
import pytest
import shapely
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import OperationalError

from boundaries.store import bulk, clock, cluster
from boundaries.store.cluster import processes
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from boundaries.store.tables import Compound, District

REPOSITORY = Path(__file__).resolve().parents[3]
ROWS = 4000
JOIN = """
import json, sys
from sqlalchemy import text
from boundaries.store.database import Database
from boundaries.store.settings import Settings
database = Database.open(Settings(home=sys.argv[1]))
with database.transaction() as session:
    question = "select pg_postmaster_start_time()::text, (select count(*) from yiwang.register_clock)"
    print(json.dumps(list(session.execute(text(question)).one())))
"""


@pytest.fixture
def private(register_home: Path) -> Iterator[Database]:
    database = Database.open(Settings(home=register_home))
    yield database
    database.close()


def kill_postmaster(home: Path) -> None:
    pid = processes.postmaster_pid(home / "data")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def make_district(database: Database) -> int:
    with database.transaction() as session:
        statement = insert(District).values(code="d", name="d", metric_crs=4547, code_scheme="free")
        return session.execute(statement.returning(District.id)).scalar_one()


def batch(district_id: int, number: int) -> geopandas.GeoDataFrame:
    codes = [f"{number}-{row}" for row in range(ROWS)]
    shapes = geopandas.GeoSeries([shapely.box(112, 35, 112.001, 35.001)] * ROWS, crs=4326)
    columns = {"district_id": district_id, "code": codes, "name": str(number), "geom": shapes}
    return geopandas.GeoDataFrame(columns, geometry="geom")


def test_eight_processes_on_a_new_folder_share_one_cluster(cluster_home: Path) -> None:
    def join(_: int) -> list[object]:
        done = subprocess.run(
            [sys.executable, "-c", JOIN, str(cluster_home)], cwd=REPOSITORY, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        answer: list[object] = json.loads(done.stdout)
        return answer

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(join, range(8)))
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][1] == 1


def test_killed_server_keeps_each_write_wholly_or_not_at_all(private: Database, register_home: Path) -> None:
    district_id = make_district(private)
    committed: list[int] = []
    backends: set[int] = set()
    begun, enough = threading.Event(), threading.Event()

    def write(number: int) -> None:
        with private.transaction() as session:
            backends.add(session.execute(text("select pg_backend_pid()")).scalar_one())
            stamp = clock.stamp(session)
            begun.set()
            bulk.put(
                session,
                Compound,
                batch(district_id, number),
                key=["district_id", "code"],
                stamp=stamp,
                valid_from=datetime(2026, 1, 1, tzinfo=UTC),
            )
        committed.append(number)

    def write_on(first: int) -> None:
        number = first
        while not enough.is_set():
            write(number)
            number += 1

    for turn, patience_s in enumerate((0.0, 0.3, 0.9)):  # early, in the middle, after some commits
        begun.clear()
        enough.clear()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            writer = pool.submit(write_on, turn * 1000)
            assert begun.wait(120)
            time.sleep(patience_s)
            before = set(backends)
            kill_postmaster(register_home)
            enough.set()
            lost = writer.exception(120)
            # between two writes it has lost nothing: its next connection starts the server again
            assert lost is None or re.search(r"closed|terminat|connection|shutdown|lost", str(lost))
        gone_by = time.monotonic() + 120
        while any(
            processes.serves(pid, register_home / "data") for pid in before
        ):  # they live on for a moment
            assert time.monotonic() < gone_by
            time.sleep(0.01)
        with private.transaction() as session:  # the first to come starts it again
            backends.add(session.execute(text("select pg_backend_pid()")).scalar_one())
            rows = session.execute(select(Compound.name, func.count()).group_by(Compound.name)).all()
        found = {int(name): count for name, count in rows}
        assert set(found.values()) <= {ROWS}
        assert set(committed) <= set(found)  # what was told to be written is there
    last = 5000
    write(last)
    assert committed[-1] == last


def test_idle_connections_notice_a_killed_server_before_they_are_used(
    private: Database, register_home: Path
) -> None:
    for _ in range(2):
        with private.transaction() as session:
            backend = session.execute(text("select pg_backend_pid()")).scalar_one()
        kill_postmaster(register_home)
        while processes.serves(backend, register_home / "data"):  # it lives on for a moment
            time.sleep(0.01)
    with private.transaction() as session:
        assert session.scalar(text("select 1")) == 1


def test_server_that_was_stopped_on_purpose_is_not_started_by_the_app(
    private: Database, register_home: Path
) -> None:
    cluster.stop(register_home)
    with pytest.raises(OperationalError), private.transaction() as session:
        session.execute(text("select 1"))
    cluster.ensure(register_home)
    with private.transaction() as session:
        assert session.scalar(text("select 1")) == 1


def test_listener_says_that_the_database_is_gone_and_what_it_missed(
    private: Database, register_home: Path
) -> None:
    stop = threading.Event()
    heard = private.listen(stop, poll_s=0.1)
    first = next(heard)
    assert first is not None
    cluster.stop(register_home)
    assert next(heard) is None
    cluster.ensure(register_home)
    with private.transaction() as session:
        clock.stamp(session)
    assert next(revision for revision in heard if revision is not None) == first + 1
    stop.set()
