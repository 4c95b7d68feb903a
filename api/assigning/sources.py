"""Files of points as a stream of Arrow batches, a bounded number of rows at a time."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pyogrio
from pyproj import CRS

from api.assigning.jsonlines import JsonLines
from api.assigning.refusals import AssignRefused

BATCH_ROWS = 1 << 17
_CSV_BLOCK_BYTES = 1 << 23


@dataclass(frozen=True)
class Source:
    """schema: of every batch. geometry: the WKB column, if the file has one. crs: what the file states.

    rows: how many there are, None where only reading the file would tell.
    """

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    geometry: str | None
    crs: CRS | None
    rows: int | None


@contextmanager
def open_source(path: Path, *, layer: str | None = None, encoding: str = "utf-8") -> Iterator[Source]:
    """CSV (all columns as text), NDJSON, Parquet, GeoParquet, Arrow or GeoPackage. Raises AssignRefused."""
    if not path.is_file():
        raise AssignRefused(f"there is no file {path}")
    opened = _OPENED.get(path.suffix.lower())
    if opened is None:
        raise AssignRefused(f"{path.name}: only {', '.join(_OPENED)} can be assigned")
    try:
        with opened(path, layer, encoding) as source:
            yield source
    except (pa.ArrowInvalid, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise AssignRefused(f"{path.name} cannot be read: {error}") from error


@contextmanager
def _csv(path: Path, _layer: str | None, encoding: str) -> Iterator[Source]:
    with path.open("rb") as file:
        header = file.readline().decode(encoding if encoding.lower() != "utf-8" else "utf-8-sig")
    names = pa.csv.read_csv(
        pa.BufferReader(header.encode()), parse_options=_CSV_PARSING, read_options=pa.csv.ReadOptions()
    ).column_names
    reader = pa.csv.open_csv(
        path,
        read_options=pa.csv.ReadOptions(block_size=_CSV_BLOCK_BYTES, encoding=encoding),
        parse_options=_CSV_PARSING,
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
        ),
    )
    with reader:
        yield Source(reader.schema, iter(reader), None, None, None)


_CSV_PARSING = pa.csv.ParseOptions(newlines_in_values=True)


@contextmanager
def _ndjson(path: Path, _layer: str | None, _encoding: str) -> Iterator[Source]:
    lines = JsonLines.of(path)
    yield Source(lines.schema, lines.batches(BATCH_ROWS // 4), None, None, lines.rows)


@contextmanager
def _arrow(path: Path, _layer: str | None, _encoding: str) -> Iterator[Source]:
    """An Arrow file (.arrow, .feather) or stream (.arrows): whichever of the two it is."""
    with pa.memory_map(str(path)) as file:
        try:
            stored: Any = pa.ipc.open_file(file)
            batches = (stored.get_batch(at) for at in range(stored.num_record_batches))
        except pa.ArrowInvalid:
            stored = pa.ipc.open_stream(file)
            batches = iter(stored)
        with stored:
            column, crs = _geoarrow(path, stored.schema)
            small = (
                batch.slice(start, BATCH_ROWS)
                for batch in batches
                for start in range(0, batch.num_rows, BATCH_ROWS)
            )
            yield Source(stored.schema, small, column, crs, None)


def _geoarrow(path: Path, schema: pa.Schema) -> tuple[str | None, CRS | None]:
    """The column of WKB points and its frame, as the metadata of the fields says."""
    for field in schema:
        said = field.metadata or {}
        name = said.get(b"ARROW:extension:name", b"").decode()
        if name in ("geoarrow.wkb", "ogc.wkb"):
            frame = json.loads(said.get(b"ARROW:extension:metadata") or b"{}").get("crs")
            return field.name, CRS.from_user_input(frame) if frame is not None else None
        if name.startswith("geoarrow."):
            raise AssignRefused(f"{path.name}: geometry encoded as {name}, not geoarrow.wkb")
    return None, None


@contextmanager
def _parquet(path: Path, _layer: str | None, _encoding: str) -> Iterator[Source]:
    with parquet_source(path) as source:
        yield source


@contextmanager
def parquet_source(path: Path, row_groups: Sequence[int] | None = None) -> Iterator[Source]:
    """A Parquet or GeoParquet file, or some of its row groups."""
    # without pre-buffering: what has been buffered of a file is only let go at its end
    with pa.parquet.ParquetFile(path, pre_buffer=False) as file:
        schema = file.schema_arrow
        geo = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
        column = geo.get("primary_column")
        crs = None
        if column is not None:
            described = geo["columns"][column]
            if described.get("encoding", "WKB") != "WKB":
                raise AssignRefused(f"{path.name}: geometry encoded as {described['encoding']}, not WKB")
            # GeoParquet: without the key the frame is OGC:CRS84, with null it is unknown
            stated = described.get("crs", "OGC:CRS84")
            crs = CRS.from_user_input(stated) if stated is not None else None
        groups = None if row_groups is None else list(row_groups)
        batches = file.iter_batches(BATCH_ROWS, row_groups=groups)
        yield Source(schema, batches, column, crs, file.metadata.num_rows)


@contextmanager
def _geopackage(path: Path, layer: str | None, _encoding: str) -> Iterator[Source]:
    layers = [name for name, _ in pyogrio.list_layers(path)]
    if layer is None and len(layers) != 1:
        raise AssignRefused(f"{path.name} has the layers {', '.join(layers)}: choose one with --layer")
    rows = pyogrio.read_info(path, layer=layer)["features"]
    with pyogrio.open_arrow(path, layer=layer, batch_size=BATCH_ROWS, use_pyarrow=True) as (meta, reader):
        column = meta["geometry_name"] or "wkb_geometry"
        crs = CRS.from_user_input(meta["crs"]) if meta["crs"] else None
        yield Source(reader.schema, iter(reader), column, crs, rows if rows >= 0 else None)


_OPENED = {
    ".csv": _csv,
    ".ndjson": _ndjson,
    ".jsonl": _ndjson,
    ".parquet": _parquet,
    ".arrow": _arrow,
    ".arrows": _arrow,
    ".feather": _arrow,
    ".gpkg": _geopackage,
}
