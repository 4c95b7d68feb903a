"""Leading an incident through its steps: guarded by the table, timed by its limits, written in a log.

The log is added to only; what stands on the incident itself is what its last row says.
"""

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs.asking import IncidentRecord
from boundaries.affairs.entitled import Actor, around, refuse_others
from boundaries.affairs.limits import Limits
from boundaries.affairs.refusals import StepIncomplete, StepNotPossible
from boundaries.affairs.steps import BACK, ENDED, LEVELS, STAY, STEPS, possible
from boundaries.store.staging import raw_connection


@dataclass(frozen=True)
class Taken:
    """What a step made of an incident. due_at: of the new state; None: no limit, or paused."""

    step: str
    source: str
    state: str
    party: str | None
    level: str
    since: datetime | None
    due_at: datetime | None


@dataclass(frozen=True)
class Given:
    """What comes with a step. party: its code. until: of an extension. into: the number of another."""

    step: str
    reason: str = ""
    party: str | None = None
    until: datetime | None = None
    into: IncidentRecord | None = None
    details: dict[str, Any] | None = None


def take(
    session: Session,
    incident: IncidentRecord,
    given: Given,
    *,
    limits: Limits,
    lineage: list[str],
    limit_hours: int | None,
    actor: Actor,
    keepers: Set[str],
    now: datetime,
) -> Taken:
    """Take one step and write it. The caller has locked the incident.

    lineage, limit_hours: of its matter. keepers: leader and staff of its grid. Raises StepNotPossible,
    StepNotYours, StepIncomplete.
    """
    step = STEPS.get(given.step)
    if step is None or incident.state not in step.sources:
        raise StepNotPossible(incident.number, given.step, incident.state, possible(incident.state))
    instead = refuse_others(step, incident, actor, around(session, incident, keepers))
    _refuse_incomplete(incident, given, now)
    taken = Taken(
        given.step,
        incident.state,
        step.target,
        given.party or incident.party,
        incident.level,
        now,
        None,
    )
    details = dict(given.details or {}) | ({"for": incident.party} if instead else {})
    if step.target == STAY:
        since, due = limits.standing(incident)
        taken = replace(taken, state=incident.state, since=since, due_at=due)
        if given.step == "extend":
            taken = replace(taken, due_at=given.until)
            details["was_due_at"] = incident.step_due_at.isoformat() if incident.step_due_at else None
        elif given.step in ("raise", "lower"):
            taken = replace(taken, level=_level(incident, given.step))
    elif step.target == BACK:
        taken = _resumed(session, incident, taken, limits, now)
    elif step.target == "suspended":
        left = None
        if incident.step_due_at is not None:
            left = limits.calendar.worked(now, incident.step_due_at).total_seconds()
        details |= {"left_s": left}
    elif step.target not in ENDED and step.target != "disputed":
        taken = replace(taken, due_at=limits.due(step.target, now, lineage, limit_hours))
    if given.step == "return":
        taken = replace(taken, party=None)
    if given.into is not None:
        details["into"] = given.into.number
    _write(session, incident, given, taken, details, limits.standing(incident), by=actor.name, now=now)
    return taken


def log_of(session: Session, incident_id: int) -> list[dict[str, Any]]:
    """All steps of an incident, the first one first."""
    rows = session.execute(
        text(
            "select place, step, source, state, made_at, made_by, party_code as party, level, due_at,"
            " left_since, left_due_at, reason, details from yiwang.incident_event"
            " where incident_id = :id order by place"
        ),
        {"id": incident_id},
    ).mappings()
    return [dict(row) for row in rows]


def _refuse_incomplete(incident: IncidentRecord, given: Given, now: datetime) -> None:
    missing = [name for name in STEPS[given.step].needs if not getattr(given, name)]
    if given.step == "dispatch" and not given.party:
        missing = ["party"]
    if missing:
        raise StepIncomplete(given.step, missing[0], "is missing")
    if given.step == "extend" and given.until and given.until <= max(now, incident.step_due_at or now):
        raise StepIncomplete(given.step, "until", "is not later than the present limit")
    if given.step == "reassign" and given.party == incident.party:
        raise StepIncomplete(given.step, "party", "has it already")
    if given.into is not None and (given.into.id == incident.id or given.into.state in ENDED):
        raise StepIncomplete(given.step, "into", "is the same one, or has ended")


def _level(incident: IncidentRecord, step: str) -> str:
    at = LEVELS.index(incident.level) + (1 if step == "raise" else -1)
    if not 0 <= at < len(LEVELS):
        raise StepNotPossible(
            incident.number, step, f"{incident.state} at the {incident.level}", possible(incident.state)
        )
    return LEVELS[at]


def _resumed(
    session: Session, incident: IncidentRecord, taken: Taken, limits: Limits, now: datetime
) -> Taken:
    """Back to where it was, with the working time that was left."""
    row = session.execute(
        text(
            "select source, details->>'left_s' from yiwang.incident_event where incident_id = :id"
            " and step = 'suspend' order by place desc limit 1"
        ),
        {"id": incident.id},
    ).one()
    due = None if row[1] is None else limits.calendar.add(now, timedelta(seconds=float(row[1])))
    return replace(taken, state=row[0], due_at=due)


def _write(
    session: Session,
    incident: IncidentRecord,
    given: Given,
    taken: Taken,
    details: dict[str, Any],
    left: tuple[datetime | None, datetime | None],
    *,
    by: str,
    now: datetime,
) -> None:
    facts = {
        "id": incident.id,
        "step": given.step,
        "source": incident.state,
        "state": taken.state,
        "now": now,
        "by": by,
        "party": taken.party,
        "level": taken.level,
        "since": taken.since,
        "due": taken.due_at,
        "left_since": left[0] or incident.recorded_at,
        "left_due": left[1],
        "reason": given.reason,
        "details": Jsonb(details),
        "ended": taken.state in ENDED,
        "first_due": taken.due_at if given.step == "dispatch" else None,
        "until": given.until if given.step == "extend" else None,
    }
    connection = raw_connection(session)
    connection.execute(
        "insert into yiwang.incident_event (incident_id, place, step, source, state, made_at, made_by,"
        " party_code, level, due_at, left_since, left_due_at, reason, details)"
        " select %(id)s, coalesce(max(place), 0) + 1, %(step)s, %(source)s, %(state)s, %(now)s, %(by)s,"
        " %(party)s, %(level)s, %(due)s, %(left_since)s, %(left_due)s, %(reason)s, %(details)s"
        " from yiwang.incident_event where incident_id = %(id)s",
        facts,
    )
    connection.execute(
        "update yiwang.incident set state = %(state)s, party_code = %(party)s, level = %(level)s,"
        " step_since = %(since)s, step_due_at = %(due)s,"
        " due_at = coalesce(%(until)s, due_at, %(first_due)s),"
        " resolved_at = case when %(ended)s then %(now)s::timestamptz else resolved_at end where id = %(id)s",
        facts,
    )
