"""What a district sets for its affairs: limits, hours and calendar, weights of scores and of workload."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.affairs.limits import Limits
from boundaries.affairs.refusals import BadFlowSettings
from boundaries.affairs.scores import Terms
from boundaries.affairs.workload import Weights
from boundaries.store.tables import District, DistrictTerm

PARTS = ("flow", "workload")


def of(district: District) -> dict[str, Any]:
    """The parts that the district has set; empty where the usual holds."""
    own = district.settings or {}
    return {part: own.get(part, {}) for part in PARTS}


def put(
    session: Session, district: District, given: Mapping[str, Any], *, stamp: datetime, by: str
) -> dict[str, Any]:
    """Replace the parts that are given; an empty one goes back to the usual. Returns all.

    Each part that changes is written down with `stamp`, the register's, so that what is held in memory hears
    of it. Raises BadFlowSettings, before anything is written.
    """
    if unknown := sorted(set(given) - set(PARTS)):
        raise BadFlowSettings(f"{unknown[0]}: the parts are {' and '.join(PARTS)}")
    settings = {**(district.settings or {}), **{part: given[part] for part in PARTS if part in given}}
    Limits.of(ZoneInfo(district.timezone), settings)
    Terms.of(settings)
    Weights.of(settings)
    before = of(district)
    district.settings = settings
    session.add_all(
        DistrictTerm(district_id=district.id, part=part, terms=after, made_at=stamp, made_by=by)
        for part, after in of(district).items()
        if after != before[part]
    )
    session.flush()
    return of(district)


def history(session: Session, district: District) -> list[DistrictTerm]:
    """Every change of a part, the first one first."""
    query = select(DistrictTerm).where(DistrictTerm.district_id == district.id).order_by(DistrictTerm.id)
    return list(session.scalars(query))
