"""Lines drawn by hand that shall follow roads, rivers, walls or other nets' borders where these are near.

The drawn line and the lines near it make one graph, joined by short connectors; the way from the drawn
start to the drawn end is the cheapest there is, where a metre off the lines costs more than one along them.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from gis.frames import LATTICE_DEG, Geometries, MetricCrs, MetricFrame, geometry_array
from gis.net.drawn import drawn_line
from gis.net.face import to_lattice
from gis.net.refusals import BadLine

TOLERANCE_M = 20.0
"""How near a line must be to draw the drawn one to it."""
_OFF_COST = 4.0
_ON_DEG = 3 * LATTICE_DEG


@dataclass(frozen=True)
class SnappedLine:
    """A line on the lattice (lon/lat), how far it lies from where it was drawn, which share follows lines."""

    line: LineString
    moved_m: float
    along: float


def snap_line(
    drawn: LineString,
    lines: Geometries,
    *,
    metric_crs: MetricCrs,
    tolerance_m: float = TOLERANCE_M,
) -> SnappedLine:
    """The drawn line led onto `lines` wherever they run within `tolerance_m`; its two ends stay.

    drawn: lon/lat. lines: lon/lat lines, or surfaces, of which the edge counts; None and empty ones are left
    out. Vertices of the lines come through with their bits where they lie on the 1e-9° lattice.
    Raises BadLine as every edit does for its line, and for a tolerance that is no positive number.
    """
    if not (np.isfinite(tolerance_m) and tolerance_m > 0):
        raise BadLine("the tolerance is no positive number of metres", tolerance_m=float(tolerance_m))
    xy = drawn_line(drawn)
    frame = MetricFrame.of(metric_crs)
    rough = LineString(xy)
    near = stretches_near(rough, lines, frame, tolerance_m)
    if len(near) == 0:
        return SnappedLine(rough, 0.0, 0.0)
    targets = shapely.union_all(near, grid_size=LATTICE_DEG)
    connectors = _connectors(rough, targets, frame, tolerance_m)
    noded = shapely.union_all([targets, rough, *connectors], grid_size=LATTICE_DEG)
    ends = np.concatenate(
        [
            np.stack([part[:-1], part[1:]], axis=1)
            for part in (to_lattice(shapely.get_coordinates(p)) for p in shapely.get_parts(noded))
        ]
    )
    segments = shapely.linestrings(ends)
    metres = shapely.length(frame.project(segments))
    shapely.prepare(targets)
    on = shapely.dwithin(shapely.line_interpolate_point(segments, 0.5, normalized=True), targets, _ON_DEG)
    path = _way(ends, np.where(on, metres, _OFF_COST * metres), xy[0], xy[-1])
    line = _without_samples(path, np.concatenate([xy, shapely.get_coordinates(near)]))
    before, after = frame.project([rough, line])
    followed = shapely.intersection(line, targets.buffer(_ON_DEG))
    return SnappedLine(
        line,
        float(shapely.hausdorff_distance(before, after)),
        float(frame.length_m([followed])[0] / frame.length_m([line])[0]),
    )


def stretches_near(
    rough: LineString, lines: Geometries, frame: MetricFrame, tolerance_m: float
) -> NDArray[np.object_]:
    """The stretches of the lines within the tolerance of the drawn one."""
    shapes = [shape for shape in geometry_array(lines) if shape is not None and not shape.is_empty]
    flat = [shape.boundary if shape.geom_type.endswith("Polygon") else shape for shape in shapes]
    corridor = frame.unproject([frame.project([rough])[0].buffer(tolerance_m)])[0]
    shapely.prepare(corridor)
    close = np.array([shape for shape in flat if corridor.intersects(shape)], dtype=object)
    parts = shapely.get_parts(shapely.get_parts(shapely.intersection(close, corridor)))
    kept = np.isin(shapely.get_type_id(parts), [1, 2]) & ~shapely.is_empty(parts)
    return np.asarray(parts[kept], dtype=object)


def _connectors(
    rough: LineString, targets: BaseGeometry, frame: MetricFrame, tolerance_m: float
) -> list[LineString]:
    """Short ways between the drawn line and the lines: from samples of it, and from the lines' ends."""
    metric_rough, metric_targets = frame.project([rough, targets])
    samples = shapely.points(shapely.get_coordinates(shapely.segmentize(metric_rough, tolerance_m)))
    tips = shapely.get_parts([_tips(metric_targets)])
    out = []
    for points, other in ((samples, metric_targets), (tips, metric_rough)):
        ways = shapely.shortest_line(points, other)
        lengths = shapely.length(ways)
        for way in ways[(lengths > 0) & (lengths <= tolerance_m)]:
            ends = frame.lonlat(shapely.get_coordinates(way))
            if (ends[0] != ends[1]).any():
                out.append(LineString(ends))
    return out


def _tips(lines: BaseGeometry) -> BaseGeometry:
    return shapely.boundary(shapely.line_merge(lines))


def _way(
    ends: NDArray[np.float64],
    cost: NDArray[np.float64],
    start: NDArray[np.float64],
    stop: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Vertices of the cheapest way between two places (the nodes nearest to them)."""
    nodes, at = np.unique(ends.reshape(-1, 2), axis=0, return_inverse=True)
    at = at.reshape(-1, 2)
    order = np.lexsort((cost, at.max(axis=1), at.min(axis=1)))
    low, high, cost = at.min(axis=1)[order], at.max(axis=1)[order], cost[order]
    first = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])]
    graph = coo_array((cost[first], (low[first], high[first])), shape=(len(nodes), len(nodes))).tocsr()
    begin, end = (int(np.argmin(np.hypot(*(nodes - place).T))) for place in (start, stop))
    _, before = dijkstra(graph, directed=False, indices=begin, return_predecessors=True)
    path = [end]
    while path[-1] != begin:
        path.append(int(before[path[-1]]))
    return np.asarray(nodes[path[::-1]], dtype=np.float64)


def _without_samples(path: NDArray[np.float64], given: NDArray[np.float64]) -> LineString:
    """The path without vertices that only connectors put on a straight run."""
    known = {tuple(p) for p in to_lattice(given).tolist()}
    kept = [path[0]]
    for i in range(1, len(path) - 1):
        run = LineString([kept[-1], path[i + 1]])
        if tuple(path[i].tolist()) in known or run.distance(shapely.Point(path[i])) > _ON_DEG:
            kept.append(path[i])
    return LineString([*kept, path[-1]])
