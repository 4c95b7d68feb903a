"""Edits on a net of four squares, with the numbers worked out by hand.

n3 | n4      each square has a side of 0.01°, about 1 km, its south-west corner at 112.80, 35.50
---+---      plus multiples of that; all lie in community c, unless a test says otherwise
n1 | n2
"""

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from gis.net import Buildings, Net
from gis.net.refusals import (
    AcrossCommunities,
    BadLine,
    BordersCross,
    BuildingInTheWay,
    CodeTaken,
    Disconnected,
    DoesNotCross,
    EditRefused,
    LeavesTheGrids,
    Locked,
    MovedTooFar,
    NotAdjacent,
    NotCurrent,
    NotEdgeMatched,
    NothingThere,
    Overlaps,
    TooManyParts,
    TooSmall,
    UnknownGrid,
)

WEST, SOUTH, SIDE = 112.8, 35.5, 0.01
METRIC = 4547


def place(x: float, y: float) -> tuple[float, float]:
    """A point in units of a square's side from the south-west corner, on the lattice."""
    return round(WEST + x * SIDE, 9), round(SOUTH + y * SIDE, 9)


def square(x: float, y: float, size: float = 1.0) -> Polygon:
    """A square drawn anticlockwise from its south-west corner."""
    return Polygon([place(x, y), place(x + size, y), place(x + size, y + size), place(x, y + size)])


def line(*points: tuple[float, float]) -> LineString:
    return LineString([place(x, y) for x, y in points])


def four(**kwargs: object) -> Net:
    shapes = [square(0, 0), square(1, 0), square(0, 1), square(1, 1)]
    return Net.from_polygons(["n1", "n2", "n3", "n4"], shapes, metric_crs=METRIC, **kwargs)  # type: ignore[arg-type]


def wkb(net: Net) -> dict[str, bytes]:
    return {code: shapely.to_wkb(face.shape) for code, face in net.faces.items()}


def test_the_net_gives_the_same_polygons_back() -> None:
    shapes = [square(0, 0), square(1, 0)]
    back = Net.from_polygons(["a", "b"], shapes, metric_crs=METRIC).polygons()
    assert [shapely.to_wkb(s) for s in back] == [shapely.to_wkb(s) for s in shapes]


def test_a_split_gives_the_left_code_the_left_side_and_nodes_the_neighbours() -> None:
    change = four().split("n1", line((0.5, -1), (0.5, 2)), new_codes=("west", "east"))
    assert change.net.faces["west"].shape.equals(box(*place(0, 0), *place(0.5, 1)))
    assert change.net.faces["east"].shape.equals(box(*place(0.5, 0), *place(1, 1)))
    assert "n1" not in change.net.faces
    assert change.changed == ("east", "n1", "west")
    assert change.noded == ("n3",)  # the line meets n3's border once; n2 is not touched
    assert place(0.5, 1) in change.net.faces["n3"].vertices
    assert place(0.5, 2) not in change.net.faces["n3"].vertices  # the loose end leaves no trace
    halves = change.after
    assert halves["west"].area_m2 == pytest.approx(change.before["n1"].area_m2 / 2, rel=1e-4)


def test_undoing_a_split_gives_back_every_bit() -> None:
    net = four()
    change = net.split("n1", line((0.31, -1), (0.77, 2)), new_codes=("n1", "new"))
    assert wkb(change.net.restore(change.inverse).net) == wkb(net)


def test_undoing_an_undo_is_the_edit_again() -> None:
    change = four().merge(["n1", "n2"], keep="n1")
    undone = change.net.restore(change.inverse)
    assert wkb(undone.net.restore(undone.inverse).net) == wkb(change.net)


def test_an_inverse_is_refused_where_its_grids_have_moved_on() -> None:
    first = four().split("n1", line((0.5, -1), (0.5, 2)), new_codes=("n1", "new"))
    second = first.net.merge(["n1", "n3"], keep="n1")
    with pytest.raises(NotCurrent):
        second.net.restore(first.inverse)


