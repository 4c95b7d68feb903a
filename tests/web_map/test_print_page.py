"""Paper from the page: maps, boards and pictures are asked for where the thing itself is shown."""

import io

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.boundaries import towns
from tests.web_map.conftest import LEADER, OpenPage, keep, settle, sign_in
from tests.web_map.test_accessibility import violations


def saved(page: Page, role: str, name: str) -> bytes:
    with page.expect_download() as told:
        page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
    return told.value.path().read_bytes()


def text_of(paper: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(paper)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_community_is_printed_as_map_boards_and_picture(
    open_page: OpenPage, browser: Browser, language: str
) -> None:
    zh = language == "zh"
    page = open_page(browser, "#lang=zh")
    sign_in(page, "dispatcher")
    page.get_by_role("button", name="东街街道").click()
    page.get_by_role("button", name="笔峰寺社区").click()
    if not zh:
        page.get_by_role("button", name="English").click()
    expect(page.locator(".browser h2")).to_have_text("笔峰寺社区")
    settle(page)
    page.locator(".prints summary").click()
    page.get_by_label("标题" if zh else "Title").fill("笔峰寺网格图")
    page.get_by_label("审图号" if zh else "Approval number").fill("晋S(2026)001号")
    page.get_by_label("纸张" if zh else "Paper").select_option("A3")
    keep(page, f"print-{language}")
    assert violations(page) == []

    sheet = saved(page, "link", "网格图（PDF）" if zh else "Map of grids (PDF)")
    front = text_of(sheet)[0]
    assert "笔峰寺网格图" in front and "晋S(2026)001号" in front
    assert pypdfium2.PdfDocument(sheet)[0].get_size() == pytest.approx((1190.55, 841.89), abs=1)
    boards = text_of(saved(page, "link", "全部公示牌（PDF）" if zh else "All boards (PDF)"))
    assert len(boards) == 4 and LEADER in boards[0]

    picture = Image.open(io.BytesIO(saved(page, "button", "当前地图（PNG）" if zh else "This map (PNG)")))
    shown = page.locator(".map canvas").bounding_box()
    assert shown is not None
    assert picture.size == (round(shown["width"]), round(shown["height"]) + 56)
    # the net is drawn, not an empty canvas: its tints, lines and words make many colours
    upper = picture.convert("RGB").crop((0, 0, picture.width, picture.height - 56))
    assert len(upper.getcolors(maxcolors=1_000_000) or ()) > 50


def test_the_card_of_a_grid_offers_its_board(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(browser, f"#at=grid:{towns.A}001&lang=zh")
    expect(page.locator(".card h2")).to_be_visible()
    page.locator(".prints summary").click()
    keep(page, "print-card")
    assert violations(page) == []
    (board,) = text_of(saved(page, "link", "公示牌（PDF）"))
    assert "笔峰寺第1网格" in board
    assert LEADER not in board  # nobody is signed in
