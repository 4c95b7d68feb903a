"""The report of one file: it asks for nothing, says what the API says, and stays silent where it must."""

import re
from pathlib import Path

import pypdf
import pytest
import shapely
from playwright.sync_api import Browser

from tests.web_map.conftest import ARTEFACTS
from web_map.report import (
    AddressLeft,
    AssetsMissing,
    Cell,
    ReportData,
    Row,
    read_assets,
    render,
    render_pdf,
    render_png,
)
from web_map.report.assets import refuse_addresses
from web_map.report.palette import NONE, RAMP, ZERO, colour, legend


def _square(k: int) -> dict[str, object]:
    mapping: dict[str, object] = shapely.geometry.mapping(
        shapely.box(112.8 + k * 0.01, 35.5, 112.81 + k * 0.01, 35.51)
    )
    return mapping


DATA = ReportData(
    title="事件密度报告：东街 </script><b>",
    area="东街街道",
    period="2026-01-01 – 2026-06-30",
    matter="占道经营",
    total=1234,
    grids=[
        Cell("140502001001001", "第一网格", _square(0), 12.0, "12 · 3.1 件/km²"),
        Cell("140502001001002", "<img src=x onerror=alert(1)>", _square(1), 0.0, "0"),
        Cell("140502001001003", "第三网格", _square(2), None, "…"),
    ],
    breaks=[5.0, 12.0],
    unit="件/km²",
    hexagons=[Cell("8931", "", _square(0), 4.0, "4")],
    hexagon_breaks=[4.0],
    heat=[Cell("1", "", _square(1), 3.5, "0.1 – 3.5"), Cell("2", "", _square(0), 7.0, "3.5 – 7")],
    heat_breaks=[3.5, 7.0],
    heat_above=0.1,
    series=[("2026-01", 3.0), ("2026-02", 9.0)],
    top=[Row("140502001001001", "第一网格", "12", "3.1")],
    matters=[("占道经营", 12.0)],
    hotspots=["第一网格（热）：实际 12，预期 3"],
    notes=["地面为虚构，仅供演示。"],
)


def test_it_opens_from_a_file_and_asks_for_nothing(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(render(DATA, read_assets()), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1120, "height": 1300})
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_selector(".leaflet-control-layers-overlays label")
    assert asked == [file.as_uri()]
    assert complaints == []
    # what stands on the page is text, whatever somebody wrote into a name
    assert page.locator("h1").inner_text() == DATA.title
    assert page.locator("img").count() == 0
    assert page.locator("td.n").first.inner_text() == "12"
    layers = page.locator(".leaflet-control-layers-overlays label")
    assert [text.strip() for text in layers.all_inner_texts()] == ["网格", "六边形", "热力"]
    layers.nth(2).click()
    assert [text.split() for text in page.locator("ul.legend").all_inner_texts()] == [
        *(["网格", "件/km²", "≤", "5", "5", "–", "12", "零", "无数据"],),
        *(["六边形", "件/格", "≤", "4"],),
        *(["热力", "件/km²", "0.1", "–", "3.5", "3.5", "–", "7"],),
    ]
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "report.png", full_page=True)
    context.close()


def test_its_policy_lets_run_only_the_scripts_that_are_in_it() -> None:
    page = render(DATA, read_assets())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "default-src &#x27;none&#x27;" in policy[1]
    assert policy[1].count("sha256-") == page.count("<script>") == 2
    assert "unsafe-inline" not in policy[1].split("script-src")[1].split(";")[0]


@pytest.mark.parametrize(
    "text", ["see https://example.org/x", "//cdn.example.com/a.js", "<img src='http://10.0.0.1/'>"]
)
def test_a_report_that_names_an_address_is_not_given_out(text: str) -> None:
    with pytest.raises(AddressLeft):
        refuse_addresses(text)
    refuse_addresses('<svg xmlns="http://www.w3.org/2000/svg"> 1 // 2, a//b')


def test_missing_assets_say_what_installs_them(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="run setup"):
        read_assets(tmp_path)


def test_classes_have_colours_in_order_and_no_value_has_its_own() -> None:
    assert [colour(value, [5, 12]) for value in (None, 0, 1, 5, 6, 99)] == [
        NONE,
        ZERO,
        RAMP[0],
        RAMP[0],
        RAMP[5],
        RAMP[5],
    ]
    assert [words for _, words in legend([5, 12])] == ["≤ 5", "5 – 12"]


def test_paper_holds_the_words_and_a_picture_of_it_has_the_page(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(render_pdf(DATA))
    text = pypdf.PdfReader(file).pages[0].extract_text()
    assert "东街街道" in text and "第一网格" in text and "1,234" in text
    assert render_png(DATA, dots_per_inch=40)[:8] == b"\x89PNG\r\n\x1a\n"


def test_an_empty_report_is_still_a_report(tmp_path: Path) -> None:
    empty = ReportData("空", "区", "–", "*", 0, [Cell("1", "", _square(0), None, "")], [], "件")
    assert "<h1>空</h1>" in render(empty, read_assets())
    assert render_pdf(empty)[:5] == b"%PDF-"
