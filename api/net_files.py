"""Nets in files: read with the import's readers, carried to lon/lat, written back with their columns."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from boundaries.land.importing.errors import FrameNotStated, UnknownField, UnreadableFile
from boundaries.land.importing.frame import Stated, to_lonlat
from boundaries.land.importing.reading import Limits, Table, read, read_apart
from boundaries.land.importing.reading.wkb import shapes_of
from gis.frames import NotMetric, require_metric

_DEGREES = {4326, 4490, 4979, 4480}
_DRIVERS = {
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".fgb": "FlatGeobuf",
    ".shp": "ESRI Shapefile",
}
_WKT_COLUMNS = ("wkt", "geometry", "geom", "the_geom")


def read_net(
    path: Path,
    *,
    code: str | None,
    stated: Stated,
    metric_crs: int | None,
    layer: str | None,
    encoding: str | None = None,
    limits: Limits | None = None,
) -> tuple[gpd.GeoDataFrame, int]:
    """The rows of a file with lon/lat shapes, indexed by code (else row number), and the metric CRS.

    Shapes already in WGS 84 or CGCS2000 degrees keep their bits; others land on the lattice. Where no
    metric CRS is stated it is the file's own, else the CGCS2000 3-degree zone of the place in China, else
    the UTM zone. limits: for a file of strangers, which is then read in a process of its own. Raises the
    refusals of the import's readers, UnknownField, NotMetric.
    """
    if limits is None:
        table = read(path, layer=layer, encoding=encoding)
    else:
        table = read_apart(path, layer=layer, encoding=encoding, limits=limits)
    shapes = _shapes(path, table)
    if code is not None and code not in table.columns:
        raise UnknownField("code", code, "the file has " + (", ".join(table.columns) or "no columns"))
    finite = np.array([np.isfinite(shapely.get_coordinates(shape)).all() for shape in shapes], dtype=bool)
    metric = metric_crs or _own_metric(table.crs) or _usual_metric(shapes[finite], table.crs, stated)
    require_metric(metric)
    lonlat = shapes.copy()
    if not _is_degrees(table, stated):
        framed = to_lonlat(
            shapes[finite], table.crs, stated, metric_crs=metric, by_definition=table.by_definition
        )
        if not framed.usable:
            reasons = "; ".join(finding.message for finding in framed.findings if finding.blocks)
            raise UnreadableFile(path.name, reasons)
        lonlat[finite] = framed.shapes
    labels = table.cells[code].tolist() if code is not None else table.rows.tolist()
    frame = gpd.GeoDataFrame(table.cells.copy(), geometry=gpd.GeoSeries(lonlat, crs=4326), crs=4326)
    frame.index = labels
    return frame, metric


def write_net(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write rows and shapes by the suffix: .gpkg, .geojson, .fgb, .shp or .parquet. Raises UnreadableFile."""
    plain = frame.reset_index(drop=True)
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        plain.to_parquet(path)
    elif suffix in _DRIVERS:
        plain.to_file(path, driver=_DRIVERS[suffix])
    else:
        known = ", ".join([*_DRIVERS, ".parquet"])
        raise UnreadableFile(path.name, f"a net is written as one of {known}")


def _shapes(path: Path, table: Table) -> NDArray[np.object_]:
    if table.shapes is not None and not shapely.is_missing(table.shapes).all():
        return np.asarray(table.shapes, dtype=object)
    column = next((name for name in table.columns if name.lower() in _WKT_COLUMNS), None)
    if column is None:
        raise UnreadableFile(path.name, "there are no shapes in it")
    texts = [None if cell is None else str(cell) for cell in table.cells[column]]
    broken: dict[int, tuple[str, str]] = {}
    shapes = np.asarray(shapely.force_2d(shapes_of(texts, broken)), dtype=object)
    if broken:
        at, (value, reason) = next(iter(broken.items()))
        raise UnreadableFile(path.name, f"row {table.rows[at]}: {reason}: {value[:60]}")
    return shapes


def _is_degrees(table: Table, stated: Stated) -> bool:
    if stated != Stated() or table.crs is None:
        return False
    return table.crs.to_epsg() in _DEGREES


def _own_metric(crs: CRS | None) -> int | None:
    try:
        return None if crs is None else require_metric(crs).to_epsg()
    except NotMetric:
        return None


def _usual_metric(shapes: NDArray[np.object_], crs: CRS | None, stated: Stated) -> int:
    """The local zone of degrees; a file whose frame nobody states is asked about."""
    bounds = shapely.total_bounds(shapes)
    if not np.isfinite(bounds).all() or np.any(np.abs(bounds) > 180) or (crs is None and stated == Stated()):
        raise FrameNotStated("Nothing says which coordinates these are", hints=("state --crs or --datum",))
    lon, lat = float(bounds[0] + bounds[2]) / 2, float(bounds[1] + bounds[3]) / 2
    if 73.5 <= lon <= 136.5 and 3.0 <= lat <= 54.0:
        return 4534 + round(lon / 3) - 25
    area = AreaOfInterest(lon, lat, lon, lat)
    zones = query_utm_crs_info(datum_name="WGS 84", area_of_interest=area)
    return int(zones[0].code) if zones else 32600 + int((lon + 180) // 6) + 1
