"""GridIndex: the one way to ask which grid holds a point."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.frames import MetricCrs, MetricFrame
from gis.locate.edges import edges_of
from gis.locate.metric import MetricNet
from gis.locate.overlaps import find_overlaps
from gis.locate.polygons import Polygons, read_polygons
from gis.locate.raster import RasterEngine
from gis.locate.refusals import Overlap, OverlappingPolygons
from gis.locate.tree import TreeEngine


class GridIndex:
    """Exact point location over polygons with disjoint interiors, in the frame of the polygons (lon/lat).

    Every covered point has one owner: off the borders the polygon that holds it, on a border or a vertex
    the lowest position among the polygons that touch it (so pass them sorted by code). Holes, islands,
    enclaves and multipolygons count as shapely's `covered_by` counts them.

    polygons: GeoSeries, GeoDataFrame or sequence of shapely Polygon/MultiPolygon.
    overlaps: "refuse" (default) raises OverlappingPolygons; "lowest" accepts them: the lowest position
    wins wherever several cover a point, and `overlaps` names the pairs.
    Raises InvalidPolygons, OverlappingPolygons, CrossesAntimeridian.
    """

    def __init__(self, polygons: Polygons, *, overlaps: Literal["refuse", "lowest"] = "refuse") -> None:
        self._shapes = read_polygons(polygons)
        self._metric: dict[MetricCrs, MetricNet] = {}
        self._engine, self.overlaps = _engine_for(self._shapes, refuse=overlaps != "lowest")

    def __len__(self) -> int:
        return len(self._shapes)

    @property
    def engine(self) -> Literal["raster", "tree"]:
        """What answers: the raster, or (overlapping polygons, no polygons) the slower tree."""
        return "raster" if isinstance(self._engine, RasterEngine) else "tree"

    @property
    def nbytes(self) -> int:
        """What the engine holds in memory, bytes, beside the polygons."""
        return self._engine.nbytes

    def locate(self, lonlat: ArrayLike, *, threads: int | None = None) -> NDArray[np.int32]:
        """The owner of each point.

        lonlat: (n, 2), lon first, same frame as the polygons. threads: default all cores of the process.
        Returns (n,) int32 positions in the polygons; -1 = outside, NaN or infinite.
        """
        return self._engine.locate(_as_points(lonlat), threads=threads)

    def locate_one(self, lon: float, lat: float) -> int:
        """What `locate` gives for one point: about a microsecond where the raster answers."""
        return self._engine.locate_one(lon, lat)

    def nearest(
        self, lonlat: ArrayLike, *, metric_crs: MetricCrs
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """The polygon that owns each point or, outside, lies nearest to it.

        lonlat: (n, 2) degrees. metric_crs: a projected CRS in metres, as an EPSG number or pyproj CRS.
        Returns (positions, metres), both (n,): 0 m inside; polygons equally near within 0.1 mm: the lowest
        position. NaN or infinite points, and every point where there are no polygons: (-1, NaN).
        """
        points = _as_points(lonlat)
        return self._in_metres(metric_crs).nearest(points, self.locate(points))

    def to_border(
        self, lonlat: ArrayLike, *, metric_crs: MetricCrs
    ) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """How far each point is from the border of its own grid, and who lies across.

        lonlat: (n, 2) degrees. metric_crs: as for `nearest`.
        Returns (metres, neighbours), both (n,): the distance to the nearest border point of the owner, and
        the other polygon within 1 cm of that border point (the nearest, then the lowest), -1 where only
        the outside lies across. Points that nobody owns: (NaN, -1).
        """
        points = _as_points(lonlat)
        return self._in_metres(metric_crs).to_border(points, self.locate(points))

    def border_of(
        self, metres: tuple[float, float], position: int, *, metric_crs: MetricCrs
    ) -> tuple[float, int]:
        """What `to_border` says of one place whose owner is known, by a compiled kernel: some microseconds.

        metres: the place, east first, in `metric_crs` already. position: its owner. Returns (metres to the
        border, the polygon across or -1).
        """
        return self._in_metres(metric_crs).border_of(*metres, position)

    def _in_metres(self, metric_crs: MetricCrs) -> MetricNet:
        if metric_crs not in self._metric:
            self._metric[metric_crs] = MetricNet(self._shapes, MetricFrame.of(metric_crs))
        return self._metric[metric_crs]


def _engine_for(
    shapes: NDArray[np.object_], *, refuse: bool
) -> tuple[RasterEngine | TreeEngine, list[Overlap]]:
    """The fast engine for disjoint polygons, the tree for the others, and the pairs that overlap."""
    if len(shapes) == 0:
        return TreeEngine(shapes), []
    edges = edges_of(shapes)
    overlaps = find_overlaps(shapes, edges)
    if overlaps and refuse:
        raise OverlappingPolygons(overlaps)
    return (TreeEngine(shapes) if overlaps else RasterEngine(edges)), overlaps


def _as_points(lonlat: ArrayLike) -> NDArray[np.float64]:
    points = np.ascontiguousarray(lonlat, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2:
        if points.size == 0:
            return np.empty((0, 2))
        raise ValueError(f"lonlat must have shape (n, 2), lon first; this has {points.shape}")
    return points
