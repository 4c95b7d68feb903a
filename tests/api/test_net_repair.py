"""Mending a file's net over HTTP: what is shown, what is left, what comes back."""

import json
from typing import Any

import geopandas as gpd
import pytest
import shapely
from fastapi.testclient import TestClient
from httpx import Response

from tests.api.conftest import basic
from tests.boundaries.towns import box
from tests.web_map.admin_files import TORN, collection

PLANNER = basic("planner")


def _post(
    client: TestClient,
    content: bytes,
    headers: dict[str, str] | None = None,
    name: str = "net.geojson",
    **form: Any,
) -> Response:
    return client.post(
        "/v1/net/repair",
        files={"file": (name, content)},
        data={key: str(value) for key, value in form.items()},
        headers=PLANNER if headers is None else headers,
    )


@pytest.mark.parametrize(("headers", "status"), [({}, 401), (basic("dispatcher"), 403)])
def test_only_planners_mend_a_net(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert _post(client, TORN, headers).status_code == status


def test_each_fault_says_what_becomes_of_its_ground(client: TestClient) -> None:
    told = _post(client, TORN).json()
    ground = [fault for fault in told["faults"] if fault["choice"]]
    assert [(fault["kind"], fault["polygons"]) for fault in ground] == [
        ("overlaps", ["G1", "G2"]),
        ("overlaps", ["G1", "G3"]),
        ("gaps", ["G1", "G2", "G3", "G4"]),
    ]
    assert all(fault["mended"] for fault in ground)
    assert {fault["goes_to"] for fault in ground[:2]} <= {"G1", "G2", "G3"}
    # half a unit of 90.7 m × 5 units of 111 m, nearly
    assert ground[0]["area_m2"] == pytest.approx(0.5 * 90.7 * 5 * 111, rel=0.01)
    assert told["is_sound"] and not any(told["remaining"][kind] for kind in ("overlaps", "gaps"))
    changed = {change["polygon"]: change for change in told["changes"]}
    assert changed["G1"]["before"]["type"] == "Polygon"
    moved = sum(change["gained_m2"] - change["lost_m2"] for change in told["changes"])
    doubled = sum(fault["area_m2"] for fault in ground if fault["kind"] == "overlaps")
    empty = sum(fault["area_m2"] for fault in ground if fault["kind"] == "gaps")
    assert moved == pytest.approx(empty - doubled, abs=1.0)


def test_what_is_left_stays_as_it_was_and_the_rest_is_mended(client: TestClient) -> None:
    whole = _post(client, TORN).json()
    overlap = next(fault["number"] for fault in whole["faults"] if fault["polygons"] == ["G1", "G2"])
    told = _post(client, TORN, leave=json.dumps([overlap])).json()
    assert [fault["mended"] for fault in told["faults"] if fault["choice"]] == [
        fault["number"] != overlap for fault in told["faults"] if fault["choice"]
    ]
    assert told["remaining"]["overlaps"] == 1 and not told["is_sound"]
    net = _saved(client, leave=json.dumps([overlap]))
    both = net.loc["G1"].intersection(net.loc["G2"])
    assert both.symmetric_difference(box(15, 0, 15.5, 5)).area < 1e-12
    assert net.loc["G1"].intersection(net.loc["G3"]).area < 1e-15


def _saved(client: TestClient, **form: Any) -> "gpd.GeoSeries":
    reply = _post(client, TORN, save="geojson", **form)
    assert reply.headers["content-disposition"] == 'attachment; filename="mended.geojson"'
    frame = gpd.GeoDataFrame.from_features(reply.json()["features"], crs=4326)
    assert list(frame.columns) == ["geometry", "网格编码", "网格名称"]
    return frame.set_index("网格编码").geometry


def test_the_mended_file_is_a_sound_net(client: TestClient) -> None:
    net = _saved(client)
    assert shapely.coverage_is_valid(net.to_numpy())
    package = _post(client, TORN, save="gpkg")
    assert package.content[:15] == b"SQLite format 3"


def test_a_wide_gap_stays_until_the_width_says_otherwise(client: TestClient) -> None:
    ring = shapely.Polygon(box(0, 0, 5, 5).exterior, [box(1, 1, 2, 2).exterior])
    net = collection(("G1", ring), ("G2", box(5, 0, 10, 5)))
    gap = _post(client, net).json()["faults"][0]
    assert (gap["kind"], gap["mended"], gap["choice"]) == ("gaps", False, True)
    assert _post(client, net, max_gap_width=100).json()["faults"][0]["goes_to"] == "G1"


@pytest.mark.parametrize(
    ("content", "name", "form", "status", "code"),
    [
        (b"\x7fELF", "net.geojson", {}, 415, "unknown-format"),
        (b"", "net.geojson", {}, 422, "unreadable-file"),
        ("甲\n1\n".encode(), "net.csv", {}, 422, "unreadable-file"),
        (TORN, "net.geojson", {"leave": "x"}, 400, "unreadable-body"),
        (TORN, "net.geojson", {"leave": "[" * 100_000}, 400, "unreadable-body"),
        (TORN, "net.geojson", {"max_gap_width": 1000}, 400, "unreadable-body"),
        (TORN, "net.geojson", {"code": "没有"}, 422, "unknown-field"),
    ],
)
def test_what_cannot_be_mended_is_a_problem_with_a_stable_code(
    client: TestClient, content: bytes, name: str, form: dict[str, Any], status: int, code: str
) -> None:
    reply = _post(client, content, name=name, **form)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
