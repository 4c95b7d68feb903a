"""Drawn polygons whose outline follows roads. Metres east and north of a corner, in EPSG:4547."""

import numpy as np
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon

from gis.frames import MetricFrame
from gis.net.polygon_snapping import snap_polygon
from gis.net.refusals import BadLine
from tests.gis.net.test_snapping import FRAME, ORIGIN, line


def polygon(*metres: tuple[float, float], holes: tuple[Polygon, ...] = ()) -> Polygon:
    shell = FRAME.lonlat(ORIGIN + np.array(metres, dtype=float))
    return Polygon(shell, [hole.exterior for hole in holes])


# two streets from west to east and two from south to north, 400 m apart; between them the block
STREETS = [
    line((-300, 0), (700, 0)),
    line((-300, 400), (700, 400)),
    line((0, -300), (0, 700)),
    line((400, -300), (400, 700)),
]
BLOCK = shapely.get_parts(shapely.polygonize([shapely.union_all(STREETS)]))[0]


def metres2(shape: shapely.Geometry) -> float:
    return float(MetricFrame.of(4547).area_m2([shape])[0])


def test_a_block_drawn_roughly_becomes_the_block_between_its_streets() -> None:
    rough = polygon((9, -7), (391, 8), (408, 395), (-6, 411))
    found = snap_polygon(rough, STREETS, metric_crs=4547)
    assert metres2(found.polygon.symmetric_difference(BLOCK)) < 1.0  # of 160,000 m²
    assert found.along > 0.99 and 5 < found.moved_m <= 20


def test_only_the_side_beside_a_road_moves_and_the_other_corners_keep_their_bits() -> None:
    rough = polygon((50, 6), (350, -5), (350, 200), (50, 200))
    found = snap_polygon(rough, STREETS[:1], metric_crs=4547)
    corners = {tuple(p) for p in shapely.get_coordinates(found.polygon).tolist()}
    assert {tuple(p) for p in shapely.get_coordinates(rough).tolist()[2:4]} <= corners
    south = shapely.intersection(found.polygon.boundary, STREETS[0].buffer(3e-9))
    assert FRAME.length_m([south])[0] == pytest.approx(300, abs=25)
    assert found.along == pytest.approx(300 / 1000, abs=0.03)


def test_a_hole_follows_the_streets_too() -> None:
    hole = polygon((10, 8), (390, 8), (393, 394), (7, 390))
    rough = polygon((-900, -900), (1300, -900), (1300, 1300), (-900, 1300), holes=(hole,))
    found = snap_polygon(rough, STREETS, metric_crs=4547)
    assert metres2(Polygon(found.polygon.interiors[0]).symmetric_difference(BLOCK)) < 1.0
    assert found.polygon.exterior.equals(rough.exterior)


def test_far_from_every_road_it_stays_as_it_was_drawn() -> None:
    rough = polygon((100, 100), (300, 110), (290, 300))
    found = snap_polygon(rough, [*STREETS, None], metric_crs=4547)
    assert found.polygon.equals_exact(rough, 0.0) and (found.moved_m, found.along) == (0.0, 0.0)


def test_what_is_narrower_than_the_tolerance_is_refused_with_its_place() -> None:
    strip = polygon((50, 3), (350, 3), (350, 13), (50, 13))
    with pytest.raises(BadLine) as refused:
        snap_polygon(strip, STREETS, metric_crs=4547)
    assert refused.value.place is not None and refused.value.place.intersects(strip)
    found = snap_polygon(strip, STREETS, metric_crs=4547, tolerance_m=2.0)  # no street within two metres
    assert found.polygon.equals(strip)


@pytest.mark.parametrize("tolerance", [0.0, -1.0, np.nan, np.inf])
def test_a_tolerance_that_is_none_is_refused(tolerance: float) -> None:
    with pytest.raises(BadLine):
        snap_polygon(BLOCK, STREETS, metric_crs=4547, tolerance_m=tolerance)


def _drawn_near(errors: NDArray[np.float64], start: int) -> Polygon:
    """The corners of the block and two places on each side, each off by (12, 2) metres, begun anywhere."""
    corners = FRAME.points(BLOCK.exterior.coords[:-1])
    ahead = np.roll(corners, -1, axis=0)
    truth = np.stack([corners, corners + (ahead - corners) / 3, ahead + (corners - ahead) / 3], axis=1)
    return Polygon(FRAME.lonlat(np.roll(truth.reshape(-1, 2) + errors, start, axis=0)))


def test_of_three_hundred_rough_drawings_nearly_all_become_the_block_and_none_is_far_from_it() -> None:
    random = np.random.default_rng(20)
    off = []
    for _ in range(300):
        rough = _drawn_near(random.uniform(-9, 9, (12, 2)), int(random.integers(12)))
        found = snap_polygon(rough, STREETS, metric_crs=4547)
        off.append(metres2(found.polygon.symmetric_difference(BLOCK)))
    assert np.quantile(off, 0.99) < 1.0
    assert max(off) < 40.0  # of 160,000 m²: a tip where the ring was opened


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=12, max_size=12), st.integers(0, 11))
def test_however_it_was_drawn_near_the_streets_it_is_the_block_or_refused(
    errors: list[tuple[float, float]], start: int
) -> None:
    try:
        found = snap_polygon(_drawn_near(np.array(errors), start), STREETS, metric_crs=4547)
    except BadLine as refused:
        assert "onto itself" in str(refused)
        return
    assert metres2(found.polygon.symmetric_difference(BLOCK)) < 360.0
    assert LineString(found.polygon.exterior).is_simple
