"""Workload on the drawn town, worked out by hand, and the same weights under a partition."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs import element_kinds, elements, incidents, workload
from boundaries.affairs.columns import grid_codes, read
from boundaries.affairs.places import Places
from boundaries.affairs.refusals import BadFlowSettings
from boundaries.affairs.workload import Weights, Work
from boundaries.duty import snapshot as snapshots
from boundaries.duty.snapshot import Snapshot
from boundaries.land import buildings
from boundaries.land.balancing import read_ground
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import DISTRICT, YEAR, A, B, Town, at

OWN = {"household": 1, "incident": 2, "element": 3, "matters": {"11": 6}, "kinds": {"camera": 0.5}}


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    """Ten households in H1 of A001, four in H6 of B002; elements, incidents and people in both grids."""
    with database.transaction() as session:
        made = towns.found(session)
        made.district.settings = {**(made.district.settings or {}), "workload": OWN}
        frame = towns.building_frame()
        frame["households"] = [{"H1": 10, "H6": 4}.get(code, 0) for code in frame["code"]]
        stamp = clock.stamp(session)
        buildings.put(session, made.district, frame, valid_from=YEAR, stamp=stamp)
        buildings.assign(session, made.district, valid_from=YEAR, stamp=stamp)
        element_kinds.put(session, made.district, element_kinds.shipped())
        rows = [("E1", "hydrant", at(1, 9), None), ("E2", "camera", at(16.5, 2.5), "H6")]
        things = pd.DataFrame(
            [
                {"code": code, "kind": kind, "lon": place[0], "lat": place[1], "building": building}
                for code, kind, place, building in rows
            ],
            dtype=object,
        )
        elements.put(session, made.district, things, valid_from=YEAR, stamp=clock.stamp(session))
        now = datetime.now(UTC)
        happened = [
            ("0102", 1.5, 6.5, 1),
            ("0102", 1.5, 6.6, 2),
            ("0102", 1.5, 6.7, 3),
            ("1101", 16.5, 2.5, 4),
        ]
        happened.append(("0102", 1.5, 6.5, 370))  # more than a year ago
        frame = pd.DataFrame(
            {
                "external_ref": [f"N{k}" for k in range(5)],
                "source": "x",
                "matter_code": [matter for matter, *_ in happened],
                "happened_at": [now - timedelta(days=days) for *_, days in happened],
                "lon": [at(east, 0)[0] for _, east, _, _ in happened],
                "lat": [at(0, north)[1] for _, _, north, _ in happened],
            }
        )
        incidents.put(session, made.district, frame, stamp=clock.stamp(session))
        session.execute(text("update yiwang.incident set state = 'void' where external_ref = 'N2'"))
        towns.appoint(
            session,
            made,
            [towns.person("P1", "王小明"), towns.person("P2", "李红"), towns.person("P3", "张三")],
            [
                towns.duty("P1", "leader", f"{A}001"),
                towns.duty("P2", "staff", f"{A}001"),
                towns.duty("P3", "staff", f"{A}001"),
                towns.duty("P1", "leader", f"{B}002"),
            ],
        )
        return made


def of_grids(session: Session, town: Town) -> tuple[Snapshot, list[Work]]:
    snapshot = snapshots.build(session, DISTRICT)
    columns, _ = read(session, town.district.id, snapshot.zone)
    places = Places.of(snapshot, columns, grid_codes(session, town.district.id))
    until = datetime.now(snapshot.zone).date()
    return snapshot, workload.of_grids(snapshot, columns, places, until=until)


def test_hours_of_a_grid_are_those_by_hand(session: Session, town: Town) -> None:
    _, found = of_grids(session, town)
    told = {each.code: each for each in found}
    assert len(told) == 7
    # 10 households × 1 + 2 incidents that count × 2 + 1 hydrant × 3
    assert told[f"{A}001"][3:] == (10, 2, 1, 17)
    # 4 households × 1 + 1 incident of 大类 11 × 6 + 1 camera × 0.5
    assert told[f"{B}002"][3:] == (4, 1, 1, 10.5)
    assert sum(each.hours for each in found) == 27.5


def test_staff_share_a_grid_and_a_leader_has_one_without_staff(session: Session, town: Town) -> None:
    snapshot, found = of_grids(session, town)
    people = workload.of_people(snapshot, found)
    assert [(each.code, each.name, each.grids, each.hours) for each in people] == [
        ("P1", "王小明", (f"{B}002",), 10.5),
        ("P2", "李红", (f"{A}001",), 8.5),
        ("P3", "张三", (f"{A}001",), 8.5),
    ]
    assert people[1].households == 5 and people[1].incidents == 1


def test_an_earlier_year_counts_its_own_incidents(session: Session, town: Town) -> None:
    snapshot, _ = of_grids(session, town)
    columns, _ = read(session, town.district.id, snapshot.zone)
    places = Places.of(snapshot, columns, grid_codes(session, town.district.id))
    before = datetime.now(snapshot.zone).date() - timedelta(days=369)
    found = workload.of_grids(snapshot, columns, places, until=before)
    assert sum(each.incidents for each in found) == 1
    assert not sum(w.incidents for w in workload.of_grids(snapshot, columns, places, until=date(2020, 1, 1)))


def test_a_partition_weighs_buildings_by_the_same_hours(session: Session, town: Town) -> None:
    west = read_ground(session, town.district, A, weigh="workload")
    # the hydrant stands 200 m from the next building: nobody's there
    assert dict(zip(west.codes, west.weight.tolist(), strict=True))["H1"] == 10 + 2 * 2
    east = read_ground(session, town.district, B, weigh="workload")
    assert dict(zip(east.codes, east.weight.tolist(), strict=True)) == {"H6": 10.5}
    plain = read_ground(session, town.district, A, weigh="buildings")
    assert plain.weight.tolist() == [1.0] * len(plain.codes) and len(plain.codes) == 4


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"household": -1}, "workload.household"),
        ({"incident": "much"}, "workload.incident"),
        ({"element": float("nan")}, "workload.element"),
        ({"matters": {"11": True}}, "workload.matters.11"),
        ({"kinds": [1]}, "workload.kinds"),
        ({"luck": 1}, "household, incident, element, matters and kinds"),
        ([], "household"),
    ],
)
def test_weights_that_make_no_sense_are_refused_by_name(wrong: object, told: str) -> None:
    with pytest.raises(BadFlowSettings, match=told):
        Weights.of({"workload": wrong})
    assert Weights.of({}).of_matter(("0102", "01", "*")) == 2
