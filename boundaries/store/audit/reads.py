"""Reads of persons, taken over from a process' local journal exactly once."""

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


def take(session: Session, journal: str, entries: Sequence[Read | None]) -> None:
    """Add the next entries of a journal; None is one that cannot be read. Call `taken` first.

    One event for each asker, address and route: it lists the reads one by one.
    """

    def whose(read: Read) -> tuple[str, str, str, str]:
        return read.actor, read.via, read.origin, read.route

    rows: list[tuple[Any, ...]] = []
    whole = sorted((entry for entry in entries if entry is not None), key=lambda read: (whose(read), read.at))
    for who, group in groupby(whole, whose):
        reads = [[read.at, read.request_id, read.method, read.asked, read.status] for read in group]
        rows.append((*who[:3], who[3], "read", len(reads), Jsonb({"journal": journal, "reads": reads})))
    damaged = len(entries) - len(whole)
    if damaged:
        rows.append(("", "", "", "journal", "damaged", damaged, Jsonb({"journal": journal})))
    connection = raw_connection(session)
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into yiwang.audit_event"
            " (kind, actor, via, origin, request_id, about, operation, count, details)"
            " values ('read', %s, %s, %s, '', %s, %s, %s, %s)",
            rows,
        )
    connection.execute(
        "update yiwang.audit_journal set taken = taken + %s where code = %s", (len(entries), journal)
    )
