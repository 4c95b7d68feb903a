"""Administration in the page: files in, their faults on the map one by one, and files back out."""

import io
import json
import re
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.boundaries import towns
from tests.web_map.admin_files import GOOD, LANGUAGES, TORN, UGLY, collection, give, opened
from tests.web_map.conftest import OpenPage, keep, settle
from tests.web_map.test_accessibility import violations

LATIN = re.compile("[A-Za-z]{2,}")
NAMES = {"WGS", "EPSG", "GCJ", "BD", "CGCS"}  # of frames, in every language


def marks(page: Page) -> list[dict[str, Any]]:
    """The faults that the map has drawn."""
    settle(page)
    found: list[dict[str, Any]] = page.evaluate(
        "() => window.yiwang.map.queryRenderedFeatures({layers: ['faults-point']}).map(f => f.properties)"
    )
    return found


def shapes(page: Page, kind: str) -> set[str]:
    """The colours of the ground (fill) and the outlines (line) of faults."""
    settle(page)
    found: list[str] = page.evaluate(
        "layer => window.yiwang.map.queryRenderedFeatures({layers: [layer]}).map(f => f.properties.colour)",
        f"faults-ground-{kind}",
    )
    return set(found)


@LANGUAGES
def test_an_ugly_file_is_told_fault_by_fault_on_the_map_and_a_good_one_imported(
    open_page: OpenPage, browser: Browser, language: str
) -> None:
    zh = language == "zh"
    page = opened(open_page, browser, "import", language)
    give(page, "网格.geojson", UGLY)
    check = page.get_by_role("button", name="检查" if zh else "Check", exact=True)
    check.click()
    report = page.locator(".import-report")
    expect(report.locator(".counts").first).to_contain_text("7")
    rows = report.locator(".faults .problem-row")
    refused = report.locator(".faults .badge.blocks")
    expect(refused.first).to_be_visible()
    assert report.get_by_text("与第 2 行重复" if zh else "Row 2 has it too").count() > 0
    if zh:
        assert LATIN.findall(report.locator(".faults").inner_text()) == []
        assert set(LATIN.findall(report.inner_text())) <= NAMES
    assert report.locator(".commit .primary").is_disabled()
    assert shapes(page, "fill") == {"#b42318"}  # the overlap
    assert shapes(page, "line") == {"#b42318", "#e0a800"}  # and borders that do not match
    assert violations(page) == []
    keep(page, f"admin-import-faults-{language}")

    # by keys: the first fault, the next, and back round to the last
    page.locator(".card-head h2").click()
    page.keyboard.press("]")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    page.keyboard.press("[")
    expect(rows.last).to_have_attribute("aria-current", "true")
    bow = report.locator(".problem-row", has_text="自交" if zh else "crosses itself")
    bow.click()
    assert [mark["chosen"] for mark in marks(page) if mark["chosen"]] == [True]
    lon, lat = page.evaluate("() => { const at = window.yiwang.map.getCenter(); return [at.lng, at.lat] }")
    assert (lon, lat) == pytest.approx(towns.at(11, 11.25), abs=2e-5)  # where the border crosses itself
    keep(page, f"admin-import-place-{language}")

    # the same form takes the good file; what was refused stays out of the register
    give(page, "网格.geojson", GOOD)
    expect(report).to_have_count(0)
    check.click()
    expect(report.locator(".counts li").nth(2)).to_contain_text("0")
    assert report.locator(".faults .badge.blocks").count() == 0
    report.locator(".commit .primary").click()
    expect(report.locator("h3")).to_have_text("已导入" if zh else "Imported")
    settle(page)
    assert violations(page) == []
    keep(page, f"admin-imported-{language}")


