"""The findings one kind at a time; polygons are given in the plane in which their edges are straight."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.coverage.plane import LATTICE_M, Plane, Polygons, segments_with_owner
from gis.coverage.widths import width_m
from gis.frames import Floats, in_blocks

_AT_ONCE, _MOST_EDGES = 50_000, 400_000  # points looked at together, and edges held beside them
NOISE_M2 = 1e-6
"""A square millimetre: what is smaller is rounding."""


@dataclass(frozen=True)
class Found:
    """Shapes in the plane, the positions of the polygons concerned, and their measures."""

    shapes: Polygons
    rows: list[tuple[int, ...]]
    area_m2: Floats
    width_m: Floats

    def where(self, keep: NDArray[np.bool_]) -> "Found":
        rows = [row for row, kept in zip(self.rows, keep, strict=True) if kept]
        return Found(self.shapes[keep], rows, self.area_m2[keep], self.width_m[keep])


def overlaps(polygons: Polygons, plane: Plane) -> Found:
    """The common ground of each pair; touching along an edge is none.

    Every pair is looked at: GEOS's list of invalid edges leaves out a polygon that only a neighbour's
    corner cuts into.
    """
    tree = shapely.STRtree(polygons)
    first, second = tree.query(polygons, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    # In order of position, whatever the tree's own.
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    common = polygonal(shapely.intersection(polygons[first], polygons[second]))
    rows = [(int(a), int(b)) for a, b in zip(first, second, strict=True)]
    found = _measured(common, rows, plane)
    return found.where(found.width_m >= LATTICE_M)


def gaps(polygons: Polygons, within: shapely.Geometry | None, plane: Plane) -> Found:
    """Holes that the net encloses; those that are holes of the parent too are none."""
    holes = _holes(shapely.union_all(polygons))
    if within is not None:
        holes = polygonal(shapely.intersection(holes, within))
    found = _measured(holes, beside(holes, polygons, plane), plane)
    # A thread between two edges that do not match is told by these edges.
    return found.where(found.width_m >= LATTICE_M)


def outside(polygons: Polygons, within: shapely.Geometry, plane: Plane) -> Found:
    """What each polygon has outside the parent."""
    strays = polygonal(shapely.difference(polygons, within))
    found = _measured(strays, [(row,) for row in range(len(polygons))], plane)
    return found.where(found.width_m >= LATTICE_M)


def uncovered(polygons: Polygons, within: shapely.Geometry, plane: Plane) -> Found:
    """Pieces of the parent that the net neither covers nor encloses (what it encloses is a gap)."""
    net = shapely.union_all(polygons)
    filled = shapely.union_all([net, *_holes(net)])
    pieces = _pieces(shapely.get_parts(shapely.difference(within, filled)))
    found = _measured(pieces, beside(pieces, polygons, plane), plane)
    return found.where(found.width_m >= LATTICE_M)


def slivers(polygons: Polygons, narrower_than_m: float, plane: Plane) -> Found:
    """Parts of polygons in which no circle of that diameter fits."""
    parts, owner = shapely.get_parts(polygons, return_index=True)
    thin = np.zeros(len(parts), dtype=bool)
    for some in in_blocks(parts):
        in_metres = plane.measured(parts[some])
        # The circle of radius area/perimeter always fits: most parts are told without a search.
        thin[some] = 2.0 * shapely.area(in_metres) < narrower_than_m * shapely.length(in_metres)
    found = _measured(parts[thin], [(int(row),) for row in owner[thin]], plane)
    return found.where(found.width_m < narrower_than_m)


def unmatched_edges(polygons: Polygons, gap_width: float, plane: Plane) -> Polygons:
    """Per polygon, the edges that a neighbour crosses, covers or does not share vertex by vertex.

    gap_width, metres: also the edges that face each other across less than this.
    """
    edges = np.asarray(shapely.coverage_invalid_edges(polygons), dtype=object)
    if gap_width > 0:
        in_metres = plane.metres_affine(polygons)
        near = np.asarray(shapely.coverage_invalid_edges(in_metres, gap_width), dtype=object)
        for row in np.flatnonzero(~shapely.is_empty(near)):
            edges[row] = _same_segments(near[row], in_metres[row], polygons[row])
    return edges


def beside(shapes: Polygons, polygons: Polygons, plane: Plane) -> list[tuple[int, ...]]:
    """Positions of the polygons that share an edge with each shape, not only a corner."""
    own, shape_of = segments_with_owner(shapes)
    concerned: list[set[int]] = [set() for _ in range(len(shapes))]
    if len(own) and len(polygons):
        middles, tree = own.mean(axis=1), shapely.STRtree(polygons)
        for start in range(0, len(middles), _AT_ONCE):
            at, polygon = _on_edges(middles[start : start + _AT_ONCE], polygons, tree, plane.eps)
            for pair in np.unique(np.column_stack([shape_of[start + at], polygon]), axis=0).tolist():
                concerned[pair[0]].add(pair[1])
    return [tuple(sorted(rows)) for rows in concerned]


def _on_edges(
    points: Floats, polygons: Polygons, tree: shapely.STRtree, eps: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of a point and a polygon on whose edge it lies, by position.

    Points that follow each other lie near each other, and only edges in the box around them become lines:
    for all edges of a large net at once there would be no memory.
    """
    low, high = points.min(axis=0) - eps, points.max(axis=0) + eps
    near = tree.query(shapely.box(*low, *high))
    edges, polygon_of = segments_with_owner(polygons[near])
    there = (edges.min(axis=1) <= high).all(axis=1) & (edges.max(axis=1) >= low).all(axis=1)
    edges, polygon_of = edges[there], polygon_of[there]
    if len(edges) > _MOST_EDGES and len(points) > 1:
        half = len(points) // 2
        first = _on_edges(points[:half], polygons, tree, eps)
        second = _on_edges(points[half:], polygons, tree, eps)
        return np.concatenate([first[0], second[0] + half]), np.concatenate([first[1], second[1]])
    lines = shapely.STRtree(shapely.linestrings(edges))
    point, edge = lines.query(shapely.points(points), predicate="dwithin", distance=eps)
    return point, near[polygon_of[edge]]


