"""Stored in degrees on a lattice, measured in metres in the district's own frame.

Edges are straight in lon/lat. A metric frame bends them, so whatever is measured is first given points
every 0.001° *in lon/lat*: without them a node inserted on a straight 5 km edge changes the measured area
by hundreds of square metres though nothing moved.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, ClassVar, TypeAlias

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from gis.datums import WrongFrame, checked_lonlat

LATTICE_DEG = 1e-9
"""Step of stored coordinates, degrees: 0.1 mm on the ground."""
DENSIFY_DEG = 1e-3
"""Longest piece of an edge, degrees, when it is carried into a metric frame."""

Geometries: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries | Sequence[shapely.Geometry | None] | NDArray[Any]
Floats = NDArray[np.float64]

_BLOCK_VERTICES = 1_000_000

# Not 1 / LATTICE_DEG, which is 999999999.9999999 and rounds some halves the other way.
STEPS_PER_DEGREE = 1e9


class NotMetric(WrongFrame):
    """Asked to measure in a frame that is no metric map projection of the ground. crs: its name."""

    code: ClassVar[str] = "not-metric"

    def __init__(self, reason: str, *, crs: str) -> None:
        self.crs = crs
        super().__init__(reason)


def snap_to_lattice(geoms: Geometries) -> NDArray[np.object_]:
    """Move every vertex to the nearest point of the 1e-9° lattice; lon/lat in, lon/lat out, 2D.

    Vertices are moved one by one and nothing else is done: no vertex is dropped and no shape repaired, so
    a shape that the lattice cannot hold shows up as invalid in the next check. None stays None.
    """
    return _transformed(geometry_array(geoms), lambda xy: np.rint(xy * STEPS_PER_DEGREE) / STEPS_PER_DEGREE)


def geometry_array(geoms: Geometries | shapely.Geometry) -> NDArray[np.object_]:
    """Geometries as a one-dimensional array of shapely objects, None where one is missing."""
    if isinstance(geoms, gpd.GeoDataFrame):
        geoms = geoms.geometry
    if isinstance(geoms, gpd.GeoSeries):
        return np.asarray(geoms.to_numpy(), dtype=object)
    if isinstance(geoms, shapely.Geometry):
        geoms = [geoms]
    array = np.empty(len(geoms), dtype=object)
    for position, geom in enumerate(geoms):
        array[position] = geom
    return array


def require_metric(crs: int | str | CRS | None) -> CRS:
    """The CRS, if areas and lengths mean something in it: a projection in metres, and not Web Mercator.

    Raises NotMetric otherwise, None included.
    """
    if crs is None:
        raise NotMetric("no metric CRS is given", crs="none")
    try:
        parsed = CRS.from_user_input(crs)
    except CRSError as error:
        raise NotMetric(f"{crs} is no known CRS", crs=str(crs)) from error
    name = parsed.name
    if not parsed.is_projected:
        raise NotMetric(f"{name} is in degrees: areas and lengths need a projected CRS", crs=name)
    if any(axis.unit_conversion_factor != 1.0 for axis in parsed.axis_info[:2]):
        raise NotMetric(f"{name} is not in metres", crs=name)
    operation = parsed.coordinate_operation
    if operation is not None and "pseudo" in operation.method_name.lower():
        raise NotMetric(f"{name} stretches areas (by half in Jincheng): use a local projection", crs=name)
    return parsed


@dataclass(frozen=True)
class MetricFrame:
    """A district's metric CRS, by EPSG number or anything pyproj reads. Raises NotMetric.

    Degrees in are WGS 84 or CGCS2000, which are taken as equal; no datum shift is ever applied.
    """

    epsg: int | str | CRS
    crs: CRS = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "crs", require_metric(self.epsg))

    @classmethod
    def of(cls, crs: "MetricCrs") -> "MetricFrame":
        """The frame itself, or the frame of an EPSG number or CRS."""
        return crs if isinstance(crs, MetricFrame) else cls(crs)

    def points(self, lonlat: ArrayLike) -> Floats:
        """(n, 2) degrees to (n, 2) metres, east first. NaN stays NaN; WrongFrame off the globe."""
        return self._forward(checked_lonlat(lonlat))

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """What `points` gives for one place, in a third of the time."""
        if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):
            ((x, y),) = self.points([[lon, lat]]).tolist()
            return x, y
        x, y = self._carrier.transform(lon, lat)
        return (x, y) if math.isfinite(x + y) else (math.nan, math.nan)

    def lonlat(self, metres: ArrayLike) -> Floats:
        """(n, 2) metres, east first, back to degrees on the lattice."""
        degrees = self._backward(np.asarray(metres, dtype=np.float64).reshape(-1, 2))
        return np.asarray(np.rint(degrees * STEPS_PER_DEGREE) / STEPS_PER_DEGREE, dtype=np.float64)

    def project(self, geoms: Geometries) -> NDArray[np.object_]:
        """Lon/lat shapes as metric shapes, densified in lon/lat to 0.001° first. None stays None."""
        dense = shapely.segmentize(_without_empty_parts(geometry_array(geoms)), DENSIFY_DEG)
        return _transformed(dense, self.points)

    def unproject(self, geoms: Geometries) -> NDArray[np.object_]:
        """Metric shapes as lon/lat shapes on the lattice, vertex by vertex: edges are not densified."""
        return _transformed(geometry_array(geoms), self.lonlat)

    def area_m2(self, geoms: Geometries) -> Floats:
        """Areas of lon/lat shapes in m²; 0 for lines, points and None."""
        return self._measure(shapely.area, geoms)

    def length_m(self, geoms: Geometries) -> Floats:
        """Lengths of lon/lat lines in m, perimeters of polygons; 0 for None."""
        return self._measure(shapely.length, geoms)

    def _measure(self, measure: Callable[[NDArray[np.object_]], Any], geoms: Geometries) -> Floats:
        shapes = geometry_array(geoms)
        measured = np.zeros(len(shapes))
        for some in in_blocks(shapes):
            measured[some] = _zero_for_none(measure(self.project(shapes[some])))
        return measured

    # held here: to find it by its CRS costs more (the CRS is hashed as text) than to carry one point
    @cached_property
    def _carrier(self) -> Transformer:
        return _transformer(self.crs)

    def _forward(self, xy: Floats) -> Floats:
        return _both(self._carrier, xy, inverse=False)

    def _backward(self, xy: Floats) -> Floats:
        return _both(self._carrier, xy, inverse=True)


MetricCrs: TypeAlias = int | str | CRS | MetricFrame


@lru_cache(maxsize=32)
def _transformer(crs: CRS) -> Transformer:
    # From the projection's own geodetic frame: its degrees are ours (docs/datums.md), so that no grid
    # file or Helmert shift can come in between, whatever PROJ finds on the machine.
    return Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)


def _both(transformer: Transformer, xy: Floats, *, inverse: bool) -> Floats:
    direction = "INVERSE" if inverse else "FORWARD"
    if len(xy) == 1:  # one place: plain numbers cost a sixth of arrays, and give the same bits
        found = transformer.transform(float(xy[0, 0]), float(xy[0, 1]), direction=direction)
        return np.array([found if math.isfinite(found[0] + found[1]) else (np.nan, np.nan)])
    x, y = transformer.transform(xy[:, 0], xy[:, 1], direction=direction)
    out = np.column_stack([x, y]).astype(np.float64, copy=False)
    out[~np.isfinite(out).all(axis=1)] = np.nan
    return out


def _zero_for_none(measures: Any) -> Floats:
    values = np.asarray(measures, dtype=np.float64)
    values[np.isnan(values)] = 0.0
    return values


_JOINED: dict[int, Callable[[NDArray[np.object_]], shapely.Geometry]] = {
    shapely.GeometryType.MULTIPOINT: shapely.multipoints,
    shapely.GeometryType.MULTILINESTRING: shapely.multilinestrings,
    shapely.GeometryType.MULTIPOLYGON: shapely.multipolygons,
    shapely.GeometryType.GEOMETRYCOLLECTION: shapely.geometrycollections,
}


def _without_empty_parts(geoms: NDArray[np.object_]) -> NDArray[np.object_]:
    """The same shapes; from those of several parts the empty ones are left out.

    GEOS 3.14 kills the process when it densifies `MULTIPOLYGON (((…)), EMPTY)`.
    """
    many = np.flatnonzero(shapely.get_type_id(geoms) >= shapely.GeometryType.MULTIPOINT)
    if len(many) == 0:
        return geoms
    parts, owner = shapely.get_parts(geoms[many], return_index=True)
    whole = _without_empty_parts(parts)
    bare = shapely.is_empty(whole)
    worked_on = np.unique(owner[bare | (whole != parts)]) if whole is not parts or bare.any() else ()
    if len(worked_on) == 0:
        return geoms
    out = geoms.copy()
    for k in worked_on:
        join = _JOINED[int(shapely.get_type_id(geoms[many[k]]))]
        out[many[k]] = join(whole[(owner == k) & ~bare])
    return out


def _transformed(geoms: NDArray[np.object_], function: Any) -> NDArray[np.object_]:
    out = np.empty(len(geoms), dtype=object)
    for some in in_blocks(geoms):
        out[some] = shapely.transform(geoms[some], function)
    return out


def in_blocks(geoms: NDArray[np.object_]) -> Iterator[slice]:
    """Neighbouring shapes that have about a million vertices together, so that copies of them stay small."""
    ends = np.cumsum(shapely.get_num_coordinates(geoms))
    start = 0
    while start < len(geoms):
        before = ends[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(ends, before + _BLOCK_VERTICES, side="right")))
        yield slice(start, end)
        start = end
