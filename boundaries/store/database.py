"""The door to the register: one engine, one way to write, and news of every write."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import errors as pg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, SessionTransaction

from boundaries.store import acting, cluster, migrate
from boundaries.store.addresses import APP_ROLE, libpq_url, sqlalchemy_url
from boundaries.store.errors import Refusal
from boundaries.store.settings import Settings
from boundaries.store.tables import SCHEMA

CHANNEL = "yiwang_register"
_ENDS_WITHIN_S = 0.1
"""Whoever listens looks so often whether to stop."""


class TwoAtAnInstant(Refusal):
    """A write would leave two rows where one is allowed: two leaders, two versions of one thing."""

    code = "two-at-an-instant"

    def __init__(self, table: str, constraint: str, detail: str) -> None:
        self.table = table
        self.constraint = constraint
        self.detail = detail
        super().__init__(f"{table}: only one is allowed at an instant. {detail}")


class _Told(Session):
    """A session whose transactions say on whose behalf they write."""


@event.listens_for(_Told, "after_begin")
def _say_who(_: Session, transaction: SessionTransaction, connection: Connection) -> None:
    who = acting.current()
    if who is not None and who.actor and not transaction.nested:
        connection.execute(text("select set_config('yiwang.acting', :who, true)"), {"who": who.as_setting()})


class Reviver:
    """Starts a private server again that has died, for one caller at a time.

    Who comes while it is tried, or right after it failed (its disk is full, say), is not kept waiting
    for long: those callers are answered that the register is out of reach.
    """

    PATIENCE_S = 20.0
    PAUSE_S = 2.0

    def __init__(self, start: Callable[[], None]) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._not_before = 0.0

    def __call__(self) -> bool:
        """Whether the server runs again. Raises ClusterStopped, ClusterFailed."""
        if not self._lock.acquire(timeout=self.PATIENCE_S / 2):
            return False
        try:
            if time.monotonic() < self._not_before:
                return False
            try:
                self._start()
            except cluster.ClusterFailed:
                self._not_before = time.monotonic() + self.PAUSE_S
                raise
            return True
        finally:
            self._lock.release()


@dataclass(frozen=True)
class Database:
    """The register's database, reached as a role that owns no table."""

    engine: Engine
    connect: Callable[[], psycopg.Connection]  # a connection beside the engine's pool
    url: URL  # for a process that is started from this one

    @classmethod
    def open(cls, settings: Settings) -> "Database":
        """Reach the register, first migrating it, and starting the private PostGIS if no URL is set.

        Raises what `cluster.ensure` and `migrate.upgrade` raise.
        """
        if settings.database_url:
            app = sqlalchemy_url(settings.database_url)
            admin = settings.admin_database_url or settings.database_url
            migrate.upgrade(admin, app_user=app.username or APP_ROLE)
            return cls._reach(app)
        home, bindir, account = settings.data_home, settings.pg_bindir, settings.pg_account
        owner = cluster.ensure(home, bindir=bindir, account=account)
        migrate.upgrade(owner)

        def start() -> None:
            cluster.ensure(
                home, bindir=bindir, account=account, unless_stopped=True, timeout_s=Reviver.PATIENCE_S
            )

        return cls._reach(sqlalchemy_url(owner).set(username=APP_ROLE), Reviver(start))

    @classmethod
    def at(cls, url: str | URL) -> "Database":
        """Reach a database that is migrated already, as the app's role."""
        return cls._reach(sqlalchemy_url(url) if isinstance(url, str) else url)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        A reply must leave only after the block. Raises TwoAtAnInstant at the end of the block if the
        register's exclusion constraints, which wait for the commit, do not hold.
        """
        try:
            with _Told(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except IntegrityError as error:
            if isinstance(error.orig, pg.ExclusionViolation):
                facts = error.orig.diag
                raise TwoAtAnInstant(
                    facts.table_name or "", facts.constraint_name or "", facts.message_detail or ""
                ) from error
            raise

    def listen(self, stop: threading.Event, *, poll_s: float = 1.0) -> Iterator[int | None]:
        """The register's revision: the present one, then each new one until `stop` is set.

        None means that the database is out of reach; it is tried again every `poll_s` seconds, and
        the present revision follows when it is back, as news of the meantime is lost.
        """
        while not stop.is_set():
            try:
                yield from self._listen_once(stop)
            except (psycopg.Error, Refusal):
                yield None
                stop.wait(poll_s)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def _listen_once(self, stop: threading.Event) -> Iterator[int]:
        with self.connect() as connection:
            connection.autocommit = True
            connection.execute(f"listen {CHANNEL}")
            row = connection.execute("select revision from register_clock").fetchone()
            assert row is not None
            yield row[0]
            while not stop.is_set():
                for notice in connection.notifies(timeout=_ENDS_WITHIN_S, stop_after=1):
                    yield int(notice.payload)

    @classmethod
    def _reach(cls, url: URL, revive: Reviver | None = None) -> "Database":
        options = f"-c search_path={SCHEMA},public -c timezone=UTC -c application_name=yiwang"
        if url.username != APP_ROLE:
            options += f" -c role={APP_ROLE}"
        address = make_conninfo(
            libpq_url(url),
            options=options,
            connect_timeout=10,
            keepalives_idle=30,  # a server that vanished from the network is noticed within a minute
            keepalives_interval=10,
        )

        def connect() -> psycopg.Connection:
            try:
                return psycopg.connect(address)
            except psycopg.OperationalError as error:
                try:
                    if revive is None or not revive():
                        raise
                except cluster.ClusterStopped:
                    raise error from None  # down on purpose is still down
                return psycopg.connect(address)

        engine = create_engine(
            "postgresql+psycopg://", creator=connect, pool_pre_ping=True, pool_size=10, max_overflow=20
        )
        return cls(engine, connect, url)
