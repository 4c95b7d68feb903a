"""Keys of other systems: shown once, stored hashed, expiring, revocable.

A key reads `yw_<code>_<secret>`. The code is public and finds the row; of the secret, 256 random bits,
the register holds the SHA-256 only. A slow hash is for passwords that people choose: these bits cannot
be guessed, and a key is checked on every request.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.accounts import area_id, confined_to, known_party
from api.refusals import KeyNameTaken, UnknownRole, WrongKey
from api.seen import Seen
from boundaries.land.refusals import UnknownCode
from boundaries.store.database import Database
from boundaries.store.tables import KEY_ROLES, ApiKey

_KEY = re.compile(r"yw_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class KnownKey:
    """One key as the register holds it."""

    code: str
    name: str
    role: str
    secret_hash: str
    datum: str | None
    area_code: str | None  # None: the whole district
    per_minute: int
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    party_code: str | None = None  # for which it acts
    former_areas: tuple[str, ...] = ()  # those it was confined to, which ended

    @property
    def actor(self) -> str:
        """The name under which the records hold what this key did; no account can have it."""
        return f"key:{self.name}"

    def accepts(self, secret: str, *, now: float) -> bool:
        """Whether this is the secret, and the key in force at `now` (seconds since 1970)."""
        same = hmac.compare_digest(_hash(secret), self.secret_hash)
        return same and self.revoked_at is None and now < self.expires_at.timestamp()


def parse(token: str) -> tuple[str, str]:
    """The two halves of a key. Raises WrongKey."""
    found = _KEY.fullmatch(token.strip())
    if found is None:
        raise WrongKey
    return found[1], found[2]


def create(
    session: Session,
    *,
    name: str,
    role: str,
    made_by: str,
    datum: str | None = None,
    area: str | None = None,
    party: str | None = None,
    days: int = 365,
    per_minute: int = 600,
) -> tuple[KnownKey, str]:
    """Make a key; returns it and its text, which nobody can find out again.

    Raises UnknownRole, KeyNameTaken, and UnknownCode for an area or party that no district has.
    """
    if role not in KEY_ROLES:
        raise UnknownRole(role, KEY_ROLES)
    code, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    made_at = session.scalars(select(func.now())).one()
    made = session.scalar(
        insert(ApiKey)
        .values(
            code=code,
            name=name,
            role=role,
            secret_hash=_hash(secret),
            datum=datum,
            area_id=area_id(session, area),
            party_code=known_party(session, party),
            per_minute=per_minute,
            made_by=made_by,
            made_at=made_at,
            expires_at=made_at + timedelta(days=days),
        )
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(ApiKey.id)
    )
    if made is None:
        raise KeyNameTaken(name)
    return find(session, code), f"yw_{code}_{secret}"


def find(session: Session, code: str) -> KnownKey:
    """The key of that code, in force or not. Raises UnknownCode."""
    known = _one(session, code)
    if known is None:
        raise UnknownCode(kind="key", value=code)
    return known


def revoke(session: Session, code: str) -> KnownKey:
    """End a key for good; one that was revoked before stays as it is. Raises UnknownCode."""
    session.execute(
        update(ApiKey)
        .where(ApiKey.code == code, ApiKey.revoked_at.is_(None))
        .values(revoked_at=func.clock_timestamp())
    )
    return find(session, code)


def every(session: Session) -> list[KnownKey]:
    """All keys by name, also those that have ended."""
    return [_known(session, key) for key in session.scalars(_keys().order_by(ApiKey.name)).all()]


class Keys(Seen[KnownKey]):
    """The keys as this process last saw them, by code."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(database, _one, clock)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _one(session: Session, code: str) -> KnownKey | None:
    key = session.scalar(_keys().where(ApiKey.code == code))
    return _known(session, key) if key else None


def _known(session: Session, key: ApiKey) -> KnownKey:
    area, former = confined_to(session, key.area_id)
    return KnownKey(
        key.code,
        key.name,
        key.role,
        key.secret_hash,
        key.datum,
        area,
        key.per_minute,
        key.made_by,
        key.made_at,
        key.expires_at,
        key.revoked_at,
        key.party_code,
        former,
    )


def _keys() -> "Select[ApiKey]":
    return select(ApiKey).execution_options(populate_existing=True)
