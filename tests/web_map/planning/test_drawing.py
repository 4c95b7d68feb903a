"""Grids are drawn by mouse and keyboard in the browser, and decided by the server."""

from playwright.sync_api import Browser, Page, expect

from tests.boundaries import towns
from tests.web_map.conftest import A1, A2, A3, A4, OpenPage, ask, keep, pixel, settle, sign_in
from tests.web_map.planning.conftest import choose_two, click, give_a_strip, notice_nothing, rows
from tests.web_map.test_accessibility import violations

# what of the table of grids stands beyond its panel or is cut off in its cell
BEYOND = """() => {
    const edge = document.querySelector('.panel').clientWidth
    return [...document.querySelectorAll('.grids th, .grids td, .grids .mark')]
        .filter(each => each.getBoundingClientRect().right > edge || each.scrollWidth > each.clientWidth + 1)
        .map(each => each.textContent)
}"""


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
    choose_two(desk, (1.5, 1.5), (7.5, 2.5))
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
    hours = desk.locator(f"tr[data-code='{A1}'] td").nth(3)
    expect(hours).to_have_text("368")  # an hour a year of each household, as long as nothing else is there
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
    give_a_strip(desk)


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

    choose_two(desk, (1.5, 1.5), (7.5, 2.5))
    desk.keyboard.press("m")
    expect(dialog).to_contain_text("together")
    keep(desk, "plan-merge-en")
    assert violations(desk) == []
    dialog.get_by_role("button", name="Merge").click()
    expect(desk.locator(".grids tbody tr")).to_have_count(5)
    for _ in range(3):  # faster than the server
        desk.keyboard.press("Control+z")
    expect(desk.locator(".grids tbody tr")).to_have_count(4)
    desk.keyboard.press("Control+z")  # the border too
    expect(desk.locator(f"tr[data-code='{A1}'] .mark")).to_have_count(0)
    assert rows(desk) == {A1, A2, A3, A4}


def test_an_area_goes_to_its_neighbour_in_english(desk: Page) -> None:
    desk.get_by_role("button", name="English").click()
    settle(desk)
    give_a_strip(desk)
    desk.keyboard.press("Escape")
    click(desk, 8.5, 8.5)
    desk.keyboard.press("l")
    expect(desk.locator(".grids .lock")).to_have_count(1)
    desk.locator(".grids").get_by_role("button", name="households").click()  # an arrow needs its place
    keep(desk, "plan-reassign-en")
    assert violations(desk) == []
    assert desk.evaluate(BEYOND) == []
    desk.keyboard.press("l")
    expect(desk.locator(".grids .lock")).to_have_count(0)
    desk.keyboard.press("Control+z")
    expect(desk.locator(f"tr[data-code='{A2}'] .mark")).to_have_count(0)


def test_two_planners_see_each_other_and_choose(desk: Page, plan: str, server: str) -> None:
    choose_two(desk, (1.5, 7.5), (7.5, 7.5))
    notice_nothing(desk, server, plan)
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


def test_a_network_that_is_cut_in_mid_edit_loses_nothing_that_was_accepted(desk: Page, plan: str) -> None:
    choose_two(desk, (1.5, 1.5), (7.5, 2.5))
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
