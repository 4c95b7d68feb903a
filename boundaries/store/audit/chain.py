"""The chain: each event gets a place and a hash over itself and the hash before, by one appender.

An event is chained when it is seen, in the order of its number among those that are seen together. A
transaction that commits late is chained late: nothing is passed over, and what happened after another
event was committed stands behind it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

_LOCK = 0x79697761_00000003  # see clock: 3 chains the audit
FIRST = "0" * 64  # the hash before the first place
_TOLD = """jsonb_build_array(e.id, (extract(epoch from e.made_at) * 1000000)::bigint, e.kind, e.actor, e.via,
    e.origin, e.request_id, e.login, e.about, e.operation, e.count, e.details)::text"""
_WAITING = text(
    f"select e.id, {_TOLD} from yiwang.audit_pending p join yiwang.audit_event e on e.id = p.event_id"
    " order by e.id limit :limit"
)
_LAST = text("select place, hash from yiwang.audit_link order by place desc limit 1")
_CHAINED = text(
    f"select l.place, l.event_id, l.hash, case when e.id is not null then {_TOLD} end as told"
    " from yiwang.audit_link l left join yiwang.audit_event e on e.id = l.event_id order by l.place"
)
_LOOSE = text(
    "select e.id from yiwang.audit_event e where not exists"
    " (select from yiwang.audit_link l where l.event_id = e.id) and not exists"
    " (select from yiwang.audit_pending p where p.event_id = e.id) order by e.id limit :limit"
)
_LOST = text(
    "select p.event_id from yiwang.audit_pending p where not exists"
    " (select from yiwang.audit_event e where e.id = p.event_id) order by p.event_id limit :limit"
)
_TOLD_FINDINGS = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """The last place of the chain and its hash: kept elsewhere, it shows a chain cut off or made anew."""

    place: int
    hash: str

    @classmethod
    def parse(cls, given: str) -> "Head":
        """From `PLACE:HASH`. Raises ValueError."""
        place, _, told = given.partition(":")
        if len(told) != 64 or set(told) - set("0123456789abcdef"):
            raise ValueError(f"{given!r} is no PLACE:HASH")
        return cls(int(place), told)

    def __str__(self) -> str:
        return f"{self.place}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as the chain says."""

    what: str  # altered, removed, unlinked, link-missing, head-differs
    place: int | None
    event: int | None

    def __str__(self) -> str:
        where = f"place {self.place}" if self.place is not None else "outside the chain"
        return f"{self.what}: {where}" + (f", event {self.event}" if self.event is not None else "")


@dataclass(frozen=True, slots=True)
class Verified:
    """What a walk over the whole chain found; at most a thousand findings are told."""

    head: Head
    findings: tuple[Finding, ...]


def append(session: Session, *, limit: int = 5000) -> int:
    """Chain what waits, at most `limit` events; returns how many.

    0 also where another process is chaining: it holds the lock until its transaction ends.
    """
    if not session.scalar(text("select pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
        return 0
    waiting = session.execute(_WAITING, {"limit": limit}).all()
    if not waiting:
        return 0
    last = session.execute(_LAST).one_or_none()
    place, before = (last[0], last[1]) if last is not None else (0, FIRST)
    links = []
    for event, told in waiting:
        place, before = place + 1, _hash(before, told)
        links.append({"place": place, "event": event, "hash": before})
    session.execute(
        text("insert into yiwang.audit_link (place, event_id, hash) values (:place, :event, :hash)"), links
    )
    session.execute(
        text("delete from yiwang.audit_pending where event_id = any(:events)"),
        {"events": [link["event"] for link in links]},
    )
    return len(links)


def verify(session: Session, *, head: Head | None = None) -> Verified:
    """Walk the whole chain; `head` is one that was noted earlier.

    Finds altered and removed events, removed links, events that were never chained nor wait for it, and
    a chain that is shorter than, or another than, the one whose head was noted.
    """
    found: list[Finding] = []
    place, before, met = 0, FIRST, head is None or head.place == 0
    for link in _stream(session):
        if link.place != place + 1:
            found.append(Finding("link-missing", place + 1, None))
        place = link.place
        if link.told is None:
            found.append(Finding("removed", place, link.event_id))
        elif _hash(before, link.told) != link.hash:
            found.append(Finding("altered", place, link.event_id))
        before = link.hash
        if head is not None and head.place == place:
            met = head.hash == before
        if len(found) >= _TOLD_FINDINGS:
            break
    if not met and head is not None:
        found.append(Finding("head-differs", head.place, None))
    for statement, what in ((_LOOSE, "unlinked"), (_LOST, "removed")):
        loose = session.scalars(statement, {"limit": _TOLD_FINDINGS})
        found += [Finding(what, None, event) for event in loose]
    return Verified(Head(place, before), tuple(found[:_TOLD_FINDINGS]))


def _stream(session: Session) -> Iterator[Row[Any]]:
    yield from session.execute(_CHAINED, execution_options={"stream_results": True, "yield_per": 2000})


def _hash(before: str, told: str) -> str:
    return hashlib.sha256(f"{before}\n{told}".encode()).hexdigest()
