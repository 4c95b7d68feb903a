"""What an edit asks for, as it is written down: checked against what the net itself does not know."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.land.plans import founding, guides, micros, operations, scopes, stacks
from boundaries.land.plans.drawing import Drawing
from boundaries.land.plans.refusals import NotInScope
from boundaries.land.refusals import UnknownCode, ValueNotAllowed
from boundaries.store.tables import District, Party, Plan

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


def asked(
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
