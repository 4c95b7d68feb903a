"""Polygons drawn by hand whose outline shall follow roads, rivers, walls or other nets' borders.

A ring has no ends that could stay. It is opened at two places: where it is nearest to the lines, and where
it is nearest to them at least a quarter of its length away. These two are put onto the lines, and the two
stretches between them are led along like any drawn line.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LinearRing, LineString, Polygon

from gis.frames import LATTICE_DEG, Geometries, MetricCrs, MetricFrame
from gis.net.drawn import drawn_line
from gis.net.face import to_lattice
from gis.net.refusals import BadLine
from gis.net.snapping import TOLERANCE_M, snap_line, stretches_near

_SAMPLES = 64
_OPENINGS = 4
"""How many first places are tried, a sixteenth of the ring apart, before a ring is given up."""
_ON_DEG = 3 * LATTICE_DEG


@dataclass(frozen=True)
class SnappedPolygon:
    """A polygon on the lattice (lon/lat), how far its outline lies from where it was drawn, which share of
    it follows lines."""

    polygon: Polygon
    moved_m: float
    along: float


def snap_polygon(
    drawn: Polygon,
    lines: Geometries,
    *,
    metric_crs: MetricCrs,
    tolerance_m: float = TOLERANCE_M,
) -> SnappedPolygon:
    """The drawn polygon with its rings led onto `lines` wherever these run within `tolerance_m`.

    drawn: lon/lat. lines: as in `snap_line`. A ring with no line near it stays as it was drawn.
    Raises BadLine for what is no ring, for a tolerance that is no positive number, and where the lines lead
    a ring onto itself, as it happens to a polygon narrower than the tolerance.
    """
    if not (np.isfinite(tolerance_m) and tolerance_m > 0):
        raise BadLine("the tolerance is no positive number of metres", tolerance_m=float(tolerance_m))
    frame = MetricFrame.of(metric_crs)
    rings = [_snap_ring(ring, lines, frame, tolerance_m) for ring in (drawn.exterior, *drawn.interiors)]
    polygon = Polygon(rings[0][0], [ring for ring, _ in rings[1:]])
    if not polygon.is_valid:
        raise BadLine(
            f"lines within {tolerance_m:g} m lead the polygon onto itself: a smaller tolerance is needed",
            place=drawn,
            tolerance_m=float(tolerance_m),
        )
    before, after = frame.project([drawn.boundary, polygon.boundary])
    lengths = frame.length_m([LineString(ring) for ring, _ in rings])
    shares = np.array([along for _, along in rings])
    return SnappedPolygon(
        polygon,
        float(shapely.hausdorff_distance(before, after)) if shares.any() else 0.0,
        float((shares * lengths).sum() / lengths.sum()),
    )


def _snap_ring(
    ring: LinearRing, lines: Geometries, frame: MetricFrame, tolerance_m: float
) -> tuple[NDArray[np.float64], float]:
    """The closed ring led along, (n, 2) lon/lat, and which share of it follows lines."""
    xy = drawn_line(ring)
    if len(xy) < 4 or (xy[0] != xy[-1]).any():
        raise BadLine("the polygon has no surface", place=shapely.multipoints(xy))
    near = stretches_near(LineString(xy), lines, frame, tolerance_m)
    if len(near) == 0:
        return xy, 0.0
    at = np.r_[0.0, np.cumsum(frame.length_m(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))))]
    targets = shapely.union_all(near, grid_size=LATTICE_DEG)
    tried: list[float] = []
    while True:
        openings = _openings(xy, at, targets, frame, tolerance_m, tried)
        led = _led(xy, at, openings, lines, frame, tolerance_m)
        tried.append(openings[0][1])
        if len(tried) == _OPENINGS or LineString(led[0]).is_simple:
            return led


def _led(
    xy: NDArray[np.float64],
    at: NDArray[np.float64],
    openings: list[tuple[NDArray[np.float64], float]],
    lines: Geometries,
    frame: MetricFrame,
    tolerance_m: float,
) -> tuple[NDArray[np.float64], float]:
    """The ring opened at two places, led along from each to the other, and closed again."""
    (p, at_p), (q, at_q) = openings
    arcs = [
        snap_line(
            LineString([a, *_between(xy, at, i, j), b]), lines, metric_crs=frame, tolerance_m=tolerance_m
        )
        for (a, i), (b, j) in (((p, at_p), (q, at_q)), ((q, at_q), (p, at_p)))
    ]
    metres = frame.length_m([arc.line for arc in arcs])
    along = sum(arc.along * length for arc, length in zip(arcs, metres.tolist(), strict=True))
    there, back = (shapely.get_coordinates(arc.line) for arc in arcs)
    there, back = _without_spike(there, back, frame, 2 * tolerance_m)
    back, there = _without_spike(back, there, frame, 2 * tolerance_m)
    return np.concatenate([there, back[1:]]), float(along / metres.sum())


def _openings(
    xy: NDArray[np.float64],
    at: NDArray[np.float64],
    targets: shapely.Geometry,
    frame: MetricFrame,
    tolerance_m: float,
    tried: list[float],
) -> list[tuple[NDArray[np.float64], float]]:
    """Two places (lon/lat) where a ring is opened, each with its metres along the ring.

    at: metres of the ring's vertices. tried: first places that led the ring onto itself. Where the
    second has no line within the tolerance it stays as drawn.
    """
    ring, lines = frame.project([LineString(xy), targets])
    places = np.union1d(at[:-1], np.arange(_SAMPLES) * at[-1] / _SAMPLES)
    points = shapely.line_interpolate_point(ring, places)
    away = shapely.distance(points, lines)
    fresh = np.ones(len(places), dtype=bool)
    for place in tried:
        apart = np.abs(places - place)
        fresh &= np.minimum(apart, at[-1] - apart) >= at[-1] / 16
    first = int(np.argmin(np.where(fresh, away, np.inf)))
    apart = np.abs(places - places[first])
    far = np.flatnonzero(np.minimum(apart, at[-1] - apart) >= at[-1] / 4)
    second = int(far[np.argmin(away[far])])
    found = []
    for i in (first, second):
        place = shapely.get_coordinates(shapely.shortest_line(points[i], lines))[1]
        if away[i] <= tolerance_m:
            found.append((_on(targets, frame.lonlat(place)[0]), float(places[i])))
        else:
            found.append((frame.lonlat(shapely.get_coordinates(points[i]))[0], float(places[i])))
    return found


def _on(lines: shapely.Geometry, place: NDArray[np.float64]) -> NDArray[np.float64]:
    """The place of the lines (lon/lat, on the lattice) nearest to a place beside them; a vertex that is as
    near as the lattice can tell keeps its bits."""
    point = shapely.Point(place)
    vertices = shapely.get_coordinates(lines)
    away = np.hypot(*(vertices - place).T)
    if away.min() <= _ON_DEG:
        return np.asarray(vertices[away.argmin()])
    nearest = shapely.get_coordinates(shapely.shortest_line(point, lines))[1:]
    return np.asarray(to_lattice(nearest)[0], dtype=np.float64)


def _without_spike(
    before: NDArray[np.float64], after: NDArray[np.float64], frame: MetricFrame, longest_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two stretches that meet at an opening, without the way that both run from a crossing to it and back.

    A longer one stays: it is a part of the polygon that the lines lead onto itself.
    """
    first, second, length_m = before, after, 0.0
    while len(first) > 2 and len(second) > 2:
        u, p, w = first[-2], first[-1], second[1]
        short, far = (u, w) if np.hypot(*(u - p)) <= np.hypot(*(w - p)) else (w, u)
        if LineString([p, far]).distance(shapely.Point(short)) > _ON_DEG:
            return first, second
        length_m += float(frame.length_m([LineString([p, short])])[0])
        if length_m > longest_m:
            return before, after
        both = np.hypot(*(u - w)) <= _ON_DEG
        first = first[:-1] if short is u or both else np.concatenate([first[:-1], [short]])
        second = second[1:] if short is w or both else np.concatenate([[short], second[1:]])
        second = np.concatenate([first[-1:], second[1:]])
    return before, after


def _between(
    xy: NDArray[np.float64], at: NDArray[np.float64], start: float, stop: float
) -> NDArray[np.float64]:
    """The ring's vertices after one place of it and before another, round its closing point if need be."""
    whole = at[-1]
    ahead = (at[:-1] - start) % whole
    inside = np.flatnonzero((ahead > 0) & (ahead < (stop - start) % whole))
    return xy[inside[np.argsort(ahead[inside])]]
