"""Leading a drawn line around the buildings that it would cut, along their walls."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from gis.frames import MetricFrame
from gis.net.buildings import Buildings
from gis.net.face import to_lattice
from gis.net.refusals import BuildingInTheWay

# A line that only brushes a wall is no cut: shorter than about 1 cm inside a footprint.
_BRUSH_DEG = 1e-7


@dataclass(frozen=True)
class Detour:
    """A line (lattice vertices, lon/lat) that goes around buildings, and how far it was moved, in metres."""

    xy: NDArray[np.float64]
    moved_m: float


def around_buildings(
    xy: NDArray[np.float64], within: BaseGeometry, buildings: Buildings, frame: MetricFrame
) -> Detour:
    """The line with every crossing of a building inside `within` replaced by the shorter way round.

    Raises BuildingInTheWay where neither way stays inside `within`, or where the line ends in a building.
    """
    line = LineString(xy)
    if len(buildings.footprints) == 0:
        return Detour(xy, 0.0)
    # a cluster that the border of `within` already crosses is cut already and is in nobody's way
    hit = np.sort(buildings.cluster_tree.query(shapely.intersection(line, within), predicate="intersects"))
    inside = shapely.within(buildings.clusters[hit], within)
    result = line
    for cluster in buildings.clusters[hit[inside]]:
        result = _around(result, cluster, within)
    vertices = to_lattice(shapely.get_coordinates(result))
    vertices = vertices[np.r_[True, (vertices[1:] != vertices[:-1]).any(axis=1)]]
    if result is line:
        return Detour(xy, 0.0)
    before, after = frame.project([line, LineString(vertices)])
    return Detour(vertices, float(shapely.hausdorff_distance(after, before)))


def _around(line: LineString, cluster: Polygon, within: BaseGeometry) -> LineString:
    """The line with its crossings of one cluster replaced."""
    for _ in range(100):
        inner = [
            part
            for part in shapely.get_parts(shapely.intersection(line, cluster))
            if part.geom_type == "LineString" and _through(part, cluster)
        ]
        if not inner:
            return line
        first = min((_span(line, part) for part in inner), key=lambda span: span[0])
        line = _replace(line, first, cluster, within)
    raise BuildingInTheWay("the line crosses one building too many times", place=cluster)


def _through(part: LineString, cluster: Polygon) -> bool:
    """Whether a piece of the line really passes through the inside, not along a wall."""
    if part.length <= _BRUSH_DEG:
        return False
    return bool(cluster.exterior.distance(part.interpolate(0.5, normalized=True)) > _BRUSH_DEG / 10)


def _span(line: LineString, part: LineString) -> tuple[float, float]:
    ends = sorted(line.project(Point(part.coords[i])) for i in (0, -1))
    return ends[0], ends[1]


def _replace(
    line: LineString, span: tuple[float, float], cluster: Polygon, within: BaseGeometry
) -> LineString:
    start, end = line.interpolate(span[0]), line.interpolate(span[1])
    for point in (start, end):
        if cluster.exterior.distance(point) > _BRUSH_DEG:
            raise BuildingInTheWay("the line ends inside a building", place=cluster)
    wall = cluster.exterior
    a, b = wall.project(start), wall.project(end)
    ways = []
    for low, high, backwards in ((min(a, b), max(a, b), a > b), (max(a, b), min(a, b), a < b)):
        way = substring(wall, low, high) if low <= high else _over_the_seam(wall, low, high)
        xy = shapely.get_coordinates(way)
        ways.append(LineString(xy[::-1] if backwards else xy))
    allowed = [way for way in ways if shapely.covers(within, way)]
    if not allowed:
        raise BuildingInTheWay("there is no way around the building inside the grid", place=cluster)
    way = min(allowed, key=lambda candidate: candidate.length)
    pieces = [
        shapely.get_coordinates(substring(line, 0.0, span[0])),
        shapely.get_coordinates(way),
        shapely.get_coordinates(substring(line, span[1], line.length)),
    ]
    xy = np.vstack(pieces)
    return LineString(xy[np.r_[True, (xy[1:] != xy[:-1]).any(axis=1)]])


def _over_the_seam(ring: LineString, low: float, high: float) -> LineString:
    """The part of a closed ring from `low` over its first vertex to `high`."""
    head = shapely.get_coordinates(substring(ring, low, ring.length))
    tail = shapely.get_coordinates(substring(ring, 0.0, high))
    return LineString(np.vstack([head, tail[1:]]) if len(tail) > 1 else head)
