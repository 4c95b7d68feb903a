"""One lookup over HTTP: what it costs the server, beside a plain FastAPI route and beside PostGIS.

`./run bench lookup`; `--wrk` adds the load generator of that name (Debian: `apt-get install wrk`).
Builds the demo district into a private PostGIS of its own; `--home` keeps it for the next run.
"""

import argparse
import asyncio
import base64
import contextlib
import json
import logging
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import shapely
from fastapi import FastAPI, Query
from fastapi.testclient import TestClient
from psycopg_pool import ConnectionPool
from starlette.types import ASGIApp, Message

from api import accounts, logs
from api.app import create_app
from api.schemas import Out
from benchmarks import measuring
from benchmarks.lookup_load import load
from benchmarks.lookup_sql import answer_by_sql
from boundaries import demo
from boundaries.duty.snapshot import Snapshot
from boundaries.store import cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings

PASSWORD = "benchmark"
BASIC = "Basic " + base64.b64encode(f"bench:{PASSWORD}".encode()).decode()
QUESTIONS = 400
REPEATS = 5
Place = tuple[float, float]


def main(arguments: list[str]) -> None:
    """Print CPU microseconds a request, then requests a second by `wrk`."""
    parser = argparse.ArgumentParser(prog="./run bench lookup", description=__doc__)
    parser.add_argument("--home", type=Path, help="keep the register here; else a folder that goes away")
    parser.add_argument("--wrk", action="store_true", help="also load a real server with wrk")
    asked = parser.parse_args(arguments)
    home = asked.home or Path(tempfile.mkdtemp(prefix="yiwang-bench-", dir="/tmp"))
    print(measuring.circumstances())
    try:
        settings = Settings(home=home)
        database = Database.open(settings)
        demo.build(database)
        with database.transaction() as session:
            accounts.put(session, name="bench", password=PASSWORD, role="dispatcher", datum="wgs84")
        places = _compare(settings, database)
        if asked.wrk:
            load(settings, places, BASIC)
        database.close()
    finally:
        if asked.home is None:
            cluster.stop(home, immediately=True)
            shutil.rmtree(home, ignore_errors=True)


def _compare(settings: Settings, database: Database) -> list[Place]:
    """CPU of this process and, for PostGIS, of the backend as well; returns the places asked for."""
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stderr(nowhere):
        logs.configure(as_json=True)  # the log line of each request is written, to nowhere
        app = create_app(settings, database)
        with TestClient(app) as client:
            snapshot = app.state.context.held.current.snapshot
            places = _places(snapshot)
            plain = _plain(snapshot)
            first = {"grid": snapshot.ground[0].code}
            assert client.get("/v1/lookup", params=first, headers={"Authorization": BASIC}).status_code == 200
            dsn = f"host={settings.home}/run dbname=yiwang user=yiwang_app"
            with ConnectionPool(dsn, min_size=1, max_size=1) as pool:
                _check(snapshot, pool, places)
                ways: dict[str, Callable[[], None]] = {
                    "the short way": lambda: asyncio.run(_ask(app, places)),
                    "the documented route": lambda: asyncio.run(_ask(app, places, "&aside=1")),
                    "plain FastAPI + pydantic": lambda: asyncio.run(_ask(plain, places)),
                    "PostGIS through a pool": lambda: _by_sql(pool, places),
                }
                with pool.connection() as connection:
                    backend = connection.info.backend_pid
                figures = _measured(ways, client, backend)
    logs.configure(level=logging.WARNING)  # that nowhere is closed now
    base = figures["the short way"]
    for name, us in figures.items():
        print(f"{name:26} {us:8.0f} µs of CPU a request  {us / base:6.1f} ×")
    return places


