"""Hot spots, emerging ones and early warnings, of the grids of one snapshot."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from boundaries.affairs.columns import IncidentColumns
from boundaries.affairs.places import Places
from boundaries.affairs.question import Question, bucket_days, choose, day_number, matters_under
from boundaries.affairs.refusals import BadDensityQuestion
from gis.density import counts_in
from gis.hotspots import (
    Neighbours,
    early_warnings,
    emerging_hot_spots,
    hot_spots,
    local_moran,
    neighbours_of,
)

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

_KINDS = {1: "hot", -1: "cold"}
_WEEKS = 27


def neighbours(snapshot: "Snapshot") -> Neighbours:
    """Contiguity of the ground grids: a tenth of a second for a thousand."""
    return neighbours_of(snapshot.shapes)


def gathered(
    snapshot: "Snapshot", columns: IncidentColumns, question: Question, places: Places, beside: Neighbours
) -> list[dict[str, Any]]:
    """Hot and cold grids of the question's matter, by how sure they are.

    What is expected of a grid is its share of all other matters in the same days; of all matters together,
    its share of the households (each grid counting at least as one).
    """
    counts = _counts(snapshot, columns, question, places)
    found = hot_spots(counts.sum(axis=0), _exposure(snapshot, columns, question, places).sum(axis=0), beside)
    moran = local_moran(
        np.where(found.expected > 0, found.count / np.maximum(found.expected, 1e-9), np.nan), beside
    )
    rows = np.flatnonzero(found.kind)
    return [
        {
            "grid": snapshot.ground[row].code,
            "name": snapshot.ground[row].name,
            "kind": _KINDS[int(found.kind[row])],
            "count": int(found.count[row]),
            "expected": round(float(found.expected[row]), 2),
            "z": round(float(found.z[row]), 2),
            "q": float(f"{found.q[row]:.3g}"),
            "moran": str(moran.quadrant[row]),
        }
        for row in rows[np.argsort(found.q[rows], kind="stable")].tolist()
    ]


def emerged(
    snapshot: "Snapshot", columns: IncidentColumns, question: Question, places: Places, beside: Neighbours
) -> list[dict[str, Any]]:
    """Grids with a history of being hot or cold over the question's buckets. Raises BadDensityQuestion."""
    counts = _counts(snapshot, columns, question, places)
    if len(counts) < 4:
        raise BadDensityQuestion("bucket", question.bucket, "a trend needs at least four buckets")
    found = emerging_hot_spots(counts, _exposure(snapshot, columns, question, places), beside)
    rows = np.flatnonzero((found.hot != "") | (found.cold != ""))
    return [
        {
            "grid": snapshot.ground[row].code,
            "name": snapshot.ground[row].name,
            "hot": str(found.hot[row]) or None,
            "cold": str(found.cold[row]) or None,
            "trend": round(float(found.trend[row]), 2),
            "steps": found.kind[:, row].tolist(),
            "counts": counts[:, row].astype(int).tolist(),
        }
        for row in rows.tolist()
    ]


def warned(
    snapshot: "Snapshot", columns: IncidentColumns, places: Places, *, until: date, exclude: frozenset[str]
) -> list[dict[str, Any]]:
    """Grids and matters (大类) with more in the seven days up to `until` than the weeks before let expect."""
    first = until - timedelta(days=7 * _WEEKS - 1)
    tops = sorted(
        code for code, matter in snapshot.matters.items() if matter.parent == "*" and code not in exclude
    )
    found: list[dict[str, Any]] = []
    for top in tops:
        question = Question("grid", "count", first, until, matter=top, exclude=exclude)
        chosen = choose(snapshot, columns, question, places)
        week = (columns.day[chosen] - day_number(first)) // 7
        counts = counts_in(places.grid[chosen], week, cells=len(snapshot.ground), buckets=_WEEKS)
        warnings = early_warnings(counts)
        found += [
            {
                "grid": snapshot.ground[cell].code,
                "name": snapshot.ground[cell].name,
                "matter": top,
                "matter_name": snapshot.matters[top].name,
                "count": int(warnings.count[k]),
                "expected": round(float(warnings.expected[k]), 1),
                "usual": [int(warnings.low[k]), int(warnings.high[k])],
                "q": float(f"{warnings.q[k]:.3g}"),
                "reason": f"{int(warnings.count[k])} in seven days; usual are"
                f" {int(warnings.low[k])} to {int(warnings.high[k])} ({warnings.expected[k]:.1f} expected)",
            }
            for k, cell in enumerate(warnings.cell.tolist())
        ]
    return sorted(found, key=lambda one: one["q"])


def _counts(
    snapshot: "Snapshot", columns: IncidentColumns, question: Question, places: Places
) -> NDArray[np.float64]:
    chosen = choose(snapshot, columns, question, places)
    buckets, of_day = bucket_days(question)
    when = of_day[columns.day[chosen] - day_number(question.first)]
    return counts_in(places.grid[chosen], when, cells=len(snapshot.ground), buckets=len(buckets))


def _exposure(
    snapshot: "Snapshot", columns: IncidentColumns, question: Question, places: Places
) -> NDArray[np.float64]:
    asked = matters_under(snapshot, question.matter)
    others = Question(
        "grid",
        "count",
        question.first,
        question.last,
        bucket=question.bucket,
        area=question.area,
        exclude=asked | question.exclude,
    )
    counts = _counts(snapshot, columns, others, places)
    if not counts.any():
        return np.broadcast_to(np.maximum(places.households, 1.0), counts.shape)
    # a grid without any other incident may still have one: half an incident is less than one
    return counts + 0.5
