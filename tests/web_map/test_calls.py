"""Draw an area, and the page lists everybody who answers in it, on the map and as files."""

import io

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.boundaries import towns
from tests.web_map.conftest import LEADER, LEADER_PHONE, OpenPage, keep, pixel, settle, sign_in
from tests.web_map.test_accessibility import violations


@pytest.fixture
def desk(open_page: OpenPage, browser: Browser) -> Page:
    """The page with a dispatcher signed in."""
    page = open_page(browser, "#lang=zh")
    sign_in(page, "dispatcher")
    settle(page)
    page.locator("body").press("a")
    expect(page.locator(".calls")).to_be_visible()
    return page


def draw(page: Page, *corners: tuple[float, float]) -> None:
    for corner in corners:
        page.mouse.move(*pixel(page, *corner), steps=3)
        page.mouse.click(*pixel(page, *corner))
    page.keyboard.press("Enter")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_polygon_lists_everybody_inside_and_gives_the_same_as_files(desk: Page, language: str) -> None:
    if language == "en":
        desk.get_by_role("button", name="English").click()
    draw(desk, (-0.5, 4), (8, 4), (8, 10.5), (-0.5, 10.5))  # touches A001 to A004, no other grid
    people = desk.locator(".call-list tbody tr")
    expect(people.filter(has_text=LEADER)).to_have_count(1)
    expect(people.filter(has_text=LEADER).locator(".phone")).to_have_text(LEADER_PHONE)
    expect(desk.locator(".calls .counts li").first).to_contain_text("4")
    assert "NaN" not in desk.locator(".calls").inner_text()
    settle(desk)
    keep(desk, f"calls-{language}")
    assert violations(desk) == []
    with desk.expect_download() as told:
        desk.get_by_role("button", name="Excel").click()
    sheet = openpyxl.load_workbook(io.BytesIO(told.value.path().read_bytes())).worksheets[0]
    assert any(LEADER in map(str, row) for row in sheet.iter_rows(values_only=True))
    with desk.expect_download() as told:
        desk.get_by_role(
            "button", name="通话名单（文本）" if language == "zh" else "Call list (text)"
        ).click()
    assert LEADER_PHONE in told.value.path().read_text()


def test_a_circle_has_its_centre_where_the_map_is_clicked_and_a_keyboard_twin(desk: Page) -> None:
    desk.get_by_role("radio", name="圆").check()
    expect(desk.get_by_label("半径（米）")).to_be_visible()
    desk.mouse.click(*pixel(desk, 2.5, 7.5))  # the middle of A001: 225 m to A002, 277 m to A003
    expect(desk.locator(".calls .counts li").first).to_contain_text("3")
    radius = desk.get_by_label("半径（米）")
    radius.fill("150")  # at 189 m stands a house whose door is in A002
    radius.press("Tab")
    expect(desk.locator(".calls .counts li").first).to_contain_text("1")
    expect(desk.locator(".call-list")).to_contain_text(LEADER)
    lon, lat = towns.at(12.5, 5)
    desk.get_by_label("圆心坐标").fill(f"{lat},{lon}")
    desk.keyboard.press("Enter")
    expect(desk.locator(".calls")).to_contain_text("没有登记责任人")  # that grid is vacant
    keep(desk, "calls-circle")


def test_an_area_where_nobody_answers_says_so_and_escape_leads_back(desk: Page) -> None:
    desk.get_by_role("radio", name="圆").check()
    desk.get_by_label("圆心坐标").fill("36.2,113.4")
    desk.keyboard.press("Enter")
    expect(desk.locator(".calls")).to_contain_text("没有登记责任人")
    expect(desk.locator(".calls .note")).to_contain_text("没有网格覆盖")
    keep(desk, "calls-empty")
    desk.locator("body").press("Escape")
    expect(desk.locator(".browser h2")).to_have_text("城区")


def test_a_reader_is_told_that_the_account_does_not_do(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(browser)
    sign_in(page, "reader")
    settle(page)
    page.get_by_role("button", name="画范围").click()
    draw(page, (1, 6), (4, 6), (4, 9))
    expect(page.get_by_role("alert")).to_contain_text("无权")
    assert violations(page) == []
