"""A grid worker with a telephone of 360 px: tasks, buildings, reports and visits, also without a network."""

import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from api import accounts
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.web_map.conftest import PASSWORD, OpenPage, ask, keep
from tests.web_map.test_hand import fits

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "locale": "zh-CN",
        "sign_in": "登录",
        "account": "账号",
        "password": "密码",
        "out": "退出",
        "matter": "事项",
        "words": "情况",
        "report": "上报",
        "settle": "自办自结",
        "waits": "1 条等待发送",
        "noted": "等待发送",
        "none": "没有等您处理的事项",
        "refused": "1 条被退回",
        "change": "修改",
        "drop": "删除",
        "sent": "已送达",
        "check_in": "签到",
        "note": "记录",
        "offline": "没有网络",
    },
    "en": {
        "locale": "en-GB",
        "sign_in": "Sign in",
        "account": "Account",
        "password": "Password",
        "out": "Sign out",
        "matter": "Matter",
        "words": "What happened",
        "report": "Report",
        "settle": "Settled on the spot",
        "waits": "Waiting to be sent: 1.",
        "noted": "waiting to be sent",
        "none": "Nothing waits for you",
        "refused": "Refused: 1.",
        "change": "Change",
        "drop": "Drop",
        "sent": "Sent:",
        "check_in": "Check in",
        "note": "Note",
        "offline": "There is no network",
    },
}
SMALL = """() => ['a', 'button', 'input', 'select', 'summary', 'textarea']
  .flatMap(name => [...document.querySelectorAll(`.hand ${name}`)])
  .filter(each => each.checkVisibility({ opacityProperty: true }) && !each.closest('dialog'))
  .map(each => ({ box: each.getBoundingClientRect(), each }))
  .filter(({ box }) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(({ each, box }) => `${each.tagName} ${each.textContent.slice(0, 20)} ${box.width}×${box.height}`)"""
"""What is smaller than a finger needs."""


@pytest.fixture(scope="module")
def town(town: towns.Town, database: Database) -> towns.Town:
    """The town with an account that acts for its first grid leader."""
    with database.transaction() as session:
        accounts.put(session, name="worker", password=PASSWORD, role="worker", party="P1")
    return town


def called(server: str, words: str) -> list[dict[str, Any]]:
    """The incidents with these words in the register."""
    told = ask(server, "GET", "/v1/incidents?limit=1000", by="worker")["incidents"]
    return [each for each in told if each["description"] == words]


def telephone(open_page: OpenPage, browser: Browser, language: str = "zh", at: str = "") -> Page:
    """The page in the hand of the worker, who stands in the first grid and has let it know where."""
    words = WORDS[language]
    page = open_page(browser, f"m{at}", width=360, height=740, locale=words["locale"])
    lon, lat = towns.at(1.5, 6.5)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 12})
    page.locator(".session > button").click()
    page.get_by_label(words["account"]).fill("worker")
    page.get_by_label(words["password"]).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=words["out"])).to_be_visible()
    return page


def locate(page: Page, told: str) -> None:
    """Let it know where one is now, and wait until it does. told: what it says of the place."""
    page.locator("button.locate").first.click()
    expect(page.locator(".spot")).to_contain_text(told)


def section(page: Page, name: str) -> None:
    page.locator(f".hand-sections a[href='#{name}']").click()
    expect(page.locator(f".hand-sections a[href='#{name}']")).to_have_attribute("aria-current", "page")


def write_report(page: Page, words: str, language: str = "zh") -> None:
    said = WORDS[language]
    page.get_by_role("combobox", name=said["matter"], exact=True).select_option("0102")
    page.get_by_role("textbox", name=said["words"]).fill(words)
    page.locator(".hand-form").get_by_role("button", name=said["report"], exact=True).click()


