"""Accounts: who may sign in, as what, and within which area. Passwords are kept as argon2id only."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.refusals import (
    AccountNameTaken,
    LastAdministrator,
    PasswordMissing,
    PasswordUnchecked,
    UnknownRole,
)
from api.seen import Seen
from boundaries.land import heirs
from boundaries.land.refusals import UnknownCode
from boundaries.store.database import Database
from boundaries.store.tables import ACCOUNT_ROLES, Account, Area, Party

ADMINISTRATOR = ACCOUNT_ROLES[-1]
_OF_THE_WHOLE = select(Account.name).where(Account.role == ADMINISTRATOR, Account.area_id.is_(None))
hasher = PasswordHasher()
_computing = threading.Lock()  # argon2 takes 64 MiB each time and every core: several at once are no faster


@dataclass(frozen=True, slots=True)
class Known:
    """One account as the register holds it."""

    name: str
    role: str
    password_hash: str
    datum: str | None  # what a bare lon/lat of this account means
    area_code: str | None  # None: the whole district
    party_code: str | None = None  # for which it acts
    former_areas: tuple[str, ...] = ()  # those it was confined to, which ended

    @property
    def fingerprint(self) -> str:
        """Changes with the password; tells nothing about it."""
        return hashlib.sha256(self.password_hash.encode()).hexdigest()[:16]

    def accepts(self, password: str) -> bool:
        """Whether this is the password. Takes tens of milliseconds on purpose.

        Raises PasswordUnchecked where the machine has no memory or thread left to compute it: that says
        nothing about the password.
        """
        try:
            with _computing:
                return hasher.verify(self.password_hash, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
        except VerificationError as error:
            raise PasswordUnchecked(str(error)) from error


# An unknown name costs as much as a wrong password, so that names cannot be told apart by time.
_NOBODY = Known("", "reader", hasher.hash("nobody"), None, None)


def refuse_unknown(password: str) -> None:
    """Spend the time that checking a password takes."""
    _NOBODY.accepts(password)


def put(
    session: Session,
    *,
    name: str,
    password: str | None,
    role: str,
    datum: str | None = None,
    area: str | None = None,
    party: str | None = None,
) -> None:
    """Make or replace an account. `area` is a code: the account is confined to it and its children.

    password: None keeps that of an account that is there. party: for which it acts. Raises UnknownRole,
    PasswordMissing for a new account without one, and UnknownCode for what no district has.
    """
    if role not in ACCOUNT_ROLES:
        raise UnknownRole(role, ACCOUNT_ROLES)
    values = {
        "role": role,
        "password_hash": _standing_hash(session, name) if password is None else hasher.hash(password),
        "datum": datum,
        "area_id": area_id(session, area),
        "party_code": known_party(session, party),
    }
    session.execute(
        insert(Account)
        .values(name=name, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )


def has_administrator(session: Session) -> bool:
    """Whether somebody may make accounts: an administrator who is confined to no area."""
    return session.scalar(_OF_THE_WHOLE.limit(1)) is not None


def add_administrator(session: Session, *, name: str, password: str) -> Known:
    """A new administrator of the whole district. Raises AccountNameTaken: nobody's account is replaced."""
    known = Known(name, ADMINISTRATOR, hasher.hash(password), None, None)
    made = session.scalar(
        insert(Account)
        .values(name=name, role=known.role, password_hash=known.password_hash)
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(Account.id)
    )
    if made is None:
        raise AccountNameTaken(name)
    return known


def _standing_hash(session: Session, name: str) -> str:
    found = session.scalar(select(Account.password_hash).where(Account.name == name))
    if found is None:
        raise PasswordMissing(name)
    return found


def area_id(session: Session, code: str | None) -> int | None:
    """The area to which an account or key is confined. Raises UnknownCode."""
    if code is None:
        return None
    found = session.scalar(select(Area.id).where(Area.code == code).order_by(Area.id).limit(1))
    if found is None:
        raise UnknownCode(kind="area", value=code)
    return found


def known_party(session: Session, code: str | None) -> str | None:
    """The party for which an account or key acts. Raises UnknownCode."""
    if code is not None and session.scalar(select(Party.id).where(Party.code == code).limit(1)) is None:
        raise UnknownCode(kind="party", value=code)
    return code


def keep_an_administrator(session: Session, name: str, *, role: str | None, area: str | None) -> None:
    """Raise LastAdministrator where nobody else has the whole district, and `name` would lose it.

    role, area: those to come; role None: it is removed. Two who take each other's role wait for one another.
    """
    if role == ADMINISTRATOR and area is None:
        return
    if session.scalars(_OF_THE_WHOLE.order_by(Account.id).with_for_update()).all() == [name]:
        raise LastAdministrator(name)


def remove(session: Session, name: str) -> bool:
    """Remove an account; False when there was none."""
    return (
        session.execute(delete(Account).where(Account.name == name).returning(Account.id)).first() is not None
    )


def every(session: Session) -> list[Known]:
    """All accounts by name."""
    return [_known(session, row) for row in session.scalars(_accounts().order_by(Account.name)).all()]


def confined_to(session: Session, area_id: int | None) -> tuple[str | None, tuple[str, ...]]:
    """The area that an account or key of `area_id` holds now, and those before it that ended."""
    if area_id is None:
        return None, ()
    *former, now = heirs.chain(session, area_id)
    return now, tuple(former)


def _accounts() -> "Select[Account]":
    return select(Account).execution_options(populate_existing=True)


def _known(session: Session, row: Account) -> Known:
    area, former = confined_to(session, row.area_id)
    return Known(row.name, row.role, row.password_hash, row.datum, area, row.party_code, former)


def _one(session: Session, name: str) -> Known | None:
    if "\0" in name:  # PostgreSQL cannot even be asked
        return None
    row = session.scalar(_accounts().where(Account.name == name))
    return _known(session, row) if row else None


class Accounts(Seen[Known]):
    """The accounts as this process last saw them."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(database, _one, clock)
