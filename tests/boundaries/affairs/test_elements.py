"""Elements on the drawn town: written with their kind's fields, bound by where they are, now and then."""

from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from sqlalchemy.orm import Session

from boundaries.affairs import element_kinds, elements
from boundaries.affairs.element_refusals import BadElement, BadElementFields, ElementsDoNotFit
from boundaries.duty import check, snapshot
from boundaries.duty.bound_elements import BoundElement
from boundaries.duty.element_answers import counted, told
from boundaries.duty.places import feature_at, features_at
from boundaries.duty.snapshot import Snapshot
from boundaries.land import compounds, features, grids, versions
from boundaries.land.refusals import DuplicateCode, InvalidShape, UnknownCode
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import DISTRICT, YEAR, A, Town, at, box, duty, office, person

JUNE = datetime(2026, 6, 1, tzinfo=UTC)


def thing(code: str, x: float, y: float, kind: str = "hydrant", **more: Any) -> dict[str, Any]:
    lon, lat = at(x, y)
    return {"code": code, "kind": kind, "lon": lon, "lat": lat, **more}


def put(session: Session, town: Town, rows: list[dict[str, Any]], since: datetime = YEAR) -> Any:
    frame = pd.DataFrame(rows, dtype=object)
    return elements.put(session, town.district, frame, valid_from=since, stamp=clock.stamp(session))


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        made = towns.found(session)
        towns.build_up(session, made)
        stamp = clock.stamp(session)
        walled = gpd.GeoDataFrame(
            {"code": ["Y1"], "name": ["甲小区"]}, geometry=[box(0.5, 5.5, 3, 8)], crs=4326
        )
        compounds.put(session, made.district, walled, valid_from=YEAR, stamp=stamp)
        road = {"code": ["R1"], "kind": ["street"], "name": ["东大街"], "properties": [{"width_m": 40}]}
        line = shapely.LineString([at(0, 5), at(20, 5)])
        features.put(
            session,
            made.district,
            gpd.GeoDataFrame(road, geometry=[line], crs=4326),
            valid_from=YEAR,
            stamp=stamp,
        )
        element_kinds.put(session, made.district, element_kinds.shipped())
        people = [
            person("P1", "王小明"),
            person("P2", "李红"),
            office("D1", "城管局"),
            office("D2", "市政公司"),
        ]
        posts = [
            duty("P1", "leader", f"{A}001"),
            duty("P2", "staff", f"{A}002"),
            duty("D1", "lead", DISTRICT, kind="area", matter="01"),
            duty("D2", "lead", "R1", kind="feature", matter="01"),
        ]
        towns.appoint(session, made, people, posts)
        return made


def by_code(held: Snapshot) -> dict[str, BoundElement]:
    return held.bound_elements.by_code


def test_an_element_is_bound_by_where_it_is(session: Session, town: Town) -> None:
    rows = [
        thing("door", 5.1, 8.2),  # in H2, whose door makes it A002's; the ground is A002's as well
        thing("west", 4.6, 8.2),  # in H2 too, on the ground of A001
        thing("yard", 2.5, 7.5),  # in the compound, in no building
        thing("edge", 5, 9.9),  # on the border A001|A002
        thing("road", 3, 5.1),  # 11 m off the middle of a road of 40 m
        thing("away", 33, 5),
        {"code": "said", "kind": "hydrant", "building": "H1"},
        {"code": "some", "kind": "elderly", "grid": f"{A}004", "count": 12},
    ]
    assert put(session, town, rows).added == 8
    held = snapshot.build(session, DISTRICT, at=JUNE)
    found = {code: (one.building, one.compound, one.grid) for code, one in by_code(held).items()}
    assert found == {
        "door": ("H2", None, f"{A}002"),
        "west": ("H2", None, f"{A}002"),
        "yard": (None, "Y1", f"{A}001"),
        "edge": (None, None, f"{A}001"),
        "road": (None, None, f"{A}001"),
        "away": (None, None, None),
        "said": ("H1", "Y1", f"{A}001"),
        "some": (None, None, f"{A}004"),
    }
    assert {code for code, one in by_code(held).items() if one.feature} == {"road"}
    # the feature of a matter of public space leads, elsewhere the district's department
    shown = {code: told(held, one) for code, one in by_code(held).items()}
    assert [shown[code]["department"]["code"] for code in ("road", "yard")] == ["D2", "D1"]
    assert [shown[code]["person"]["code"] for code in ("yard", "door")] == ["P1", "P2"]
    lacking = {each.place: each.detail for each in check.check(held).findings if each.place_kind == "element"}
    assert lacking == {"away": "in no grid", "some": "no lead department for matter 2203 and no person"}
    (hydrants, elderly) = sorted(counted(held, held.bound_elements.every), key=lambda each: -each["elements"])
    assert (hydrants["elements"], hydrants["people"], elderly["people"]) == (7, None, 12)


def test_a_new_net_finds_every_element_again_and_the_old_one_where_it_was(
    session: Session, town: Town
) -> None:
    put(session, town, [thing("a", 1, 9), thing("b", 4, 9), thing("c", 6, 9)])
    before = snapshot.build(session, DISTRICT, at=datetime(2026, 5, 1, tzinfo=UTC))
    stamp = clock.stamp(session)
    version = versions.open_version(
        session, town.district, effective_from=JUNE, stamp=stamp, cause="test", made_by="t"
    )
    moved = towns.grid_frame([f"{A}001", f"{A}002"])  # their border goes from x = 5 to x = 2
    moved.geometry = [box(0, 5, 2, 10), box(2, 5, 10, 10)]
    grids.put(session, town.district, moved, version=version, stamp=stamp)
    after = snapshot.build(session, DISTRICT, at=JUNE, before=before)
    assert [by_code(before)[code].grid[-3:] for code in "abc"] == ["001", "001", "002"]  # type: ignore[index]
    assert [by_code(after)[code].grid[-3:] for code in "abc"] == ["001", "002", "002"]  # type: ignore[index]
    again = snapshot.build(session, DISTRICT, at=datetime(2026, 5, 1, tzinfo=UTC))
    assert again.bound_elements.every == before.bound_elements.every


