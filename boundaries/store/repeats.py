"""Requests that came with an Idempotency-Key: carried out once, answered alike however often they come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.store.errors import Refusal
from boundaries.store.staging import raw_connection

KEPT_DAYS = 30


class KeyReused(Refusal):
    """An Idempotency-Key that came before with another request."""

    code: ClassVar[str] = "idempotency-key-reused"

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"The Idempotency-Key '{key}' came before with another request.")


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def claim(session: Session, *, actor: str, key: str, digest: str) -> Reply | None:
    """None if this request is the first with its key; else what was answered to the first.

    Two at once: the second waits here until the first has committed. Raises KeyReused where the first was
    another request.
    """
    facts = {"actor": actor, "key": key, "digest": digest}
    fresh = session.execute(
        text(
            "insert into yiwang.request_key (actor, key, digest) values (:actor, :key, :digest)"
            " on conflict do nothing"
        ),
        facts,
    )
    if fresh.rowcount:  # type: ignore[attr-defined]
        return None
    known = session.execute(
        text(
            "select digest, status, headers, body from yiwang.request_key where actor = :actor and key = :key"
        ),
        facts,
    ).one()
    if known.digest != digest:
        raise KeyReused(key)
    return Reply(known.status, known.headers, bytes(known.body))


def settle(session: Session, reply: Reply, *, actor: str, key: str) -> None:
    """Keep what is going to be answered, in the transaction that did it."""
    raw_connection(session).execute(
        "update yiwang.request_key set status = %s, headers = %s, body = %s where actor = %s and key = %s",
        (reply.status, Jsonb(dict(reply.headers)), reply.body, actor, key),
    )


def forget_old(session: Session) -> int:
    """Drop the keys of a month ago; returns how many."""
    done: Any = session.execute(
        text("delete from yiwang.request_key where made_at < now() - make_interval(days => :days)"),
        {"days": KEPT_DAYS},
    )
    return int(done.rowcount)
