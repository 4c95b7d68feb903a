"""The feed of changes for other systems, and how far each webhook has it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import Base, Code, Row

CHANGE_KINDS = ("publication", "building", "part", "duty", "incident")


class Change(Base):
    """One change, numbered without gaps in an order in which causes come before effects. Added only."""

    __tablename__ = "change"
    __table_args__ = (
        CheckConstraint("kind in ('publication', 'building', 'part', 'duty', 'incident')", name="kind"),
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    kind: Mapped[str]
    about: Mapped[Code]  # a net version, building, part, place of a duty, incident
    place_kind: Mapped[str]
    place_code: Mapped[Code]
    at: Mapped[datetime]  # recorded
    details: Mapped[dict[str, Any]]


class ChangePending(Row):
    """A committed write whose changes are not numbered yet: a row (ref), rows of one statement (refs), or all
    that one stamp recorded."""

    __tablename__ = "change_pending"

    kind: Mapped[str]
    ref: Mapped[int | None] = mapped_column(BigInteger)
    stamp: Mapped[datetime | None]
    refs: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))


class Webhook(Base):
    """How far a configured webhook has the feed, and what its last answer was."""

    __tablename__ = "webhook"

    name: Mapped[str] = mapped_column(primary_key=True)
    delivered: Mapped[int] = mapped_column(BigInteger)
    failures: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))  # in a row
    said: Mapped[str] = mapped_column(server_default="")
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    status: Mapped[int | None]  # of the last answer; none where none came
    failing_since: Mapped[datetime | None]
