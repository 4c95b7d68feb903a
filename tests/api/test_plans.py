"""Plans over HTTP: from a draft to the net in force, by two people, and every refusal on the way."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from api import accounts
from boundaries.store.database import Database
from gis.datums import Datum, convert
from tests.api.conftest import PASSWORD, basic
from tests.boundaries import towns
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4, line, square
from tests.boundaries.towns import A

A5 = f"{A}005"
SPLIT = {"operation": "split", "grid": A1, "line": line((-1, 7.5), (5, 7.5)), "keep": "right"}


@pytest.fixture(scope="module", autouse=True)
def offices(database: Database, town: towns.Town) -> None:
    """Accounts of those who review and approve."""
    with database.transaction() as session:
        for name in ("reviewer", "approver"):
            accounts.put(session, name=name, password=PASSWORD, role=name, datum=None, area=None)


class Desk:
    """One plan as its people handle it: each write names the version of the last answer."""

    def __init__(self, client: TestClient, scope: str = A, kind: str = "grids") -> None:
        self.client = client
        asked = {"title": "调整", "scope": scope, "kind": kind}
        made = client.post("/v1/plans", json=asked, headers=basic("planner"))
        assert made.status_code == 201, made.text
        self.path = made.headers["location"]
        self.tag = made.headers["etag"]

    def post(self, what: str, body: Any = None, *, by: str = "planner", tag: str | None = None) -> Response:
        headers = {**basic(by), "If-Match": tag or self.tag}
        reply = self.client.post(f"{self.path}/{what}", json=body, headers=headers)
        if reply.status_code < 300:
            self.tag = reply.headers["etag"]
        return reply

    def edit(self, body: dict[str, Any], **more: Any) -> Response:
        return self.post("edits?datum=wgs84", body, **more)

    def get(self, what: str = "") -> Response:
        return self.client.get(self.path + what, headers=basic("planner"))


@pytest.fixture
def desk(client: TestClient) -> Iterator[Desk]:
    opened = Desk(client)
    yield opened
    opened.post("withdrawal", {})  # so that its new codes are free for the next test


def test_a_plan_goes_from_draft_into_force_through_two_people(client: TestClient) -> None:
    before = datetime.now(UTC).isoformat()
    desk = Desk(client)
    edited = desk.edit(SPLIT)
    assert edited.status_code == 201, edited.text
    told = edited.json()
    assert told["edit"]["parameters"]["new_codes"] == [A5, A1]
    assert told["noded"] == [A2]
    halves = [told["after"][code]["area_m2"] for code in (A1, A5)]
    assert sum(halves) == pytest.approx(told["before"][A1]["area_m2"], rel=1e-9)
    assert {feature["id"] for feature in told["net"]["features"]} == {A1, A5}
    desk.edit({"operation": "appoint", "grid": A5, "party": "P2"})
    assert desk.get("/diff").json()["totals"]["new"] == 1
    assert f"grid,{A5},{A1},{A5},new" in desk.get("/diff?format=csv").text
    grids = {feature["id"]: feature["properties"] for feature in desk.get("/net").json()["features"]}
    assert set(grids) == {A1, A2, A3, A4, A5} and grids[A5]["changed"] is True

    assert desk.post("submission", {}).json()["state"] == "submitted"
    assert desk.edit(SPLIT).json()["code"] == "plan-state"
    assert desk.post("review", {}, by="planner").status_code == 403
    assert desk.post("review", {}, by="reviewer").json()["state"] == "reviewed"
    assert desk.post("approval", {}, by="approver").json()["state"] == "approved"
    done = desk.post("publication", {}, by="approver").json()
    assert (done["state"], done["published"]) == ("published", 2)
    assert [event["step"] for event in done["events"]] == ["draft", "submit", "review", "approve", "publish"]

    north = towns.at(1, 9)
    point = {"lon": north[0], "lat": north[1], "datum": "wgs84"}

    def answer(**more: str) -> Any:
        return client.get("/v1/lookup", params={**point, **more}, headers=basic("planner")).json()

    until = time.monotonic() + 120
    while (now := answer())["net_version"] != 2:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert (now["grid"]["code"], now["owner"]["leader"]["name"]) == (A5, "李芳")
    past = answer(at=before)
    assert (past["grid"]["code"], past["owner"]["leader"]["name"], past["net_version"]) == (A1, "王小明", 1)


def test_a_preview_tells_what_the_edit_then_does_and_writes_nothing(desk: Desk) -> None:
    split = {"operation": "split", "grid": A2, "line": line((4, 6), (11, 6)), "keep": "left"}
    seen = desk.tag
    told = desk.post("preview?datum=wgs84", split)
    assert told.status_code == 200 and told.headers["etag"] == seen, told.text
    assert set(told.json()["after"]) == {A2, "*1"}
    assert desk.get().json()["edits"] == []
    made = desk.edit(split).json()
    new = next(code for code in made["after"] if code != A2)
    assert told.json()["after"]["*1"] == made["after"][new]
    assert told.json()["after"][A2] == made["after"][A2]
    refused = desk.post("preview?datum=wgs84", {**split, "grid": A3})
    assert (refused.status_code, refused.json()["code"]) == (422, "does-not-cross")


def test_a_plan_is_drawn_against_the_lines_of_a_file_in_their_own_datum(desk: Desk) -> None:
    bent = line((4, 7.4), (7, 7.6), (11, 7.4))
    shifted = convert(bent["coordinates"], Datum.WGS84, Datum.GCJ02).tolist()
    body = {"lines": [{"type": "LineString", "coordinates": shifted}], "tolerance_m": 30}
    path = f"{desk.path}/guide"
    headers = {**basic("planner"), "If-Match": desk.tag}
    assert desk.client.put(path, json=body, headers=headers).json()["code"] == "missing-datum"
    told = desk.client.put(f"{path}?datum=gcj02", json=body, headers=headers)
    assert told.json()["guide"] == {"lines": 1, "tolerance_m": 30}, told.text
    desk.tag = told.headers["etag"]
    split = {"operation": "split", "grid": A2, "line": line((4.5, 7.5), (7, 7.5), (10.5, 7.5))}
    done = desk.edit(split).json()["edit"]["parameters"]
    assert done["snapped"]["along"] > 0.9 and done["drawn"] == split["line"]
    unknown = desk.edit({**split, "grid": A1, "snap": {"to": ["canal"]}})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-code")
    along = desk.edit({"operation": "split_along", "grid": A1, "along": ["R7"]})
    assert (along.status_code, along.json()["value"]) == (404, "R7")


def test_the_live_index_answers_a_place_with_the_figures_of_the_moment(desk: Desk) -> None:
    north = dict(zip(("lon", "lat"), towns.at(6, 9), strict=True))

    def at(**more: Any) -> Any:
        params: dict[str, Any] = {"datum": "wgs84", **north, **more}
        reply = desk.client.get(f"{desk.path}/grid", params=params, headers=basic("planner"))
        assert reply.status_code == 200, reply.text
        return reply.json()["grid"]

    whole = at()
    assert whole["code"] == A2 and at(lat=36.5) is None
    split = {"operation": "split", "grid": A2, "line": line((4, 7.5), (11, 7.5)), "keep": "right"}
    made = desk.edit(split).json()
    new = next(code for code in made["after"] if code != A2)
    half = at()
    assert (half["code"], half["area_m2"]) == (new, made["after"][new]["area_m2"])
    assert at(lat=north["lat"] - 0.0015)["code"] == A2  # on the new border: the lowest code
    desk.edit({"operation": "merge", "grids": [A2, new], "keep": A2})
    assert at() == {
        **whole,
        "changed": True,
        "area_m2": pytest.approx(whole["area_m2"], rel=1e-8),
        "perimeter_m": pytest.approx(whole["perimeter_m"]),
        "compactness": pytest.approx(whole["compactness"]),
    }
    desk.post("undo")
    assert at() == half
    net = {each["id"]: each["properties"] for each in desk.get("/net").json()["features"]}
    assert net[new]["area_m2"] == half["area_m2"] and set(net) >= {A1, A2, A3, A4, new}
    missing = desk.client.get(f"{desk.path}/grid", params=north, headers=basic("planner"))
    assert (missing.status_code, missing.json()["code"]) == (400, "missing-datum")


def test_special_grids_and_lists_of_buildings_are_edits_like_any_other(desk: Desk) -> None:
    carved = desk.edit({"operation": "carve", "polygon": square(3, 1, 4, 2), "kind": "专属", "group": "校园"})
    tile = carved.json()["edit"]["parameters"]["new_codes"][0]
    groups = {each["id"]: each["properties"]["group"] for each in desk.get("/net").json()["features"]}
    assert groups[tile] == "校园" and groups[A3] is None
    desk.edit({"operation": "micro", "grid": A1, "micro": "W1", "buildings": ["H1"], "party": "P1"})
    assert desk.get("/diff").json()["micros"][0]["joins"] == ["H1"]
    elsewhere = desk.edit(
        {"operation": "micro", "grid": A2, "micro": "W2", "buildings": ["H1"], "party": "P1"}
    )
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "in-another-grid")
    stacked = desk.edit({"operation": "stack", "building": "H1", "grids": [{"parts": ["1"]}]})
    assert (stacked.status_code, stacked.json()["code"]) == (422, "parts-missing")
    assert desk.get().json()["applied"] == 2


def test_the_net_names_the_band_of_each_grid(desk: Desk) -> None:
    assert {feature["properties"]["band"] for feature in desk.get("/net").json()["features"]} == {None}


def test_a_stale_write_is_412_with_both_versions_and_changes_nothing(desk: Desk) -> None:
    seen = desk.tag
    desk.edit({"operation": "merge", "grids": [A3, A4]})
    reply = desk.edit({"operation": "merge", "grids": [A1, A2]}, tag=seen)
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (412, "stale-plan")
    assert (problem["seen"], problem["present"]) == (1, 2)
    assert len(desk.get().json()["edits"]) == 1
    without = desk.client.post(f"{desk.path}/undo", headers=basic("planner"))
    assert (without.status_code, without.json()["code"]) == (428, "if-match-missing")


def test_whoever_drew_a_plan_does_not_approve_it(client: TestClient) -> None:
    made = client.post("/v1/plans", json={"title": "a", "scope": A}, headers=basic("administrator"))
    path, tag = made.headers["location"], made.headers["etag"]
    for what, body in (("edits", {"operation": "merge", "grids": [A3, A4]}), ("submission", {})):
        reply = client.post(f"{path}/{what}", json=body, headers={**basic("administrator"), "If-Match": tag})
        tag = reply.headers["etag"]
    tag = client.post(f"{path}/review", json={}, headers={**basic("reviewer"), "If-Match": tag}).headers[
        "etag"
    ]
    own = client.post(f"{path}/approval", json={}, headers={**basic("administrator"), "If-Match": tag})
    assert (own.status_code, own.json()["code"]) == (403, "two-people-needed")
    bare = client.post(f"{path}/return", json={}, headers={**basic("reviewer"), "If-Match": tag})
    assert (bare.status_code, bare.json()["code"]) == (422, "reason-missing")
    back = client.post(
        f"{path}/return", json={"note": "理由"}, headers={**basic("reviewer"), "If-Match": tag}
    )
    assert (back.json()["state"], back.json()["events"][-1]["note"]) == ("returned", "理由")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**SPLIT, "line": line((1, 6), (2, 7))}, 422, "does-not-cross"),
        ({**SPLIT, "line": line((-1, 6), (6, 9), (6, 6), (-1, 9))}, 422, "bad-line"),
        ({**SPLIT, "line": {"type": "LineString", "coordinates": [[500, 7], [501, 8]]}}, 422, "bad-line"),
        ({**SPLIT, "line": {"type": "LineString", "coordinates": []}}, 422, "bad-line"),
        ({**SPLIT, "line": {"type": "Point", "coordinates": [1, 2]}}, 422, "bad-line"),
        ({**SPLIT, "grid": "9"}, 422, "unknown-grid"),
        ({"operation": "merge", "grids": [A1, f"{towns.B}001"]}, 422, "across-communities"),
        ({"operation": "explode", "grid": A1}, 422, "invalid"),
        ({"operation": "split", "grid": A1}, 422, "invalid"),
        ({"operation": "appoint", "grid": A2, "party": "nobody"}, 404, "unknown-code"),
        ({**SPLIT, "line": line((-1, 11), (6, 11))}, 422, "does-not-cross"),  # misses
        ({**SPLIT, "line": line((-1, 10), (6, 10))}, 422, "does-not-cross"),  # runs along the border
        ({**SPLIT, "line": line((-1, 9), (0, 10), (1, 11))}, 422, "does-not-cross"),  # touches a corner
        ({**SPLIT, "line": line(*[(-1 + n / 15_000, 7.5) for n in range(100_001)])}, 413, "body-too-large"),
        ({**SPLIT, "line": line(*[(-1 + n / 3_500, 7.5) for n in range(21_000)])}, 422, "bad-line"),
    ],
)
def test_a_refused_edit_is_a_problem_and_leaves_the_plan(
    desk: Desk, body: dict[str, Any], status: int, code: str
) -> None:
    reply = desk.edit(body)
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text
    plan = desk.get().json()
    assert (plan["version"], plan["edits"]) == (1, [])


def test_a_refusal_shows_its_place_and_facts(desk: Desk) -> None:
    problem = desk.edit({**SPLIT, "grid": A2, "line": line((6, 6), (7, 7))}).json()
    assert problem["place"]["type"] == "LineString"
    assert problem["facts"] == {"grid": A2, "away_m": 0.0}


def test_coordinates_say_their_datum(desk: Desk) -> None:
    body = {"operation": "split", "grid": A2, "line": line((4, 7.5), (11, 7.5))}
    assert desk.post("edits", body).json()["code"] == "missing-datum"
    shifted = convert(body["line"]["coordinates"], Datum.WGS84, Datum.GCJ02).tolist()
    reply = desk.post("edits?datum=gcj02", {**body, "line": {"type": "LineString", "coordinates": shifted}})
    halves = [figures["area_m2"] for figures in reply.json()["after"].values()]
    assert halves[0] == pytest.approx(halves[1], rel=1e-3)
    desk.post("undo")
    node, to = (convert([towns.at(*p)], Datum.WGS84, Datum.GCJ02)[0].tolist() for p in ((5, 5), (5.01, 5.01)))
    moved = desk.post("edits?datum=gcj02", {"operation": "move_node", "node": node, "to": to})
    assert moved.status_code == 201, moved.text
    assert moved.json()["edit"]["parameters"]["node"] == [112.805, 35.505]


def test_plans_are_not_for_readers_and_unknown_ones_are_404(client: TestClient) -> None:
    assert client.get("/v1/plans").status_code == 401
    assert client.get("/v1/plans", headers=basic("dispatcher")).status_code == 403
    assert client.get("/v1/plans/P99999", headers=basic("planner")).json()["code"] == "unknown-code"
    assert client.get("/v1/plans?state=draft", headers=basic("planner")).status_code == 200


def test_a_retired_grid_is_refused_and_the_wrong_datum_draws_nothing(desk: Desk) -> None:
    """Both are seen by the edit: the grid is gone from the net, the line lies half a kilometre off."""
    desk.edit({"operation": "merge", "grids": [A3, A4], "keep": A4})
    for body in (
        {"operation": "split", "grid": A3, "line": line((-1, 2.5), (6, 2.5))},
        {"operation": "name", "grid": A3, "name": "x"},
        {"operation": "appoint", "grid": A3, "party": "P1"},
        {"operation": "merge", "grids": [A1, A3]},
    ):
        gone = desk.edit(body)
        assert (gone.status_code, gone.json()["code"], gone.json()["facts"]) == (
            422,
            "unknown-grid",
            {"grid": A3},
        )
    # across A002 from north to south near its western border; said to be GCJ-02 it lies 550 m further west
    across = {"operation": "split", "grid": A2, "line": line((5.5, 11), (5.5, 4))}
    wrong = desk.post("edits?datum=gcj02", across)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "does-not-cross")
    assert desk.post("edits?datum=mars", across).status_code == 400
    assert desk.get().json()["applied"] == 1
    assert desk.edit(across).status_code == 201


def test_the_workload_of_grids_goes_with_their_buildings(desk: Desk) -> None:
    before = desk.get("/workload")
    figures = {each["id"]: each["properties"] for each in desk.get("/net").json()["features"]}
    assert {A1, A2} < set(figures)
    # an hour for a household, as nothing was said of weights and nothing happened here
    assert before.json() == {code: float(each["households"]) for code, each in figures.items()}
    merged = desk.edit({"operation": "merge", "grids": [A1, A2], "keep": A1})
    assert merged.status_code == 201, merged.text
    after = desk.get("/workload")
    assert after.headers["etag"] == merged.headers["etag"]
    assert after.json()[A1] == before.json()[A1] + before.json()[A2]
    assert set(after.json()) == set(before.json()) - {A2}
