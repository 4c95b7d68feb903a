"""Elements over HTTP: kinds defined, elements written and listed with who answers, by role and area."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.conftest import basic
from tests.api.test_duties import settled
from tests.boundaries.towns import DISTRICT, A, C, at

CLERK = basic("planner")  # may do what a clerk may
EAST = basic("east")
LAMP = {
    "category": "thing",
    "name": "智慧灯杆",
    "matter": "0112",
    "fields": {"properties": {"height_m": {"type": "number"}}, "required": ["height_m"]},
}
GROUP = {"category": "people", "name": "独居老人", "matter": "27", "sensitive": True}


@pytest.fixture(scope="module")
def furnished(app: FastAPI, running: TestClient, written_kinds: None) -> None:
    rows = {
        "L1": {"kind": "lamp", "name": "东大街1号灯", "fields": {"height_m": 6}, **_at(1, 9)},
        "L2": {"kind": "lamp", "fields": {"height_m": 9.5}, **_at(25, 5)},
        "P1": {"kind": "alone", "count": 12, "grid": f"{A}001"},
        "P2": {"kind": "alone", "count": 5, "grid": f"{C}001"},
    }
    for code, row in rows.items():
        reply = running.put(f"/v1/elements/{code}", json=row, headers=CLERK)
        assert (reply.status_code, reply.json()["added"]) == (200, 1), reply.text
    settled(app)


@pytest.fixture(scope="module")
def written_kinds(running: TestClient) -> None:
    for code, kind in (("lamp", LAMP), ("alone", GROUP)):
        reply = running.put(f"/v1/element-kinds/{code}", json=kind, headers=basic("administrator"))
        assert reply.json() == {"code": code, "written": True}


def _at(x: float, y: float) -> dict[str, float]:
    return dict(zip(("lon", "lat"), at(x, y), strict=True))


def test_a_grid_lists_its_elements_with_department_and_person(client: TestClient, furnished: None) -> None:
    told = client.get(f"/v1/grids/{A}001/elements", headers=CLERK).json()
    assert [each["code"] for each in told["elements"]] == ["L1", "P1"]
    lamp = told["elements"][0]
    assert (lamp["kind_name"], lamp["matter"], lamp["fields"]) == ("智慧灯杆", "0112", {"height_m": 6})
    assert (lamp["department"]["name"], lamp["person"]["name"]) == ("消防救援大队", "王小明")
    assert [(each["kind"], each["elements"], each["people"]) for each in told["counts"]] == [
        ("alone", 1, 12),
        ("lamp", 1, None),
    ]
    assert client.get("/v1/grids/999/elements").status_code == 404


def test_a_reader_sees_no_person_and_no_sensitive_kind(client: TestClient, furnished: None) -> None:
    told = client.get("/v1/elements").json()
    assert [each["code"] for each in told["elements"]] == ["L1", "L2"]
    assert told["elements"][0]["person"]["name"] == "王**"
    # an account sees the sensitive kinds of its own area only
    theirs = client.get("/v1/elements", params={"kind": "alone"}, headers=EAST).json()
    assert ([each["code"] for each in theirs["elements"]], theirs["total"]) == (["P1"], 1)
    page = client.get("/v1/elements", params={"after": "L1", "limit": 1, "area": DISTRICT}, headers=CLERK)
    assert [each["code"] for each in page.json()["elements"]] == ["L2"]
    assert client.get("/v1/elements", params={"area": "9"}).status_code == 404


def test_an_area_lookup_counts_elements(client: TestClient, furnished: None) -> None:
    given = {"lon": at(1, 9)[0], "lat": at(1, 9)[1], "radius_m": 100, "datum": "wgs84"}
    told = client.post("/v1/lookup/area", json=given, headers=CLERK).json()
    assert [each["code"] for each in told["elements"]] == ["L1"]
    assert [(each["kind"], each["elements"]) for each in told["element_counts"]] == [("lamp", 1)]
    calls = client.post("/v1/lookup/area", params={"format": "calls"}, json=given, headers=CLERK)
    assert "1 个要素" in calls.text.splitlines()[0]


def test_what_does_not_fit_is_refused_with_its_field(client: TestClient, furnished: None) -> None:
    def put(code: str, **row: object) -> tuple[int, dict[str, object]]:
        reply = client.put(f"/v1/elements/{code}", json=row, headers=CLERK)
        return reply.status_code, reply.json()

    status, told = put("X", kind="lamp", fields={"height_m": "high"}, **_at(1, 9))
    assert (status, told["code"], told["field"]) == (422, "bad-element", "height_m")
    status, told = put("X", kind="alone", name="王小明", count=1, grid=f"{A}001")
    assert (status, told["field"]) == (422, "name")
    status, told = put("X", kind="ship", **_at(1, 9))
    assert (status, told["code"]) == (404, "unknown-code")
    kind = LAMP | {"fields": {"properties": {"height_m": {"type": "number", "maximum": 7}}}}
    reply = client.put("/v1/element-kinds/lamp", json=kind, headers=basic("administrator"))
    assert (reply.status_code, reply.json()["element"]) == (409, "L2")
    bad = LAMP | {"fields": {"$ref": "file:///etc/passwd"}}
    reply = client.put("/v1/element-kinds/bad", json=bad, headers=basic("administrator"))
    assert (reply.status_code, reply.json()["code"]) == (422, "bad-element-fields")


def test_an_account_writes_in_its_own_area_only_and_an_end_is_an_end(
    app: FastAPI, client: TestClient, furnished: None
) -> None:
    row = {"kind": "lamp", "fields": {"height_m": 5}}
    assert client.put("/v1/elements/E1", json=row | _at(25, 5), headers=EAST).status_code == 403
    assert client.put("/v1/elements/L2", json=row | _at(1, 9), headers=EAST).status_code == 403
    assert client.delete("/v1/elements/L2", headers=EAST).status_code == 403
    assert client.put("/v1/elements/E1", json=row | _at(1, 9), headers=EAST).status_code == 200
    settled(app)
    assert client.delete("/v1/elements/E1", headers=EAST).status_code == 204
    settled(app)
    assert client.delete("/v1/elements/E1", headers=EAST).status_code == 404
    counts = client.get("/v1/duties/check", headers=CLERK).json()["counts"]
    assert counts["element_without_duty"] == 0
