"""Bringing together corners that were meant to be one."""

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.coverage.plane import Polygons, segments_of
from gis.frames import Floats, MetricFrame

METRIC_PIECE_M = 50.0
"""A straight metric edge strays less than 0.03 mm from straight in lon/lat over this length."""


def following_metric_edges(polygons: Polygons, frame: MetricFrame) -> Polygons:
    """Edges that no neighbour shares, given nodes so that they are straight in lon/lat as in metres.

    An edge gets the same nodes in each polygon that has it.
    """
    loose = {_edge(*segment) for segment in segments_of(shapely.coverage_invalid_edges(polygons)).tolist()}
    out = polygons.copy()
    for row, shape in enumerate(polygons):
        parts = [_densified(part, loose, frame) for part in shapely.get_parts(shape)]
        if any(part is not None for part in parts):
            whole = [
                old if new is None else new for old, new in zip(shapely.get_parts(shape), parts, strict=True)
            ]
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


def _densified(part: shapely.Polygon, loose: set[object], frame: MetricFrame) -> shapely.Polygon | None:
    rings = []
    changed = False
    for ring in shapely.get_rings(part):
        xy = shapely.get_coordinates(ring).tolist()
        places = []
        for here, there in zip(xy[:-1], xy[1:], strict=True):
            places.append(here)
            if _edge(here, there) in loose:
                between = _between(min(here, there), max(here, there), frame)
                changed = changed or bool(between)
                places.extend(between if here <= there else between[::-1])
        rings.append([*places, places[0]])
    return shapely.Polygon(rings[0], rings[1:]) if changed else None


def _between(here: list[float], there: list[float], frame: MetricFrame) -> list[list[float]]:
    ends = frame.points([here, there])
    pieces = int(np.ceil(np.hypot(*(ends[1] - ends[0])) / METRIC_PIECE_M))
    shares = (np.arange(1, pieces) / pieces)[:, None] if pieces > 1 else np.empty((0, 1))
    places: list[list[float]] = frame.lonlat(ends[0] + shares * (ends[1] - ends[0])).tolist()
    return places


def _edge(here: list[float], there: list[float]) -> tuple[tuple[float, ...], ...]:
    return tuple(sorted((tuple(here), tuple(there))))


def _void(xy: Floats) -> NDArray[np.void]:
    """Rows as single comparable items, exact to the bit."""
    rows = np.ascontiguousarray(xy, dtype=np.float64) + 0.0
    return rows.view([("x", np.float64), ("y", np.float64)]).reshape(-1)
