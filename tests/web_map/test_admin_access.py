"""Administration in the page: who sees what, accounts and keys, and the published nets."""

import re

import pytest
from playwright.sync_api import Browser, expect

from api import accounts
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.web_map.admin_files import LANGUAGES, give, opened
from tests.web_map.conftest import PASSWORD, OpenPage, keep, settle, sign_in
from tests.web_map.test_accessibility import violations


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("dispatcher", ["责任", "版本"]),
        ("planner", ["导入", "修补", "责任", "版本"]),
        ("administrator", ["导入", "修补", "责任", "账号", "版本"]),
    ],
)
def test_each_role_has_its_parts(open_page: OpenPage, browser: Browser, name: str, parts: list[str]) -> None:
    page = open_page(browser, width=1280, height=800)
    expect(page.get_by_role("button", name="管理")).to_have_count(0)
    sign_in(page, name)
    page.get_by_role("button", name="管理").click()
    expect(page.locator(".admin-parts .tab")).to_have_text(parts)
    page.locator(".admin-parts .tab").last.click()
    expect(page).to_have_url(re.compile("mode=admin&part=versions"))
    page.go_back()
    expect(page.locator(".admin-parts .tab").first).to_have_attribute("aria-current", "page")


def test_an_account_of_an_area_neither_imports_nor_keeps_accounts(
    open_page: OpenPage, browser: Browser, database: Database, server: str
) -> None:
    with database.transaction() as session:
        accounts.put(
            session, name="east", password=PASSWORD, role="administrator", area=next(iter(towns.STREETS))
        )
    page = open_page(browser, "#mode=admin&part=access", width=1280, height=800)
    sign_in(page, "east")
    expect(page.locator(".admin")).to_contain_text("您的角色没有这一部分")
    expect(page.locator(".admin-parts .tab")).to_have_text(["修补", "责任", "版本"])


@LANGUAGES
def test_an_account_is_made_changed_and_removed(open_page: OpenPage, browser: Browser, language: str) -> None:
    zh = language == "zh"
    name = f"zhang-{language}"
    page = opened(open_page, browser, "access", language, "administrator")
    mine = page.locator(".account", has_text="administrator").first
    expect(mine).to_contain_text("您" if zh else "you")
    assert mine.get_by_role("button").count() == 1  # nobody shuts himself out
    page.get_by_role("button", name="新建账号" if zh else "New account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("账号" if zh else "Account").fill("planner")
    expect(dialog.get_by_role("alert")).to_contain_text("planner")  # it would have been replaced
    dialog.get_by_label("账号" if zh else "Account").fill(name)
    dialog.get_by_label("角色" if zh else "Role").select_option("clerk")
    dialog.get_by_label("限于区划" if zh else "Confined to").fill("140502001")
    expect(dialog).to_contain_text("东街街道")
    dialog.get_by_label("密码" if zh else "Password").fill(PASSWORD)
    assert violations(page) == []
    keep(page, f"admin-account-{language}")
    dialog.get_by_role("button", name="保存" if zh else "Save").click()
    row = page.locator(".account", has_text=name)
    expect(row).to_contain_text("140502001")
    row.get_by_role("button", name="修改" if zh else "Change").click()
    dialog.get_by_label("角色" if zh else "Role").select_option("dispatcher")
    dialog.get_by_label("限于区划" if zh else "Confined to").fill("")
    dialog.get_by_role("button", name="保存" if zh else "Save").click()
    expect(row).to_contain_text("调度员" if zh else "dispatcher")
    expect(row).to_contain_text("全区" if zh else "whole district")
    assert violations(page) == []
    keep(page, f"admin-accounts-{language}")

    other = open_page(browser, "#lang=zh")
    sign_in(other, name)  # with the password of before: only the role was changed
    row.get_by_role("button", name="删除" if zh else "Remove").click()
    dialog.get_by_role("button", name="取消" if zh else "Cancel").click()
    expect(row).to_have_count(1)
    row.get_by_role("button", name="删除" if zh else "Remove").click()
    dialog.get_by_role("button", name="删除" if zh else "Remove").click()
    expect(row).to_have_count(0)


@LANGUAGES
def test_a_key_is_shown_once_and_revoked(open_page: OpenPage, browser: Browser, language: str) -> None:
    zh = language == "zh"
    name = f"hotline-{language}"
    page = opened(open_page, browser, "access", language, "administrator")
    page.get_by_role("tab", name="密钥" if zh else "Keys").click()
    page.get_by_role("button", name="新建密钥" if zh else "New key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("哪个系统" if zh else "For which system").fill(name)
    dialog.get_by_label("有效天数" if zh else "Valid for days").fill("20")
    keep(page, f"admin-key-new-{language}")
    dialog.get_by_role("button", name="生成" if zh else "Make").click()
    secret = dialog.locator(".secret code").inner_text()
    assert (
        page.evaluate(
            "key => fetch('/v1/district', {headers: {Authorization: `Bearer ${key}`}}).then(r => r.status)",
            secret,
        )
        == 200
    )
    assert violations(page) == []
    keep(page, f"admin-key-once-{language}")
    page.keyboard.press("Escape")  # not by accident
    dialog.get_by_role("button", name="我已保存" if zh else "I have kept it").click()
    row = page.locator(".account", has_text=name)
    expect(row.locator(".badge")).to_have_text("即将到期" if zh else "expires soon")
    expect(dialog).to_have_count(0)
    assert secret not in page.content()
    row.get_by_role("button", name="吊销" if zh else "Revoke").click()
    dialog.get_by_role("button", name="吊销" if zh else "Revoke").click()
    expect(row.locator(".badge")).to_have_text("已吊销" if zh else "revoked")
    assert violations(page) == []
    keep(page, f"admin-keys-{language}")


@LANGUAGES
def test_net_versions_open_in_compare_and_in_time_travel(
    open_page: OpenPage, browser: Browser, database: Database, language: str
) -> None:
    zh = language == "zh"
    page = opened(open_page, browser, "versions", language, "dispatcher")
    first = page.locator(".version").last
    expect(first).to_contain_text("test")
    expect(first).to_contain_text("7")  # grids
    assert violations(page) == []
    keep(page, f"admin-versions-{language}")
    first.get_by_role("button", name="回到那时" if zh else "Go there in time").click()
    expect(page.locator(".time-bar.past")).to_be_visible()
    assert "time=" in page.url
    settle(page)


def test_what_an_import_published_is_compared_with_the_state_before(
    open_page: OpenPage, browser: Browser
) -> None:
    page = opened(open_page, browser, "import", "zh", "planner")
    other_name = f'网格编码,网格名称,wkt\n{towns.B}001,新名网格,"{towns.box(10, 0, 15, 10).wkt}"\n'
    give(page, "名称.csv", other_name.encode())
    page.get_by_text("坐标系、编码、图层").click()
    page.locator(".terms select").first.select_option("wgs84")
    page.get_by_role("button", name="检查", exact=True).click()
    page.locator(".commit .primary").click()
    expect(page.locator(".import-report h3")).to_have_text("已导入")
    page.locator(".admin-parts").get_by_role("button", name="版本").click()
    newest = page.locator(".version").first
    expect(newest).to_contain_text("planner")
    expect(newest).to_contain_text("1 个网格有变")
    newest.get_by_role("button", name="与前一版比较").click()
    expect(page.locator(".diff")).to_contain_text("改名")
    assert "span=" in page.url
    page.reload()
    expect(page.locator(".diff")).to_contain_text("改名")
    settle(page)
    keep(page, "admin-version-compared")
