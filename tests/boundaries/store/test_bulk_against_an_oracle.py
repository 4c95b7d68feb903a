"""Whatever is put, the register answers as a list of everything that was ever said would.

The oracle keeps every put. What holds for a thing at an instant, as known at another, is what the
latest put up to then said about it: a value, or that it ended.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import geopandas
import pandas as pd
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from boundaries.store import bulk, clock
from boundaries.store.bitemporal import as_of
from boundaries.store.database import Database
from boundaries.store.tables import Compound, District

DAYS = range(8)
CODES = "abcd"
VALUES = ("north", "south", "no ground")


def day(number: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)


@dataclass(frozen=True)
class Said:
    """One put: values by code from a day until another (None: for good); does it end what it omits?"""

    values: tuple[tuple[str, str], ...]
    start: int
    end: int | None
    ends_the_rest: bool

    def covers(self, number: int) -> bool:
        return self.start <= number and (self.end is None or number < self.end)


@st.composite
def said(draw: st.DrawFn) -> Said:
    start = draw(st.sampled_from(DAYS[:-1]))
    end = draw(st.none() | st.integers(start + 1, DAYS[-1]))
    values = draw(st.dictionaries(st.sampled_from(CODES), st.sampled_from(VALUES), max_size=len(CODES)))
    return Said(tuple(values.items()), start, end, draw(st.booleans()))


def frame_of(put: Said, district_id: int) -> pd.DataFrame:
    codes, names = [code for code, _ in put.values], [value for _, value in put.values]
    shapes = [None if name == "no ground" else shapely.box(112, 35, 113, 36) for name in names]
    frame = pd.DataFrame({"district_id": district_id, "code": codes, "name": names})
    return geopandas.GeoDataFrame(frame, geometry=geopandas.GeoSeries(shapes, crs=4326)).rename_geometry(
        "geom"
    )


def apply(session: Session, put: Said, district_id: int, stamp: datetime) -> bulk.Tally:
    return bulk.put(
        session,
        Compound,
        frame_of(put, district_id),
        key=["district_id", "code"],
        stamp=stamp,
        valid_from=day(put.start),
        valid_to=None if put.end is None else day(put.end),
        retire_within=Compound.district_id == district_id if put.ends_the_rest else None,
    )


def oracle(history: list[Said], number: int) -> dict[str, str]:
    holds: dict[str, str] = {}
    for put in history:
        if put.covers(number):
            if put.ends_the_rest:
                holds.clear()
            holds.update(put.values)
    return holds


def every_row(session: Session) -> dict[int, tuple[Any, ...]]:
    rows = session.execute(
        text(
            "select id, code, name, st_asewkb(geom), valid::text, lower(recorded), upper(recorded)"
            " from yiwang.compound"
        )
    )
    return {row[0]: tuple(row[1:]) for row in rows}


@given(st.lists(said(), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_register_answers_as_a_list_of_all_that_was_said(database: Database, history: list[Said]) -> None:
    with database.engine.connect() as connection, connection.begin() as outer:
        session = Session(connection, join_transaction_mode="create_savepoint")
        district_id = session.scalar(
            insert(District)
            .values(code="x", name="x", metric_crs=4547, code_scheme="free")
            .returning(District.id)
        )
        assert district_id is not None
        stamps = []
        for put in history:
            before = every_row(session)
            stamps.append(clock.stamp(session))
            tally = apply(session, put, district_id, stamps[-1])
            assert tally.added + tally.changed + tally.unchanged == len(put.values)
            after = every_row(session)
            for number, row in before.items():  # only an open recorded period was ever closed
                assert after[number][:-1] == row[:-1]
                assert after[number][-1] == row[-1] or (row[-1] is None and after[number][-1] == stamps[-1])
            assert apply(session, put, district_id, clock.stamp(session)) == bulk.Tally(
                unchanged=len(put.values)
            )
            assert every_row(session) == after
        session.execute(text("set constraints all immediate"))
        for said_so_far, known_at in enumerate(stamps, start=1):
            for number in DAYS:
                condition = as_of(Compound, day(number), known_at)
                rows = session.execute(select(Compound.code, Compound.name, Compound.geom).where(condition))
                found = {code: (name, geom is None) for code, name, geom in rows}
                expected = oracle(history[:said_so_far], number)
                assert found == {code: (name, name == "no ground") for code, name in expected.items()}
        today = as_of(Compound, day(DAYS[-1]))
        rows = session.execute(select(Compound.code, Compound.name).where(today)).all()
        assert dict(rows) == oracle(history, DAYS[-1])
        session.close()
        outer.rollback()
