"""One line along chosen roads: their stretches in a ground, joined end to end and led to its border."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from gis.frames import LATTICE_DEG, Geometries, MetricCrs, MetricFrame, geometry_array
from gis.net.face import to_lattice
from gis.net.refusals import BadLine, DoesNotCross
from gis.net.snapping import TOLERANCE_M

_BEYOND_M = 1.0


def chain_lines(
    lines: Geometries, ground: BaseGeometry, *, metric_crs: MetricCrs, tolerance_m: float = TOLERANCE_M
) -> LineString:
    """The way along `lines` through a ground, from border to border.

    lines: lon/lat lines, in any order and direction; ends up to `tolerance_m` apart are joined, and an end
    that stops so short of the border is led across it. ground: lon/lat.
    Raises BadLine where the lines are none, fork or do not meet, DoesNotCross where none runs there.
    """
    frame = MetricFrame.of(metric_crs)
    within = frame.unproject([frame.project([ground])[0].buffer(tolerance_m)])[0]
    parts = _stretches(lines, within)
    if len(parts) == 0:
        raise DoesNotCross("none of the chosen lines runs through the grid", place=ground.boundary)
    way = _joined([_Way(frame.points(shapely.get_coordinates(each))) for each in parts], tolerance_m, parts)
    xy = _led_out(way.xy, frame.project([ground])[0], tolerance_m)
    lonlat = to_lattice(frame.lonlat(xy))
    lonlat = _with_bits(lonlat, parts)
    line = LineString(lonlat[np.r_[True, (lonlat[1:] != lonlat[:-1]).any(axis=1)]])
    if not line.is_simple:
        raise BadLine("the chosen lines cross themselves", place=line)
    return line


@dataclass(frozen=True, eq=False)
class _Way:
    """Vertices in metres, from one end to the other."""

    xy: NDArray[np.float64]

    @property
    def ends(self) -> NDArray[np.float64]:
        return self.xy[[0, -1]]


def _stretches(lines: Geometries, within: BaseGeometry) -> NDArray[np.object_]:
    """The linear parts of the lines in an area, merged where exactly two of them meet."""
    shapes = [shape for shape in geometry_array(lines) if shape is not None and not shape.is_empty]
    for shape in shapes:
        if shape.geom_type not in ("LineString", "MultiLineString"):
            raise BadLine(f"a line is needed, not a {shape.geom_type}", place=shape, kind=shape.geom_type)
    inside = shapely.intersection(np.array(shapes, dtype=object), within)
    parts = shapely.get_parts(shapely.get_parts(inside))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]
    if len(parts) == 0:
        return np.array([], dtype=object)
    merged = shapely.line_merge(shapely.union_all(parts, grid_size=LATTICE_DEG))
    return np.asarray(shapely.get_parts([merged]), dtype=object)


def _joined(ways: list[_Way], tolerance_m: float, parts: NDArray[np.object_]) -> _Way:
    """All of them as one, the nearest ends first."""
    while len(ways) > 1:
        best: tuple[float, int, int, int, int] | None = None
        for i, first in enumerate(ways):
            for j in range(i + 1, len(ways)):
                gaps = np.hypot(*np.moveaxis(first.ends[:, None] - ways[j].ends[None], 2, 0))
                a, b = divmod(int(gaps.argmin()), 2)
                if best is None or gaps[a, b] < best[0]:
                    best = (float(gaps[a, b]), i, j, a, b)
        assert best is not None
        gap, i, j, a, b = best
        if gap > tolerance_m:
            raise BadLine(
                f"the chosen lines make no one way: {gap:.1f} m lie between them",
                place=shapely.multilinestrings(list(parts)),
                gap_m=gap,
            )
        head = ways[i].xy if a == 1 else ways[i].xy[::-1]
        tail = ways[j].xy if b == 0 else ways[j].xy[::-1]
        ways = [way for k, way in enumerate(ways) if k not in (i, j)] + [_Way(np.concatenate([head, tail]))]
    return ways[0]


def _led_out(xy: NDArray[np.float64], ground: BaseGeometry, tolerance_m: float) -> NDArray[np.float64]:
    """The line with each end that stops inside, short of the border, led a metre across it."""
    border = ground.boundary
    for end in (0, -1):
        here = shapely.Point(xy[end])
        if not ground.covers(here) or here.distance(border) > tolerance_m:
            continue
        foot = np.asarray(shapely.get_coordinates(shapely.shortest_line(here, border))[-1])
        way = foot - xy[end]
        length = float(np.hypot(*way))
        if length == 0.0:  # it ends on the border: straight on
            way = xy[end] - xy[1 if end == 0 else -2]
            length = float(np.hypot(*way))
        beyond = foot + way * (_BEYOND_M / length)
        xy = np.concatenate([[beyond], xy]) if end == 0 else np.concatenate([xy, [beyond]])
    return xy


def _with_bits(xy: NDArray[np.float64], parts: NDArray[np.object_]) -> NDArray[np.float64]:
    """Vertices of the chosen lines with the bits that they had before they were measured."""
    own = to_lattice(shapely.get_coordinates(parts))
    tree = shapely.STRtree(shapely.points(own))
    at, mine = tree.query_nearest(shapely.points(xy), max_distance=3 * LATTICE_DEG, all_matches=False)
    out = xy.copy()
    out[at] = own[mine]
    return out
