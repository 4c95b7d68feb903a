"""No difference from the slow and obvious answer, on any point of any net."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry import Polygon, box

from gis.locate import GridIndex
from gis.locate.edges import edges_of
from gis.locate.raster import RasterEngine
from tests.oracles.nets import LATTICE_DEG, grouped, jittered_net, placed, probing_points, spread_points
from tests.oracles.owners import owner_by_fractions, owners_by_covered_by

# (scale, x, y, lattice): toy units, degrees on the stored lattice, metres, zone-prefixed metres, millimetres
FRAMES = {
    "unit": (1.0, 0.0, 0.0, 0.0),
    "degrees": (0.4, 112.7, 35.4, LATTICE_DEG),
    "metres": (40_000.0, 395_000.0, 3_930_000.0, 1e-3),
    "zone": (40_000.0, 38_395_000.0, 3_930_000.0, 0.0),
    "tiny": (1e-3, 38_395_000.0, 3_930_000.0, 0.0),
    "west": (0.4, -77.2, -0.2, LATTICE_DEG),
}


def assert_exact(shapes: NDArray[np.object_], points: NDArray[np.float64]) -> None:
    index = GridIndex(shapes)
    assert index.engine == "raster"
    np.testing.assert_array_equal(index.locate(points), owners_by_covered_by(shapes, points))


def valid_placed(shapes: NDArray[np.object_], frame: str) -> NDArray[np.object_]:
    """The shapes in a frame, less those that rounding has made invalid (their ground becomes a gap)."""
    scale, x, y, lattice = FRAMES[frame]
    moved = placed(shapes, scale, x, y, lattice=lattice)
    moved = moved[shapely.is_valid(moved)]
    assert len(moved) > 0.9 * len(shapes) or frame == "tiny"
    return moved


@pytest.mark.parametrize("frame", [frame for frame in FRAMES if frame != "tiny"])
def test_a_matched_net_is_exact_in_every_frame(frame: str) -> None:
    shapes = valid_placed(jittered_net(300, seed=1), frame)
    assert_exact(shapes, probing_points(shapes, seed=2, most=1_000))
    assert_exact(shapes, spread_points(shapes, 20_000, seed=3))


def test_a_million_points_of_a_net_are_exact() -> None:
    shapes = valid_placed(jittered_net(1_000, seed=4), "degrees")
    assert_exact(shapes, spread_points(shapes, 1_000_000, seed=5))


@pytest.mark.parametrize("frame", ["unit", "degrees", "zone"])
@pytest.mark.parametrize("groups", [1, 2, 7, 60])
def test_multipolygons_holes_enclaves_and_islands_are_exact(frame: str, groups: int) -> None:
    shapes = valid_placed(grouped(jittered_net(250, seed=6), groups, seed=groups, dropped=0.2), frame)
    assert_exact(shapes, probing_points(shapes, seed=7, most=600))
    assert_exact(shapes, spread_points(shapes, 10_000, seed=8))


def test_the_smallest_doubles_are_exact_where_shapely_loses_bits() -> None:
    shapes = grouped(jittered_net(60, seed=29), 6, seed=29)
    rng = np.random.default_rng(30)
    on_axis = np.vstack([shapely.get_coordinates(shapes), rng.uniform(0, 1, (50, 2))])
    points = np.vstack(
        [np.column_stack([on_axis[:80, 0], np.full(80, tiny)]) for tiny in (5e-324, -5e-324, 1e-310)]
    )
    points = np.vstack([points, points[:, ::-1]])
    expected = [owner_by_fractions(list(shapes), x, y) for x, y in points.tolist()]
    assert GridIndex(shapes).locate(points).tolist() == expected


def test_slivers_of_a_millimetre_are_exact() -> None:
    # 200 strips of 1e-8° (about 1 mm) beside each other, then a wide one.
    borders = np.round(112.8 + np.arange(201) * 1e-8, 9).tolist()
    slanted = [
        Polygon([(west, 35.5), (east, 35.5), (east + 1e-3, 35.51), (west + 1e-3, 35.51)])
        for west, east in pairwise(borders)
    ]
    shapes = np.array(slanted)
    assert_exact(shapes, probing_points(shapes, seed=9))
    assert_exact(shapes, spread_points(shapes, 20_000, seed=10))


def test_a_strip_that_is_nearly_flat_is_exact() -> None:
    # Edges a thousand cells long that rise by less than one: the raster's rows must not lose them.
    heights = [0.0, 1e-9, 1e-4, 1e-4 + 1e-12, 0.3]
    edges = [(0.0, h, 1000.0, h * 1.7 + 1e-10) for h in heights]
    shapes = np.array(
        [Polygon([(a[0], a[1]), (a[2], a[3]), (b[2], b[3]), (b[0], b[1])]) for a, b in pairwise(edges)]
    )
    assert_exact(shapes, probing_points(shapes, seed=11))
    assert_exact(shapes, spread_points(shapes, 20_000, seed=12))


def test_edges_that_do_not_match_are_exact() -> None:
    # Strips whose neighbours put different points on the same straight border, and a hairline gap.
    rng = np.random.default_rng(13)
    strips = []
    for k in range(20):
        low, high = float(k), float(k + 1) if k % 5 else k + 1 - 1e-9
        bottom = [(float(x), low) for x in np.sort(rng.uniform(0, 30, 6))]
        top = [(float(x), high) for x in np.sort(rng.uniform(0, 30, 6))[::-1]]
        strips.append(Polygon([(0, low), *bottom, (30, low), (30, high), *top, (0, high)]))
    shapes = np.array(strips)
    assert_exact(shapes, probing_points(shapes, seed=14))
    assert_exact(shapes, spread_points(shapes, 20_000, seed=15))


def test_the_answer_depends_neither_on_the_raster_nor_on_the_threads() -> None:
    shapes = valid_placed(grouped(jittered_net(250, seed=16), 40, seed=16), "degrees")
    points = np.vstack([probing_points(shapes, seed=17, most=500), spread_points(shapes, 200_000, seed=18)])
    expected = owners_by_covered_by(shapes, points)
    edges = edges_of(shapes)
    for cells_per_edge in (0.01, 1.0, 1_000.0):
        engine = RasterEngine(edges, cells_per_edge=cells_per_edge)
        for threads in (1, 3):
            np.testing.assert_array_equal(engine.locate(points, threads=threads), expected)


def test_off_the_borders_the_order_of_the_polygons_does_not_matter() -> None:
    shapes = valid_placed(jittered_net(200, seed=19), "degrees")
    points = spread_points(shapes, 100_000, seed=20)
    order = np.random.default_rng(21).permutation(len(shapes))
    shuffled = GridIndex(shapes[order]).locate(points)
    in_order = GridIndex(shapes).locate(points)
    np.testing.assert_array_equal(np.where(shuffled < 0, -1, order[shuffled]), in_order)


def test_one_point_at_a_time_answers_as_all_at_once() -> None:
    shapes = valid_placed(grouped(jittered_net(120, seed=22), 20, seed=22), "degrees")
    points = probing_points(shapes, seed=23, most=60)[::3]
    index = GridIndex(shapes)
    np.testing.assert_array_equal([index.locate(point[None])[0] for point in points], index.locate(points))


def test_any_memory_layout_of_the_points_gives_the_same_answer() -> None:
    shapes = jittered_net(50, seed=24)
    index = GridIndex(shapes)
    points = spread_points(shapes, 1_000, seed=25)
    expected = index.locate(points)
    read_only = points.copy()
    read_only.flags.writeable = False
    for layout in (np.asfortranarray(points), np.repeat(points, 2, axis=0)[::2], read_only, points.tolist()):
        np.testing.assert_array_equal(index.locate(layout), expected)
    assert points.flags.writeable


@st.composite
def patchworks(draw: st.DrawFn) -> NDArray[np.object_]:
    """Triangles of a small lattice with rows pushed about, thrown into a few polygons, in any frame."""
    columns, rows = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    size = columns * rows
    pushes = draw(st.lists(st.integers(-2, 2), min_size=rows + 1, max_size=rows + 1))
    falling = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    labels = draw(st.lists(st.integers(0, 3), min_size=2 * size, max_size=2 * size))
    frame = draw(st.sampled_from(sorted(FRAMES)))
    scale, x, y, _ = FRAMES[frame]

    def corner(i: int, j: int) -> tuple[float, float]:
        return (i + pushes[j] / 4) / 8 * scale + x, j / 8 * scale + y

    triangles: dict[int, list[Polygon]] = {}
    for cell in range(size):
        i, j = cell % columns, cell // columns
        a, b, c, d = corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)
        halves = [(a, b, d), (b, c, d)] if falling[cell] else [(a, b, c), (a, c, d)]
        for half, label in zip(halves, labels[2 * cell : 2 * cell + 2], strict=True):
            triangles.setdefault(label, []).append(Polygon(half))
    shapes = np.array(
        [shapely.coverage_union_all(group) for label, group in sorted(triangles.items()) if label]
    )
    return shapes if len(shapes) else np.array([box(x, y, x + scale, y + scale)])


@settings(max_examples=150, deadline=None)
@given(shapes=patchworks(), seed=st.integers(0, 2**32 - 1))
def test_small_patchworks_are_exact_in_rational_arithmetic(shapes: NDArray[np.object_], seed: int) -> None:
    points = np.vstack([probing_points(shapes, seed=seed), spread_points(shapes, 20, seed=seed)])
    points = np.random.default_rng(seed).permutation(points)[:60]
    index = GridIndex(shapes)
    assert index.engine == "raster"
    expected = [owner_by_fractions(list(shapes), x, y) for x, y in points.tolist()]
    assert index.locate(points).tolist() == expected
    coarse = RasterEngine(edges_of(shapes), cells_per_edge=0.05)
    assert coarse.locate(points).tolist() == expected


@pytest.mark.soak
@pytest.mark.parametrize("polygons", [3_000, 30_000, 100_000])
def test_large_nets_are_exact(polygons: int) -> None:
    shapes = valid_placed(jittered_net(polygons, seed=26, depth=4), "degrees")
    assert_exact(shapes, spread_points(shapes, 1_000_000, seed=27))
    assert_exact(shapes, probing_points(shapes, seed=28, most=100_000))


def test_a_hundred_thousand_polygons_are_exact() -> None:
    # Cells of a lattice that is exact in binary: the owner of a point is known without a search.
    count = 320
    step = 2.0**-10
    west, south = np.meshgrid(112.0 + step * np.arange(count), 35.0 + step * np.arange(count))
    shapes = shapely.box(west.ravel(), south.ravel(), west.ravel() + step, south.ravel() + step)
    assert len(shapes) > 100_000
    rng = np.random.default_rng(31)
    inside = rng.uniform((112.0, 35.0), (112.0 + count * step, 35.0 + count * step), (200_000, 2))
    corners = np.column_stack([112.0, 35.0]) + step * rng.integers(0, count + 1, (50_000, 2))
    points = np.vstack([inside, corners])
    cells = (points - (112.0, 35.0)) / step
    lowest = np.maximum(np.ceil(cells).astype(int) - 1, 0)  # on a border the cell to the south and west
    expected = lowest[:, 1] * count + lowest[:, 0]
    np.testing.assert_array_equal(GridIndex(shapes).locate(points), expected)
