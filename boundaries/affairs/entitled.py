"""Whether somebody may take a step of an incident: seen from what they are to it, beside their role."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs.asking import IncidentRecord
from boundaries.affairs.refusals import StepNotYours
from boundaries.affairs.steps import LEVELS, WHO, Step


@dataclass(frozen=True)
class Actor:
    """Who takes a step. party: for which it acts. level: of its area. is_centre: a dispatcher or above."""

    name: str
    party: str | None
    level: str
    is_centre: bool


@dataclass(frozen=True)
class Around:
    """What is known of an incident. keepers: leader and staff of its grid.

    handled_by: the account that did it last. is_represented: some account acts for the party that has it.
    """

    keepers: Set[str]
    handled_by: str | None
    is_represented: bool


def refuse_others(step: Step, incident: IncidentRecord, actor: Actor, around: Around) -> bool:
    """Whether the centre takes the step for a party that no account acts for. Raises StepNotYours."""
    if not may_take(step, incident, actor, around):
        raise StepNotYours(
            incident.number,
            step.name,
            step.who,
            WHO[step.who],
            party=incident.party,
            level=max(incident.level, step.reach, key=LEVELS.index),
            handled_by=around.handled_by,
            yours={"name": actor.name, "party": actor.party, "level": actor.level},
        )
    return step.who == "assigned" and not _acts(actor, incident)


def may_take(step: Step, incident: IncidentRecord, actor: Actor, around: Around) -> bool:
    """Whether the actor is to the incident what the step asks for; state and role are asked elsewhere."""
    centre = actor.is_centre and _reaches(actor.level, incident.level, step.reach)
    acts = _acts(actor, incident)
    found = actor.name == incident.recorded_by or actor.party in around.keepers
    instead = centre and not around.is_represented
    return {
        "centre": centre,
        "assigned": acts or instead,
        "finder": found,
        "holder": centre or acts or (found and incident.party is None),
        "another": not acts and actor.name != around.handled_by,
        "judge": centre and not acts,
    }[step.who]


def around(session: Session, incident: IncidentRecord, keepers: Set[str]) -> Around:
    """What the register knows of the incident."""
    return around_each(session, [incident], {incident.id: keepers})[incident.id]


def around_each(
    session: Session, incidents: Sequence[IncidentRecord], keepers: Mapping[int, Set[str]]
) -> dict[int, Around]:
    """What the register knows of incidents, by their id. keepers: by id."""
    handled = session.execute(
        text(
            "select distinct on (incident_id) incident_id, made_by from yiwang.incident_event"
            " where incident_id = any(:ids) and step = 'handle' order by incident_id, place desc"
        ),
        {"ids": [each.id for each in incidents]},
    ).all()
    handled_by = {row[0]: row[1] for row in handled}
    represented = set(
        session.scalars(
            text(
                "select party_code from yiwang.account where party_code = any(:parties)"
                " union select party_code from yiwang.api_key where party_code = any(:parties)"
                "   and revoked_at is null and expires_at > now()"
            ),
            {"parties": sorted({each.party for each in incidents if each.party is not None})},
        )
    )
    return {
        each.id: Around(keepers[each.id], handled_by.get(each.id), each.party in represented)
        for each in incidents
    }


def _acts(actor: Actor, incident: IncidentRecord) -> bool:
    return actor.party is not None and actor.party == incident.party


def _reaches(level: str, *needed: str) -> bool:
    return LEVELS.index(level) >= max(map(LEVELS.index, needed))
