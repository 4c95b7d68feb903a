"""What a plan changes, before it is in force: grids with their lineage, buildings, households, people."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from boundaries.land.plans.drawing import Drawing, drawing_of
from boundaries.land.plans.handover import plan_handover
from boundaries.land.plans.lineage import Descent, descents, owners
from boundaries.land.plans.problems import Problem, find_problems
from boundaries.store.tables import District, Plan


@dataclass(frozen=True)
class Diff:
    """The difference between a plan's base and what it makes of it; plain values, ready for JSON.

    kept: grids in the net that nothing changes (but perhaps a vertex on a border that stays).
    """

    plan: str
    base: int
    kept: Sequence[str]
    grids: Sequence[Mapping[str, Any]]
    buildings: Sequence[Mapping[str, Any]]
    duties: Sequence[Mapping[str, Any]]
    totals: Mapping[str, Any]
    problems: Sequence[Problem]

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {**vars(self), "problems": [problem.told() for problem in self.problems]}

    def to_csv(self) -> str:
        """One row for each grid before and after that share ground, then one for each building that moves."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["what", "code", "from", "to", "change", "area_m2", "area_share", "households"])
        for grid in self.grids:
            for parent in grid["parents"] or [{}]:
                writer.writerow(
                    [
                        "grid",
                        grid["code"],
                        _cell(parent.get("code")),
                        "" if grid["change"] == "retired" else grid["code"],
                        grid["change"],
                        round(parent.get("area_m2", 0.0), 2),
                        round(parent.get("area_share", 0.0), 6),
                        parent.get("households", 0),
                    ]
                )
        for moved in self.buildings:
            writer.writerow(
                ["building", _cell(moved["code"]), _cell(moved["from"]), _cell(moved["to"]), "moved", "", "",
                 moved["households"]]
            )  # fmt: skip
        return out.getvalue()


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
    kept = sorted(code for code in drawing.net.faces if code not in touched)
    return Diff(
        plan=plan.code,
        base=drawing.ground.version.number,
        kept=kept,
        grids=grids,
        buildings=buildings,
        duties=[
            {"party": post.party, "role": post.role, "matter": post.matter, "from": post.grid, "to": post.to}
            for post in posts.posts
        ],
        totals={
            **{
                change: [grid["change"] for grid in grids].count(change)
                for change in ("changed", "new", "retired", "renamed")
            },
            "kept": len(kept),
            "buildings_moved": len(buildings),
            "households_moved": sum(each["households"] for each in buildings),
        },
        problems=find_problems(session, district, drawing, owned, posts),
    )


def _grids(drawing: Drawing, known: Sequence[Descent]) -> list[dict[str, Any]]:
    before, after = drawing.ground.net, drawing.net
    touched = set(drawing.touched())
    codes = sorted(code for code in touched if code in drawing.changed or code in drawing.facts)
    old = before.figures([code for code in codes if code in before.faces])
    new = after.figures([code for code in codes if code in after.faces])
    out = []
    for code in codes:
        if code not in new:
            change = "retired"
        elif code not in old:
            change = "new"
        else:
            change = "changed" if code in drawing.changed else "renamed"
        facts = drawing.facts_of(code)
        out.append(
            {
                "code": code,
                "change": change,
                "name": facts.name,
                "kind": facts.kind,
                "community": (after if code in new else before).community(code),
                "before": vars(old[code]) if code in old else None,
                "after": vars(new[code]) if code in new else None,
                "parents": [_share(each, each.parent) for each in known if each.child == code],
                "children": [_share(each, each.child) for each in known if each.parent == code],
            }
        )
    return out


def _share(each: Descent, code: str) -> dict[str, Any]:
    return {
        "code": code,
        "area_m2": each.area_m2,
        "area_share": each.area_share,
        "households": each.households,
        "household_share": each.household_share,
    }


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text
