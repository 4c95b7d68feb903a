"""The Idempotency-Key of a request: carried out once, answered alike however often it is sent."""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.store.repeats import KeyReused
from boundaries.store.staging import raw_connection
from boundaries.store.tables import District


def claim(
    session: Session, district: District, *, actor: str, key: str, digest: str
) -> dict[str, Any] | None:
    """None if this request is the first with its key; else what was answered to the first.

    Two at once: the second waits here until the first has committed. Raises KeyReused where the first was
    another request.
    """
    facts = {"district": district.id, "actor": actor, "key": key, "digest": digest}
    fresh = session.execute(
        text(
            "insert into yiwang.incident_key (district_id, actor, key, digest)"
            " values (:district, :actor, :key, :digest) on conflict do nothing"
        ),
        facts,
    )
    if fresh.rowcount:  # type: ignore[attr-defined]
        return None
    known = session.execute(
        text(
            "select digest, reply from yiwang.incident_key"
            " where district_id = :district and actor = :actor and key = :key"
        ),
        facts,
    ).one()
    if known[0] != digest:
        raise KeyReused(key)
    return dict(known[1] or {})


def settle(session: Session, district: District, *, actor: str, key: str, reply: Mapping[str, Any]) -> None:
    """Keep what was answered."""
    raw_connection(session).execute(
        "update yiwang.incident_key set reply = %s where district_id = %s and actor = %s and key = %s",
        (Jsonb(reply), district.id, actor, key),
    )
