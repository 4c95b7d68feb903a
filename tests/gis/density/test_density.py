"""Counts, rates, breaks, cells and surfaces, by hand and against slow ways."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from gis.density import (
    bands,
    class_breaks,
    class_of,
    counts_in,
    even_breaks,
    hexagons,
    kernel_surface,
    kernel_surfaces,
    per_km2,
    per_thousand,
    smoothed,
    squares,
)
from gis.frames import MetricFrame

JINCHENG = 4547
SEVEN = np.array([[112.85 + k * 1e-3, 35.5] for k in range(7)])


def test_points_are_counted_by_cell_and_bucket_and_strays_by_none() -> None:
    counts = counts_in([0, 1, 1, -1, 5, 1], [0, 0, 1, 0, 0, 9], cells=2, buckets=2)
    assert counts.tolist() == [[1, 1], [0, 1]]
    assert counts_in([0, 1], [0, 0], cells=2, buckets=1, weights=[0.5, 2]).tolist() == [[0.5, 2]]
    assert counts_in([], [], cells=3, buckets=2).tolist() == [[0, 0, 0], [0, 0, 0]]


def test_a_rate_over_nothing_is_no_value() -> None:
    assert per_km2([5, 5], [2_000_000, 0])[0] == 2.5
    assert np.isnan(per_km2([5], [0])[0])
    rates = per_thousand([3, 0, 7], [1500, 10, 0])
    assert rates[:2].tolist() == [2.0, 0.0] and np.isnan(rates[2])


def test_a_rate_over_few_households_is_drawn_to_the_mean_more_than_one_over_many() -> None:
    # the mean is 40 / 4,020; both extremes are raw rates of 10 times that
    rates = smoothed([0, 20, 2, 18], [1000, 2000, 20, 1000])
    raw = np.array([0, 0.01, 0.1, 0.018])
    mean = 40 / 4020
    assert mean < rates[2] < raw[2]
    assert abs(rates[2] - mean) / abs(raw[2] - mean) < abs(rates[3] - mean) / abs(raw[3] - mean)
    assert np.isnan(smoothed([1, 2], [0, 10])[0])
    assert smoothed([0, 0], [10, 20]).tolist() == [0, 0]


@given(st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=60))
@example([5e-324])
def test_every_positive_value_has_a_class_and_zero_has_none(values: list[float]) -> None:
    breaks = class_breaks(values)
    classes = class_of(values, breaks)
    assert (np.diff(breaks) > 0).all()
    for value, found in zip(values, classes.tolist(), strict=True):
        assert (found == 0) == (value == 0)
        assert found <= len(breaks)
        if found > 0:
            assert value <= breaks[found - 1] and (found == 1 or value > breaks[found - 2])


def test_a_legend_has_round_numbers_and_no_value_has_no_class() -> None:
    assert class_breaks([0, np.nan, -1]).tolist() == []
    breaks = class_breaks(np.arange(1, 1235))
    assert breaks.tolist() == [210, 420, 620, 830, 1100, 1300]
    assert class_of([np.nan, 0, 210, 211], breaks).tolist() == [-1, 0, 1, 2]


def test_hexagons_hold_their_points() -> None:
    cells = hexagons(np.vstack([SEVEN, [[np.nan, 35.5]]]), 9, metric_crs=JINCHENG)
    assert cells.of_point[-1] == -1
    assert cells.codes == sorted(cells.codes)
    inside = shapely.contains_xy(cells.shapes[cells.of_point[:-1]], SEVEN[:, 0], SEVEN[:, 1])
    assert inside.all()
    assert 80_000 < cells.area_m2.mean() < 130_000  # an H3 cell of resolution 9 has about 0.105 km²
    with pytest.raises(ValueError, match="resolution"):
        hexagons(SEVEN, 14, metric_crs=JINCHENG)


def test_squares_hold_their_points_and_have_their_size() -> None:
    cells = squares(SEVEN, 250.0, metric_crs=JINCHENG)
    frame = MetricFrame(JINCHENG)
    assert frame.area_m2(cells.shapes) == pytest.approx(250.0**2, rel=1e-6)
    assert shapely.intersects_xy(cells.shapes[cells.of_point], SEVEN[:, 0], SEVEN[:, 1]).all()
    with pytest.raises(ValueError, match="below"):
        squares(SEVEN, float("nan"), metric_crs=JINCHENG)
    with pytest.raises(ValueError, match="above"):
        squares(SEVEN, 5.4e16, metric_crs=JINCHENG)


def test_a_surface_sums_to_the_number_of_points_and_peaks_as_the_formula_says() -> None:
    one = kernel_surface([(112.85, 35.5)], bandwidth_m=100, cell_m=20, metric_crs=JINCHENG)
    assert one.total == pytest.approx(1, rel=1e-3)
    # the peak of a Gaussian of 100 m is 1 / (2π · 100²) a m², that is 15.9 a km²
    assert one.values.max() == pytest.approx(1e6 / (2 * np.pi * 100**2), rel=0.02)
    seven = kernel_surface(SEVEN, bandwidth_m=150, cell_m=30, metric_crs=JINCHENG)
    assert seven.total == pytest.approx(7, rel=1e-3)
    with pytest.raises(ValueError, match="no points"):
        kernel_surface([(np.nan, 1)], bandwidth_m=1, cell_m=1, metric_crs=JINCHENG)
    with pytest.raises(ValueError, match="larger"):
        kernel_surface([(112, 35), (113, 36)], bandwidth_m=10, cell_m=5, metric_crs=JINCHENG)


def test_a_surface_is_the_sum_of_the_kernels_computed_one_by_one() -> None:
    frame = MetricFrame(JINCHENG)
    surfaces = kernel_surfaces(
        [*SEVEN, (112.853, 35.502)],
        [0, 0, 0, 1, 1, 1, 1, 7],
        buckets=2,
        bandwidth_m=120,
        cell_m=15,
        metric_crs=JINCHENG,
    )
    assert [round(one.total) for one in surfaces] == [3, 4]  # the one past the end is in none
    found = surfaces[1]
    rows, columns = found.values.shape
    east = found.origin_m[0] + 15 * np.arange(columns)
    north = found.origin_m[1] + 15 * np.arange(rows)
    plain = np.zeros_like(found.values)
    for x, y in frame.points(SEVEN[3:]):
        squared = (east[None, :] - x) ** 2 + (north[:, None] - y) ** 2
        plain += np.exp(-squared / (2 * 120**2)) / (2 * np.pi * 120**2) * 1e6
    # a point may lie half a cell beside the middle of its own
    assert np.abs(found.values - plain).max() < 0.05 * plain.max()


@given(st.floats(1e-9, 1e12))
@example(5e-324)
@example(3.6)
def test_even_breaks_have_the_same_width_and_reach_the_highest(highest: float) -> None:
    breaks = even_breaks(highest)
    assert breaks[-1] >= highest and (np.diff(breaks) > 0).all()
    assert np.diff(breaks, prepend=0) == pytest.approx(breaks[0])
    assert even_breaks(0).tolist() == even_breaks(np.nan).tolist() == []
    assert even_breaks(15.9).tolist() == pytest.approx([2.7, 5.4, 8.1, 10.8, 13.5, 16.2])


def test_each_cell_lies_in_the_band_of_its_value_and_in_no_other() -> None:
    surface = kernel_surface(SEVEN, bandwidth_m=150, cell_m=30, metric_crs=JINCHENG)
    breaks = even_breaks(float(surface.values.max()))
    shapes = bands(surface, breaks, above=0.05, metric_crs=JINCHENG)
    frame = MetricFrame(JINCHENG)
    rows, columns = np.indices(surface.values.shape)
    middles = frame.lonlat(
        np.column_stack([columns.ravel(), rows.ravel()]) * surface.cell_m + np.array(surface.origin_m)
    )
    values = surface.values.ravel()
    lows = [0.05, *breaks[:-1]]
    for shape, low, high in zip(shapes, lows, breaks, strict=True):
        inside = shapely.contains_xy(shape, middles[:, 0], middles[:, 1])
        assert inside.any() and (inside == ((values > low) & (values <= high))).all()
    area_m2 = float(frame.area_m2(shapes).sum())
    assert area_m2 == pytest.approx((values > 0.05).sum() * 30**2, rel=1e-6)
    nothing = bands(surface, [*breaks, breaks[-1] * 2], above=0.05, metric_crs=JINCHENG)
    assert nothing[-1] is None