def polygonal(shapes: NDArray[np.object_]) -> Polygons:
    """The areas of each shape: what else an intersection leaves (points, lines) is dropped."""
    out = np.asarray(shapes, dtype=object).copy()
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(out), _AREAS))
    for position in mixed:
        parts = shapely.get_parts(out[position])
        areas = parts[np.isin(shapely.get_type_id(parts), _AREAS)]
        out[position] = shapely.multipolygons(shapely.get_parts(areas)) if len(areas) else shapely.Polygon()
    return out


_AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def _measured(shapes: Polygons, rows: Sequence[tuple[int, ...]], plane: Plane) -> Found:
    in_metres = plane.measured(shapes)
    area_m2 = np.asarray(shapely.area(in_metres), dtype=np.float64)
    real = area_m2 > NOISE_M2
    kept = [row for row, keep in zip(rows, real, strict=True) if keep]
    return Found(shapes[real], kept, area_m2[real], width_m(in_metres[real]))


def _holes(net: shapely.Geometry) -> Polygons:
    """What the net encloses and does not cover: islands of the net within a hole are none of it."""
    parts = shapely.get_parts(net)
    rings = [ring for part in parts for ring in getattr(part, "interiors", ())]
    holes = np.empty(len(rings), dtype=object)
    if rings:
        holes[:] = shapely.polygons(rings)
    hole, island = shapely.STRtree(parts).query(holes, predicate="covers")
    for at in np.unique(hole):
        holes[at] = shapely.difference(holes[at], shapely.union_all(parts[island[hole == at]]))
    return _pieces(holes) if len(hole) else holes


def _pieces(shapes: Polygons) -> Polygons:
    parts = shapely.get_parts(polygonal(shapes))
    return np.asarray(parts, dtype=object)


def _same_segments(
    chosen: shapely.Geometry, in_metres: shapely.Geometry, polygon: shapely.Geometry
) -> shapely.Geometry:
    """The segments of `polygon` whose images in `in_metres` are chosen."""
    images, _ = segments_with_owner(np.array([in_metres], dtype=object))
    originals, _ = segments_with_owner(np.array([polygon], dtype=object))
    wanted, _ = segments_with_owner(np.array([chosen], dtype=object))
    keys = {_key(segment) for segment in wanted}
    kept = [original for image, original in zip(images, originals, strict=True) if _key(image) in keys]
    return shapely.line_merge(shapely.multilinestrings(np.array(kept))) if kept else shapely.LineString()


def _key(segment: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(sorted(tuple(map(float, end)) for end in segment))
