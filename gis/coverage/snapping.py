"""Bringing together corners that were meant to be one."""

from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.coverage.plane import Polygons, segments_of
from gis.frames import Floats, MetricFrame

METRIC_PIECE_M = 100.0
"""A straight metric edge strays about 0.1 mm from straight in lon/lat over this length."""


def following_metric_edges(polygons: Polygons, frame: MetricFrame) -> Polygons:
    """Edges that no neighbour shares, given nodes so that they are straight in lon/lat as in metres.

    An edge gets the same nodes in each polygon that has it.
    """
    between = _nodes_of_loose_edges(polygons, frame)
    out = polygons.copy()
    for row, shape in enumerate(polygons):
        parts = shapely.get_parts(shape)
        denser = [_densified(part, between) for part in parts]
        if any(new is not None for new in denser):
            whole = [old if new is None else new for old, new in zip(parts, denser, strict=True)]
            out[row] = whole[0] if shape.geom_type == "Polygon" else shapely.multipolygons(whole)
    return out


def snapped_together(
    polygons: Polygons, frozen: NDArray[np.bool_], snap_m: float, frame: MetricFrame
) -> Polygons:
    """Loose corners moved onto the nearest corner of another polygon within snap_m.

    Loose: an end of an edge that no neighbour shares. Corners of frozen polygons never move; a corner that
    more polygons share holds its place before one that fewer do; no two corners of one polygon are joined.
    """
    if snap_m <= 0 or not len(polygons):
        return polygons
    xy, row = shapely.get_coordinates(polygons, return_index=True)
    places, place_of = np.unique(xy, axis=0, return_inverse=True)
    place_of = place_of.ravel()
    users: list[set[int]] = [set() for _ in places]
    for place, polygon in zip(place_of.tolist(), row.tolist(), strict=True):
        users[place].add(polygon)
    held = np.zeros(len(places), dtype=bool)
    held[place_of[frozen[row]]] = True
    loose_ends = np.unique(segments_of(shapely.coverage_invalid_edges(polygons)).reshape(-1, 2), axis=0)
    loose = np.isin(_void(places), _void(loose_ends)) & ~held
    target = _targets(frame.points(places), users, held, loose, snap_m)
    if np.array_equal(target, np.arange(len(places))):
        return polygons
    moved_xy = places[target[place_of]]
    moved = shapely.set_coordinates(polygons.copy(), moved_xy)
    changed = np.unique(row[np.any(moved_xy != xy, axis=1)])
    out = polygons.copy()
    out[changed] = moved[changed]
    return out


def _targets(
    metric: Floats, users: list[set[int]], held: NDArray[np.bool_], loose: NDArray[np.bool_], snap_m: float
) -> NDArray[np.intp]:
    """For each place the place that it moves to, itself for most."""
    target = np.arange(len(metric))
    pairs = shapely.STRtree(shapely.points(metric)).query(
        shapely.points(metric[loose]), predicate="dwithin", distance=snap_m
    )
    near: dict[int, list[int]] = {}
    for at, other in zip(np.flatnonzero(loose)[pairs[0]].tolist(), pairs[1].tolist(), strict=True):
        if other != at:
            near.setdefault(at, []).append(other)
    settled = ~loose
    joined = [set(rows) for rows in users]
    for at in sorted(near, key=lambda place: (-len(users[place]), place)):
        free = [other for other in near[at] if settled[other] and not joined[other] & joined[at]]
        if free:
            best = min(free, key=lambda other: (not held[other], _gap(metric, at, other), other))
            target[at] = best
            joined[best] |= joined[at]
        else:
            settled[at] = True
    return target


def _gap(metric: Floats, at: int, other: int) -> float:
    return float(np.hypot(*(metric[at] - metric[other])))


def _nodes_of_loose_edges(polygons: Polygons, frame: MetricFrame) -> "Nodes":
    """Per long edge that some polygon does not share, the nodes from its lower to its upper end."""
    segments = segments_of(shapely.coverage_invalid_edges(polygons))
    if not len(segments):
        return {}
    edges = sorted({_edge(*segment) for segment in segments.tolist()})
    metric = frame.points(np.array(edges).reshape(-1, 2)).reshape(-1, 2, 2)
    along = metric[:, 1] - metric[:, 0]
    pieces = np.ceil(np.hypot(along[:, 0], along[:, 1]) / METRIC_PIECE_M).astype(np.int64)
    edge = np.repeat(np.arange(len(edges)), pieces - 1)
    first = np.repeat(np.cumsum(pieces - 1) - (pieces - 1), pieces - 1)
    share = (np.arange(len(edge)) - first + 1) / pieces[edge]
    nodes = frame.lonlat(metric[edge, 0] + share[:, None] * along[edge]).tolist()
    between: Nodes = {}
    for at, node in zip(edge.tolist(), nodes, strict=True):
        between.setdefault(edges[at], []).append(node)
    return between


def _densified(part: shapely.Polygon, between: "Nodes") -> shapely.Polygon | None:
    rings = []
    changed = False
    for ring in shapely.get_rings(part):
        xy = shapely.get_coordinates(ring).tolist()
        places = []
        for here, there in pairwise(xy):
            nodes = between.get(_edge(here, there), [])
            changed = changed or bool(nodes)
            places.append(here)
            places.extend(nodes if here <= there else nodes[::-1])
        rings.append([*places, places[0]])
    return shapely.Polygon(rings[0], rings[1:]) if changed else None


Edge = tuple[tuple[float, ...], ...]
Nodes = dict[Edge, list[list[float]]]


def _edge(here: list[float], there: list[float]) -> Edge:
    return tuple(sorted((tuple(here), tuple(there))))


def _void(xy: Floats) -> NDArray[np.void]:
    """Rows as single comparable items, exact to the bit."""
    rows = np.ascontiguousarray(xy, dtype=np.float64) + 0.0
    return rows.view([("x", np.float64), ("y", np.float64)]).reshape(-1)
