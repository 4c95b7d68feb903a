"""Webhooks: the feed of changes sent to addresses that the operator wrote into a file, and to no others.

In order, signed, at least once: the next ones leave when the ones before were taken (2xx). How they are
sent stands in `posting`. One process sends to one address at a time, by an advisory lock that goes with
its connection.
"""

import hashlib
import hmac
import http.client
import json
import threading
import time
import zlib
from typing import Any

import psycopg
import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from api import accounts
from api.access import User
from api.changes_shown import is_for, told
from api.held import Held
from api.hooks import Hook
from api.posting import NotTaken, Post
from api.reach import UNREACHABLE
from api.refusals import NothingHeld
from boundaries.land import districts
from boundaries.land.refusals import UnknownCode
from boundaries.store import changes
from boundaries.store.database import Database

POLL_S = 1.0
TIMEOUT_S = 10.0
LONGEST_PAUSE_S = 300.0
AT_ONCE = 100
_LOCK = 0x79697761  # see clock; the second half is of the name
log = structlog.get_logger("yiwang.webhooks")


def signature(secret: str, at: int, body: bytes) -> str:
    """The value of X-Yiwang-Signature: HMAC-SHA256 over the time, a dot and the body."""
    told = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={told}"


class Courier:
    """The thread that brings one hook what it has not got yet."""

    def __init__(self, database: Database, held: Held, hook: Hook) -> None:
        self._database, self._held, self._hook = database, held, hook
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"webhook {hook.name}", daemon=True)
        self._post = Post(hook.url, private=hook.private, timeout_s=TIMEOUT_S)

    def start(self) -> None:
        """Begin; a hook that is new begins with what changes from now on."""
        self._thread.start()

    def close(self) -> None:
        """End after the delivery that is under way."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=TIMEOUT_S + 5)

    def deliver(self) -> bool:
        """Bring the next changes; False if there are none.

        Raises OSError where they were not taken, UnknownCode for an area that no district has.
        """
        with self._database.transaction() as session:
            snapshot = self._held.current.snapshot
            district = districts.get(session, snapshot.district.code)
            since = self._delivered(session)
            asker = _asker(session, self._hook)
            found = changes.after(session, district.id, since, limit=AT_ONCE, kinds=self._hook.kinds)
        if not found:
            return False
        last = found[-1].number
        sent = [told(each) for each in found if is_for(asker, snapshot, each)]
        status = None
        if sent:
            status = self._send({"changes": [each.model_dump(mode="json") for each in sent], "next": last})
        self._note(
            "delivered = :last, failures = 0, said = '', failing_since = null,"
            " status = coalesce(:status, status)",
            last=last,
            status=status,
        )
        return True

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                with self._database.connect() as connection:
                    connection.autocommit = True
                    self._while_ours(connection)
            except (*UNREACHABLE, NothingHeld):
                pass
            except Exception:
                log.exception("webhook-failed", name=self._hook.name)
            self._over.wait(POLL_S * 5)

    def _while_ours(self, connection: psycopg.Connection) -> None:
        key = zlib.crc32(self._hook.name.encode()) - 2**31
        failures = 0
        while not self._over.is_set():
            # asked each time: with its connection the lock is gone, and another process may have it
            row = connection.execute(
                "select exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"
                " and classid = %(high)s::oid and objid::bigint = %(key)s::bigint & 4294967295)"
                " or pg_try_advisory_lock(%(high)s::int, %(key)s::int)",
                {"high": _LOCK, "key": key},
            ).fetchone()
            if row is None or not row[0]:
                return
            try:
                more, failures = self.deliver(), 0
                pause = 0.0 if more else POLL_S
            except (OSError, http.client.HTTPException, UnknownCode) as error:
                failures += 1
                pause = min(LONGEST_PAUSE_S, POLL_S * 2 ** min(failures - 1, 10))
                self._failed(error, failures)
            if self._over.wait(pause):
                return

    def _failed(self, error: Exception, failures: int) -> None:
        log.warning("webhook-not-taken", name=self._hook.name, error=str(error), failures=failures)
        self._note(
            "failures = :failures, said = :said, status = :status,"
            " failing_since = coalesce(failing_since, clock_timestamp())",
            failures=failures,
            said=str(error)[:500],
            status=error.status if isinstance(error, NotTaken) else None,
        )

    def _send(self, message: dict[str, Any]) -> int:
        body = json.dumps(message, ensure_ascii=False).encode()
        first, last = message["changes"][0]["number"], message["changes"][-1]["number"]
        return self._post(
            body,
            {
                "Content-Type": "application/json",
                "Idempotency-Key": f"{self._hook.name}:{first}-{last}",
                "User-Agent": "yiwang",
                "X-Yiwang-Signature": signature(self._hook.secret, int(time.time()), body),
            },
        )

    def _delivered(self, session: Session) -> int:
        """The number up to which it has all; a hook that is new has all there is."""
        asked = text("select delivered from yiwang.webhook where name = :name")
        known = session.scalar(asked, {"name": self._hook.name})
        if known is None:
            known = changes.last(session)
            session.execute(
                text("insert into yiwang.webhook (name, delivered) values (:name, :last)"),
                {"name": self._hook.name, "last": known},
            )
        return int(known)

    def _note(self, what: str, **facts: Any) -> None:
        with self._database.transaction() as session:
            session.execute(
                text(f"update yiwang.webhook set {what}, at = clock_timestamp() where name = :name"),
                {"name": self._hook.name, **facts},
            )


def _asker(session: Session, hook: Hook) -> User:
    """As whom the receiver is told: confined to the hook's area, or to the heir of one that ended."""
    area, former = accounts.confined_to(session, accounts.area_id(session, hook.area))
    return User(f"webhook:{hook.name}", "worker", area_code=area, via="webhook", former_areas=former)
