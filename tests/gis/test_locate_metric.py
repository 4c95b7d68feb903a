"""Distances of `nearest` and `to_border`, against distances worked out in the metric frame itself."""

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from shapely.geometry import Point, Polygon, box

from gis.frames import MetricFrame, NotMetric
from gis.locate import GridIndex
from tests.oracles.nets import grouped, jittered_net, placed, spread_points

EPSG = 4547  # CGCS2000, 3-degree zone, central meridian 114°E
# Three grids of 0.01° around Jincheng, about 906 m by 1,109 m, side by side: 0 | 1 | 2
THREE = [box(west, 35.5, east, 35.51) for west, east in [(112.8, 112.81), (112.81, 112.82), (112.82, 112.83)]]


def _metres(lon: float, lat: float) -> tuple[float, float]:
    transformer = Transformer.from_crs(CRS(EPSG).geodetic_crs, EPSG, always_xy=True)
    x, y = transformer.transform(lon, lat)
    return float(x), float(y)


def _apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(Point(_metres(*a)).distance(Point(_metres(*b))))


def test_a_point_inside_is_its_own_nearest_at_zero_metres() -> None:
    positions, metres = GridIndex(THREE).nearest([(112.815, 35.505), (112.81, 35.505)], metric_crs=EPSG)
    assert positions.tolist() == [1, 0]
    assert metres.tolist() == [0.0, 0.0]


def test_a_point_outside_gets_the_nearest_polygon_and_its_distance() -> None:
    # 0.001° east of the right-hand corner, at its latitude: the corner (112.83, 35.5) is not quite nearest,
    # since parallels bend, but the distance along the edge differs by far less than a centimetre.
    positions, metres = GridIndex(THREE).nearest([(112.831, 35.505), (112.805, 35.499)], metric_crs=EPSG)
    assert positions.tolist() == [2, 0]
    assert metres[0] == pytest.approx(_apart((112.831, 35.505), (112.83, 35.505)), abs=0.02)
    assert metres[1] == pytest.approx(_apart((112.805, 35.499), (112.805, 35.5)), abs=0.02)


def test_equally_near_polygons_give_the_lowest_position() -> None:
    # Due south of the corner that 0 and 1 share.
    below = [(112.81, 35.4999)]
    assert GridIndex(THREE).nearest(below, metric_crs=EPSG)[0].tolist() == [0]
    assert GridIndex(THREE[::-1]).nearest(below, metric_crs=EPSG)[0].tolist() == [1]


def test_distance_to_the_own_border_and_who_lies_across() -> None:
    #   west of 0 lies nothing, between 0 and 1 a border, north of 1 nothing
    points = [(112.8001, 35.505), (112.8099, 35.505), (112.8101, 35.505), (112.815, 35.5099), (112.9, 35.5)]
    metres, neighbours = GridIndex(THREE).to_border(points, metric_crs=EPSG)
    assert neighbours.tolist() == [-1, 1, 0, -1, -1]
    east_west = _apart((112.8, 35.505), (112.8001, 35.505))
    north_south = _apart((112.815, 35.51), (112.815, 35.5099))
    expected = [east_west, east_west, east_west, north_south]
    assert metres[:4] == pytest.approx(expected, abs=0.01)
    assert np.isnan(metres[4])


def test_a_point_on_the_border_is_at_zero_metres_and_sees_the_other_side() -> None:
    metres, neighbours = GridIndex(THREE).to_border([(112.81, 35.505), (112.82, 35.502)], metric_crs=EPSG)
    assert neighbours.tolist() == [1, 2]
    assert metres == pytest.approx([0, 0], abs=1e-6)


def test_the_rim_of_a_hole_is_a_border() -> None:
    hole = box(112.804, 35.504, 112.806, 35.506)
    ring = Polygon(THREE[0].exterior, [hole.exterior])
    point = [(112.8039, 35.505)]
    assert GridIndex([ring]).to_border(point, metric_crs=EPSG)[1].tolist() == [-1]
    metres, neighbours = GridIndex([ring, hole]).to_border(point, metric_crs=EPSG)
    assert neighbours.tolist() == [1]
    assert metres == pytest.approx([_apart((112.8039, 35.505), (112.804, 35.505))], abs=0.01)


def test_neighbour_across_an_edge_that_almost_matches() -> None:
    # 1e-9° is 0.1 mm: the neighbour is still the neighbour.
    gap = 1e-9
    east = Polygon([(112.81 + gap, 35.5), (112.82, 35.5), (112.82, 35.51), (112.81 + gap, 35.51)])
    assert GridIndex([THREE[0], east]).to_border([(112.8099, 35.505)], metric_crs=EPSG)[1].tolist() == [1]


def test_points_that_are_none_and_nets_that_are_empty_have_no_distance() -> None:
    nan = float("nan")
    positions, metres = GridIndex(THREE).nearest([(nan, 35.5), (112.805, nan)], metric_crs=EPSG)
    assert positions.tolist() == [-1, -1] and np.isnan(metres).all()
    positions, metres = GridIndex([]).nearest([(112.8, 35.5)], metric_crs=EPSG)
    assert positions.tolist() == [-1] and np.isnan(metres).all()
    metres, neighbours = GridIndex(THREE).to_border([(nan, 35.5)], metric_crs=EPSG)
    assert neighbours.tolist() == [-1] and np.isnan(metres).all()


def test_a_crs_object_serves_and_a_frame_in_degrees_does_not() -> None:
    index = GridIndex(THREE)
    assert index.nearest([(112.805, 35.505)], metric_crs=CRS(EPSG))[0].tolist() == [0]
    with pytest.raises(NotMetric):
        index.nearest([(112.805, 35.505)], metric_crs=4326)


def test_one_place_by_the_kernel_is_what_many_are_by_shapely() -> None:
    """Holes, islands, multipolygons and bare land between them; on borders both give 0 m."""
    faces = jittered_net(300, seed=9)
    shapes = placed(grouped(faces, 40, seed=9), 0.05, 112.8, 35.5, lattice=1e-9)
    index = GridIndex(shapes)
    frame = MetricFrame(4547)
    corners = shapely.get_coordinates(shapes)[::97]
    points = np.vstack([spread_points(shapes, 600, seed=9), corners])
    owners = index.locate(points)
    points, owners = points[owners >= 0], owners[owners >= 0]
    metres, across = index.to_border(points, metric_crs=4547)
    differing = 0
    for place, owner, far, other in zip(frame.points(points), owners, metres, across, strict=True):
        found, neighbour = index.border_of(tuple(place), int(owner), metric_crs=4547)
        assert found == pytest.approx(far, abs=1e-6)
        differing += neighbour != other
    assert (across == -1).any() and len(np.unique(across)) > 20
    assert differing <= 0.002 * len(points)  # where two border points are equally near, either may be taken
