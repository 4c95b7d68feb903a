"""What a reversion brings back beside ground: 立体 grids with their parts, and 微网格 with their leaders.

Both come back by ordinary edits of the plan, after the one that restores the ground. What can no longer
come back (a house that is gone, a list whose buildings lie in several grids) is told, never dropped in
silence.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land.plans import micros, stacks
from boundaries.land.plans.drafting import edit
from boundaries.land.plans.drawing import Drawing, drawing_of
from boundaries.land.plans.steps import Actor
from boundaries.land.refusals import UnknownCode
from boundaries.store.tables import District, Plan
from gis.net import EditRefused

_STACKS = """
select g.code, b.code as building, v.name, array_agg(p.part_code order by p.part_code) as parts
from yiwang.part_grid p join yiwang.grid g on g.id = p.grid_id join yiwang.building b on b.id = p.building_id
join yiwang.grid_version v on v.grid_id = g.id and upper_inf(v.recorded)
  and v.valid @> cast(:at as timestamptz)
join yiwang.area a on a.id = v.community_id
where g.district_id = :district and upper_inf(p.recorded) and p.valid @> cast(:at as timestamptz)
  and a.code = any(:communities)
group by g.code, b.code, v.name order by g.code"""
_LISTS = """
select coalesce(h.code, g.code) as grid, coalesce(d.details->>'micro', '') as micro, p.code as party,
  b.code || coalesce('/' || d.part_code, '') as place
from yiwang.duty d join yiwang.building b on b.id = d.building_id join yiwang.party p on p.id = d.party_id
left join yiwang.building_grid o on o.building_id = b.id and upper_inf(o.recorded)
  and o.valid @> cast(:at as timestamptz)
left join yiwang.grid g on g.id = o.grid_id
left join yiwang.part_grid q on q.building_id = b.id and q.part_code = d.part_code and upper_inf(q.recorded)
  and q.valid @> cast(:at as timestamptz)
left join yiwang.grid h on h.id = q.grid_id
join yiwang.grid_version v on v.grid_id = coalesce(h.id, g.id) and upper_inf(v.recorded)
  and v.valid @> cast(:at as timestamptz)
join yiwang.area a on a.id = v.community_id
where d.district_id = :district and d.role = 'micro' and upper_inf(d.recorded)
  and d.valid @> cast(:at as timestamptz) and a.code = any(:communities)
order by 1, 2, 4"""

Lists = dict[tuple[str, str], tuple[str, frozenset[str]]]  # party and places by grid and code


def recall_stacks(
    session: Session, district: District, plan: Plan, communities: Collection[str], *, to: datetime, by: Actor
) -> tuple[dict[str, str], list[str]]:
    """Give the communities the 立体 grids that they had at `to`: others are dissolved, lost ones made again.

    Returns the new codes of those made again by their former ones, and what could not be.
    """
    asked = {"district": district.id, "at": to, "communities": sorted(communities)}
    then: dict[str, Mapping[str, Any]] = {
        row["code"]: dict(row) for row in session.execute(text(_STACKS), asked).mappings()
    }
    drawing = drawing_of(session, district, plan)
    now = {
        code: (drawing.ground.buildings[stack.building], tuple(stack.parts))
        for code, stack in drawing.net.stacks.items()
        if drawing.net.community(code) in communities
    }
    same = {code for code, row in then.items() if now.get(code) == (row["building"], tuple(row["parts"]))}
    stale = sorted(now.keys() - same)
    if stale:
        edit(session, district, plan.code, "unstack", {"grids": stale}, seen=None, by=by)
    codes, lost = dict[str, str](), list[str]()
    for building in sorted({row["building"] for code, row in then.items() if code not in same}):
        former = [code for code, row in then.items() if code not in same and row["building"] == building]
        standing = {part for code in same if now[code][0] == building for part in now[code][1]}
        try:
            given = _stacking(session, district, building, [then[code] for code in former], standing)
            done = edit(session, district, plan.code, "stack", given, seen=None, by=by)
        except (EditRefused, UnknownCode) as refused:
            lost.append(f"立体 {' '.join(former)}: {refused}")
        else:
            codes |= dict(zip(former, done.edit.parameters["new_codes"], strict=True))
    return codes, lost


def _stacking(
    session: Session,
    district: District,
    building: str,
    former: Collection[Mapping[str, Any]],
    standing: Collection[str],
) -> dict[str, Any]:
    """The edit that makes former stacked grids of a building again; parts that are new since stay below."""
    claimed = {part for row in former for part in row["parts"]}
    known = stacks.parts_of(session, district, building)
    return {
        "building": building,
        "grids": [{"parts": list(row["parts"]), "name": row["name"]} for row in former],
        "kept_by_host": sorted(known.keys() - claimed - set(standing)),
    }


def recall_lists(
    session: Session,
    district: District,
    plan: Plan,
    communities: Collection[str],
    new_codes: Mapping[str, str],
    *,
    to: datetime,
    by: Actor,
) -> list[str]:
    """Give the communities the 微网格 that they had at `to`; new_codes: of grids that come back.

    Returns what could not come back.
    """
    then = {
        (new_codes.get(grid, grid), code): list_
        for (grid, code), list_ in _lists(session, district, communities, to).items()
    }
    drawing = drawing_of(session, district, plan)
    base = drawing.ground.version.effective_from
    present = session.execute(text("select greatest(now(), cast(:base as timestamptz))"), {"base": base})
    now = _lists(session, district, communities, present.scalar_one())
    lost = []
    places = {place for _, each in now.values() for place in each}
    own = micros.own_grids(session, district, {place.partition("/")[0] for place in places})
    for (grid, code), given in _changes(drawing, then, now, own):
        asked = {"grid": grid, "micro": code, **given}
        try:
            edit(session, district, plan.code, "micro", asked, seen=None, by=by)
        except (EditRefused, UnknownCode) as refused:
            lost.append(f"微网格 {grid}/{code}: {refused}")
    return lost


def _changes(
    drawing: Drawing, then: Lists, now: Lists, own: Mapping[str, str]
) -> list[tuple[tuple[str, str], dict[str, Any]]]:
    """The lists to set: former ones of which a place has no list now or another, and emptied ones where a
    place is in a list that was not there. own: grids of buildings that a border cuts."""
    held = {place: (code, party) for (_, code), (party, places) in now.items() for place in places}
    wanted = {place: (code, party) for (_, code), (party, places) in then.items() for place in places}
    extra: dict[tuple[str, str], set[str]] = {}
    for place in sorted(held.keys() - wanted.keys()):
        building = place.partition("/")[0]
        if building in drawing.ground.position:
            home = micros.grid_of(drawing, place)
            if home not in drawing.net.stacks and own.get(building) in drawing.net.faces:
                home = own[building]
            extra.setdefault((home, held[place][0]), set()).add(place)
    out: list[tuple[tuple[str, str], dict[str, Any]]] = []
    for key, (party, places) in sorted(then.items()):
        if key in extra or any(held.get(place) != (key[1], party) for place in places):
            out.append((key, {"buildings": sorted(places), "party": party}))
    return out + [(key, {"buildings": [], "party": None}) for key in sorted(extra.keys() - then.keys())]


def _lists(session: Session, district: District, communities: Collection[str], at: datetime | None) -> Lists:
    """The lists in force at an instant (None: now) in some communities."""
    asked = {"district": district.id, "at": at, "communities": sorted(communities)}
    out: Lists = {}
    for grid, code, party, place in session.execute(text(_LISTS), asked):
        first, places = out.get((grid, code), (str(party), frozenset()))
        out[grid, code] = (first, places | {str(place)})
    return out
