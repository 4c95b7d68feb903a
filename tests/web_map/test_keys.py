"""Every key that the help lists does what it says, no other does anything, and all are silent in a field."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.boundaries import towns
from tests.web_map.admin_files import UGLY, give
from tests.web_map.browsers import STEP_MS
from tests.web_map.conftest import (
    A1,
    A2,
    A3,
    A4,
    LEADER,
    LEADER_PHONE,
    OpenPage,
    keep,
    pixel,
    said,
    settle,
    sign_in,
)
from tests.web_map.planning.conftest import click, rows
from tests.web_map.test_accessibility import violations

DIGITS = "1–9"
"""How the help writes them."""
NAMES = {
    "Enter": "Enter",
    "Esc": "Escape",
    "⌫": "Backspace",
    "␣": "Space",
    "Ctrl+Z": "Control+z",
    "Ctrl+Y": "Control+y",
    "Ctrl+⇧+Z": "Control+Shift+z",
}
LISTED = {
    "page": {"/", "H", "?"},
    "dispatch": {"F", DIGITS, "Y", "N", "T", "I", "A", "Esc"},
    "plan": set("VPSBRMLAF[]") | {"Enter", "⌫", "Esc", "Ctrl+Z", "Ctrl+⇧+Z", "Ctrl+Y", "␣"},
    "density": {",", "."},
    "admin": {"[", "]", "F"},
}


class Keys:
    """Presses keys by the names of the help, and knows which it has not pressed."""

    def __init__(self, page: Page, where: str) -> None:
        self.page = page
        self.left = set(LISTED[where])

    def press(self, sign: str, *, digit: int = 1) -> None:
        self.left.discard(sign)
        self.page.keyboard.press(str(digit) if sign == DIGITS else NAMES.get(sign, sign.lower()))


def centre(page: Page) -> tuple[float, float, float]:
    """Where the map is: lon, lat, zoom. Nothing glides where motion is reduced."""
    lon, lat, zoom = page.evaluate(
        "() => { const map = window.yiwang.map, { lng, lat } = map.getCenter();"
        " return [lng, lat, map.getZoom()] }"
    )
    return lon, lat, zoom


def until(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(STEP_MS // 50):
        if holds():
            return
        page.wait_for_timeout(50)
    pytest.fail("it did not come to that")


def sees(page: Page, *corners: tuple[float, float]) -> bool:
    """Whether the map shows these points of the drawing."""
    west, south, east, north = page.evaluate("() => window.yiwang.map.getBounds().toArray().flat()")
    places = [towns.at(*corner) for corner in corners]
    return all(west < lon < east and south < lat < north for lon, lat in places)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_help_lists_what_is_heard_and_nothing_else(
    open_page: OpenPage, browser: Browser, language: str
) -> None:
    page = open_page(browser, f"#lang={language}", width=1366, height=768)
    settle(page)
    expect(page.locator(".omnibox input")).to_be_focused()
    page.keyboard.press("Escape")  # out of the search box
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    listed = dialog.locator("dl").evaluate_all(
        "lists => Object.fromEntries(lists.map(list => [list.dataset.where,"
        " [...list.querySelectorAll('kbd')].map(key => key.textContent)]))"
    )
    gestures = {"方向键、+、−", "⇧ + 点击"} if language == "zh" else {"Arrows, +, −", "⇧ + click"}
    assert {where: set(keys) - gestures for where, keys in listed.items()} == LISTED
    assert violations(page) == []
    keep(page, f"keys-{language}")


def test_a_call_is_taken_by_keys(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(browser, "#lang=zh")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, "dispatcher")
    settle(page)
    keys, card = Keys(page, "dispatch"), page.locator(".card")
    search = page.locator(".omnibox input")
    page.locator("body").press("Escape")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("笔峰寺第1网格")
    expect(page.get_by_role("option").first).to_contain_text("笔峰寺第1网格")
    page.keyboard.press("Enter")
    expect(card.locator("h2")).to_have_text("笔峰寺第1网格")

    shown = page.locator("button.matter")
    for digit in (1, 2, 9):
        keys.press(DIGITS, digit=digit)
        expect(shown.nth(digit - 1)).to_have_attribute("aria-pressed", "true")
    name = shown.nth(8).locator(".code").inner_text()
    with said(page, ".toast", "已复制"):
        keys.press("Y")
        keep(page, "key-copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert LEADER in copied and LEADER_PHONE in copied and name in copied

    page.keyboard.press("h")
    until(page, lambda: sees(page, (0.5, 5.5), (29, 1)))
    keys.press("F")
    until(page, lambda: not sees(page, (29, 1)))
    assert sees(page, (0.5, 5.5), (4.5, 9.5))

    keys.press("T")
    expect(page.locator(".time-bar input")).to_be_focused()
    page.keyboard.press("Escape")  # the question, not the card
    expect(page.locator(".time-bar")).to_have_count(0)
    expect(card).to_be_visible()
    keys.press("T")
    page.locator(".time-bar input").fill("2026-02-01T08:00")
    page.locator(".time-bar input").press("Enter")
    expect(page.locator(".time-bar.past")).to_be_visible()
    page.locator(".time-bar button").click()

    keys.press("I")
    expect(page.get_by_role("dialog")).to_contain_text("登记")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.press("A")
    expect(page.locator(".calls")).to_be_visible()
    keys.press("A")
    expect(page.locator(".calls")).to_have_count(0)
    expect(card).to_be_visible()
    keys.press("Esc")
    expect(card).to_have_count(0)
    page.go_back()
    expect(card).to_be_visible()
    keys.press("N")
    expect(card).to_have_count(0)
    expect(search).to_be_focused()
    assert keys.left == set()


def test_f_finds_what_a_link_or_the_way_back_has_chosen(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(browser, "#lang=zh&at=building:H6")
    settle(page)
    expect(page.locator(".card h2")).to_be_visible()
    page.locator("body").press("Escape")
    page.go_back()
    expect(page.locator(".card h2")).to_be_visible()
    page.locator("body").press("f")  # the grid around it
    until(page, lambda: not sees(page, (1, 5)))
    assert sees(page, (16, 2), (17, 3))
    page.locator("body").press("n")
    search = page.locator(".omnibox input")
    search.fill("笔峰寺社区")
    expect(page.get_by_role("option").first).to_contain_text("笔峰寺社区")
    page.keyboard.press("Enter")
    expect(page.locator(".browser h2")).to_have_text("笔峰寺社区")
    page.keyboard.press("h")
    until(page, lambda: sees(page, (29, 1)))
    page.keyboard.press("f")
    until(page, lambda: not sees(page, (29, 1)))
    assert sees(page, (0.5, 0.5), (9.5, 9.5))


def test_the_map_and_the_page_are_moved_by_keys(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(browser, "#lang=zh&view=15/35.505/112.805")
    settle(page)
    keys = Keys(page, "page")
    page.locator(".maplibregl-canvas").focus()
    lon, lat, zoom = centre(page)
    for key, moved in (
        ("ArrowRight", lambda: centre(page)[0] > lon),
        ("ArrowLeft", lambda: centre(page)[0] == pytest.approx(lon, abs=1e-6)),
        ("ArrowUp", lambda: centre(page)[1] > lat),
        ("ArrowDown", lambda: centre(page)[1] == pytest.approx(lat, abs=1e-6)),
        ("+", lambda: centre(page)[2] == pytest.approx(zoom + 1)),
        ("-", lambda: centre(page)[2] == pytest.approx(zoom)),
    ):
        page.keyboard.press(key)
        until(page, moved)
    keys.press("H")
    until(page, lambda: sees(page, (0.5, 5.5), (29, 1)))
    keys.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("h")  # a dialog has the keys to itself
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    keys.press("/")
    expect(page.locator(".omnibox input")).to_be_focused()
    assert keys.left == set()


def tool(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)


def sketched(page: Page) -> int:
    """How many points the line in hand has, with the one under the cursor."""
    points: int = page.evaluate(
        "() => window.yiwang.map.getStyle().sources['td-linestring'].data.features"
        ".filter(each => each.properties.mode === 'linestring')"
        ".reduce((most, each) => Math.max(most, each.geometry.coordinates.length), 0)"
    )
    return points


def test_a_plan_is_worked_on_by_keys(desk: Page) -> None:
    page, keys = desk, Keys(desk, "plan")
    grids, chosen = page.locator(".grids tbody tr"), page.locator(".grids tr.on")
    for key, name in (("P", "新划"), ("R", "划归"), ("S", "拆分"), ("B", "边界"), ("V", "选择")):
        keys.press(key)
        expect(tool(page, name)).to_have_attribute("aria-pressed", "true")

    click(page, 1.5, 7.5)
    expect(chosen).to_have_attribute("data-code", A1)
    keys.press("L")
    expect(page.locator(f"tr[data-code='{A1}'] .lock")).to_be_visible()
    keys.press("L")
    expect(page.locator(".grids .lock")).to_have_count(0)
    keys.press("F")
    until(page, lambda: not sees(page, (9.9, 0.1)))
    assert sees(page, (0.1, 5.1), (4.9, 9.9))
    keys.press("Esc")
    expect(chosen).to_have_count(0)
    keys.press("F")  # nothing chosen: all of it
    until(page, lambda: sees(page, (0.1, 0.1), (9.9, 9.9)))

    # a line: a point too many is taken back, all of it dropped, and then it is drawn to its end
    keys.press("S")
    settle(page)
    click(page, -0.6, 2.5)
    click(page, 2.5, 2.5)
    page.mouse.move(*pixel(page, 3, 4))
    until(page, lambda: sketched(page) == 3)
    keys.press("⌫")
    page.mouse.move(*pixel(page, 3, 4.2))
    until(page, lambda: sketched(page) == 2)
    keys.press("Esc")
    until(page, lambda: sketched(page) == 0)
    expect(tool(page, "拆分")).to_have_attribute("aria-pressed", "true")
    click(page, -0.6, 2.5)
    click(page, 5.4, 2.52)
    keys.press("Enter")
    expect(grids).to_have_count(5)
    keys.press("Esc")
    expect(tool(page, "选择")).to_have_attribute("aria-pressed", "true")

    # what the split changes is told after its net, and the problems with it
    expect(page.get_by_role("tab", name="改动").locator(".count")).not_to_have_text("0")
    page.get_by_role("tab", name="问题").click()
    problems = page.locator(".problems .problem-row")
    expect(problems.nth(1)).to_be_visible()
    keys.press("]")
    expect(problems.first).to_have_class("problem-row on")
    keys.press("[")  # round to the last
    expect(problems.last).to_have_class("problem-row on")
    page.get_by_role("tab", name="网格").click()

    for key, count in (("Ctrl+Z", 4), ("Ctrl+⇧+Z", 5), ("Ctrl+Z", 4), ("Ctrl+Y", 5), ("Ctrl+Z", 4)):
        keys.press(key)
        expect(grids).to_have_count(count)
    assert rows(page) == {A1, A2, A3, A4}

    click(page, 1.5, 1.5)
    page.keyboard.down("Shift")
    click(page, 7.5, 2.5)
    page.keyboard.up("Shift")
    expect(chosen).to_have_count(2)
    keys.press("M")
    expect(page.get_by_role("dialog")).to_contain_text("合并 2 个网格")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.press("A")
    expect(page.locator(".balance")).to_be_visible()
    keys.press("A")
    expect(page.locator(".balance")).to_have_count(0)

    # with Space a node stays where it is, and the map moves
    keys.press("B")
    keys.press("Esc")
    keys.press("Esc")
    keys.press("B")
    settle(page)
    before = centre(page)
    tool(page, "边界").click()  # the pointer has pressed it: Space is still not its own
    keys.left.discard("␣")
    page.mouse.move(*pixel(page, 5, 5))
    page.keyboard.down("Space")
    expect(page.locator(".map .panning")).to_have_count(1)
    page.mouse.down()
    x, y = pixel(page, 5, 5)
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    page.keyboard.up("Space")
    expect(page.locator(".map .panning")).to_have_count(0)
    until(page, lambda: centre(page) != before)
    expect(page.locator(".grids .mark:not(.lock)")).to_have_count(0)
    assert keys.left == set()


def test_keys_are_silent_in_a_field_and_heard_beside_it(desk: Page) -> None:
    page = desk
    typed = "vpsbrmlaf[]hyn12? "
    page.get_by_role("checkbox", name="选择 笔峰寺第1网格").focus()
    page.keyboard.press("Space")  # its own
    expect(page.locator(".grids tr.on")).to_have_attribute("data-code", A1)
    page.keyboard.press("l")  # and a letter is no text there
    expect(page.locator(f"tr[data-code='{A1}'] .lock")).to_be_visible()
    page.keyboard.press("s")
    for field in (page.locator(".omnibox input"), page.get_by_label("输入经纬度加点")):
        field.focus()
        where = centre(page)
        page.keyboard.type(typed)
        expect(field).to_have_value(typed)
        page.keyboard.press("Control+z")  # of the field
        page.keyboard.press("Backspace")
        assert centre(page) == where
        expect(tool(page, "拆分")).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".balance, dialog[open]")).to_have_count(0)
        expect(page.locator(".grids .lock")).to_have_count(1)
        expect(page.locator(".map .panning")).to_have_count(0)
        field.fill("")
    page.get_by_role("button", name="查询", exact=True).click()
    search = page.locator(".omnibox input")
    expect(search).to_be_focused()
    page.keyboard.type("antif1y?")
    expect(search).to_have_value("antif1y?")
    expect(page.locator(".calls, .time-bar, dialog[open]")).to_have_count(0)


def test_a_key_that_is_not_listed_does_nothing(page: Page) -> None:
    page.mouse.click(*pixel(page, 1.5, 6.5))
    expect(page.locator(".card h2")).to_be_visible()
    expect(page.locator(".happened[aria-busy=false]")).to_be_visible()  # the last that is asked for
    expect(page.locator(".panel [aria-busy=true]")).to_have_count(0)
    settle(page)
    before = page.locator(".panel").inner_text(), page.url, centre(page)
    for key in "bcdegjklmopqrsuvwxz0,.;'[]":
        page.keyboard.press(key)
    for combination in ("Control+b", "Alt+n", "Control+Shift+y", "Space", "Enter", "Backspace"):
        page.keyboard.press(combination)
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert (page.locator(".panel").inner_text(), page.url, centre(page)) == before


def test_faults_are_walked_by_keys(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(browser, "#lang=zh&mode=admin&part=import", width=1366, height=768)
    sign_in(page, "planner")
    settle(page)
    give(page, "网格.geojson", UGLY)
    page.get_by_role("button", name="检查", exact=True).click()
    faults = page.locator(".faults .problem-row")
    expect(faults.first).to_be_visible()
    keys = Keys(page, "admin")
    page.locator(".card-head h2").click()
    keys.press("[")
    expect(faults.last).to_have_attribute("aria-current", "true")
    keys.press("]")
    expect(faults.first).to_have_attribute("aria-current", "true")
    overlap = page.locator(".problem-row", has_text="重叠")
    overlap.click()
    there = centre(page)
    page.keyboard.press("h")
    until(page, lambda: centre(page) != there)
    keys.press("F")
    until(page, lambda: centre(page) == pytest.approx(there))
    assert keys.left == set()


def test_time_is_stepped_through_by_keys(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(
        browser, "#lang=zh&mode=density&from=2026-01-01&to=2026-03-31&bucket=month", width=1366, height=768
    )
    keys, bar = Keys(page, "density"), page.locator(".frame-bar")
    slider = bar.get_by_role("slider")
    expect(slider).to_have_value("0")
    keys.press(".")
    expect(slider).to_have_value("1")
    keys.press(",")
    expect(slider).to_have_value("0")
    assert keys.left == set()
