"""What becomes of the duties of grids that a plan ends, and who leads its new ones.

Rules: a grid that keeps its code keeps its people. The people of a grid that ends go to its heir, the
grid that got most of its households. A leader or lead department goes there only if the heir is new and
nobody else has the post: the plan's own choice first, then the one with more households. What a plan
says of a leader holds for any grid; a post for which it names nobody is vacant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.plans.drawing import Drawing
from boundaries.land.plans.lineage import Descent, heir_of
from boundaries.store import bulk
from boundaries.store.tables import EXCLUSIVE_ROLES, District, Duty, Grid, Party

_KEY = ("district_id", "area_id", "grid_id", "building_id", "part_code", "compound_code", "feature_code")


@dataclass(frozen=True)
class Post:
    """A duty at a grid: ended there (`to` None), handed to another grid, or given by the plan."""

    party: str
    role: str
    matter: str
    grid: str | None
    to: str | None
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Handover:
    """Every duty that the plan moves, ends or gives, and the leaders of the grids it changes afterwards."""

    posts: Sequence[Post]
    leaders: Mapping[str, str | None]


def plan_handover(
    session: Session, district: District, drawing: Drawing, known: Sequence[Descent], *, at: datetime | None
) -> Handover:
    """What publishing at `at` (None: now) does to duties. Nothing is written."""
    new = {code for code in drawing.changed if drawing.is_there(code)}
    ended = sorted(code for code in drawing.changed if not drawing.is_there(code))
    made = {code for code in new if not drawing.was_there(code)}
    standing = _standing(session, district, sorted(drawing.changed | drawing.parties.keys()), at)
    # who fills an exclusive post: its grid's own people or the plan (''), or those of one ended grid
    taken = {
        (row["grid"], row["role"], row["matter_code"]): "" for row in standing if row["grid"] not in ended
    }
    taken |= {(code, "leader", "*"): "" for code in drawing.parties}
    households = {code: sum(each.households for each in known if each.parent == code) for code in ended}
    posts: list[Post] = []
    for row in sorted(standing, key=lambda row: (-households.get(row["grid"], 0), row["grid"], row["id"])):
        grid, role, matter = row["grid"], row["role"], row["matter_code"]
        if grid not in ended:
            continue
        heir = heir_of(grid, known)
        if role in EXCLUSIVE_ROLES and (
            heir not in made or taken.setdefault((heir, role, matter), grid) != grid
        ):
            heir = None
        posts.append(Post(row["party"], role, matter, grid, heir, row))
    leaders: dict[str, str | None] = {
        row["grid"]: row["party"] for row in standing if row["role"] == "leader" and row["grid"] not in ended
    }
    leaders |= {str(post.to): post.party for post in posts if post.role == "leader" and post.to is not None}
    for grid, party in sorted(drawing.parties.items()):
        if drawing.is_there(grid) and leaders.get(grid) != party:
            if party is not None:
                posts.append(Post(party, "leader", "*", None, grid, {}))
            elif grid in leaders:
                posts.append(Post(str(leaders[grid]), "leader", "*", grid, None, {}))
            leaders[grid] = party
    return Handover(posts, {code: leaders.get(code) for code in sorted(new | drawing.parties.keys())})


def hand_over(
    session: Session, district: District, planned: Handover, *, effective_from: datetime, stamp: datetime
) -> None:
    """Write a handover: duties end at `effective_from` where they were and begin where they go."""
    grids = intake.ids_by_code(session, Grid, district)
    parties = intake.ids_by_code(session, Party, district)
    ended = [post.row["id"] for post in planned.posts if post.row]
    vacated = [
        int(grids[post.grid]) for post in planned.posts if not post.row and post.to is None and post.grid
    ]
    for within in (
        Duty.id.in_(ended),
        Duty.grid_id.in_(vacated) & (Duty.role == "leader"),
    ):
        bulk.retire(session, Duty, within, stamp=stamp, valid_from=effective_from)
    rows = [
        {
            "district_id": district.id,
            "party_id": int(parties[post.party]),
            "role": post.role,
            "matter_code": post.matter,
            "area_id": None,
            "grid_id": int(grids[post.to]),
            "building_id": None,
            "part_code": None,
            "compound_code": None,
            "feature_code": None,
            "shift": post.row.get("shift", ""),
            "details": post.row.get("details", {}),
            "valid_from": max(post.row.get("starts") or effective_from, effective_from),
            "valid_to": post.row.get("ends"),
        }
        for post in planned.posts
        if post.to is not None
    ]
    if not rows:
        return
    frame = pd.DataFrame(rows).astype(object)
    keyed = frame.drop_duplicates([*_KEY, "role", "matter_code", "party_id", "valid_from"])
    exclusive = keyed["role"].isin(EXCLUSIVE_ROLES)
    for mine, key in ((exclusive, ()), (~exclusive, ("party_id",))):
        if mine.any():
            bulk.put(session, Duty, keyed[mine], key=(*_KEY, "role", "matter_code", *key), stamp=stamp)


def _standing(
    session: Session, district: District, codes: Sequence[str], at: datetime | None
) -> list[dict[str, Any]]:
    """Duties at these grids from `at` on, those that begin later included."""
    found = session.execute(
        text(
            "select d.id, p.code as party, d.role, d.matter_code, g.code as grid, d.shift, d.details,"
            " lower(d.valid) as starts, upper(d.valid) as ends"
            " from yiwang.duty d join yiwang.grid g on g.id = d.grid_id"
            " join yiwang.party p on p.id = d.party_id"
            " where g.district_id = :district and g.code = any(:codes) and upper_inf(d.recorded)"
            " and d.valid && tstzrange(coalesce(cast(:at as timestamptz), now()), null) order by d.id"
        ),
        {"district": district.id, "codes": list(codes), "at": at},
    ).mappings()
    return [dict(row) for row in found]