def photo() -> dict[str, Any]:
    """A picture as a telephone takes it: large, with noise that JPEG cannot make small."""
    out = io.BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(out, "JPEG", quality=90)
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_worker_finds_a_task_and_takes_its_step(
    open_page: OpenPage, browser: Browser, server: str, language: str
) -> None:
    said = WORDS[language]
    lon, lat = towns.at(1.5, 6.5)
    row = {"matter": "0102", "source": "12345", "lon": lon, "lat": lat, "datum": "wgs84"}
    row |= {"happened_at": "2026-11-02T09:00:00+08:00", "description": f"井盖缺失 {language}"}
    number = ask(server, "POST", "/v1/incidents", row, by="dispatcher")["numbers"][0]
    page = telephone(open_page, browser, language)
    section(page, "tasks")
    task = page.locator(f".task[data-number='{number}']")
    expect(task).to_contain_text("井盖缺失")
    fits(page)
    assert page.evaluate(SMALL) == []
    accent = page.evaluate(
        "() => getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()"
    )
    link = task.get_by_role("link")
    expect(link).to_have_css("color", f"rgb{tuple(bytes.fromhex(accent[1:]))}")
    expect(link).to_have_css("text-underline-offset", "3px")
    keep(page, f"hand-tasks-{language}")
    task.get_by_role("button", name=said["settle"]).click()
    expect(page.locator(".note.sent")).to_contain_text(number)
    expect(task).to_have_count(0)
    assert ask(server, "GET", f"/v1/incidents/{number}", by="worker")["state"] == "closed"

    section(page, "buildings")
    expect(page.locator(".row-button").first).to_contain_text("笔峰寺第1网格")
    fits(page)
    assert page.evaluate(SMALL) == []
    keep(page, f"hand-buildings-{language}")
    page.locator(".row-button").filter(has_text="兰花路12号").click()
    expect(page.locator(".card .facts")).to_contain_text("一号楼")
    assert page.evaluate(SMALL) == []
    page.go_back()
    expect(page.locator(".row-button").first).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_report_waits_without_a_network_survives_closing_and_is_sent_once(
    open_page: OpenPage, browser: Browser, server: str, language: str
) -> None:
    said, words = WORDS[language], f"路灯不亮 {language}"
    page = telephone(open_page, browser, language)
    expect(page.locator("main")).to_contain_text("也能打开本页" if language == "zh" else "opens without")
    section(page, "report")
    expect(page.locator(".hand-form option[value='0102']")).to_have_count(1)
    page.context.set_offline(True)
    locate(page, "12")
    page.locator("input[type=file]").set_input_files([photo()])
    expect(page.locator(".photos img")).to_have_count(1)
    fits(page)
    assert page.evaluate(SMALL) == []
    write_report(page, words, language)
    expect(page.locator(".outbox-state")).to_contain_text(said["waits"])
    expect(page.locator(".note.problem").first).to_contain_text(said["offline"])
    fits(page)
    assert page.evaluate(SMALL) == []
    keep(page, f"hand-waiting-{language}")

    page.reload()
    expect(page.locator(".outbox-state")).to_contain_text(said["waits"])
    context, address = page.context, page.url
    page.close()
    page = context.new_page()
    page.goto(address)  # without a network
    expect(page.locator(".outbox-state")).to_contain_text(said["waits"])
    assert called(server, words) == []

    context.set_offline(False)
    expect(page.locator(".note.sent")).to_contain_text(said["sent"])
    expect(page.locator(".entry")).to_have_count(0)
    fits(page)
    keep(page, f"hand-sent-{language}")
    page.reload()
    expect(page.get_by_role("button", name=said["out"])).to_be_visible()
    (incident,) = called(server, words)
    assert (incident["grid"], incident["place"]["accuracy_m"]) == (f"{towns.A}001", 12)
    (kept,) = ask(server, "GET", f"/v1/incidents/{incident['number']}", by="worker")["photos"]
    assert (kept["width"], kept["height"]) == (1600, 1067)


