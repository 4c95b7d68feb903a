"""The past over HTTP: lists, grids, areas and tiles at an instant, lineage, comparison, reversion, papers."""

import io
import time
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from api import accounts
from boundaries.store.database import Database
from tests.api.conftest import PASSWORD, basic
from tests.api.test_plans import SPLIT, Desk
from tests.boundaries import towns
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4
from tests.boundaries.towns import A, B

A5 = f"{A}005"


@pytest.fixture(scope="module")
def published(app: Any, running: TestClient, database: Database, town: towns.Town) -> str:
    """An instant between the first net and the second, in which A001 is split and A003 merged into A004."""
    with database.transaction() as session:
        for name in ("reviewer", "approver"):
            accounts.put(session, name=name, password=PASSWORD, role=name, datum=None, area=None)
        accounts.put(session, name="of-b", password=PASSWORD, role="planner", datum=None, area=B)
    before = datetime.now(UTC).isoformat()
    desk = Desk(running)
    assert desk.edit(SPLIT).status_code == 201
    desk.edit({"operation": "merge", "grids": [A3, A4], "keep": A4})
    desk.post("submission", {})
    desk.post("review", {}, by="reviewer")
    desk.post("approval", {}, by="approver")
    filing = {"number": "城网备〔2026〕3号", "filed_on": "2026-03-01"}
    done = desk.post("publication", {"filing": filing}, by="approver").json()
    assert done["state"] == "published" and done["filings"][0]["number"] == filing["number"]
    until = time.monotonic() + 120
    while running.get("/v1/grids", headers=basic("planner")).json()["net_version"] != 2:
        assert time.monotonic() < until
        time.sleep(0.05)
    return before


def test_lists_grids_areas_and_tiles_answer_for_an_instant(client: TestClient, published: str) -> None:
    def get(path: str, **params: Any) -> Any:
        reply = client.get(path, params=params, headers=basic("planner"))
        assert reply.status_code == 200, reply.text
        return reply.json()

    now, then = get("/v1/grids", within=A), get("/v1/grids", within=A, at=published)
    assert (now["net_version"], then["net_version"]) == (2, 1)
    assert {grid["code"] for grid in then["grids"]} - {grid["code"] for grid in now["grids"]} == {A3}
    drawn = get("/v1/grids", within=A, at=published, geometry="true")
    assert {feature["id"] for feature in drawn["features"]} == {grid["code"] for grid in then["grids"]}
    assert get(f"/v1/grids/{A3}", at=published)["net_version"] == 1
    assert get(f"/v1/areas/{A}", at=published)["counts"]["grids"] == 4
    assert get("/v1/lookup", grid=A3, at=published)["grid"]["code"] == A3
    gone = client.get(f"/v1/grids/{A3}", headers=basic("planner"))
    assert gone.status_code == 410 and f'</v1/grids/{A4}>; rel="successor-version"' in gone.headers["link"]
    tiles = [
        client.get("/v1/tiles/12/3331/1615.mvt", params=params, headers=basic("planner"))
        for params in ({}, {"at": published}, {})
    ]
    assert tiles[0].content == tiles[2].content != tiles[1].content
    assert [tile.headers["x-yiwang-net-version"] for tile in tiles] == ["2", "1", "2"]
    assert client.get("/v1/grids?at=2026-05-03T00:00:00").json()["code"] == "not-aware-instant"
    beyond = client.get("/v1/grids?known_at=2999-01-01T00:00:00Z")
    assert (beyond.status_code, beyond.json()["code"]) == (422, "known-at-beyond-horizon")


def test_what_was_known_before_a_publication_is_the_old_net_at_any_instant(
    client: TestClient, published: str
) -> None:
    """At an instant after the publication, as the register knew it before: nothing had been told yet."""

    def get(path: str, **params: str) -> Any:
        return client.get(path, params=params, headers=basic("planner"))

    later = datetime.now(UTC).isoformat()
    believed = get("/v1/grids", within=A, at=later, known_at=published).json()
    assert believed["net_version"] == 1
    codes = {grid["code"] for grid in believed["grids"]}
    assert A3 in codes and A5 not in codes
    known = {grid["code"] for grid in get("/v1/grids", within=A, at=later).json()["grids"]}
    assert A3 not in known and A5 in known
    point = {"lon": "112.8025", "lat": "35.5025", "datum": "wgs84", "at": later}  # in the middle of A003
    assert get("/v1/lookup", **point, known_at=published).json()["grid"]["code"] == A3
    assert get("/v1/lookup", **point).json()["grid"]["code"] == A4
    (version,) = get(f"/v1/grids/{A3}/history", known_at=published).json()["versions"]
    assert version["valid_to"] is None
    assert get(f"/v1/grids/{A5}/history", known_at=published).status_code == 404


