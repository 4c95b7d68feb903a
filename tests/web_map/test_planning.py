"""Planning by mouse and keyboard: drawn in the browser, decided by the server, published by two people."""

import base64
import json
import urllib.request
from collections.abc import Iterator

import geopandas as gpd
import pytest
from playwright.sync_api import Browser, Page, expect

from boundaries.land import areas, buildings
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.web_map.conftest import PASSWORD, OpenPage, keep, pixel, settle, sign_in
from tests.web_map.test_accessibility import violations

A1, A2, A3, A4 = (f"{towns.A}00{n}" for n in (1, 2, 3, 4))
HOUSEHOLDS, CROWD = 16, 50


@pytest.fixture(scope="module")
def town(town: towns.Town, database: Database) -> towns.Town:
    """The town with 25 houses of 16 households in each quarter of community A, which is a 居 with a band, and
    50 × 50 houses in C."""
    rows = [
        {
            "code": f"N{x}-{y}",
            "geometry": towns.box(x + 0.3, y + 0.3, x + 0.7, y + 0.7),
            "households": HOUSEHOLDS,
        }
        for x in range(10)
        for y in range(10)
        if (x, y) not in {(1, 6), (4, 8), (5, 8), (4, 1), (5, 1), (4, 3), (5, 3)}
    ]
    frame = towns.area_frame()
    frame["kind"] = ["居" if level == "community" else "" for level in frame["level"]]
    side = 10 / CROWD  # community C, for a search that takes its time
    rows += [
        {
            "code": f"C{x}-{y}",
            "geometry": towns.box(
                20 + side * (x + 0.3), side * (y + 0.3), 20 + side * (x + 0.7), side * (y + 0.7)
            ),
            "households": 1 + (3 * x + 5 * y) % 7,
        }
        for x in range(CROWD)
        for y in range(CROWD)
    ]
    with database.transaction() as session:
        areas.put(session, town.district, frame, valid_from=towns.YEAR, stamp=clock.stamp(session))
        stamp = clock.stamp(session)
        buildings.put(
            session, town.district, gpd.GeoDataFrame(rows, crs=4326), valid_from=towns.YEAR, stamp=stamp
        )
        buildings.assign(session, town.district, valid_from=towns.YEAR, stamp=stamp)
    return town


def ask(
    server: str, method: str, path: str, body: object = None, *, by: str = "planner", seen: int = 0
) -> dict:  # type: ignore[type-arg]
    """What another person does at the same time."""
    token = base64.b64encode(f"{by}:{PASSWORD}".encode()).decode()
    request = urllib.request.Request(
        server + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Basic {token}",
            "Content-Type": "application/json",
            "If-Match": f'"{seen}"',
        },
    )
    with urllib.request.urlopen(request) as reply:
        told: dict = json.load(reply)  # type: ignore[type-arg]
    return told


@pytest.fixture
def plan(server: str) -> Iterator[str]:
    """A plan of community A, withdrawn afterwards."""
    made = ask(server, "POST", "/v1/plans", {"title": "笔峰寺调整", "scope": towns.A})
    yield made["code"]
    now = ask(server, "GET", f"/v1/plans/{made['code']}")
    if now["state"] not in ("published", "withdrawn"):
        ask(server, "POST", f"/v1/plans/{made['code']}/withdrawal", {}, seen=now["version"])


@pytest.fixture
def desk(open_page: OpenPage, browser: Browser, plan: str) -> Page:
    """The plan open in the page, seen whole, with its planner signed in."""
    page = open_page(browser, f"#mode=plan&plan={plan}&view=14.6/35.505/112.805", width=1280, height=800)
    sign_in(page, "planner")
    expect(page.locator(".grids tbody tr")).to_have_count(4)
    settle(page)
    return page


def click(page: Page, east: float, north: float, **more: object) -> None:
    page.mouse.move(*pixel(page, east, north), steps=3)
    page.mouse.click(*pixel(page, east, north), **more)  # type: ignore[arg-type]


def rows(page: Page) -> set[str]:
    return set(page.locator(".grids tbody tr").evaluate_all("rows => rows.map(row => row.dataset.code)"))


