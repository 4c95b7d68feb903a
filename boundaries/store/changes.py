"""The feed of changes: numbered by one appender after their transactions are committed.

A number is given to what can be seen, and never to anything before it: who has read up to a number has
missed nothing, however long a transaction took. The order is that of the writes; what a write followed
stands before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from boundaries.store.change_queries import TOLD
from boundaries.store.tables import Change

_LOCK = 0x79697761_00000004  # see clock: 4 numbers the changes
_WAITING = text(
    "select kind, ref, stamp, refs, array_agg(id) as ids from yiwang.change_pending"
    " group by kind, ref, stamp, refs order by min(id) limit :limit"
)
_DONE = text("delete from yiwang.change_pending where id = any(:ids)")


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One change as it is told."""

    number: int
    kind: str
    about: str
    place: tuple[str, str]
    at: datetime
    details: dict[str, Any]


def append(session: Session, *, limit: int = 1000) -> int:
    """Number the changes of at most `limit` committed writes; returns of how many.

    0 also where another process is at it: it holds the lock until its transaction ends.
    """
    if not session.scalar(text("select pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
        return 0
    found = session.execute(_WAITING, {"limit": limit}).all()
    for each in found:
        given = {"ref": each.ref, "refs": each.refs, "stamp": each.stamp}
        session.execute(TOLD[each.kind], {name: value for name, value in given.items() if value is not None})
        session.execute(_DONE, {"ids": each.ids})
    return len(found)


def after(
    session: Session,
    district_id: int,
    since: int,
    *,
    limit: int = 1000,
    kinds: Sequence[str] | None = None,
) -> list[ChangeRecord]:
    """The changes of a district that follow number `since`, in order."""
    following = _following(district_id, since, kinds)
    query = select(Change).where(*following).order_by(Change.number).limit(limit)
    return [
        ChangeRecord(
            number=row.number,
            kind=row.kind,
            about=row.about,
            place=(row.place_kind, row.place_code),
            at=row.at,
            details=row.details,
        )
        for row in session.scalars(query)
    ]


def waiting(session: Session, district_id: int, since: int, kinds: Sequence[str] | None = None) -> int:
    """How many changes of a district follow number `since`."""
    query = select(func.count()).where(*_following(district_id, since, kinds))
    return session.scalars(query).one()


def _following(district_id: int, since: int, kinds: Sequence[str] | None) -> list[ColumnElement[bool]]:
    wanted = [Change.number > since, Change.district_id == district_id]
    return wanted if kinds is None else [*wanted, Change.kind.in_(kinds)]


def last(session: Session) -> int:
    """The highest number that was given."""
    return int(session.scalar(text("select coalesce(max(number), 0) from yiwang.change")) or 0)
