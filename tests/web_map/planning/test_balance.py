"""A community or chosen grids are balanced by the server: compared, taken, and undone in one step."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.boundaries import towns
from tests.web_map.conftest import A1, A2, A3, A4, OpenPage, ask, keep, settle, sign_in
from tests.web_map.planning.conftest import add_to_choice, click, rows
from tests.web_map.test_accessibility import violations

CROWD = 50


@pytest.fixture(scope="module")
def houses() -> list[dict[str, Any]]:
    """50 × 50 houses in community C, for a search that takes its time."""
    side = 10 / CROWD
    return [
        {
            "code": f"C{x}-{y}",
            "geometry": towns.box(
                20 + side * (x + 0.3), side * (y + 0.3), 20 + side * (x + 0.7), side * (y + 0.7)
            ),
            "households": 1 + (3 * x + 5 * y) % 7,
        }
        for x in range(CROWD)
        for y in range(CROWD)
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_community_is_balanced_compared_taken_and_undone_in_one_step(desk: Page, language: str) -> None:
    zh = language == "zh"
    if not zh:
        desk.get_by_role("button", name="English").click()
    desk.locator("body").press("a")
    panel = desk.locator(".balance")
    panel.get_by_label("网格个数" if zh else "How many grids").fill("3")
    keep(desk, f"balance-asked-{language}")
    assert violations(desk) == []
    panel.get_by_role("button", name="开始计算" if zh else "Start").click()
    expect(panel.locator(".proposals thead th")).to_have_count(3, timeout=120_000)
    expect(panel.locator(".balance-state")).to_have_text("计算完成。" if zh else "Done.", timeout=120_000)
    expect(panel).to_contain_text("改动最小：未给出" if zh else "Least change: not given")
    expect(panel.locator(".thumbnail").first.locator("path")).to_have_count(3)
    panel.get_by_role("button", name="在地图上看" if zh else "Show on the map").first.click()
    settle(desk)
    ghosts = "() => window.yiwang.map.querySourceFeatures('plan-ghost').length"
    assert desk.evaluate(ghosts) > 0
    keep(desk, f"balance-{language}")
    assert violations(desk) == []
    desk.reload()  # the job is taken up again
    expect(desk.locator(".grids tbody tr")).to_have_count(4)
    desk.locator("body").press("a")
    panel.get_by_role("button", name="取用: 户数均衡" if zh else "Take it: Alike").click()
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    desk.keyboard.press("Control+z")
    expect(desk.locator(".grids tbody tr")).to_have_count(4)
    assert rows(desk) == {A1, A2, A3, A4}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_chosen_grids_are_balanced_by_themselves_and_a_locked_one_stays(desk: Page, language: str) -> None:
    zh = language == "zh"
    if not zh:
        desk.get_by_role("button", name="English").click()
    panel = desk.locator(".balance")
    begin = panel.get_by_role("button", name="开始计算" if zh else "Start")
    click(desk, 1.5, 7.5)
    desk.keyboard.press("l")
    add_to_choice(desk, 7.5, 7.5)
    desk.keyboard.press("a")
    expect(panel.get_by_role("radio", name="所选 2 个网格" if zh else "The 2 chosen grids")).to_be_checked()
    begin.click()
    expect(panel.get_by_role("alert")).to_contain_text("锁定" if zh else "locked")
    panel.get_by_role("radio", name="整个社区" if zh else "The whole community").check()
    expect(panel).to_contain_text("1 个已锁定" if zh else "1 locked")
    expect(panel.get_by_label("网格个数" if zh else "How many grids")).to_have_value("3")
    panel.get_by_role("button", name="关闭" if zh else "Close").click()

    desk.keyboard.press("l")  # a lock on both
    desk.keyboard.press("l")  # and off again
    desk.keyboard.press("a")
    panel.get_by_label("网格个数" if zh else "How many grids").fill("3")
    keep(desk, f"balance-chosen-asked-{language}")
    assert violations(desk) == []
    begin.click()
    expect(panel.locator(".balance-state")).to_have_text("计算完成。" if zh else "Done.", timeout=120_000)
    expect(panel.locator(".thumbnail").first.locator("path")).to_have_count(3)
    panel.get_by_role("button", name="在地图上看" if zh else "Show on the map").first.click()
    settle(desk)
    keep(desk, f"balance-chosen-{language}")
    assert violations(desk) == []
    panel.get_by_role("button", name="取用: 户数均衡" if zh else "Take it: Alike").click()
    expect(desk.locator(".grids tbody tr")).to_have_count(5)
    for code in (A3, A4):
        expect(desk.locator(f"tr[data-code='{code}'] .mark")).to_have_count(0)
    desk.keyboard.press("Control+z")
    expect(desk.locator(".grids tbody tr")).to_have_count(4)


def test_the_map_shows_the_best_so_far_while_a_search_goes_on(
    open_page: OpenPage, browser: Browser, server: str
) -> None:
    made = ask(server, "POST", "/v1/plans", {"title": "细分", "scope": towns.C})
    page = open_page(browser, f"#mode=plan&plan={made['code']}", width=1280, height=800)
    sign_in(page, "planner")
    expect(page.locator(".grids tbody tr")).to_have_count(1)
    settle(page)
    page.locator("body").press("a")
    panel = page.locator(".balance")
    panel.get_by_label("网格个数").fill("16")
    panel.get_by_role("button", name="开始计算").click()
    page.wait_for_function(  # asked in every frame
        "() => document.querySelector('.balance .preview')"
        " && window.yiwang.map.querySourceFeatures('plan-ghost').length > 0",
        timeout=120_000,
    )
    keep(page, "balance-preview")
    expect(panel.locator(".proposals thead th")).to_have_count(3, timeout=120_000)
    expect(panel.locator(".preview")).to_have_count(0)
    ask(server, "POST", f"/v1/plans/{made['code']}/withdrawal", {}, seen=made["version"])
