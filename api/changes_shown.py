"""A change as it is told, and to whom: by the feed and by webhooks alike."""

from collections.abc import Mapping
from typing import Any

from api.access import User
from api.trust_schemas import ChangeOut
from boundaries.duty.places import areas_above
from boundaries.duty.snapshot import Snapshot
from boundaries.store.changes import ChangeRecord


def is_for(user: User, snapshot: Snapshot, change: ChangeRecord) -> bool:
    """Whether a change is told to this asker: a publication to everybody, others where they lie."""
    if change.kind == "publication" or user.area_code is None:
        return True
    left = change.details.get("from_grid")
    return user.covers(areas_above(snapshot, change.place)) or (
        left is not None
        and user.covers((*areas_above(snapshot, ("grid", left)), *_community(change.details)))
    )


def _community(details: Mapping[str, Any]) -> tuple[str, ...]:
    """The community that was left: its grid, and it itself, may be gone from the net by now."""
    code = details.get("from_community")
    return (code,) if code is not None else ()


def told(change: ChangeRecord) -> ChangeOut:
    """One change as it leaves."""
    return ChangeOut(
        number=change.number,
        kind=change.kind,
        about=change.about,
        place={"kind": change.place[0], "code": change.place[1]},
        at=change.at,
        details=change.details,
    )
