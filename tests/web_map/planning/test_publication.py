"""A plan goes into force: a module of its own, since the town is another one afterwards."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web_map.conftest import A1, OpenPage, keep, pixel, settle, sign_in
from tests.web_map.planning.conftest import choose_two
from tests.web_map.test_accessibility import violations


@pytest.mark.parametrize(
    "language", ["en", "zh"]
)  # what the first publishes leaves four grids for the second
def test_a_plan_goes_into_force_through_two_people(
    desk: Page, open_page: OpenPage, browser: Browser, plan: str, language: str
) -> None:
    zh = language == "zh"
    if zh:
        choose_two(desk, (1.5, 1.5), (7.5, 1.5))
        desk.keyboard.press("m")
        desk.get_by_role("dialog").get_by_role("button", name="合并").click()
        expect(desk.locator(".grids tbody tr")).to_have_count(3)
    else:
        desk.get_by_role("button", name="English").click()
        desk.keyboard.press("b")
        settle(desk)
        desk.mouse.move(*pixel(desk, 5, 5))
        desk.mouse.down()
        desk.mouse.move(*pixel(desk, 5.24, 4.8), steps=4)
        desk.mouse.up()
        expect(desk.locator(f"tr[data-code='{A1}'] .mark")).to_be_visible()
    desk.get_by_role("button", name="提交申请" if zh else "Submit").click()
    expect(desk.locator(".eyebrow .state")).to_have_text("已申请" if zh else "Submitted")
    review = "审核通过" if zh else "Pass review"
    desk.get_by_role("button", name=review).click()
    expect(desk.get_by_role("alert")).to_be_visible()

    second = open_page(browser, f"#mode=plan&plan={plan}", width=1280, height=800)
    sign_in(second, "approver")
    if not zh:
        second.get_by_role("button", name="English").click()
    second.get_by_role("button", name=review).click()
    second.get_by_role("button", name="批复" if zh else "Approve", exact=True).click()
    expect(second.get_by_label("生效时间" if zh else "Takes effect")).to_be_visible()
    keep(second, f"plan-approved-{language}")
    second.get_by_role("button", name="发布" if zh else "Publish", exact=True).click()
    expect(second.locator(".eyebrow .state")).to_have_text("已发布" if zh else "Published")
    keep(second, f"plan-published-{language}")
    assert violations(second) == []
