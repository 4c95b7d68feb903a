import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from gis.coverage.widths import width_m


def _width(shape: shapely.Geometry) -> float:
    return float(width_m(np.array([shape], dtype=object))[0])


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (box(0, 0, 10, 4), 4.0),
        (Polygon([(0, 0), (3, 0), (0, 4)]), 2.0),  # legs 3 and 4: r = (3 + 4 - 5) / 2
        (shapely.Point(0, 0).buffer(5, quad_segs=64), 10.0),
        (box(0, 0, 1000, 0.001), 0.001),
        # An L of arms 2: the circle in the corner touches the two outer walls and the inner corner at
        # (2, 2), so r √2 + r = 2 √2.
        (Polygon([(0, 0), (10, 0), (10, 2), (2, 2), (2, 10), (0, 10)]), 4 * 2**0.5 / (1 + 2**0.5)),
    ],
)
def test_the_largest_circle_has_the_diameter_worked_out_by_hand(shape: Polygon, expected: float) -> None:
    assert _width(shape) == pytest.approx(expected, rel=0.003)


def test_a_ring_of_few_points_is_not_taken_for_inverted() -> None:
    # GEOS's buffer of -1.001 is empty here, but for points on the edges; a circle of radius 1.0458 fits.
    shape = Polygon([(0, 0), (0, 1), (0, 2), (0, 3), (3, 1), (2, 0)])
    assert _width(shape) == pytest.approx(2 * 1.0458, rel=0.003)


def test_a_shape_of_very_many_points_has_its_width() -> None:
    turn = np.linspace(0, 2 * np.pi, 40_000, endpoint=False)
    radius = 100 * (1 + 0.05 * np.sin(40 * turn))  # 40 bays reach in to 95 from the middle
    ring = np.column_stack([np.cos(turn), np.sin(turn)]) * radius[:, None]
    hole = np.column_stack([np.cos(turn[::-1]), np.sin(turn[::-1])]) * 40.0
    assert _width(Polygon(ring)) == pytest.approx(190, rel=0.003)
    # (95 - 40) between hole and a bay's tip; a little more between two tips, where the outline gives way
    assert _width(Polygon(ring, [hole])) == pytest.approx(55.4, rel=0.01)


def test_far_from_the_origin_nothing_is_lost() -> None:
    sliver = Polygon([(0, 0), (80, 60), (80.0003, 59.9996), (0.0003, -0.0004)])
    there = shapely.transform(sliver, lambda xy: xy + np.array([395_000.0, 3_930_000.0]))
    assert _width(there) == pytest.approx(0.0005, rel=0.01)


def test_nothing_has_no_width() -> None:
    assert _width(Polygon()) == 0.0
    assert width_m(np.empty(0, dtype=object)).shape == (0,)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=4, max_size=12, unique=True))
def test_the_width_is_that_of_geoss_own_search(corners: list[tuple[int, int]]) -> None:
    shape = shapely.concave_hull(shapely.MultiPoint(corners), ratio=0.4)
    if shape.geom_type == "Polygon" and shape.area > 1:
        radius = shapely.maximum_inscribed_circle(shape, tolerance=1e-4).length
        assert _width(shape) == pytest.approx(2 * radius, rel=0.004)
