"""The door of the index: what comes in is an array of valid polygons in one frame, or a refusal."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.frames import geometry_array
from gis.locate.refusals import CrossesAntimeridian, Fault, InvalidPolygons

Polygons: TypeAlias = gpd.GeoSeries | gpd.GeoDataFrame | Sequence[Any] | NDArray[Any]

_POLYGON_TYPES = (shapely.GeometryType.POLYGON.value, shapely.GeometryType.MULTIPOLYGON.value)


def read_polygons(polygons: Polygons) -> NDArray[np.object_]:
    """The polygons as a one-dimensional array of shapely Polygon/MultiPolygon, Z dropped, order kept.

    Raises InvalidPolygons (missing, empty, not polygonal, NaN or infinite, invalid after OGC) and
    CrossesAntimeridian (in degrees, wider than 180° or outside ±180°).
    """
    crs = getattr(polygons, "crs", None)
    shapes = geometry_array(polygons)
    if not shapely.is_valid_input(shapes).all():
        raise TypeError("polygons must be shapely geometries")
    _refuse_invalid(shapes)
    flat: NDArray[np.object_] = shapely.force_2d(shapes) if shapely.has_z(shapes).any() else shapes.copy()
    _refuse_antimeridian(flat, crs)
    return flat


def _refuse_invalid(shapes: NDArray[np.object_]) -> None:
    types = shapely.get_type_id(shapes)
    usable = np.isin(types, _POLYGON_TYPES) & ~shapely.is_empty(shapes)
    usable[usable] = shapely.is_valid(shapes[usable])
    faults = [Fault(int(position), _reason(shapes[position])) for position in np.flatnonzero(~usable)]
    if faults:
        raise InvalidPolygons(faults)


def _reason(shape: Any) -> str:
    if shape is None:
        return "no geometry"
    if shape.is_empty:
        return f"empty {shape.geom_type}"
    if shapely.get_type_id(shape) not in _POLYGON_TYPES:
        return f"a {shape.geom_type}, not a polygon"
    return str(shapely.is_valid_reason(shape))


def _refuse_antimeridian(shapes: NDArray[np.object_], crs: pyproj.CRS | None) -> None:
    if len(shapes) == 0:
        return
    west, south, east, north = shapely.total_bounds(shapes)
    if crs is None:
        in_degrees = west >= -180 and east <= 180 and south >= -90 and north <= 90
    else:
        in_degrees = crs.is_geographic
    if in_degrees and (east - west > 180 or west < -180 or east > 180):
        raise CrossesAntimeridian(west, east)