def test_nothing_is_overwritten_and_an_end_keeps_the_past(session: Session, town: Town) -> None:
    put(session, town, [thing("k", 1, 9, kind="camera", name="旧", fields={"online": True})])
    assert put(session, town, [thing("k", 1, 9, kind="camera", name="旧", fields={"online": True})]).unchanged
    assert put(session, town, [thing("k", 7, 9, kind="camera", name="新")], JUNE).changed == 1
    later = datetime(2026, 9, 1, tzinfo=UTC)
    elements.end(session, town.district, "k", valid_from=later, stamp=clock.stamp(session))
    names = [
        [one.element.name for one in snapshot.build(session, DISTRICT, at=when).bound_elements.every]
        for when in (datetime(2026, 3, 1, tzinfo=UTC), JUNE, later)
    ]
    assert names == [["旧"], ["新"], []]
    with pytest.raises(UnknownCode):
        elements.end(session, town.district, "none", valid_from=later, stamp=clock.stamp(session))


@pytest.mark.parametrize(
    ("row", "refusal", "says"),
    [
        ({"kind": "nothing"}, UnknownCode, "kind of element"),
        ({"kind": "elderly"}, BadElement, "a count"),
        ({"kind": "elderly", "count": 1, "name": "王小明"}, BadElement, "never named"),
        ({"kind": "elderly", "count": 1, "fields": {"who": "王小明"}}, BadElement, "who"),
        ({"kind": "asset"}, BadElement, "holder"),
        ({"kind": "hydrant", "fields": {"pressure_mpa": "high"}}, BadElement, "pressure_mpa"),
        ({"kind": "hydrant", "fields": {"checked_on": "2026-13-01"}}, BadElement, "checked_on"),
        ({"kind": "charter", "fields": {"link": "javascript:alert(1)"}}, BadElement, "link"),
        ({"kind": "hydrant", "lon": 35.5, "lat": 112.8}, InvalidShape, "lon/lat"),
        ({"kind": "hydrant", "lon": None}, InvalidShape, "lon/lat"),
        ({"kind": "hydrant", "lon": None, "lat": None}, InvalidShape, "no place"),
        ({"kind": "hydrant", "building": "H99"}, UnknownCode, "H99"),
    ],
)
def test_what_a_kind_does_not_take_is_refused(
    session: Session, town: Town, row: dict[str, Any], refusal: type[Exception], says: str
) -> None:
    with pytest.raises(refusal, match=says):
        put(session, town, [thing("ok", 1, 1), {**thing("bad", 1, 1), **row}])


def test_a_code_twice_is_refused(session: Session, town: Town) -> None:
    with pytest.raises(DuplicateCode):
        put(session, town, [thing("x", 1, 1), thing("x", 2, 1)])


@pytest.mark.parametrize(
    ("category", "fields"),
    [
        ("thing", {"$ref": "http://example.org/schema.json"}),
        ("thing", {"properties": {"a": {"type": "string", "$ref": "file:///etc/passwd"}}}),
        ("thing", {"properties": {"a": {"type": "object"}}}),
        ("thing", {"properties": {"code": {"type": "string"}}}),
        ("thing", {"properties": {"a": {"type": "number", "minimum": "low"}}}),
        ("thing", {"required": ["a"]}),
        ("thing", {"additionalProperties": True}),
        ("people", {"properties": {"who": {"type": "string"}}}),
    ],
)
def test_fields_that_are_no_flat_schema_are_refused(
    session: Session, town: Town, category: str, fields: dict[str, Any]
) -> None:
    kind = {"code": "new", "category": category, "name": "新", "matter": "01", "fields": fields}
    with pytest.raises(BadElementFields):
        element_kinds.put(session, town.district, [kind])


def test_a_kind_changes_only_as_its_elements_allow(session: Session, town: Town) -> None:
    put(session, town, [thing("k", 1, 9, fields={"pressure_mpa": 0.4})])
    (kind,) = [dict(each) for each in element_kinds.shipped() if each["code"] == "hydrant"]
    assert element_kinds.put(session, town.district, [kind]) == 0
    stricter = {"properties": {"pressure_mpa": {"type": "number", "minimum": 0.5}}}
    with pytest.raises(ElementsDoNotFit, match="k first"):
        element_kinds.put(session, town.district, [kind | {"fields": stricter}])
    assert element_kinds.put(session, town.district, [kind | {"matter": "0111"}]) == 1
    with pytest.raises(UnknownCode):
        element_kinds.put(session, town.district, [kind | {"matter": "9999"}])


def test_features_of_many_points_are_those_of_each(session: Session, town: Town) -> None:
    held = snapshot.build(session, DISTRICT, at=JUNE)
    lonlat = [at(x / 7, 5 + y / 90) for x in range(0, 150, 3) for y in range(-30, 31, 3)]
    metres = held.frame.points(lonlat)
    each = [feature_at(held, (east, north)) for east, north in metres.tolist()]
    many = features_at(held.features, held.feature_tree.geometries, metres)
    assert many == [None if one is None else one.code for one in each]
    assert len(set(many)) == 2
