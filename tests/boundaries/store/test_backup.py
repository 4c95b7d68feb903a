"""A copy of the register: whole, verified, restored only where nothing is, and damage is told."""

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from boundaries.store import backup, migrate
from boundaries.store.addresses import libpq_url, sqlalchemy_url
from boundaries.store.database import Database
from tests.boundaries import towns


@pytest.fixture(scope="module")
def town_url(owner_url: str, database: Database) -> str:
    """A register with a small town in it."""
    with database.transaction() as session:
        town = towns.found(session)
        towns.build_up(session, town)
        towns.appoint(
            session, town, [towns.person("P1", "李一")], [towns.duty("P1", "leader", f"{towns.A}001")]
        )
    return owner_url


@pytest.fixture(scope="module")
def copy(town_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the town's register."""
    folder = tmp_path_factory.mktemp("copies") / "monday"
    backup.take(town_url, folder)
    return folder


@pytest.fixture
def new_url(town_url: str) -> Iterator[str]:
    """The address of a database that does not exist yet."""
    name = "yiwang_test_restored"
    address = sqlalchemy_url(town_url)
    yield libpq_url(address.set(database=name))
    with psycopg.connect(libpq_url(address.set(database="postgres")), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")


def test_a_restored_register_is_the_one_that_was_copied(copy: Path, town_url: str, new_url: str) -> None:
    told = backup.restore(copy, new_url)
    assert told.contents.rows["grid_version"] > 0
    with psycopg.connect(town_url) as before, psycopg.connect(new_url) as after:
        assert backup.Contents.of(before) == backup.Contents.of(after) == told.contents
    assert migrate.current(new_url) == migrate.head()


def test_a_restored_register_takes_writes_as_the_app(copy: Path, new_url: str) -> None:
    backup.restore(copy, new_url)
    opened = Database.at(libpq_url(sqlalchemy_url(new_url).set(username="yiwang_app")))
    try:
        with opened.transaction() as session:
            towns.found(session, code="140599")
        with psycopg.connect(new_url) as connection:
            assert connection.execute("select count(*) from yiwang.district").fetchone() == (2,)
    finally:
        opened.close()


def test_a_copy_holds_one_instant_while_writes_go_on(town_url: str, tmp_path: Path, new_url: str) -> None:
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        with psycopg.connect(town_url, autocommit=True) as connection:
            while not stop.is_set():
                with connection.transaction():  # two tables that always move together
                    connection.execute("update yiwang.register_clock set revision = revision + 1")
                    connection.execute(
                        "update yiwang.district set name = (select revision from yiwang.register_clock)"
                    )
                wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert wrote.wait(120)
    try:
        told = backup.take(town_url, tmp_path / "busy")
    finally:
        stop.set()
        writer.join()
    backup.restore(tmp_path / "busy", new_url)
    with psycopg.connect(new_url) as connection:
        row = connection.execute(
            "select c.revision::text, d.name from yiwang.register_clock c, yiwang.district d"
        )
        revision, name = row.fetchone() or ("", "-")
        assert revision == name
        assert backup.Contents.of(connection) == told.contents


def test_nothing_is_written_over(copy: Path, town_url: str) -> None:
    with pytest.raises(backup.RegisterInTheWay):
        backup.restore(copy, town_url)
    with pytest.raises(backup.BackupFailed, match="exists already"):
        backup.take(town_url, copy)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "manifest.json is missing"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "not readable"),
        (lambda folder: (folder / "register.dump").unlink(), "register.dump is missing"),
        (lambda folder: flip(folder / "register.dump"), "not the file that was written"),
        (lambda folder: cut(folder / "register.dump"), "not the file that was written"),
    ],
    ids=["no manifest", "half a manifest", "no archive", "one bit", "cut off"],
)
def test_a_damaged_copy_is_told(copy: Path, tmp_path: Path, new_url: str, spoil, why: str) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "spoilt"
    shutil.copytree(copy, folder)
    spoil(folder)
    with pytest.raises(backup.BackupDamaged, match=why):
        backup.restore(folder, new_url)


def test_a_row_that_did_not_come_back_is_noticed(copy: Path, tmp_path: Path, new_url: str) -> None:
    folder = tmp_path / "less"
    shutil.copytree(copy, folder)
    told = json.loads((folder / "manifest.json").read_text())
    told["contents"]["rows"]["grid"] += 1
    told["contents"]["checksums"]["duty"] = "1"
    (folder / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(backup.RestoreDiffers) as caught:
        backup.restore(folder, new_url)
    assert [told.split(":")[0] for told in caught.value.differences] == ["duty", "grid"]


def test_a_copy_that_cannot_be_made_leaves_nothing(empty_database: str, tmp_path: Path) -> None:
    with pytest.raises(backup.BackupFailed):
        backup.take(empty_database, tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)


def cut(path: Path) -> None:
    """Leave the first half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
