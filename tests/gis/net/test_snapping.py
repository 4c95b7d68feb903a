"""Drawn lines that follow roads. Metres east and north of a corner, in EPSG:4547."""

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point

from gis.frames import MetricFrame
from gis.net.refusals import BadLine
from gis.net.snapping import snap_line
from tests.gis.net.test_edits import four, place
from tests.gis.net.test_edits import line as drawn

FRAME = MetricFrame.of(4547)
ORIGIN = FRAME.points([(112.85, 35.5)])[0]


def line(*metres: tuple[float, float]) -> LineString:
    return LineString(FRAME.lonlat(ORIGIN + np.array(metres, dtype=float)))


ROAD = line((0, 0), (300, 40), (600, 0), (1000, 0))


def test_a_rough_line_becomes_the_centreline_with_its_bits() -> None:
    rough = line((-50, 5), (290, 30), (610, 8), (1040, -6))
    found = snap_line(rough, [ROAD], metric_crs=4547)
    corners = {tuple(p) for p in shapely.get_coordinates(found.line).tolist()}
    assert corners >= {tuple(p) for p in shapely.get_coordinates(ROAD).tolist()[1:-1]}
    assert found.line.coords[0] == rough.coords[0] and found.line.coords[-1] == rough.coords[-1]
    assert found.along == pytest.approx(1005 / 1095, abs=0.03)  # the two loose ends are not on the road
    assert 5 < found.moved_m <= 20


def test_a_line_far_from_every_road_stays_as_it_was_drawn() -> None:
    rough = line((0, 100), (500, 120), (1000, 100))
    found = snap_line(rough, [ROAD, None, Point(0, 0)], metric_crs=4547)
    assert found.line.equals(rough) and (found.moved_m, found.along) == (0.0, 0.0)


def test_it_turns_from_one_road_into_another_at_their_crossing() -> None:
    along, down = line((0, 0), (1000, 0)), line((500, -500), (500, 500))
    found = snap_line(line((-10, 6), (490, 9), (508, -30), (509, -520)), [along, down], metric_crs=4547)
    assert found.line.distance(along.intersection(down)) < 2e-9  # where they cross in lon/lat
    assert found.along > 0.9


def test_it_leaves_the_road_where_the_drawn_line_does() -> None:
    found = snap_line(line((0, 5), (480, 5), (500, 300)), [line((0, 0), (1000, 0))], metric_crs=4547)
    assert 0.5 < found.along < 0.7  # about 480 of 780 m
    assert found.line.is_simple


def test_a_split_along_a_road_puts_the_border_on_its_centreline() -> None:
    road = drawn((0.5, -0.2), (0.51, 0.5), (0.5, 1.2))
    change = four().split_along("n1", drawn((0.507, -0.2), (0.495, 1.2)), [road], new_codes=("w", "e"))
    common = change.net.common_edges("w", "e")
    assert {vertex for edge in common for vertex in edge} >= {place(0.51, 0.5)}
    assert all(road.distance(Point(vertex)) < 2e-9 for edge in common for vertex in edge)


@pytest.mark.parametrize("tolerance", [0.0, -1.0, np.nan, np.inf])
def test_a_tolerance_that_is_none_is_refused(tolerance: float) -> None:
    with pytest.raises(BadLine):
        snap_line(ROAD, [ROAD], metric_crs=4547, tolerance_m=tolerance)
