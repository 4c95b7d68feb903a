"""The feed of changes: in order, without a gap, and only what the asker may see."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import geopandas as gpd
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from boundaries.land import buildings
from boundaries.store import bulk, changes, clock
from boundaries.store.database import Database
from boundaries.store.tables import Building, BuildingGrid, BuildingVersion
from tests.api.conftest import basic
from tests.boundaries import towns


def number(database: Database) -> None:
    """Number what waits; the application's own appender may be at it, and hold the lock."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with database.transaction() as session:
            changes.append(session)
        with database.transaction() as session:
            if session.scalar(text("select count(*) from yiwang.change_pending")) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the changes are not numbered")


def feed(client: TestClient, since: int, who: str = "dispatcher", **more: Any) -> dict[str, Any]:
    reply = client.get("/v1/changes", params={"since": since, **more}, headers=basic(who))
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


@pytest.fixture
def head(database: Database, client: TestClient) -> Iterator[int]:
    number(database)
    with database.transaction() as session:
        yield changes.last(session)


def step(database: Database, note: str) -> None:
    """A step of the one incident, in a transaction of its own."""
    with database.transaction() as session:
        write_step(session, note)


def write_step(session: Any, note: str) -> None:
    session.execute(
        text(
            "insert into yiwang.incident_event (incident_id, place, step, source, state, made_at, made_by,"
            " level, left_since, reason, details) select i.id, (select count(*) + 1 from"
            " yiwang.incident_event), 'note', 'grid', 'filed', now(), 'x', 'grid', now(), :note, '{}'"
            " from yiwang.incident i limit 1"
        ),
        {"note": note},
    )


@pytest.fixture(scope="module")
def incident(running: TestClient, town: towns.Town) -> str:
    return report(running)


def report(client: TestClient) -> str:
    """Take in an incident; its number."""
    lon, lat = towns.at(5, 5)
    one = {
        "matter": "0102",
        "happened_at": datetime.now(UTC).isoformat(),
        "lon": lon,
        "lat": lat,
        "datum": "wgs84",
        "source": "12345",
    }
    reply = client.post("/v1/incidents", json=one, headers=basic("dispatcher"))
    assert reply.status_code == 201, reply.text
    return str(reply.json()["numbers"][0])


def test_a_step_of_an_incident_is_told_where_it_lies(
    client: TestClient, app: FastAPI, database: Database, incident: str, head: int
) -> None:
    step(database, "seen")
    number(database)
    (told,) = feed(client, head)["changes"]
    assert (told["kind"], told["about"], told["number"]) == ("incident", incident, head + 1)
    assert told["place"] == {"kind": "grid", "code": f"{towns.A}001"}
    assert told["details"]["state"] == "filed"
    assert "x" not in told["details"].values()  # who made it is not told


def test_a_duty_that_changes_hands_is_told_with_before_and_after(
    client: TestClient, database: Database, town: towns.Town, head: int
) -> None:
    with database.transaction() as session:
        towns.appoint(
            session,
            town,
            [towns.person("P9", "赵云")],
            [towns.duty("P9", "staff", f"{towns.A}001")],
        )
    number(database)
    (told,) = feed(client, head, kind="duty")["changes"]
    assert told["details"]["party"] == "P9" and told["details"]["before"] == []
    assert told["details"]["after"][0][1] is None
    assert told["place"] == {"kind": "grid", "code": f"{towns.A}001"}
    head = told["number"]
    with database.transaction() as session:
        session.execute(
            text(
                "update yiwang.duty set recorded = tstzrange(lower(recorded), :stamp)"
                " where upper_inf(recorded) and party_id = (select id from yiwang.party where code = 'P9')"
            ),
            {"stamp": clock.stamp(session)},
        )
    number(database)
    (told,) = feed(client, head)["changes"]
    assert told["details"]["after"] == [] and len(told["details"]["before"]) == 1


def test_an_incident_that_was_taken_in_is_told_before_its_steps(
    client: TestClient, database: Database, head: int
) -> None:
    number_of = report(client)
    with database.transaction() as session:  # it is led on before anybody numbers
        session.execute(
            text(
                "insert into yiwang.incident_event (incident_id, place, step, source, state, made_at,"
                " made_by, level, left_since, reason, details)"
                " select id, 1, 'file', 'collected', 'filed', now(), 'x', 'grid', now(), '', '{}'"
                " from yiwang.incident where number = :number"
            ),
            {"number": number_of},
        )
        session.execute(
            text("update yiwang.incident set state = 'filed' where number = :number"), {"number": number_of}
        )
    number(database)
    first, second = feed(client, head, kind="incident")["changes"]
    assert (first["about"], second["about"]) == (number_of, number_of)
    assert (first["details"]["step"], first["details"]["state"]) == ("report", "collected")
    assert (first["details"]["matter"], first["details"]["source"]) == ("0102", "12345")
    assert (second["details"]["step"], second["details"]["state"]) == ("file", "filed")
    assert first["place"] == {"kind": "grid", "code": f"{towns.A}001"}


