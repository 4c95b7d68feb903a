"""Workload as it is told, over HTTP and from the command line alike."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import pyarrow as pa

from boundaries.affairs.columns import IncidentColumns
from boundaries.affairs.places import Places
from boundaries.affairs.workload import Work, of_grids, of_people
from boundaries.duty.snapshot import Snapshot

By = Literal["grid", "person"]


def work_of(
    snapshot: Snapshot,
    columns: IncidentColumns,
    places: Places,
    *,
    by: By,
    grids: Sequence[str],
    until: date,
) -> list[Work]:
    """The workload of these grids, or of those who work in them. Raises BadFlowSettings."""
    wanted = set(grids)
    found = [each for each in of_grids(snapshot, columns, places, until=until) if each.code in wanted]
    return found if by == "grid" else of_people(snapshot, found)


def as_table(found: Sequence[Work]) -> pa.RecordBatchReader:
    """One row each; the grids of a person as one cell."""
    rows = [each._asdict() | {"grids": " ".join(each.grids)} for each in found]
    schema = pa.schema(
        [(name, pa.string()) for name in ("code", "name", "grids")]
        + [(name, pa.float64()) for name in ("households", "incidents", "elements", "hours")]
    )
    return pa.Table.from_pylist(rows, schema=schema).to_reader()
