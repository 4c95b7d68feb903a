"""What every test may use: the shared data, a real PostGIS, a migrated database, a session."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import structlog
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from boundaries.store import cluster, migrate
from boundaries.store.addresses import APP_ROLE, libpq_url, sqlalchemy_url
from boundaries.store.database import Database

REPOSITORY = Path(__file__).resolve().parents[1]
_PAGE_UNTIL = 0.7  # of the way through the files: where those of the page end
_SHARED = Path(os.environ.get("YIWANG_SHARED_DATA") or REPOSITORY.parent / "shared" / "data")


def pytest_configure(config: pytest.Config) -> None:
    """Hypothesis tries the same examples each time, so that a change decides and not the luck of a run, and
    gives a slow machine its time. `./run soak` goes on to others."""
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("soak", patient)
    settings.register_profile("test", patient, derandomize=True)
    settings.load_profile("soak" if config.option.markexpr == "soak" else "test")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of the page, which keep the processor busy, evenly among those that wait for other programs; and
    done with before the end, so that no worker is left alone with a long one.

    `./run test` keeps to this order (--no-loadscope-reorder); pytest-xdist's own has those with the most
    tests first, which are the short ones.
    """
    paths = dict.fromkeys(item.path for item in items)
    of_page = [path for path in paths if path.is_relative_to(REPOSITORY / "tests" / "web_map")]
    others = [path for path in paths if path not in set(of_page)]
    place = {path: _PAGE_UNTIL * at / len(of_page) for at, path in enumerate(of_page)}
    place |= {path: at / len(others) for at, path in enumerate(others)}
    items.sort(key=lambda item: place[item.path])


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository; a test that needs it skips without it."""
    if not _SHARED.is_dir():
        pytest.skip(f"the shared data is not at {_SHARED} (YIWANG_SHARED_DATA names it)")
    return _SHARED


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the developer has set does not reach the tests."""
    for name in list(os.environ):
        if name.startswith("YIWANG_") and name not in ("YIWANG_TEST_DATABASE_URL", "YIWANG_SHARED_DATA"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _log_apart() -> Iterator[None]:
    """What an application in the background logs does not stand among what a command prints."""
    with open(2, "w", encoding="utf-8", buffering=1, closefd=False) as stderr:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(stderr))
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """argon2id as in service, over a mebibyte instead of 64: every module makes and asks for its accounts."""
    quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("api.accounts.hasher", quick)
        yield


@contextmanager
def _cluster_home() -> Iterator[Path]:
    """A folder for a private cluster that the server's account can enter; stopped and removed after."""
    # not pytest's tmp_path: that is closed to every other account, also to the server's when we are root
    home = Path(tempfile.mkdtemp(prefix="yiwang-test-", dir="/tmp"))
    try:
        yield home
    finally:
        cluster.stop(home, immediately=True)
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(cluster.Folders.of(home).socket, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_home() -> Iterator[Path]:
    """The home of a stopped private cluster with an empty register, to be copied (`register_in`)."""
    with _cluster_home() as home:
        migrate.upgrade(cluster.ensure(home))
        cluster.stop(home)
        yield home


def register_in(home: Path, migrated_home: Path) -> None:
    """Put a copy of the migrated cluster into a home, as if it had been made there."""
    made, copy = cluster.Folders.of(migrated_home), cluster.Folders.of(home)
    subprocess.run(["cp", "-a", made.data, copy.data], check=True)
    settings = copy.data / "postgresql.conf"
    settings.write_text(settings.read_text().replace(str(made.log), str(copy.log)))
    copy.complete.touch()


@pytest.fixture(scope="session")
def cluster_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL server with PostGIS, as a role that may create databases and roles."""
    if url := os.environ.get("YIWANG_TEST_DATABASE_URL"):
        yield url
        return
    with _cluster_home() as home:
        register_in(home, request.getfixturevalue("migrated_home"))
        url = cluster.ensure(home)
        with psycopg.connect(url, autocommit=True) as connection:
            # it is thrown away after the tests: no power cut is survived here, and none is tried here
            for name in ("fsync", "full_page_writes"):
                connection.execute(f"alter system set {name} = off")
            connection.execute("select pg_reload_conf()")
        yield url


@pytest.fixture
def cluster_home() -> Iterator[Path]:
    """The home of a private cluster of the test's own, not made yet."""
    with _cluster_home() as home:
        yield home


@pytest.fixture
def register_home(migrated_home: Path) -> Iterator[Path]:
    """The home of a private cluster of the test's own, made and migrated, not started."""
    with _cluster_home() as home:
        register_in(home, migrated_home)
        yield home


@contextmanager
def _new_database(cluster_url: str, template: str = "template1") -> Iterator[str]:
    """The owner's URL of a new database, dropped after."""
    name = f"yiwang_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(cluster_url, autocommit=True) as connection:
        connection.execute(f"create database {name} template {template}")
    try:
        yield libpq_url(sqlalchemy_url(cluster_url).set(database=name))
    finally:
        with psycopg.connect(cluster_url, autocommit=True) as connection:
            connection.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(scope="session")
def template(cluster_url: str) -> Iterator[str]:
    """The name of a migrated database from which every module's own is copied."""
    migrated = None if os.environ.get("YIWANG_TEST_DATABASE_URL") else sqlalchemy_url(cluster_url).database
    with _new_database(cluster_url, migrated or "template1") as url:
        migrate.upgrade(url)
        name = sqlalchemy_url(url).database
        assert name is not None
        yield name


@pytest.fixture
def empty_database(cluster_url: str) -> Iterator[str]:
    """The owner's URL of a new database without tables, dropped after the test."""
    with _new_database(cluster_url) as url:
        yield url


@pytest.fixture(scope="module")
def owner_url(cluster_url: str, template: str) -> Iterator[str]:
    """The module's own migrated database, as the role that owns its tables."""
    with _new_database(cluster_url, template) as url:
        yield url


@pytest.fixture(scope="module")
def database(owner_url: str) -> Iterator[Database]:
    """The module's own migrated database, reached as the app reaches it: as a role that owns nothing."""
    address = sqlalchemy_url(owner_url)
    if not address.password:  # a private cluster trusts whoever can open its socket
        address = address.set(username=APP_ROLE)
    opened = Database.at(libpq_url(address))
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session whose writes are gone after the test, also those that it commits."""
    with database.engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as opened:
            yield opened
        outer.rollback()
