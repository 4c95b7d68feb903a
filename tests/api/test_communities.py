"""A new community over HTTP: edits, checklist, file, and the addresses that follow."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from api import accounts, keys
from boundaries.store.database import Database
from tests.api.conftest import PASSWORD, basic
from tests.api.test_plans import Desk
from tests.boundaries import towns
from tests.boundaries.land.plans.drawn import A1, A3, B1, C1

STREET = "140502001"
X = f"{STREET}003"
HERE = {"operation": "found", "grids": [B1], "name": "东苑社区"}
FOUND = {"operation": "found", "grids": [A1, A3], "name": "凤栖社区"}


@pytest.fixture(scope="module", autouse=True)
def offices(database: Database, town: towns.Town) -> None:
    with database.transaction() as session:
        for name, area in (("reviewer", None), ("approver", None), ("street", STREET)):
            role = "reviewer" if name == "street" else name
            accounts.put(session, name=name, password=PASSWORD, role=role, datum=None, area=area)


@pytest.fixture
def desk(client: TestClient) -> Iterator[Desk]:
    opened = Desk(client, STREET, kind="community")
    yield opened
    opened.post("withdrawal", {})


def test_the_checklist_and_the_file_are_there_from_the_first_edit_on(desk: Desk) -> None:
    assert desk.get("/dossier").status_code == 409  # it founds nothing yet
    told = desk.edit(FOUND)
    assert told.status_code == 201, told.text
    assert told.json()["edit"]["parameters"]["community"] == X
    declared = {
        "operation": "declare",
        "community": X,
        "occupancy": 0.7,
        "members": 7,
        "reason": "新区入住",
        "documents": [{"title": "街道请示", "link": "https://oa.example/1"}],
    }
    assert desk.edit(declared).status_code == 201
    listed = desk.get("/checklist?day=2026-05-01").json()
    assert listed["day"] == "2026-05-01"
    by_item = {(each["item"], each["rule"]): each for each in listed["checks"]}
    assert by_item["households", "national-2026"]["state"] == "warning"
    assert by_item["occupancy", "local"]["state"] == "met"
    assert listed["warnings"] == sum(each["state"] == "warning" for each in listed["checks"])
    assert {each["code"]: each["change"] for each in listed["communities"]} == {X: "new", towns.A: "changed"}
    page = desk.get("/dossier?day=2026-05-01")
    assert page.headers["content-type"].startswith("text/html")
    assert "attachment" in page.headers["content-disposition"]
    for words in (
        "凤栖社区",
        "新区入住",
        "1,000–3,000",
        "https://oa.example/1",
        "王小明",
        f"{X}001",
        "区民政局",
    ):
        assert words in page.text, words
    assert len(re.findall("<svg", page.text)) == 2 + 2  # two maps, two colours
    assert "Checklist" in desk.get("/dossier?lang=en").text


def test_it_goes_its_own_way_into_force_and_old_addresses_lead_on(client: TestClient) -> None:
    desk = Desk(client, STREET, kind="community")
    desk.edit(FOUND | {"community": f"{STREET}077"})
    desk.post("submission", {})
    assert desk.post("review", {}, by="street").status_code == 403
    for what, by in (("review", "reviewer"), ("approval", "approver"), ("publication", "approver")):
        assert desk.post(what, {}, by=by).status_code == 200
    filing = {"number": "晋民备〔2026〕1号", "filed_on": "2026-03-01"}
    reply = client.post(f"{desk.path}/filings", json=filing, headers=basic("approver"))
    assert reply.status_code == 201, reply.text
    until = time.monotonic() + 120
    while (gone := client.get(f"/v1/grids/{A1}", headers=basic("planner"))).status_code == 200:
        assert time.monotonic() < until  # the snapshot is swapped in the background
        time.sleep(0.05)
    assert gone.status_code == 410 and f"{STREET}077001" in gone.text
    area = client.get(f"/v1/areas/{STREET}077", headers=basic("planner"))
    assert area.status_code == 200 and area.json()["name"] == "凤栖社区"
    assert "晋民备" in desk.get("/dossier").text


def test_who_was_confined_to_a_community_that_ended_is_confined_to_its_heir(
    client: TestClient, database: Database
) -> None:
    """C has one grid: as a new community it ends. Its account and key go on there, and in its past."""
    with database.transaction() as session:
        accounts.put(session, name="of-c", password=PASSWORD, role="dispatcher", datum="wgs84", area=towns.C)
        _, key = keys.create(
            session, name="of-c", role="dispatcher", made_by="t", datum="wgs84", area=towns.C
        )
    desk = Desk(client, "140502002", kind="community")
    new = "140502002077"
    desk.edit({"operation": "found", "grids": [C1], "name": "新泽州社区", "community": new})
    for what, by in (("submission", "planner"), ("review", "reviewer"), ("approval", "approver")):
        assert desk.post(what, {}, by=by).status_code == 200
    before = datetime.now(UTC).isoformat()
    assert desk.post("publication", {}, by="approver").status_code == 200
    until = time.monotonic() + 120
    while client.get(f"/v1/grids/{C1}", headers=basic("planner")).status_code == 200:
        assert time.monotonic() < until
        time.sleep(0.05)
    lon, lat = towns.at(22, 2)
    for headers in (basic("of-c"), {"Authorization": f"Bearer {key}"}):
        assert client.get("/v1/session", headers=headers).json()["area"] == new
        for at, area in ((None, new), (before, towns.C)):
            place = {"lon": lon, "lat": lat} | ({"at": at} if at else {})
            told = client.get("/v1/lookup", params=place, headers=headers).json()
            assert told["areas"][0]["code"] == area
            assert told["owner"]["leader"]["name"] == "李芳"  # not masked
        elsewhere = client.get("/v1/lookup", params={"lon": towns.at(7, 2)[0], "lat": lat}, headers=headers)
        assert elsewhere.json()["areas"][0]["code"] == towns.A
        assert client.get(f"/v1/incidents?area={towns.A}", headers=headers).status_code == 403
    listed = {
        each["name"]: each["area"]
        for each in client.get("/v1/accounts", headers=basic("administrator")).json()
    }
    assert listed["of-c"] == new


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (HERE | {"name": "南大街社区"}, 422, "community-not-possible"),
        (HERE | {"community": "14050200100"}, 400, "malformed-code"),
        (HERE | {"kind": "镇"}, 422, None),
        ({"operation": "declare", "community": X}, 404, "unknown-code"),
    ],
)
def test_what_makes_no_community_is_a_problem(
    desk: Desk, body: dict[str, object], status: int, code: str | None
) -> None:
    reply = desk.edit(body)
    assert reply.status_code == status, reply.text
    if code is not None:
        assert reply.json()["code"] == code
