"""Net versions: the only door through which grids change."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.land.refusals import NetVersionNotRising, NotAwareInstant
from boundaries.store.tables import District, NetVersion


def open_version(
    session: Session,
    district: District,
    *,
    effective_from: datetime,
    stamp: datetime,
    cause: str,
    made_by: str,
    note: str = "",
) -> NetVersion:
    """The next net version, in force from `effective_from`; number and instant both rise strictly.

    cause: import, plan or demo. `stamp`: the transaction's instant from `store.clock.stamp`.
    Raises NetVersionNotRising, and NotAwareInstant for an instant without time zone.
    """
    if effective_from.tzinfo is None:
        raise NotAwareInstant(value=effective_from)
    last = latest(session, district)
    if last is not None and effective_from <= last.effective_from:
        raise NetVersionNotRising(effective_from=effective_from, latest=last.effective_from)
    version = NetVersion(
        district_id=district.id,
        number=1 if last is None else last.number + 1,
        effective_from=effective_from,
        recorded_at=stamp,
        cause=cause,
        note=note,
        made_by=made_by,
    )
    session.add(version)
    session.flush()
    return version


def latest(session: Session, district: District) -> NetVersion | None:
    """The last published version, whether or not it is in force yet."""
    return session.scalar(
        select(NetVersion)
        .where(NetVersion.district_id == district.id)
        .order_by(NetVersion.number.desc())
        .limit(1)
    )
