"""A call is answered by keyboard alone: who, what for, where else; and what happened is written down."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.boundaries import towns
from tests.web_map.conftest import LEADER, OpenPage, keep, settle, sign_in
from tests.web_map.test_accessibility import violations

GRID = f"{towns.A}001"


def desk(open_page: OpenPage, browser: Browser, language: str = "zh") -> Page:
    page = open_page(browser)
    sign_in(page, "dispatcher")
    if language == "en":
        page.get_by_role("button", name="English").click()
    settle(page)
    page.locator("body").press("Escape")
    return page


def search(page: Page, text: str) -> None:
    page.locator("body").press("/")
    page.keyboard.type(text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_matter_first_then_place_then_the_incident_all_by_keyboard(
    open_page: OpenPage, browser: Browser, language: str
) -> None:
    page = desk(open_page, browser, language)
    search(page, "wsjg")
    expect(page.get_by_role("option").first).to_contain_text("污水井盖")
    keep(page, f"search-matter-{language}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="污水井盖")).to_be_visible()
    search(page, "兰花路12号")
    expect(page.get_by_role("option").first).to_contain_text("兰花路12号")
    page.keyboard.press("Enter")
    expect(page.locator(".chosen-matter")).to_contain_text("住房和城乡建设管理局")
    expect(page.locator(".happened")).to_be_visible()
    page.keyboard.press("i")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("兰花路12号")
    expect(dialog.get_by_role("combobox")).to_have_value("0102")
    dialog.get_by_role("textbox").first.fill(f"井盖破损 {language}")
    assert violations(page) == []
    keep(page, f"incident-new-{language}")
    expect(dialog.locator("button[type=submit]")).to_be_enabled()
    page.keyboard.press("Enter")
    expect(page.locator(".note.sent .code")).to_be_visible()
    number = page.locator(".note.sent .code").inner_text()
    expect(page.locator(f".happened li[data-number='{number}']")).to_contain_text("污水井盖")
    assert violations(page) == []
    keep(page, f"incident-registered-{language}")


def test_a_person_leads_to_the_grid(open_page: OpenPage, browser: Browser) -> None:
    page = desk(open_page, browser)
    search(page, "wangxiaoming")
    option = page.get_by_role("option").filter(has_text=LEADER)
    expect(option).to_contain_text("网格长")
    page.keyboard.press("Enter")
    expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")


@pytest.mark.parametrize(
    "link",
    [
        "https://uri.amap.com/marker?position=112.8075,35.5075&name=x",
        "https://apis.map.qq.com/uri/v1/marker?marker=coord:35.5075,112.8075;title:x",
    ],
)
def test_a_long_link_of_a_map_is_read_with_its_datum(
    open_page: OpenPage, browser: Browser, link: str
) -> None:
    page = open_page(browser)
    settle(page)
    search(page, link)
    expect(page.get_by_role("option").first).to_contain_text("地图链接")
    page.keyboard.press("Enter")
    # 112.8075 E of GCJ-02 lies some 0.006° further west in WGS 84: in the first grid, not in the second
    expect(page.locator(".card .grid-line")).to_contain_text(GRID)


def test_a_short_link_is_refused_in_words(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(browser)
    settle(page)
    search(page, "https://surl.amap.com/abc123")
    expect(page.locator(".results")).to_contain_text("短链接")


def test_the_call_list_names_who_leads_a_matter(open_page: OpenPage, browser: Browser) -> None:
    page = desk(open_page, browser)
    page.locator("body").press("a")
    page.get_by_role("radio", name="圆").check()
    page.get_by_label("圆心坐标（WGS 84）").fill("35.5065, 112.8015")
    page.get_by_role("button", name="加点", exact=True).click()
    expect(page.locator(".call-list tbody tr").filter(has_text=LEADER)).to_have_count(1)
    leads = page.locator(".call-list tbody tr").filter(has_text="住房和城乡建设管理局")
    expect(leads).to_have_count(0)
    page.get_by_role("combobox", name="事项（加列牵头部门）").select_option("0102")
    expect(leads).to_have_count(1)
    assert violations(page) == []
    keep(page, "calls-matter")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_layers_are_taken_off_and_the_address_keeps_it(
    open_page: OpenPage, browser: Browser, language: str
) -> None:
    page = open_page(browser, "#hide=names&view=15.5/35.5065/112.803", locale=f"{language}-CN")
    settle(page)
    shows = "id => window.yiwang.map.getLayoutProperty(id, 'visibility') !== 'none'"
    assert not page.evaluate(shows, "label-community") and page.evaluate(shows, "buildings")
    page.locator(".layers summary").click()
    page.get_by_role("checkbox", name="楼栋轮廓" if language == "zh" else "Footprints").uncheck()
    settle(page)
    assert not page.evaluate(shows, "buildings")
    assert "hide=buildings,names" in page.url
    assert violations(page) == []
    keep(page, f"layers-{language}")
    page.reload()
    settle(page)
    assert not page.evaluate(shows, "buildings") and not page.evaluate(shows, "label-community")
    page.locator(".layers summary").click()
    page.get_by_role("checkbox", name="楼栋轮廓" if language == "zh" else "Footprints").check()
    settle(page)
    assert page.evaluate(shows, "buildings")
