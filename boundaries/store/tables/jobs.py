"""Jobs: work that takes longer than a request, done by a process of its own."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import Code, Row

JOB_STATES = ("queued", "running", "done", "failed", "cancelled")


class Job(Row):
    """One piece of work: what was asked, how far it is, what came of it.

    attempts: how often a process has begun it. beat_at: the last sign of life. interim: the best result so
    far; problem: why it failed, as a problem document tells it.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("state in ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("(state in ('done', 'failed', 'cancelled')) = (ended_at is not null)", name="ended"),
        Index("ix_job_state_id", "state", "id"),
    )

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    code: Mapped[Code]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="queued")
    request: Mapped[dict[str, Any]]
    progress: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    interim: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    result: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    problem: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    cancel: Mapped[bool] = mapped_column(server_default=text("false"))
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    beat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
