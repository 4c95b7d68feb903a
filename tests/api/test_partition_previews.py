"""A search is watched while it goes on: better and better plans, before the proposal stands."""

import json
import threading
import time

import geopandas as gpd
import pytest
import shapely
from fastapi.testclient import TestClient

from boundaries.land import buildings
from boundaries.store import clock
from boundaries.store.database import Database
from tests.api.conftest import basic
from tests.boundaries import towns
from tests.boundaries.towns import A

PLANNER = basic("planner")
ROWS, GRIDS = 50, 16


@pytest.fixture(scope="module")
def town(town: towns.Town, database: Database) -> towns.Town:
    """The town with 50 × 50 houses of one to seven households in community A, which is 10 × 10."""
    side = 10 / ROWS
    rows = [
        {
            "code": f"N{x}-{y}",
            "geometry": towns.box(side * (x + 0.3), side * (y + 0.3), side * (x + 0.7), side * (y + 0.7)),
            "households": 1 + (3 * x + 5 * y) % 7,
        }
        for x in range(ROWS)
        for y in range(ROWS)
    ]
    with database.transaction() as session:
        stamp = clock.stamp(session)
        frame = gpd.GeoDataFrame(rows, crs=4326)
        buildings.put(session, town.district, frame, valid_from=towns.YEAR, stamp=stamp)
        buildings.assign(session, town.district, valid_from=towns.YEAR, stamp=stamp)
    return town


def test_plans_are_shown_while_they_improve_and_cannot_be_taken_before_they_stand(client: TestClient) -> None:
    asked = {"community": A, "grids": GRIDS, "proposals": ["balance", "roads"]}
    path = client.post("/v1/partitions", json=asked, headers=PLANNER).headers["location"]
    heard: list[str] = []
    listener = threading.Thread(
        target=lambda: heard.append(client.get(f"{path}/events", headers=PLANNER).text)
    )
    listener.start()
    told = client.get(path, headers=PLANNER).json()
    deadline = time.monotonic() + 300
    while "preview" not in told and told["ended_at"] is None and time.monotonic() < deadline:
        time.sleep(0.05)
        told = client.get(path, headers=PLANNER).json()
    assert told["state"] == "running", told["problem"]
    preview = told["preview"]
    shapes = [shapely.geometry.shape(each["geometry"]) for each in preview["net"]["features"]]
    assert preview["name"] in ("balance", "roads") and len(shapes) == GRIDS
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).symmetric_difference(towns.box(0, 0, 10, 10)).area < 1e-15
    households = sum(each["properties"]["households"] for each in preview["net"]["features"])
    assert households == sum(1 + (3 * x + 5 * y) % 7 for x in range(ROWS) for y in range(ROWS))
    plan = client.post("/v1/plans", json={"title": "t", "scope": A}, headers=PLANNER)
    body = {"plan": plan.json()["code"], "proposal": "roads"}
    early = client.post(f"{path}/edit", json=body, headers={**PLANNER, "If-Match": '"1"'})
    if client.get(path, headers=PLANNER).json()["ended_at"] is None:
        assert (early.status_code, early.json()["code"]) == (409, "job-not-done")

    listener.join(300)
    events = [event.split("\n") for event in heard[0].strip().split("\n\n") if event.startswith("event")]
    proposals = [json.loads(data[6:]) for name, data in events if name == "event: proposal"]
    numbers = [each["preview"] for each in proposals if "preview" in each]
    assert numbers and numbers == sorted(set(numbers))
    assert [each["name"] for each in proposals if "preview" not in each] == ["balance", "roads"]
    assert proposals[-1] == {"name": "roads"}
    assert events[-1][0] == "event: end"
    ended = client.get(path, headers=PLANNER).json()
    assert ended["state"] == "done" and "preview" not in ended and len(ended["proposals"]) == 2
