"""A basemap beneath the net, from a file that this server reads."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.api.test_basemap import archive
from tests.web_map.conftest import OpenPage, keep, settle
from tests.web_map.test_accessibility import violations


@pytest.fixture(scope="module")
def more_settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a server with a basemap of zooms 0 and 1, drawn in CGCS2000."""
    path: Path = archive(tmp_path_factory.mktemp("basemap") / "base.pmtiles", deepest=1)
    return {"basemap": str(path), "basemap_datum": "cgcs2000", "basemap_attribution": "示例底图 2026"}


def test_a_basemap_lies_beneath_the_net_names_its_maker_and_can_be_taken_off(
    open_page: OpenPage, browser: Browser
) -> None:
    page = open_page(browser)
    settle(page)
    order = page.evaluate("() => window.yiwang.map.getStyle().layers.map(each => each.id)")
    assert order.index("district-ground") < order.index("basemap") < order.index("grids")
    expect(page.locator(".attribution")).to_have_text("示例底图 2026")
    drawn = "() => window.yiwang.map.isSourceLoaded('basemap')"
    assert page.evaluate(drawn)
    assert violations(page) == []
    keep(page, "basemap")
    page.locator(".layers summary").click()
    page.get_by_role("checkbox", name="底图").uncheck()
    expect(page.locator(".attribution")).to_have_count(0)
    assert "hide=base" in page.url
