"""Invented nets for the tests of the engine: matched, gapped, with holes, enclaves, islands and slivers."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi

LATTICE_DEG = 1e-9


def jittered_net(polygons: int, *, seed: int, depth: int = 3, frame: float = 1.0) -> NDArray[np.object_]:
    """About `polygons` cells of a Voronoi diagram of [0, frame]², every shared edge bent once for both sides.

    Matched by construction: the cells are the faces of one noded set of lines.
    """
    rng = np.random.default_rng(seed)
    seeds = rng.uniform(0, 1, (polygons, 2))
    mirrored = np.vstack(
        [seeds, seeds * [-1, 1], seeds * [1, -1], [2, 0] + seeds * [-1, 1], [0, 2] + seeds * [1, -1]]
    )
    diagram = Voronoi(mirrored)
    corners = np.clip(diagram.vertices, 0, 1)
    lines = []
    for (one, other), (start, stop) in zip(diagram.ridge_points, diagram.ridge_vertices, strict=True):
        if start < 0 or stop < 0 or min(one, other) >= polygons:
            continue
        line = corners[[start, stop]]
        if max(one, other) < polygons:  # the outer frame stays straight
            for _ in range(depth):
                line = _bent(line, rng)
        lines.append(line * frame)
    noded = shapely.node(shapely.MultiLineString(lines))
    faces: NDArray[np.object_] = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return faces[np.lexsort((shapely.bounds(faces)[:, 0], -shapely.bounds(faces)[:, 3]))]


def _bent(line: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    steps = np.diff(line, axis=0)
    bent = np.empty((2 * len(line) - 1, 2))
    bent[0::2] = line
    bent[1::2] = (line[:-1] + line[1:]) / 2 + rng.uniform(-0.1, 0.1, (len(steps), 1)) * steps[:, ::-1] * [
        -1,
        1,
    ]
    return bent


def grouped(
    faces: NDArray[np.object_], groups: int, *, seed: int, dropped: float = 0.1
) -> NDArray[np.object_]:
    """Faces thrown together at random: multipolygons, holes, enclaves, islands; some are left out."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, groups, len(faces))
    group[rng.uniform(size=len(faces)) < dropped] = -1
    return np.array(
        [shapely.coverage_union_all(faces[group == k]) for k in range(groups) if (group == k).any()]
    )


def placed(
    shapes: NDArray[np.object_], scale: float, x: float, y: float, *, lattice: float = 0.0
) -> NDArray[np.object_]:
    """The shapes scaled and moved, vertex by vertex (equal vertices stay equal); optionally on a lattice."""

    def move(xy: NDArray[Any]) -> NDArray[Any]:
        moved = xy * scale + [x, y]
        return np.rint(moved / lattice) * lattice if lattice else moved

    return shapely.transform(shapes, move)


def probing_points(shapes: NDArray[np.object_], *, seed: int, most: int = 1_500) -> NDArray[np.float64]:
    """Where an index goes wrong: vertices, midpoints and points of edges, all of them ± 1 ulp, the frame."""
    rng = np.random.default_rng(seed)
    xy, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shapes)), return_index=True)
    same = np.flatnonzero(ring[:-1] == ring[1:])
    same = rng.permutation(same)[:most]
    start, stop = xy[same], xy[same + 1]
    along = start + (stop - start) * rng.uniform(0, 1, (len(same), 1))
    west, south, east, north = shapely.total_bounds(shapes)
    share = rng.uniform(0, 1, 200)
    x, y = west + share * (east - west), south + share * (north - south)
    frame = [
        np.column_stack(np.broadcast_arrays(*side)) for side in ((x, south), (x, north), (west, y), (east, y))
    ]
    exact = np.vstack([start, (start + stop) / 2, along, *frame])
    around = [np.nextafter(exact, np.add(exact, (dx, dy))) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    points = np.ascontiguousarray(np.vstack(around))
    points[np.abs(points) < 1e-300] = 0.0  # one ulp beside 0.0: there the oracle itself loses bits
    return points


def spread_points(shapes: NDArray[np.object_], count: int, *, seed: int) -> NDArray[np.float64]:
    """Uniform over the bounds of the net and a tenth beyond."""
    rng = np.random.default_rng(seed)
    west, south, east, north = shapely.total_bounds(shapes)
    margin = [(east - west) / 10, (north - south) / 10]
    return rng.uniform(np.array([west, south]) - margin, np.array([east, north]) + margin, (count, 2))
