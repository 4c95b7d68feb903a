"""A served town: the real application over a real register."""

import base64
import functools
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import httpx
import pytest
import shapely
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import accounts
from api.accounts import Accounts
from api.app import create_app
from api.contract import document
from api.rates import Rates
from api.throttle import Throttle
from boundaries.land import features
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.api import contracted
from tests.boundaries import towns

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def town(database: Database) -> towns.Town:
    """The drawn town with its buildings, people and accounts, committed in the module's database."""
    with database.transaction() as session:
        founded = towns.found(session)
        towns.build_up(session, founded)
        towns.appoint(
            session,
            founded,
            [
                towns.person("P1", "王小明"),
                towns.person("P2", "李芳", "13900005678"),
                towns.office("D1", "消防救援大队"),
            ],
            [
                towns.duty("P1", "leader", f"{towns.A}001"),
                towns.duty("P2", "leader", f"{towns.C}001"),
                towns.duty("D1", "lead", towns.DISTRICT, kind="area"),
            ],
        )
        for name, role, datum, area in (
            ("reader", "reader", None, None),
            ("dispatcher", "dispatcher", "gcj02", None),
            ("east", "dispatcher", "wgs84", "140502001"),
            ("planner", "planner", None, None),
            ("administrator", "administrator", None, None),
            ("east-administrator", "administrator", None, "140502001"),
        ):
            accounts.put(session, name=name, password=PASSWORD, role=role, datum=datum, area=area)
        road = shapely.LineString([towns.at(0, 5), towns.at(30, 5)])
        features.put(
            session,
            founded.district,
            gpd.GeoDataFrame(
                {"code": ["R1"], "kind": ["road"], "name": ["东大街"]}, geometry=[road], crs=4326
            ),
            valid_from=towns.YEAR,
            stamp=clock.stamp(session),
        )
    return founded


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Visitors may read; the cookie's key lies in a folder of the module's own."""
    home: Path = tmp_path_factory.mktemp("home")
    return Settings(home=home, anonymous_reader=True)


@pytest.fixture(scope="module")
def app(settings: Settings, database: Database, town: towns.Town) -> FastAPI:
    """The application over the town."""
    return create_app(settings, database)


@pytest.fixture(scope="module")
def running(app: FastAPI) -> Iterator[TestClient]:
    """The application, started; failures answer as they do in service, answers are as declared."""
    with TestClient(app, raise_server_exceptions=False) as client:
        client.event_hooks = {"response": [contracted.check]}
        yield client


@pytest.fixture
def client(running: TestClient) -> Iterator[TestClient]:
    """The started application with no cookie."""
    running.cookies.clear()
    yield running
    running.cookies.clear()


@pytest.fixture(scope="module")
def live_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server of `live` logs."""
    return tmp_path_factory.mktemp("log") / "log"


@pytest.fixture(scope="module")
def live(
    owner_url: str, town: towns.Town, live_log: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of a server of its own over the module's town."""
    with live_log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "api", "serve", "--port", "0"],
            env={
                **os.environ,
                "YIWANG_DATABASE_URL": owner_url,
                "YIWANG_HOME": str(tmp_path_factory.mktemp("home")),
                "YIWANG_ANONYMOUS_READER": "true",
            },
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert process.stdout is not None
            url = re.search(r"http://\S+", process.stdout.readline())
            assert url is not None, live_log.read_text()
            assert httpx.get(f"{url.group()}/healthz", timeout=300).status_code == 200
            yield url.group()
        finally:
            process.terminate()
            process.communicate(timeout=120)


@functools.cache
def _documented() -> list[tuple[str, str]]:
    paths = document(create_app(Settings()))["paths"]
    return sorted((method, path) for path, methods in paths.items() for method in methods)


def operations(left_out: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """(method, path) of everything in the document but for what a module leaves out."""
    return [each for each in _documented() if each not in left_out]


def stand_still(patched: pytest.MonkeyPatch, what: Throttle | Rates | Accounts) -> None:
    """Its clock: whoever must wait two seconds waits, and whoever was seen stays known, however long the
    machine takes from one request to the next."""
    now = time.monotonic()
    patched.setattr(what, "_clock", lambda: now)


def basic(name: str, password: str = PASSWORD) -> dict[str, str]:
    """The header by which an account signs in."""
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}
