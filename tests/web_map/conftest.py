"""The page in a real Chromium, on the real server, over a town in a real register."""

import base64
import json
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import psycopg
import pytest
import shapely
import uvicorn
from geopandas import GeoDataFrame
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from api import accounts
from api.app import create_app
from boundaries.land import addresses, features
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.boundaries import towns
from tests.web_map.browsers import MAP_ONLY, NO_WEBGL, STEP_MS, Opened

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "web_map" / "page"
ARTEFACTS = REPOSITORY / "tests" / "artefacts"
PASSWORD = "correct horse"
A1, A2, A3, A4 = (f"{towns.A}00{n}" for n in (1, 2, 3, 4))
LEADER, LEADER_PHONE = "王小明", "13800001234"
START_S = 180


@pytest.fixture(scope="module")
def town(database: Database, owner_url: str) -> towns.Town:
    """The drawn town, which says that it is invented; three grids have a leader, the others are vacant."""
    with database.transaction() as session:
        founded = towns.found(session)
        towns.build_up(session, founded)
        towns.appoint(
            session,
            founded,
            [
                towns.person("P1", LEADER, LEADER_PHONE),
                towns.person("P2", "李芳", "13900005678"),
                towns.person("P3", "赵丽", "13700001111"),
                towns.office("D1", "消防救援大队"),
                towns.office("D2", "住房和城乡建设管理局"),
            ],
            [
                towns.duty("P1", "leader", f"{towns.A}001"),
                towns.duty("P2", "leader", f"{towns.A}002"),
                towns.duty("P2", "leader", f"{towns.C}001"),
                towns.duty("P3", "staff", f"{towns.A}001"),
                towns.duty("D1", "lead", towns.DISTRICT, kind="area"),
                towns.duty("D2", "lead", towns.DISTRICT, kind="area", matter="0102"),
            ],
        )
        stamp = clock.stamp(session)
        addresses.put(
            session,
            founded.district,
            pd.DataFrame([{"building_code": "H1", "text": "兰花路12号", "kind": "standard"}]),
            valid_from=towns.YEAR,
            stamp=stamp,
        )
        features.put(session, founded.district, _features(), valid_from=towns.YEAR, stamp=stamp)
        for name in ("reader", "dispatcher", "planner", "reviewer", "approver", "administrator"):
            accounts.put(session, name=name, password=PASSWORD, role=name, datum=None, area=None)
    with psycopg.connect(owner_url) as connection:
        connection.execute("update yiwang.district set ground = 'invented'")
    return founded


def _features() -> GeoDataFrame:
    return GeoDataFrame(
        {
            "code": ["R1", "W1", "G1"],
            "kind": ["road", "river", "park"],
            "name": ["东大街", "白水河", "凤山公园"],
        },
        geometry=[
            shapely.LineString([towns.at(0, 5), towns.at(20, 5)]),
            shapely.LineString([towns.at(-2, 9), towns.at(12, 8.8), towns.at(31, 7)]),
            towns.box(11, 1, 14, 4),
        ],
        crs=4326,
    )


@pytest.fixture(scope="module")
def more_settings() -> dict[str, str]:
    """What a module wants to be set otherwise."""
    return {}


