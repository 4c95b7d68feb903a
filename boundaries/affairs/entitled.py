"""Whether somebody may take a step of an incident: seen from what they are to it, beside their role."""

from collections.abc import Set
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
    centre = actor.is_centre and _reaches(actor.level, incident.level, step.reach)
    acts = actor.party is not None and actor.party == incident.party
    found = actor.name == incident.recorded_by or actor.party in around.keepers
    instead = centre and not around.is_represented
    allowed = {
        "centre": centre,
        "assigned": acts or instead,
        "finder": found,
        "holder": centre or acts or (found and incident.party is None),
        "another": not acts and actor.name != around.handled_by,
        "judge": centre and not acts,
    }[step.who]
    if not allowed:
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
    return step.who == "assigned" and not acts


def around(session: Session, incident: IncidentRecord, keepers: Set[str]) -> Around:
    """What the register knows of the incident."""
    handled_by = session.scalar(
        text(
            "select made_by from yiwang.incident_event where incident_id = :id and step = 'handle'"
            " order by place desc limit 1"
        ),
        {"id": incident.id},
    )
    represented = session.scalar(
        text(
            "select exists (select from yiwang.account where party_code = :party)"
            " or exists (select from yiwang.api_key where party_code = :party"
            "   and revoked_at is null and expires_at > now())"
        ),
        {"party": incident.party},
    )
    return Around(keepers, handled_by, bool(represented))


def _reaches(level: str, *needed: str) -> bool:
    return LEVELS.index(level) >= max(map(LEVELS.index, needed))
