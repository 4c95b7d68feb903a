"""微网格 of a plan: lists of buildings, or of their parts, inside one grid, each with its 微网格长.

A micro-grid has no ground and changes no owner. In the register it is the duty `micro` of one party at
each of its places, with the list's code among the details; a code counts within its grid.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.plans import stacks
from boundaries.land.refusals import MissingValue, UnknownCode
from boundaries.store import bulk
from boundaries.store.tables import Building, District, Duty, Party
from gis.net.refusals import InAnotherGrid, PartsMissing
from gis.net.stacking import host_of

if TYPE_CHECKING:
    from boundaries.land.plans.drawing import Drawing

_KEY = ("district_id", "area_id", "grid_id", "building_id", "part_code", "compound_code", "feature_code")
_MEMBERS = """
select d.id, b.code || coalesce('/' || d.part_code, ''), p.code, coalesce(d.details->>'micro', '')
from yiwang.duty d join yiwang.building b on b.id = d.building_id join yiwang.party p on p.id = d.party_id
where d.district_id = :district and d.role = 'micro' and b.code = any(:buildings) and upper_inf(d.recorded)
  and d.valid && tstzrange(coalesce(cast(:at as timestamptz), now()), null) order by b.code, d.part_code"""


_CUT = """
select b.code, g.code from yiwang.building b join yiwang.building_grid o on o.building_id = b.id
join yiwang.grid g on g.id = o.grid_id where b.district_id = :district and b.code = any(:buildings)
  and o.because <> 'within' and upper_inf(o.recorded) and o.valid @> now()"""
_CUT_INTO = """
select b.code from yiwang.grid g join yiwang.building_grid o on o.grid_id = g.id
join yiwang.building b on b.id = o.building_id where g.district_id = :district and g.code = :grid
  and o.because <> 'within' and upper_inf(o.recorded) and o.valid @> now()"""


@dataclass(frozen=True)
class Micro:
    """One list: the grid it lies in, buildings (`H6`) and parts (`H6/2`), who leads it. No places: none."""

    grid: str
    code: str
    places: tuple[str, ...]
    party: str | None


@dataclass(frozen=True)
class Change:
    """What becomes of a list: all its places afterwards, those that join and leave."""

    micro: Micro
    joins: tuple[str, ...]
    leaves: tuple[str, ...]
    ended: tuple[int, ...]  # ids of the duties that end

    def told(self) -> dict[str, Any]:
        """As JSON."""
        own = {"micro": self.micro.code, "grid": self.micro.grid, "party": self.micro.party}
        return {
            **own,
            "places": list(self.micro.places),
            "joins": list(self.joins),
            "leaves": list(self.leaves),
        }


def asked(session: Session, district: District, given: Mapping[str, Any]) -> dict[str, str]:
    """The grids of those buildings of a list that a border cuts or that were given to theirs by hand.

    Raises UnknownCode for what the register does not have, MissingValue for a list that nobody leads.
    """
    for place in given["buildings"]:
        building, _, part = str(place).partition("/")
        known = stacks.parts_of(session, district, building)
        if part and part not in known:
            raise UnknownCode(kind="part", value=str(place))
    if given["buildings"] and given.get("party") is None:
        raise MissingValue(kind="micro", column="party", row=None)
    return own_grids(session, district, {str(place).partition("/")[0] for place in given["buildings"]})


def own_grids(session: Session, district: District, buildings: Iterable[str]) -> dict[str, str]:
    """The grids of those of some buildings that a border cuts or that were given to theirs by hand."""
    rows = session.execute(text(_CUT), {"district": district.id, "buildings": sorted(buildings)}).all()
    return {str(building): str(grid) for building, grid in rows}


def require_inside(drawing: "Drawing", given: Mapping[str, Any]) -> None:
    """Every place of the list must lie in its grid as drawn. Raises PartsMissing, InAnotherGrid."""
    own: Mapping[str, str] = given["own"]
    for place in given["buildings"]:
        home = grid_of(drawing, str(place))
        if home not in drawing.net.stacks and own.get(str(place).partition("/")[0]) in drawing.net.faces:
            home = own[str(place).partition("/")[0]]
        if home != given["grid"]:
            where = drawing.net.buildings.footprints[drawing.ground.position[str(place).partition("/")[0]]]
            raise InAnotherGrid(f"{place} lies in grid {home}", place=where, building=place, grid=home)


def grid_of(drawing: "Drawing", place: str) -> str:
    """The grid of a building or of a part as drawn. Raises PartsMissing, NoHost."""
    building, _, part = place.partition("/")
    if building not in drawing.ground.position:
        raise PartsMissing(f"there is no building {building}", building=building)
    position = drawing.ground.position[building]
    above = (
        code for code, each in drawing.net.stacks.items() if each.building == position and part in each.parts
    )
    return next(above, None) or host_of(drawing.net, position)


def changes(session: Session, district: District, drawing: "Drawing", *, at: datetime | None) -> list[Change]:
    """What the plan's lists change from `at` (None: now) on."""
    out = []
    for micro in sorted(drawing.micros.values(), key=lambda each: (each.grid, each.code)):
        inside = _buildings_in(drawing, micro.grid) | _cut_into(session, district, micro.grid)
        named = {place.partition("/")[0] for place in micro.places}
        rows = _members(session, district, sorted(inside | named), at)
        mine = {place: id_ for id_, place, _, code in rows if code == micro.code}
        leaves = sorted(mine.keys() - set(micro.places))
        joins = sorted(set(micro.places) - mine.keys())
        out.append(Change(micro, tuple(joins), tuple(leaves), tuple(mine[place] for place in leaves)))
    return out


