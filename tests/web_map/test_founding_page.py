"""增设社区 in the page: grids are chosen, named a community, looked over and put into a file."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.boundaries import towns
from tests.web_map.conftest import A1, A3, OpenPage, ask, settle, sign_in
from tests.web_map.test_accessibility import violations

STREET = towns.A[:9]


def test_a_community_is_founded_of_chosen_grids_with_its_checklist_and_file(
    open_page: OpenPage, browser: Browser, server: str, tmp_path: Path
) -> None:
    made = ask(server, "POST", "/v1/plans", {"title": "增设凤栖社区", "scope": STREET, "kind": "community"})
    view = f"#mode=plan&plan={made['code']}&view=14.6/35.505/112.805"
    page = open_page(browser, view, width=1280, height=800)
    sign_in(page, "planner")
    expect(page.locator(".grids tbody tr")).to_have_count(6)
    settle(page)
    part = page.get_by_role("region", name="增设社区")
    expect(part.get_by_role("button", name="增设社区")).to_be_disabled()
    for code in (A1, A3):
        page.locator(f'.grids tbody tr[data-code="{code}"] input').check()
    part.get_by_label("2 个网格").fill("凤栖社区")
    part.get_by_role("button", name="增设社区").click()
    expect(part.locator(".code", has_text=f"{STREET}003")).to_be_visible()
    codes = page.locator(".grids tbody tr").evaluate_all("rows => rows.map(row => row.dataset.code)")
    assert {f"{STREET}003001", f"{STREET}003002"} < set(codes) and A1 not in codes
    part.get_by_text("审核清单").click()
    expect(part.get_by_text("1000–3000")).to_be_visible()
    assert violations(page) == []
    with page.expect_download() as loading:
        part.get_by_role("link", name="报批材料").click()
    file = tmp_path / "file.html"
    loading.value.save_as(file)
    sheet = page.context.new_page()
    sheet.goto(file.as_uri())
    expect(sheet.get_by_role("heading", level=1)).to_have_text("凤栖社区社区居委会增设报批材料")
    assert sheet.locator("figure svg").count() == 2
    assert violations(sheet) == []
    assert sheet.pdf()[:4] == b"%PDF"  # it prints
    sheet.close()
    ask(server, "POST", f"/v1/plans/{made['code']}/withdrawal", {}, seen=2)


def test_a_new_plan_says_of_which_kind_it_is(open_page: OpenPage, browser: Browser, server: str) -> None:
    page = open_page(browser, "#mode=plan", width=1280, height=800)
    sign_in(page, "planner")
    page.get_by_text("新建方案").click()
    kinds = page.locator('select[name="kind"] option').all_inner_texts()
    assert [each[:4] for each in kinds] == ["网格划分", "区划调整", "增设社区"]
