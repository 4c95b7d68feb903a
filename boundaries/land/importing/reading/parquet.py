"""GeoParquet and plain Parquet."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from boundaries.land.importing.errors import FileTooLarge, UnreadableFile
from boundaries.land.importing.reading.limits import Limits
from boundaries.land.importing.reading.table import Table
from boundaries.land.importing.reading.text import distinct
from boundaries.land.importing.reading.wkb import shapes_of

_UNNAMED_INDEX = "__index_level_"


def read_parquet(path: Path, *, limits: Limits) -> Table:
    """The rows, numbered from 1, with the primary geometry column decoded if there is one.

    Raises UnreadableFile, FileTooLarge.
    """
    with _explained(path):
        table = _table(path, limits)
    geo = _geo(path, table)
    broken: dict[int, tuple[str, str]] = {}
    shapes, crs, by_definition = None, None, False
    if geo is not None:
        name = geo["primary_column"]
        about = geo["columns"][name]
        if about.get("encoding", "WKB") != "WKB":
            raise UnreadableFile(path.name, f"geometry encoded as {about['encoding']}; only WKB is read")
        shapes = shapely.force_2d(shapes_of(_encoded(path, table, name), broken))
        by_definition = "crs" not in about  # OGC:CRS84 then
        crs = _crs(path, about)
        table = table.drop_columns([n for n in geo["columns"] if n in table.column_names])
    table = table.drop_columns([n for n in table.column_names if n == "bbox" or n.startswith(_UNNAMED_INDEX)])
    with _explained(path):
        cells = table.to_pandas(ignore_metadata=True).astype(object)  # what pandas noted may be damaged
    cells = cells.where(cells.notna(), None).reset_index(drop=True)
    cells.columns = pd.Index([str(name) for name in cells.columns])
    return Table(
        "GeoParquet" if geo else "Parquet",
        cells,
        np.arange(1, len(cells) + 1),
        shapes=shapes,
        crs=crs,
        by_definition=by_definition,
        encoding="utf-8",
        broken=broken,
    )


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        reason = str(error).partition("\n")[0]
        raise UnreadableFile(
            path.name, f"the Parquet file is truncated or damaged: {reason}", hint="copy it again"
        ) from error


def _table(path: Path, limits: Limits) -> pa.Table:
    """All rows, their columns with names of their own."""
    file = pq.ParquetFile(path)
    meta = file.metadata
    unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
    if meta.num_rows > limits.rows or unpacked > limits.unpacked_bytes:
        raise FileTooLarge(path.name, f"{meta.num_rows:,} rows, {unpacked:,} bytes unpacked")
    table = file.read()
    named = table.rename_columns(distinct(table.column_names))
    return named.replace_schema_metadata(table.schema.metadata)


def _encoded(path: Path, table: pa.Table, column: str) -> list[bytes | str | None]:
    with _explained(path):
        values: list[Any] = table.column(column).to_pylist()
    if not all(value is None or isinstance(value, bytes | str) for value in values):
        raise UnreadableFile(path.name, f"its geometry column “{column}” holds no WKB")
    return values


def _geo(path: Path, table: pa.Table) -> dict[str, Any] | None:
    raw = (table.schema.metadata or {}).get(b"geo")
    if raw is None:
        return None
    try:
        geo: dict[str, Any] = json.loads(raw)
        if geo["primary_column"] not in table.column_names or geo["primary_column"] not in geo["columns"]:
            raise KeyError(geo["primary_column"])
        if not isinstance(geo["columns"][geo["primary_column"]], dict):
            raise TypeError("its columns are not described")
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableFile(path.name, f"its GeoParquet description is damaged: {error}") from error
    return geo


def _crs(path: Path, about: dict[str, Any]) -> CRS | None:
    if "crs" not in about:
        return CRS.from_epsg(4326)
    if about["crs"] is None:
        return None
    try:
        crs = CRS.from_user_input(about["crs"])
    except (CRSError, ValueError, TypeError) as error:
        raise UnreadableFile(
            path.name, "it describes an unknown CRS", hint="state it: --crs EPSG:…"
        ) from error
    return CRS.from_epsg(4326) if crs.to_authority() == ("OGC", "CRS84") else crs
