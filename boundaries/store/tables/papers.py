"""What is written about plans: remarks on their grids, the filing record, notices, handed-over incidents."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import Code, Row


class PlanComment(Row):
    """A remark on a grid of a plan, or on the whole of it (no grid). Rows are added; settling says when."""

    __tablename__ = "plan_comment"
    __table_args__ = (
        Index("ix_plan_comment_plan_id", "plan_id"),
        CheckConstraint("(settled_at is null) = (settled_by is null)", name="settled"),
    )

    plan_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.plan.id"))
    grid_code: Mapped[Code | None]  # as the plan calls it: it may have no grid in the register yet
    remark: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class PlanFiling(Row):
    """备案, the filing record of a published plan: number and date of the paper. A later row corrects it."""

    __tablename__ = "plan_filing"
    __table_args__ = (Index("ix_plan_filing_plan_id", "plan_id"),)

    plan_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.plan.id"))
    number: Mapped[str]
    filed_on: Mapped[date]
    note: Mapped[str] = mapped_column(server_default="")
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class Notice(Row):
    """What a net version changed in one community: read by accounts whose area holds it or lies in it."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("net_version_id", "area_id"),)

    net_version_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.net_version.id"))
    area_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))
    plan_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.plan.id"))
    told: Mapped[dict[str, Any]]


class IncidentHandover(Row):
    """An open incident that went from one grid to another when a net version changed its ground."""

    __tablename__ = "incident_handover"
    __table_args__ = (
        UniqueConstraint("incident_id", "net_version_id"),
        Index("ix_incident_handover_net_version_id", "net_version_id"),
    )

    incident_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.incident.id"))
    net_version_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.net_version.id"))
    from_grid_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.grid.id"))
    to_grid_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.grid.id"))
