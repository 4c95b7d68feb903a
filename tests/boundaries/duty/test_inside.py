"""Everybody within an area, property in tiers, and the codes of others, on the drawn town."""

from datetime import UTC, datetime
from io import BytesIO

import pandas as pd
import pytest
import shapely
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from boundaries.duty import aliases, inside, property, snapshot
from boundaries.duty.refusals import AreaNotPossible
from boundaries.duty.snapshot import Snapshot
from boundaries.land import compounds
from boundaries.land.refusals import DuplicateCode, UnknownCode
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import CITY, DISTRICT, YEAR, A, B, C, Town, at, box, duty, office, person

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        made = towns.found(session)
        towns.build_up(session, made)
        named = pd.DataFrame({"code": ["Y1"], "name": ["甲小区"]})
        compounds.put(session, made.district, named, valid_from=YEAR, stamp=clock.stamp(session))
        people = [
            person("P1", "王小明", "13811110001"),
            person("P2", "李红", "13811110002"),
            office("W1", "=甲物业"),
            office("K1", "甲小区业主委员会"),
            office("T1", "笔峰寺社区物业站"),
            office("T3", "区物业服务中心"),
            office("S2", "东街街道值班室"),
            office("D1", "区城管局"),
        ]
        posts = [
            duty("P1", "leader", f"{A}001"),
            duty("P2", "staff", f"{A}001", shift="20:00-08:00"),
            duty("W1", "property", "Y1", kind="compound") | {"contract_until": "2026-12-31"},
            duty("K1", "committee", "Y1", kind="compound"),
            duty("T1", "property", A, kind="area"),
            duty("T3", "property", DISTRICT, kind="area"),
            duty("S2", "desk", "140502001", kind="area"),
            duty("D1", "lead", DISTRICT, kind="area", matter="24"),
        ]
        towns.appoint(session, made, people, posts)
        return made


@pytest.fixture
def noon(session: Session, town: Town) -> Snapshot:
    return snapshot.build(session, DISTRICT, at=NOON)


def test_a_drawn_area_names_everybody_once_with_place_and_households(noon: Snapshot) -> None:
    found = inside.inside(noon, box(0.5, 5.5, 2.5, 7.5), matter="2401")
    assert [grid["code"] for grid in found.grids] == [f"{A}001"]
    assert found.buildings == 1
    told = [(each["role"], each["party"], each["on_shift"]) for each in found.people]
    assert told == [
        ("staff", "P2", False),
        ("leader", "P1", True),
        ("desk", "S2", True),
        ("property", "W1", True),
        ("property", "T1", True),
        ("property", "T3", True),
        ("committee", "K1", True),
        ("lead", "D1", True),
    ]
    assert found.uncovered_m2 == 0.0
    # the land east of C belongs to no grid: 0.001° × 0.001° are about 90.7 m × 111 m
    bare = inside.inside(noon, box(35, 1, 36, 2))
    assert (bare.grids, bare.buildings) == ([], 0)
    assert bare.uncovered_m2 == pytest.approx(90.7 * 111, rel=0.01)
    assert {each["party"] for each in bare.people} == {"T3"}


def test_a_grid_that_only_touches_the_area_does_not_count(noon: Snapshot) -> None:
    found = inside.inside(noon, box(5, 5, 10, 10))
    # H2 stands on both sides of the western border and belongs to A002; H1 does not reach in
    assert {grid["code"] for grid in found.grids} == {f"{A}002"}


def test_elements_that_lie_inside_are_given_back(noon: Snapshot) -> None:
    things = [{"code": code, "lon": at(x, 6)[0], "lat": at(x, 6)[1]} for code, x in (("in", 1), ("out", 4))]
    found = inside.inside(noon, box(0.5, 5.5, 2.5, 7.5), elements=things)
    assert [each["code"] for each in found.elements] == ["in"]


