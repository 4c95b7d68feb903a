"""The pages in the hand at 360 px: my grid under the sky, and the code on a grid's board."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.boundaries import towns
from tests.web_map.conftest import LEADER, LEADER_PHONE, OpenPage, keep
from tests.web_map.test_accessibility import violations

WORDS = {
    "zh": {"leader": "网格长", "locale": "zh-CN"},
    "en": {"leader": "Grid leader", "locale": "en-GB"},
}


def fits(page: Page) -> None:
    """Nothing is wider than the telephone, and axe objects to nothing."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_telephone_says_which_grid_one_stands_in(
    open_page: OpenPage, browser: Browser, language: str
) -> None:
    words = WORDS[language]
    page = open_page(browser, "m", width=360, height=740, locale=words["locale"])
    lon, lat = towns.at(1.5, 6.5)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 12})
    page.locator("button.locate").click()
    expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")
    expect(page.locator(".card .leader h3")).to_have_text(words["leader"])
    expect(page.locator(".card .leader .phone")).to_contain_text("****")
    expect(page.locator("main")).to_contain_text("12")
    fits(page)
    keep(page, f"hand-{language}")


def test_the_telephone_without_a_place_or_a_network_says_so_and_goes_on(
    open_page: OpenPage, browser: Browser
) -> None:
    page = open_page(browser, "m", width=360, height=740)
    page.locator("button.locate").click()  # no permission was given
    expect(page.locator(".note[role=status]").last).to_contain_text("不能定位")
    fits(page)
    sign_in_on_the_telephone(page)
    page.context.set_offline(True)
    expect(page.locator(".note.problem")).to_be_visible()
    fits(page)
    keep(page, "hand-offline")
    page.context.set_offline(False)
    expect(page.locator(".note.problem")).to_have_count(0)
    box = page.locator(".omnibox input")
    box.fill("笔峰寺第1网格")
    page.get_by_role("option").first.click()
    expect(page.locator(".card .leader .phone")).to_have_text(LEADER_PHONE)


def sign_in_on_the_telephone(page: Page) -> None:
    page.locator(".session > button").click()
    page.get_by_label("账号").fill("dispatcher")
    page.get_by_label("密码").fill("correct horse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_code_on_a_board_opens_the_desks_and_hides_persons(
    open_page: OpenPage, browser: Browser, language: str
) -> None:
    page = open_page(browser, f"g/{towns.A}001", width=360, height=740, locale=WORDS[language]["locale"])
    expect(page.locator("h1")).to_have_text("笔峰寺第1网格")
    expect(page.locator(".outline path.ground")).to_have_count(1)
    text = page.locator("main").inner_text()
    assert LEADER not in text and LEADER_PHONE not in text
    fits(page)
    keep(page, f"board-{language}")


def test_a_board_of_no_grid_says_so(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(browser, "g/140502999999999", width=360, height=740)
    expect(page.get_by_role("alert")).to_contain_text("没有编码为 140502999999999 的网格")
    fits(page)
