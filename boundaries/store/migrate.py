"""Bring a database to a revision of the register's schema, one process at a time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

from boundaries.store.addresses import APP_ROLE, sqlalchemy_url
from boundaries.store.errors import Refusal
from boundaries.store.tables import SCHEMA

_LOCK = 0x79697761_00000001  # "yiwa": the register's advisory locks; 1 migrates, 2 writes


class UnknownRevision(Refusal):
    """The database was migrated by a newer release than this one."""

    code = "unknown-revision"

    def __init__(self, revision: str) -> None:
        self.revision = revision
        super().__init__(
            f"The database is at revision {revision}, which this release does not know:"
            " start a newer release, or migrate down with the one that migrated it."
        )


def head() -> str:
    """The newest revision of this release."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def upgrade(url: str, revision: str = "head", *, app_user: str = APP_ROLE) -> None:
    """Migrate up as the role of `url`, which then owns the tables; nothing happens if it is done.

    app_user: whom the app connects as; it is made a member of the role that may not alter tables.
    Raises UnknownRevision.
    """
    with _connected(url) as connection:
        current = _current(connection)
        if current != head() or revision != "head":
            _lock(connection)
            current = _current(connection)  # another process may have done it meanwhile
            check_known(current)
            connection.execute(text(f"create schema if not exists {SCHEMA}"))
            command.upgrade(_config(connection), revision)
        if app_user != APP_ROLE:
            _admit(connection, app_user)
        connection.commit()


def downgrade(url: str, revision: str) -> None:
    """Migrate down as the owner. "base" drops every table, with all that is in them."""
    with _connected(url) as connection:
        _lock(connection)
        check_known(_current(connection))
        command.downgrade(_config(connection), revision)
        connection.commit()


def current(url: str) -> str | None:
    """The revision that a database is at; None before the first migration."""
    with _connected(url) as connection:
        return _current(connection)


def check_known(revision: str | None) -> None:
    """Raise UnknownRevision if a schema's revision is none of this release; None (no schema) passes."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise UnknownRevision(revision)


def _connected(url: str) -> Connection:
    # statements of a migration must not depend on the role's own search path
    options = {"options": f"-c search_path={SCHEMA},public -c timezone=UTC"}
    return create_engine(sqlalchemy_url(url), poolclass=NullPool, connect_args=options).connect()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _current(connection: Connection) -> str | None:
    if connection.scalar(text("select to_regclass(:name)"), {"name": f"{SCHEMA}.alembic_version"}) is None:
        return None
    revision: str | None = connection.scalar(text(f"select version_num from {SCHEMA}.alembic_version"))
    return revision


def _admit(connection: Connection, user: str) -> None:
    member = connection.scalar(
        text("select pg_has_role(cast(:user as name), cast(:role as name), 'member')"),
        {"user": user, "role": APP_ROLE},
    )
    if not member:
        quoted = connection.dialect.identifier_preparer.quote(user)
        connection.execute(text(f"grant {APP_ROLE} to {quoted}"))
