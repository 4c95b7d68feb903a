"""Who owns this place? The drawn town, question by question."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from sqlalchemy.orm import Session

from boundaries.duty import duties, snapshot, wording
from boundaries.duty.answer import mask
from boundaries.duty.masking import mask_name, mask_phone
from boundaries.duty.refusals import BadPoint, BuildingGone, GridGone, UnknownAddress
from boundaries.duty.snapshot import Snapshot
from boundaries.land import addresses, buildings, compounds, features, grids, parts, versions
from boundaries.land.refusals import UnknownCode
from boundaries.store import bulk, clock
from boundaries.store.database import Database
from boundaries.store.tables import Building, BuildingVersion
from tests.boundaries import towns
from tests.boundaries.towns import CITY, DISTRICT, YEAR, A, B, C, Town, at, box, duty, office, person

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)  # a Monday, 12:00 in Shanghai
NIGHT = datetime(2026, 6, 1, 15, tzinfo=UTC)  # 23:00


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        made = towns.found(session)
        towns.build_up(session, made)
        stamp = clock.stamp(session)
        named = {"valid_from": YEAR, "stamp": stamp}
        compounds.put(session, made.district, pd.DataFrame({"code": ["Y1"], "name": ["甲小区"]}), **named)
        two = pd.DataFrame({"building_code": ["H6", "H6"], "code": ["1", "2"], "name": ["1单元", "2单元"]})
        parts.put(session, made.district, two, **named)
        texts = pd.DataFrame(
            [
                {"building_code": "H1", "text": "泽州路1号"},
                {"building_code": "H6", "text": "泽州路6号"},
                {"building_code": "H6", "part_code": "1", "text": "泽州路6号1单元"},
                {"building_code": "H2", "text": "老粮站", "kind": "nickname"},
                {"building_code": "H3", "text": "老粮站", "kind": "old"},
                {"building_code": "H6", "part_code": "1", "text": "六号楼门口", "kind": "nickname"},
                {"building_code": "H6", "part_code": "2", "text": "六号楼门口", "kind": "nickname"},
            ]
        )
        addresses.put(session, made.district, texts, **named)
        road = gpd.GeoDataFrame(
            {"code": ["R1"], "kind": ["road"], "name": ["泽州路"], "properties": [{"width_m": 30}]},
            geometry=[shapely.LineString([at(11, 0), at(11, 10)])],
            crs=4326,
        )
        features.put(session, made.district, road, **named)
        people = [
            person("P1", "王小明", "13811110001"),
            person("P2", "李红", "13811110002"),
            person("P3", "张伟", "13811110003"),
            person("P4", "赵敏", "13811110004"),
            office("D1", "城区城管局"),
            office("D2", "排水公司", "13900001111"),
            office("D3", "东街街道城管所"),
            office("D4", "路政处"),
            office("W1", "甲物业"),
            office("S1", "笔峰寺社区值班室"),
            office("S2", "东街街道值班室"),
        ]
        posts = [
            duty("P1", "leader", f"{A}001"),
            duty("P2", "staff", f"{A}001", shift="08:00-18:00"),
            duty("P3", "staff", f"{A}001", shift="18:00-08:00"),
            duty("P4", "deputy", f"{A}001"),
            duty("P4", "leader", f"{B}001"),
            duty("P3", "leader", f"{B}002"),
            duty("D1", "lead", DISTRICT, kind="area"),
            duty("D2", "lead", DISTRICT, kind="area", matter="0102"),
            duty("D3", "lead", "140502001", kind="area", matter="01"),
            duty("D4", "lead", "R1", kind="feature", matter="01"),
            duty("D3", "co", DISTRICT, kind="area", matter="0102"),
            duty("W1", "property", "Y1", kind="compound"),
            duty("S1", "desk", A, kind="area"),
            duty("S2", "desk", "140502001", kind="area"),
        ]
        towns.appoint(session, made, people, posts)
        return made


@pytest.fixture
def noon(session: Session, town: Town) -> Snapshot:
    return snapshot.build(session, DISTRICT, at=NOON)


def codes(warnings: list[dict[str, Any]]) -> list[str]:
    return [warning["code"] for warning in warnings]


def test_a_point_in_a_building_is_answered_with_everything(noon: Snapshot) -> None:
    answer = noon.answer_point(at(1.5, 6.5), matter="0102")
    assert answer["status"] == "owned"
    assert answer["grid"] is not None
    assert answer["grid"]["code"] == f"{A}001"
    assert answer["grid"]["valid"] == ["2026-01-01T08:00:00+08:00", None]
    assert [area["code"] for area in answer["areas"]] == [A, "140502001", DISTRICT, CITY]
    building = answer["building"]
    assert building is not None
    assert (building["code"], building["address"], building["compound_name"]) == ("H1", "泽州路1号", "甲小区")
    owner = answer["owner"]
    assert owner["leader"] is not None
    assert owner["leader"]["name"] == "王小明"
    assert [one["name"] for one in owner["staff"]] == ["李红", "张伟"]
    assert owner["property"] is not None
    assert owner["property"]["code"] == "W1"
    assert [one["code"] for one in owner["supporting"]] == ["D3"]
    assert list(answer["by_matter"]) == ["0102"]
    assert answer["net_version"] == 1
    assert answer["stale"] is False
    json.dumps(answer)


def test_the_matter_decides_before_the_place(noon: Snapshot) -> None:
    """The 小类 of the district (D2) beats the 大类 of the street (D3), though the street is nearer."""

    def lead(matter: str, place: tuple[float, float] = at(1.5, 6.5)) -> str:
        department = noon.answer_point(place, matter=matter)["owner"]["department"]
        assert department is not None
        return department["code"]

    assert lead("0102") == "D2"
    assert lead("0101") == "D3"
    assert lead("2401") == "D1"
    assert lead("0101", at(25, 5)) == "D1"  # the other street has no 大类 of its own


def test_on_a_road_its_own_department_leads_in_matters_of_public_space(noon: Snapshot) -> None:
    on, beside = noon.answer_point(at(11.1, 7), matter="0101"), noon.answer_point(at(11.5, 7), matter="0101")
    assert on["feature"] is not None  # 9 m from its middle
    assert {name: on["feature"][name] for name in ("code", "kind", "name", "leader")} == {
        "code": "R1",
        "kind": "road",
        "name": "泽州路",
        "leader": None,
    }
    assert on["feature"]["lead"]["code"] == "D4"
    assert on["owner"]["department"] is not None
    assert on["owner"]["department"]["code"] == "D4"
    assert beside["feature"] is None  # 45 m
    assert beside["owner"]["department"] is not None
    assert beside["owner"]["department"]["code"] == "D3"


def test_one_answer_carries_every_matter_and_each_equals_its_own_answer(noon: Snapshot) -> None:
    everything = noon.answer_point(at(1.5, 6.5))["by_matter"]
    assert set(everything) == set(noon.matters)
    for matter in ("*", "01", "0101", "0102", "2401"):
        assert everything[matter] == noon.answer_point(at(1.5, 6.5), matter=matter)["by_matter"][matter]


@pytest.mark.parametrize(("instant", "on_duty"), [(NOON, "李红"), (NIGHT, "张伟")])
def test_whoever_is_on_duty_is_called_first_then_up_to_the_street(
    session: Session, town: Town, instant: datetime, on_duty: str
) -> None:
    answer = snapshot.build(session, DISTRICT, at=instant).answer_point(at(1.5, 6.5))
    assert [(call["name"], call["role"]) for call in answer["call"]] == [
        (on_duty, "on duty"),
        ("赵敏", "deputy"),
        ("王小明", "leader"),
        ("笔峰寺社区值班室", "community desk"),
        ("东街街道值班室", "street desk"),
    ]


def test_a_point_on_a_border_goes_to_the_lowest_code_and_names_the_other(noon: Snapshot) -> None:
    answer = noon.answer_point(at(10, 7))
    assert answer["grid"] is not None
    assert answer["grid"]["code"] == f"{A}002"
    assert answer["match"] == {"via": "grid", "metres_to_border": 0.0, "neighbour": f"{B}001"}
    assert "near_border" in codes(answer["warnings"])
    inside = noon.answer_point(at(12.5, 7))
    assert "near_border" not in codes(inside["warnings"])
    assert inside["match"]["metres_to_border"] == pytest.approx(226.8, rel=0.01)  # 0.0025° east


def test_a_grid_without_leader_is_vacant_and_says_so(noon: Snapshot) -> None:
    answer = noon.answer_point(at(7, 7))
    assert answer["status"] == "vacant"
    assert answer["owner"]["leader"] is None
    assert codes(answer["warnings"]) == ["no_leader"]
    assert [call["role"] for call in answer["call"]] == ["community desk", "street desk"]


def test_a_matter_that_no_department_leads_is_vacant(session: Session, town: Town) -> None:
    duties.end(
        session,
        town.district,
        place_kind="area",
        place_code=DISTRICT,
        role="lead",
        valid_from=NOON,
        stamp=clock.stamp(session),
    )
    answer = snapshot.build(session, DISTRICT, at=NOON).answer_grid(f"{A}001", matter="2401")
    assert answer["status"] == "vacant"
    assert codes(answer["warnings"]) == ["no_department"]
    before = snapshot.build(session, DISTRICT, at=NOON - timedelta(seconds=1))
    assert before.answer_grid(f"{A}001", matter="2401")["status"] == "owned"


def test_a_building_is_answered_by_its_own_grid_and_a_point_by_the_ground(noon: Snapshot) -> None:
    asked = noon.answer_building("H2")
    assert asked["grid"] is not None
    assert asked["grid"]["code"] == f"{A}002"  # its door
    assert codes(asked["warnings"])[0] == "cut_building"
    pointed = noon.answer_point(at(4.6, 8.2))
    assert pointed["grid"] is not None
    assert pointed["grid"]["code"] == f"{A}001"
    other = next(one for one in pointed["warnings"] if one["code"] == "building_in_other_grid")
    assert (other["building"], other["grid"]) == ("H2", f"{A}002")


def test_the_ground_of_a_building_stands_beside_its_grid_where_they_differ(
    session: Session, town: Town
) -> None:
    stamp = clock.stamp(session)
    buildings.override(session, town.district, "H1", f"{A}003", valid_from=NOON, stamp=stamp)
    answer = snapshot.build(session, DISTRICT, at=NOON).answer_building("H1")
    assert answer["grid"] is not None
    assert answer["ground_grid"] is not None
    assert (answer["grid"]["code"], answer["ground_grid"]["code"]) == (f"{A}003", f"{A}001")
    assert "ground_in_other_grid" in codes(answer["warnings"])
    before = snapshot.build(session, DISTRICT, at=NOON - timedelta(seconds=1)).answer_building("H1")
    assert before["ground_grid"] is None


def test_land_without_grid_is_answered_by_its_community_with_the_nearest_grid_suggested(
    noon: Snapshot,
) -> None:
    near = noon.answer_point(at(31, 5))
    assert near["status"] == "fallback"
    assert near["grid"] is None
    assert near["areas"][0]["code"] == C
    assert near["suggestion"] is not None
    assert near["suggestion"]["grid"]["code"] == f"{C}001"
    assert near["suggestion"]["metres"] == pytest.approx(90.7, rel=0.01)
    assert codes(near["warnings"]) == ["nearest_grid_suggested", "chain_upwards", "no_street_desk"]
    far = noon.answer_point(at(35, 5))
    assert (far["status"], far["suggestion"]) == ("fallback", None)


def test_a_place_outside_the_district_is_never_an_empty_answer(noon: Snapshot) -> None:
    answer = noon.answer_point((112.0, 35.0))
    assert answer["status"] == "outside"
    assert [area["code"] for area in answer["areas"]] == [DISTRICT, CITY]
    assert codes(answer["warnings"]) == ["outside_district", "chain_upwards"]
    assert answer["by_matter"]["0102"]["lead"] is not None


def test_before_the_first_net_nothing_is_in_force_yet(session: Session, town: Town) -> None:
    early = snapshot.build(session, DISTRICT, at=YEAR - timedelta(days=1))
    assert early.net_version is None
    assert early.next_change_at == YEAR
    answer = early.answer_point(at(1.5, 6.5))
    assert (answer["status"], answer["net_version"]) == ("not_yet_in_force", None)
    assert early.answer_grid(f"{A}001")["status"] == "not_yet_in_force"


def test_a_retired_grid_is_gone_and_names_who_covers_its_ground(session: Session, town: Town) -> None:
    may = datetime(2026, 5, 1, tzinfo=UTC)
    stamp = clock.stamp(session)
    version = versions.open_version(
        session, town.district, effective_from=may, stamp=stamp, cause="plan", made_by="test"
    )
    grids.retire(session, town.district, [f"{A}004"], version=version, stamp=stamp)
    wider = towns.grid_frame([f"{A}003", f"{B}001"])
    wider.geometry = [box(0, 0, 7, 5), box(10, 0, 15, 10).union(box(7, 0, 10, 5))]
    grids.put(session, town.district, wider, version=version, stamp=stamp)
    now = snapshot.build(session, DISTRICT, at=NOON)
    with pytest.raises(GridGone) as refusal:
        now.answer_grid(f"{A}004")
    assert (refusal.value.retired_at, refusal.value.successors) == (may, (f"{A}003", f"{B}001"))
    before = snapshot.build(session, DISTRICT, at=may - timedelta(seconds=1))
    assert before.answer_grid(f"{A}004")["status"] == "vacant"
    assert before.next_change_at is not None
    assert before.next_change_at <= may


def test_an_address_is_found_whatever_its_width_and_spaces(noon: Snapshot) -> None:
    answer = noon.answer_address("泽州路 １ 号")
    assert answer["match"]["via"] == "address"
    assert answer["building"] is not None
    assert answer["building"]["code"] == "H1"
    part = noon.answer_address("泽州路6号1单元")
    assert part["building"] is not None
    assert part["building"]["part_name"] == "1单元"


def test_a_text_that_means_several_buildings_gives_candidates_and_picks_none(noon: Snapshot) -> None:
    answer = noon.answer_address("老粮站")
    assert answer["status"] == "ambiguous"
    assert answer["grid"] is None
    assert [(one["building"], one["grid"]) for one in answer["candidates"]] == [
        ("H2", f"{A}002"),
        ("H3", f"{A}004"),
    ]


def test_a_text_that_means_several_parts_asks_for_one(noon: Snapshot) -> None:
    answer = noon.answer_address("六号楼门口")
    assert answer["status"] == "needs_part"
    assert answer["grid"] is not None
    assert [one["part"] for one in answer["candidates"]] == ["1", "2"]


def test_words_that_leave_a_doubt_are_answered_with_what_may_be_meant(noon: Snapshot) -> None:
    answer = noon.answer_address("泽州路6号9单元")  # it has the units 1 and 2
    assert answer["status"] == "ambiguous"
    assert answer["grid"] is None
    assert [(one["building"], one["part"]) for one in answer["candidates"]] == [("H6", None)]
    assert [warning["code"] for warning in answer["warnings"]] == ["words_in_doubt"]


def test_an_unknown_address_is_refused_with_at_most_five_similar_ones(noon: Snapshot) -> None:
    with pytest.raises(UnknownAddress) as refusal:
        noon.answer_address("6号1单")
    texts = [candidate["name"] for candidate in refusal.value.candidates]
    assert texts == ["泽州路6号1单元"]
    with pytest.raises(UnknownAddress) as nothing:
        noon.answer_address("xyz")
    assert nothing.value.candidates == []


def test_parts_with_duties_of_their_own_must_be_named(session: Session, town: Town) -> None:
    towns.appoint(session, town, [], [duty("P2", "staff", "H6", kind="part", part="1")])
    now = snapshot.build(session, DISTRICT, at=NOON)
    whole = now.answer_building("H6")
    assert whole["status"] == "needs_part"
    assert [one["part"] for one in whole["candidates"]] == ["1"]
    part = now.answer_building("H6", part="1")
    assert part["status"] == "owned"
    assert [one["code"] for one in part["owner"]["staff"]] == ["P2"]
    with pytest.raises(UnknownCode) as refusal:
        now.answer_building("H6", part="9")
    assert refusal.value.kind == "part"


def test_what_does_not_exist_is_refused(noon: Snapshot) -> None:
    for ask, kind in (
        (lambda: noon.answer_building("nothing"), "building"),
        (lambda: noon.answer_grid("nothing"), "grid"),
        (lambda: noon.answer_point(at(1, 1), matter="9999"), "matter"),
    ):
        with pytest.raises(UnknownCode) as refusal:
            ask()
        assert refusal.value.kind == kind
    with pytest.raises(BadPoint) as swapped:
        noon.answer_point((35.5, 112.8))
    assert swapped.value.swapped
    with pytest.raises(BadPoint) as nowhere:
        noon.answer_point((float("nan"), 1.0))
    assert not nowhere.value.swapped


def test_a_building_that_is_gone_says_since_when(session: Session, town: Town) -> None:
    gone = session.query(Building.id).filter(Building.code == "H1").scalar()
    bulk.retire(
        session,
        BuildingVersion,
        BuildingVersion.building_id == gone,
        stamp=clock.stamp(session),
        valid_from=NOON,
    )
    with pytest.raises(BuildingGone) as refusal:
        snapshot.build(session, DISTRICT, at=NOON).answer_building("H1")
    assert refusal.value.retired_at == NOON


def test_the_next_change_is_the_next_start_end_or_shift(session: Session, town: Town) -> None:
    six_in_the_evening = datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert snapshot.build(session, DISTRICT, at=NOON).next_change_at == six_in_the_evening
    soon = NOON + timedelta(minutes=5)
    towns.appoint(session, town, [], [duty("P1", "leader", f"{A}002", since=soon)])
    assert snapshot.build(session, DISTRICT, at=NOON).next_change_at == soon


def test_a_reader_sees_no_full_names_and_no_mobile_numbers(noon: Snapshot) -> None:
    answer = noon.answer_point(at(1.5, 6.5))
    masked = mask(answer)
    text = json.dumps(masked, ensure_ascii=False)
    for secret in ("王小明", "李红", "赵敏", "13811110001", "13900001111"):
        assert secret in json.dumps(answer, ensure_ascii=False)
        assert secret not in text
    assert masked["owner"]["leader"] is not None
    assert (masked["owner"]["leader"]["name"], masked["owner"]["leader"]["phone"]) == ("王**", "138****0001")
    assert "城区城管局" in text
    assert "0356-2020202" in text
    assert mask(masked) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13800001234", "138****1234"), ("+86 138 0000 1234", "861****1234"), ("2020202", "****02"), ("", "")],
)
def test_a_phone_is_masked(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


def test_a_name_is_masked_to_its_first_character() -> None:
    assert (mask_name("王小明"), mask_name("")) == ("王**", "")


def test_english_words_are_as_many_as_chinese_ones(noon: Snapshot) -> None:
    chinese, english = noon.answer_point(at(10, 7)), noon.answer_point(at(10, 7), lang="en")
    assert len(chinese["why"]) == len(english["why"])
    assert english["why"][0].startswith("point → grid ")
    assert codes(chinese["warnings"]) == codes(english["warnings"])
    assert all(letter < "\u4e00" for letter in wording.say("no_leader", "en", grid="1"))


def test_a_snapshot_answers_without_the_database(session: Session, town: Town) -> None:
    held = snapshot.build(session, DISTRICT, at=NOON).warm()
    before = held.answer_point(at(1.5, 6.5))
    session.close()
    assert held.answer_point(at(1.5, 6.5)) == before
