"""Which incidents an asker sees, and how much of each."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from api.access import User
from boundaries.affairs.asking import IncidentRecord, Wanted
from boundaries.affairs.limits import Limits
from boundaries.affairs.refusals import BadDensityQuestion
from boundaries.duty.places import areas_above
from boundaries.duty.snapshot import Snapshot
from boundaries.store.tables import ANY_MATTER


def areas_of(snapshot: Snapshot, grid: str | None) -> tuple[str, ...]:
    """The areas in which a grid lies, retired ones too; none for no grid."""
    return areas_above(snapshot, ("grid", grid)) if grid is not None else ()


def may_see(user: User, snapshot: Snapshot, incident: IncidentRecord) -> bool:
    """An account of an area sees what happens there; a sensitive matter is for roles of the area alone."""
    areas = areas_of(snapshot, incident.grid_now)
    if not user.covers(areas):
        return False
    matter = snapshot.matters.get(incident.matter)
    return user.sees_persons(areas) or matter is None or not matter.sensitive


def grids_for(user: User, snapshot: Snapshot, area: str | None, grid: str | None) -> list[str] | None:
    """The grids that a question is about; None: all. Raises OutsideScope, BadDensityQuestion."""
    if grid is not None:
        if grid not in snapshot.grids and grid not in snapshot.other_grids:
            raise BadDensityQuestion("grid", grid, "there is no such grid")
        user.require(areas_of(snapshot, grid), asked=f"grid {grid}")
        return [grid]
    if area is not None:
        if area not in snapshot.areas:
            raise BadDensityQuestion("area", area, "there is no such area")
        if user.area_code is not None:
            user.require(snapshot.area_codes(area), asked=area)
    within = area or user.area_code
    if within is None:
        return None
    return [code for code in (*snapshot.grids, *snapshot.other_grids) if within in areas_of(snapshot, code)]


def grids_in_force(user: User, snapshot: Snapshot, area: str | None) -> list[str]:
    """The grids of today's net that a question is about. Raises OutsideScope, BadDensityQuestion."""
    wanted = grids_for(user, snapshot, area, None)
    return sorted(snapshot.grids if wanted is None else set(wanted) & set(snapshot.grids))


def matters_below(snapshot: Snapshot, matter: str) -> list[str] | None:
    """A matter and all below it; None for the root. Raises BadDensityQuestion."""
    if matter == ANY_MATTER:
        return None
    if matter not in snapshot.matters:
        raise BadDensityQuestion("matter", matter, "there is no such matter")
    return [code for code, lineage in snapshot.duties.lineages.items() if matter in lineage]


def hidden_from(user: User, snapshot: Snapshot) -> list[str]:
    """The sensitive matters, for those who see no persons anywhere."""
    if user.may("worker"):
        return []
    return sorted(code for code, matter in snapshot.matters.items() if matter.sensitive)


def wanted_by(
    user: User,
    snapshot: Snapshot,
    *,
    area: str | None,
    grid: str | None,
    matter: str | None,
    state: str | None,
    **more: Any,
) -> Wanted:
    """What an account asks for of what it may see. Raises as `grids_for` does."""
    return Wanted(
        grids=grids_for(user, snapshot, area, grid),
        matters=matters_below(snapshot, matter) if matter is not None else None,
        not_matters=hidden_from(user, snapshot),
        states=None if state is None else [state],
        **more,
    )


def shown(user: User, snapshot: Snapshot, incident: IncidentRecord) -> dict[str, Any]:
    """One incident: words and persons only for roles of its area."""
    areas = areas_of(snapshot, incident.grid_now)
    whole = user.sees_persons(areas)
    matter = snapshot.matters.get(incident.matter)
    limits = limits_of(snapshot)
    since, due = limits.standing(incident)
    return {
        "number": incident.number,
        "external_ref": incident.external_ref if whole else None,
        "source": incident.source,
        "matter": incident.matter,
        "matter_name": matter.name if matter is not None else None,
        "happened_at": local(snapshot, incident.happened_at),
        "resolved_at": local(snapshot, incident.resolved_at),
        "due_at": local(snapshot, incident.due_at),
        "recorded_at": local(snapshot, incident.recorded_at),
        "recorded_by": incident.recorded_by if whole else None,
        "place": {
            "lon": incident.lon,
            "lat": incident.lat,
            "datum": "wgs84",
            "accuracy_m": incident.accuracy_m,
            "address": incident.address if whole else None,
        },
        "description": incident.description if whole else None,
        "state": incident.state,
        "level": incident.level,
        "party": _party(snapshot, incident.party, whole),
        "step_since": local(snapshot, since),
        "step_due_at": local(snapshot, due),
        "light": limits.light(since, due, datetime.now(UTC)) if incident.resolved_at is None else None,
        "grid": incident.grid,
        "net_version": incident.net_version,
        "grid_now": incident.grid_now,
        "areas": list(areas),
        "building": incident.building,
        "owner": {
            "leader": _party(snapshot, incident.leader, whole),
            "department": _party(snapshot, incident.lead, whole),
        },
    }


@lru_cache(maxsize=8)
def _limits(zone: ZoneInfo, settings: str) -> Limits:
    return Limits.of(zone, json.loads(settings))


def limits_of(snapshot: Snapshot) -> Limits:
    """The limits and the calendar of the district."""
    return _limits(snapshot.zone, json.dumps(snapshot.district.settings, sort_keys=True, default=str))


def lineage_of(snapshot: Snapshot, matter: str) -> list[str]:
    """A matter and those above it."""
    return list(snapshot.duties.lineages.get(matter, (matter,)))


def local(snapshot: Snapshot, instant: datetime | None) -> str | None:
    """ISO 8601 in the district's time zone."""
    return snapshot.fragments.iso(instant)


def warnings_of(incident: IncidentRecord, alike: Sequence[str]) -> list[dict[str, Any]]:
    """What a sender should know of an incident that was taken."""
    found: list[dict[str, Any]] = []
    if incident.grid is None:
        found.append({"code": "outside_net", "text": "no grid covered the place at that time"})
    elif incident.leader is None:
        found.append({"code": "vacant", "text": "the grid had no leader at that time"})
    if alike:
        found.append(
            {
                "code": "possible_duplicate",
                "text": "the same matter near in place and time",
                "numbers": list(alike),
            }
        )
    return found


def _party(snapshot: Snapshot, code: str | None, whole: bool) -> dict[str, Any] | None:
    if code is None:
        return None
    party = snapshot.parties.get(code)
    if party is not None and party.kind == "person" and not whole:
        return {"party": None, "name": None}
    return {"party": code, "name": party.name if party is not None else None}
