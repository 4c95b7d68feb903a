"""Human coverage in the page: counts by kind, their places, and the way to a place on the map."""

import pytest
from playwright.sync_api import Browser, expect

from tests.boundaries import towns
from tests.web_map.conftest import OpenPage, settle, sign_in
from tests.web_map.test_accessibility import violations

VACANT = f"{towns.A}003"  # the first of the four grids without a leader


def test_counts_lead_to_the_places_and_a_place_is_shown(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(browser, width=1280, height=800)
    settle(page)
    expect(page.locator(".browser")).to_be_visible()
    assert page.locator(".coverage").count() == 0  # whoever only looks sees no counts
    sign_in(page, "dispatcher")
    panel = page.locator(".coverage")
    panel.get_by_text("人员缺口").click()
    leaders = panel.get_by_role("button", name="网格长空缺")
    expect(leaders).to_contain_text("4")
    assert panel.locator(".findings").count() == 0
    leaders.press("Enter")
    expect(leaders).to_have_attribute("aria-expanded", "true")
    expect(panel.locator(".findings li")).to_have_count(4)
    assert violations(page) == []
    before = page.evaluate("() => window.yiwang.map.getZoom()")
    panel.locator(".findings").get_by_role("button", name=VACANT).click()
    expect(page.locator(".card")).to_contain_text(VACANT)
    page.wait_for_function("zoom => window.yiwang.map.getZoom() > zoom + 0.5", arg=before)
    assert f"at=grid:{VACANT}" in page.url


@pytest.mark.parametrize(("code", "leaders"), [(towns.A, 2), ("140502002", 0)])
def test_the_counts_are_those_of_the_area_that_is_open(
    open_page: OpenPage, browser: Browser, code: str, leaders: int
) -> None:
    page = open_page(browser, f"#at=area:{code}&lang=en", width=1280, height=800, locale="en")
    page.locator(".session > button").click()
    page.get_by_label("Account").fill("planner")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("dialog").get_by_role("button", name="Sign in").click()
    panel = page.locator(".coverage")
    panel.get_by_text("What is missing among people").click()
    expect(panel.get_by_role("button", name="grids without staff")).to_be_visible()
    found = panel.get_by_role("button", name="grids without a leader")
    expect(found).to_have_count(1 if leaders else 0)
    if leaders:
        expect(found).to_contain_text(str(leaders))
