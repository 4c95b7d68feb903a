"""How fast the page is in Chromium with software rendering, beside MapLibre alone on the same tiles.

`./run bench page`: an invented district of 3,000 grids and 100,000 buildings on the real server; first map,
click to card, edit to figures, time step; page and bare map by turns. Writes docs/benchmarks/page.md.
`./run bench page GRIDS BUILDINGS`: another size, a quarter of the times, only printed.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import numpy as np
import shapely
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api import accounts
from benchmarks.large_town import large, register
from benchmarks.measuring import circumstances, cpu_of
from benchmarks.page_gestures import Line, Lonlat, draw, inside, key, look, press
from benchmarks.page_writing import NOTHING, Taken, Used, show, write
from benchmarks.plans import across
from boundaries import demo
from boundaries.duty import matters
from gis.synthetic import Town
from tests.web_map.browsers import SOFTWARE_WEBGL, launch, with_locked_node

PASSWORD = "correct horse"
ROOT = Path(__file__).parents[1]
BARE = Path(__file__).with_name("bare_map")
MAPLIBRE = ROOT / "web_map" / "page" / "node_modules" / "maplibre-gl" / "dist"
INCIDENTS = 50_000
FIRST_MAPS, CLICKS, EDITS, STEPS = 12, 24, 12, 20
WIDTH, HEIGHT = 1440, 900
START_S, STEP_MS = 300, 120_000
HEADERS = {"X-Yiwang": "bench"}
RAMP = ("#fde0c5", "#f8b58b", "#f2855d", "#d9534f", "#a0203f", "#5d0f33")


def main(arguments: list[str]) -> None:
    """Print a line for each figure; with the usual size write the page of the documents."""
    began, about = time.monotonic(), circumstances()
    print(about, flush=True)
    sizes = tuple(int(each) for each in arguments)
    with register() as (database, home), tempfile.TemporaryDirectory(prefix="yiwang-bare-") as folder:
        town = large(*sizes, n_incidents=INCIDENTS)
        with database.transaction() as session:
            demo.put(session, town, matters.national())
            accounts.put(session, name="planner", password=PASSWORD, role="planner", datum=None, area=None)
        size = f"{len(town.grids):,} grids, {len(town.buildings):,} buildings, {INCIDENTS:,} incidents"
        print(f"{size}: made in {time.monotonic() - began:.0f} s", flush=True)
        for file in [*BARE.glob("*.*"), *MAPLIBRE.glob("*.mjs"), *MAPLIBRE.glob("*.css")]:
            shutil.copy(file, folder)
        with _served(home, Path(folder)) as (url, server), _chromium() as browser:
            taken = []
            for each in _Stopwatch(browser, url, server, Path(folder), town, 4 if sizes else 1).all():
                print(show(each), flush=True)
                taken.append(each)
    print(f"load {os.getloadavg()[0]:.1f} at the end, {time.monotonic() - began:.0f} s in all")
    if not sizes:
        write(ROOT / "docs" / "benchmarks" / "page.md", taken, size, about)


@contextmanager
def _served(home: Path, folder: Path) -> Iterator[tuple[str, int]]:
    """The address and the process of the server, once it answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.page_server", str(listener.fileno()), str(folder)],
        env={**os.environ, "YIWANG_HOME": str(home), "YIWANG_ANONYMOUS_READER": "true"},
        pass_fds=[listener.fileno()],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        httpx.get(f"{url}/v1/district", timeout=START_S).raise_for_status()  # waits in the socket till then
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)
        listener.close()


@contextmanager
def _chromium() -> Iterator[Browser]:
    with_locked_node()
    with sync_playwright() as playwright:
        yield launch(playwright, SOFTWARE_WEBGL)