def _measured(ways: dict[str, Callable[[], None]], client: TestClient, backend: int) -> dict[str, float]:
    """Medians over rounds in which each way has its turn, µs a request."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(REPEATS + 1):
        for name, work in ways.items():
            # keep the account known, as it is while somebody asks again and again
            client.get("/v1/lookup", params={"address": "-"}, headers={"Authorization": BASIC})
            before = time.process_time() + measuring.cpu_of(backend)
            work()
            if number:
                spent[name].append(
                    (time.process_time() + measuring.cpu_of(backend) - before) / QUESTIONS * 1e6
                )
    return {name: statistics.median(values) for name, values in spent.items()}


async def _ask(app: ASGIApp, places: Sequence[Place], extra: str = "") -> None:
    """Every place once, one after the other, by ASGI: no socket, no HTTP parser."""
    for lon, lat in places:
        query = f"lon={lon}&lat={lat}&datum=wgs84{extra}".encode()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "path": "/v1/lookup",
            "raw_path": b"/v1/lookup",
            "root_path": "",
            "scheme": "http",
            "query_string": query,
            "headers": [(b"host", b"localhost"), (b"authorization", BASIC.encode())],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message, sent: list[Message] = sent) -> None:
            sent.append(message)

        await app(scope, receive, send)
        assert sent[0]["status"] == 200


class _PlainOut(Out):
    """The answer as one would first write it: its parts are whatever they are."""

    query: dict[str, Any]
    status: str
    grid: dict[str, Any] | None
    areas: list[dict[str, Any]]
    building: dict[str, Any] | None
    ground_grid: Any
    micro: Any
    feature: Any
    owner: dict[str, Any] | None
    call: list[dict[str, Any]]
    acting: dict[str, Any] | None
    by_matter: dict[str, Any]
    match: dict[str, Any] | None
    suggestion: dict[str, Any] | None
    candidates: list[dict[str, Any]]
    why: list[str]
    warnings: list[dict[str, Any]]
    net_version: int | None
    last_updated: datetime | None
    next_change_at: datetime | None
    stale: bool


def _plain(snapshot: Snapshot) -> FastAPI:
    """What one would write first: a route, the same snapshot, a pydantic model; no sign-in, no log."""
    app = FastAPI()

    @app.get("/v1/lookup", response_model=_PlainOut)
    def look_up(
        lon: Annotated[float, Query(ge=-180, le=180)],
        lat: Annotated[float, Query(ge=-90, le=90)],
        datum: str,
        matter: str | None = None,
    ) -> Any:
        answer = snapshot.answer_point((lon, lat), matter=matter)
        told = {"lon": lon, "lat": lat, "datum": datum, "matter": matter, "at": None, "known_at": None}
        return {**answer, "query": told}

    return app


def _by_sql(pool: ConnectionPool, places: Sequence[Place]) -> None:
    for lon, lat in places:
        with pool.connection() as connection:
            answer_by_sql(connection, lon, lat).encode()


def _check(snapshot: Snapshot, pool: ConnectionPool, places: Sequence[Place]) -> None:
    """Both sides give the same grid, leader, building and lead department of every matter."""
    for lon, lat in places[:60]:
        ours = snapshot.answer_point((lon, lat))
        with pool.connection() as connection:
            theirs = json.loads(answer_by_sql(connection, lon, lat))
        leaders = (one for one in theirs["owner"] if one["role"] == "leader" and "grid:" in one["place"])
        leader = next((one["name"] for one in leaders), None)  # roads have leaders too
        assert ours["grid"] is not None and ours["grid"]["code"] == theirs["grid"]["code"]
        assert (ours["owner"]["leader"] or {"name": None})["name"] == leader
        assert (ours["building"] or {"code": None})["code"] == (theirs["building"] or {"code": None})["code"]
        for code, lead in ours["by_matter"].items():
            theirs_lead = theirs["by_matter"][code]["lead"]
            assert (lead["lead"] or {"code": None})["code"] == (theirs_lead or {"code": None})["code"], code


def _places(snapshot: Snapshot) -> list[Place]:
    """Places spread over the covered ground, a third of them in buildings."""
    rng = np.random.default_rng(7)
    west, south, east, north = shapely.total_bounds(snapshot.shapes)
    anywhere = rng.uniform((west, south), (east, north), (20 * QUESTIONS, 2))
    inside = anywhere[snapshot.locate(anywhere) >= 0][: QUESTIONS - QUESTIONS // 3]
    chosen = rng.choice(len(snapshot.building_list), QUESTIONS // 3, replace=False)
    points = shapely.point_on_surface(snapshot.building_tree.geometries[chosen])
    every = np.vstack([inside, shapely.get_coordinates(points)])
    return [(float(lon), float(lat)) for lon, lat in np.round(rng.permutation(every), 7)]