def test_a_merge_keeps_the_chosen_code_and_drops_the_common_border() -> None:
    change = four().merge(["n1", "n3"], keep="n3")
    assert set(change.net.faces) == {"n2", "n3", "n4"}
    assert change.net.faces["n3"].shape.equals(box(*place(0, 0), *place(1, 2)))


def test_merging_all_leaves_the_outline() -> None:
    change = four().merge(["n1", "n2", "n3", "n4"], keep="n1")
    assert change.net.faces["n1"].shape.equals(box(*place(0, 0), *place(2, 2)))


def test_a_redrawn_border_moves_ground_from_one_side_to_the_other() -> None:
    net = four()
    change = net.redraw("n1", "n2", line((1, 0), (1.5, 0.5), (1, 1)))
    # the bulge is a triangle of base 1 and height 0.5: a quarter of a square
    assert change.after["n1"].area_m2 == pytest.approx(1.25 * change.before["n1"].area_m2, rel=1e-3)
    total = change.after["n1"].area_m2 + change.after["n2"].area_m2
    assert total == pytest.approx(change.before["n1"].area_m2 + change.before["n2"].area_m2, abs=0.01)


def test_a_redrawn_border_may_be_drawn_from_either_end() -> None:
    net = four()
    up = net.redraw("n1", "n2", line((1, 0), (1.2, 0.5), (1, 1)))
    down = net.redraw("n1", "n2", line((1, 1), (1.2, 0.5), (1, 0)))
    assert up.net.faces["n1"].shape.equals(down.net.faces["n1"].shape)


def test_a_moved_node_takes_every_border_along() -> None:
    change = four().move_node(place(1, 1), place(1.1, 1.2))
    assert change.changed == ("n1", "n2", "n3", "n4")
    assert all(place(1.1, 1.2) in face.vertices for face in change.net.faces.values())
    assert shapely.coverage_is_valid(change.net.polygons().to_numpy())


def test_a_carved_grid_takes_its_part_of_each_neighbour() -> None:
    net = four()
    change = net.carve(square(0.5, 0.5), new_code="new")
    assert change.net.faces["new"].shape.equals(square(0.5, 0.5))
    for code in ("n1", "n2", "n3", "n4"):
        share = change.after[code].area_m2 / change.before[code].area_m2
        assert share == pytest.approx(0.75, rel=1e-3)


def test_a_carved_enclave_leaves_a_hole() -> None:
    change = four().carve(square(0.2, 0.2, 0.5), new_code="park")
    assert len(change.net.faces["n1"].shape.interiors) == 1
    assert shapely.coverage_is_valid(change.net.polygons().to_numpy())


def test_reassigned_ground_joins_the_neighbour() -> None:
    change = four().reassign(square(0.8, 0.4, 0.2), to="n2")
    assert change.net.faces["n2"].shape.equals(shapely.union(square(1, 0), square(0.8, 0.4, 0.2)))


def test_bare_land_is_covered_up_to_the_neighbours() -> None:
    net = Net.from_polygons(["n1"], [square(0, 0)], metric_crs=METRIC)
    change = net.cover(
        Polygon([place(1, 0.25), place(2, 0.25), place(2, 0.75), place(1, 0.75)]), new_code="n2"
    )
    assert place(1, 0.25) in change.net.faces["n1"].vertices  # the neighbour gets the corners as nodes
    assert shapely.coverage_is_valid(change.net.polygons().to_numpy())


