"""Two states of the net, over each other and on either side of a divider, and their difference as a file."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.boundaries import towns
from tests.web_map.conftest import A1, A2, A3, A4, OpenPage, ask, keep, pixel, settle, sign_in
from tests.web_map.test_accessibility import violations
from tests.web_map.test_keys import until

STEPS = (
    ("submission", "planner"),
    ("review", "reviewer"),
    ("approval", "approver"),
    ("publication", "approver"),
)
DIVIDER = re.compile("分界线|Divider")


@pytest.fixture(scope="module")
def published(server: str) -> str:
    """An instant before A3 and A4 became one grid."""
    before = datetime.now(UTC)
    made = ask(server, "POST", "/v1/plans", {"title": "南半合并", "scope": towns.A})
    merge = {"operation": "merge", "grids": [A3, A4], "keep": A3}
    ask(server, "POST", f"/v1/plans/{made['code']}/edits", merge, seen=made["version"])
    for step, by in STEPS:
        now = ask(server, "GET", f"/v1/plans/{made['code']}", by=by)
        ask(server, "POST", f"/v1/plans/{made['code']}/{step}", {}, by=by, seen=now["version"])
    return (before - timedelta(seconds=1)).isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def plan(server: str, published: str) -> str:
    """A plan that makes one grid of A1 and A2."""
    made: str = ask(server, "POST", "/v1/plans", {"title": "北半合并", "scope": towns.A})["code"]
    merge = {"operation": "merge", "grids": [A1, A2], "keep": A1}
    ask(server, "POST", f"/v1/plans/{made}/edits", merge, seen=1)
    return made


def names(page: Page, side: str) -> set[str]:
    """The grids that a side of the divider names."""
    found: list[str] = page.evaluate(
        "side => { const map = side === 'late' ? window.yiwang.late : window.yiwang.map;"
        " return map.queryRenderedFeatures({layers: ['compare-before-name', 'compare-after-name']})"
        ".map(each => each.properties.name) }",
        side,
    )
    return set(found)


def cut(page: Page) -> float:
    """Where the later map begins, as a share of the width."""
    left: str = page.evaluate("() => document.querySelector('.late').style.clipPath")
    return float(left.split()[-1].rstrip("%)")) / 100


def beside(page: Page, zh: bool) -> None:
    page.get_by_role("radio", name="左右对照" if zh else "Side by side").check(force=True)
    page.wait_for_function(
        "() => window.yiwang.late?.isStyleLoaded() && document.querySelector('.late').style.clipPath"
    )
    settle(page)
    page.evaluate(
        "() => new Promise(done => {"
        " const map = window.yiwang.late; map.once('idle', () => done()); map.triggerRepaint() })"
    )


@pytest.mark.parametrize(("language", "width"), [("zh", 1366), ("en", 1366), ("zh", 390)])
def test_two_instants_lie_on_either_side_of_a_divider(
    open_page: OpenPage, browser: Browser, published: str, language: str, width: int
) -> None:
    zh = language == "zh"
    span = f"span={published}~{datetime.now(UTC).isoformat().replace('+00:00', 'Z')}"
    page = open_page(browser, f"#lang={language}&mode=compare&{span}", width=width, height=768)
    expect(page.locator(".changes").first.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_role("slider", name=DIVIDER)).to_have_count(0)
    beside(page, zh)
    divider = page.get_by_role("slider", name=DIVIDER)
    assert cut(page) == pytest.approx(0.5)
    expect(page.locator(".late canvas")).to_be_visible()
    page.wait_for_function(
        "() => window.yiwang.late.queryRenderedFeatures({layers: ['compare-after-fill']}).length"
    )
    south = {"笔峰寺第3网格", "笔峰寺第4网格"}
    assert names(page, "early") >= south
    assert names(page, "late") & south == {"笔峰寺第3网格"}
    assert violations(page) == []
    keep(page, f"swipe-{language}-{width}")

    divider.focus()
    for key, share in (("ArrowRight", 51), ("ArrowDown", 50), ("Home", 0), ("PageUp", 10), ("End", 100)):
        page.keyboard.press(key)
        expect(divider).to_have_attribute("aria-valuenow", str(share))
    until(page, lambda: cut(page) == 1)
    page.keyboard.press("PageDown")
    expect(divider).to_have_attribute("aria-valuenow", "90")

    box = divider.bounding_box()
    ground = page.locator(".map").bounding_box()
    assert box and ground
    y = box["y"] + box["height"] * 0.7
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(ground["x"] + ground["width"] * 0.25, y, steps=5)
    page.mouse.up()
    expect(divider).to_have_attribute("aria-valuenow", "25")
    until(page, lambda: cut(page) == pytest.approx(0.25, abs=0.01))
    page.mouse.move(ground["x"] + ground["width"] * 0.6, y)  # let go: it stays
    expect(divider).to_have_attribute("aria-valuenow", "25")
    keep(page, f"swipe-moved-{language}-{width}")


def test_both_maps_go_together_and_show_the_same_layers(
    open_page: OpenPage, browser: Browser, plan: str
) -> None:
    page = open_page(browser, f"#lang=zh&mode=compare&plan={plan}", width=1366, height=768)
    sign_in(page, "planner")
    expect(page.locator(".changes").first.locator("tbody tr")).to_have_count(2)
    beside(page, zh=True)
    page.wait_for_function(
        "() => window.yiwang.late.queryRenderedFeatures({layers: ['compare-after-fill']}).length"
    )
    assert names(page, "early") >= {"笔峰寺第1网格", "笔峰寺第2网格"}
    assert "笔峰寺第2网格" not in names(page, "late")
    x, y = pixel(page, 5, 5)
    page.mouse.move(x + 200, y)  # over the later map
    page.mouse.down()
    page.mouse.move(x + 120, y + 60, steps=4)
    page.mouse.up()
    settle(page)
    where = "map => { const at = map.getCenter(); return [at.lng, at.lat, map.getZoom()] }"
    both = page.evaluate(f"() => [window.yiwang.map, window.yiwang.late].map({where})")
    assert both[0] == pytest.approx(both[1])
    page.locator(".layers summary").click()
    page.get_by_role("checkbox", name="楼栋").uncheck()
    page.wait_for_function("() => window.yiwang.late.getLayoutProperty('buildings', 'visibility') === 'none'")
    keep(page, "swipe-plan")

    page.get_by_role("radio", name="叠加").check(force=True)
    expect(page.locator(".late")).to_have_count(0)
    expect(page.get_by_role("slider", name="之前与之后的显示比例")).to_be_visible()
    page.get_by_role("radio", name="左右对照").check(force=True)
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.locator(".late, .divider")).to_have_count(0)
    settle(page)
    shown = "() => window.yiwang.map.getLayoutProperty('label-grid', 'visibility')"
    assert page.evaluate(shown) != "none"


def test_what_is_compared_is_offered_as_csv_whatever_it_is_set_against(
    open_page: OpenPage, browser: Browser, plan: str
) -> None:
    page = open_page(browser, f"#lang=zh&mode=compare&plan={plan}&against=now", width=1366, height=768)
    sign_in(page, "planner")
    expect(page.locator(".changes").first.locator("tbody tr")).to_have_count(2)
    with page.expect_download() as told:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert "against=now" in told.value.url
    table = list(csv.reader(io.StringIO(told.value.path().read_text(encoding="utf-8-sig"))))
    assert {A1, A2} <= {cell for row in table for cell in row}
    keep(page, "compare-files")


def test_a_plan_is_set_against_another_plan(
    open_page: OpenPage, browser: Browser, server: str, plan: str
) -> None:
    other = ask(server, "POST", "/v1/plans", {"title": "西半合并", "scope": towns.A})["code"]
    ask(
        server,
        "POST",
        f"/v1/plans/{other}/edits",
        {"operation": "merge", "grids": [A1, A3], "keep": A1},
        seen=1,
    )
    page = open_page(browser, f"#lang=zh&mode=compare&plan={plan}", width=1366, height=768)
    sign_in(page, "planner")
    page.get_by_role("combobox", name="与另一方案相比").select_option(other)
    changes = page.locator(".changes").first.locator("tbody tr")
    expect(changes).to_have_count(3)  # A3 comes back, A2 goes, A1 gives the one and gets the other
    assert f"against={other}" in page.url
    expect(page.get_by_label("与日期相比")).to_be_disabled()
    settle(page)
    before = page.evaluate(
        "() => window.yiwang.map.querySourceFeatures('compare-before').map(each => each.properties.name)"
    )
    assert "笔峰寺第2网格" in before  # of the other plan, where it still is
    with page.expect_download() as told:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert f"before={other}&after={plan}" in told.value.url
    assert {A1, A2, A3} <= set(re.findall(r"\d{15}", told.value.path().read_text(encoding="utf-8-sig")))
    assert violations(page) == []
    keep(page, "compare-plans")
