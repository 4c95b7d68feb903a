"""The life of the OGC doors: a small pool of their own, as the role that reads only the published views."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from fastapi import FastAPI
from psycopg.conninfo import conninfo_to_dict
from tipg.database import connection_factory

from api.ogc.catalogue import SCHEMA, Catalogue
from boundaries.store.addresses import OGC_ROLE, libpq_url
from boundaries.store.database import Database

CONNECTIONS = 4
TIMEOUT_S = 20  # a question of a map's user; a whole collection is read in pages
_CLOSING_S = 5


@asynccontextmanager
async def serving(app: FastAPI, database: Database, district: str | None) -> AsyncIterator[None]:
    """Hold the pool while the application runs. No connection is opened before the first question."""
    pool = await asyncpg.create_pool(
        **_address(libpq_url(database.url)),
        min_size=0,
        max_size=CONNECTIONS,
        timeout=10,
        init=connection_factory([SCHEMA], "pg_temp"),
        server_settings={
            "role": OGC_ROLE,
            "search_path": f"{SCHEMA},public",
            "timezone": "UTC",
            "application_name": "yiwang ogc",
            "statement_timeout": str(TIMEOUT_S * 1000),
            "yiwang.district": district or "",
        },
    )
    app.state.pool = pool  # where tipg looks for it
    app.state.ogc = Catalogue(pool)
    try:
        yield
    finally:
        try:
            await asyncio.wait_for(pool.close(), _CLOSING_S)
        except TimeoutError:
            pool.terminate()


def _address(conninfo: str) -> dict[str, Any]:
    """asyncpg's arguments for one of libpq's addresses, sockets included."""
    told = conninfo_to_dict(conninfo)
    names = {
        "host": "host",
        "port": "port",
        "user": "user",
        "password": "password",
        "dbname": "database",
        "sslmode": "ssl",
    }
    return {names[name]: value for name, value in told.items() if name in names and value}
