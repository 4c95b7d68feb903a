"""Signing in by the button of the page, with a provider on another site."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from pydantic import SecretStr

from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.api.oidc_provider import CLIENT, SECRET, OidcProvider, provider
from tests.boundaries import towns
from tests.web_map.browsers import STEP_MS
from tests.web_map.conftest import OpenPage, keep, served
from tests.web_map.test_accessibility import violations


@pytest.fixture(scope="module")
def idp() -> Iterator[OidcProvider]:
    with provider("localhost") as found:  # another site than 127.0.0.1, as browsers count
        found.asks = True
        yield found


@pytest.fixture(scope="module")
def with_idp(
    idp: OidcProvider, database: Database, town: towns.Town, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    settings = Settings(
        home=tmp_path_factory.mktemp("home"),
        anonymous_reader=True,
        oidc_issuer=idp.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
    )
    with served(settings, database) as address:
        yield address


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_button_signs_in_and_comes_back_to_what_was_shown(
    with_idp: str, idp: OidcProvider, browser: Browser, language: str
) -> None:
    zh = language == "zh"
    idp.person = "planner"
    context = browser.new_context(viewport={"width": 1120, "height": 700})
    context.set_default_timeout(STEP_MS)
    try:
        page = context.new_page()
        page.goto(f"{with_idp}/#lang={language}&mode=plan")
        page.locator(".session > button").click()
        button = page.get_by_role("button", name="统一身份认证登录" if zh else "Sign in with single sign-on")
        expect(button).to_be_visible()
        assert violations(page) == []
        keep(page, f"oidc-button-{language}")
        button.click()
        page.get_by_role("link", name="go on").click()
        expect(page.locator(".who-am-i")).to_contain_text("planner")
        assert page.url.startswith(f"{with_idp}/#") and "mode=plan" in page.url

        page.locator(".session > button").click()  # out again
        expect(page.locator(".who-am-i")).to_have_count(0)
        idp.person = "nobody-here"
        page.locator(".session > button").click()
        button.click()
        page.get_by_role("link", name="go on").click()
        expect(page.get_by_role("main")).to_contain_text("没有这个账号")
        expect(page.get_by_role("main")).to_contain_text("nobody-here")
        assert violations(page) == []
        keep(page, f"oidc-refused-{language}")
        page.get_by_role("link", name="返回").click()
        expect(page.locator(".session > button")).to_be_visible()
    finally:
        context.close()


def test_without_a_provider_there_is_no_button(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(browser, "#lang=zh")
    with page.expect_response("**/v1/session/ways"):
        page.locator(".session > button").click()
    expect(page.get_by_label("密码")).to_be_visible()
    expect(page.get_by_role("button", name="统一身份认证登录")).to_have_count(0)
