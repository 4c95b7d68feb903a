"""What a plan changes, before it is in force: grids with their lineage, buildings, households, people."""

from collections.abc import Sequence
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from boundaries.land.plans import casework, micros
from boundaries.land.plans.difference import Diff, totals
from boundaries.land.plans.drawing import Drawing, drawing_of
from boundaries.land.plans.handover import plan_handover
from boundaries.land.plans.lineage import Descent, descents, owners
from boundaries.land.plans.problems import find_problems
from boundaries.store.tables import District, Plan
from gis.net import Net


def diff(session: Session, district: District, plan: Plan) -> Diff:
    """The difference that this plan makes to its base, with today's buildings and duties."""
    drawing = drawing_of(session, district, plan)
    owned = owners(session, district, drawing, at=None)
    known = descents(drawing, owned)
    posts = plan_handover(session, district, drawing, known, at=None)
    moves = owned[owned["before"] != owned["after"]]
    buildings: list[dict[str, Any]] = [
        {"code": code, "name": name, "households": int(households), "from": before, "to": after}
        for code, name, households, before, after in moves[
            ["code", "name", "households", "before", "after"]
        ].itertuples(index=False, name=None)
    ]
    grids = _grids(drawing, known)
    touched = {grid["code"] for grid in grids}
    kept = sorted(code for code in (*drawing.net.faces, *drawing.net.stacks) if code not in touched)
    duties = [
        {"party": post.party, "role": post.role, "matter": post.matter, "from": post.grid, "to": post.to}
        for post in posts.posts
    ]
    incidents = [case.told() for case in casework.moving(session, district, drawing)]
    return Diff(
        plan=plan.code,
        base=drawing.ground.version.number,
        kept=kept,
        grids=grids,
        buildings=buildings,
        duties=duties,
        incidents=incidents,
        micros=[each.told() for each in micros.changes(session, district, drawing, at=None)],
        totals=totals(grids, kept, buildings, duties, incidents),
        problems=find_problems(session, district, drawing, owned, posts),
        shapes={code: (_shape(drawing.ground.net, code), _shape(drawing.net, code)) for code in touched},
    )


def _shape(net: Net, code: str) -> BaseGeometry | None:
    face = net.faces.get(code)
    return None if face is None else face.shape


def _grids(drawing: Drawing, known: Sequence[Descent]) -> list[dict[str, Any]]:
    before, after = drawing.ground.net, drawing.net
    touched = set(drawing.touched())
    restacked = set(drawing.restacked())
    codes = sorted(
        {code for code in touched if code in drawing.changed or code in drawing.facts}
        | restacked
        | {code for code in drawing.changed_hosts() if code in drawing.changed}
    )
    old = before.figures([code for code in codes if drawing.was_there(code)])
    new = after.figures([code for code in codes if drawing.is_there(code)])
    out = []
    for code in codes:
        if code not in new:
            change = "retired"
        elif code not in old:
            change = "new"
        else:
            change = "changed" if code in drawing.changed or code in restacked else "renamed"
        facts = drawing.facts_of(code)
        out.append(
            {
                "code": code,
                "change": change,
                "name": facts.name,
                "kind": facts.kind,
                "community": (after if code in new else before).community(code),
                "group": facts.group_code,
                "stack": _stack(drawing, code),
                "before": vars(old[code]) if code in old else None,
                "after": vars(new[code]) if code in new else None,
                "parents": [_share(each, each.parent) for each in known if each.child == code],
                "children": [_share(each, each.child) for each in known if each.parent == code],
            }
        )
    return out


def _stack(drawing: Drawing, code: str) -> dict[str, Any] | None:
    """Of a stacked grid: its host, its building and the parts that it takes, as it is or was."""
    stack = drawing.net.stacks.get(code) or drawing.ground.net.stacks.get(code)
    if stack is None:
        return None
    told = {"building": drawing.ground.buildings[stack.building], "parts": list(stack.parts)}
    return {"host": drawing.host(code), **told}


def _share(each: Descent, code: str) -> dict[str, Any]:
    return {
        "code": code,
        "area_m2": each.area_m2,
        "area_share": each.area_share,
        "households": each.households,
        "household_share": each.household_share,
    }
