"""What is somebody's own: grids, buildings, and the incidents whose next step is theirs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from api.access import User
from api.incidents_shown import grids_for, limits_of, local, may_see, shown
from api.stepping import actor_of, keepers_of
from boundaries.affairs import asking, entitled, visits
from boundaries.affairs.asking import IncidentRecord, Wanted
from boundaries.affairs.entitled import Actor, Around
from boundaries.affairs.steps import STEPS, Step
from boundaries.duty.records import BuildingRecord
from boundaries.duty.snapshot import Snapshot
from boundaries.store.tables import District

KEEPING = ("leader", "deputy", "staff")
LEADING = ("file", "settle", "dispatch", "handle", "check", "close", "resume", "rule")
"""The steps that bring an incident on; whose they are has the task."""
RARELY = ("void", "urge", "lower")
"""Possible nearly always and hardly ever meant: a list of tasks does not offer them."""
MOST_TASKS = 200
MOST_BUILDINGS = 2000
_FOR_CENTRE = ("collected", "filed", "handled", "checked", "disputed", "suspended")
_LATEST = datetime.max.replace(tzinfo=UTC)


def told(session: Session, district: District, user: User, snapshot: Snapshot) -> dict[str, Any]:
    """Party, grids with their last visit, buildings and tasks of an account."""
    places = {
        duty.place: duty.role
        for duty in reversed(snapshot.duties.of_party(user.party or ""))
        if duty.role in KEEPING
    }
    grids = {code: role for (kind, code), role in sorted(places.items()) if kind == "grid"}
    visited = visits.last_visits(session, district, list(grids))
    buildings = [each for each in snapshot.building_list if _is_kept(each, places)]
    party = snapshot.parties.get(user.party or "")
    return {
        "party": None if party is None else {"party": party.code, "name": party.name, "post": party.post},
        "grids": [
            {
                "code": code,
                "name": snapshot.grids[code].name,
                "role": role,
                "last_visit": local(snapshot, visited.get(code)),
            }
            for code, role in grids.items()
            if code in snapshot.grids
        ],
        "buildings": [_building(snapshot, each) for each in buildings[:MOST_BUILDINGS]],
        "buildings_count": len(buildings),
        "tasks": tasks_of(session, district, user, snapshot, list(grids)),
        "net_version": snapshot.net_version,
    }


def tasks_of(
    session: Session, district: District, user: User, snapshot: Snapshot, grids: list[str]
) -> list[dict[str, Any]]:
    """Open incidents whose next step is the account's, the soonest due first, at most MOST_TASKS. Each
    with the steps that it may take with nothing but a reason. grids: those that it keeps.
    """
    found = {
        each.id: each
        for wanted in _wanted(user, snapshot, grids)
        for each in asking.page(session, district, wanted, limit=MOST_TASKS)
        if may_see(user, snapshot, each)
    }
    actor = actor_of(user, snapshot)
    known = entitled.around_each(
        session,
        list(found.values()),
        {number: keepers_of(snapshot, each) for number, each in found.items()},
    )
    tasks = []
    for number, each in found.items():
        steps = _open_to(each, user, actor, known[number])
        if any(step.name in LEADING for step in steps):
            tasks.append((each, steps))
    limits = limits_of(snapshot)
    tasks.sort(key=lambda task: (limits.standing(task[0])[1] or _LATEST, task[0].number))
    return [
        shown(user, snapshot, each)
        | {
            "steps": [
                {"step": step.name, "name": step.chinese, "needs": step.needs}
                for step in steps
                if set(step.needs) <= {"reason"}
            ]
        }
        for each, steps in tasks[:MOST_TASKS]
    ]


def _wanted(user: User, snapshot: Snapshot, grids: list[str]) -> Iterator[Wanted]:
    if user.party is not None:
        yield Wanted(party=user.party, is_open=True)
    if grids:
        yield Wanted(grids=grids, is_open=True)
    yield Wanted(recorded_by=user.name, is_open=True)
    if user.may("dispatcher"):
        yield Wanted(grids=grids_for(user, snapshot, None, None), states=_FOR_CENTRE, is_open=True)


def _open_to(incident: IncidentRecord, user: User, actor: Actor, around: Around) -> list[Step]:
    """The steps that the actor may take, those that lead on first."""
    possible = [
        step
        for step in STEPS.values()
        if incident.state in step.sources
        and step.name not in RARELY
        and user.may(step.role)
        and entitled.may_take(step, incident, actor, around)
    ]
    return sorted(possible, key=lambda step: step.name not in LEADING)


def _is_kept(building: BuildingRecord, places: dict[tuple[str, str], str]) -> bool:
    return (
        ("building", building.code) in places
        or ("grid", building.grid or "") in places
        or ("compound", building.compound or "") in places
    )


def _building(snapshot: Snapshot, building: BuildingRecord) -> dict[str, Any]:
    return {
        "code": building.code,
        "name": building.name,
        "address": snapshot.standard_address.get(building.code),
        "grid": building.grid,
        "households": building.households,
    }
