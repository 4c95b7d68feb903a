"""A step of an incident as an account may take it, over HTTP and from the command line alike."""

from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy.orm import Session

from api.access import User
from api.answering import aware
from api.flow_schemas import RulingIn, StepIn
from api.incidents_shown import areas_of, limits_of, lineage_of, shown
from api.refusals import NotAllowed
from api.writing import require_places, since
from boundaries.affairs import asking, flow
from boundaries.affairs.entitled import Actor
from boundaries.affairs.refusals import StepIncomplete
from boundaries.affairs.steps import LEVELS, STEPS
from boundaries.duty import duties
from boundaries.duty.snapshot import Snapshot
from boundaries.land.refusals import UnknownCode
from boundaries.store import clock
from boundaries.store.tables import District


def take_step(
    session: Session, district: District, user: User, snapshot: Snapshot, number: str, given: StepIn
) -> dict[str, Any]:
    """Take one step and tell what became of the incident. A dispatch without a party goes to whom the answer
    names. Raises NotAllowed, OutsideScope, UnknownCode, StepNotPossible, StepNotYours, StepIncomplete.
    """
    step = STEPS.get(given.step)
    if step is not None and not user.may(step.role):
        raise NotAllowed(step.role, user.role)
    # the register's lock comes before the incident's: two rulings or a correction cannot wait in a circle
    stamp = clock.stamp(session) if given.duty is not None else None
    incident = asking.get(session, district, number, lock=True)
    user.require(areas_of(snapshot, incident.grid_now), asked=f"incident {number}")
    party = given.party or (_named(snapshot, incident) if given.step == "dispatch" else None)
    if party is not None and party not in snapshot.parties:
        raise UnknownCode(kind="party", value=party)
    into = asking.get(session, district, given.into) if given.into is not None else None
    if into is not None:
        user.require(areas_of(snapshot, into.grid_now), asked=f"incident {into.number}")
    matter = snapshot.matters.get(incident.matter)
    details: dict[str, Any] = {}
    if given.duty is not None:
        if given.step != "rule":
            raise StepIncomplete(given.step, "duty", "belongs to a ruling")
        assert stamp is not None
        details["duty"] = _rule(session, district, user, snapshot, given.duty, incident.matter, party, stamp)
    taken = flow.take(
        session,
        incident,
        flow.Given(given.step, given.reason.strip(), party, aware(given.until), into, details),
        limits=limits_of(snapshot),
        lineage=lineage_of(snapshot, incident.matter),
        limit_hours=matter.limit_hours if matter is not None else None,
        actor=actor_of(user, snapshot),
        keepers=keepers_of(snapshot, incident),
        now=stamp or datetime.now(UTC),
    )
    after = asking.get(session, district, number)
    return {"step": taken.step, "from": taken.source} | shown(user, snapshot, after)


def actor_of(user: User, snapshot: Snapshot) -> Actor:
    """What an account is to incidents."""
    area = snapshot.areas.get(user.area_code or "")
    level = area.level if area is not None and area.level in LEVELS else LEVELS[-1]
    return Actor(user.name, user.party, level, user.may("dispatcher"))


def keepers_of(snapshot: Snapshot, incident: asking.IncidentRecord) -> frozenset[str]:
    """Leader and staff of the grid that deals with it."""
    owner = snapshot.answer_point((incident.lon, incident.lat), matter=incident.matter)["owner"]
    return frozenset(party["code"] for party in (owner["leader"], *owner["staff"]) if party is not None)


def _named(snapshot: Snapshot, incident: asking.IncidentRecord) -> str | None:
    """Whom the answer names today: the lead department, else the grid's leader."""
    owner = snapshot.answer_point((incident.lon, incident.lat), matter=incident.matter)["owner"]
    for party in (owner["department"], owner["leader"]):
        if party is not None:
            return party["code"]
    return None


def _rule(
    session: Session,
    district: District,
    user: User,
    snapshot: Snapshot,
    given: RulingIn,
    matter: str,
    party: str | None,
    stamp: datetime,
) -> dict[str, Any]:
    """Write a ruling as a duty: before every other department for this place and matter."""
    if party is None:
        raise StepIncomplete("rule", "party", "is missing")
    code = given.place_code if given.part_code is None else f"{given.place_code}/{given.part_code}"
    require_places(user, snapshot, [(given.place_kind, code)])
    begins = since(given.valid_from, stamp)
    row = {
        "party_code": party,
        "role": "ruling",
        "matter_code": given.matter or matter,
        "place_kind": given.place_kind,
        "place_code": given.place_code,
        "part_code": given.part_code,
        "valid_from": begins,
        "valid_to": None,
    }
    duties.put(session, district, pd.DataFrame([row]), stamp=stamp)
    return {name: value for name, value in row.items() if isinstance(value, str)} | {
        "valid_from": begins.isoformat()
    }