def test_a_grid_tells_its_life_with_shapes_and_lineage(client: TestClient, published: str) -> None:
    told = client.get(f"/v1/grids/{A5}/history", headers=basic("reader")).json()
    assert [parent["code"] for parent in told["parents"]] == [A1] and told["retired_at"] is None
    assert told["versions"][0]["plan"] == "P00001" and told["versions"][0]["geometry"]["type"]
    gone = client.get(f"/v1/grids/{A3}/history", headers=basic("reader")).json()
    assert [child["code"] for child in gone["children"]] == [A4] and gone["retired_at"]
    assert len(client.get(f"/v1/grids/{A1}/history", headers=basic("reader")).json()["versions"]) == 2
    assert client.get("/v1/grids/9/history", headers=basic("reader")).status_code == 404


def test_any_two_instants_are_compared_like_a_plan(client: TestClient, published: str) -> None:
    def get(form: str, by: str = "planner", **more: str) -> Any:
        params = {"before": published, "format": form, **more}
        return client.get("/v1/net/comparison", params=params, headers=basic(by))

    told = get("json").json()
    changes = {grid["code"]: grid["change"] for grid in told["grids"]}
    assert changes == {A1: "changed", A3: "retired", A4: "changed", A5: "new"}
    plan = client.get("/v1/plans/P00001/diff", headers=basic("planner")).json()
    assert {grid["code"]: [each["code"] for each in grid["parents"]] for grid in plan["grids"]} == {
        grid["code"]: [each["code"] for each in grid["parents"]] for grid in told["grids"]
    }
    assert told["totals"]["kept"] == plan["totals"]["kept"]
    back = get("json", before=datetime.now(UTC).isoformat(), after=published).json()
    assert {grid["code"]: grid["change"] for grid in back["grids"]}[A3] == "new"
    book = openpyxl.load_workbook(io.BytesIO(get("xlsx").content))
    assert book["网格 figures"].max_row == 5
    assert {feature["id"] for feature in get("geojson").json()["features"]} == set(changes)
    assert f"grid,{A5},{A1},{A5},new" in get("csv").text
    assert get("json", by="reader").json()["duties"] == []
    assert client.get("/v1/net/comparison", headers=basic("planner")).status_code == 400


def test_a_plan_is_compared_with_an_instant_or_with_what_is_in_force(
    client: TestClient, published: str
) -> None:
    def get(plan: str, by: str = "planner", **asked: str) -> Any:
        return client.get(f"/v1/plans/{plan}/diff", params=asked, headers=basic(by))

    def changes(plan: str, **asked: str) -> dict[str, str]:
        reply = get(plan, **asked)
        assert reply.status_code == 200, reply.text
        return {grid["code"]: grid["change"] for grid in reply.json()["grids"]}

    desk = Desk(client)
    try:
        assert desk.edit({"operation": "name", "grid": A2, "name": "东苑"}).status_code == 201
        assert desk.edit({"operation": "appoint", "grid": A2, "party": "P1"}).status_code == 201
        plan = desk.path.rsplit("/", 1)[1]
        assert changes(plan) == changes(plan, against="now") == {A2: "renamed"}
        # since that instant another plan came into force
        both = {A1: "changed", A2: "renamed", A3: "retired", A4: "changed", A5: "new"}
        assert changes(plan, against=published) == both
        told = get(plan, against=published)
        assert (told.json()["plan"], told.json()["base"], told.headers["etag"]) == (plan, 1, desk.tag)
        drawn = get(plan, against=published, format="geojson").json()
        assert {feature["id"] for feature in drawn["features"]} == set(both)
        assert f"grid,{A5},{A1},{A5},new" in get(plan, against=published, format="csv").text
        assert ("P1", "leader", None, A2) in [
            (each["party"], each["role"], each["from"], each["to"])
            for each in get(plan, against="now").json()["duties"]
        ]
        assert get(plan, "of-b", against="now").json()["duties"] == []
        assert get(plan, "reader", against="now").status_code == 403
        assert get("P99999", against="now").status_code == 404
        assert get(plan, against="2026-05-03T00:00:00").json()["code"] == "not-aware-instant"
        assert get(plan, against="then").status_code == 400
        # a published plan is the net that it made, not what it stood on
        assert changes("P00001", against="now") == {}
        assert changes("P00001", against=published) == {code: both[code] for code in both if code != A2}
    finally:
        desk.post("withdrawal", {})