def test_a_building_that_ends_is_told_as_left_and_one_that_only_changes_is_not(
    client: TestClient, database: Database, town: towns.Town, head: int
) -> None:
    ends = datetime.now(UTC) + timedelta(days=2)
    with database.transaction() as session:
        h1 = BuildingVersion.building_id == session.scalar(select(Building.id).where(Building.code == "H1"))
        bulk.retire(session, BuildingVersion, h1, stamp=clock.stamp(session), valid_from=ends)
    with database.transaction() as session:  # another name, another count: no other owner
        more = gpd.GeoDataFrame([{**towns.BUILDINGS[2], "name": "新名", "households": 7}], crs=4326)
        buildings.put(session, town.district, more, valid_from=towns.YEAR, stamp=clock.stamp(session))
    number(database)
    (told,) = feed(client, head)["changes"]
    assert (told["kind"], told["about"]) == ("building", "H1")
    assert told["details"]["from_grid"] == told["place"]["code"] == f"{towns.A}001"
    assert (told["details"]["to_grid"], told["details"]["because"]) == (None, None)
    assert datetime.fromisoformat(told["details"]["from"]) == ends
    head = told["number"]
    with database.transaction() as session:  # one that lost its grid, and still stands
        h6 = BuildingGrid.building_id == session.scalar(select(Building.id).where(Building.code == "H6"))
        bulk.retire(session, BuildingGrid, h6, stamp=clock.stamp(session), valid_from=ends)
    number(database)
    (told,) = feed(client, head)["changes"]
    assert (told["about"], told["details"]["from_grid"], told["details"]["to_grid"]) == (
        "H6",
        f"{towns.B}002",
        None,
    )
    assert told["details"]["from_community"] == towns.B


def test_each_building_that_changed_owner_is_told_once_and_others_are_not(
    client: TestClient, database: Database, head: int
) -> None:
    since = datetime.now(UTC) + timedelta(days=1)
    with database.transaction() as session:
        stamp = clock.stamp(session)
        facts = {"stamp": stamp, "since": since}
        moved = session.execute(
            text(
                "update yiwang.building_grid set recorded = tstzrange(lower(recorded), :stamp)"
                " where upper_inf(recorded) and id in (select min(id) from yiwang.building_grid"
                " where upper_inf(recorded)) returning building_id, grid_id, lower(valid)"
            ),
            facts,
        ).one()
        other = session.execute(
            text("select id, code from yiwang.grid where id <> :grid order by code limit 1"),
            {"grid": moved.grid_id},
        ).one()
        for grid, valid in ((moved.grid_id, (moved[2], since)), (other.id, (since, None))):
            session.execute(
                text(
                    "insert into yiwang.building_grid (building_id, grid_id, because, valid, recorded)"
                    " values (:building, :grid, 'override', tstzrange(:lower, :upper),"
                    " tstzrange(:stamp, null))"
                ),
                {
                    "building": moved.building_id,
                    "grid": grid,
                    "lower": valid[0],
                    "upper": valid[1],
                    "stamp": stamp,
                },
            )
    number(database)
    (told,) = feed(client, head)["changes"]
    assert (told["kind"], told["details"]["to_grid"]) == ("building", other.code)
    assert told["details"]["from_grid"] not in (None, other.code)
    assert datetime.fromisoformat(told["details"]["from"]) == since


def test_a_publication_is_told(client: TestClient, database: Database, town: towns.Town, head: int) -> None:
    with database.transaction() as session:
        session.execute(
            text(
                "insert into yiwang.net_version"
                " (district_id, number, effective_from, recorded_at, cause, made_by)"
                " select district_id, max(number) + 1, max(effective_from) + interval '1 day', now(),"
                " 'plan', 'x' from yiwang.net_version group by district_id"
            )
        )
    number(database)
    (told,) = feed(client, head)["changes"]
    assert told["kind"] == "publication" and int(told["about"]) == told["details"]["net_version"]
    assert feed(client, head, who="east")["changes"] == [told]  # everybody's affair


def test_who_has_read_up_to_a_number_misses_nothing_that_commits_late(
    client: TestClient, database: Database, incident: str, head: int
) -> None:
    with database.transaction() as early:
        write_step(early, "early")  # has its number in the table first …
        number(database)  # … and cannot be seen
        assert feed(client, head)["changes"] == []
    number(database)
    (told,) = feed(client, head)["changes"]
    step(database, "late")
    number(database)
    page = feed(client, head, limit=1)
    assert (page["changes"], page["more"]) == ([told], True)
    rest = feed(client, page["next"])
    assert [each["number"] for each in rest["changes"]] == [told["number"] + 1] and not rest["more"]
    assert feed(client, rest["next"]) == {"changes": [], "next": rest["next"], "more": False}


def test_accounts_of_an_area_get_what_lies_in_it_and_the_same_next(
    client: TestClient, database: Database, incident: str, head: int
) -> None:
    step(database, "in the west")
    number(database)
    whole, east = feed(client, head), feed(client, head, who="east")
    assert len(whole["changes"]) == 1
    assert (east["changes"], east["next"]) in (
        ([], whole["next"]),
        (whole["changes"], whole["next"]),
    )
    inside = whole["changes"][0]["place"]["code"].startswith("140502001")
    assert bool(east["changes"]) == inside
    assert client.get("/v1/changes", headers=basic("reader")).status_code == 403


def test_eight_appenders_number_without_gap_or_repeat(
    client: TestClient, database: Database, incident: str, head: int
) -> None:
    lock = threading.Lock()

    def work() -> None:
        for _ in range(10):
            with lock:
                step(database, "one of many")
            with database.transaction() as session:
                changes.append(session)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    number(database)
    found = feed(client, head)["changes"]
    assert [each["number"] for each in found] == list(range(head + 1, head + 81))
    places = [each["details"]["place"] for each in found]
    assert places == sorted(set(places))