def test_an_answer_that_is_lost_on_its_way_makes_no_second_report(
    open_page: OpenPage, browser: Browser, server: str
) -> None:
    page = telephone(open_page, browser, at="#report")
    lost = []

    def lose(route: Route) -> None:
        if not lost:
            lost.append(route.fetch().status)  # the register has it, and nobody is told
        route.abort()  # nor later: it is sent again by itself now and then

    page.route("**/v1/incidents", lose)
    locate(page, "12")
    write_report(page, "答复丢失")
    expect(page.locator(".outbox-state")).to_contain_text("1 条等待发送")
    expect(page.locator(".entry .plain")).to_have_count(0)  # it may have arrived: nothing can be changed
    expect(page.locator(".entry")).to_have_count(1)
    page.unroute("**/v1/incidents")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".note.sent")).to_be_visible()
    assert lost == [201]
    assert len(called(server, "答复丢失")) == 1


def test_a_refused_report_says_why_and_can_be_changed_or_dropped(
    open_page: OpenPage, browser: Browser, server: str
) -> None:
    page = telephone(open_page, browser, at="#report")
    page.context.set_geolocation({"longitude": 114.0, "latitude": 36.0, "accuracy": 5})
    locate(page, "36.0")
    write_report(page, "太远")
    expect(page.locator(".outbox-state")).to_contain_text("1 条被退回")
    expect(page.locator(".refused-entry .reason-text")).to_contain_text("退回")
    fits(page)
    assert page.evaluate(SMALL) == []
    keep(page, "hand-refused")
    page.get_by_role("button", name="修改").click()
    expect(page.get_by_role("textbox", name="情况")).to_have_value("太远")
    lon, lat = towns.at(1.5, 6.5)
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 5})
    locate(page, f"{lat:.4f}")
    page.locator(".hand-form").get_by_role("button", name="上报", exact=True).click()
    expect(page.locator(".note.sent")).to_be_visible()
    expect(page.locator(".entry")).to_have_count(0)
    assert len(called(server, "太远")) == 1

    page.context.set_geolocation({"longitude": 114.0, "latitude": 36.0, "accuracy": 5})
    locate(page, "36.0")
    write_report(page, "不要了")
    page.locator(".refused-entry").get_by_role("button", name="删除").click()
    expect(page.locator(".entry")).to_have_count(0)
    assert called(server, "不要了") == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_visit_is_checked_in_also_without_a_network(
    open_page: OpenPage, browser: Browser, server: str, language: str
) -> None:
    said = WORDS[language]
    page = telephone(open_page, browser, language, at="#visit")
    page.context.set_offline(True)
    locate(page, "12")
    page.get_by_role("textbox", name=said["note"]).fill("一切正常")
    fits(page)
    assert page.evaluate(SMALL) == []
    keep(page, f"hand-visit-{language}")
    page.locator(".hand-form").get_by_role("button", name=said["check_in"], exact=True).click()
    expect(page.locator(".outbox-state")).to_contain_text(said["waits"])
    page.context.set_offline(False)
    expect(page.locator(".note.sent")).to_be_visible()
    (grid,) = ask(server, "GET", "/v1/affairs/mine", by="worker")["grids"]
    assert grid["last_visit"] is not None


def test_what_one_account_left_on_the_telephone_waits_for_it(
    open_page: OpenPage, browser: Browser, server: str
) -> None:
    page = telephone(open_page, browser, at="#report")
    page.context.set_offline(True)
    locate(page, "12")
    write_report(page, "留在手机上")
    expect(page.locator(".outbox-state")).to_contain_text("1 条等待发送")
    page.route("**/v1/incidents", lambda route: route.abort())  # it stays a while
    page.context.set_offline(False)
    page.get_by_role("button", name="退出").click()
    page.get_by_role("button", name="登录").click()
    page.get_by_label("账号").fill("dispatcher")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".outbox-state")).to_contain_text("属于其他账号")
    page.unroute("**/v1/incidents")
    page.evaluate("dispatchEvent(new Event('online'))")
    section(page, "tasks")
    expect(page.locator(".outbox-state")).to_contain_text("属于其他账号")
    assert called(server, "留在手机上") == []  # nobody sends under another's name
