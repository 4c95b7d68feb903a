"""A visit as an account may note it, over HTTP and from the command line alike."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.access import User
from api.incidents_shown import areas_of, local
from boundaries.affairs import visits
from boundaries.duty.snapshot import Snapshot
from boundaries.land.refusals import UnknownCode
from boundaries.store import clock
from boundaries.store.tables import District


def add_visit(
    session: Session,
    district: District,
    user: User,
    snapshot: Snapshot,
    place: tuple[float, float],
    *,
    kind: str,
    party: str | None,
    note: str,
    visited_at: datetime | None,
) -> dict[str, Any]:
    """Somebody was at a place (WGS 84): it counts for the grid that covered it then.

    party: who was there; else whom the account acts for, else the grid's leader. visited_at: else now. Raises
    UnknownCode, VisitRefused, OutsideScope.
    """
    if party is not None and party not in snapshot.parties:
        raise UnknownCode(kind="party", value=party)
    now = clock.hold(session)
    visit = visits.record(
        session,
        district,
        place,
        kind=kind,
        party=party or user.party or _leader_at(snapshot, place),
        note=note.replace("\0", ""),
        visited_at=visited_at or now,
        by=user.name,
        now=now,
    )
    user.require(areas_of(snapshot, visit.grid_code), asked=f"grid {visit.grid_code}")
    told = {"grid": visit.grid_code, "building": visit.building_code, "party": visit.party_code}
    return told | {"visited_at": local(snapshot, visit.visited_at)}


def _leader_at(snapshot: Snapshot, place: tuple[float, float]) -> str | None:
    leader = snapshot.answer_point(place)["owner"]["leader"]
    return None if leader is None else leader["code"]