def write(
    session: Session, district: District, found: Sequence[Change], *, at: datetime, stamp: datetime
) -> None:
    """Write the lists of a plan as duties from `at` on."""
    ended = [id_ for change in found for id_ in change.ended]
    if ended:
        bulk.retire(session, Duty, Duty.id.in_(ended), stamp=stamp, valid_from=at)
    if not any(change.micro.places for change in found):
        return
    buildings = intake.ids_by_code(session, Building, district)
    parties = intake.ids_by_code(session, Party, district)
    rows = [
        {
            **dict.fromkeys(_KEY),
            "district_id": district.id,
            "party_id": int(parties[str(change.micro.party)]),
            "role": "micro",
            "matter_code": "*",
            "building_id": int(buildings[place.partition("/")[0]]),
            "part_code": place.partition("/")[2] or None,
            "shift": "",
            "details": {"micro": change.micro.code},
        }
        for change in found
        for place in change.micro.places
    ]
    frame = pd.DataFrame(rows).astype(object)
    bulk.put(session, Duty, frame, key=(*_KEY, "role", "matter_code"), valid_from=at, stamp=stamp)


def apart(
    session: Session, district: District, drawing: "Drawing", owned: pd.DataFrame
) -> list[tuple[str, str, list[str]]]:
    """Lists of today that the plan leaves in several grids: the grid now, the code, the grids afterwards."""
    before = dict(zip(owned["code"], owned["before"], strict=True))
    after = dict(zip(owned["code"], owned["after"], strict=True))
    named = {(micro.grid, micro.code) for micro in drawing.micros.values()}
    found: dict[tuple[str, str], set[str]] = {}
    for _, place, _, code in _members(session, district, sorted(before), None):
        building = place.partition("/")[0]
        if before[building] is not None and building in drawing.ground.position:
            home = grid_of(drawing, place)
            home = home if home in drawing.net.stacks else after[building] or home
            found.setdefault((before[building], code), set()).add(home)
    return [
        (grid, code, sorted(homes))
        for (grid, code), homes in sorted(found.items())
        if len(homes) > 1 and not {(home, code) for home in homes} & named
    ]


def _buildings_in(drawing: "Drawing", grid: str) -> set[str]:
    net = drawing.net
    if grid in net.stacks:
        return {drawing.ground.buildings[net.stacks[grid].building]}
    if grid not in net.faces:
        return set()
    return {drawing.ground.buildings[at] for at in net.buildings.inside(net.faces[grid].shape).tolist()}


def _cut_into(session: Session, district: District, grid: str) -> set[str]:
    """Buildings of a grid that no geometry gives to it: cut by a border, or given by hand."""
    asked = {"district": district.id, "grid": grid}
    return {str(code) for code in session.execute(text(_CUT_INTO), asked).scalars()}


def _members(
    session: Session, district: District, buildings: Iterable[str], at: datetime | None
) -> list[tuple[int, str, str, str]]:
    """Duty, place, party and code of list of the micro-grids at some buildings."""
    asked = {"district": district.id, "buildings": list(buildings), "at": at}
    return [(row[0], str(row[1]), str(row[2]), str(row[3])) for row in session.execute(text(_MEMBERS), asked)]
