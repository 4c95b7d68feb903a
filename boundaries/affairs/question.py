"""A question about where and when, and which incidents it is about."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from boundaries.affairs.columns import IncidentColumns
from boundaries.affairs.places import Places
from boundaries.affairs.refusals import BadDensityQuestion

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

Unit = Literal["grid", "community", "street", "building", "h3", "square"]
Bucket = Literal["none", "day", "week", "month", "year"]
Rate = Literal["count", "km2", "households", "smoothed"]

Net = Literal["snapshot", "day"]

MAX_BUCKETS = 1100
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Question:
    """What is asked. first, last: days of the district's time zone, both included.

    matter: a class with all below it, None for all. area: only incidents inside it. size: H3 resolution or
    metres of a square. net: of the snapshot, or of the day of each incident (grids only). exclude: codes
    that the asker may not count.
    """

    unit: Unit
    rate: Rate
    first: date
    last: date
    bucket: Bucket = "none"
    matter: str | None = None
    area: str | None = None
    size: float | None = None
    net: Net = "snapshot"
    exclude: frozenset[str] = frozenset()


def choose(
    snapshot: "Snapshot", columns: IncidentColumns, question: Question, places: Places
) -> NDArray[np.int64]:
    """Positions of the incidents that the question is about; void and merged ones count nowhere."""
    first, last = day_number(question.first), day_number(question.last)
    if last < first:
        raise BadDensityQuestion("last", question.last.isoformat(), "it lies before the first day")
    wanted = columns.counts & (columns.day >= first) & (columns.day <= last)
    codes = matters_under(snapshot, question.matter) - question.exclude
    if question.matter is not None or question.exclude:
        known = np.array([code in codes for code in columns.matters], dtype=bool)
        wanted &= known[columns.matter] if len(known) else False
    if question.area is not None:
        if question.area not in snapshot.areas:
            raise BadDensityQuestion("area", question.area, "there is no such area")
        inside = np.array([question.area in chain for chain in places.areas_of_grid] + [False], dtype=bool)
        wanted &= inside[places.grid]
    return np.flatnonzero(wanted)


def matters_under(snapshot: "Snapshot", matter: str | None) -> frozenset[str]:
    """The matter and all below it; all matters for None. Raises BadDensityQuestion."""
    if matter is None or matter == "*":
        return frozenset(snapshot.matters)
    if matter not in snapshot.matters:
        raise BadDensityQuestion("matter", matter, "there is no such matter")
    found = {matter}
    while more := {code for code, one in snapshot.matters.items() if one.parent in found} - found:
        found |= more
    return frozenset(found)


def bucket_days(question: Question) -> tuple[list[date], NDArray[np.int64]]:
    """The first day of each bucket, and the bucket of each day from the first. Raises BadDensityQuestion."""
    count = (question.last - question.first).days + 1
    if count > 366 * 30:
        raise BadDensityQuestion("first", question.first.isoformat(), "more than thirty years")
    starts: list[date] = []
    of_day = np.zeros(count, dtype=np.int64)
    for number in range(count):
        start = _start(question.first + timedelta(days=number), question)
        if not starts or start != starts[-1]:
            starts.append(start)
        of_day[number] = len(starts) - 1
    if len(starts) > MAX_BUCKETS:
        raise BadDensityQuestion("bucket", question.bucket, f"more than {MAX_BUCKETS} buckets")
    return starts, of_day


def _start(day: date, question: Question) -> date:
    if question.bucket == "none":
        return question.first
    if question.bucket == "week":
        return day - timedelta(days=day.weekday())
    if question.bucket == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if question.bucket == "year" else day


def day_number(day: date) -> int:
    """Days since 1970-01-01, as `IncidentColumns.day` counts them."""
    return (day - _EPOCH).days
