"""Distances of points to the net, in metres, on a copy of the polygons in the district's metric CRS."""

from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.frames import MetricFrame
from gis.jit import Floats, Ints, Longs
from gis.locate.kernels.border import border_of_point

_TIE_M = 1e-4  # nearer together than this is equally near: then the lowest position
_ACROSS_M = 1e-2  # edges of neighbours that should match may miss each other by this much


class MetricNet:
    """The polygons in metres (edges densified in lon/lat first, so that straight stays straight)."""

    def __init__(self, shapes: NDArray[np.object_], frame: MetricFrame) -> None:
        self._frame = frame
        self._shapes = self._frame.project(shapes)
        self._borders = shapely.boundary(self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        shapely.prepare(self._shapes)

    def nearest(
        self, lonlat: NDArray[np.float64], owners: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """(positions, metres): the owner and 0 m, or the nearest polygon of a point without owner."""
        positions = owners.copy()
        metres = np.where(owners >= 0, 0.0, np.nan)
        outside = np.flatnonzero((owners < 0) & np.isfinite(lonlat).all(axis=1))
        if len(outside) == 0 or len(self._shapes) == 0:
            return positions, metres
        points = shapely.points(self._frame.points(lonlat[outside]))
        (which, _), distances = self._tree.query_nearest(points, return_distance=True, all_matches=False)
        reach = np.full(len(outside), np.inf)
        reach[which] = distances
        which, candidates = self._tree.query(points, predicate="dwithin", distance=reach + _TIE_M)
        lowest = np.full(len(outside), len(self._shapes), dtype=np.int32)
        np.minimum.at(lowest, which, candidates.astype(np.int32))
        positions[outside], metres[outside] = lowest, reach
        return positions, metres

    def to_border(
        self, lonlat: NDArray[np.float64], owners: NDArray[np.int32]
    ) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """(metres, neighbours) of the points that have an owner; (NaN, -1) of the others."""
        metres = np.full(len(lonlat), np.nan)
        neighbours = np.full(len(lonlat), -1, dtype=np.int32)
        owned = np.flatnonzero(owners >= 0)
        if len(owned) == 0:
            return metres, neighbours
        points = shapely.points(self._frame.points(lonlat[owned]))
        links = shapely.shortest_line(self._borders[owners[owned]], points)
        metres[owned] = shapely.length(links)
        neighbours[owned] = self._across(shapely.get_point(links, 0), owners[owned])
        return metres, neighbours

    def border_of(self, x: float, y: float, owner: int) -> tuple[float, int]:
        """(metres, neighbour) of one place in metres that has this owner; the neighbour -1 for none."""
        metres, across = border_of_point(x, y, owner, *self._flat, _ACROSS_M, _TIE_M)
        return float(metres), int(across)

    @cached_property
    def _flat(self) -> tuple[Floats, Longs, Floats, Ints, Longs]:
        """Vertices with a row of NaN after each ring, where polygons start, boxes, and whose boxes meet."""
        parts, owners = shapely.get_parts(self._shapes, return_index=True)
        rings, of_part = shapely.get_rings(parts, return_index=True)
        xy, of_ring = shapely.get_coordinates(rings, return_index=True)
        sizes = np.bincount(of_ring, minlength=len(rings))
        vertices = np.full((len(xy) + len(rings), 2), np.nan)
        vertices[np.arange(len(xy)) + of_ring] = xy
        count = len(self._shapes)
        starts = np.zeros(count + 1, dtype=np.int64)
        np.cumsum(np.bincount(owners[of_part], weights=sizes + 1, minlength=count), out=starts[1:])
        bounds = shapely.bounds(self._shapes)
        around = shapely.box(*(bounds + np.array([-1, -1, 1, 1]) * _ACROSS_M).T)
        which, met = self._tree.query(around)
        order = np.lexsort((met, which))
        near_starts = np.zeros(count + 1, dtype=np.int64)
        np.cumsum(np.bincount(which, minlength=count), out=near_starts[1:])
        return vertices, starts, np.ascontiguousarray(bounds), met[order].astype(np.int32), near_starts

    def _across(self, places: NDArray[np.object_], owners: NDArray[np.int32]) -> NDArray[np.int32]:
        which, candidates = self._tree.query(places, predicate="dwithin", distance=_ACROSS_M)
        others = candidates != owners[which]
        which, candidates = which[others], candidates[others]
        if len(owners) == 1 and len(candidates) == 1:  # one place with one neighbour: the common question
            return np.asarray(candidates, dtype=np.int32)
        steps = np.floor(shapely.distance(self._shapes[candidates], places[which]) / _TIE_M)
        order = np.lexsort((candidates, steps, which))
        first = np.unique(which[order], return_index=True)
        across = np.full(len(owners), -1, dtype=np.int32)
        across[first[0]] = candidates[order][first[1]]
        return across
