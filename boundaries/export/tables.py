"""One table of any length to a file, batch by batch: CSV, XLSX, Parquet or GeoPackage."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pyogrio
import pyogrio.raw

from boundaries.export.sheet import Sheet
from boundaries.export.writing import TargetExists, UnknownExport
from boundaries.store.errors import Refusal

TABLE_FORMATS = ("csv", "xlsx", "parquet", "gpkg")
GEOMETRY = "geometry"
MOST_ON_A_SHEET = 200_000
"""A sheet can hold a million rows, but hardly a spreadsheet opens them; beyond it there are other formats."""
_FORMULA = r"^[=+\-@\t\r]"
_KINDS = {"Point": "Point", "MultiPolygon": "MultiPolygon", "Polygon": "Polygon"}


class TooManyForSheet(Refusal):
    """More rows than a sheet of an export takes."""

    code = "too-many-for-a-sheet"

    def __init__(self, most: int = MOST_ON_A_SHEET) -> None:
        self.most = most
        super().__init__(f"A sheet takes {most:,} rows: ask for fewer, or for CSV, Parquet or GeoPackage.")


def write_table(rows: pa.RecordBatchReader, target: Path, form: str, *, layer: str, kind: str = "") -> int:
    """Write a table and count its rows; memory holds one batch (a GeoPackage or sheet is spooled by itself).

    rows: a column `geometry`, if there is one, is WKB in lon/lat, all of one kind (`kind`: Point, Polygon,
    MultiPolygon). CSV and XLSX leave it out; a cell that a spreadsheet would take for a formula is text
    there. Raises UnknownExport, TooManyForSheet.
    """
    if form not in TABLE_FORMATS:
        raise UnknownExport(form, TABLE_FORMATS)
    counted = _Counted(rows)
    _WRITERS[form](counted.reader, target, layer, kind)
    return counted.rows


class _Counted:
    """A reader that counts what goes through it."""

    def __init__(self, rows: pa.RecordBatchReader) -> None:
        self._source = rows
        self.rows = 0
        self.reader = pa.RecordBatchReader.from_batches(rows.schema, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        for batch in self._source:
            self.rows += batch.num_rows
            yield batch


def _write_csv(rows: pa.RecordBatchReader, target: Path, layer: str, kind: str) -> None:
    flat = _flat(rows.schema)
    with target.open("wb") as out:
        out.write("\ufeff".encode())  # so that Excel reads it as UTF-8
        with pyarrow.csv.CSVWriter(out, flat) as writer:
            for batch in rows:
                columns = [_harmless(batch.column(name)) for name in flat.names]
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=flat))


def _write_xlsx(rows: pa.RecordBatchReader, target: Path, layer: str, kind: str) -> None:
    names = _flat(rows.schema).names
    written = 0
    with Sheet(target, layer) as sheet:
        sheet.extend([names])
        for batch in rows:
            written += batch.num_rows
            if written > MOST_ON_A_SHEET:
                raise TooManyForSheet
            sheet.extend(zip(*(batch.column(name).to_pylist() for name in names), strict=True))


def _write_parquet(rows: pa.RecordBatchReader, target: Path, layer: str, kind: str) -> None:
    schema = rows.schema
    if GEOMETRY in schema.names:
        column = {"encoding": "WKB", "geometry_types": [kind] if kind else []}
        about = {"version": "1.0.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
        schema = schema.with_metadata({"geo": json.dumps(about)})
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in rows:
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))


def _write_gpkg(rows: pa.RecordBatchReader, target: Path, layer: str, kind: str) -> None:
    stored = pa.schema([_in_utc(field) for field in rows.schema])
    batches = pa.RecordBatchReader.from_batches(stored, (batch.cast(stored) for batch in rows))
    if GEOMETRY not in stored.names:
        add_layer(batches.read_pandas(), target, layer)
        return
    pyogrio.raw.write_arrow(
        batches,
        target,
        layer=layer,
        driver="GPKG",
        geometry_name=GEOMETRY,
        geometry_type=_KINDS.get(kind, "Unknown"),
        crs="EPSG:4326",
    )


def _in_utc(field: pa.Field) -> pa.Field:
    """A GeoPackage has instants in UTC only."""
    return pa.field(field.name, pa.timestamp("ms", tz="UTC")) if pa.types.is_timestamp(field.type) else field


@contextmanager
def replaced(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """A place beside the target to write to; what was written there becomes the target when all is done.

    Raises TargetExists unless it may be replaced.
    """
    if target.exists() and not replace:
        raise TargetExists(target, [])
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=target.parent) as folder:
        made = Path(folder) / target.name
        yield made
        made.replace(target)


def add_layer(frame: pd.DataFrame, target: Path, layer: str) -> None:
    """A further layer without shapes in a GeoPackage that is there."""
    pyogrio.write_dataframe(frame, target, layer=layer, driver="GPKG")


def _flat(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field for field in schema if field.name != GEOMETRY])


def _harmless(column: pa.Array) -> pa.Array:
    if not pa.types.is_string(column.type):
        return column
    risky = pc.match_substring_regex(column, _FORMULA)
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)


_WRITERS: dict[str, Callable[[pa.RecordBatchReader, Path, str, str], None]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
    "gpkg": _write_gpkg,
}
