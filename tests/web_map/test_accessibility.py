"""axe-core finds nothing on any screen, and the page asks no other machine for anything."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web_map.conftest import PAGE, OpenPage, keep, pixel, settle

AXE = PAGE / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What axe objects to, each with the element."""
    if not AXE.is_file():
        pytest.fail("axe-core is missing: ./run test installs it")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("rules => window.axe.run(document, {runOnly: rules})", RULES)
    return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]


def _start(page: Page) -> None:
    expect(page.locator(".browser h2")).to_be_visible()


def _card(page: Page) -> None:
    page.mouse.click(*pixel(page, 1.5, 6.5))
    expect(page.locator(".card h2")).to_be_visible()
    page.locator(".card summary").last.click()


def _vacant(page: Page) -> None:
    page.mouse.click(*pixel(page, 12, 5))
    expect(page.locator(".card")).to_have_attribute("data-status", "vacant")


def _results(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("笔峰寺")
    expect(page.get_by_role("option").first).to_be_visible()


def _datum(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("35.5075,112.809")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio").first).to_be_attached()


def _nothing(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("qqqqzzzz")
    expect(page.locator(".results .empty")).to_be_visible()


def _keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def _sign_in(page: Page) -> None:
    page.locator(".session > button").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _legend(page: Page) -> None:
    page.locator(".legend summary").click()


SCREENS: dict[str, Callable[[Page], None]] = {
    "start": _start,
    "legend": _legend,
    "card": _card,
    "vacant": _vacant,
    "results": _results,
    "nothing found": _nothing,
    "datum": _datum,
    "keys": _keys,
    "sign in": _sign_in,
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_on_any_screen(open_page: OpenPage, browser: Browser, language: str) -> None:
    page = open_page(browser, f"#lang={language}")
    settle(page)
    found = {}
    for name, reach in SCREENS.items():
        reach(page)
        found[name] = violations(page)
        for _ in range(3):  # the dialog or the list, the text, the card
            page.keyboard.press("Escape")
    assert found == {name: [] for name in SCREENS}


def test_axe_finds_nothing_without_a_map(open_page: OpenPage, browser_without_webgl: Browser) -> None:
    page = open_page(browser_without_webgl)
    _start(page)
    assert violations(page) == []


def test_a_narrow_screen_holds_the_page_without_scrolling_sideways(
    open_page: OpenPage, browser: Browser
) -> None:
    page = open_page(browser, width=360, height=740)
    settle(page)
    _card(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []
    keep(page, "narrow")


def test_everything_comes_from_the_one_server(open_page: OpenPage, browser: Browser, server: str) -> None:
    page = open_page(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    settle(page)
    _card(page)
    local = [url for url in asked if url.startswith(server)]
    assert any("/v1/tiles/" in url for url in local)
    assert [url for url in asked if not url.startswith((server, "data:", "blob:"))] == []