def test_a_border_is_led_around_a_building_which_stays_whole() -> None:
    # a house across the line x = 0.5, with 0.06 of its 0.1 on the west side
    house = Polygon([place(0.44, 0.4), place(0.54, 0.4), place(0.54, 0.5), place(0.44, 0.5)])
    net = four(buildings=Buildings.of([house], [7]))
    change = net.split("n1", line((0.5, -1), (0.5, 2)), new_codes=("west", "east"))
    assert change.after["west"].households == 7
    assert change.after["east"].households == 0
    assert change.net.faces["west"].shape.covers(house)
    # led 0.04 of a square's side aside: 0.0004° of longitude here are about 36.3 m
    assert change.moved_m == pytest.approx(36.3, abs=0.3)


def test_a_border_may_run_along_a_party_wall() -> None:
    west = Polygon([place(0.4, 0.4), place(0.5, 0.4), place(0.5, 0.5), place(0.4, 0.5)])
    east = Polygon([place(0.5, 0.4), place(0.6, 0.4), place(0.6, 0.5), place(0.5, 0.5)])
    net = four(buildings=Buildings.of([west, east], [1, 2]))
    change = net.split("n1", line((0.5, -1), (0.5, 2)), new_codes=("west", "east"))
    assert change.moved_m == 0.0
    assert (change.after["west"].households, change.after["east"].households) == (1, 2)


def test_a_drawn_polygon_is_led_around_a_building_and_says_how_far() -> None:
    # the drawn west wall runs at x = 0.5; the house has 0.06 of its 0.1 inside it and is taken whole
    house = Polygon([place(0.46, 0.4), place(0.56, 0.4), place(0.56, 0.5), place(0.46, 0.5)])
    net = four(buildings=Buildings.of([house], [7]))
    block = box(*place(0.5, 0.3), *place(1, 0.7))
    for change, code in (
        (net.carve(block, new_code="new"), "new"),
        (net.reassign(block, to="n2"), "n2"),
    ):
        assert change.net.faces[code].shape.covers(house)
        assert change.moved_m == pytest.approx(36.3, abs=0.3)  # 0.0004° of longitude
    for edit in (
        lambda most: net.carve(block, new_code="new", most_moved_m=most),
        lambda most: net.reassign(block, to="n2", most_moved_m=most),
    ):
        with pytest.raises(MovedTooFar) as refused:
            edit(36.0)
        assert refused.value.facts["moved_m"] == pytest.approx(36.3, abs=0.3)
        assert house.boundary.covers(refused.value.place)
        assert edit(37.0).moved_m > 36.0


def test_a_house_where_the_polygon_makes_no_border_leads_nothing_aside() -> None:
    # half of the block is the receiver's own ground already, and the house stands there
    house = Polygon([place(1.46, 0.4), place(1.56, 0.4), place(1.56, 0.5), place(1.46, 0.5)])
    net = four(buildings=Buildings.of([house], [7]))
    assert net.reassign(box(*place(0.5, 0.3), *place(1.5, 0.7)), to="n2").moved_m == 0.0


def test_overlapping_footprints_are_one_to_a_border() -> None:
    a = Polygon([place(0.30, 0.4), place(0.52, 0.4), place(0.52, 0.5), place(0.30, 0.5)])
    b = Polygon([place(0.48, 0.4), place(0.60, 0.4), place(0.60, 0.5), place(0.48, 0.5)])
    net = four(buildings=Buildings.of([a, b], [1, 2]))
    change = net.split("n1", line((0.5, -1), (0.5, 2)), new_codes=("west", "east"))
    assert change.after["west"].households == 3  # 0.20 of their 0.30 lie west


def test_a_border_between_two_parts_of_one_building_does_not_part_them() -> None:
    # 0.10 wide west of the line, 0.05 east of it: both go west
    house = MultiPolygon([square(0.3, 0.45, 0.1), square(0.6, 0.48, 0.05)])
    net = four(buildings=Buildings.of([house], [4]))
    change = net.split("n1", line((0.5, -1), (0.5, 2)), new_codes=("west", "east"), most_moved_m=200)
    assert change.net.faces["west"].shape.covers(house)
    assert change.moved_m == pytest.approx(0.15 * 907, abs=2)  # to the east wall of the smaller part
    assert change.after["east"].households == 0


