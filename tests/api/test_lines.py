"""Lines over HTTP and on the command line: the crosswalk there and back, and who answers by which net."""

import time
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api import accounts
from api.cli import app as cli
from boundaries.land import crosswalks, lines
from boundaries.store import clock
from boundaries.store.database import Database
from tests.api.conftest import PASSWORD, basic
from tests.api.test_hotlookup import ASKERS, same
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.towns import YEAR, B, C, box


@pytest.fixture(scope="module")
def police(database: Database, town: towns.Town) -> Iterator[None]:
    """p1 has A and two fifths of B001, p2 the rest of B and half of C; a desk and a person answer."""
    with database.transaction() as session:
        towns.appoint(
            session, town, [towns.office("S1", "城西派出所"), towns.person("S2", "赵强", "13700001111")], []
        )
        frame = gpd.GeoDataFrame(
            {"code": ["p1", "p2"], "name": ["西片", "东片"], "party_code": ["S1", "S2"]},
            geometry=[box(0, 0, 12, 10), box(12, 0, 25, 10)],
            crs=4326,
        )
        stamp = clock.stamp(session)
        lines.put(session, town.district, "police", "公安", frame, valid_from=YEAR, stamp=stamp)
        lines.put(session, town.district, "fire", "消防", frame, valid_from=YEAR, stamp=stamp)
    with database.transaction() as session:
        crosswalks.build(session, town.district, "police")
    yield


def test_an_old_area_leads_to_its_grids_and_a_grid_back(client: TestClient, police: None) -> None:
    told = client.get("/v1/lines/police/areas/p2", headers=basic("dispatcher")).json()
    assert (told["name"], told["party"]["name"]) == ("东片", "赵强")
    assert told["crosswalk"]["net_version"] == 1 and not told["crosswalk"]["outdated"]
    assert {row["grid"]: round(row["share_of_grid"], 2) for row in told["grids"]} == {
        f"{B}001": 0.6,
        f"{B}002": 1.0,
        f"{C}001": 0.5,
    }
    back = client.get(f"/v1/grids/{B}001/lines", headers=basic("reader")).json()
    fire, force = back["lines"]
    assert (fire["crosswalk"], fire["areas"]) == (None, [])
    assert [(row["area"], round(row["share_of_grid"], 2)) for row in force["areas"]] == [
        ("p2", 0.6),
        ("p1", 0.4),
    ]
    listed = client.get("/v1/lines", headers=basic("reader")).json()["lines"]
    assert [(line["code"], line["areas"]) for line in listed] == [("fire", 2), ("police", 2)]