def test_no_cell_of_a_table_is_a_formula(noon: Snapshot) -> None:
    found = inside.inside(noon, box(0.5, 5.5, 2.5, 7.5))
    assert b",'=" in inside.as_csv(found)
    sheet = load_workbook(BytesIO(inside.as_xlsx(found)))["责任人"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "inlineStr", "n"}
    assert inside.as_call_list(found).splitlines()[1].startswith("1. 13811110002  李红（不当班）")


def test_what_is_no_area_is_refused(noon: Snapshot) -> None:
    bow = shapely.Polygon([at(0, 0), at(2, 2), at(2, 0), at(0, 2)])
    for shape in (bow, shapely.Polygon(), shapely.Point(at(1, 1))):
        with pytest.raises(AreaNotPossible):
            inside.inside(noon, shape)
    for radius in (0.0, -1.0, 1e6, float("nan")):
        with pytest.raises(AreaNotPossible):
            inside.circle(noon, *at(1, 1), radius)
    ring = inside.circle(noon, *at(5, 5), 100.0)
    assert noon.frame.area_m2([ring])[0] == pytest.approx(3.1416 * 100**2, rel=0.01)


def test_a_complaint_goes_to_the_right_tier(noon: Snapshot) -> None:
    run = property.of_compound(noon, "Y1")
    assert run.company is not None
    assert (run.company["code"], run.company["contract_until"]) == ("W1", "2026-12-31")
    assert run.committee is not None
    assert [(level, tier["code"]) for level, tier in run.tiers] == [("community", "T1"), ("district", "T3")]

    def tier(community: str, matter: str = "2701") -> str | None:
        found = property.tier_for(noon, community, matter)
        return None if found is None else found["code"]

    assert (tier(A), tier(B), tier(C)) == ("T1", "T3", "T3")
    noon.district.settings["property_tiers"] = {"2706": "street", "*": "community"}
    assert (tier(A), tier(A, "2706")) == ("T1", "T3")  # the street has none, so the district's
    noon.district.settings["property_tiers"] = {"27": "city"}
    assert tier(A) is None
    assert noon.areas[CITY].level == "city"
    with pytest.raises(UnknownCode):
        tier("9")


def test_the_answer_names_the_tier_of_a_complaint_and_calls_it_first(noon: Snapshot) -> None:
    complaint = noon.answer_point(at(1.5, 6.5), matter="2701")
    assert complaint["owner"]["property_tier"] is not None
    assert complaint["owner"]["property_tier"]["code"] == "T1"
    assert [call["role"] for call in complaint["call"]][:2] == ["property tier", "leader"]
    assert "笔峰寺社区物业站" in complaint["why"][-1]
    noon.district.settings["property_tiers"] = {"2701": "street"}
    other = noon.answer_point(at(1.5, 6.5), matter="2701")["owner"]["property_tier"]
    assert other is not None and other["code"] == "T3"  # the street has none, so the district's
    fire = noon.answer_point(at(1.5, 6.5), matter="2401")
    assert fire["owner"]["property_tier"] is None
    assert "property tier" not in [call["role"] for call in fire["call"]]


def test_codes_of_others_are_mapped_and_unknown_ones_listed(session: Session, town: Town) -> None:
    frame = pd.DataFrame(
        {"system": ["12345", "数字城管"], "alias": ["A1", "0101"], "matter_code": ["1101", "0102"]}
    )
    assert aliases.put(session, town.district, frame).added == 2
    assert aliases.put(session, town.district, frame).unchanged == 2
    found = aliases.matters_of(session, town.district, "数字城管", ["0101", "0103", "X9"], {"X9": "奇怪"})
    # their 0101 is our 0102; 0103 means itself; X9 nobody knows
    assert found == {"0101": "0102", "0103": "0103", "X9": None}
    (listed,) = aliases.every(session, town.district, unmapped=True)
    assert (listed.system, listed.alias, listed.name) == ("数字城管", "X9", "奇怪")
    with pytest.raises(UnknownCode) as unknown:
        aliases.put(session, town.district, frame.assign(matter_code="9"))
    assert unknown.value.row == 0
    with pytest.raises(DuplicateCode):
        aliases.put(session, town.district, pd.concat([frame, frame], ignore_index=True))
