"""Asking the audit: events by who, what and when, the latest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.store.tables import AuditEvent, AuditLink


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; None: any."""

    actor: str | None = None
    about: str | None = None
    kind: str | None = None
    request_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `place` and `hash` stand in the chain; None: it waits to be chained."""

    number: int
    place: int | None
    hash: str | None
    made_at: datetime
    kind: str
    actor: str
    via: str
    origin: str
    request_id: str
    about: str
    operation: str
    count: int
    details: dict[str, Any]


def page(session: Session, wanted: Wanted, *, limit: int = 100, before: int | None = None) -> list[Event]:
    """The latest events, those numbered below `before` where it is given."""
    query = (
        select(AuditEvent, AuditLink.place, AuditLink.hash)
        .outerjoin(AuditLink, AuditLink.event_id == AuditEvent.id)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    for column in ("actor", "about", "kind", "request_id"):
        if (value := getattr(wanted, column)) is not None:
            query = query.where(getattr(AuditEvent, column) == value)
    if wanted.since is not None:
        query = query.where(AuditEvent.made_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEvent.made_at <= wanted.until)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    return [
        Event(
            number=event.id,
            place=place,
            hash=chained,
            made_at=event.made_at,
            kind=event.kind,
            actor=event.actor,
            via=event.via,
            origin=event.origin,
            request_id=event.request_id,
            about=event.about,
            operation=event.operation,
            count=event.count,
            details=event.details,
        )
        for event, place, chained in session.execute(query)
    ]
