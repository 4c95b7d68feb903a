"""Figures of the flow, from its log: on time, rightly dispatched, done again, still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs.steps import NOT_JUDGED
from boundaries.store.tables import District

By = Literal["grid", "leader", "party", "department", "source", "matter"]
_KEY = {
    "grid": "i.grid_code",
    "leader": "i.leader_code",
    "party": "i.party_code",
    "department": "case when p.kind = 'organisation' then coalesce(i.party_code, i.lead_code) end",
    "source": "i.source",
    "matter": "i.matter_code",
}
_INCIDENTS = """
select {key} as key, count(*) as incidents,
    count(*) filter (where i.resolved_at is null) as backlog,
    count(*) filter (where i.resolved_at is null and least(i.step_due_at, i.due_at) < :now) as overdue,
    count(*) filter (where i.due_at is not null and i.resolved_at is not null) as timed,
    count(*) filter (where i.resolved_at <= i.due_at) as on_time
from yiwang.incident i
left join yiwang.party p on p.district_id = i.district_id and p.code = coalesce(i.party_code, i.lead_code)
where i.district_id = :district and i.state <> all(:not_judged)
    and i.happened_at >= :since and i.happened_at < :until and (:grids is null or i.grid_code = any(:grids))
group by 1"""
_EVENTS = """
select {key} as key, e.source, e.step, count(*) as taken,
    count(*) filter (where e.left_due_at is not null and e.state <> e.source) as timed,
    count(*) filter (where e.made_at <= e.left_due_at and e.state <> e.source) as on_time
from yiwang.incident_event e join yiwang.incident i on i.id = e.incident_id
left join yiwang.party p on p.district_id = i.district_id and p.code = coalesce(i.party_code, i.lead_code)
where i.district_id = :district and i.state <> all(:not_judged)
    and i.happened_at >= :since and i.happened_at < :until and (:grids is null or i.grid_code = any(:grids))
group by 1, 2, 3"""


@dataclass(frozen=True)
class Figures:
    """Of one grid, party, department, source or matter (None: of those without). Rates are None of nothing.

    timed: ended, with a limit of the whole; steps: by the state that was left, of those with a limit.
    """

    key: str | None
    incidents: int
    backlog: int
    overdue: int
    timed: int
    on_time: int
    dispatches: int
    misdirected: int
    handled: int
    reworked: int
    steps: dict[str, tuple[int, int]]

    @property
    def on_time_rate(self) -> float | None:
        """Of the incidents that ended and had a limit."""
        return self.on_time / self.timed if self.timed else None

    @property
    def correct_dispatch_rate(self) -> float | None:
        """Dispatches that nobody returned or gave to another."""
        return 1 - self.misdirected / self.dispatches if self.dispatches else None

    @property
    def rework_rate(self) -> float | None:
        """Of what was handled."""
        return self.reworked / self.handled if self.handled else None

    def told(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "key": self.key,
            "incidents": self.incidents,
            "backlog": self.backlog,
            "overdue": self.overdue,
            "timed": self.timed,
            "on_time": self.on_time,
            "on_time_rate": self.on_time_rate,
            "dispatches": self.dispatches,
            "correct_dispatch_rate": self.correct_dispatch_rate,
            "handled": self.handled,
            "rework_rate": self.rework_rate,
            "steps": {
                state: {"timed": timed, "on_time": on_time, "on_time_rate": on_time / timed}
                for state, (timed, on_time) in sorted(self.steps.items())
            },
        }


_DISPATCHES = ("dispatch", "reassign", "rule")
_MISDIRECTED = ("return", "reassign", "dispute")


def steps_taken(session: Session, incidents: Sequence[int]) -> dict[int, dict[str, int]]:
    """Of each incident with a log what figures are made of: dispatches, misdirected, handled, reworked."""
    rows = session.execute(
        text(
            "select incident_id, step, count(*) from yiwang.incident_event"
            " where incident_id = any(:incidents) group by 1, 2"
        ),
        {"incidents": list(incidents)},
    )
    taken: dict[int, dict[str, int]] = {}
    for incident, step, count in rows:
        taken.setdefault(incident, {})[step] = count
    return {incident: _counted(steps) for incident, steps in taken.items()}


def _counted(steps: Mapping[str, int]) -> dict[str, int]:
    return {
        "dispatches": sum(steps.get(step, 0) for step in _DISPATCHES),
        "misdirected": sum(steps.get(step, 0) for step in _MISDIRECTED),
        "handled": steps.get("handle", 0),
        "reworked": steps.get("rework", 0),
    }


def figures(
    session: Session,
    district: District,
    *,
    by: By,
    since: datetime,
    until: datetime,
    now: datetime,
    grids: Sequence[str] | None = None,
) -> list[Figures]:
    """Of what happened from `since` until before `until`, by key. Void, merged and rejected do not count.

    grids: only those that deal with them now.
    """
    facts = {
        "district": district.id,
        "since": since,
        "until": until,
        "now": now,
        "grids": None if grids is None else list(grids),
        "not_judged": list(NOT_JUDGED),
    }
    typed = {"grids": "cast(:grids as text[])"}
    queries = [
        query.format(key=_KEY[by]).replace(":grids", typed["grids"]) for query in (_INCIDENTS, _EVENTS)
    ]
    whole = session.execute(text(queries[0]), facts).all()
    events: dict[str | None, dict[str, int]] = {}
    steps: dict[str | None, dict[str, tuple[int, int]]] = {}
    for key, source, step, taken, timed, on_time in session.execute(text(queries[1]), facts):
        counted = events.setdefault(key, {})
        counted[step] = counted.get(step, 0) + taken
        if timed:
            before = steps.setdefault(key, {}).get(source, (0, 0))
            steps[key][source] = (before[0] + timed, before[1] + on_time)
    found = []
    for row in whole:
        counted = events.get(row[0], {})
        found.append(
            Figures(
                row[0],
                row[1],
                row[2],
                row[3],
                row[4],
                row[5],
                **_counted(counted),
                steps=steps.get(row[0], {}),
            )
        )
    return sorted(found, key=lambda each: (each.key is None, each.key or ""))
