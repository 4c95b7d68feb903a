"""One batch of rows to points in WGS 84, with a reason for every row that has none."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from api.assigning.refusals import AssignRefused
from api.assigning.sources import Source
from gis.datums import Datum, convert

_LON_NAMES = ("lon", "lng", "longitude", "经度")
_LAT_NAMES = ("lat", "latitude", "纬度")
_WKT_NAMES = ("wkt", "geometry", "geom")


@dataclass(frozen=True)
class Reading:
    """How the caller says that points are to be read: columns (else found by name) and datum of degrees."""

    lon: str | None = None
    lat: str | None = None
    wkt: str | None = None
    datum: Datum | None = None


class PointReader:
    """Reads the points of every batch of one source. Raises AssignRefused if it is not clear how."""

    def __init__(self, source: Source, reading: Reading) -> None:
        names = {str(name).lower(): str(name) for name in source.schema.names}
        for asked in (reading.lon, reading.lat, reading.wkt):
            if asked is not None and asked not in source.schema.names:
                raise AssignRefused(
                    f"there is no column {asked}; there are: {', '.join(source.schema.names)}"
                )
        if (reading.lon is None) != (reading.lat is None):
            raise AssignRefused("--lon and --lat belong together")
        self._geometry = None if reading.lon or reading.wkt else source.geometry
        self._wkt = reading.wkt
        self._lon, self._lat = reading.lon, reading.lat
        if not (self._geometry or self._wkt or self._lon):
            self._lon, self._lat = _first(names, _LON_NAMES), _first(names, _LAT_NAMES)
            if self._lon is None or self._lat is None:
                self._lon, self._wkt = None, _first(names, _WKT_NAMES)
        if not (self._geometry or self._wkt or self._lon):
            raise AssignRefused("no points found: name their columns with --lon and --lat, or --wkt")
        crs = source.crs if self._geometry else None
        if reading.datum is None and crs is None:
            raise AssignRefused("the file does not say in which datum its points are: state it with --datum")
        if reading.datum is not None and crs is not None and not crs.is_geographic:
            raise AssignRefused(f"--datum is for degrees, but the file is in {crs.name}")
        self._datum = reading.datum or Datum.WGS84
        self._to_degrees = _transformer(crs) if reading.datum is None and crs is not None else None

    def read(self, batch: pa.RecordBatch) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
        """Points (n, 2), WGS 84 degrees, NaN where there is none, and (n,) reasons: None or why not."""
        reasons = np.full(batch.num_rows, None, dtype=object)
        if self._lon is not None and self._lat is not None:
            xy = np.column_stack(
                [_numbers(batch.column(name), reasons, name) for name in (self._lon, self._lat)]
            )
        else:
            xy = self._shapes(batch, reasons)
        if self._to_degrees is not None:
            xy = np.column_stack(self._to_degrees.transform(xy[:, 0], xy[:, 1]))
        finite = np.isfinite(xy).all(axis=1)
        off = finite & (np.abs(xy) > (180.0, 90.0)).any(axis=1)
        _note(reasons, ~finite, "not a finite number")
        _note(reasons, off, "not on the globe: lon beyond ±180° or lat beyond ±90°")
        xy[pd.notna(reasons)] = np.nan
        return np.ascontiguousarray(convert(xy, self._datum, Datum.WGS84)), reasons

    def _shapes(self, batch: pa.RecordBatch, reasons: NDArray[np.object_]) -> NDArray[np.float64]:
        name = self._geometry or self._wkt
        parse = shapely.from_wkb if self._geometry else shapely.from_wkt
        values = batch.column(name).to_numpy(zero_copy_only=False)
        shapes = parse(values, on_invalid="ignore")
        _note(reasons, pd.isna(values), f"no {name}")
        _note(reasons, shapely.is_missing(shapes), f"{name} cannot be parsed")
        types = shapely.get_type_id(shapes)
        _note(reasons, types != shapely.GeometryType.POINT, f"{name} is not a point")
        return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])


def _first(names: dict[str, str], wanted: tuple[str, ...]) -> str | None:
    return next((names[name] for name in wanted if name in names), None)


def _transformer(crs: CRS) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def _numbers(column: pa.Array, reasons: NDArray[np.object_], name: str) -> NDArray[np.float64]:
    """A column as doubles; text is parsed, and what is no number gets its reason."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        text = pc.utf8_trim_whitespace(column)
        try:
            numbers = text.cast(pa.float64())
        except pa.ArrowInvalid:  # some value is no number: find out which
            numbers = pa.array([_number(value) for value in text.to_pylist()], pa.float64())
        _note(reasons, column.is_null().to_numpy(zero_copy_only=False), f"no {name}")
        wrong = pc.and_(numbers.is_null(), column.is_valid())
        _note(reasons, wrong.to_numpy(zero_copy_only=False), f"{name} is no number")
    else:
        try:
            numbers = column.cast(pa.float64(), safe=False)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise AssignRefused(f"the column {name} holds no numbers but {column.type}") from error
        _note(reasons, column.is_null().to_numpy(zero_copy_only=False), f"no {name}")
    values: NDArray[np.float64] = numbers.to_numpy(zero_copy_only=False).astype(np.float64)
    return values


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _note(reasons: NDArray[np.object_], where: Any, reason: str) -> None:
    """The first reason of a row stays."""
    reasons[np.asarray(where, dtype=bool) & pd.isna(reasons)] = reason