class _Stopwatch:
    """Every figure is taken in the browser, from the event to the frame that shows what came of it."""

    def __init__(self, browser: Browser, url: str, server: int, folder: Path, town: Town, fewer: int) -> None:
        self.fewer = fewer
        self.browser, self.url, self.server, self.folder, self.town = browser, url, server, folder, town
        self.probe = (BARE / "probe.js").read_text()
        self.processes = browser.new_browser_cdp_session()

    def all(self) -> Iterator[Taken]:
        """The figures in the order of their targets."""
        yield self.first_map()
        for figure in (self.click, self.edit, self.step):
            yield from figure()

    @contextmanager
    def opened(self, path: str, *, signed_in: bool = False) -> Iterator[Page]:
        """A new browser profile on this path, its map idle."""
        context = self.browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN")
        context.set_default_timeout(STEP_MS)
        context.add_init_script(self.probe)
        try:
            if signed_in:
                self.sign_in(context)
            page = context.new_page()
            page.goto(self.url + path)
            page.evaluate("() => window.firstIdle")
            yield page
        finally:
            context.close()

    def sign_in(self, context: BrowserContext) -> None:
        reply = context.request.post(
            f"{self.url}/v1/session",
            data={"name": "planner", "password": PASSWORD},
            headers=HEADERS,
        )
        assert reply.ok, reply.text()

    def keep_style(self, page: Page, name: str) -> str:
        """What the bare map needs to draw the same; its path."""
        facts = page.evaluate(
            "() => { const map = window.yiwang.map, { lng, lat } = map.getCenter();"
            " const { width, height } = map.getContainer().getBoundingClientRect();"
            " return { style: map.getStyle(), width, height, center: [lng, lat], zoom: map.getZoom() } }"
        )
        facts |= {"codes": sorted(self.town.grids["code"]), "ramp": RAMP}
        (self.folder / f"{name}.json").write_text(json.dumps(facts))
        return f"/bare/#{name}"

    def first_map(self) -> Taken:
        """Navigation to the first idle map: nothing kept by the browser, tiles kept by the server."""
        taken = Taken("first map", 3000, "page opened → map at rest, browser empty, server warm")
        with self.opened("/") as page:
            taken.cold_ms = page.evaluate("() => window.firstIdle")
            bare = self.keep_style(page, "first")
        for path in ("/", bare) * (FIRST_MAPS // self.fewer):
            before = self.used()
            with self.opened(path) as page:
                took = page.evaluate("() => window.firstIdle")
                taken.add(page=path == "/", took_ms=took, used=self.used(before))
        return taken

    def click(self) -> Iterator[Taken]:
        """A click on another grid each time, at a zoom with buildings."""
        taken = Taken("click → card", 300, "click on the map → card of the grid", request="/v1/lookup")
        places = self._places()
        lon, lat = places[0][1]
        with self.opened(f"/#view=16/{lat:.5f}/{lon:.5f}") as page:
            bare = self.keep_style(page, "click")
            with self.opened(bare) as beside:
                seen_ones = [each for each in places if inside(page, each[1])]
                for turn in range(CLICKS // self.fewer):
                    code, at = seen_ones[turn % len(seen_ones)]
                    shown = "document.querySelector('.card[aria-busy=false] .grid-line .code')?.textContent"
                    self.timed(taken, page, "click", f"{shown} === '{code}'", partial(press, page, at))
                    self.timed(taken, beside, "click", "true", partial(press, beside, at), idle=True)
        yield taken

    def edit(self) -> Iterator[Taken]:
        """A grid of a plan of the whole district is split by a drawn line, and that is undone."""
        done = Taken(
            "edit → figures", 500, "Enter → the split grid's new figures in the table", request="/edits"
        )
        undone = Taken("undo → figures", 500, "Ctrl+Z → the former figures in the table", request="/undo")
        with self.opened("/", signed_in=True) as page:
            given = {"title": "测速", "scope": self.town.code}
            made = page.request.post(f"{self.url}/v1/plans", data=given, headers=HEADERS)
            assert made.ok, made.text()
            plan = made.json()["code"]
            page.goto(f"{self.url}/#mode=plan&plan={plan}")
            page.reload()
            page.locator(".grids tbody tr").nth(100).wait_for()
            page.wait_for_function("() => window.yiwang.map.loaded()")
            bare = self.keep_style(page, "edit")
            with self.opened(bare) as beside:
                for code, line in self._lines(page, plan):
                    draw(page, line)
                    look(beside, line)
                    row = f"document.querySelector('tr[data-code=\"{code}\"]')"
                    self.timed(
                        done, page, "keydown", f"{row}?.querySelector('.mark')", partial(key, page, "Enter")
                    )
                    self.timed(done, beside, "keydown", "true", partial(key, beside, "Enter"), idle=True)
                    for _ in range(2):  # the tool away, and what is chosen
                        key(page, "Escape")
                    page.locator("#tab-changes .count").get_by_text("2", exact=True).wait_for()  # at rest
                    former = f"{row} && !{row}.querySelector('.mark')"
                    self.timed(undone, page, "keydown", former, partial(key, page, "Control+z"))
                    page.locator("#tab-changes .count").get_by_text("0", exact=True).wait_for()
        undone.bare_ms, undone.bare_cpu_ms = done.bare_ms, done.bare_cpu_ms
        yield from (done, undone)

    def step(self) -> Iterator[Taken]:
        """Density by month: the next month on the map and in the table."""
        taken = Taken("time step", 300, "full stop → next month in the table and on the map at rest")
        with self.opened("/#mode=density&bucket=month&from=2024-11-01&to=2026-10-31") as page:
            page.locator(".density-table tbody tr").nth(100).wait_for()
            page.locator("#part-hot .count, #part-early .count").filter(has_text="…").wait_for(
                state="detached"
            )
            page.wait_for_function("() => window.yiwang.map.loaded()")
            bare = self.keep_style(page, "step")
            with self.opened(bare) as beside:
                for _ in range(STEPS // self.fewer):
                    name = json.dumps(page.locator(".frame-name").inner_text())
                    seen = f"document.querySelector('.frame-name').textContent !== {name}"
                    self.timed(taken, page, "keydown", seen, partial(key, page, "."), idle=True)
                    self.timed(taken, beside, "keydown", "true", partial(key, beside, "."), idle=True)
        yield taken

    def timed(
        self, taken: Taken, page: Page, event: str, seen: str, act: Callable[[], None], *, idle: bool = False
    ) -> None:
        """From the event that `act` makes until `seen` holds in a painted frame."""
        page.evaluate(f"void (window.took = window.timed('{event}', () => {seen}, {json.dumps(idle)}))")
        before = self.used()
        act()
        took = page.evaluate("() => window.took")
        if took is None:
            raise TimeoutError(f"{taken.name}: never seen: {seen}")
        asked = (
            "name => performance.getEntriesByType('resource').filter(each => each.name.includes(name)).at(-1)"
            "?.duration ?? null"
        )
        request = page.evaluate(asked, taken.request) if taken.request else None
        own = "/bare/" not in page.url
        taken.add(page=own, took_ms=took, used=self.used(before), request_ms=request)

    def used(self, before: Used = NOTHING) -> Used:
        """Processor milliseconds since `before`, of all of Chromium and of the server."""
        rows = self.processes.send("SystemInfo.getProcessInfo")["processInfo"]
        browser = 1000 * sum(each["cpuTime"] for each in rows)
        return Used(browser - before.browser_ms, 1000 * cpu_of(self.server) - before.server_ms)

    def _places(self) -> list[tuple[str, Lonlat]]:
        """Grids and a place inside each, the one with most buildings around it first, then the nearest."""
        grids = self.town.grids
        points = shapely.point_on_surface(grids.geometry.to_numpy())
        near = shapely.STRtree(shapely.centroid(self.town.buildings.geometry.to_numpy()))
        around, _ = near.query(shapely.buffer(points, 0.004), predicate="intersects")
        centre = points[np.bincount(around, minlength=len(points)).argmax()]
        order = np.argsort(shapely.distance(points, centre), kind="stable")[:30]
        codes = grids["code"].tolist()
        return [(codes[at], (points[at].x, points[at].y)) for at in order.tolist()]

    def _lines(self, page: Page, plan: str) -> list[tuple[str, Line]]:
        """Grids at the top of the table and lines that split them, asked of the server before."""
        grids = self.town.grids.sort_values("code").head(100)
        found: list[tuple[str, Line]] = []
        for code, shape in zip(grids["code"], grids.geometry, strict=True):
            line = across(shape)
            edit = {"operation": "split", "grid": code, "line": line}
            reply = page.request.post(
                f"{self.url}/v1/plans/{plan}/preview?datum=wgs84", data=edit, headers=HEADERS
            )
            # the split keeps the code for the half with more households, which must not be all
            if reply.ok and all(each["households"] for each in reply.json()["after"].values()):
                found.append((code, line["coordinates"]))
            if len(found) == EDITS // self.fewer:
                break
        return found
