"""Parts, compounds, addresses, features and lines in the register."""

from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import addresses, compounds, features, lines, parts
from boundaries.land.addresses import normalised
from boundaries.land.refusals import DuplicateCode, UnknownCode, ValueNotAllowed
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import YEAR, Town

MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        made = towns.found(session)
        towns.build_up(session, made)
        return made


def test_a_part_belongs_to_a_known_building(session: Session, town: Town) -> None:
    frame = pd.DataFrame({"building_code": ["H6", "H6"], "code": ["1", "2"], "households": [12, None]})
    stamp = clock.stamp(session)
    assert parts.put(session, town.district, frame, valid_from=YEAR, stamp=stamp).added == 2
    assert parts.put(session, town.district, frame, valid_from=YEAR, stamp=stamp).unchanged == 2
    with pytest.raises(UnknownCode) as refusal:
        parts.put(session, town.district, frame.assign(building_code="H9"), valid_from=YEAR, stamp=stamp)
    assert (refusal.value.kind, refusal.value.value, refusal.value.row) == ("building", "H9", 0)
    with pytest.raises(DuplicateCode) as twice:
        parts.put(session, town.district, frame.assign(code="1"), valid_from=YEAR, stamp=stamp)
    assert twice.value.value == "H6/1"


def test_a_compound_may_have_no_shape(session: Session, town: Town) -> None:
    frame = pd.DataFrame(
        {"code": ["Y1", "Y2"], "name": ["甲小区", "乙小区"], "geometry": [towns.box(0, 5, 3, 8), None]}
    )
    stamp = clock.stamp(session)
    assert compounds.put(session, town.district, frame, valid_from=YEAR, stamp=stamp).added == 2
    assert compounds.put(session, town.district, frame, valid_from=YEAR, stamp=stamp).unchanged == 2


def test_the_same_text_may_call_several_buildings_but_each_once(session: Session, town: Town) -> None:
    frame = pd.DataFrame({"building_code": ["H1", "H2"], "text": ["泽州路1号", "泽州路1号"]})
    stamp = clock.stamp(session)
    assert addresses.put(session, town.district, frame, valid_from=YEAR, stamp=stamp).added == 2
    assert addresses.put(session, town.district, frame, valid_from=YEAR, stamp=stamp).unchanged == 2
    with pytest.raises(DuplicateCode):
        addresses.put(session, town.district, frame.assign(building_code="H1"), valid_from=YEAR, stamp=stamp)
    with pytest.raises(ValueNotAllowed):
        addresses.put(session, town.district, frame.assign(kind="rumour"), valid_from=YEAR, stamp=stamp)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("泽州路 1 号", "泽州路1号"),
        ("泽州路１号", "泽州路1号"),
        ("泽州路1－2号", "泽州路1-2号"),
        ("泽州路1—2号", "泽州路1-2号"),
        ("ABC大厦（东区）", "abc大厦东区"),
        ("泽州路，1号。", "泽州路1号"),
    ],
)
def test_addresses_are_compared_without_width_case_and_spaces(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_a_dash_in_an_address_means_something() -> None:
    assert normalised("1-2号") != normalised("12号")


def test_a_feature_may_be_a_line_or_a_polygon_and_changes_over_time(session: Session, town: Town) -> None:
    frame = gpd.GeoDataFrame(
        {"code": ["R1", "P1"], "kind": ["road", "park"], "properties": [{"width_m": 20}, None]},
        geometry=[shapely.LineString([towns.at(0, 5), towns.at(20, 5)]), towns.box(12, 2, 14, 4)],
        crs=4326,
    )
    stamp = clock.stamp(session)
    assert features.put(session, town.district, frame, valid_from=YEAR, stamp=stamp).added == 2
    renamed = frame.assign(name=["泽州路", ""])
    tally = features.put(session, town.district, renamed, valid_from=MAY, stamp=clock.stamp(session))
    assert (tally.changed, tally.unchanged) == (1, 1)


def test_a_line_keeps_a_departments_own_net_with_its_overlaps(session: Session, town: Town) -> None:
    frame = gpd.GeoDataFrame(
        {"code": ["1", "2"], "name": ["一片", "二片"]},
        geometry=[towns.box(0, 0, 6, 10), towns.box(5, 0, 10, 10)],
        crs=4326,
    )
    stamp = clock.stamp(session)
    put = lines.put(session, town.district, "fire", "消防", frame, valid_from=YEAR, stamp=stamp)
    again = lines.put(session, town.district, "fire", "消防", frame, valid_from=YEAR, stamp=stamp)
    assert (put.added, again.unchanged) == (2, 2)
    other = lines.put(session, town.district, "police", "公安", frame, valid_from=YEAR, stamp=stamp)
    assert other.added == 2
    assert session.scalar(text("select count(*) from yiwang.line")) == 2
