"""A net from a table building → grid, on a community two squares wide.

A road runs along x = 1. Buildings 1–3 stand west of it, 4–6 east; a unit is 0.01°, about 1 km.
"""

import pytest
import shapely
from shapely.geometry import LineString, Polygon, box

from gis.allotment import Listed, match_rows, net_from_table, read_list
from gis.allotment.division import NothingAllotted
from gis.net import Net


def place(x: float, y: float) -> tuple[float, float]:
    return round(112.8 + x * 0.01, 9), round(35.5 + y * 0.01, 9)


def square(x: float, y: float, size: float = 0.1) -> Polygon:
    return box(*place(x, y), *place(x + size, y + size))


COMMUNITY = box(*place(0, 0), *place(2, 1))
ROAD = LineString([place(1, -1), place(1, 2)])
HOUSES = [square(*xy) for xy in [(0.2, 0.2), (0.2, 0.7), (0.7, 0.4), (1.3, 0.4), (1.7, 0.2), (1.7, 0.7)]]
NAMES = [f"{i}号楼" for i in range(1, 7)]


def net(rows: list[tuple[str, str]], **kwargs: object):  # type: ignore[no-untyped-def]
    return net_from_table(rows, COMMUNITY, HOUSES, NAMES, [ROAD], metric_crs=4547, **kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1–8号楼", "1 2 3 4 5 6 7 8"),
        ("3#、5#、7-9栋", "3 5 7 8 9"),
        ("１－３号楼", "1 2 3"),
        ("1号楼至4号楼", "1 2 3 4"),
        ("1-9号楼单号", "1 3 5 7 9"),
        ("十号楼,1-5号楼(双号)", "10 2 4"),
        ("A-C座 12a号楼", "A B C 12A"),
        ("1、2、2、1", "1 2"),
        ("第03栋", "3"),
    ],
)
def test_lists_are_read_as_people_write_them(text: str, numbers: str) -> None:
    listed, unread = read_list(text)
    assert ([one.number for one in listed], unread) == (numbers.split(), [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("8-1号楼", "the range runs backwards"),
        ("1~1000号", "more than 500 buildings in one range"),
        ("3号楼2单元", "a part of a building"),
        ("菜市场", "no building number"),
    ],
)
def test_what_names_no_building_is_listed_with_its_reason(text: str, reason: str) -> None:
    listed, unread = read_list(text)
    assert (listed, [one.reason for one in unread]) == ([], [reason])


def test_a_compound_holds_until_the_next_one() -> None:
    listed, _ = read_list("凤鸣苑1-2号楼、5号楼；锦绣家园2号楼")
    assert listed == [
        Listed("凤鸣苑", "1"),
        Listed("凤鸣苑", "2"),
        Listed("凤鸣苑", "5"),
        Listed("锦绣家园", "2"),
    ]


def test_a_number_that_two_compounds_have_needs_the_compound() -> None:
    names, compounds = ["1号楼", "1号楼", "2号楼"], ["凤鸣苑", "锦绣家园", "锦绣家园"]
    match = match_rows([("甲", "1号楼"), ("乙", "锦绣家园1-2号楼")], names, compounds)
    assert match.grid_of_building.tolist() == [-1, 1, 1]
    assert [(one.row, one.reason) for one in match.unmatched] == [(0, "2 buildings have this number")]


def test_a_building_that_two_grids_claim_stays_with_the_first() -> None:
    match = match_rows([("甲", "1-2号楼"), ("乙", "2-3号楼"), ("", "3号楼")], NAMES)
    assert match.grid_of_building.tolist() == [0, 0, 1, -1, -1, -1]
    assert [(one.row, one.text, one.reason) for one in match.unmatched] == [
        (1, "2", "already in 甲"),
        (2, "3号楼", "no grid"),
    ]


def test_land_between_two_grids_is_divided_along_the_road() -> None:
    made = net([("1号网格", "1–3号楼"), ("2号网格", "4-6栋")])
    # the road is nearer to the eastern buildings' cells than the middle between 3 and 4 would be
    assert made.polygons[0].equals(box(*place(0, 0), *place(1, 1)))
    assert made.polygons[1].equals(box(*place(1, 0), *place(2, 1)))
    assert made.unmatched == () and made.in_pieces == () and made.unlisted == ()


def test_the_grids_tile_the_community_and_cut_no_building() -> None:
    made = net([("1号网格", "1、3号楼"), ("2号网格", "2、5号楼，9号楼")])
    shapes = made.polygons.to_numpy()
    Net.from_polygons(["1", "2"], shapes, metric_crs=4547)  # edge-matched, on the lattice
    assert shapely.union_all(shapes).equals(COMMUNITY)
    for house, grid in zip(HOUSES, made.grid_of_building, strict=True):
        assert shapes[grid].buffer(1e-9).covers(house)
    assert made.grid_of_building[[0, 2, 1, 4]].tolist() == [0, 0, 1, 1]
    assert made.unlisted == (3, 5)  # not in the table: they go with the ground around them
    assert made.grid_of_building[3] == made.grid_of_building[5] == 1  # number 5 is the only one on their side
    assert [one.text for one in made.unmatched] == ["9"]


def test_a_grid_whose_buildings_lie_apart_is_reported_in_pieces() -> None:
    houses = [square(0.2 + 0.4 * i, 0.45) for i in range(3)]
    made = net_from_table(
        [("甲", "1、3号楼"), ("乙", "2号楼"), ("丙", "7号楼")],
        COMMUNITY,
        houses,
        NAMES[:3],
        None,
        metric_crs=4547,
    )
    assert made.in_pieces == (0,) and made.polygons[0].geom_type == "MultiPolygon"
    assert made.empty == (2,) and made.polygons[2] is None


def test_a_table_that_names_no_building_is_refused() -> None:
    with pytest.raises(NothingAllotted) as refused:
        net([("甲", "77号楼")])
    assert refused.value.facts == {"unmatched": 1, "buildings": 6}