def drawn(page: Page) -> set[str]:
    settle(page)
    return set(
        page.evaluate(
            "() => window.yiwang.map.queryRenderedFeatures({layers: ['plan-fill']})"
            ".map(each => each.properties.code)"
        )
    )


def test_a_planner_starts_a_plan_splits_a_grid_and_undoes_it(
    open_page: OpenPage, browser: Browser, server: str
) -> None:
    page = open_page(browser, width=1280, height=800)
    page.get_by_role("button", name="划分", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="规划员账号")).to_be_visible()
    sign_in(page, "planner")
    page.get_by_text("新建方案").click()
    page.get_by_role("textbox", name="名称").fill("东街调整")
    page.get_by_role("combobox", name="街道", exact=True).select_option("东街街道")
    page.get_by_role("combobox", name="社区", exact=True).select_option("笔峰寺社区")
    keep(page, "plan-new")
    assert violations(page) == []
    page.get_by_role("button", name="新建", exact=True).click()
    expect(page.locator(".plan h2")).to_have_text("东街调整")
    expect(page.locator(".grids tbody tr")).to_have_count(4)
    settle(page)
    seen = page.evaluate("() => window.yiwang.map.getBounds().toArray().flat()")
    scope = [*towns.at(0, 0), *towns.at(10, 10)]  # the map is at the plan, not at the whole district
    assert seen[0] < scope[0] < scope[2] < seen[2] < towns.at(30, 0)[0]
    page.evaluate("at => window.yiwang.map.jumpTo({center: at, zoom: 14.6})", list(towns.at(5, 5)))
    settle(page)
    keep(page, "plan")

    page.keyboard.press("s")
    expect(page.locator(".sketch-box")).to_contain_text("画一条线")
    click(page, -0.6, 7.5)
    page.mouse.move(*pixel(page, 5.4, 7.52), steps=4)
    expect(page.locator(".cursor-note")).to_contain_text(" | ")
    keep(page, "plan-split")
    page.mouse.click(*pixel(page, 5.4, 7.52))
    page.keyboard.press("Enter")
    expect(page.locator(".grids tbody tr")).to_have_count(5)
    expect(page.locator(".saved")).to_have_text("已保存")
    assert f"{towns.A}005" in drawn(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(page.locator(".grids tbody tr")).to_have_count(4)
    page.keyboard.press("Control+Shift+Z")
    expect(page.locator(".grids tbody tr")).to_have_count(5)
    page.get_by_role("tab", name="改动").click()
    expect(page.locator(".diff")).to_contain_text("新设")
    keep(page, "plan-changes")
    assert violations(page) == []
    page.get_by_role("tab", name="问题").click()
    page.keyboard.press("]")
    expect(page.locator(".problem-row.on")).to_be_visible()
    keep(page, "plan-problems")

    page.reload()  # nothing accepted is lost
    expect(page.locator(".grids tbody tr")).to_have_count(5)


def test_merging_asks_whose_code_stays(desk: Page) -> None:
    click(desk, 1.5, 1.5)
    desk.keyboard.down("Shift")
    click(desk, 7.5, 2.5)
    desk.keyboard.up("Shift")
    expect(desk.locator(".grids tr.on")).to_have_count(2)
    desk.keyboard.press("m")
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("合并后共")
    expect(dialog.get_by_text("网格长空缺").first).to_be_visible()
    keep(desk, "plan-merge")
    assert violations(desk) == []
    dialog.get_by_label(A4).check()
    dialog.get_by_role("button", name="合并").click()
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    assert rows(desk) == {A1, A2, A4}


def test_a_refused_edit_says_why_at_its_place_and_changes_nothing(desk: Page) -> None:
    desk.keyboard.press("s")
    click(desk, 1.1, 7.5)
    click(desk, 3.6, 7.6)
    expect(desk.locator(".cursor-note.bad")).to_contain_text("没有从边界到边界")
    desk.keyboard.press("Enter")
    expect(desk.locator(".place-note")).to_contain_text("没有从边界到边界")
    expect(desk.get_by_role("alert")).to_contain_text("方案未变")
    desk.locator(".prints summary").click()
    keep(desk, "plan-refused")
    assert violations(desk) == []
    assert rows(desk) == {A1, A2, A3, A4}


def test_a_shared_node_moves_in_all_its_grids_and_a_locked_one_stays(desk: Page) -> None:
    before = desk.locator(f"tr[data-code='{A1}'] td").nth(4).inner_text()
    desk.keyboard.press("b")
    settle(desk)
    desk.mouse.move(*pixel(desk, 5, 5))
    desk.mouse.down()
    desk.mouse.move(*pixel(desk, 5.24, 4.8), steps=4)
    expect(desk.locator(".cursor-note")).to_contain_text("户 |")
    keep(desk, "plan-border")
    desk.mouse.up()
    expect(desk.locator(f"tr[data-code='{A1}'] .mark")).to_be_visible()
    assert desk.locator(f"tr[data-code='{A1}'] td").nth(4).inner_text() != before
    desk.keyboard.press("Escape")
    click(desk, 1.5, 7.5)
    desk.keyboard.press("l")
    expect(desk.locator(f"tr[data-code='{A1}'] .lock")).to_be_visible()
    desk.keyboard.press("s")
    click(desk, -0.6, 7.5)
    click(desk, 6.4, 7.5)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("alert")).to_contain_text("锁定")
    expect(desk.locator(".grids tbody tr")).to_have_count(4)


