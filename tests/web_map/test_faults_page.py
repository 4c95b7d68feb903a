"""The page while the server dies and returns, answers are lost, and two windows hold one plan."""

import socket
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from boundaries.store.addresses import APP_ROLE, libpq_url, sqlalchemy_url
from tests.api.kills import Server
from tests.boundaries import towns
from tests.web_map.conftest import A1, A2, A3, A4, OpenPage, ask, keep, settle
from tests.web_map.planning.conftest import notice_nothing
from tests.web_map.test_accessibility import violations


@pytest.fixture(scope="module")
def machine(owner_url: str, town: towns.Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`yiwang serve` in a process of its own, always at the same address."""
    address = sqlalchemy_url(owner_url)
    if not address.password:
        address = address.set(username=APP_ROLE)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"YIWANG_DATABASE_URL": libpq_url(address), "YIWANG_ADMIN_DATABASE_URL": owner_url}
    server = Server(tmp_path_factory.mktemp("home"), port=port, settings=settings)
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def server(machine: Server) -> str:
    return machine.url


def merge(page: Page, *codes: str) -> None:
    """Choose grids in the table and merge them."""
    boxes = page.locator(".grids tbody input[type=checkbox]")
    while boxes.and_(page.locator(":checked")).count():
        boxes.and_(page.locator(":checked")).first.uncheck()
    for code in codes:
        page.locator(f".grids tr[data-code='{code}'] input").check()
    page.locator("body").press("m")
    page.get_by_role("dialog").get_by_role("button", name="合并").click()


def edits(server: str, plan: str) -> list[str]:
    return [each["operation"] for each in ask(server, "GET", f"/v1/plans/{plan}")["edits"] if each["applied"]]


def test_a_server_killed_in_mid_edit_loses_nothing_and_the_pages_go_on_by_themselves(
    desk: Page, open_page: OpenPage, browser: Browser, plan: str, machine: Server
) -> None:
    dispatcher = open_page(browser)
    settle(dispatcher)
    merge(desk, A1, A2)
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    machine.kill()
    merge(desk, A3, A4)
    dispatcher.keyboard.press("/")
    dispatcher.keyboard.type("35.5065,112.8015")
    dispatcher.keyboard.press("Enter")
    expect(dispatcher.get_by_role("alert").first).to_contain_text("连不上服务器")
    keep(dispatcher, "dispatch-server-gone")
    expect(desk.locator(".plan").get_by_role("alert")).to_contain_text("合并")
    expect(desk.locator(".plan").get_by_role("alert")).to_contain_text("还没有得到确认")
    expect(desk.locator(".saved")).to_have_text("等待服务器…")
    expect(desk.locator(".grids tbody tr")).to_have_count(3)  # nothing is shown that is not written
    keep(desk, "plan-server-gone")
    assert violations(desk) == []
    machine.start()
    expect(desk.locator(".grids tbody tr")).to_have_count(2)
    expect(desk.locator(".plan").get_by_role("alert")).to_have_count(0)
    expect(desk.locator(".saved")).to_have_text("已保存")
    assert edits(machine.url, plan) == ["merge", "merge"]
    desk.reload()
    expect(desk.locator(".grids tbody tr")).to_have_count(2)
    expect(dispatcher.locator(".card h2")).to_have_text("笔峰寺第1网格")
    expect(dispatcher.get_by_role("alert")).to_have_count(0)


def test_an_answer_that_is_lost_after_the_commit_makes_no_second_edit(
    desk: Page, plan: str, server: str
) -> None:
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    desk.route("**/edits?*", lose)
    merge(desk, A3, A4)
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    assert lost[0] < 300
    assert edits(server, plan) == ["merge"]
    desk.locator("body").press("Control+z")
    expect(desk.locator(".grids tbody tr")).to_have_count(4)


def test_waiting_for_the_server_can_be_ended(desk: Page, plan: str, server: str) -> None:
    desk.route("**/edits?*", lambda route: route.abort())
    merge(desk, A3, A4)
    desk.get_by_role("button", name="不再等待").click()
    expect(desk.get_by_role("alert")).to_contain_text("连不上服务器")
    expect(desk.locator(".grids tbody tr")).to_have_count(4)
    desk.unroute("**/edits?*")
    desk.reload()
    expect(desk.locator(".grids tbody tr")).to_have_count(4)
    assert edits(server, plan) == []


@pytest.mark.parametrize("choice", ["再加上我的", "采用对方的"])
def test_two_windows_of_one_plan_show_both_and_ask(desk: Page, plan: str, server: str, choice: str) -> None:
    other = desk.context.new_page()
    other.goto(desk.url)
    expect(other.locator(".grids tbody tr")).to_have_count(4)
    notice_nothing(other, server, plan)
    merge(desk, A1, A2)
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    merge(other, A3, A4)
    dialog = other.get_by_role("dialog", name="别人刚刚改了这个方案")
    expect(dialog.locator(".side").nth(0)).to_contain_text("合并")
    expect(dialog.locator(".side").nth(1)).to_contain_text("合并")
    keep(other, "plan-two-windows")
    dialog.get_by_role("button", name=choice).click()
    left = 2 if choice == "再加上我的" else 3
    expect(other.locator(".grids tbody tr")).to_have_count(left)
    desk.bring_to_front()
    desk.evaluate("dispatchEvent(new Event('focus'))")
    expect(desk.locator(".grids tbody tr")).to_have_count(left)
    assert len(edits(server, plan)) == 4 - left


def test_back_and_forward_in_the_middle_of_a_plan(desk: Page, plan: str) -> None:
    merge(desk, A1, A2)
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    desk.get_by_role("button", name="查询", exact=True).click()
    expect(desk.locator(".browser h2")).to_be_visible()
    desk.go_back()
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    desk.reload()
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    desk.go_forward()
    expect(desk.locator(".browser h2")).to_be_visible()
    desk.go_back()
    expect(desk.locator(".plan h2")).to_have_text("笔峰寺调整")


def test_a_lost_database_is_said_beside_every_answer(
    open_page: OpenPage, browser: Browser, owner_url: str
) -> None:
    name = sqlalchemy_url(owner_url).database
    admin = libpq_url(sqlalchemy_url(owner_url).set(database="postgres"))
    page = open_page(browser)
    settle(page)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"alter database {name} allow_connections false")
        try:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
            )
            page.keyboard.press("/")
            page.keyboard.type("35.5065,112.8015")
            page.keyboard.press("Enter")
            expect(page.locator(".card h2")).to_have_text("笔峰寺第1网格")
            page.keyboard.press("Escape")
            page.keyboard.press("/")
            page.keyboard.type("35.5066,112.8015")
            page.keyboard.press("Enter")
            expect(page.locator(".status .stale")).to_have_text("结果可能已过时")
            keep(page, "stale")
            assert violations(page) == []
        finally:
            connection.execute(f"alter database {name} allow_connections true")