@LANGUAGES
def test_files_that_cannot_be_read_are_told_plainly_and_a_proposal_is_one_click(
    open_page: OpenPage, browser: Browser, language: str
) -> None:
    zh = language == "zh"
    page = opened(open_page, browser, "import", language)
    note = page.get_by_role("alert")
    check = page.get_by_role("button", name="检查" if zh else "Check", exact=True)
    give(page, "空.csv", b"")
    expect(note).to_contain_text("空文件" if zh else "is empty")
    assert check.is_disabled()
    give(page, "图.geojson", b"\x7fELF\x00\x01")
    check.click()
    expect(note).to_contain_text("认不出" if zh else "none of the known formats")
    give(page, "表.csv", "甲,乙\n1,2\n".encode())
    check.click()
    column = page.get_by_label("“编码”在哪一列" if zh else "Which column holds the code")
    choices = ["请选择列", "甲", "乙"] if zh else ["choose a column", "甲", "乙"]
    expect(column.locator("option")).to_have_text(choices)
    keep(page, f"admin-import-columns-{language}")
    # a projected frame that the file does not state: the server names it, a click takes it
    ring = "392000 3930000,392500 3930000,392500 3930500,392000 3930000"
    wkt = f'网格编码,wkt\n{towns.B}001,"POLYGON(({ring}))"\n'
    give(page, "投影.csv", wkt.encode())
    check.click()
    proposal = page.locator(".proposals-row").get_by_role("button", name="EPSG:4547")
    proposal.click()
    expect(page.locator(".import-report")).to_contain_text("EPSG:4547")
    assert violations(page) == []


