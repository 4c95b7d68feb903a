"""GeoPackage, Shapefile, FlatGeobuf, KML and DXF through GDAL, which gets one checked local file."""

import codecs
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj import CRS
from pyproj.exceptions import CRSError

from boundaries.land.importing.errors import FileTooLarge, LayerNotChosen, UnknownFormat, UnreadableFile
from boundaries.land.importing.reading.dbf import dbf_encoding
from boundaries.land.importing.reading.integrity import check_whole
from boundaries.land.importing.reading.limits import Limits
from boundaries.land.importing.reading.table import Table
from boundaries.land.importing.reading.text import distinct
from boundaries.land.importing.reading.wkb import shapes_of
from boundaries.land.importing.report import Finding

_DRIVERS = {
    "GeoPackage": ("GPKG",),
    "Shapefile": ("ESRI Shapefile",),
    "FlatGeobuf": ("FlatGeobuf",),
    "KML": ("LIBKML", "KML"),
    "DXF": ("DXF",),
}
_STRAIGHT = {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"}
_KML_NOISE = {
    "timestamp",
    "begin",
    "end",
    "altitudeMode",
    "tessellate",
    "extrude",
    "visibility",
    "drawOrder",
    "icon",
}
# Second wall: sniffing has let nothing through that could name an address.
_GDAL_OPTIONS = {
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
}
_PROBLEMS = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError)


def read_vector(
    path: Path, format: str, *, layer: str | None, encoding: str | None, limits: Limits, name: str
) -> Table:
    """One layer, features numbered from 1. name: of the file that the user gave.

    Raises UnreadableFile, LayerNotChosen, FileTooLarge, UnknownFormat.
    """
    check_whole(path, format, name)
    with _walled_in():
        return _read(path, format, layer=layer, encoding=encoding, limits=limits, name=name)


@contextmanager
def _walled_in() -> Iterator[None]:
    """GDAL finds no way out of the machine; its options are the process's own, so they are put back."""
    before = {option: pyogrio.get_gdal_config_option(option) for option in _GDAL_OPTIONS}
    pyogrio.set_gdal_config_options(_GDAL_OPTIONS)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _read(
    path: Path, format: str, *, layer: str | None, encoding: str | None, limits: Limits, name: str
) -> Table:
    codec = None
    if format == "Shapefile":
        codec = dbf_encoding(path, encoding, name)
        encoding = "ISO-8859-1"  # bytes as they are; decoded below, where a cut-off character does no harm
    with _explained(name):
        layer = _layer(path, layer, name)
        info = pyogrio.read_info(path, layer=layer, encoding=encoding)
    if info["driver"] not in _DRIVERS[format]:
        raise UnknownFormat(name, f"the content is {info['driver']}, not {format}")
    if info["features"] > limits.rows:
        raise FileTooLarge(name, f"more than {limits.rows:,} features", hint="import it in parts")
    options = {"CLOSED_LINE_AS_POLYGON": "YES"} if format == "DXF" else {}
    with _explained(name):
        meta, _, wkb, columns = pyogrio.raw.read(
            path, layer=layer, encoding=encoding, force_2d=True, datetime_as_string=True, **options
        )
    broken: dict[int, tuple[str, str]] = {}
    count = len(columns[0]) if columns else len(wkb) if wkb is not None else 0
    shapes = shapes_of(list(wkb), broken) if wkb is not None else np.empty(count, dtype=object)
    if 0 < info["features"] != count:
        raise UnreadableFile(
            name, f"{info['features']} features are announced, {count} can be read: truncated"
        )
    cells = _cells(list(meta["fields"]), columns, count, format)
    findings = _decode(cells, codec, name) if codec else []
    table = Table(
        format,
        cells,
        np.arange(1, count + 1),
        shapes=shapes,
        crs=_crs(meta["crs"]),
        by_definition=format == "KML",
        layer=layer,
        encoding=codec or encoding or "utf-8",
        broken=broken,
        findings=findings,
    )
    table.findings += _curves(path, layer, info, name)
    return _with_labels(table) if format == "DXF" else table


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # GDAL's asides; what matters is checked here
            yield
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            name, f"its text is not {error.encoding}", hint="state --encoding: gb18030 or utf-8"
        ) from error
    except UnboundLocalError as error:  # so pyogrio says that the frame's description is no UTF-8
        raise UnreadableFile(
            name, "the description of its frame is damaged", hint="export it again, or leave the .prj away"
        ) from error
    except _PROBLEMS as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise UnreadableFile(
            name, f"truncated or damaged: {reason}", hint="export or copy it again"
        ) from error


