"""What is done to a plan, in which state, and by whom: one table."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.land.plans import scopes
from boundaries.land.plans.refusals import StepNotAllowed, TwoPeopleNeeded, WrongState
from boundaries.store.tables import ACCOUNT_ROLES, Area, Plan, PlanEdit, PlanEvent


@dataclass(frozen=True)
class Actor:
    """Who takes a step. area_code confines the account to an area; None: no limit."""

    name: str
    role: str
    area_code: str | None = None


@dataclass(frozen=True)
class Rule:
    """The lowest role, the lowest level of the account's area, and whose office it is."""

    role: str
    level: str
    body: str


@dataclass(frozen=True)
class Move:
    """The states in which a step may be taken, and the state after it (None: as before)."""

    allowed: tuple[str, ...]
    to: str | None


EDITABLE = ("draft", "returned")
MOVES: Mapping[str, Move] = {
    "edit": Move(EDITABLE, None),
    "submit": Move(EDITABLE, "submitted"),  # 申请
    "review": Move(("submitted",), "reviewed"),  # 审核
    "approve": Move(("reviewed",), "approved"),  # 批复
    "publish": Move(("approved",), "published"),
    "return": Move(("submitted", "reviewed", "approved"), "returned"),
    "withdraw": Move((*EDITABLE, "submitted", "reviewed", "approved"), "withdrawn"),
}
_APPLY = ("draft", "edit", "submit", "withdraw")

# plan kind × step × who: grids are applied for by a community or street, reviewed by the street, approved
# by the district's grid centre; a boundary adjustment is applied for by the street, reviewed by civil
# affairs, approved by the district government; a new community goes that way too, and is filed with the city
RULES: Mapping[str, Mapping[str, Rule]] = {
    "grids": {
        **dict.fromkeys(_APPLY, Rule("planner", "community", "社区、街道")),
        "review": Rule("reviewer", "street", "街道"),
        "return": Rule("reviewer", "street", "街道"),
        "approve": Rule("approver", "district", "区网格中心"),
        "publish": Rule("approver", "district", "区网格中心"),
        "file": Rule("approver", "district", "区网格中心"),
    },
    "boundary": {
        **dict.fromkeys(_APPLY, Rule("planner", "street", "街道")),
        "review": Rule("reviewer", "district", "区民政局"),
        "return": Rule("reviewer", "district", "区民政局"),
        "approve": Rule("approver", "district", "区政府"),
        "publish": Rule("approver", "district", "区政府"),
        "file": Rule("approver", "district", "区政府"),
    },
    "community": {
        **dict.fromkeys(_APPLY, Rule("planner", "street", "街道")),
        "review": Rule("reviewer", "district", "区民政局"),
        "return": Rule("reviewer", "district", "区民政局"),
        "approve": Rule("approver", "district", "区政府"),
        "publish": Rule("approver", "district", "区政府"),
        "file": Rule("approver", "district", "区政府，报市备案"),
    },
}
SECOND_PERSON = ("review", "approve")


def require_role(session: Session, kind: str, scope: Area, step: str, by: Actor) -> None:
    """Raise StepNotAllowed unless the table lets this account take the step in this scope."""
    rule = RULES[kind][step]
    high_enough = by.role in ACCOUNT_ROLES and ACCOUNT_ROLES.index(by.role) >= ACCOUNT_ROLES.index(rule.role)
    if not high_enough or not scopes.reaches(session, scope, by.area_code, rule.level):
        raise StepNotAllowed(
            step=step, kind=kind, needs=rule.role, level=rule.level, body=rule.body, role=by.role
        )


def require(session: Session, plan: Plan, step: str, by: Actor) -> None:
    """Raise WrongState, StepNotAllowed or TwoPeopleNeeded unless the step may be taken now by this one."""
    require_role(session, plan.kind, session.get_one(Area, plan.scope_id), step, by)
    if plan.state not in MOVES[step].allowed:
        raise WrongState(plan=plan.code, step=step, state=plan.state, allowed=MOVES[step].allowed)
    if step in SECOND_PERSON and by.name in authors(session, plan):
        raise TwoPeopleNeeded(plan=plan.code, step=step, name=by.name)


def authors(session: Session, plan: Plan) -> set[str]:
    """Everybody who drafted, edited or submitted the plan."""
    editors = session.scalars(select(PlanEdit.made_by).where(PlanEdit.plan_id == plan.id)).all()
    applicants = session.scalars(
        select(PlanEvent.made_by).where(PlanEvent.plan_id == plan.id, PlanEvent.step.in_(_APPLY))
    ).all()
    return {plan.created_by, *editors, *applicants}
