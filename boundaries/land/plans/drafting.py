"""Making a plan and drawing it: every accepted edit is in the register when the transaction commits."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from boundaries.land import versions
from boundaries.land.plans import asking, guides, keeping, scopes, steps
from boundaries.land.plans import drawing as drawings
from boundaries.land.plans.drawing import Drawing
from boundaries.land.plans.refusals import (
    NoNetYet,
    NothingLeft,
    NotInScope,
    PlanConflicts,
)
from boundaries.land.plans.steps import Actor
from boundaries.land.refusals import UnknownCode, ValueNotAllowed
from boundaries.store.tables import (
    PLAN_KINDS,
    Area,
    District,
    NetVersion,
    Plan,
    PlanEdit,
)
from gis.net import NetChange

_SCOPES = {
    "grids": ("community", "street", "district"),
    "boundary": ("street", "district"),
    "community": ("street", "district"),
}


@dataclass(frozen=True)
class Edited:
    """What an edit did: the row as it was written, the net's change (None: facts only), and the drawing."""

    plan: Plan
    edit: PlanEdit
    change: NetChange | None
    drawing: Drawing


def create(
    session: Session,
    district: District,
    *,
    title: str,
    scope: str,
    by: Actor,
    kind: str = "grids",
    note: str = "",
) -> Plan:
    """A new draft on the last published net. kind: grids;
    boundary (区划调整) to move community borders; community (增设) to found one.

    scope: code of a community, street or district; only its grids can be changed.
    Raises UnknownCode, NotInScope, StepNotAllowed, NoNetYet, ValueNotAllowed.
    """
    if kind not in PLAN_KINDS:
        raise ValueNotAllowed(kind="plan", column="kind", value=kind, row=None, allowed=PLAN_KINDS)
    area = session.scalar(select(Area).where(Area.district_id == district.id, Area.code == scope))
    if area is None:
        raise UnknownCode(kind="area", value=scope)
    if area.level not in _SCOPES[kind]:
        raise NotInScope(
            value=scope,
            reason=f"a plan of {kind} is for a {' or '.join(_SCOPES[kind])}",
            rule="scope-level",
            levels=_SCOPES[kind],
        )
    steps.require_role(session, kind, area, "draft", by)
    base = versions.latest(session, district)
    if base is None:
        raise NoNetYet(district=district.code)
    plan = Plan(
        district_id=district.id,
        code=keeping.new_code(session, district),
        title=title,
        kind=kind,
        scope_id=area.id,
        base_version_id=base.id,
        note=note,
        created_by=by.name,
    )
    session.add(plan)
    session.flush()
    session.refresh(plan)
    drawings.drawing_of(session, district, plan)  # refuses a net that is none, and warms the cache
    keeping.record(session, plan, "draft", by)
    return plan


def edit(
    session: Session,
    district: District,
    code: str,
    operation: str,
    parameters: dict[str, Any],
    *,
    seen: int | None,
    by: Actor,
) -> Edited:
    """Put one more edit on the plan; what had been undone is dropped.

    parameters: as in `operations`; coordinates are lon/lat in WGS 84.
    Raises what `keeping.open_for` raises, EditRefused, NotInScope, UnknownCode for a party, CodesExhausted.
    """
    plan = keeping.open_for(session, district, code, "edit", seen=seen, by=by)
    drawing = drawings.drawing_of(session, district, plan)
    made = PlanEdit(
        plan_id=plan.id,
        number=plan.applied + 1,
        operation=operation,
        parameters=asking.asked(session, district, plan, drawing, operation, parameters),
        made_by=by.name,
    )
    drawing, change = drawings.draw(
        drawing,
        made,
        new_code=_Numbers(session, district),
        unlocked=drawings.unlocked(plan, operation),
    )
    session.execute(delete(PlanEdit).where(PlanEdit.plan_id == plan.id, PlanEdit.number > plan.applied))
    session.add(made)
    plan.applied += 1
    keeping.touch(session, plan)
    drawings.keep(session, plan, made, drawing)
    return Edited(plan, made, change, drawing)


