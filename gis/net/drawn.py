"""What a planner draws, checked before it meets the net: each fault is named with its place."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry import LineString, MultiPoint, Point
from shapely.geometry.base import BaseGeometry

from gis.net.face import to_lattice
from gis.net.refusals import BadLine

MOST_VERTICES = 20_000


def drawn_line(line: LineString) -> NDArray[np.float64]:
    """The vertices of a drawn line on the lattice, (n, 2), without repeats. Raises BadLine."""
    if line is None or line.is_empty or line.geom_type not in ("LineString", "LinearRing"):
        raise BadLine("the line is empty or no line", kind=getattr(line, "geom_type", "none"))
    xy = shapely.get_coordinates(line)
    if len(xy) > MOST_VERTICES:
        raise BadLine(
            f"the line has {len(xy)} vertices, at most {MOST_VERTICES} are taken",
            place=_extent(xy),
            vertices=len(xy),
        )
    _require_degrees(xy)
    xy = to_lattice(xy)
    xy = xy[np.r_[True, (xy[1:] != xy[:-1]).any(axis=1)]]
    if len(xy) < 2:
        raise BadLine("the line is a single point", place=MultiPoint(xy))
    if not LineString(xy).is_simple:
        raise BadLine("the line crosses itself", place=_first_crossing(xy))
    return xy


def _require_degrees(xy: NDArray[np.float64]) -> None:
    """Every coordinate is a number, and a place on earth."""
    finite = np.isfinite(xy).all(axis=1)
    if not finite.all():
        vertex = int(np.argmin(finite))
        known = xy[:vertex] if vertex else xy[finite][:1]
        raise BadLine(
            f"vertex {vertex + 1} of the line has a coordinate that is no number",
            place=Point(known[-1]) if len(known) and _on_earth(known[-1:])[0] else None,
            vertex=vertex,
        )
    inside = _on_earth(xy)
    if not inside.all():
        vertex = int(np.argmin(inside))
        x, y = xy[vertex].tolist()
        hint = ": longitude and latitude seem swapped" if _on_earth(xy[:, ::-1]).all() else ""
        raise BadLine(
            f"vertex {vertex + 1} of the line ({x:.6f}, {y:.6f}) is not in lon/lat degrees{hint}",
            place=Point(y, x) if hint else None,
            vertex=vertex,
            first=xy[0].tolist(),
        )


def _on_earth(xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray((np.abs(xy[:, 0]) <= 180) & (np.abs(xy[:, 1]) <= 90))


def _extent(xy: NDArray[np.float64]) -> BaseGeometry | None:
    known = xy[np.isfinite(xy).all(axis=1)]
    known = known[_on_earth(known)]
    return shapely.box(*known.min(axis=0), *known.max(axis=0)) if len(known) else None


def _first_crossing(xy: NDArray[np.float64]) -> BaseGeometry:
    """Where a line that is not simple first meets itself: a point, or the stretch that it runs twice."""
    pieces = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    i, j = STRtree(pieces).query(pieces, predicate="intersects")
    i, j = i[i < j], j[i < j]
    met = shapely.intersection(pieces[i], pieces[j])
    closing = (i == 0) & (j == len(pieces) - 1) & bool((xy[0] == xy[-1]).all())
    joint = ((j == i + 1) | closing) & (shapely.get_dimensions(met) == 0)
    order = np.lexsort((j, i))
    found = met[order][~joint[order]]
    return shapely.transform(found[0], to_lattice) if len(found) else LineString(xy)
