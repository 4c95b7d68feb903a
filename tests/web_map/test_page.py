"""What people do with the page, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from tests.boundaries import towns
from tests.web_map.conftest import (
    LEADER,
    LEADER_PHONE,
    PASSWORD,
    OpenPage,
    keep,
    pixel,
    said,
    settle,
    sign_in,
)

GRID = f"{towns.A}001"


def search(page: Page, text: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(text)


def shown(page: Page, layer: str, source_layer: str) -> set[str]:
    """The codes that the map has drawn in one of its layers."""
    assert page.evaluate("name => window.yiwang.map.getLayer(name).sourceLayer", layer) == source_layer
    return set(
        page.evaluate(
            "name => window.yiwang.map.queryRenderedFeatures({layers: [name]})"
            ".map(each => each.properties.code)",
            layer,
        )
    )


def chosen(page: Page) -> set[str]:
    return set(
        page.evaluate(
            "() => window.yiwang.map.queryRenderedFeatures({layers: ['grids']})"
            ".filter(each => each.state.selected).map(each => each.properties.code)"
        )
    )


def test_the_map_shows_every_grid_and_every_area_of_the_town(page: Page) -> None:
    assert shown(page, "grids", "grids") == set(towns.GRIDS)
    assert shown(page, "community-border", "areas") == set(towns.COMMUNITIES)
    assert shown(page, "street-border", "areas") == set(towns.STREETS)
    keep(page, "start")


def test_close_up_the_map_shows_buildings_roads_and_water(page: Page) -> None:
    lon, lat = towns.at(3, 6.5)
    page.evaluate("at => window.yiwang.map.jumpTo({center: at, zoom: 15.5})", [lon, lat])
    settle(page)
    assert "H1" in shown(page, "buildings", "buildings")
    assert shown(page, "roads", "features") == {"R1"}
    assert shown(page, "rivers", "features") == {"W1"}


def test_invented_ground_is_said_at_once(page: Page) -> None:
    expect(page.locator(".invented")).to_contain_text("虚构")


@pytest.mark.parametrize("text", [GRID, "笔峰寺第1网格", "bfsd1wg"])
def test_code_name_and_initials_lead_to_the_card(page: Page, text: str) -> None:
    search(page, text)
    page.get_by_role("option").filter(has_text="笔峰寺第1网格").click()
    expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")
    expect(page.locator(".card .leader .name")).to_contain_text(LEADER[0])
    expect(page.locator(".card .chain")).to_contain_text("笔峰寺社区")
    settle(page)
    assert chosen(page) == {GRID}


def test_the_keyboard_alone_finds_an_address(page: Page) -> None:
    search(page, "兰花路12号")
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_contain_text("兰花路12号")
    expect(page.locator(".card .grid-line")).to_contain_text(GRID)


def test_a_click_on_the_map_opens_the_card_of_that_place(page: Page) -> None:
    page.mouse.click(*pixel(page, 1.5, 6.5))
    expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")
    expect(page.locator(".card .facts")).to_contain_text("一号楼")
    expect(page.locator(".card .facts")).to_contain_text("米")
    settle(page)
    assert chosen(page) == {GRID}
    keep(page, "card")


def test_a_grid_under_the_mouse_is_named_and_lit(page: Page) -> None:
    page.mouse.move(*pixel(page, 12, 5))
    expect(page.locator(".cursor-grid")).to_have_text("南大街第1网格")
    lit = page.evaluate(
        "code => window.yiwang.map.getFeatureState({source: 'net', sourceLayer: 'grids', id: code}).hover",
        f"{towns.B}001",
    )
    assert lit is True


def test_departments_are_filtered_as_one_types(page: Page) -> None:
    page.mouse.click(*pixel(page, 2, 9))
    rows = page.locator(".card .rows tbody tr")
    page.get_by_role("searchbox", name="筛选事项或部门").fill("0102")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("住房和城乡建设管理局")
    page.get_by_role("searchbox", name="筛选事项或部门").fill("没有这种事")
    expect(page.locator(".card")).to_contain_text("没有符合的事项")


def test_a_grid_without_a_leader_is_called_vacant(page: Page) -> None:
    page.mouse.click(*pixel(page, 12, 5))
    expect(page.locator(".card .leader")).to_contain_text("网格长空缺")
    expect(page.locator(".card")).to_have_attribute("data-status", "vacant")


def test_one_click_changes_the_language_of_everything(page: Page) -> None:
    page.mouse.click(*pixel(page, 1.5, 6.5))
    expect(page.locator(".card .leader h3")).to_have_text("网格长")
    page.get_by_role("button", name="English").click()
    expect(page.locator(".card .leader h3")).to_have_text("Grid leader")
    expect(page.locator(".card .why")).to_contain_text("point")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "lang=en" in page.url
    keep(page, "card-en")
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".card .leader h3")).to_have_text("网格长")


def test_signing_in_shows_the_phone_and_signing_out_hides_it(page: Page) -> None:
    page.mouse.click(*pixel(page, 1.5, 6.5))
    phone = page.locator(".card .leader .phone")
    expect(phone).to_contain_text("****")
    page.get_by_role("button", name="登录").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("账号").fill("dispatcher")
    dialog.get_by_label("密码").fill("wrong")
    dialog.get_by_role("button", name="登录").click()
    expect(dialog.get_by_role("alert")).to_have_text("账号或密码不对。")
    dialog.get_by_label("密码").fill(PASSWORD)
    keep(page, "sign-in")
    page.keyboard.press("Enter")
    expect(phone).to_have_text(LEADER_PHONE)
    expect(page.locator(".card .leader .name")).to_have_text(LEADER)
    expect(page.locator(".who-am-i")).to_have_text("dispatcher（调度员）")
    page.get_by_role("button", name="退出").click()
    expect(phone).to_contain_text("****")


def test_the_phone_is_copied_with_one_click(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.mouse.click(*pixel(page, 1.5, 6.5))
    page.get_by_role("button", name="登录").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("账号").fill("dispatcher")
    dialog.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    with said(page, ".card .leader .copy", "已复制"):
        page.locator(".card .leader").get_by_role("button", name=f"复制 {LEADER} 的电话").click()
    assert page.evaluate("navigator.clipboard.readText()") == LEADER_PHONE


@pytest.mark.parametrize("text", ["35.5075,112.809", "112.809，35.5075"])
def test_a_typed_pair_is_answered_again_in_another_datum(page: Page, text: str) -> None:
    # 112.809 E lies in A002, 0.004° east of A001; GCJ-02 is 0.006° east of WGS 84 here, so that the
    # same figures as GCJ-02 mean a place in A001
    search(page, text)
    page.keyboard.press("Enter")
    expect(page.locator(".card .grid-line")).to_contain_text(f"{towns.A}002")
    expect(page.get_by_role("radio", name="WGS 84")).to_be_checked()
    keep(page, "datum")
    page.get_by_role("radio", name="GCJ-02").check()
    expect(page.locator(".card .grid-line")).to_contain_text(GRID)
    assert "gcj02" in page.url


def test_a_place_outside_is_answered_in_words(page: Page) -> None:
    search(page, "36.2,113.4")
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_attribute("data-status", "outside")
    expect(page.locator(".card")).to_contain_text("没有网格负责")
    keep(page, "outside")


def test_land_that_no_grid_covers_names_who_stands_in(page: Page) -> None:
    search(page, "35.505,112.836")
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_attribute("data-status", "fallback")
    expect(page.locator(".card .warning")).to_contain_text("泽州路社区")


def test_an_unknown_code_in_a_link_is_refused_in_plain_words(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(browser, "#at=grid:140502999999999&lang=zh")
    expect(page.get_by_role("alert")).to_contain_text("没有编码为 140502999999999 的网格")
    assert "{" not in page.get_by_role("alert").inner_text()


def test_nothing_found_says_what_can_be_typed(page: Page) -> None:
    search(page, "qqqqzzzz")
    expect(page.locator(".results")).to_contain_text("没有找到“qqqqzzzz”")


def test_back_and_forward_walk_through_what_was_selected(page: Page) -> None:
    page.mouse.click(*pixel(page, 1.5, 6.5))
    expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")
    page.mouse.click(*pixel(page, 25, 5))
    expect(page.locator(".card h2")).to_have_text("泽州路第1网格")
    page.go_back()
    expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")
    page.go_back()
    expect(page.locator(".browser h2")).to_have_text("城区")
    page.go_forward()
    expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")


def test_a_link_opens_the_same_view_selection_and_language(
    page: Page, open_page: OpenPage, browser: Browser
) -> None:
    page.get_by_role("button", name="English").click()
    page.mouse.click(*pixel(page, 1.5, 6.5))
    expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")
    page.evaluate("at => window.yiwang.map.jumpTo({center: at, zoom: 15})", list(towns.at(2.5, 7.5)))
    settle(page)
    again = open_page(browser, "#" + page.url.split("#")[1])
    settle(again)
    expect(again.locator(".card .leader h3")).to_have_text("Grid leader")
    expect(again.locator(".card h2")).to_have_text("笔峰寺第1网格")
    settle(again)
    assert again.evaluate("window.yiwang.map.getZoom()") == 15
    assert chosen(again) == {GRID}


def test_the_list_is_a_twin_of_the_map(page: Page) -> None:
    page.get_by_role("button", name="东街街道").click()
    page.get_by_role("button", name="笔峰寺社区").click()
    page.get_by_role("button", name="笔峰寺第1网格").press("Enter")
    expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")
    page.locator(".chain").get_by_role("button", name="东街街道").click()
    expect(page.locator(".browser h2")).to_have_text("东街街道")
    keep(page, "list")


def test_keys_are_listed_and_escape_closes_one_thing_at_a_time(page: Page) -> None:
    page.mouse.click(*pixel(page, 1.5, 6.5))
    expect(page.locator(".card")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("快捷键")
    keep(page, "keys")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".card")).to_be_visible()
    search(page, "笔峰寺")
    expect(page.get_by_role("listbox")).to_be_visible()
    keep(page, "search")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.locator(".card")).to_be_visible()
    page.keyboard.press("Escape")  # the text
    page.keyboard.press("Escape")  # the card
    expect(page.locator(".card")).to_be_hidden()


def test_a_lost_network_is_said_and_the_same_question_is_asked_again(page: Page) -> None:
    page.context.set_offline(True)
    page.mouse.click(*pixel(page, 1.5, 6.5))
    expect(page.get_by_role("alert").first).to_contain_text("连不上服务器")
    expect(page.get_by_role("button", name="重试").first).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")


def test_one_lost_question_is_asked_again_although_all_others_were_answered(page: Page) -> None:
    page.route("**/v1/lookup?*", lambda route: route.abort(), times=1)
    page.mouse.click(*pixel(page, 1.5, 6.5))
    expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")


def test_a_late_answer_about_nobody_does_not_sign_out_who_signed_in_meanwhile(page: Page) -> None:
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/v1/session", lambda route: held.append((route, route.fetch())), times=1)
    page.reload()
    sign_in(page, "planner")
    (asked, nobody), *_ = held
    asked.fulfill(response=nobody)
    page.wait_for_timeout(300)  # what must not happen has had its time
    expect(page.locator(".who-am-i")).to_contain_text("planner")


def test_the_status_bar_names_scale_datum_version_and_time(page: Page) -> None:
    bar = page.locator(".status")
    expect(bar).to_contain_text("WGS 84")
    expect(bar).to_contain_text("网格版本")
    expect(bar.locator("time")).to_have_attribute("datetime", re.compile(r"^20\d\d-"))
    expect(bar.locator(".scale")).to_contain_text(re.compile(r"\d+ k?m"))


def test_without_webgl_the_page_is_a_list_with_search_and_card(
    open_page: OpenPage, browser_without_webgl: Browser
) -> None:
    page = open_page(browser_without_webgl)
    expect(page.get_by_role("status").filter(has_text="WebGL2")).to_be_visible()
    expect(page.locator(".map")).to_have_count(0)
    search(page, GRID)
    page.locator("[role=option]").first.click()
    expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")
    keep(page, "without-webgl")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="东街街道").click()
    expect(page.locator(".browser h2")).to_have_text("东街街道")
