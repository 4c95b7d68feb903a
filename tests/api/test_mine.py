"""What is somebody's own: grids and buildings of the party, and the incidents whose next step is theirs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import accounts
from boundaries.affairs.steps import STEPS
from boundaries.duty import matters
from boundaries.land import districts
from boundaries.store.database import Database
from tests.api.conftest import PASSWORD, basic
from tests.boundaries import towns

PEOPLE = (
    ("finder", "worker", None, None),
    ("leader", "worker", None, "P1"),
    ("other-leader", "worker", None, "P2"),
    ("fire", "worker", None, "D1"),
    ("west", "dispatcher", "140502002", None),
)


@pytest.fixture(scope="module", autouse=True)
def _people(database: Database, town: towns.Town) -> None:
    with database.transaction() as session:
        matters.put(session, districts.get(session, towns.DISTRICT), matters.national())
        for name, role, area, party in PEOPLE:
            accounts.put(
                session, name=name, password=PASSWORD, role=role, datum="wgs84", area=area, party=party
            )


def report(client: TestClient, **more: object) -> str:
    lon, lat = towns.at(1.5, 6.5)
    row = {"matter": "0102", "source": "巡查", "lon": lon, "lat": lat, **more}
    row.setdefault("happened_at", (datetime.now(UTC) - timedelta(minutes=5)).isoformat())
    reply = client.post("/v1/incidents", json=row, headers=basic("finder"))
    assert reply.status_code == 201, reply.text
    return str(reply.json()["numbers"][0])


def step(client: TestClient, number: str, name: str, who: str) -> None:
    reply = client.post(f"/v1/incidents/{number}/steps", json={"step": name}, headers=basic(who))
    assert reply.status_code == 200, reply.text


def mine(client: TestClient, who: str) -> dict[str, Any]:
    reply = client.get("/v1/affairs/mine", headers=basic(who))
    assert reply.status_code == 200, reply.text
    told: dict[str, Any] = reply.json()
    return told


def tasks(client: TestClient, number: str) -> dict[str, list[str]]:
    """Who has the incident among their tasks, and the steps that are offered."""
    found = {}
    for who in (*(name for name, *_ in PEOPLE), "dispatcher"):
        for each in mine(client, who)["tasks"]:
            if each["number"] == number:
                found[who] = [one["step"] for one in each["steps"]]
    return found


def test_grids_and_buildings_are_those_that_the_party_keeps(client: TestClient) -> None:
    told = mine(client, "leader")
    assert told["party"] == {"party": "P1", "name": "王小明", "post": "网格长"}
    assert [(each["code"], each["role"]) for each in told["grids"]] == [(f"{towns.A}001", "leader")]
    assert told["grids"][0]["last_visit"] is None
    assert {each["code"] for each in told["buildings"]} == {"H1"}
    assert told["buildings_count"] == 1
    assert mine(client, "finder")["party"] is None and mine(client, "finder")["buildings"] == []


def test_a_visit_is_told_with_its_grid(client: TestClient) -> None:
    lon, lat = towns.at(25, 5)
    visit = {"kind": "走访", "lon": lon, "lat": lat, "datum": "wgs84"}
    assert client.post("/v1/affairs/visits", json=visit, headers=basic("other-leader")).status_code == 201
    (grid,) = mine(client, "other-leader")["grids"]
    assert grid["code"] == f"{towns.C}001" and grid["last_visit"] is not None


def test_a_task_goes_from_hand_to_hand_with_the_steps(client: TestClient) -> None:
    number = report(client)
    # the finder and the leader may settle it, the centre takes it in; the west does not see it
    assert tasks(client, number) == {
        "finder": ["settle", "raise"],
        "leader": ["settle", "raise"],
        "dispatcher": ["file", "reject", "raise"],
    }
    step(client, number, "file", "dispatcher")
    assert tasks(client, number) == {"dispatcher": ["dispatch", "suspend", "raise"]}
    step(client, number, "dispatch", "dispatcher")
    assert tasks(client, number) == {"fire": ["handle", "return", "dispute", "raise"]}
    step(client, number, "handle", "fire")
    assert tasks(client, number) == {
        "finder": ["check", "rework"],
        "leader": ["check", "rework"],
        "dispatcher": ["check", "rework"],
    }
    step(client, number, "check", "leader")
    assert tasks(client, number)["dispatcher"] == ["close", "rework"]
    step(client, number, "close", "dispatcher")
    assert tasks(client, number) == {}


def test_whatever_is_offered_can_be_taken(client: TestClient) -> None:
    for offered in ("settle", "file", "dispatch", "return", "handle", "check", "rework", "close", "dispute"):
        number = report(client)
        before = {
            "return": ("file", "dispatch"),
            "dispatch": ("file",),
            "handle": ("file", "dispatch"),
            "dispute": ("file", "dispatch"),
            "check": ("file", "dispatch", "handle"),
            "rework": ("file", "dispatch", "handle"),
            "close": ("file", "dispatch", "handle", "check"),
        }.get(offered, ())
        by = {"handle": "fire", "check": "leader"}
        for each in before:
            step(client, number, each, by.get(each, "dispatcher"))
        takers = [who for who, steps in tasks(client, number).items() if offered in steps]
        body = {"step": offered, "reason": "说明" if "reason" in STEPS[offered].needs else ""}
        reply = client.post(f"/v1/incidents/{number}/steps", json=body, headers=basic(takers[0]))
        assert reply.status_code == 200, (offered, reply.text)


def test_the_soonest_due_comes_first(client: TestClient) -> None:
    numbers = [report(client) for _ in range(3)]
    listed = [each["number"] for each in mine(client, "dispatcher")["tasks"]]
    assert [each for each in listed if each in numbers] == numbers