def preview(
    session: Session,
    district: District,
    code: str,
    operation: str,
    parameters: dict[str, Any],
    *,
    by: Actor,
) -> Edited:
    """What an edit would do, or why it is refused, with nothing written and no code taken.

    New grids are named `*1`, `*2` … until the edit is made. Raises what `edit` raises, StalePlan apart.
    """
    plan = keeping.find(session, district, code)
    steps.require(session, plan, "edit", by)
    drawing = drawings.drawing_of(session, district, plan)
    given = asking.asked(session, district, plan, drawing, operation, parameters)
    trial = PlanEdit(plan_id=plan.id, number=plan.applied + 1, operation=operation, parameters=given)
    numbers = count(1)
    drawing, change = drawings.draw(
        drawing,
        trial,
        new_code=lambda community: f"*{next(numbers)}",
        unlocked=drawings.unlocked(plan, operation),
    )
    return Edited(plan, trial, change, drawing)


def set_guide(
    session: Session, district: District, code: str, guide: dict[str, Any], *, seen: int | None, by: Actor
) -> Plan:
    """Draw the plan against other lines from now on (see `guides`); an empty guide: against none.

    Raises what `keeping.open_for` raises, UnknownCode, BadLine.
    """
    plan = keeping.open_for(session, district, code, "edit", seen=seen, by=by)
    guides.require(session, district, guide)
    plan.guide = guide
    keeping.touch(session, plan)
    return plan


def undo(session: Session, district: District, code: str, *, seen: int | None, by: Actor) -> Plan:
    """Take back the last edit that counts. Raises NothingLeft and what `keeping.open_for` raises."""
    plan = keeping.open_for(session, district, code, "edit", seen=seen, by=by)
    if plan.applied == 0:
        raise NothingLeft(plan=plan.code, step="undo")
    plan.applied -= 1
    keeping.touch(session, plan)
    return plan


def redo(session: Session, district: District, code: str, *, seen: int | None, by: Actor) -> Plan:
    """Put the edit that was undone last on again. Raises NothingLeft and what `keeping.open_for` raises."""
    plan = keeping.open_for(session, district, code, "edit", seen=seen, by=by)
    if not session.scalar(
        select(PlanEdit.id).where(PlanEdit.plan_id == plan.id, PlanEdit.number == plan.applied + 1)
    ):
        raise NothingLeft(plan=plan.code, step="redo")
    plan.applied += 1
    keeping.touch(session, plan)
    return plan


def rebase(session: Session, district: District, code: str, *, seen: int | None, by: Actor) -> Plan:
    """Put the plan on the net that was published last; all of it, or PlanConflicts edit by edit."""
    plan = keeping.open_for(session, district, code, "edit", seen=seen, by=by)
    latest = versions.latest(session, district)
    if latest is not None and latest.id != plan.base_version_id:
        move_to(session, district, plan, latest)
        session.execute(delete(PlanEdit).where(PlanEdit.plan_id == plan.id, PlanEdit.number > plan.applied))
        keeping.touch(session, plan)
    return plan


def move_to(session: Session, district: District, plan: Plan, version: NetVersion) -> Drawing:
    """Replay the plan's edits on a version and make it the plan's base. Raises PlanConflicts."""
    drawing, conflicts = drawings.replay(
        session,
        district,
        plan,
        version,
        new_code=_Numbers(session, district),
    )
    if conflicts:
        raise PlanConflicts(
            plan=plan.code, net_version=version.number, conflicts=[conflict.told() for conflict in conflicts]
        )
    plan.base_version_id = version.id
    session.flush()
    return drawing


class _Numbers:
    """Codes for the new grids of one transaction: none is given twice, though none is written yet."""

    def __init__(self, session: Session, district: District) -> None:
        self._session, self._district = session, district
        self._given: set[str] = set()

    def __call__(self, community: str) -> str:
        code = scopes.next_code(self._session, self._district, community, but=self._given)
        self._given.add(code)
        return code
