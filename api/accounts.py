"""Accounts: who may sign in, as what, and within which area. Passwords are kept as argon2id only."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.reach import UNREACHABLE
from api.refusals import UnknownRole
from boundaries.land.refusals import UnknownCode
from boundaries.store.database import Database
from boundaries.store.tables import ACCOUNT_ROLES, Account, Area

FRESH_S = 10.0  # a change of role or password reaches every process within this time
_KEPT = 5_000

hasher = PasswordHasher()
log = structlog.get_logger("yiwang.api")


@dataclass(frozen=True, slots=True)
class Known:
    """One account as the register holds it."""

    name: str
    role: str
    password_hash: str
    datum: str | None  # what a bare lon/lat of this account means
    area_code: str | None  # None: the whole district

    @property
    def fingerprint(self) -> str:
        """Changes with the password; tells nothing about it."""
        return hashlib.sha256(self.password_hash.encode()).hexdigest()[:16]

    def accepts(self, password: str) -> bool:
        """Whether this is the password. Takes tens of milliseconds on purpose."""
        try:
            return hasher.verify(self.password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


# An unknown name costs as much as a wrong password, so that names cannot be told apart by time.
_NOBODY = Known("", "reader", hasher.hash("nobody"), None, None)


def refuse_unknown(password: str) -> None:
    """Spend the time that checking a password takes."""
    _NOBODY.accepts(password)


def put(
    session: Session,
    *,
    name: str,
    password: str,
    role: str,
    datum: str | None = None,
    area: str | None = None,
) -> None:
    """Make or replace an account. `area` is a code: the account is confined to it and its children.

    Raises UnknownRole, and UnknownCode for an area that no district has.
    """
    if role not in ACCOUNT_ROLES:
        raise UnknownRole(role, ACCOUNT_ROLES)
    area_id = None
    if area is not None:
        area_id = session.scalar(select(Area.id).where(Area.code == area).order_by(Area.id).limit(1))
        if area_id is None:
            raise UnknownCode(kind="area", value=area)
    values = {"role": role, "password_hash": hasher.hash(password), "datum": datum, "area_id": area_id}
    session.execute(
        insert(Account)
        .values(name=name, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )


def remove(session: Session, name: str) -> bool:
    """Remove an account; False when there was none."""
    return (
        session.execute(delete(Account).where(Account.name == name).returning(Account.id)).first() is not None
    )


def every(session: Session) -> list[Known]:
    """All accounts by name."""
    return [Known(*row) for row in session.execute(_accounts().order_by(Account.name))]


def _accounts() -> Select[str, str, str, str | None, str]:
    return select(Account.name, Account.role, Account.password_hash, Account.datum, Area.code).join(
        Area, Area.id == Account.area_id, isouter=True
    )


class Accounts:
    """The accounts as this process last saw them: asked again after FRESH_S.

    While the register cannot be reached, an account seen before goes on as it was.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[float, Known | None]] = OrderedDict()

    def find(self, name: str) -> Known | None:
        """The account of that name, or None.

        Raises what the database raises for one never seen while it is out of reach.
        """
        with self._lock:
            seen = self._seen.get(name)
        if seen is not None and self._clock() - seen[0] < FRESH_S:
            return seen[1]
        try:
            with self._database.transaction() as session:
                row = session.execute(_accounts().where(Account.name == name)).first()
        except UNREACHABLE:
            if seen is None:
                raise
            log.warning("account not refreshed", name=name)
            return seen[1]
        known = Known(*row) if row else None
        with self._lock:
            self._seen[name] = (self._clock(), known)
            self._seen.move_to_end(name)
            while len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
        return known

    def fresh(self, name: str) -> Known | None:
        """The account as seen within FRESH_S, without asking the register; None: ask `find`."""
        seen = self._seen.get(name)
        return seen[1] if seen is not None and self._clock() - seen[0] < FRESH_S else None

    def forget(self, name: str) -> None:
        """Read this account again at the next request (it has just been changed here)."""
        with self._lock:
            self._seen.pop(name, None)
