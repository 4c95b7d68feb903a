"""The rows of plans: found, opened for a step, counted on, and the log of their steps."""

from collections.abc import Sequence

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from boundaries.land.plans import steps
from boundaries.land.plans.refusals import StalePlan
from boundaries.land.plans.steps import Actor
from boundaries.land.refusals import UnknownCode
from boundaries.store.tables import Area, District, NetVersion, Plan, PlanEdit, PlanEvent


def find(session: Session, district: District, code: str, *, lock: bool = False) -> Plan:
    """The plan with this code; `lock` makes other writers of it wait. Raises UnknownCode."""
    query = select(Plan).where(Plan.district_id == district.id, Plan.code == code)
    if lock:  # and read what the writer that was waited for has left
        query = query.with_for_update(of=Plan, key_share=True).execution_options(populate_existing=True)
    plan = session.scalar(query)
    if plan is None:
        raise UnknownCode(kind="plan", value=code)
    return plan


def every(session: Session, district: District, *, state: str | None = None) -> Sequence[Plan]:
    """The district's plans, the one written last first."""
    query = select(Plan).where(Plan.district_id == district.id).order_by(Plan.updated_at.desc(), Plan.code)
    return session.scalars(query if state is None else query.where(Plan.state == state)).all()


def all_edits(session: Session, plan: Plan) -> Sequence[PlanEdit]:
    """Every edit in its order, those that were undone last."""
    return session.scalars(
        select(PlanEdit).where(PlanEdit.plan_id == plan.id).order_by(PlanEdit.number)
    ).all()


def events(session: Session, plan: Plan) -> Sequence[PlanEvent]:
    """The steps that were taken, in their order."""
    return session.scalars(select(PlanEvent).where(PlanEvent.plan_id == plan.id).order_by(PlanEvent.id)).all()


def context_of(session: Session, plan: Plan) -> tuple[str, int, int | None]:
    """The code of the plan's scope, and the numbers of its base and of the version that it became."""
    published = plan.published_version_id
    return (
        session.get_one(Area, plan.scope_id).code,
        session.get_one(NetVersion, plan.base_version_id).number,
        None if published is None else session.get_one(NetVersion, published).number,
    )


def open_for(
    session: Session, district: District, code: str, step: str, *, seen: int | None, by: Actor
) -> Plan:
    """The plan, locked for a step that may be taken now. seen: the version it was looked at; None: any.

    Raises UnknownCode, StalePlan, WrongState, StepNotAllowed, TwoPeopleNeeded.
    """
    plan = find(session, district, code, lock=True)
    if seen is not None and seen != plan.version:
        raise StalePlan(plan=plan.code, seen=seen, present=plan.version)
    steps.require(session, plan, step, by)
    return plan


def touch(session: Session, plan: Plan) -> None:
    """Write the plan with its next version."""
    plan.version += 1
    session.flush()
    session.execute(
        text("update yiwang.plan set updated_at = clock_timestamp() where id = :id"), {"id": plan.id}
    )
    session.refresh(plan)


def record(session: Session, plan: Plan, step: str, by: Actor, note: str = "") -> None:
    """Add a step to the plan's log."""
    session.add(PlanEvent(plan_id=plan.id, step=step, state=plan.state, note=note, made_by=by.name))
    session.flush()


def new_code(session: Session, district: District) -> str:
    """The next code of the district; who asks at the same time waits until this transaction ends."""
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"yiwang plan codes {district.id}"},
    )
    count = session.scalar(select(func.count()).select_from(Plan).where(Plan.district_id == district.id))
    return f"P{(count or 0) + 1:05d}"  # plans are never deleted
