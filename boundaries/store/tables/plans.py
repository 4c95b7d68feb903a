"""Plans: drafts of changes to the net, their edits, what was done to them, and who came from whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import Code, Row

PLAN_KINDS = ("grids", "boundary", "community")
PLAN_STATES = ("draft", "submitted", "reviewed", "approved", "published", "returned", "withdrawn")


class Plan(Row):
    """A draft of changes on a base version of the net. `version` rises with every write to it.

    `applied` says how many of its edits count: undoing lowers it, redoing raises it.
    """

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("district_id", "code"),
        CheckConstraint("kind in ('grids', 'boundary', 'community')", name="kind"),
        CheckConstraint(
            "state in ('draft', 'submitted', 'reviewed', 'approved', 'published', 'returned', 'withdrawn')",
            name="state",
        ),
        CheckConstraint("(state = 'published') = (published_version_id is not null)", name="published"),
        CheckConstraint("applied >= 0", name="applied"),
        Index("ix_plan_published_version_id", "published_version_id"),
    )

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    code: Mapped[Code]
    title: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft")
    scope_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))
    base_version_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.net_version.id"))
    published_version_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.net_version.id"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    applied: Mapped[int] = mapped_column(server_default=text("0"))
    note: Mapped[str] = mapped_column(server_default="")
    guide: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))  # what its edits snap to
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class PlanEdit(Row):
    """One edit of a plan: what was asked, and the faces that it changed as they were and became.

    before, after: for each grid touched its polygon as WKB in hex, null where there is none.
    `after` to `before` is the inverse. communities: of the grids that the edit made.
    """

    __tablename__ = "plan_edit"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    plan_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.plan.id"))
    number: Mapped[int]
    operation: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    changed: Mapped[list[Any]]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    communities: Mapped[dict[str, Any]]
    moved_m: Mapped[float]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class PlanEvent(Row):
    """One step of a plan, who took it, and why. Rows are added only."""

    __tablename__ = "plan_event"
    __table_args__ = (Index("ix_plan_event_plan_id", "plan_id"),)

    plan_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.plan.id"))
    step: Mapped[str]
    state: Mapped[str]  # after it
    note: Mapped[str] = mapped_column(server_default="")
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class AreaHeir(Row):
    """Who stands for an area that a plan ended, from `at` on; the last one that has begun counts."""

    __tablename__ = "area_heir"
    __table_args__ = (UniqueConstraint("area_id", "at"),)

    area_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))
    heir_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))
    at: Mapped[datetime]


class GridLineage(Row):
    """Whose ground a grid got at a net version: the share of the parent's area and of its households."""

    __tablename__ = "grid_lineage"
    __table_args__ = (
        UniqueConstraint("net_version_id", "parent_id", "child_id"),
        Index("ix_grid_lineage_parent_id", "parent_id"),
        Index("ix_grid_lineage_child_id", "child_id"),
    )

    net_version_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.net_version.id"))
    parent_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.grid.id"))
    child_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.grid.id"))
    area_share: Mapped[float]
    household_share: Mapped[float | None]  # none where the parent has no households
