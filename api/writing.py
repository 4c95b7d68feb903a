"""What the writing routes of duties share: the district, now, and what lies in an account's area."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends

from api.access import User, needs
from api.answering import aware
from api.context import Context_, Session_
from boundaries.duty.places import areas_above
from boundaries.duty.records import PlaceKey
from boundaries.duty.snapshot import Snapshot
from boundaries.land import districts
from boundaries.store.tables import District

Worker = Annotated[User, Depends(needs("worker"))]
Clerk = Annotated[User, Depends(needs("clerk"))]
Reviewer = Annotated[User, Depends(needs("reviewer"))]


def served(context: Context_, session: Session_) -> District:
    """The district that this process serves. Raises NothingHeld, UnknownDistrict."""
    return districts.get(session, context.held.current.snapshot.district.code)


District_ = Annotated[District, Depends(served)]


def require_places(user: User, snapshot: Snapshot, places: Iterable[PlaceKey]) -> None:
    """Raise OutsideScope unless every place lies in the account's area."""
    if user.area_code is not None:
        for place in places:
            user.require(areas_above(snapshot, place), asked=f"{place[0]} {place[1]}")


def require_party(user: User, snapshot: Snapshot, code: str) -> None:
    """Raise OutsideScope for a party that answers for something outside the account's area."""
    if user.area_code is not None:
        require_places(user, snapshot, (duty.place for duty in snapshot.duties.of_party(code)))


def tally(found: Any) -> dict[str, int]:
    """A tally as plain values."""
    return {"added": found.added, "changed": found.changed, "unchanged": found.unchanged}


def since(given: datetime | None, stamp: datetime) -> datetime:
    """The instant that was asked for, else that of the write. Raises NotAwareInstant."""
    return aware(given) or stamp
