"""Incidents keep the grid version of their day."""

from datetime import UTC, datetime, timedelta

import geopandas as gpd
import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs import incidents
from boundaries.land import lines
from boundaries.land.refusals import DuplicateCode, InvalidShape, NotAwareInstant, UnknownCode
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import YEAR, A, B, Town, box

MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    """Since May the border between B001 and B002 lies 3 further east."""
    with database.transaction() as session:
        made = towns.found(session)
        towns.move_border(session, made, 18, since=MAY)
        return made


def report(ref: str, when: datetime, east: float, north: float, **more: object) -> dict[str, object]:
    lon, lat = towns.at(east, north)
    row = {"external_ref": ref, "source": "12345", "matter_code": "0102", "happened_at": when}
    return {**row, "lon": lon, "lat": lat, **more}


def grids_of_the_day(session: Session) -> dict[str, tuple[str, int] | None]:
    rows = session.execute(
        text(
            "select i.external_ref, g.code, n.number from yiwang.incident i"
            " left join yiwang.grid_version v on v.id = i.grid_version_id"
            " left join yiwang.grid g on g.id = v.grid_id"
            " left join yiwang.net_version n on n.id = v.net_version_id"
        )
    ).all()
    return {ref: (code, number) if code is not None else None for ref, code, number in rows}


def test_each_incident_falls_into_the_grid_of_its_day(session: Session, town: Town) -> None:
    frame = pd.DataFrame(
        [
            report("before", MAY - timedelta(seconds=1), 16, 5),
            report("after", MAY, 16, 5),
            report("elsewhere", MAY, 1, 1),
            report("border", MAY, 18, 5),
            report("nowhere", MAY, 35, 5),
            report("too early", YEAR - timedelta(days=1), 16, 5),
        ]
    )
    tally = incidents.put(session, town.district, frame, stamp=clock.stamp(session))
    assert tally.added == 6
    assert grids_of_the_day(session) == {
        "before": (f"{B}002", 1),
        "after": (f"{B}001", 2),
        "elsewhere": (f"{A}003", 1),
        "border": (f"{B}001", 2),
        "nowhere": None,
        "too early": None,
    }


def test_an_incident_is_brought_up_to_date_but_its_grid_is_never_rewritten(
    session: Session, town: Town
) -> None:
    first = pd.DataFrame([report("a", MAY, 16, 5), report("b", MAY, 1, 1)])
    stamp = clock.stamp(session)
    incidents.put(session, town.district, first, stamp=stamp)
    again = incidents.put(session, town.district, first, stamp=stamp)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    moved = pd.DataFrame([report("a", MAY, 1, 1, resolved_at=MAY + timedelta(hours=3), accuracy_m=12.5)])
    tally = incidents.put(session, town.district, moved, stamp=stamp)
    assert (tally.added, tally.changed) == (0, 1)
    assert grids_of_the_day(session)["a"] == (f"{B}001", 2)
    resolved = session.execute(
        text("select resolved_at, accuracy_m from yiwang.incident where external_ref = 'a'")
    ).one()
    assert tuple(resolved) == (MAY + timedelta(hours=3), 12.5)


def test_incidents_without_a_reference_are_each_their_own(session: Session, town: Town) -> None:
    rows = pd.DataFrame([report("x", MAY, 1, 1)] * 2).drop(columns="external_ref")
    assert incidents.put(session, town.district, rows, stamp=clock.stamp(session)).added == 2


def test_what_does_not_fit_is_refused_with_its_row(session: Session, town: Town) -> None:
    def put(*rows: dict[str, object]) -> None:
        incidents.put(session, town.district, pd.DataFrame(list(rows)), stamp=clock.stamp(session))

    with pytest.raises(UnknownCode) as matter:
        put(report("a", MAY, 1, 1), report("b", MAY, 1, 1, matter_code="9999"))
    assert (matter.value.kind, matter.value.value, matter.value.row) == ("matter", "9999", 1)
    with pytest.raises(DuplicateCode):
        put(report("a", MAY, 1, 1), report("a", MAY, 2, 1))
    with pytest.raises(InvalidShape):
        put(report("a", MAY, 1, 1, lon=float("inf")))
    with pytest.raises(NotAwareInstant):
        put(report("a", datetime(2026, 5, 1), 1, 1))


def test_a_matter_that_goes_by_a_departments_net_is_led_by_whoever_answers_there(
    session: Session, town: Town
) -> None:
    """The police have two areas of their own from x = 0 to 12 to 25, and a gap behind; since May matter 01
    goes by them. A ruling on a grid beats them, and where their net has a gap the district's lead stays."""
    towns.appoint(
        session,
        town,
        [towns.office(code, code) for code in ("D1", "D2", "P1", "P2")],
        [
            towns.duty("D1", "lead", towns.DISTRICT, kind="area"),
            towns.duty("D2", "ruling", f"{A}004", matter="01"),
        ],
    )
    stamp = clock.stamp(session)
    net = gpd.GeoDataFrame(
        {"code": ["p1", "p2"], "party_code": ["P1", "P2"]},
        geometry=[box(0, 0, 12, 10), box(12, 0, 25, 10)],
        crs=4326,
    )
    lines.put(session, town.district, "police", "公安", net, valid_from=YEAR, stamp=stamp)
    lines.put_matters(session, town.district, "police", ["01"], valid_from=MAY, stamp=stamp)
    before = MAY - timedelta(days=1)
    rows = [
        report("west", MAY, 1, 1),
        report("east", MAY, 16, 5),
        report("gap", MAY, 28, 5),
        report("by ruling", MAY, 8, 1),
        report("other matter", MAY, 1, 1, matter_code="2701"),
        report("before", before, 16, 5),
    ]
    incidents.put(session, town.district, pd.DataFrame(rows), stamp=stamp)
    assert leads(session) == {
        "west": "P1",
        "east": "P2",
        "gap": "D1",
        "by ruling": "D2",
        "other matter": "D1",
        "before": "D1",
    }


def test_a_complaint_about_property_goes_to_the_tier_and_a_ruling_beats_it(
    session: Session, town: Town
) -> None:
    """A has a property body of its own, B has none: its complaints go up to the district's."""
    towns.appoint(
        session,
        town,
        [towns.office(code, code) for code in ("D1", "D2", "T1", "T3")],
        [
            towns.duty("D1", "lead", towns.DISTRICT, kind="area"),
            towns.duty("T1", "property", A, kind="area"),
            towns.duty("T3", "property", towns.DISTRICT, kind="area"),
            towns.duty("D2", "ruling", f"{A}004", matter="27"),
        ],
    )
    places = {"in A": (1, 1), "in B": (16, 5), "by ruling": (8, 1)}
    rows = [report(ref, MAY, *place, matter_code="2701") for ref, place in places.items()]
    rows.append(report("no property", MAY, 1, 1))
    incidents.put(session, town.district, pd.DataFrame(rows), stamp=clock.stamp(session))
    assert leads(session) == {"in A": "T1", "in B": "T3", "by ruling": "D2", "no property": "D1"}
    town.district.settings = {"property_tiers": {"27": "street"}}
    incidents.put(
        session,
        town.district,
        pd.DataFrame([report("later", MAY, 1, 1, matter_code="2701")]),
        stamp=clock.stamp(session),
    )
    assert leads(session)["later"] == "T3"  # the street has none


def leads(session: Session) -> dict[str, str | None]:
    rows = session.execute(text("select external_ref, lead_code from yiwang.incident")).all()
    return {str(row[0]): row[1] for row in rows}
