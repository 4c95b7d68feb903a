"""Putting a whole frame: cases worked out by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime

import geopandas
import pandas as pd
import pytest
import shapely
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from boundaries.store import bulk, clock
from boundaries.store.staging import NotLonLat
from boundaries.store.tables import Building, BuildingVersion, District, Duty, Feature, Grid, Party

Y2020, Y2021, Y2022, Y2023 = (datetime(year, 1, 1, tzinfo=UTC) for year in (2020, 2021, 2022, 2023))
HOUSE = shapely.box(112.85, 35.5, 112.8502, 35.5001)


@pytest.fixture
def district_id(session: Session) -> int:
    statement = insert(District).values(code="d", name="d", metric_crs=4547, code_scheme="free")
    return session.execute(statement.returning(District.id)).scalar_one()


@pytest.fixture
def building_ids(session: Session, district_id: int) -> list[int]:
    rows = [{"district_id": district_id, "code": code} for code in "abc"]
    return list(session.scalars(insert(Building).returning(Building.id, sort_by_parameter_order=True), rows))


@pytest.fixture(autouse=True)
def _constraints_hold_at_the_end(session: Session) -> Iterator[None]:
    yield
    session.execute(text("set constraints all immediate"))


def houses(ids: list[int], **columns: object) -> geopandas.GeoDataFrame:
    shapes = geopandas.GeoSeries([HOUSE] * len(ids), crs=4326)
    return geopandas.GeoDataFrame({"building_id": ids, **columns, "geom": shapes}, geometry="geom")


def put(session: Session, frame: pd.DataFrame, valid_from: datetime, **more: object) -> bulk.Tally:
    options = {"key": ["building_id"], "stamp": clock.stamp(session), "valid_from": valid_from} | more
    return bulk.put(session, BuildingVersion, frame, **options)  # type: ignore[arg-type]


def floors_by_period(session: Session) -> list[tuple[str, int | None]]:
    rows = session.execute(
        text(
            "select concat(extract(year from lower(valid)), '-', extract(year from upper(valid))), floors"
            " from yiwang.building_version where upper_inf(recorded)"
            " order by building_id, lower(valid)"
        )
    )
    return [(period, floors) for period, floors in rows]


def test_change_in_the_middle_keeps_what_was_true_before_and_after(
    session: Session, building_ids: list[int]
) -> None:
    one = building_ids[:1]
    assert put(session, houses(one, floors=[3]), Y2020) == bulk.Tally(added=1)
    assert put(session, houses(one, floors=[4]), Y2021, valid_to=Y2022) == bulk.Tally(changed=1)
    assert floors_by_period(session) == [("2020-2021", 3), ("2021-2022", 4), ("2022-", 3)]
    recorded = session.scalars(text("select count(*) from yiwang.building_version")).one()
    assert recorded == 4  # the row that was superseded is still there


def test_same_frame_again_and_a_later_date_with_the_same_content_write_nothing(
    session: Session, building_ids: list[int]
) -> None:
    frame = houses(building_ids, floors=[3, None, 5], name=["甲", "乙", "丙"])
    assert put(session, frame, Y2020) == bulk.Tally(added=3)
    assert put(session, frame, Y2020) == bulk.Tally(unchanged=3)
    assert put(session, frame, Y2022) == bulk.Tally(unchanged=3)
    assert session.scalar(text("select count(*) from yiwang.building_version")) == 3


def test_polygon_counts_as_the_multipolygon_that_is_stored(session: Session, building_ids: list[int]) -> None:
    put(session, houses(building_ids), Y2020)
    multi = houses(building_ids)
    multi["geom"] = geopandas.GeoSeries([shapely.MultiPolygon([HOUSE])] * 3, crs=4326)
    assert put(session, multi, Y2020) == bulk.Tally(unchanged=3)


def test_smallest_move_of_one_vertex_is_a_change(session: Session, building_ids: list[int]) -> None:
    put(session, houses(building_ids), Y2020)
    moved = houses(building_ids)
    moved.loc[1, "geom"] = shapely.transform(HOUSE, lambda xy: xy + [[1e-9, 0]] + 0 * xy)
    assert put(session, moved, Y2021) == bulk.Tally(changed=1, unchanged=2)


def test_column_that_the_frame_lacks_goes_back_to_its_default(
    session: Session, building_ids: list[int]
) -> None:
    put(session, houses(building_ids[:1], floors=[3]), Y2020)
    assert put(session, houses(building_ids[:1]), Y2021) == bulk.Tally(changed=1)
    assert floors_by_period(session) == [("2020-2021", 3), ("2021-", None)]


def test_column_that_is_not_compared_makes_no_difference_alone_but_goes_with_a_change(
    session: Session, building_ids: list[int]
) -> None:
    put(session, houses(building_ids[:1], floors=[3], counts_source=["2020"]), Y2020)
    again = houses(building_ids[:1], floors=[3], counts_source=["2021"])
    assert put(session, again, Y2021, not_compared=["counts_source"]) == bulk.Tally(unchanged=1)
    higher = houses(building_ids[:1], floors=[4], counts_source=["2022"])
    assert put(session, higher, Y2022, not_compared=["counts_source"]) == bulk.Tally(changed=1)
    sources = session.scalars(
        text("select counts_source from yiwang.building_version where upper_inf(recorded) order by valid")
    )
    assert list(sources) == ["2020", "2022"]


def test_what_the_frame_omits_ends_only_within_the_given_rows(
    session: Session, building_ids: list[int]
) -> None:
    put(session, houses(building_ids, floors=[1, 2, 3]), Y2020)
    within = BuildingVersion.building_id.in_(building_ids[:2])
    tally = put(session, houses(building_ids[:1], floors=[1]), Y2021, retire_within=within)
    assert tally == bulk.Tally(unchanged=1, retired=1)
    assert floors_by_period(session) == [("2020-", 1), ("2020-2021", 2), ("2020-", 3)]


def test_retire_ends_rows_and_what_was_known_before_still_says_so(
    session: Session, building_ids: list[int]
) -> None:
    put(session, houses(building_ids, floors=[1, 2, 3]), Y2020)
    ended = bulk.retire(
        session,
        BuildingVersion,
        BuildingVersion.building_id == building_ids[0],
        stamp=clock.stamp(session),
        valid_from=Y2022,
    )
    assert ended == 1
    assert floors_by_period(session) == [("2020-2022", 1), ("2020-", 2), ("2020-", 3)]
    assert session.scalar(text("select count(*) from yiwang.building_version")) == 4


def test_each_row_may_bring_its_own_period_and_a_missing_key_is_a_key(
    session: Session, district_id: int
) -> None:
    grid = {"district_id": district_id}
    grid_id = session.execute(insert(Grid).values(code="g", **grid).returning(Grid.id)).scalar_one()
    party = insert(Party).values(code="p", kind="person", **grid).returning(Party.id)
    party_id = session.execute(party).scalar_one()
    frame = pd.DataFrame(
        {
            "district_id": district_id,
            "party_id": party_id,
            "role": "leader",
            "matter_code": "*",
            "grid_id": grid_id,
            "part_code": None,
            "shift": ["day", "night"],
            "valid_from": [Y2020, Y2022],
            "valid_to": [Y2021, None],
        }
    )
    key = ["party_id", "role", "grid_id", "part_code"]
    first = bulk.put(session, Duty, frame, key=key, stamp=clock.stamp(session))
    assert first == bulk.Tally(added=2)
    assert bulk.put(session, Duty, frame, key=key, stamp=clock.stamp(session)) == bulk.Tally(unchanged=2)
    places = session.scalars(select(Duty.place).distinct())
    assert list(places) == [f"grid:{grid_id}"]


def test_properties_are_compared_as_values(session: Session, district_id: int) -> None:
    def road(properties: dict[str, object]) -> geopandas.GeoDataFrame:
        line = geopandas.GeoSeries([shapely.LineString([(112, 35), (113, 35)])], crs=4326)
        return geopandas.GeoDataFrame(
            {
                "district_id": [district_id],
                "code": ["r1"],
                "kind": ["road"],
                "properties": [properties],
                "geom": line,
            },
            geometry="geom",
        )

    def put_road(properties: dict[str, object]) -> bulk.Tally:
        return bulk.put(
            session,
            Feature,
            road(properties),
            key=["district_id", "code"],
            stamp=clock.stamp(session),
            valid_from=Y2020,
        )

    assert put_road({"lanes": 2, "name": "泽州路"}) == bulk.Tally(added=1)
    assert put_road({"name": "泽州路", "lanes": 2}) == bulk.Tally(unchanged=1)
    assert put_road({"name": "泽州路", "lanes": 4}) == bulk.Tally(changed=1)


def test_two_rows_for_one_thing_in_one_period_are_refused_by_name(
    session: Session, building_ids: list[int]
) -> None:
    one = building_ids[0]
    with pytest.raises(bulk.SaidTwice) as refused:
        put(session, houses([one, one], floors=[1, 2]), Y2020)
    assert refused.value.keys == [{"building_id": one}]
    assert refused.value.table == "building_version"


@pytest.mark.parametrize("end", [Y2020, Y2021])
def test_empty_period_is_refused(session: Session, building_ids: list[int], end: datetime) -> None:
    with pytest.raises(bulk.EmptyPeriod) as refused:
        put(session, houses(building_ids), Y2021, valid_to=end)
    assert refused.value.facts == {"valid_from": Y2021, "valid_to": end}


def test_one_stamp_cannot_supersede_what_it_recorded_itself(
    session: Session, building_ids: list[int]
) -> None:
    stamp = clock.stamp(session)
    put(session, houses(building_ids, floors=[1, 1, 1]), Y2020, stamp=stamp)
    with pytest.raises(bulk.StampedAlready):
        put(session, houses(building_ids, floors=[2, 1, 1]), Y2020, stamp=stamp)


def test_frame_in_metres_is_refused(session: Session, building_ids: list[int]) -> None:
    with pytest.raises(NotLonLat, match="4547"):
        put(session, houses(building_ids).to_crs(4547), Y2020)


def test_instant_without_a_time_zone_is_refused(session: Session, building_ids: list[int]) -> None:
    with pytest.raises(ValueError, match="time zone"):
        put(session, houses(building_ids), datetime(2020, 1, 1))


def test_unknown_column_is_refused(session: Session, building_ids: list[int]) -> None:
    with pytest.raises(ValueError, match="no column storeys"):
        put(session, houses(building_ids, storeys=[1, 2, 3]), Y2020)
