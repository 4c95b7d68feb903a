"""`yiwang backup` and `restore` as an administrator types them."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from api.cli import app
from boundaries.store import audit
from boundaries.store.addresses import libpq_url, sqlalchemy_url
from boundaries.store.database import Database

RUN = CliRunner()


@pytest.fixture
def elsewhere(owner_url: str) -> Iterator[str]:
    """The address of a database that does not exist yet."""
    address = sqlalchemy_url(owner_url)
    yield libpq_url(address.set(database="yiwang_test_elsewhere"))
    with psycopg.connect(libpq_url(address.set(database="postgres")), autocommit=True) as connection:
        connection.execute("drop database if exists yiwang_test_elsewhere with (force)")


def test_copies_are_made_checked_thinned_and_restored(
    owner_url: str, database: Database, elsewhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIWANG_DATABASE_URL", owner_url)
    for day in ("a", "b", "c"):
        made = RUN.invoke(app, ["backup", str(tmp_path / day), "--keep", "2"])
        assert made.exit_code == 0, made.output
    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["b", "c"]
    with database.transaction() as session:
        found = audit.page(session, audit.Wanted(about="yiwang backup", kind="read"))
    assert len(found) == 3 and all(event.via == "command" for event in found)
    assert "verified" in RUN.invoke(app, ["restore", str(tmp_path / "c"), "--check"]).output
    again = RUN.invoke(app, ["backup", str(tmp_path / "c")])
    assert again.exit_code == 1 and "exists already" in str(again.exception)
    done = RUN.invoke(app, ["restore", str(tmp_path / "c"), "--into", elsewhere])
    assert done.exit_code == 0, done.output
    assert "every table is as it was" in done.output
    refused = RUN.invoke(app, ["restore", str(tmp_path / "c")])
    assert refused.exit_code == 1 and "holds a register already" in str(refused.exception)
