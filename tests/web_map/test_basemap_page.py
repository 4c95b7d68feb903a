"""A basemap beneath the net, from a file that this server reads."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.api.test_basemap import archive, roads
from tests.boundaries import towns
from tests.web_map.conftest import OpenPage, keep, served, settle
from tests.web_map.test_accessibility import violations


@pytest.fixture(scope="module")
def more_settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a server with a basemap of zooms 0 and 1, drawn in CGCS2000."""
    path: Path = archive(tmp_path_factory.mktemp("basemap") / "base.pmtiles", deepest=1)
    return {"basemap": str(path), "basemap_datum": "cgcs2000", "basemap_attribution": "示例底图 2026"}


def order(page: Page) -> list[str]:
    layers: list[str] = page.evaluate("() => window.yiwang.map.getStyle().layers.map(each => each.id)")
    return layers


def take_off(page: Page) -> None:
    page.locator(".layers summary").click()
    page.get_by_role("checkbox", name="底图").uncheck()
    expect(page.locator(".attribution")).to_have_count(0)
    assert "hide=base" in page.url


def test_a_basemap_lies_beneath_the_net_names_its_maker_and_can_be_taken_off(
    open_page: OpenPage, browser: Browser
) -> None:
    page = open_page(browser)
    settle(page)
    shown = order(page)
    assert shown.index("district-ground") < shown.index("basemap") < shown.index("grids")
    expect(page.locator(".attribution")).to_have_text("示例底图 2026")
    assert page.evaluate("() => window.yiwang.map.isSourceLoaded('basemap')")
    assert violations(page) == []
    keep(page, "basemap")
    take_off(page)


def test_vector_tiles_are_drawn_beneath_the_net_with_their_names(
    browser: Browser, database: Database, town: towns.Town, tmp_path: Path
) -> None:
    more = {"basemap": str(roads(tmp_path / "roads.pmtiles")), "basemap_datum": "wgs84"}
    settings = Settings.model_validate(
        {"home": tmp_path, "anonymous_reader": True, "basemap_attribution": "示例路网", **more}
    )
    with served(settings, database) as address:
        page = browser.new_page(viewport={"width": 1120, "height": 700}, locale="zh-CN")
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        settle(page)
        page.evaluate("at => window.yiwang.map.jumpTo({center: at, zoom: 15.5})", list(towns.at(5, 11)))
        settle(page)
        shown = order(page)
        assert shown.index("district-ground") < shown.index("base-road") < shown.index("grids")
        drawn = page.evaluate(
            "() => window.yiwang.map.queryRenderedFeatures({layers: ['base-road', 'base-way']})"
            ".map(each => each.layer.id + ' ' + each.properties.name)"
        )
        assert {"base-road 外环路", "base-road 小巷", "base-way 外环路"} <= set(drawn)
        keep(page, "basemap-vector")
        take_off(page)
        settle(page)
        assert not page.evaluate(
            "() => window.yiwang.map.queryRenderedFeatures({layers: ['base-road']}).length"
        )
        page.close()
        assert complaints == []
