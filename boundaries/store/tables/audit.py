"""The audit: events, their chain, and how far each local journal of reads was taken over."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import Base, Row

_CLOCK = text("clock_timestamp()")


class AuditEvent(Row):
    """One statement that changed rows (by trigger), reads of persons by one asker, or attempts to sign in
    under one name. Added only."""

    __tablename__ = "audit_event"
    __table_args__ = (CheckConstraint("kind in ('write', 'read', 'sign-in')", name="kind"),)

    made_at: Mapped[datetime] = mapped_column(server_default=_CLOCK)
    kind: Mapped[str]
    actor: Mapped[str]  # an account, key:<name>, job:<code>, command line:<login>; empty: the system;
    # of a sign-in the name that was given, whoever gave it
    via: Mapped[str]
    origin: Mapped[str]  # the address that asked
    request_id: Mapped[str]
    login: Mapped[str] = mapped_column(server_default=text("SESSION_USER"))  # of the database
    about: Mapped[str]  # the table, or the route
    operation: Mapped[str]
    count: Mapped[int] = mapped_column(BigInteger)  # rows, reads, or attempts
    details: Mapped[dict[str, Any]]


class AuditPending(Base):
    """An event that is not chained yet."""

    __tablename__ = "audit_pending"

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class AuditLink(Base):
    """The place of an event in the chain: its hash covers the event and the hash before. Added only."""

    __tablename__ = "audit_link"
    __table_args__ = (UniqueConstraint("event_id"),)

    place: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]  # SHA-256 in hex
    chained_at: Mapped[datetime] = mapped_column(server_default=_CLOCK)


class AuditJournal(Base):
    """How many entries of a process' journal have become events."""

    __tablename__ = "audit_journal"

    code: Mapped[str] = mapped_column(primary_key=True)
    taken: Mapped[int] = mapped_column(BigInteger)
