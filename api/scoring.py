"""The score sheet of a month, over HTTP and from the command line alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from api.incidents_shown import local
from boundaries.affairs import asking, score_book, scores, visits
from boundaries.affairs.figures import figures, steps_taken
from boundaries.affairs.refusals import BadDensityQuestion
from boundaries.affairs.steps import NOT_JUDGED
from boundaries.duty.snapshot import Snapshot
from boundaries.store.tables import District

By = Literal["grid", "leader"]
_MOST_CASES = 100_000
_NO_STEPS = {"dispatches": 0, "misdirected": 0, "handled": 0, "reworked": 0}


@dataclass(frozen=True)
class Sheet:
    """The scores of a month by the terms of the district. since, until: its first instant and the next's."""

    month: str
    by: By
    grids: Sequence[str]
    since: datetime
    until: datetime
    terms: scores.Terms
    names: Mapping[str, str]
    scores: Sequence[scores.Score]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Plain values, as the sheet has them."""
        return [scores.row_of(each, self.names) for each in self.scores]


def sheet_of(
    session: Session, district: District, snapshot: Snapshot, *, month: str, by: By, grids: Sequence[str]
) -> Sheet:
    """Score the grids, or the leaders in them. month: such as 2026-10. Raises BadFlowSettings."""
    year, number = int(month[:4]), int(month[5:])
    since = datetime(year, number, 1, tzinfo=snapshot.zone)
    until = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=snapshot.zone)
    terms = scores.Terms.of(snapshot.district.settings)
    known = {
        each.key: each
        for each in figures(
            session, district, by=by, since=since, until=until, now=datetime.now(UTC), grids=grids
        )
        if each.key is not None
    }
    counted = visits.counted(session, district, by, since=since, until=until, grids=grids)
    keys = grids if by == "grid" else sorted({*known, *counted})
    found = [scores.score(key, known.get(key), counted.get(key, 0), terms) for key in keys]
    return Sheet(month, by, grids, since, until, terms, _names(snapshot, by), found)


def workbook_of(session: Session, district: District, snapshot: Snapshot, sheet: Sheet) -> bytes:
    """The sheet in Excel with the incidents and visits behind each figure.

    Raises BadDensityQuestion for more than 100,000.
    """
    return score_book.workbook(
        sheet.scores,
        sheet.names,
        _cases(session, district, snapshot, sheet),
        _visits(session, district, snapshot, sheet),
        title=f"{snapshot.district.name} {sheet.month} 考核",
        terms=sheet.terms,
    )


def _names(snapshot: Snapshot, by: By) -> dict[str, str]:
    if by == "grid":
        return {code: grid.name for code, grid in snapshot.grids.items()}
    return {code: party.name for code, party in snapshot.parties.items()}


def _cases(session: Session, district: District, snapshot: Snapshot, sheet: Sheet) -> list[dict[str, Any]]:
    """The incidents behind the figures."""
    wanted = asking.Wanted(grids=sheet.grids, since=sheet.since, before=sheet.until, not_states=NOT_JUDGED)
    found = asking.page(session, district, wanted, limit=_MOST_CASES + 1)
    if len(found) > _MOST_CASES:
        raise BadDensityQuestion("month", sheet.month, f"more than {_MOST_CASES:,} incidents: choose an area")
    taken = steps_taken(session, [each.id for each in found])
    return [
        {
            "number": each.number,
            "key": each.grid_now if sheet.by == "grid" else each.leader,
            "matter": each.matter,
            "happened_at": local(snapshot, each.happened_at),
            "due_at": local(snapshot, each.due_at),
            "resolved_at": local(snapshot, each.resolved_at),
            "on_time": None
            if each.due_at is None or each.resolved_at is None
            else ("是" if each.resolved_at <= each.due_at else "否"),
            **taken.get(each.id, _NO_STEPS),
        }
        for each in found
    ]


def _visits(session: Session, district: District, snapshot: Snapshot, sheet: Sheet) -> list[dict[str, Any]]:
    found = visits.of_period(session, district, since=sheet.since, until=sheet.until, grids=sheet.grids)
    return [
        {
            **each,
            "visited_at": local(snapshot, each["visited_at"]),
            "key": each["grid"] if sheet.by == "grid" else each["party"],
        }
        for each in found
    ]