def test_a_plan_stands_on_either_side_of_a_comparison(client: TestClient, published: str) -> None:
    def get(by: str = "planner", **sides: str) -> Any:
        return client.get("/v1/net/comparison", params=sides, headers=basic(by))

    def changes(**sides: str) -> dict[str, str]:
        reply = get(**sides)
        assert reply.status_code == 200, reply.text
        return {grid["code"]: grid["change"] for grid in reply.json()["grids"]}

    desks = [Desk(client), Desk(client)]
    one, other = (desk.path.rsplit("/", 1)[1] for desk in desks)
    try:
        assert desks[0].edit({"operation": "name", "grid": A2, "name": "东苑"}).status_code == 201
        assert desks[1].edit({"operation": "name", "grid": A4, "name": "西苑"}).status_code == 201
        assert desks[1].edit({"operation": "appoint", "grid": A4, "party": "P1"}).status_code == 201
        told = get(before=one, after=other)
        assert {grid["code"]: grid["name"] for grid in told.json()["grids"]}[A4] == "西苑"
        assert (told.json()["plan_before"], told.json()["plan"]) == (one, other)
        assert told.headers["x-yiwang-net-version"] == "2..2"
        assert changes(before=one, after=other) == {A2: "renamed", A4: "renamed"}
        assert changes(before=one) == {A2: "renamed"}  # with what is in force
        assert changes(before=published, after=other) == changes(before="P00001", after=other) | {
            A1: "changed", A3: "retired", A4: "changed", A5: "new"
        }  # fmt: skip
        table = get(before=one, after=other, format="csv")
        assert f"net-{one}-{other}.csv" in table.headers["content-disposition"]
        assert told.json()["duties"] and get("of-b", before=one, after=other).json()["duties"] == []
        low = get("reader", before=one)
        assert (low.status_code, low.json()["code"]) == (403, "role-too-low")
        assert client.get("/v1/net/comparison", params={"before": published, "after": one}).status_code == 401
        assert get(before="P99999").status_code == 404
        assert get(before="then").status_code == 400
    finally:
        for desk in desks:
            desk.post("withdrawal", {})


def test_notices_reach_those_whose_area_it_is(client: TestClient, published: str) -> None:
    found = client.get("/v1/notices", headers=basic("planner")).json()
    assert [(notice["community"], notice["net_version"], notice["plan"]) for notice in found] == [
        (A, 2, "P00001")
    ]
    assert found[0]["told"]["grids"] == {"changed": [A1, A4], "new": [A5], "retired": [A3]}
    assert client.get("/v1/notices", headers=basic("of-b")).json() == []
    assert client.get(f"/v1/notices?area={A}", headers=basic("of-b")).json()["code"] == "outside-scope"
    assert client.get("/v1/notices?area=9", headers=basic("planner")).status_code == 404
    assert client.get(f"/v1/notices?before={found[0]['id']}", headers=basic("planner")).json() == []


def test_net_versions_are_listed_with_who_why_and_what_changed(client: TestClient, published: str) -> None:
    newest, first = client.get("/v1/net/versions", headers=basic("dispatcher")).json()
    # A001 was split into itself and A005, A003 merged into A004
    assert (newest["number"], newest["cause"], newest["made_by"]) == (2, "plan", "approver")
    assert (newest["plan"], newest["changed"], newest["new"], newest["retired"]) == ("P00001", 3, 1, 1)
    assert (first["number"], first["cause"], first["plan"]) == (1, "import", None)
    assert (first["changed"], first["new"], first["retired"]) == (7, 7, 0)
    older = client.get("/v1/net/versions?before=2&limit=1", headers=basic("dispatcher")).json()
    assert [each["number"] for each in older] == [1]
    assert client.get("/v1/net/versions", headers=basic("reader")).status_code == 403


def test_a_published_plan_is_reverted_and_commented_over_http(client: TestClient, published: str) -> None:
    made = client.post("/v1/plans/P00001/reversion", headers=basic("planner"))
    assert made.status_code == 201, made.text
    told = made.json()
    assert told["edits"][0]["operation"] == "restore"
    assert "shape" not in told["edits"][0]["parameters"]["grids"][0]
    path = made.headers["location"]
    again = client.post(f"{path}/reversion", headers=basic("planner"))
    assert (again.status_code, again.json()["code"]) == (409, "plan-not-published")
    remark = client.post(
        f"{path}/comments", json={"remark": "请核对", "grid": A1}, headers=basic("reviewer")
    ).json()
    assert (remark["made_by"], remark["settled_at"]) == ("reviewer", None)
    nowhere = client.post(f"{path}/comments", json={"remark": "?", "grid": "9"}, headers=basic("reviewer"))
    assert nowhere.status_code == 404
    done = client.post(f"{path}/comments/{remark['id']}/settlement", headers=basic("planner")).json()
    assert done["settled_by"] == "planner"
    whole = client.get(path, headers=basic("planner"))
    assert whole.headers["etag"] == made.headers["etag"]  # a remark is no write to the plan
    assert [each["remark"] for each in whole.json()["comments"]] == ["请核对"]
    filed = client.post(
        f"{path}/filings", json={"number": "1", "filed_on": "2026-03-01"}, headers=basic("approver")
    )
    assert filed.json()["code"] == "plan-not-published"
    later = client.post(
        "/v1/plans/P00001/filings",
        json={"number": "城网备〔2026〕4号", "filed_on": "2026-03-02"},
        headers=basic("approver"),
    ).json()
    assert [each["number"] for each in later] == ["城网备〔2026〕3号", "城网备〔2026〕4号"]
    since = client.post(
        "/v1/plans",
        json={"title": "回", "scope": A, "restore": "2020-01-01T00:00:00Z"},
        headers=basic("planner"),
    )
    assert (since.status_code, since.json()["code"]) == (422, "nothing-then")
