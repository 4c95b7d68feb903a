"""Addresses of databases: from what an administrator writes to what the drivers want."""

from sqlalchemy import URL, make_url

from boundaries.store.errors import Refusal

APP_ROLE = "yiwang_app"
OGC_ROLE = "yiwang_ogc"  # reads the published views and nothing else


class NotPostgresql(Refusal):
    """A database address that is not PostgreSQL's."""

    code = "not-postgresql"

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme  # not the address: it may hold a password
        super().__init__(
            f"A database address starts with postgresql://, not {scheme}://: see YIWANG_DATABASE_URL."
        )


def sqlalchemy_url(url: str) -> URL:
    """The address for SQLAlchemy with psycopg 3. Raises NotPostgresql."""
    parsed = make_url(url)
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise NotPostgresql(parsed.drivername)
    return parsed.set(drivername="postgresql+psycopg")


def libpq_url(url: URL) -> str:
    """The address for psycopg itself, password included."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
