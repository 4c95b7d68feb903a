"""What a plan changes is compared with the net in force, now or on a date."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web_map.conftest import A3, A4, OpenPage, ask, keep, settle, sign_in
from tests.web_map.test_accessibility import violations


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_plan_changes_is_compared_with_what_is_in_force(
    open_page: OpenPage, browser: Browser, server: str, plan: str, language: str
) -> None:
    zh = language == "zh"
    merge = {"operation": "merge", "grids": [A3, A4], "keep": A3}
    ask(server, "POST", f"/v1/plans/{plan}/edits", merge, seen=1)
    page = open_page(browser, f"#mode=compare&plan={plan}", width=1280, height=800)
    sign_in(page, "planner")
    if not zh:
        page.get_by_role("button", name="English").click()
    expect(page.locator(".changes").first.locator("tbody tr")).to_have_count(2)
    expect(page.locator(".diff")).to_contain_text("停用" if zh else "ended")
    settle(page)
    page.get_by_role("slider").fill("100")
    settle(page)
    assert page.evaluate(
        "() => window.yiwang.map.queryRenderedFeatures({layers: ['compare-after-fill']}).length"
    )
    assert violations(page) == []
    keep(page, f"compare-{language}")
    with page.expect_download() as told:
        page.get_by_role("link", name="Excel").click()
    assert told.value.path().read_bytes()[:2] == b"PK"
    with page.expect_response(lambda reply: "/diff?against=now&format=json" in reply.url):
        page.get_by_label("与现行网格相比" if zh else "Against the net in force").check()
    expect(page.locator(".changes").first.locator("tbody tr")).to_have_count(2)
    assert "against=now" in page.url
    page.get_by_label("与现行网格相比" if zh else "Against the net in force").uncheck()
    with page.expect_response(lambda reply: "/diff?against=2026-0" in reply.url):
        page.get_by_label("与日期相比" if zh else "Against a date").fill("2026-03-01T08:00")
    expect(page.locator(".changes").first.locator("tbody tr")).to_have_count(2)
    assert "against=2026-03-01T00%3A00%3A00.000Z" in page.url
    page.reload()
    expect(page.locator(".changes").first.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_label("与日期相比" if zh else "Against a date")).to_have_value("2026-03-01T08:00")
    assert violations(page) == []
    keep(page, f"compare-against-{language}")
