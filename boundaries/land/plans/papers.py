"""Remarks on the grids of a plan, and the filing record of a published one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boundaries.land.plans.drawing import drawing_of
from boundaries.land.plans.keeping import find
from boundaries.land.plans.refusals import NotPublished
from boundaries.land.plans.steps import Actor, require_role
from boundaries.land.refusals import MissingValue, UnknownCode
from boundaries.store.tables import Area, District, Plan, PlanComment, PlanFiling


@dataclass(frozen=True)
class Filing:
    """备案: number and date of the paper under which a publication is filed."""

    number: str
    filed_on: date
    note: str = ""


def comment(
    session: Session, district: District, code: str, *, remark: str, by: Actor, grid: str | None = None
) -> PlanComment:
    """A remark on a grid of the plan (as drawn, or as in its base), or on the whole plan.

    It is no write to the plan: its version stays. Raises UnknownCode, MissingValue for an empty remark.
    """
    plan = find(session, district, code)
    if not remark.strip():
        raise MissingValue(kind="comment", column="remark", row=None)
    if grid is not None:
        drawing = drawing_of(session, district, plan)
        if not (drawing.is_there(grid) or drawing.was_there(grid)):
            raise UnknownCode(kind="grid", value=grid)
    made = PlanComment(plan_id=plan.id, grid_code=grid, remark=remark, made_by=by.name)
    session.add(made)
    session.flush()
    session.refresh(made)
    return made


def comments(session: Session, plan: Plan) -> Sequence[PlanComment]:
    """The remarks in their order."""
    return session.scalars(
        select(PlanComment).where(PlanComment.plan_id == plan.id).order_by(PlanComment.id)
    ).all()


def settle(session: Session, district: District, code: str, comment_id: int, *, by: Actor) -> PlanComment:
    """Say that a remark is dealt with; one that is settled stays as it was. Raises UnknownCode."""
    plan = find(session, district, code)
    found = session.scalar(
        select(PlanComment)
        .where(PlanComment.plan_id == plan.id, PlanComment.id == comment_id)
        .with_for_update()
    )
    if found is None:
        raise UnknownCode(kind="comment", value=str(comment_id))
    if found.settled_at is None:
        settled_at = session.scalar(select(func.clock_timestamp()))
        found.settled_by, found.settled_at = by.name, settled_at
        session.flush()
    return found


def file(session: Session, district: District, code: str, filing: Filing, *, by: Actor) -> Plan:
    """Record under which paper a published plan is filed; a later record corrects the earlier one.

    Raises UnknownCode, NotPublished, StepNotAllowed for whoever may not publish it, MissingValue.
    """
    plan = find(session, district, code, lock=True)
    require_role(session, plan.kind, session.get_one(Area, plan.scope_id), "file", by)
    if plan.state != "published":
        raise NotPublished(plan=plan.code, state=plan.state)
    put_filing(session, plan, filing, by)
    return plan


def put_filing(session: Session, plan: Plan, filing: Filing, by: Actor) -> None:
    """Add a filing record. Raises MissingValue without a number."""
    if not filing.number.strip():
        raise MissingValue(kind="filing", column="number", row=None)
    session.add(
        PlanFiling(
            plan_id=plan.id,
            number=filing.number.strip(),
            filed_on=filing.filed_on,
            note=filing.note,
            made_by=by.name,
        )
    )
    session.flush()


def filings(session: Session, plan: Plan) -> Sequence[PlanFiling]:
    """The filing records, the valid one last."""
    return session.scalars(
        select(PlanFiling).where(PlanFiling.plan_id == plan.id).order_by(PlanFiling.id)
    ).all()


def unfiled(session: Session, district: District, *, before: datetime | None = None) -> Sequence[Plan]:
    """Published plans without a filing record (written before an instant), the oldest first."""
    query = (
        select(Plan)
        .where(Plan.district_id == district.id, Plan.state == "published")
        .where(~select(PlanFiling.id).where(PlanFiling.plan_id == Plan.id).exists())
        .order_by(Plan.updated_at, Plan.code)
    )
    return session.scalars(query if before is None else query.where(Plan.updated_at < before)).all()
