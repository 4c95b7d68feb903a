"""Reads of persons and sign-ins, taken over from a process' local journal exactly once."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.store.staging import raw_connection


class Read(NamedTuple):
    """One answer in which persons may stand. at: ISO 8601, UTC."""

    at: str
    actor: str
    via: str
    origin: str
    request_id: str
    method: str
    route: str
    asked: str  # path and query string
    status: int


class SignIn(NamedTuple):
    """One attempt to sign in. at: ISO 8601, UTC."""

    at: str
    name: str  # as it was given: of a refused one nobody knows who gave it
    via: str
    origin: str
    request_id: str
    route: str
    refused: str  # the code of the refusal; empty: let in


Entry = Read | SignIn


def tell(session: Session, read: Read) -> None:
    """Write down one read in this transaction, for what reads the register itself and has no journal."""
    raw_connection(session).execute(
        "insert into yiwang.audit_event"
        " (kind, actor, via, origin, request_id, about, operation, count, details)"
        " values ('read', %s, %s, %s, %s, %s, 'read', 1, %s)",
        (
            *(read.actor, read.via, read.origin, read.request_id, read.route),
            Jsonb({"reads": [[read.at, read.request_id, read.method, read.asked, read.status]]}),
        ),
    )


def taken(session: Session, journal: str) -> int:
    """How many entries of this journal are in the register; from here on nobody else takes of it."""
    session.execute(
        text("insert into yiwang.audit_journal (code, taken) values (:code, 0) on conflict do nothing"),
        {"code": journal},
    )
    return int(
        session.execute(
            text("select taken from yiwang.audit_journal where code = :code for update"), {"code": journal}
        ).scalar_one()
    )


def take(session: Session, journal: str, entries: Sequence[Entry | None]) -> None:
    """Add the next entries of a journal; None is one that cannot be read. Call `taken` first.

    One event for each asker, address, route and outcome: it lists the reads or attempts one by one.
    """
    rows: list[tuple[Any, ...]] = []
    whole = sorted(
        (entry for entry in entries if entry is not None), key=lambda each: (_event(each), each.at)
    )
    for event, group in groupby(whole, _event):
        each = [_told(entry) for entry in group]
        listed = "reads" if event[0] == "read" else "attempts"
        rows.append((*event, len(each), Jsonb({"journal": journal, listed: each})))
    damaged = len(entries) - len(whole)
    if damaged:
        rows.append(("read", "", "", "", "journal", "damaged", damaged, Jsonb({"journal": journal})))
    connection = raw_connection(session)
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into yiwang.audit_event"
            " (kind, actor, via, origin, request_id, about, operation, count, details)"
            " values (%s, %s, %s, %s, '', %s, %s, %s, %s)",
            rows,
        )
    connection.execute(
        "update yiwang.audit_journal set taken = taken + %s where code = %s", (len(entries), journal)
    )


def _event(entry: Entry) -> tuple[str, str, str, str, str, str]:
    """Kind, actor, via, origin, about and operation of the event that lists this entry."""
    if isinstance(entry, SignIn):
        outcome = "refused" if entry.refused else "let-in"
        return "sign-in", entry.name, entry.via, entry.origin, entry.route, outcome
    return "read", entry.actor, entry.via, entry.origin, entry.route, "read"


def _told(entry: Entry) -> list[str | int]:
    if isinstance(entry, SignIn):
        return [entry.at, entry.request_id, entry.refused]
    return [entry.at, entry.request_id, entry.method, entry.asked, entry.status]