def test_a_reader_sees_a_person_of_a_line_masked(client: TestClient, police: None) -> None:
    told = client.get("/v1/lines/police/areas/p2", headers=basic("reader")).json()
    assert (told["party"]["name"], told["party"]["phone"]) == ("赵**", "137****1111")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/lines/nobody/areas/p1", 404, "unknown-code"),
        ("/v1/lines/police/areas/p9", 404, "unknown-code"),
        ("/v1/lines/fire/areas/p1", 404, "no-crosswalk"),
        ("/v1/lines/police/areas/p1?at=2020-01-01T00:00:00Z", 404, "unknown-code"),
        ("/v1/lines/police/areas/p1?at=2026-02-01T00:00:00", 400, "not-aware-instant"),
        ("/v1/lines?known_at=2999-01-01T00:00:00Z", 422, "known-at-beyond-horizon"),
        ("/v1/grids/140502999999999/lines", 404, "unknown-code"),
    ],
)
def test_what_is_not_there_is_said(
    client: TestClient, police: None, path: str, status: int, code: str
) -> None:
    refused = client.get(path, headers=basic("dispatcher"))
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_the_command_line_builds_and_lays_over(
    owner_url: str, police: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIWANG_DATABASE_URL", owner_url)
    run = CliRunner().invoke
    built = run(cli, ["lines", "crosswalk", "fire"])
    assert built.exit_code == 0, built.output
    assert "fire ↔ net version 1" in built.output and "8 new" in built.output
    assert "fire\tcut\t3 pieces" in run(cli, ["lines", "overlay", "fire", "police"]).output
    assert run(cli, ["lines", "overlay", "fire", "--snap", "-1"]).exit_code == 1
    done = run(cli, ["lines", "matters", "fire", "0101", "02"])
    assert "2 matters came" in done.output
    assert "matters: 0101 02\tcrosswalk of net version 1" in run(cli, ["lines", "list"]).output
    assert "2 went" in run(cli, ["lines", "matters", "fire"]).output


def test_a_matter_that_goes_by_a_line_is_led_by_whoever_answers_in_its_area(
    client: TestClient, running: TestClient, database: Database, town: towns.Town, police: None
) -> None:
    """At (16, 5) the area p2 of the police answers, at (28, 5) none: there the district has a lead."""
    with database.transaction() as session:
        stamp = clock.stamp(session)
        lines.put_matters(session, town.district, "police", ["01", "0102"], valid_from=YEAR, stamp=stamp)
    with database.transaction() as session:
        revision = clock.revision(session)
    held = running.app.state.context.held  # type: ignore[attr-defined]
    assert held.wait_until(lambda held: held.current.snapshot.revision >= revision, 120)

    def ask(east: float, north: float, **more: str) -> dict[str, Any]:
        lon, lat = towns.at(east, north)
        params = {"lon": str(lon), "lat": str(lat), "datum": "wgs84", "lang": "en", **more}
        for name in ("anybody", "reader", "dispatcher", "east"):  # the short way gives the same bytes
            assert same(client, params, ASKERS[name]) == 200
        found: dict[str, Any] = client.get("/v1/lookup", params=params, headers=basic("dispatcher")).json()
        return found

    told = ask(16, 5, matter="0102")
    assert told["by_matter"]["0102"]["lead"]["name"] == "赵强"
    assert told["by_matter"]["0102"]["lead"]["place"] == "police/p2"
    assert (told["call"][0]["name"], told["call"][0]["role"]) == ("赵强", "line lead")
    assert any("goes by the net of 公安" in each for each in told["why"])
    everything = ask(16, 5)["by_matter"]
    assert everything["0102"]["lead"]["place"] == everything["0103"]["lead"]["place"] == "police/p2"
    assert everything["1101"]["lead"]["name"] == "消防救援大队"

    left_out = ask(28, 5, matter="0102")
    assert left_out["by_matter"]["0102"]["lead"]["name"] == "消防救援大队"
    assert "line_leaves_out" in [each["code"] for each in left_out["warnings"]]
    by_building = client.get(
        "/v1/lookup", params={"building": "H6", "matter": "0102"}, headers=basic("dispatcher")
    ).json()
    assert by_building["owner"]["department"]["name"] == "赵强"
    by_grid = client.get(
        "/v1/lookup", params={"grid": f"{B}002", "matter": "0102"}, headers=basic("dispatcher")
    ).json()
    assert "line_needs_place" in [each["code"] for each in by_grid["warnings"]]
    lon, lat = towns.at(16, 5)
    around = client.post(
        "/v1/lookup/area",
        json={"lon": lon, "lat": lat, "radius_m": 50, "matter": "0102", "datum": "wgs84"},
        headers=basic("dispatcher"),
    ).json()
    assert [each["name"] for each in around["people"] if each["place_kind"] == "line"] == ["赵强"]


def test_crosswalks_are_built_by_a_job_and_after_each_publication(
    client: TestClient, database: Database, town: towns.Town, police: None
) -> None:
    planner = basic("planner")

    def ended(path: str) -> dict[str, Any]:
        deadline = time.monotonic() + 300
        while (told := client.get(path, headers=planner).json())["ended_at"] is None:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        found: dict[str, Any] = told
        return found

    begun = client.post("/v1/crosswalks", json={"lines": ["fire"]}, headers=planner)
    assert begun.status_code == 202, begun.text
    told = ended(begun.headers["location"])
    assert (told["state"], told["built"][0]["line"], told["built"][0]["net_version"]) == ("done", "fire", 1)
    unknown = client.post("/v1/crosswalks", json={"lines": ["none"]}, headers=planner)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-code")
    naive = client.post("/v1/crosswalks", json={"at": "2026-05-01T00:00:00"}, headers=planner)
    assert naive.status_code == 400

    with database.transaction() as session:
        plan = drawn.draft(session, town.district, ("merge", {"grids": [drawn.B1, drawn.B2]}), scope=B)
        drawn.approve(session, town.district, plan)
        accounts.put(session, name="approver", password=PASSWORD, role="approver", datum=None, area=None)
        path, tag = f"/v1/plans/{plan.code}/publication", {"If-Match": f'"{plan.version}"'}
    done = client.post(path, json={}, headers={**basic("approver"), **tag})
    assert done.status_code == 200, done.text

    def state() -> list[tuple[int, bool]]:
        listed = client.get("/v1/lines", headers=planner).json()["lines"]
        return [(each["crosswalk"]["net_version"], each["crosswalk"]["outdated"]) for each in listed]

    deadline = time.monotonic() + 300
    while state() != [(2, False), (2, False)]:
        assert time.monotonic() < deadline, state()
        time.sleep(0.2)
    again = ended(client.post("/v1/crosswalks", json={}, headers=planner).headers["location"])
    assert [(each["line"], each["rows"]["added"]) for each in again["built"]] == [("fire", 0), ("police", 0)]
    early = {"lines": ["fire"], "at": "2020-01-01T00:00:00+08:00"}
    none = ended(client.post("/v1/crosswalks", json=early, headers=planner).headers["location"])
    assert none["state"] == "done" and none["built"][0]["problem"]["code"] == "nothing-to-lay"
