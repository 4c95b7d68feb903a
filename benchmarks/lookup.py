"""One lookup over HTTP: what it costs the server, beside a plain FastAPI route and beside PostGIS.

`./run bench lookup`; `--wrk` adds the load generator of that name (Debian: `apt-get install wrk`).
Builds the demo district into a private PostGIS of its own; `--home` keeps it for the next run.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import psycopg
import shapely
import structlog
from fastapi import FastAPI, Query
from fastapi.testclient import TestClient
from psycopg_pool import ConnectionPool
from starlette.types import ASGIApp, Message

from api import accounts
from api.app import create_app
from api.schemas import LookupOut
from benchmarks import measuring
from benchmarks.lookup_sql import answer_by_sql
from boundaries import demo
from boundaries.store import cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings

PASSWORD = "benchmark"
REPEATS = 5
QUESTIONS = 300


def main(arguments: list[str]) -> None:
    """Print CPU microseconds a request, then requests a second by `wrk`."""
    parser = argparse.ArgumentParser(prog="./run bench lookup", description=__doc__)
    parser.add_argument("--home", type=Path, help="keep the register here; else a folder that goes away")
    parser.add_argument("--wrk", action="store_true", help="also load a real server with wrk")
    asked = parser.parse_args(arguments)
    home = asked.home or Path(tempfile.mkdtemp(prefix="yiwang-bench-", dir="/tmp"))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    print(measuring.circumstances())
    try:
        settings = Settings(home=home, anonymous_reader=False)
        database = Database.open(settings)
        demo.build(database)
        with database.transaction() as session:
            accounts.put(session, name="bench", password=PASSWORD, role="dispatcher", datum="wgs84")
        _cpu(settings, database)
        if asked.wrk:
            _wrk(settings, _points(database, 1)[0])
        database.close()
    finally:
        if asked.home is None:
            cluster.stop(home, immediately=True)
            shutil.rmtree(home, ignore_errors=True)


def _cpu(settings: Settings, database: Database) -> None:
    """Everything in this process and, for PostGIS, in the backend that it talks to."""
    points = _points(database, QUESTIONS)
    import base64

    signed = ("authorization", "Basic " + base64.b64encode(f"bench:{PASSWORD}".encode()).decode())
    app = create_app(settings, database)
    with TestClient(app) as client:
        held = app.state.context.held.current
        plain = _plain_app(held.snapshot)

        def over_asgi(target: ASGIApp, extra: str = "") -> Callable[[], object]:
            return lambda: asyncio.run(_ask_all(target, points, signed, extra))

        client.get("/v1/lookup", params={"grid": held.snapshot.ground[0].code}, headers=dict([signed]))
        rows = [
            ("the short way", over_asgi(app)),
            ("the documented route", over_asgi(app, "&aside=1")),
            ("plain FastAPI + pydantic", over_asgi(plain)),
        ]
        found = {name: _us(work) for name, work in rows}
        with ConnectionPool(
            database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False), min_size=1,
            max_size=1,
        ) as pool:
            found["from PostGIS by a pool"] = _by_postgis(pool, points)
    base = found["the short way"]
    for name, us in found.items():
        print(f"{name:28} {us:9.0f} us CPU a request   {us / base:6.1f} x")
