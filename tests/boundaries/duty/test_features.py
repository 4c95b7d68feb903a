"""Roads, reaches and parks with duties of their own: who leads on them, beside them and at their edges."""

from typing import Any

import geopandas as gpd
import pytest
import shapely
from sqlalchemy.orm import Session

from boundaries.duty import snapshot
from boundaries.duty.masking import mask
from boundaries.duty.refusals import DutyNotPossible
from boundaries.duty.snapshot import Snapshot
from boundaries.land import features
from boundaries.store import clock
from tests.boundaries import towns
from tests.boundaries.duty.test_inside import NOON
from tests.boundaries.towns import DISTRICT, YEAR, A, at, box, duty, office, person

# A thousandth of a degree is 90.7 m east here: the road of 30 m around x = 3 reaches 15 m to each side.
EDGE = 3 + 15 / 90.7


@pytest.fixture
def noon(session: Session) -> Snapshot:
    made = towns.found(session)
    drawn = gpd.GeoDataFrame(
        {
            "code": ["G1", "R1", "T1", "W1"],
            "kind": ["park", "road", "railway", "river"],
            "name": ["人民公园", "泽州路", "侯月线", "丹河第1段"],
            "properties": [{}, {"width_m": 30}, {"width_m": 20}, {}],
        },
        geometry=[
            box(EDGE, 6, 4.5, 8),
            shapely.LineString([at(3, 0), at(3, 10)]),
            shapely.LineString([at(8, 0), at(8, 10)]),
            box(6, 1, 7, 4),
        ],
        crs=4326,
    )
    stamp = clock.stamp(session)
    features.put(session, made.district, drawn, valid_from=YEAR, stamp=stamp)
    people = [
        person("L1", "路大方", "13811110001") | {"post": "路长"},
        person("H1", "何青", "13811110002") | {"post": "河长"},
        person("P1", "王小明", "13811110003"),
        *(
            office(f"D{n}", name)
            for n, name in enumerate(("城管局", "市政公司", "园林中心", "水务局", "环卫处"), 1)
        ),
    ]
    posts = [
        duty("P1", "leader", f"{A}001"),
        duty("D1", "lead", DISTRICT, kind="area"),
        duty("D1", "lead", DISTRICT, kind="area", matter="01"),
        duty("D1", "lead", DISTRICT, kind="area", matter="24"),
        duty("D5", "lead", DISTRICT, kind="area", matter="1101"),
        duty("D2", "lead", "R1", kind="feature"),
        duty("L1", "leader", "R1", kind="feature"),
        duty("D3", "lead", "G1", kind="feature"),
        duty("D4", "lead", "W1", kind="feature"),
        duty("H1", "leader", "W1", kind="feature"),
    ]
    towns.appoint(session, made, people, posts)
    return snapshot.build(session, DISTRICT, at=NOON)


def lead(answer: Any) -> str:
    return str(answer["owner"]["department"]["code"])


def edges(answer: Any) -> list[tuple[str, str, str, str]]:
    return [
        (each["feature_code"], each["first"], each["other"], each["metres"])
        for each in answer["warnings"]
        if each["code"] == "near_feature"
    ]


def test_in_public_space_any_duty_of_the_feature_leads_and_elsewhere_the_matter_decides(
    noon: Snapshot,
) -> None:
    """On the road 市政公司 leads `*`; the district has a lead of the 大类 01 and one of the 小类 1101."""
    on, beside = at(3, 2), at(5, 9)
    assert [lead(noon.answer_point(on, matter=each)) for each in ("0101", "1101")] == ["D2", "D2"]
    assert [lead(noon.answer_point(beside, matter=each)) for each in ("0101", "1101")] == ["D1", "D5"]
    assert lead(noon.answer_point(on, matter="2401")) == "D1"  # 消防 is no matter of public space
    every = noon.answer_point(on)["by_matter"]
    assert [every[each]["lead"]["code"] for each in ("0101", "1101", "2401")] == ["D2", "D2", "D1"]
    assert lead(noon.answer_point(at(8, 5), matter="0101")) == "D1"  # a railway that nobody has a duty for
    assert lead(noon.answer_point(at(6.5, 2), matter="1104")) == "D4"


def test_the_head_of_a_road_is_named_and_called_first_only_for_its_own_matters(noon: Snapshot) -> None:
    public, other = noon.answer_point(at(3, 7), matter="0101"), noon.answer_point(at(3, 7), matter="2401")
    assert public["feature"] is not None
    assert (public["feature"]["leader"]["name"], public["feature"]["lead"]["name"]) == ("路大方", "市政公司")
    assert [call["role"] for call in public["call"]] == ["feature leader", "leader"]
    assert [call["role"] for call in other["call"]] == ["leader", "feature leader"]
    assert public["owner"]["leader"] is not None
    assert public["owner"]["leader"]["code"] == "P1"  # the grid's leader stays accountable for the ground
    assert "泽州路" in "".join(public["why"])
    assert "路大方" not in str(mask(public))


def test_at_an_edge_that_no_grid_covers_the_sides_are_named_too(noon: Snapshot) -> None:
    """0.1 m north of the net, 17 m from the middle of the road: the community's areas answer there."""
    answer = noon.answer_point(at(3 + 17 / 90.7, 10.001), matter="0101")
    assert (answer["status"], lead(answer)) == ("fallback", "D1")
    assert edges(answer) == [("R1", "城管局", "市政公司", "2.0")]


@pytest.mark.parametrize(
    ("metres_east", "y", "expected"),
    [
        # 13 m and 17 m from the middle of the road, where no park lies beside it
        (13, 9, [("R1", "市政公司", "城管局", "2.0")]),
        (17, 9, [("R1", "城管局", "市政公司", "2.0")]),
        (9, 9, []),  # 6 m from the edge
        (21, 9, []),
        # where the park begins at the road's edge: each side is a feature
        (13, 7, [("R1", "市政公司", "城管局", "2.0")]),
        (17, 7, [("G1", "园林中心", "城管局", "2.0")]),
    ],
)
def test_at_an_edge_both_sides_are_named_and_the_owner_takes_it_first(
    noon: Snapshot, metres_east: float, y: float, expected: list[tuple[str, str, str, str]]
) -> None:
    point = at(3 + metres_east / 90.7, y)
    found = edges(noon.answer_point(point, matter="0101"))
    if y == 7:  # two edges at one place: whichever is named, the other side is not the side one stands on
        assert [each[1] for each in found] == [each[1] for each in expected]
        assert found[0][2] != found[0][1]
    else:
        assert found == expected
    assert edges(noon.answer_point(point)) == edges(noon.answer_point(point, matter="2401")) == []


def test_near_a_border_of_grids_both_are_named(noon: Snapshot) -> None:
    (warning,) = [
        each for each in noon.answer_point(at(4.98, 9))["warnings"] if each["code"] == "near_border"
    ]
    assert (warning["grid"], warning["neighbour"]) == (f"{A}001", f"{A}002")
    assert "笔峰寺第1网格" in warning["text"] and "笔峰寺第2网格" in warning["text"]
    assert "由本网格首接负责" in warning["text"]


def test_a_building_has_no_leader_of_its_own(session: Session) -> None:
    made = towns.found(session)
    towns.build_up(session, made)
    with pytest.raises(DutyNotPossible):
        towns.appoint(session, made, [person("P1", "王小明")], [duty("P1", "leader", "H1", kind="building")])
