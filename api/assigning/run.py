"""The stream from a file of points to the file with their grids."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from api.assigning.net import WGS84, Net
from api.assigning.points import PointReader, Reading
from api.assigning.refusals import AssignRefused
from api.assigning.sinks import check_target, replacing, write_batches
from api.assigning.sources import Source, open_source

OnProgress = Callable[[int, int | None], None]


@dataclass
class Outcome:
    """Rows read; of these: owned by a grid, outside of every grid, rejected (written to `rejects`)."""

    rows: int = 0
    owned: int = 0
    outside: int = 0
    rejected: int = 0
    rejects: Path | None = None


def assign_file(
    path: Path,
    target: Path,
    net: Net,
    reading: Reading,
    *,
    column: str = "grid",
    layer: str | None = None,
    encoding: str = "utf-8",
    on_progress: OnProgress = lambda _done, _total: None,
) -> Outcome:
    """Copy every row to `target` with the code of its grid in `column` (null outside), in constant memory.

    Rows without a usable point go to `<target>.rejected.csv` (row number from 1, reason, all columns).
    Both files appear at the end, together, or, on any error, not at all. Raises AssignRefused.
    """
    check_target(target)
    if target.exists() and target.samefile(path):
        raise AssignRefused("the output cannot replace its own input")
    outcome = Outcome()
    rejects = target.with_name(f"{target.name}.rejected.csv")
    with ExitStack() as stack:
        source = stack.enter_context(open_source(path, layer=layer, encoding=encoding))
        if column in source.schema.names:
            raise AssignRefused(f"{path.name} has a column {column} already: choose another with --as")
        stream = Stream(source, reading, net, column, outcome, on_progress)
        stream.add_points = target.suffix.lower() == ".gpkg" and source.geometry is None
        beside = stack.enter_context(replacing(target))
        stream.rejects = stack.enter_context(replacing(rejects))
        geometry = "geom" if stream.add_points else source.geometry
        crs = CRS(WGS84) if stream.add_points else source.crs
        try:
            write_batches(beside, stream.schema, stream.batches(), geometry=geometry, crs=crs)
        finally:
            stream.close()
    if outcome.rejected:
        outcome.rejects = rejects
    else:
        rejects.unlink(missing_ok=True)  # of an earlier run
    return outcome


class Stream:
    """Batches in, batches with owners out; counts and rejects on the way."""

    def __init__(
        self,
        source: Source,
        reading: Reading,
        net: Net,
        column: str,
        outcome: Outcome,
        on_progress: OnProgress = lambda _done, _total: None,
    ) -> None:
        self.rejects = Path()
        self.add_points = False
        self._source, self._reader, self._net = source, PointReader(source, reading), net
        self._column, self._outcome, self._on_progress = column, outcome, on_progress
        self._codes = pa.array(net.codes, pa.string())
        self._rejected: pa.csv.CSVWriter | None = None

    @property
    def schema(self) -> pa.Schema:
        schema = self._source.schema.append(pa.field(self._column, pa.string()))
        return schema.append(pa.field("geom", pa.binary())) if self.add_points else schema

    def batches(self) -> Iterator[pa.RecordBatch]:
        for batch in self._source.batches:
            points, reasons = self._reader.read(batch)
            good = pd.isna(reasons)
            if not good.all():
                self._reject(batch, reasons, ~good)
            owners = self._net.index.locate(points[good])
            kept = batch if good.all() else batch.filter(pa.array(good))
            columns = [*kept.columns, self._codes.take(pa.array(owners, mask=owners < 0))]
            if self.add_points:
                columns.append(pa.array(shapely.to_wkb(shapely.points(points[good])), pa.binary()))
            outcome = self._outcome
            outcome.rows += batch.num_rows
            outcome.owned += int(np.count_nonzero(owners >= 0))
            outcome.outside += int(np.count_nonzero(owners < 0))
            outcome.rejected += int(np.count_nonzero(~good))
            self._on_progress(outcome.rows, self._source.rows)
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _reject(self, batch: pa.RecordBatch, reasons: NDArray[np.object_], bad: NDArray[np.bool_]) -> None:
        rows = pa.array(np.flatnonzero(bad) + self._outcome.rows + 1)
        texts = [_as_text(column.filter(pa.array(bad))) for column in batch.columns]
        names = ["row", "reason", *batch.schema.names]
        table = pa.Table.from_arrays([rows, pa.array(reasons[bad], pa.string()), *texts], names=names)
        if self._rejected is None:
            self._rejected = pa.csv.CSVWriter(self.rejects, table.schema)
        self._rejected.write(table)

    def close(self) -> None:
        if self._rejected is not None:
            self._rejected.close()


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return pa.array([None if value is None else value.hex() for value in column.to_pylist()], pa.string())
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
