"""Arrow batches into a file that is there as a whole or not at all."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pyogrio
import shapely
from pyproj import CRS

from api.assigning.refusals import AssignRefused


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes its place at the end, or vanishes on any error."""
    beside = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield beside
        if beside.exists():
            beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def check_target(path: Path) -> None:
    """Raises AssignRefused if nothing of this name can be written."""
    if path.suffix.lower() not in (".csv", ".parquet", ".gpkg"):
        raise AssignRefused(f"{path.name}: the output can be .csv, .parquet or .gpkg")
    if not path.parent.is_dir():
        raise AssignRefused(f"there is no folder {path.parent}")


def write_batches(
    path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch], *, geometry: str | None, crs: CRS | None
) -> None:
    """Write as they come. geometry: the WKB column in `crs`; in CSV it becomes WKT."""
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
