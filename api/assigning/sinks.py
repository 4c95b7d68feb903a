"""Arrow batches into a file that is there as a whole or not at all."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pyogrio
import shapely
from pyproj import CRS

from api.assigning.refusals import AssignRefused

_ARROW_FILES, _ARROW_STREAMS, _JSON_LINES = (".arrow", ".feather"), (".arrows",), (".ndjson", ".jsonl")
_SUFFIXES = (".csv", *_JSON_LINES, ".parquet", *_ARROW_FILES, *_ARROW_STREAMS, ".gpkg")
_encode_lines = msgspec.json.Encoder(decimal_format="number").encode_lines


@contextmanager
def replacing(path: Path, *, mark: str | None = None) -> Iterator[Path]:
    """A path beside `path` to write to; it takes its place at the end, or vanishes on any error.

    mark: names the writer where several may write the same; else the process.
    """
    beside = path.with_name(f".{path.stem}.{mark or os.getpid()}.part{path.suffix}")
    try:
        yield beside
        if beside.exists():
            beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def check_target(path: Path) -> None:
    """Raises AssignRefused if nothing of this name can be written."""
    if path.suffix.lower() not in _SUFFIXES:
        raise AssignRefused(f"{path.name}: the output can be {', '.join(_SUFFIXES)}")
    if not path.parent.is_dir():
        raise AssignRefused(f"there is no folder {path.parent}")


def write_batches(
    path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch], *, geometry: str | None, crs: CRS | None
) -> None:
    """Write as they come. geometry: the WKB column in `crs`; in CSV and NDJSON it becomes WKT."""
    suffix = path.suffix.lower()
    if suffix == ".gpkg":
        reader = pa.RecordBatchReader.from_batches(schema, batches)
        pyogrio.write_arrow(
            reader,
            path,
            layer="assigned",
            driver="GPKG",
            geometry_name=geometry,
            geometry_type="Point",
            crs=crs.to_wkt() if crs else None,
        )
        return
    if suffix == ".parquet":
        schema = _described(schema, geometry, crs)
        with pa.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch.cast(schema))
        return
    if suffix in _ARROW_FILES or suffix in _ARROW_STREAMS:
        schema = _as_geoarrow(schema, geometry, crs)
        opened = pa.ipc.new_file if suffix in _ARROW_FILES else pa.ipc.new_stream
        with opened(str(path), schema) as writer:
            for batch in batches:
                writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
        return
    if suffix in _JSON_LINES:
        with path.open("wb") as file:
            for batch in batches:
                file.write(_encode_lines(_with_wkt(batch, geometry).to_pylist()))
        return
    as_text = _with_wkt(_empty(schema), geometry).schema
    with pa.csv.CSVWriter(path, as_text) as writer:
        for batch in batches:
            writer.write_batch(_with_wkt(batch, geometry))


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)


def _with_wkt(batch: pa.RecordBatch, geometry: str | None) -> pa.RecordBatch:
    if geometry is None:
        return batch
    shapes = shapely.from_wkb(batch.column(geometry).to_numpy(zero_copy_only=False))
    wkt = pa.array(np.asarray(shapely.to_wkt(shapes, rounding_precision=-1), dtype=object), pa.string())
    return batch.set_column(batch.schema.get_field_index(geometry), pa.field(geometry, pa.string()), wkt)


def _as_geoarrow(schema: pa.Schema, geometry: str | None, crs: CRS | None) -> pa.Schema:
    """The schema with GeoArrow metadata on its geometry."""
    if geometry is None:
        return schema
    at = schema.get_field_index(geometry)
    frame = json.dumps({"crs": crs.to_json_dict(), "crs_type": "projjson"} if crs else {})
    said = {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": frame}
    return schema.set(at, schema.field(at).with_metadata(said))


def _described(schema: pa.Schema, geometry: str | None, crs: CRS | None) -> pa.Schema:
    """The schema with GeoParquet metadata, if it has a geometry and says nothing yet."""
    metadata = dict(schema.metadata or {})
    if geometry is None or b"geo" in metadata:
        return schema
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": [],
        "crs": crs.to_json_dict() if crs else None,
    }
    geo = {"version": "1.1.0", "primary_column": geometry, "columns": {geometry: column}}
    return schema.with_metadata(metadata | {b"geo": json.dumps(geo).encode()})
