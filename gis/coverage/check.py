"""Is this set of polygons a net: does it cover its ground, once?"""

from collections.abc import Sequence
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.coverage import faults
from gis.coverage.faults import Found
from gis.coverage.plane import EdgesIn, Plane, Polygons, plane_of
from gis.coverage.report import CoverageReport
from gis.frames import Geometries, MetricCrs, MetricFrame, geometry_array

_AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def check_coverage(
    polygons: Geometries,
    within: Geometries | shapely.Geometry | None = None,
    *,
    metric_crs: MetricCrs,
    gap_width: float = 0.0,
    sliver_width: float = 1.0,
    edges_straight_in: EdgesIn | Literal["auto"] = "auto",
) -> CoverageReport:
    """Find every place that has no owner or two, and every border that two neighbours draw differently.

    polygons, within (the parent, one shape or several that are joined): lon/lat, WGS 84 or CGCS2000.
    metric_crs: an EPSG number or CRS in metres for all figures (NotMetric otherwise).
    gap_width, metres: edges that face each other across less than this, enclosed or not, count as
    unmatched. sliver_width, metres: parts of polygons narrower than this are listed as slivers.
    edges_straight_in: "auto" takes lon/lat unless the corners show that the net was drawn in the metric
    CRS (see plane.py). Findings are never exceptions; a missing, empty, non-polygonal, non-finite or
    self-crossing shape is listed as invalid, and what make_valid can save of it takes part.
    """
    frame = MetricFrame.of(metric_crs)
    given = geometry_array(polygons)
    labels = _labels(polygons, len(given))
    invalid, usable = _sorted_out(given)
    parent = joined(within)
    rows = np.flatnonzero([shape is not None for shape in usable])
    sound = usable[rows]
    straight = plane_of(sound, frame) if edges_straight_in == "auto" else edges_straight_in
    plane = Plane(straight, frame)
    drawn = plane.from_lonlat(sound)
    ground = None if parent is None else plane.from_lonlat(np.array([parent], dtype=object))[0]

    def framed(found: Found) -> gpd.GeoDataFrame:
        return _framed(found, rows, labels, plane)

    nothing = Found(np.empty(0, dtype=object), [], np.empty(0), np.empty(0))
    edges = faults.unmatched_edges(drawn, gap_width, plane)
    return CoverageReport(
        overlaps=framed(faults.overlaps(drawn, plane)),
        gaps=framed(faults.gaps(drawn, ground, plane)),
        unmatched_edges=_framed_edges(edges, rows, labels, plane),
        slivers=framed(faults.slivers(drawn, sliver_width, plane)),
        outside=framed(nothing if ground is None else faults.outside(drawn, ground, plane)),
        uncovered=framed(nothing if ground is None else faults.uncovered(drawn, ground, plane)),
        invalid=_framed_invalid(invalid, given, labels),
        labels=tuple(labels),
        edges_straight_in=straight,
    )


def joined(within: Geometries | shapely.Geometry | None) -> shapely.Geometry | None:
    """The parent as one valid shape, None if there is none."""
    if within is None:
        return None
    shapes = geometry_array(within)
    return shapely.union_all([part for part in map(saved, shapes) if part is not None])


def reason_invalid(shape: Any) -> str | None:
    """Why this is no polygon, None if it is one."""
    if shape is None:
        return "missing"
    if not isinstance(shape, shapely.Geometry):
        return f"a {type(shape).__name__} is no geometry"
    if shapely.get_type_id(shape) not in _AREAS:
        return f"a {shape.geom_type} is no polygon"
    if shape.is_empty:
        return "empty"
    xy = shapely.get_coordinates(shape)
    if not np.isfinite(xy).all():
        return "a coordinate is not a finite number"
    if np.any(np.abs(xy) > (180.0, 90.0)):
        return "a coordinate is no lon, lat in degrees"
    return None if shape.is_valid else str(shapely.is_valid_reason(shape))


def _sorted_out(given: Polygons) -> tuple[dict[int, str], Polygons]:
    """Reasons by position, and what can be checked of each shape (None: nothing)."""
    invalid: dict[int, str] = {}
    usable = np.empty(len(given), dtype=object)
    for row, shape in enumerate(given):
        reason = reason_invalid(shape)
        if reason is not None:
            invalid[row] = reason
        usable[row] = _flat(shape) if reason is None else saved(shape)
    return invalid, usable


def saved(shape: Any) -> shapely.Geometry | None:
    """A valid polygonal copy, None where nothing is left."""
    if not isinstance(shape, shapely.Geometry) or shapely.get_type_id(shape) not in _AREAS:
        return None
    xy = shapely.get_coordinates(shape)
    if not np.isfinite(xy).all() or np.any(np.abs(xy) > (180.0, 90.0)):
        return None
    flat = _flat(shape)
    if not flat.is_valid:
        flat = shapely.make_valid(flat, method="structure", keep_collapsed=False)
        flat = faults.polygonal(np.array([flat], dtype=object))[0]
    return None if flat.is_empty else flat


def _flat(shape: shapely.Geometry) -> shapely.Geometry:
    """Without heights; the same object if it has none."""
    return shapely.force_2d(shape) if shape.has_z or shape.has_m else shape


def _labels(polygons: Geometries, count: int) -> Sequence[Any]:
    if isinstance(polygons, gpd.GeoDataFrame | gpd.GeoSeries):
        return list(polygons.index)
    return range(count)


def _framed(found: Found, rows: Any, labels: Sequence[Any], plane: Plane) -> gpd.GeoDataFrame:
    positions = [tuple(int(rows[row]) for row in concerned) for concerned in found.rows]
    return gpd.GeoDataFrame(
        {
            "polygons": _objects([tuple(labels[row] for row in concerned) for concerned in positions]),
            "rows": _objects(positions),
            "area_m2": found.area_m2,
            "width_m": found.width_m,
        },
        geometry=plane.to_lonlat(found.shapes),
        crs=4326,
    )


def _framed_edges(edges: Polygons, rows: Any, labels: Sequence[Any], plane: Plane) -> gpd.GeoDataFrame:
    there = np.flatnonzero(~shapely.is_empty(edges))
    positions = [(int(rows[row]),) for row in there]
    return gpd.GeoDataFrame(
        {
            "polygons": _objects([(labels[row],) for (row,) in positions]),
            "rows": _objects(positions),
            "length_m": np.asarray(shapely.length(plane.measured(edges[there])), dtype=np.float64),
        },
        geometry=plane.to_lonlat(edges[there]),
        crs=4326,
    )


def _framed_invalid(invalid: dict[int, str], given: Polygons, labels: Sequence[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "polygons": _objects([(labels[row],) for row in invalid]),
            "rows": _objects([(row,) for row in invalid]),
            "reason": pd.Series(list(invalid.values()), dtype=object),
        },
        geometry=gpd.GeoSeries([_shape_or_none(given[row]) for row in invalid], crs=4326),
    )


def _shape_or_none(value: Any) -> shapely.Geometry | None:
    return value if isinstance(value, shapely.Geometry) else None


def _objects(values: list[Any]) -> "pd.Series[Any]":
    return pd.Series(values, dtype=object)