def _layer(path: Path, layer: str | None, name: str) -> str:
    layers = [(str(found), kind) for found, kind in pyogrio.list_layers(path)]
    if layer is not None:
        if layer not in [found for found, _ in layers]:
            raise LayerNotChosen(name, tuple(found for found, _ in layers), asked=layer)
        return layer
    chosen = [found for found, kind in layers if kind is not None] or [found for found, _ in layers]
    if not chosen:
        raise UnreadableFile(name, "the file has no layer")
    if len(chosen) > 1:
        raise LayerNotChosen(name, tuple(chosen), asked=None)
    return chosen[0]


def _cells(names: list[str], columns: list[Any], count: int, format: str) -> pd.DataFrame:
    cells = {}
    for column, values in zip(names, columns, strict=True):
        if format == "KML" and column in _KML_NOISE:
            continue
        series = pd.Series(values, dtype=object)
        cells[str(column)] = series.where(series.notna(), None).map(_stripped)
    return pd.DataFrame(cells, columns=list(cells), index=pd.RangeIndex(count))


def _decode(cells: pd.DataFrame, codec: str, name: str) -> list[Finding]:
    """Decode a Shapefile's names and texts, read as Latin-1; fields cut off within a character are noted."""
    cut = 0

    def decoded(value: Any) -> Any:
        nonlocal cut
        if not isinstance(value, str) or value.isascii():
            return value
        raw = value.encode("latin-1")
        text = codecs.getincrementaldecoder(codec)().decode(raw)  # drops an unfinished last character
        cut += text.encode(codec) != raw
        return text

    try:
        names = distinct([decoded(str(column)) for column in cells.columns])
        cut = 0
        for column in cells.columns:
            cells[column] = cells[column].map(decoded)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            name, f"its text is not {codec}", hint="state --encoding: gb18030 or utf-8"
        ) from error
    cells.columns = pd.Index(names)
    return [Finding("text-cut-off", f"{cut} texts were cut off by the width of their field")] if cut else []


def _stripped(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value


def _crs(text: str | None) -> CRS | None:
    try:
        return CRS.from_user_input(text) if text else None
    except CRSError:
        return None


def _curves(path: Path, layer: str, info: dict[str, Any], name: str) -> list[Finding]:
    """GDAL replaces arcs by straight pieces without a word; this is the word."""
    kind = str(info["geometry_type"]).removesuffix(" Z").removesuffix(" M").removesuffix(" ZM")
    kind = kind.removeprefix("2.5D ")
    if kind in _STRAIGHT or info["driver"] not in ("GPKG", "FlatGeobuf"):
        return []
    with _explained(name):
        quoted = layer.replace('"', '""')
        *_, kinds = pyogrio.raw.read(
            path, sql=f'SELECT OGR_GEOMETRY FROM "{quoted}"', sql_dialect="OGRSQL", read_geometry=False
        )
    curved = np.flatnonzero([_is_curved(str(found)) for found in kinds[0]]) + 1
    if not curved.size:
        return []
    return [
        Finding(
            "curves-straightened",
            f"{curved.size} shapes have arcs; they were replaced by pieces of at most 4°,"
            " so a neighbour that was drawn otherwise may gape or overlap",
            rows=tuple(int(row) for row in curved[:20]),
        )
    ]


def _is_curved(kind: str) -> bool:
    return any(word in kind.upper() for word in ("CURVE", "CIRCULAR", "SURFACE"))


def _with_labels(table: Table) -> Table:
    """A drawing writes the code of a grid as a text inside it: give closed shapes that text."""
    assert table.shapes is not None
    kinds = shapely.get_type_id(table.shapes)
    texts = table.cells.get("Text", pd.Series([None] * len(table), dtype=object))
    labels = np.flatnonzero((kinds == 0) & texts.notna().to_numpy())
    areas = np.flatnonzero((kinds == 3) | (kinds == 6))
    if not labels.size or not areas.size:
        return table
    tree = shapely.STRtree(table.shapes[areas])
    found = tree.query(table.shapes[labels], predicate="intersects")
    inside: dict[int, list[str]] = {}
    for label, area in zip(*found, strict=True):
        inside.setdefault(int(areas[area]), []).append(str(texts.iloc[labels[label]]))
    joined: list[Any] = [" ".join(inside[i]) if i in inside else None for i in range(len(table))]
    cells = table.cells.assign(label=joined)
    keep = np.setdiff1d(np.arange(len(table)), labels)
    table.findings.append(
        Finding(
            "labels-joined", f"{labels.size} texts were given to the shapes around them, as column “label”"
        )
    )
    table.broken = {int(np.searchsorted(keep, i)): why for i, why in table.broken.items() if i in keep}
    table.cells = cells.iloc[keep].reset_index(drop=True)
    table.rows, table.shapes = table.rows[keep], table.shapes[keep]
    return table
