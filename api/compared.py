"""The two states that a comparison names, each by an instant or by a plan."""

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from api.answering import aware
from api.context import Context
from boundaries.duty import planned
from boundaries.duty.planned import Side
from boundaries.land import districts, plans

PlanCode = Annotated[str, StringConstraints(pattern=r"^P\d{5,9}$")]
Named = datetime | PlanCode  # an instant with its time zone, or the code of a plan


def side_of(context: Context, named: Named | None, known_at: datetime | None) -> tuple[Side, str]:
    """The state that is named (None: now), and what a file of it may be called.

    known_at: as the register knew an instant then; a plan is what it is now.
    Raises NotAwareInstant, KnownAtBeyondHorizon, UnknownCode.
    """
    if not isinstance(named, str):
        snapshot = context.held.at(aware(named), known_at).snapshot
        return Side(snapshot), f"{snapshot.at:%Y%m%d}"
    with context.database.transaction() as session:
        district = districts.get(session, context.held.current.snapshot.district.code)
        plan = plans.find(session, district, named)
        made = planned.side_of(session, district, plan, lambda at: context.held.at(at, None).snapshot)
    return made, named