def split(net: Net, drawn: LineString) -> object:
    return net.split("n1", drawn, new_codes=("n1", "x"))


ALONG = np.linspace(112, 113, 100_000)
CROSSING = [(0.1, -0.5), (0.2, 0.5), (0.3, -0.5), (0.4, 0.5), (0.5, -0.5)]
ROUGH_CASES: list[tuple[str, type[EditRefused], object]] = [
    ("misses", DoesNotCross, lambda n: split(n, line((5, 5), (6, 6)))),
    ("ends inside", DoesNotCross, lambda n: split(n, line((-1, 0.5), (0.5, 0.5)))),
    ("touches", DoesNotCross, lambda n: split(n, line((-1, -1), (0, 0), (-1, 1)))),
    ("runs along", DoesNotCross, lambda n: split(n, line((0, -1), (0, 2)))),
    ("cuts thrice", TooManyParts, lambda n: split(n, line(*CROSSING))),
    (
        "crosses itself",
        BadLine,
        lambda n: split(n, line((-1, 0.5), (2, 0.5), (0.5, 2), (0.5, -1))),
    ),
    (
        "no number",
        BadLine,
        lambda n: split(n, LineString([(WEST, SOUTH), (np.nan, SOUTH)])),
    ),
    (
        "in metres",
        BadLine,
        lambda n: split(n, LineString([(395659.0, 3930000.0), (395700.0, 3930000.0)])),
    ),
    (
        "100,000 vertices",
        BadLine,
        lambda n: split(n, LineString(np.c_[ALONG, 0 * ALONG + 35.505])),
    ),
    ("empty", BadLine, lambda n: split(n, LineString())),
    ("unknown grid", UnknownGrid, lambda n: n.split("n9", line((0.5, -1), (0.5, 2)), new_codes=("n1", "x"))),
    ("taken code", CodeTaken, lambda n: n.split("n1", line((0.5, -1), (0.5, 2)), new_codes=("n1", "n2"))),
    ("same codes", CodeTaken, lambda n: n.split("n1", line((0.5, -1), (0.5, 2)), new_codes=("x", "x"))),
    (
        "under the minimum",
        TooSmall,
        lambda n: n.split("n1", line((0.5, -1), (0.5, 2)), new_codes=("n1", "x"), minimum_m2=1e6),
    ),
    ("corner to corner", NotAdjacent, lambda n: n.merge(["n1", "n4"], keep="n1")),
    ("one grid", NothingThere, lambda n: n.merge(["n1", "n1"], keep="n1")),
    ("keeps a stranger", UnknownGrid, lambda n: n.merge(["n1", "n2"], keep="n3")),
    ("no border", NotAdjacent, lambda n: n.redraw("n1", "n4", line((1, 0), (1, 1)))),
    ("one side", NotAdjacent, lambda n: n.redraw("n1", "n1", line((1, 0), (1, 1)))),
    ("leaves both", LeavesTheGrids, lambda n: n.redraw("n1", "n2", line((1, 0), (1.5, 1.5), (1, 1)))),
    ("same border", NothingThere, lambda n: n.redraw("n1", "n2", line((1, 0), (1, 1)))),
    ("outer vertex", AcrossCommunities, lambda n: n.move_node(place(0, 0), place(0.1, 0.1))),
    ("no vertex", UnknownGrid, lambda n: n.move_node(place(0.3, 0.3), place(0.1, 0.1))),
    ("flips a face", BordersCross, lambda n: n.move_node(place(1, 1), place(2.5, 1))),
    ("onto a vertex", BordersCross, lambda n: n.move_node(place(1, 1), place(1, 0))),
    ("nowhere", NothingThere, lambda n: n.move_node(place(1, 1), place(1, 1))),
    ("cuts off", Disconnected, lambda n: n.carve(box(*place(0.4, -0.5), *place(0.6, 1.5)), new_code="x")),
    ("swallows", TooSmall, lambda n: n.carve(box(*place(-1, -1), *place(1.5, 1.5)), new_code="x")),
    ("carves nothing", NothingThere, lambda n: n.carve(square(7, 7), new_code="x")),
    ("carves a taken code", CodeTaken, lambda n: n.carve(square(0.2, 0.2, 0.5), new_code="n2")),
    ("far away", Disconnected, lambda n: n.reassign(square(0.2, 0.2, 0.2), to="n4")),
    ("covers the covered", Overlaps, lambda n: n.cover(square(0.5, 0.5), new_code="x")),
]  # fmt: skip


