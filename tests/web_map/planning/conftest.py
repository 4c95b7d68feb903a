"""What the tests of planning share: a town with houses to count, and the gestures on its map."""

from typing import Any

import geopandas as gpd
import pytest
from playwright.sync_api import Page, Route, expect

from boundaries.land import areas, buildings
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.web_map.conftest import A2, ask, pixel

HOUSEHOLDS = 16


@pytest.fixture(scope="module")
def houses() -> list[dict[str, Any]]:
    """Houses that a module wants besides those of community A."""
    return []


@pytest.fixture(scope="module")
def town(town: towns.Town, database: Database, houses: list[dict[str, Any]]) -> towns.Town:
    """The town with 25 houses of 16 households in each quarter of community A, which is a 居 with a band."""
    rows = houses + [
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
    with database.transaction() as session:
        areas.put(session, town.district, frame, valid_from=towns.YEAR, stamp=clock.stamp(session))
        stamp = clock.stamp(session)
        buildings.put(
            session, town.district, gpd.GeoDataFrame(rows, crs=4326), valid_from=towns.YEAR, stamp=stamp
        )
        buildings.assign(session, town.district, valid_from=towns.YEAR, stamp=stamp)
    return town


def click(page: Page, east: float, north: float, **more: object) -> None:
    page.mouse.move(*pixel(page, east, north), steps=3)
    page.mouse.click(*pixel(page, east, north), **more)  # type: ignore[arg-type]


def add_to_choice(page: Page, east: float, north: float) -> None:
    """Choose the grid at a place of the drawing besides those that are chosen."""
    page.keyboard.down("Shift")
    click(page, east, north)
    page.keyboard.up("Shift")


def choose_two(page: Page, one: tuple[float, float], other: tuple[float, float]) -> None:
    """Choose the grids at two places of the drawing."""
    click(page, *one)
    add_to_choice(page, *other)


def give_a_strip(page: Page) -> None:
    """The east of A001 goes to A002."""
    click(page, 8.5, 8.5)
    page.keyboard.press("r")
    for corner in ((4.1, 6.1), (5.5, 6.1), (5.5, 7.1), (4.1, 7.1)):
        click(page, *corner)
    page.keyboard.press("Enter")
    expect(page.locator(f"tr[data-code='{A2}'] .mark")).to_be_visible()


def notice_nothing(page: Page, server: str, plan: str) -> None:
    """Until it writes itself, this window sees the plan as it is now; else it looks now and then."""
    before = [ask(server, "GET", f"/v1/plans/{plan}")]

    def look(route: Route) -> None:
        if before:
            route.fulfill(json=before[0])
        else:
            route.continue_()

    def write(route: Route) -> None:
        before.clear()
        route.continue_()

    page.route(f"**/v1/plans/{plan}", look)
    page.route("**/edits?*", write)


def rows(page: Page) -> set[str]:
    return set(page.locator(".grids tbody tr").evaluate_all("rows => rows.map(row => row.dataset.code)"))
