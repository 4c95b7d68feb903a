"""The link of a first start, opened in the page: the first administrator comes in."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import delete

from api import first_link
from boundaries.store.database import Database
from boundaries.store.tables import Account
from tests.web_map.admin_files import LANGUAGES
from tests.web_map.conftest import PASSWORD, OpenPage, keep, settle
from tests.web_map.test_accessibility import violations


@pytest.fixture
def token(database: Database, server: str) -> str:
    """Of a link to a register that has no administrator."""
    with database.transaction() as session:
        session.execute(delete(Account).where(Account.role == "administrator"))
        return first_link.make(session)


@LANGUAGES
def test_the_first_administrator_comes_in_by_the_link(
    open_page: OpenPage, browser: Browser, token: str, language: str
) -> None:
    zh = language == "zh"
    page = open_page(browser, f"#lang={language}", width=1120, height=700)
    settle(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    # put into the open page, where the map writes its place into the address at the same moment
    page.evaluate(
        "token => { const before = location.hash;"
        " location.hash += '&welcome=' + token; history.replaceState(null, '', before) }",
        token,
    )
    dialog = page.get_by_role("dialog", name="设立首位管理员" if zh else "The first administrator")
    expect(dialog).to_be_visible()
    assert token not in page.url and f"lang={language}" in page.url
    assert page.evaluate("() => document.activeElement.name") == "name"
    make = dialog.get_by_role("button", name="设立并登录" if zh else "Make it and sign in")
    dialog.get_by_label("账号" if zh else "Account").fill("planner")
    dialog.get_by_label("密码" if zh else "Password", exact=True).fill(PASSWORD)
    again = dialog.get_by_label("再次输入密码" if zh else "Password again")
    again.fill("another horse")
    make.click()
    expect(dialog.get_by_role("alert")).to_contain_text("不一致" if zh else "differ")
    again.fill(PASSWORD)
    make.click()
    expect(dialog.get_by_role("alert")).to_contain_text("已有同名账号" if zh else "of this name")
    assert violations(page) == []
    keep(page, f"welcome-{language}")
    dialog.get_by_label("账号" if zh else "Account").fill(f"first-{language}")
    page.keyboard.press("Enter")
    expect(page.locator(".who-am-i")).to_contain_text(f"first-{language}")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="管理" if zh else "Admin", exact=True)).to_be_visible()

    late = open_page(browser, f"#welcome={token}&lang={language}", width=1120, height=700)
    form = late.get_by_role("dialog")
    expect(form).to_be_visible()
    assert token not in late.url
    form.get_by_label("账号" if zh else "Account").fill("second")
    form.get_by_label("密码" if zh else "Password", exact=True).fill(PASSWORD)
    form.get_by_label("再次输入密码" if zh else "Password again").fill(PASSWORD)
    late.keyboard.press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("已经用过" if zh else "used already")
