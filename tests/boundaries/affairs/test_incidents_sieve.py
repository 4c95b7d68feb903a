"""What other systems send: good rows pass, each bad one is listed with its field and reason."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs import incidents
from boundaries.affairs.incidents_sieve import sift
from boundaries.duty import aliases
from boundaries.land.refusals import MissingColumn
from boundaries.store import clock
from gis.datums import Datum, convert
from tests.boundaries import towns

NOW = datetime(2026, 5, 2, tzinfo=UTC)
LON, LAT = towns.at(1, 1)


def row(**more: object) -> dict[str, object]:
    good = {"source": "12345", "matter_code": "0102", "happened_at": "2026-05-01T08:00:00+08:00"}
    return {**good, "lon": LON, "lat": LAT, "external_ref": None, **more}


def test_every_kind_of_bad_row_is_named_and_the_good_ones_go_in(session: Session) -> None:
    town = towns.found(session)
    bad: list[tuple[dict[str, object], str, str]] = [
        ({"lon": None}, "lon", "no place"),
        ({"lat": "north"}, "lat", "no place"),
        ({"lat": float("inf")}, "lat", "no latitude"),
        ({"lon": LAT, "lat": LON}, "lat", "swapped"),
        ({"lon": 190}, "lon", "no longitude"),
        ({"happened_at": None}, "happened_at", "missing"),
        ({"happened_at": "2026-05-01 08:00"}, "happened_at", "no zone"),
        ({"happened_at": "yesterday+08:00"}, "happened_at", "no date"),
        ({"happened_at": (NOW + timedelta(minutes=6)).isoformat()}, "happened_at", "future"),
        ({"resolved_at": "2026-04-01T00:00:00Z"}, "resolved_at", "before it happened"),
        ({"matter_code": "9999"}, "matter_code", "no such matter"),
        ({"matter_code": " "}, "matter_code", "missing"),
        ({"source": None}, "source", "missing"),
        ({"accuracy_m": -1}, "accuracy_m", "no distance"),
        ({"external_ref": "a"}, "external_ref", "earlier row"),
    ]
    rows = [
        row(external_ref="a"),
        *(row(**change) for change, _, _ in bad),
        row(resolved_at="2026-05-01T02:00Z"),
    ]
    sifted = sift(session, town.district, pd.DataFrame(rows), now=NOW, datum=Datum.WGS84)
    assert [each.row for each in sifted.refused] == list(range(1, len(bad) + 1))
    for found, (_, field, reason) in zip(sifted.refused, bad, strict=True):
        assert found.field == field and reason in found.reason, found
    assert list(sifted.rows.index) == [0, len(bad) + 1]
    tally = incidents.put(session, town.district, sifted.rows, stamp=clock.stamp(session))
    assert tally.added == 2
    stored = session.execute(
        text("select happened_at, resolved_at, grid_version_id from yiwang.incident order by id")
    ).all()
    assert [each[0] for each in stored] == [datetime(2026, 5, 1, tzinfo=UTC)] * 2
    assert [each[1] for each in stored] == [None, datetime(2026, 5, 1, 2, tzinfo=UTC)]
    assert all(each[2] is not None for each in stored)


def test_a_stated_zone_serves_times_without_one_but_no_hour_that_never_was(session: Session) -> None:
    town = towns.found(session)
    times = ["2026-05-01 08:00", "2026-05-01T08:00:00Z", "2026-03-08 02:30"]  # the last: clocks went ahead
    frame = pd.DataFrame([row(happened_at=each) for each in times])
    zone = ZoneInfo("America/New_York")
    sifted = sift(session, town.district, frame, now=NOW, datum=Datum.WGS84, zone=zone)
    assert list(sifted.rows["happened_at"].dt.hour) == [12, 8]
    assert [(each.row, each.reason) for each in sifted.refused] == [(2, "no date and time")]


def test_codes_of_another_system_go_by_its_aliases_and_unmapped_ones_are_kept(session: Session) -> None:
    town = towns.found(session)
    aliases.put(
        session,
        town.district,
        pd.DataFrame([{"system": "dc", "alias": "S0301", "matter_code": "0102"}]).astype(object),
    )
    frame = pd.DataFrame([row(matter_code="S0301"), row(matter_code="NEW")])
    sifted = sift(session, town.district, frame, now=NOW, datum=Datum.WGS84, system="dc")
    assert list(sifted.rows["matter_code"]) == ["0102"]
    assert [(each.row, each.value) for each in sifted.refused] == [(1, "NEW")]
    assert ("dc", "NEW") in {
        (each.system, each.alias) for each in aliases.every(session, town.district) if not each.matter_code
    }


def test_places_come_back_in_wgs84_from_the_datum_that_is_stated(session: Session) -> None:
    town = towns.found(session)
    lon, lat = convert([[LON, LAT]], Datum.WGS84, Datum.GCJ02)[0]
    sifted = sift(session, town.district, pd.DataFrame([row(lon=lon, lat=lat)]), now=NOW, datum=Datum.GCJ02)
    assert sifted.rows[["lon", "lat"]].to_numpy()[0] == pytest.approx((LON, LAT), abs=1e-9)


def test_no_rows_and_no_column(session: Session) -> None:
    town = towns.found(session)
    empty = pd.DataFrame([row()]).iloc[:0]
    assert sift(session, town.district, empty, now=NOW, datum=Datum.WGS84).refused == ()
    with pytest.raises(MissingColumn):
        sift(session, town.district, pd.DataFrame([row()]).drop(columns="lat"), now=NOW, datum=Datum.WGS84)
