"""The register as a command reaches it: one transaction, one district, one name that writes."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

import typer
from sqlalchemy.orm import Session

from api import access, accounts
from api.access import User
from boundaries.land import districts
from boundaries.land.plans import Actor
from boundaries.land.refusals import UnknownCode
from boundaries.store import acting, audit
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from boundaries.store.tables import ACCOUNT_ROLES, District

# groups of commands that print no person; whatever else opens the register is written down as a read
WITHOUT_PERSONS = frozenset(
    ("account", "db", "key", "lines", "net", "partition", "plan", "report", "settings", "webhook", "workload")
)
called: ContextVar[str] = ContextVar("yiwang_called", default="")  # the first word of the command


@contextmanager
def opened() -> Iterator[Session]:
    """One transaction on the register of the settings."""
    database = Database.open(Settings())
    try:
        with database.transaction() as session:
            _write_down(session)  # stays, also where the command itself is taken back
        with database.transaction() as session:
            yield session
    finally:
        database.close()


def tell_audit() -> None:
    """Write the command down although it reads the register by another way than `opened`: a copy of it."""
    with opened():
        pass


def _write_down(session: Session) -> None:
    """The audit keeps which command reads of persons, who called it, and with which arguments."""
    group = called.get()
    if not group or group in WITHOUT_PERSONS:
        return
    who = acting.current() or acting.command_line()
    audit.tell(
        session,
        audit.Read(
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            actor=who.actor,
            via=who.via,
            origin=who.origin,
            request_id=who.request_id,
            method="command",
            route=f"yiwang {group}",
            asked=shlex.join(["yiwang", *sys.argv[1:]])[:2000],
            status=0,
        ),
    )


@contextmanager
def opened_at(district: str | None) -> Iterator[tuple[Session, District]]:
    """One transaction, and the district that was named, or is set, or is the only one there is."""
    with opened() as session:
        yield session, chosen(session, district)


def chosen(session: Session, district: str | None) -> District:
    """The district that was named, or is set, or is the only one; else the user is asked to name one."""
    return districts.get(session, district or Settings().district or _only(districts.codes(session)))


def acting_as(session: Session, account: str) -> Actor:
    """Whoever the account is, as plans want to know it. Raises UnknownCode."""
    known = next((each for each in accounts.every(session) if each.name == account), None)
    if known is None:
        raise UnknownCode(kind="account", value=account)
    return Actor(known.name, known.role, known.area_code)


def user_of(session: Session, account: str | None) -> User:
    """Whoever the account is, as the routes want to know it; without one somebody who may do anything.

    Raises UnknownCode.
    """
    if account is None:
        return User("yiwang", ACCOUNT_ROLES[-1])
    known = next((each for each in accounts.every(session) if each.name == account), None)
    if known is None:
        raise UnknownCode(kind="account", value=account)
    return access.user_of(known, "nobody")


def _only(codes: list[str]) -> str:
    if len(codes) == 1:
        return codes[0]
    if not codes:
        raise typer.BadParameter("the register has no district yet: create one with `yiwang district`")
    raise typer.BadParameter("choose one of " + ", ".join(codes), param_hint="--district")
