"""Counts and rates of incidents by place and time: one question, all frames, one legend."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from boundaries.affairs.cells import Counted, cells_of
from boundaries.affairs.columns import IncidentColumns
from boundaries.affairs.places import Places
from boundaries.affairs.question import Question, Rate, bucket_days, choose, day_number
from boundaries.affairs.refusals import BadDensityQuestion
from gis.density import class_breaks, counts_in, per_km2, per_thousand, smoothed

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

MASK_BELOW = 3


@dataclass(frozen=True)
class Frames:
    """values: (buckets, cells), NaN where there is no value. The breaks hold for every bucket."""

    codes: list[str]
    names: list[str]
    buckets: list[date]
    counts: NDArray[np.float64]
    values: NDArray[np.float64]
    breaks: NDArray[np.float64]
    uncounted: int  # in no cell: outside the net, or in a grid of another area
    shapes: NDArray[np.object_] | None = None  # lon/lat, of cells that are no grids or areas


def frames(snapshot: "Snapshot", columns: IncidentColumns, question: Question, places: Places) -> Frames:
    """Count the incidents. places: where they lie in the snapshot's net. Raises BadDensityQuestion."""
    chosen = choose(snapshot, columns, question, places)
    buckets, of_day = bucket_days(question)
    when = of_day[columns.day[chosen] - day_number(question.first)]
    cells = cells_of(snapshot, columns, question, places, chosen)
    counts = counts_in(cells.of_point, when, cells=len(cells.codes), buckets=len(buckets))
    values = rated(counts, cells, question.rate)
    return Frames(
        cells.codes,
        cells.names,
        buckets,
        counts,
        values,
        class_breaks(values),
        int((cells.of_point < 0).sum()),
        cells.shapes,
    )


def rated(counts: NDArray[np.float64], cells: Counted, rate: Rate) -> NDArray[np.float64]:
    """Counts as the rate that was asked for. Raises BadDensityQuestion where cells have no households."""
    if rate == "count":
        return counts
    if rate == "km2":
        return per_km2(counts, cells.area_m2)
    if cells.households is None:
        raise BadDensityQuestion("rate", rate, "these cells know no households")
    return (
        per_thousand(counts, cells.households)
        if rate == "households"
        else smoothed(counts, cells.households) * 1000
    )


def masked(found: Frames, *, below: int = MASK_BELOW) -> Frames:
    """Frames in which counts of one or two are no value: for matters that are sensitive.

    What is counted in no cell is told as none where it is so few, and no break tells of a hidden value.
    """
    hidden = (found.counts > 0) & (found.counts < below)
    values = np.where(hidden, np.nan, found.values)
    return replace(
        found,
        counts=np.where(hidden, np.nan, found.counts),
        values=values,
        breaks=class_breaks(values),
        uncounted=found.uncounted if found.uncounted >= below else 0,
    )


def without_empty(found: Frames) -> Frames:
    """Only cells in which something happened in some bucket, masked or not; the breaks stay."""
    kept = ~(found.counts == 0).all(axis=0)
    chosen = np.flatnonzero(kept).tolist()
    return replace(
        found,
        codes=[found.codes[at] for at in chosen],
        names=[found.names[at] for at in chosen],
        counts=found.counts[:, kept],
        values=found.values[:, kept],
        shapes=None if found.shapes is None else found.shapes[kept],
    )


def as_dict(found: Frames) -> Mapping[str, Any]:
    """The frames ready for JSON: NaN as null."""
    return {
        "codes": found.codes,
        "names": found.names,
        "buckets": [bucket.isoformat() for bucket in found.buckets],
        "values": _listed(np.round(found.values, 6)),
        "counts": _listed(found.counts),
        "breaks": found.breaks.tolist(),
        "uncounted": found.uncounted,
    }


def _listed(values: NDArray[np.float64]) -> list[list[float | None]]:
    if not np.isnan(values).any():
        rows: list[list[float | None]] = values.tolist()
        return rows
    return [[None if value != value else value for value in row] for row in values.tolist()]
