"""A line or a ring that cannot be meant, in every edit that takes one: refused by name, with its place.

The net is the one of `test_edits`: four squares of 0.01°, n1 in the south-west.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point, Polygon, box

from gis.net import Buildings, EditRefused, Net
from gis.net.refusals import AcrossCommunities, BadLine, DoesNotCross, LeavesTheGrids
from tests.gis.net.test_edits import SOUTH, WEST, four, line, place, square, wkb


def wave(vertices: int) -> LineString:
    """From west to east through n1 in 100 waves."""
    t = np.linspace(0, 1, vertices)
    return LineString(np.c_[WEST - 0.001 + 0.012 * t, SOUTH + 0.005 + 0.002 * np.sin(200 * np.pi * t)])


def _split(net: Net, drawn: LineString) -> object:
    return net.split("n1", drawn, new_codes=("n1", "x"))


LineEdit: TypeAlias = Callable[[Net, LineString], object]
RingEdit: TypeAlias = Callable[[Net, Polygon], object]

LINES: list[LineEdit] = [
    _split,
    lambda net, drawn: net.split_along("n1", drawn, [line((0, 0.5), (1, 0.5))], new_codes=("n1", "x")),
    lambda net, drawn: net.redraw("n1", "n2", drawn),
]
RINGS: list[RingEdit] = [
    lambda net, ring: net.carve(ring, new_code="x"),
    lambda net, ring: net.reassign(ring, to="n2"),
    lambda net, ring: net.cover(ring, new_code="x"),
]


def refused(edit: Callable[[Net], object], net: Net | None = None) -> EditRefused:
    net = net or four()
    before = wkb(net)
    with pytest.raises(EditRefused) as found:
        edit(net)
    assert wkb(net) == before
    return found.value


@pytest.mark.parametrize(
    ("drawn", "why", "where"),
    [
        (line((3, 0.5), (4, 0.5)), "misses the grid by 1815 m", line((3, 0.5), (1, 0.5))),
        (line((-1, -1), (0, 0), (-1, 1)), "touches the border or runs along it", None),
        (line((0, -1), (0, 2)), "touches the border or runs along it", None),
        (line((-1, 0.5), (0.5, 0.5)), "ends inside", None),
    ],
)  # fmt: skip
def test_a_line_that_does_not_cross_says_why(drawn: LineString, why: str, where: LineString | None) -> None:
    refusal = refused(lambda net: _split(net, drawn))
    assert isinstance(refusal, DoesNotCross) and why in str(refusal)
    assert refusal.place is not None and refusal.place.equals(where or drawn)


def test_a_line_in_another_datum_misses_by_as_much_as_the_datums_differ() -> None:
    # GCJ-02 lies 552 to 591 m east of WGS 84 here: a house-sized grid is missed by nearly all of that
    tiny = Net.from_polygons(["n1"], [square(0, 0, 0.1)], metric_crs=4547)
    drawn = LineString([(WEST + 0.0061 + 0.0005, SOUTH - 0.001), (WEST + 0.0061 + 0.0005, SOUTH + 0.002)])
    refusal = refused(lambda net: _split(net, drawn), tiny)
    assert refusal.facts["away_m"] == pytest.approx(508, abs=3)  # 0.0056° of longitude


@pytest.mark.parametrize("edit", LINES)
def test_a_line_that_crosses_itself_is_refused_where_it_does(
    edit: LineEdit,
) -> None:
    loop = line((-1, 0.5), (2, 0.5), (0.5, 2), (0.5, -1))
    assert refused(lambda net: edit(net, loop)).place == Point(place(0.5, 0.5))
    spike = line((-1, 0.5), (0.6, 0.5), (0.4, 0.5), (2, 0.6))
    stretch = refused(lambda net: edit(net, spike)).place
    assert stretch is not None and stretch.equals(line((0.4, 0.5), (0.6, 0.5)))


@pytest.mark.parametrize("edit", LINES)
def test_a_line_of_no_numbers_names_the_vertex(edit: LineEdit) -> None:
    for bad in (np.nan, np.inf, -np.inf):
        with np.errstate(invalid="ignore"):
            drawn = LineString([place(-1, 0.5), place(0.3, 0.5), (WEST + 0.005, bad), place(2, 0.5)])
        refusal = refused(lambda net, drawn=drawn: edit(net, drawn))
        assert isinstance(refusal, BadLine) and "vertex 3" in str(refusal)
        assert refusal.facts == {"vertex": 2} and refusal.place == Point(place(0.3, 0.5))


@pytest.mark.parametrize("edit", LINES)
def test_a_line_that_is_not_in_degrees_says_so(edit: LineEdit) -> None:
    metres = refused(lambda net: edit(net, LineString([(395659.0, 3930000.0), (395700.0, 3930000.0)])))
    assert isinstance(metres, BadLine) and "vertex 1" in str(metres) and "lon/lat degrees" in str(metres)
    swapped = refused(
        lambda net: edit(net, shapely.transform(line((-1, 0.5), (2, 0.5)), lambda xy: xy[:, ::-1]))
    )
    assert isinstance(swapped, BadLine) and "swapped" in str(swapped)
    assert swapped.place == Point(place(-1, 0.5))


@pytest.mark.parametrize("edit", LINES)
def test_a_line_of_100_000_vertices_is_refused_with_its_extent(
    edit: LineEdit,
) -> None:
    refusal = refused(lambda net: edit(net, wave(100_000)))
    assert isinstance(refusal, BadLine) and refusal.facts == {"vertices": 100_000}
    assert refusal.place is not None and shapely.get_num_coordinates(refusal.place) == 5


def test_a_long_line_is_cut_as_drawn() -> None:
    change = four().split("n1", wave(5_000), new_codes=("west", "east"))
    assert len(change.net.faces["west"].shape.exterior.coords) > 0.8 * 5_000
    assert wkb(change.net.restore(change.inverse).net) == wkb(four())


@pytest.mark.parametrize("edit", RINGS)
def test_a_ring_is_refused_like_a_line(edit: RingEdit) -> None:
    bow = Polygon([place(0.2, 0.2), place(0.6, 0.6), place(0.6, 0.2), place(0.2, 0.6)])
    assert refused(lambda net: edit(net, bow)).place == Point(place(0.4, 0.4))
    with np.errstate(invalid="ignore"):
        holed = Polygon([place(0.2, 0.2), (np.nan, SOUTH), place(0.6, 0.6)])
    assert refused(lambda net: edit(net, holed)).place == Point(place(0.2, 0.2))
    turn = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    circle = Polygon(np.array(place(0.5, 0.5)) + 0.001 * np.c_[np.cos(turn), np.sin(turn)])
    assert refused(lambda net: edit(net, circle)).facts == {"vertices": 100_001}
    assert isinstance(refused(lambda net: edit(net, box(395659, 3930000, 395700, 3930100))), BadLine)
    flat = Polygon([place(0.2, 0.2), place(0.6, 0.2), place(0.4, 0.2)])
    assert isinstance(refused(lambda net: edit(net, flat)), BadLine)


def test_a_ring_beside_buildings_is_checked_before_they_are() -> None:

    net = four(buildings=Buildings.of([square(0.35, 0.35, 0.1)], [3]))
    bow = Polygon([place(0.2, 0.2), place(0.6, 0.6), place(0.6, 0.2), place(0.2, 0.6)])
    assert refused(lambda net: net.carve(bow, new_code="x"), net).place == Point(place(0.4, 0.4))


def test_a_line_that_leaves_the_community_is_refused_with_the_ground_beyond() -> None:
    net = four(communities={"n1": "c", "n2": "d", "n3": "c", "n4": "d"})
    refusal = refused(lambda net: net.carve(square(0.5, 0.2, 0.6), new_code="x"), net)
    assert isinstance(refusal, AcrossCommunities)
    assert refusal.place is not None and refusal.place.equals(square(1, 0))
    # a redrawn border inside its community that bulges into the next one
    refusal = refused(lambda net: net.redraw("n1", "n3", line((0, 1), (1.5, 1.2), (1, 1))), net)
    assert isinstance(refusal, LeavesTheGrids) and refusal.place is not None
    # a split only reaches as far as its grid: the ends beyond leave no trace in the other community
    assert net.split("n1", line((-1, 0.5), (3, 0.5)), new_codes=("n1", "x")).noded == ("n2",)