def test_an_area_becomes_a_grid_and_another_goes_to_its_neighbour(desk: Page) -> None:
    desk.keyboard.press("p")
    for corner in ((1.1, 6.1), (3.1, 6.1), (3.1, 8.1)):
        click(desk, *corner)
    click(desk, 1.1, 8.1)
    desk.keyboard.press("Enter")
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("栋")
    dialog.get_by_label("名称").fill("凤台小区专属网格")
    dialog.get_by_label("类型").select_option("专属")
    keep(desk, "plan-area")
    assert violations(desk) == []
    dialog.get_by_role("button", name="划出").click()
    expect(desk.locator(".grids tbody tr")).to_have_count(5)
    desk.keyboard.press("Escape")
    click(desk, 8.5, 8.5)
    desk.keyboard.press("r")
    for corner in ((4.1, 6.1), (5.5, 6.1), (5.5, 7.1), (4.1, 7.1)):
        click(desk, *corner)
    desk.keyboard.press("Enter")
    expect(desk.locator(f"tr[data-code='{A2}'] .mark")).to_be_visible()


def test_without_a_mouse_points_are_put_at_the_centre_of_the_map(desk: Page) -> None:
    desk.get_by_role("checkbox", name="选择 笔峰寺第1网格").press("Space")
    desk.keyboard.press("s")
    typed = desk.get_by_label("输入经纬度加点")
    for point in ((-0.5, 7.5), (6, 7.5)):
        lon, lat = towns.at(*point)
        typed.fill(f"{lat}, {lon}")
        typed.press("Enter")
    desk.get_by_role("button", name="完成", exact=True).press("Enter")
    expect(desk.locator(".grids tbody tr")).to_have_count(5)


