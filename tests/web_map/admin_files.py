"""Files as people bring them to the administration, over the drawn town, and the page that takes them."""

import json
from typing import Any

import pytest
import shapely
from playwright.sync_api import Browser, Page, expect

from tests.boundaries.towns import A, B, box
from tests.web_map.conftest import OpenPage, settle, sign_in

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def collection(*rows: tuple[str | None, shapely.Geometry | None], **more: Any) -> bytes:
    """Grids as GeoJSON: code and shape of each."""
    features = [
        {
            "type": "Feature",
            "properties": {"网格编码": code, "网格名称": f"网格{number}"},
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for number, (code, shape) in enumerate(rows, 1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def crossing(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A bow tie: its border crosses itself in the middle."""
    (x0, y0), (x1, y1) = box(west, south, east, north).bounds[:2], box(west, south, east, north).bounds[2:]
    return shapely.Polygon([(x0, y0), (x1, y1), (x1, y0), (x0, y1)])


UGLY = collection(
    (f"{B}001", box(10, 0, 15.5, 10)),  # half a unit over its neighbour
    (f"{B}002", box(15, 0, 20, 10)),
    (f"{B}002", box(15, 0, 20, 10)),  # twice
    (f"{B}003", crossing(10, 10.5, 12, 12)),
    ("14O5", box(12, 10.5, 13, 12)),  # a letter for a zero
    (None, box(13, 10.5, 14, 12)),
    (f"{A}009", None),
)
GOOD = collection((f"{B}001", box(10, 0, 15, 10)), (f"{B}002", box(15, 0, 20, 10)))
# an overlap of 0.5 units between the first two, a gap of 0.005 between the last two: 0.45 m wide
TORN = collection(
    ("G1", box(10, 0, 15.5, 10)),
    ("G2", box(15, 0, 20, 5)),
    ("G3", box(15, 5.005, 20, 10)),
    ("G4", box(20, 0, 25, 10)),
)


def opened(open_page: OpenPage, browser: Browser, part: str, language: str, name: str = "planner") -> Page:
    """A part of administration, signed in (the box of signing in is filled in Chinese)."""
    page = open_page(browser, f"#mode=admin&part={part}&lang=zh", width=1280, height=800)
    expect(page.get_by_role("main")).to_contain_text("请先登录")
    sign_in(page, name)
    if language == "en":
        page.get_by_role("button", name="English").click()
    settle(page)
    return page


def give(page: Page, name: str, content: bytes) -> None:
    """Put a file into the box of the page."""
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator(".file-box input").set_input_files(files=[file])
