"""Making a plan and drawing it: every accepted edit is in the register when the transaction commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from boundaries.land import versions
from boundaries.land.plans import drawing as drawings
from boundaries.land.plans import founding, guides, micros, operations, scopes, stacks, steps
from boundaries.land.plans.drawing import Drawing
from boundaries.land.plans.refusals import (
    NoNetYet,
    NothingLeft,
    NotInScope,
    PlanConflicts,
    StalePlan,
)
from boundaries.land.plans.steps import Actor
from boundaries.land.refusals import UnknownCode, ValueNotAllowed
from boundaries.store.tables import (
    PLAN_KINDS,
    Area,
    District,
    NetVersion,
    Party,
    Plan,
    PlanEdit,
    PlanEvent,
)
from gis.net import NetChange

_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "split": {"keep": ("more", "left", "right", "none")},
    "split_along": {"keep": ("more", "left", "right", "none")},
    "carve": {"kind": ("综合", "专属")},
    "cover": {"kind": ("综合", "专属")},
    "designate": {"kind": ("综合", "专属")},
    "found": {"kind": founding.KINDS},
}
_DECIDED = (
    "new_codes",
    "recoded",
    "drawn",
    "snapped",
    "of",
    "own",
    "position",
)  # by the first run, never by who asks
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
        code=_new_code(session, district),
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
    record(session, plan, "draft", by)
    return plan


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
    Raises what `open_for` raises, EditRefused, NotInScope, UnknownCode for a party, CodesExhausted.
    """
    plan = open_for(session, district, code, "edit", seen=seen, by=by)
    drawing = drawings.drawing_of(session, district, plan)
    made = PlanEdit(
        plan_id=plan.id,
        number=plan.applied + 1,
        operation=operation,
        parameters=_asked(session, district, plan, drawing, operation, parameters),
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
    touch(session, plan)
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
    plan = find(session, district, code)
    steps.require(session, plan, "edit", by)
    drawing = drawings.drawing_of(session, district, plan)
    given = _asked(session, district, plan, drawing, operation, parameters)
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

    Raises what `open_for` raises, UnknownCode, BadLine.
    """
    plan = open_for(session, district, code, "edit", seen=seen, by=by)
    guides.require(session, district, guide)
    plan.guide = guide
    touch(session, plan)
    return plan


def undo(session: Session, district: District, code: str, *, seen: int | None, by: Actor) -> Plan:
    """Take back the last edit that counts. Raises NothingLeft and what `open_for` raises."""
    plan = open_for(session, district, code, "edit", seen=seen, by=by)
    if plan.applied == 0:
        raise NothingLeft(plan=plan.code, step="undo")
    plan.applied -= 1
    touch(session, plan)
    return plan


def redo(session: Session, district: District, code: str, *, seen: int | None, by: Actor) -> Plan:
    """Put the edit that was undone last on again. Raises NothingLeft and what `open_for` raises."""
    plan = open_for(session, district, code, "edit", seen=seen, by=by)
    if not session.scalar(
        select(PlanEdit.id).where(PlanEdit.plan_id == plan.id, PlanEdit.number == plan.applied + 1)
    ):
        raise NothingLeft(plan=plan.code, step="redo")
    plan.applied += 1
    touch(session, plan)
    return plan


def rebase(session: Session, district: District, code: str, *, seen: int | None, by: Actor) -> Plan:
    """Put the plan on the net that was published last; all of it, or PlanConflicts edit by edit."""
    plan = open_for(session, district, code, "edit", seen=seen, by=by)
    latest = versions.latest(session, district)
    if latest is not None and latest.id != plan.base_version_id:
        move_to(session, district, plan, latest)
        session.execute(delete(PlanEdit).where(PlanEdit.plan_id == plan.id, PlanEdit.number > plan.applied))
        touch(session, plan)
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


def _new_code(session: Session, district: District) -> str:
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"yiwang plan codes {district.id}"},
    )
    count = session.scalar(select(func.count()).select_from(Plan).where(Plan.district_id == district.id))
    return f"P{(count or 0) + 1:05d}"  # plans are never deleted


class _Numbers:
    """Codes for the new grids of one transaction: none is given twice, though none is written yet."""

    def __init__(self, session: Session, district: District) -> None:
        self._session, self._district = session, district
        self._given: set[str] = set()

    def __call__(self, community: str) -> str:
        code = scopes.next_code(self._session, self._district, community, but=self._given)
        self._given.add(code)
        return code


def _asked(
    session: Session,
    district: District,
    plan: Plan,
    drawing: Drawing,
    operation: str,
    parameters: dict[str, Any],
) -> dict[str, Any]:
    """What an edit asks for, its line led along what the plan is drawn against."""
    operations.require(operation, parameters)
    _refuse_elsewhere(session, district, plan, drawing, operation, parameters)
    given = {name: value for name, value in parameters.items() if name not in _DECIDED}
    if operation == "micro":
        given["own"] = micros.asked(session, district, given)
    if operation == "found":
        given = founding.asked(session, district, plan, drawing, given)
    if operation == "declare":
        given = founding.declared(drawing, given)
    if operation == "stack":
        given["of"] = stacks.parts_of(session, district, given["building"])
    return guides.led(session, district, plan, drawing, operation, given)


def _refuse_elsewhere(
    session: Session,
    district: District,
    plan: Plan,
    drawing: Drawing,
    operation: str,
    parameters: dict[str, Any],
) -> None:
    """What the net does not know: a word that is none, a community outside the scope, an unknown party."""
    for column, allowed in _WORDS.get(operation, {}).items():
        if (value := parameters.get(column)) is not None and value not in allowed:
            raise ValueNotAllowed(kind=operation, column=column, value=value, row=None, allowed=allowed)
    if operation == "cover" and (community := parameters.get("community")) is not None:
        inside = scopes.communities(session, plan.scope_id, drawing.ground.version.effective_from)
        if community not in inside and community not in drawing.founded:
            raise NotInScope(
                value=community, reason="no community of the plan's scope", rule="outside-the-scope"
            )
    if operation in ("carve", "cover", "designate") and parameters.get("group"):
        kind = parameters.get("kind")
        if kind != "专属":  # only such tiles are linked by a group
            raise ValueNotAllowed(kind=operation, column="kind", value=kind, row=None, allowed=("专属",))
    if operation in ("appoint", "micro") and (party := parameters.get("party")) is not None:
        known = session.scalar(select(Party.id).where(Party.district_id == district.id, Party.code == party))
        if known is None:
            raise UnknownCode(kind="party", value=party)