def test_the_same_gestures_in_english(desk: Page) -> None:
    desk.get_by_role("button", name="English").click()
    desk.keyboard.press("b")
    settle(desk)
    desk.mouse.move(*pixel(desk, 5, 5))
    desk.mouse.down()
    desk.mouse.move(*pixel(desk, 5.24, 4.8), steps=4)
    expect(desk.locator(".cursor-note")).to_contain_text("households |")
    desk.mouse.up()
    expect(desk.locator(f"tr[data-code='{A1}'] .mark")).to_be_visible()
    desk.keyboard.press("Escape")

    desk.keyboard.press("s")
    click(desk, 1.1, 7.5)
    click(desk, 3.6, 7.6)
    desk.keyboard.press("Enter")
    expect(desk.locator(".place-note")).to_contain_text("from border to border")
    expect(desk.get_by_role("alert")).to_contain_text("the plan is as it was")
    desk.keyboard.press("Escape")
    desk.keyboard.press("s")
    click(desk, -0.6, 7.5)
    click(desk, 5.4, 7.52)
    desk.keyboard.press("Enter")
    expect(desk.locator(".grids tbody tr")).to_have_count(5)
    desk.keyboard.press("Escape")

    desk.keyboard.press("p")
    for corner in ((6.2, 6.1), (8.1, 6.1), (8.1, 8.1), (6.2, 8.1)):
        click(desk, *corner)
    desk.keyboard.press("Enter")
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("Name (optional)").fill("Special")
    dialog.get_by_role("button", name="Make it").click()
    expect(desk.locator(".grids tbody tr")).to_have_count(6)
    desk.keyboard.press("Escape")

    click(desk, 1.5, 1.5)
    desk.keyboard.down("Shift")
    click(desk, 7.5, 2.5)
    desk.keyboard.up("Shift")
    desk.keyboard.press("m")
    expect(dialog).to_contain_text("together")
    keep(desk, "plan-merge-en")
    assert violations(desk) == []
    dialog.get_by_role("button", name="Merge").click()
    expect(desk.locator(".grids tbody tr")).to_have_count(5)
    for left in (6, 5, 4):
        desk.keyboard.press("Control+z")
        expect(desk.locator(".grids tbody tr")).to_have_count(left)
    desk.keyboard.press("Control+z")  # the border too
    expect(desk.locator(f"tr[data-code='{A1}'] .mark")).to_have_count(0)
    assert rows(desk) == {A1, A2, A3, A4}


def test_two_planners_see_each_other_and_choose(desk: Page, plan: str, server: str) -> None:
    click(desk, 1.5, 7.5)
    desk.keyboard.down("Shift")
    click(desk, 7.5, 7.5)
    desk.keyboard.up("Shift")
    now = ask(server, "GET", f"/v1/plans/{plan}")
    ask(
        server,
        "POST",
        f"/v1/plans/{plan}/edits?datum=wgs84",
        {"operation": "merge", "grids": [A3, A4]},
        seen=now["version"],
    )
    desk.keyboard.press("m")
    desk.get_by_role("dialog").get_by_role("button", name="合并").click()
    dialog = desk.get_by_role("dialog", name="别人刚刚改了这个方案")
    expect(dialog).to_contain_text("合并")
    expect(dialog.locator(".side").nth(1)).to_contain_text("户")
    keep(desk, "plan-conflict")
    assert violations(desk) == []
    dialog.get_by_role("button", name="再加上我的").click()
    expect(desk.locator(".grids tbody tr")).to_have_count(2)
    assert len(rows(desk)) == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_community_is_balanced_compared_taken_and_undone_in_one_step(desk: Page, language: str) -> None:
    zh = language == "zh"
    if not zh:
        desk.get_by_role("button", name="English").click()
    desk.locator("body").press("a")
    panel = desk.locator(".balance")
    panel.get_by_label("网格个数" if zh else "How many grids").fill("3")
    keep(desk, f"balance-asked-{language}")
    assert violations(desk) == []
    panel.get_by_role("button", name="开始计算" if zh else "Start").click()
    expect(panel.locator(".proposals thead th")).to_have_count(3, timeout=120_000)
    expect(panel.locator(".balance-state")).to_have_text("计算完成。" if zh else "Done.", timeout=120_000)
    expect(panel).to_contain_text("改动最小：未给出" if zh else "Least change: not given")
    expect(panel.locator(".thumbnail").first.locator("path")).to_have_count(3)
    panel.get_by_role("button", name="在地图上看" if zh else "Show on the map").first.click()
    settle(desk)
    ghosts = "() => window.yiwang.map.querySourceFeatures('plan-ghost').length"
    assert desk.evaluate(ghosts) > 0
    keep(desk, f"balance-{language}")
    assert violations(desk) == []
    desk.reload()  # the job is taken up again
    expect(desk.locator(".grids tbody tr")).to_have_count(4)
    desk.locator("body").press("a")
    panel.get_by_role("button", name="取用: 户数均衡" if zh else "Take it: Alike").click()
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    desk.keyboard.press("Control+z")
    expect(desk.locator(".grids tbody tr")).to_have_count(4)
    assert rows(desk) == {A1, A2, A3, A4}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_plan_changes_is_compared_with_what_is_in_force(
    open_page: OpenPage, browser: Browser, server: str, plan: str, language: str
) -> None:
    zh = language == "zh"
    merge = {"operation": "merge", "grids": [A3, A4], "keep": A3}
    ask(server, "POST", f"/v1/plans/{plan}/edits", merge, seen=1)
    page = open_page(browser, f"#mode=compare&plan={plan}", width=1280, height=800)
    sign_in(page, "planner")
    if not zh:
        page.get_by_role("button", name="English").click()
    expect(page.locator(".changes").first.locator("tbody tr")).to_have_count(2)
    expect(page.locator(".diff")).to_contain_text("停用" if zh else "ended")
    settle(page)
    page.get_by_role("slider").fill("100")
    settle(page)
    assert page.evaluate(
        "() => window.yiwang.map.queryRenderedFeatures({layers: ['compare-after-fill']}).length"
    )
    assert violations(page) == []
    keep(page, f"compare-{language}")
    with page.expect_download() as told:
        page.get_by_role("link", name="Excel").click()
    assert told.value.path().read_bytes()[:2] == b"PK"
    with page.expect_response(lambda reply: "/diff?against=now&format=json" in reply.url):
        page.get_by_label("与现行网格相比" if zh else "Against the net in force").check()
    expect(page.locator(".changes").first.locator("tbody tr")).to_have_count(2)
    assert "against=now" in page.url
    page.get_by_label("与现行网格相比" if zh else "Against the net in force").uncheck()
    with page.expect_response(lambda reply: "/diff?against=2026-0" in reply.url):
        page.get_by_label("与日期相比" if zh else "Against a date").fill("2026-03-01T08:00")
    expect(page.locator(".changes").first.locator("tbody tr")).to_have_count(2)
    assert "against=2026-03-01T00%3A00%3A00.000Z" in page.url
    page.reload()
    expect(page.locator(".changes").first.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_label("与日期相比" if zh else "Against a date")).to_have_value("2026-03-01T08:00")
    assert violations(page) == []
    keep(page, f"compare-against-{language}")


