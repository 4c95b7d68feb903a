"""What a district sets for its affairs: limits, hours and calendar, weights of scores and of workload."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from boundaries.affairs.limits import Limits
from boundaries.affairs.refusals import BadFlowSettings
from boundaries.affairs.scores import Terms
from boundaries.affairs.workload import Weights
from boundaries.store.tables import District

PARTS = ("flow", "workload")


def of(district: District) -> dict[str, Any]:
    """The parts that the district has set; empty where the usual holds."""
    own = district.settings or {}
    return {part: own.get(part, {}) for part in PARTS}


def put(session: Session, district: District, given: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the parts that are given; an empty one goes back to the usual. Returns all.

    The caller has the register's stamp, so that what is held in memory hears of it. Raises BadFlowSettings,
    before anything is written.
    """
    if unknown := sorted(set(given) - set(PARTS)):
        raise BadFlowSettings(f"{unknown[0]}: the parts are {' and '.join(PARTS)}")
    settings = {**(district.settings or {}), **{part: given[part] for part in PARTS if part in given}}
    Limits.of(ZoneInfo(district.timezone), settings)
    Terms.of(settings)
    Weights.of(settings)
    district.settings = settings
    session.flush()
    return of(district)
