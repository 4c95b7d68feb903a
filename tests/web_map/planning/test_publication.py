"""A plan goes into force: a module of its own, since the town is another one afterwards."""

from playwright.sync_api import Browser, Page, expect

from tests.web_map.conftest import OpenPage, keep, sign_in
from tests.web_map.planning.conftest import choose_two
from tests.web_map.test_accessibility import violations


def test_a_plan_goes_into_force_through_two_people(
    desk: Page, open_page: OpenPage, browser: Browser, plan: str
) -> None:
    choose_two(desk, (1.5, 1.5), (7.5, 1.5))
    desk.keyboard.press("m")
    desk.get_by_role("dialog").get_by_role("button", name="合并").click()
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    desk.get_by_role("button", name="提交申请").click()
    expect(desk.locator(".eyebrow .state")).to_have_text("已申请")
    desk.get_by_role("button", name="审核通过").click()
    expect(desk.get_by_role("alert")).to_be_visible()

    second = open_page(browser, f"#mode=plan&plan={plan}", width=1280, height=800)
    sign_in(second, "approver")
    second.get_by_role("button", name="English").click()
    second.get_by_role("button", name="Pass review").click()
    second.get_by_role("button", name="Approve", exact=True).click()
    expect(second.get_by_label("Takes effect")).to_be_visible()
    keep(second, "plan-approved")
    second.get_by_role("button", name="Publish", exact=True).click()
    expect(second.locator(".eyebrow .state")).to_have_text("Published")
    keep(second, "plan-published")
    assert violations(second) == []