def test_a_network_that_is_cut_in_mid_edit_loses_nothing_that_was_accepted(desk: Page, plan: str) -> None:
    click(desk, 1.5, 1.5)
    desk.keyboard.down("Shift")
    click(desk, 7.5, 2.5)
    desk.keyboard.up("Shift")
    expect(desk.locator(".grids tr.on")).to_have_count(2)
    desk.context.set_offline(True)
    desk.keyboard.press("m")
    desk.get_by_role("dialog").get_by_role("button", name="合并").click()
    expect(desk.get_by_role("alert").first).to_contain_text("连不上服务器")
    assert rows(desk) == {A1, A2, A3, A4}  # nothing is shown that the register does not have
    keep(desk, "plan-offline")
    desk.context.set_offline(False)  # and what was asked for is done without asking again
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    kept = rows(desk)
    desk.reload()
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    assert rows(desk) == kept
    desk.get_by_role("button", name="查询", exact=True).click()
    expect(desk.locator(".browser h2")).to_be_visible()
    desk.go_back()
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    desk.go_forward()
    expect(desk.locator(".browser h2")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_chosen_grids_are_balanced_by_themselves_and_a_locked_one_stays(desk: Page, language: str) -> None:
    zh = language == "zh"
    if not zh:
        desk.get_by_role("button", name="English").click()
    panel = desk.locator(".balance")
    begin = panel.get_by_role("button", name="开始计算" if zh else "Start")
    click(desk, 1.5, 7.5)
    desk.keyboard.press("l")
    desk.keyboard.down("Shift")
    click(desk, 7.5, 7.5)
    desk.keyboard.up("Shift")
    desk.keyboard.press("a")
    expect(panel.get_by_role("radio", name="所选 2 个网格" if zh else "The 2 chosen grids")).to_be_checked()
    begin.click()
    expect(panel.get_by_role("alert")).to_contain_text("锁定" if zh else "locked")
    panel.get_by_role("radio", name="整个社区" if zh else "The whole community").check()
    expect(panel).to_contain_text("1 个已锁定" if zh else "1 locked")
    expect(panel.get_by_label("网格个数" if zh else "How many grids")).to_have_value("3")
    panel.get_by_role("button", name="关闭" if zh else "Close").click()

    desk.keyboard.press("l")  # a lock on both
    desk.keyboard.press("l")  # and off again
    desk.keyboard.press("a")
    panel.get_by_label("网格个数" if zh else "How many grids").fill("3")
    keep(desk, f"balance-chosen-asked-{language}")
    assert violations(desk) == []
    begin.click()
    expect(panel.locator(".balance-state")).to_have_text("计算完成。" if zh else "Done.", timeout=120_000)
    expect(panel.locator(".thumbnail").first.locator("path")).to_have_count(3)
    panel.get_by_role("button", name="在地图上看" if zh else "Show on the map").first.click()
    settle(desk)
    keep(desk, f"balance-chosen-{language}")
    assert violations(desk) == []
    panel.get_by_role("button", name="取用: 户数均衡" if zh else "Take it: Alike").click()
    expect(desk.locator(".grids tbody tr")).to_have_count(5)
    for code in (A3, A4):
        expect(desk.locator(f"tr[data-code='{code}'] .mark")).to_have_count(0)
    desk.keyboard.press("Control+z")
    expect(desk.locator(".grids tbody tr")).to_have_count(4)


def test_the_map_shows_the_best_so_far_while_a_search_goes_on(
    open_page: OpenPage, browser: Browser, server: str
) -> None:
    made = ask(server, "POST", "/v1/plans", {"title": "细分", "scope": towns.C})
    page = open_page(browser, f"#mode=plan&plan={made['code']}", width=1280, height=800)
    sign_in(page, "planner")
    expect(page.locator(".grids tbody tr")).to_have_count(1)
    settle(page)
    page.locator("body").press("a")
    panel = page.locator(".balance")
    panel.get_by_label("网格个数").fill("16")
    panel.get_by_role("button", name="开始计算").click()
    page.wait_for_function(  # asked in every frame
        "() => document.querySelector('.balance .preview')"
        " && window.yiwang.map.querySourceFeatures('plan-ghost').length > 0",
        timeout=120_000,
    )
    keep(page, "balance-preview")
    expect(panel.locator(".proposals thead th")).to_have_count(3, timeout=120_000)
    expect(panel.locator(".preview")).to_have_count(0)
    ask(server, "POST", f"/v1/plans/{made['code']}/withdrawal", {}, seen=made["version"])


def test_a_plan_goes_into_force_through_two_people(
    desk: Page, open_page: OpenPage, browser: Browser, plan: str
) -> None:
    click(desk, 1.5, 1.5)
    desk.keyboard.down("Shift")
    click(desk, 7.5, 1.5)
    desk.keyboard.up("Shift")
    desk.keyboard.press("m")
    desk.get_by_role("dialog").get_by_role("button", name="合并").click()
    expect(desk.locator(".grids tbody tr")).to_have_count(3)
    desk.get_by_role("button", name="提交申请").click()
    expect(desk.locator(".eyebrow .state")).to_have_text("已申请")
    desk.get_by_role("button", name="审核通过").click()
    expect(desk.get_by_role("alert")).to_be_visible()

    second = open_page(browser, f"#mode=plan&plan={plan}", width=1280, height=800)
    sign_in(second, "approver")
    second.get_by_role("button", name="English").click()
    second.get_by_role("button", name="Pass review").click()
    second.get_by_role("button", name="Approve", exact=True).click()
    expect(second.get_by_label("Takes effect")).to_be_visible()
    keep(second, "plan-approved")
    second.get_by_role("button", name="Publish", exact=True).click()
    expect(second.locator(".eyebrow .state")).to_have_text("Published")
    keep(second, "plan-published")
    assert violations(second) == []