@pytest.fixture(scope="module")
def server(
    database: Database,
    town: towns.Town,
    tmp_path_factory: pytest.TempPathFactory,
    more_settings: dict[str, str],
) -> Iterator[str]:
    """The address of the running application."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings.model_validate({"home": home, "anonymous_reader": True, **more_settings})
    with served(settings, database) as address:
        yield address


@contextmanager
def served(settings: Settings, database: Database) -> Iterator[str]:
    """The address of an application with these settings."""
    if not (PAGE / "dist" / "index.html").is_file():
        pytest.fail("the page is not built: ./run setup builds it")
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    running = uvicorn.Server(
        uvicorn.Config(create_app(settings, database), log_config=None, access_log=False)
    )
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        _wait_until(lambda: running.started or not thread.is_alive())
        assert running.started, "the application did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        running.should_exit = True
        thread.join(timeout=30)


def _wait_until(done: Callable[[], bool]) -> None:
    """The first start on a new machine compiles the index, which takes its time."""
    deadline = time.monotonic() + START_S
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)


_opened = Opened()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """The last test of this folder closes what its files shared, after its own fixtures are gone."""
    try:
        return (yield)
    finally:
        if nextitem is None or not nextitem.path.is_relative_to(Path(__file__).parent):
            _opened.close()


@pytest.fixture(scope="module")
def browser() -> Browser:
    return _opened.browser(MAP_ONLY)


@pytest.fixture(scope="module")
def browser_without_webgl() -> Browser:
    return _opened.browser(NO_WEBGL)


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(server: str) -> Iterator[OpenPage]:
    """Opens the page in a browser. Afterwards nothing has left the machine or been reported broken."""
    contexts = []
    strangers: list[str] = []
    complaints: list[str] = []

    def watch(message: ConsoleMessage) -> None:
        # a refused lookup is part of some tests, and Chromium prints every 4xx as an error
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def opened(
        browser: Browser, hash_: str = "", *, width: int = 1120, height: int = 700, locale: str = "zh-CN"
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, reduced_motion="reduce"
        )
        contexts.append(context)
        context.set_default_timeout(STEP_MS)
        page = context.new_page()
        page.on("console", watch)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: _note_stranger(request.url, server, strangers))
        page.goto(f"{server}/{hash_}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert strangers == []
    assert complaints == []


def _note_stranger(url: str, server: str, strangers: list[str]) -> None:
    address = urlsplit(url)
    if address.scheme not in ("data", "blob") and address.netloc != urlsplit(server).netloc:
        strangers.append(url)


@pytest.fixture
def page(open_page: OpenPage, browser: Browser) -> Page:
    """The page in Chinese, with its map drawn."""
    opened = open_page(browser)
    settle(opened)
    return opened


def ask(
    server: str, method: str, path: str, body: object = None, *, by: str = "planner", seen: int | None = None
) -> dict[str, Any]:
    """What a person does beside the page. seen: the version of the plan that is changed."""
    token = base64.b64encode(f"{by}:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
    if seen is not None:
        headers["If-Match"] = f'"{seen}"'
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server + path, method=method, data=data, headers=headers)
    with urllib.request.urlopen(request) as reply:
        told: dict[str, Any] = json.load(reply)
    return told


@pytest.fixture
def plan(server: str) -> Iterator[str]:
    """A plan of community A, withdrawn afterwards."""
    made = ask(server, "POST", "/v1/plans", {"title": "笔峰寺调整", "scope": towns.A})
    yield made["code"]
    now = ask(server, "GET", f"/v1/plans/{made['code']}")
    if now["state"] not in ("published", "withdrawn"):
        ask(server, "POST", f"/v1/plans/{made['code']}/withdrawal", {}, seen=now["version"])


@pytest.fixture
def desk(open_page: OpenPage, browser: Browser, plan: str) -> Page:
    """The plan open in the page, seen whole, with its planner signed in."""
    page = open_page(browser, f"#mode=plan&plan={plan}&view=14.6/35.505/112.805", width=1280, height=800)
    sign_in(page, "planner")
    expect(page.locator(".grids tbody tr")).to_have_count(4)
    settle(page)
    return page


def sign_in(page: Page, name: str) -> None:
    """Sign in as a person would, in the page's own box."""
    page.locator(".session > button").click()
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="登录").click()
    expect(page.locator(".who-am-i")).to_contain_text(name)


def settle(page: Page) -> None:
    """Wait until the map has drawn everything that it was told to, and is still the map.

    The page tells its map what it shows in the frames after it has shown it, and makes another map of a
    newly published net.
    """
    page.wait_for_function(
        "() => { const map = window.yiwang?.map;"
        " return map && map.isStyleLoaded() && map.areTilesLoaded() && !map.isMoving() }"
    )
    page.evaluate(
        """async () => {
            const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)))
            for (let map = null; map === null || map !== window.yiwang.map;) {
                for (let told = 0; told < 3; told++) await frame()
                map = window.yiwang.map
                if (map) await new Promise(done => {
                    map.once('idle', () => done())
                    map.once('remove', () => done())
                    map.triggerRepaint()
                })
            }
        }"""
    )


@contextmanager
def said(page: Page, selector: str, text: str) -> Iterator[None]:
    """Within, something comes to have this text, be it for a moment only."""
    page.evaluate(
        """([selector, text]) => {
            window.wasSaid = false
            const look = () => { window.wasSaid ||= document.querySelector(selector)?.textContent === text }
            const everything = {subtree: true, childList: true, characterData: true}
            new MutationObserver(look).observe(document.body, everything)
        }""",
        [selector, text],
    )
    yield
    page.wait_for_function("() => window.wasSaid")


def pixel(page: Page, east: float, north: float) -> tuple[float, float]:
    """Where a point of the drawing (thousandths of a degree) stands on the screen."""
    lon, lat = towns.at(east, north)
    x, y = page.evaluate(
        "([lon, lat]) => { const map = window.yiwang.map;"
        " const box = map.getCanvas().getBoundingClientRect();"
        " const at = map.project([lon, lat]); return [box.x + at.x, box.y + at.y] }",
        [lon, lat],
    )
    return x, y


def keep(page: Page, name: str) -> None:
    """Keep a picture of the screen for people to look at."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png")