@pytest.mark.parametrize(("refusal", "edit"), [c[1:] for c in ROUGH_CASES], ids=[c[0] for c in ROUGH_CASES])
def test_a_rough_edit_is_refused_by_name_and_leaves_the_net(refusal: type[EditRefused], edit: object) -> None:
    net = four()
    before = wkb(net)
    with pytest.raises(refusal):
        edit(net)  # type: ignore[operator]
    assert wkb(net) == before


def test_a_refusal_carries_its_place_and_facts() -> None:
    with pytest.raises(Overlaps) as refused:
        four().cover(square(0.5, 0.5), new_code="x")
    assert refused.value.facts["grid"] == "n1"
    assert refused.value.facts["area_m2"] == pytest.approx(251_000, rel=0.02)
    assert refused.value.place.equals(box(*place(0.5, 0.5), *place(1, 1)))


def test_borders_between_communities_move_only_when_unlocked() -> None:
    net = four(communities={"n1": "c", "n2": "d", "n3": "c", "n4": "d"})
    border = line((1, 0), (1.2, 0.5), (1, 1))
    for edit in (
        lambda **k: net.redraw("n1", "n2", border, **k),
        lambda **k: net.merge(["n1", "n2"], keep="n1", **k),
        lambda **k: net.move_node(place(1, 1), place(1.1, 1.1), **k),
        lambda **k: net.reassign(square(0.8, 0.4, 0.2), to="n2", **k),
    ):
        with pytest.raises(AcrossCommunities):
            edit()
        edit(unlocked=True)


def test_a_locked_grid_keeps_its_ground_but_takes_nodes() -> None:
    net = four(locked=["n3"])
    with pytest.raises(Locked):
        net.merge(["n1", "n3"], keep="n1")
    assert net.split("n1", line((0.5, -1), (0.5, 2)), new_codes=("n1", "x")).noded == ("n3",)


def test_a_building_in_every_way_refuses_the_border() -> None:
    net = four(buildings=Buildings.of([square(0, 0)], [1]))  # a hall as large as its grid
    with pytest.raises(BuildingInTheWay):
        net.split("n1", line((0.5, -1), (0.5, 2)), new_codes=("n1", "x"))


@pytest.mark.parametrize(
    "shapes",
    [
        [square(0, 0), square(0.9, 0)],
        [square(0, 0), square(0, 0)],
        [square(0, 0), Polygon([place(1, 0), place(2, 0), place(2, 0.5), place(1, 0.5)])],
        [square(0, 0), Polygon([place(2, 2), place(3, 3), place(3, 2), place(2, 3)])],
        [square(0, 0), Polygon()],
        [square(0, 0), Point(place(3, 3))],
        [square(0, 0), shapely.transform(square(1, 0), lambda xy: xy + 1.5e-10)],
    ],
    ids=["overlap", "twice", "unmatched", "crossing itself", "empty", "a point", "off the lattice"],
)
def test_what_is_no_net_is_refused(shapes: list[shapely.Geometry]) -> None:
    with pytest.raises(NotEdgeMatched):
        Net.from_polygons(["a", "b"], shapes, metric_crs=METRIC)
