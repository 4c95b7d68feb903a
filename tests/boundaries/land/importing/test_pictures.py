"""Shapes of faults in a report: drawn as they are where they are plain, with fewer corners where not."""

import json

import numpy as np
import pytest
import shapely

from boundaries.land.importing.pictures import MOST_CORNERS, MOST_IN_ALL, pictures
from tests.boundaries import towns


def wreath(corners: int, *, radius: float = 0.002) -> shapely.Polygon:
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    wave = radius * (1 + 0.05 * np.sin(40 * turn))
    return shapely.Polygon(np.column_stack([112.8 + wave * np.cos(turn), 35.5 + wave * np.sin(turn)]))


def test_a_plain_shape_is_drawn_as_it_is() -> None:
    overlap = towns.box(15, 0, 15.5, 10)
    border = shapely.LineString([towns.at(0, 0), towns.at(0, 5.005)])
    for shape in (overlap, border, shapely.MultiLineString([border, border.reverse()])):
        (drawn,) = pictures([shape])
        assert drawn is not None
        back = shapely.from_geojson(json.dumps(drawn))
        assert shapely.equals_exact(back, shape, tolerance=1e-8)


def test_a_fine_shape_has_fewer_corners_and_covers_about_the_same_ground() -> None:
    shape = wreath(20_000)
    (drawn,) = pictures([shape])
    back = shapely.from_geojson(json.dumps(drawn))
    assert shapely.get_num_coordinates(back) <= MOST_CORNERS
    assert back.symmetric_difference(shape).area < 0.05 * shape.area


def test_dust_of_many_parts_is_drawn_as_its_frame() -> None:
    dust = shapely.MultiPolygon([towns.box(x, 0, x + 0.4, 0.4) for x in range(100)])
    (drawn,) = pictures([dust])
    assert shapely.from_geojson(json.dumps(drawn)).bounds == pytest.approx(dust.bounds, abs=1e-8)


def test_a_report_is_full_at_some_point_and_what_has_no_shape_stays_without_one() -> None:
    shapes = [wreath(MOST_CORNERS - 1) for _ in range(2 * MOST_IN_ALL // MOST_CORNERS)]
    told = pictures([None, shapely.Polygon(), shapely.Point(np.nan, 1), *shapes])
    assert told[:3] == [None, None, None]
    drawn = [each for each in told if each is not None]
    assert 0 < len(drawn) < len(shapes)
    assert told[3 : 3 + len(drawn)] == drawn  # the first ones, which are the largest
    corners = sum(shapely.get_num_coordinates(shapely.from_geojson(json.dumps(each))) for each in drawn)
    assert corners <= MOST_IN_ALL