def test_a_file_that_is_too_large_is_not_sent(open_page: OpenPage, browser: Browser) -> None:
    page = opened(open_page, browser, "import", "zh")
    page.locator(".file-box").evaluate(
        """box => {
            const file = new File(['x'], '全市.gpkg')
            Object.defineProperty(file, 'size', {value: 3 * 2 ** 30})
            const drop = new Event('drop', {bubbles: true, cancelable: true})
            drop.dataTransfer = {files: [file]}
            box.dispatchEvent(drop)
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("3,072 MB")
    assert page.get_by_role("button", name="检查", exact=True).is_disabled()


def test_a_file_with_very_many_faults_is_listed_in_pieces_and_walked_by_keys(
    open_page: OpenPage, browser: Browser
) -> None:
    page = opened(open_page, browser, "import", "zh")
    rows = "\n".join(f"14O5{number},网格长{number}" for number in range(1500))
    give(page, "网格长.csv", f"网格编码,姓名\n{rows}\n".encode())
    page.get_by_label("内容").select_option("leaders")
    page.get_by_role("button", name="检查", exact=True).click()
    report = page.locator(".import-report")
    expect(report.locator(".counts li").nth(2)).to_contain_text("1,500")
    expect(report).to_contain_text("只列出前 1,000 条")
    expect(report.locator(".faults .fault")).to_have_count(100)
    page.locator("h3").first.click()
    page.keyboard.press("[")  # the last one, which is listed for it
    expect(report.locator(".faults [aria-current=true]")).to_be_in_viewport()
    expect(report.locator(".stepper")).to_contain_text("1,000 / 1,000")


def test_a_cut_network_loses_nothing(open_page: OpenPage, browser: Browser) -> None:
    page = opened(open_page, browser, "import", "zh")
    give(page, "网格.geojson", GOOD)
    page.context.set_offline(True)
    page.get_by_role("button", name="检查", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("连不上服务器")
    expect(page.locator(".file-box")).to_contain_text("网格.geojson")
    page.context.set_offline(False)
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".import-report")).to_be_visible()


@LANGUAGES
def test_faults_of_a_net_are_mended_or_left_one_by_one(
    open_page: OpenPage, browser: Browser, language: str
) -> None:
    zh = language == "zh"
    page = opened(open_page, browser, "repair", language)
    give(page, "net.geojson", TORN)
    page.get_by_role("button", name="找出问题" if zh else "Find faults").click()
    overlap = page.locator(".fault", has_text=f"{'重叠' if zh else 'overlaps'} G1 / G2")
    expect(overlap).to_contain_text("归 G" if zh else "goes to G")
    expect(page.locator(".fault", has_text="m²")).to_have_count(3)
    page.locator(".card-head h2").click()
    page.keyboard.press("]")
    expect(page.locator(".faults [aria-current=true]")).to_have_count(1)
    settle(page)
    drawn = page.evaluate(
        "() => ['faults-before', 'faults-after', 'faults-ground-fill'].map("
        "id => window.yiwang.map.queryRenderedFeatures({layers: [id]}).length)"
    )
    assert all(drawn)
    assert violations(page) == []
    keep(page, f"admin-repair-{language}")

    overlap.get_by_role("checkbox").uncheck()
    expect(overlap.locator(".badge")).to_have_text("保留原样" if zh else "left")
    with page.expect_download() as told:
        page.get_by_role("button", name="下载 GeoJSON" if zh else "Download GeoJSON").click()
    net = json.loads(told.value.path().read_text())
    shapes = {each["properties"]["网格编码"]: each["geometry"]["coordinates"] for each in net["features"]}
    assert set(shapes) == {"G1", "G2", "G3", "G4"}
    east = max(lon for lon, _ in shapes["G1"][0])
    assert east == pytest.approx(towns.at(15.5, 0)[0], abs=1e-9)  # left: it still lies over its neighbours
    keep(page, f"admin-repair-left-{language}")

    page.get_by_role("button", name="导入修好的文件" if zh else "Import the mended file").click()
    expect(page.locator(".file-box")).to_contain_text("net-已修补" if zh else "net-mended")
    expect(page.locator(".import-report")).to_be_visible()  # it is checked without another click


def test_a_sound_net_says_so(open_page: OpenPage, browser: Browser) -> None:
    page = opened(open_page, browser, "repair", "zh")
    give(page, "net.geojson", collection(("G1", towns.box(0, 0, 5, 5)), ("G2", towns.box(5, 0, 10, 5))))
    page.get_by_role("button", name="找出问题").click()
    expect(page.locator(".good")).to_contain_text("没有问题")
    assert page.get_by_role("button", name="下载 GeoJSON").count() == 0


@LANGUAGES
def test_duties_go_out_as_a_workbook_and_come_back_row_by_row(
    open_page: OpenPage, browser: Browser, language: str
) -> None:
    zh = language == "zh"
    page = opened(open_page, browser, "duties", language, "dispatcher")
    with page.expect_download() as told:
        page.get_by_role("button", name="下载责任表" if zh else "Download duties").click()
    book = openpyxl.load_workbook(io.BytesIO(told.value.path().read_bytes()))
    sheet = book["责任"]
    head = [cell.value for cell in sheet[1]]
    where = {name: head.index(name) + 1 for name in head if name}
    leader = next(
        row for row in range(2, sheet.max_row + 1) if sheet.cell(row, where["责任主体编码"]).value == "P2"
    )
    phone = "13900007777" if zh else "13900008888"
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, where["责任主体编码"]).value == "P2":
            sheet.cell(row, where["电话"]).value = phone
    new = next(row for row in range(2, sheet.max_row + 2) if not sheet.cell(row, where["角色"]).value)
    place = f"{towns.A}00{3 if zh else 4}"
    values = {"责任主体编码": "P3", "角色": "leader", "地点类型": "grid", "地点编码": place}
    for name, value in values.items():
        sheet.cell(new, where[name]).value = value
    bad = new + 1
    for name, value in {**values, "地点编码": "140502001001999"}.items():
        sheet.cell(bad, where[name]).value = value
    give(page, "责任.xlsx", packed(book))
    refused = page.locator(".finding-notes .problem")
    expect(refused.locator("b")).to_have_text(f"第 {bad} 行" if zh else f"Row {bad}")
    expect(refused).to_contain_text("没有编码为 140502001001999 的网格" if zh else "No grid has the code")
    if zh:
        assert LATIN.findall(refused.inner_text()) == []
    change = page.locator(".duty-change", has_text=phone)
    expect(change.locator("ins")).to_have_text(phone)
    expect(change).to_contain_text(str(leader))
    commit = page.locator(".duties .commit .primary")
    assert commit.is_disabled()
    assert violations(page) == []
    keep(page, f"admin-duties-{language}")
    # the place of the new duty is on the map
    page.locator(".duty-change").get_by_role("button", name=place).click()
    page.wait_for_function("code => location.hash.includes(`at=grid:${code}`)", arg=place)

    sheet.delete_rows(bad)
    give(page, "责任.xlsx", packed(book))
    expect(refused).to_have_count(0)
    expect(commit).to_have_text("写入 2 处变化" if zh else "Write 2 changes")
    commit.click()
    expect(page.locator(".duties h3").first).to_have_text("已写入" if zh else "Written")
    vacant = page.locator(".coverage").get_by_role("button", name="网格长空缺" if zh else "without a leader")
    vacant.click()
    expect(page.locator(".coverage .findings").get_by_role("button", name=place)).to_have_count(0)
    page.locator(".coverage .findings").get_by_role("button").first.click()
    expect(page.locator(".selected-grid")).to_be_visible()
    keep(page, f"admin-vacancies-{language}")


def packed(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
