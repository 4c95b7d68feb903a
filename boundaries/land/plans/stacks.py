"""立体 grids of a plan: the parts of a building that they take, in the register and in stored edits."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.refusals import UnknownCode
from boundaries.store import bulk
from boundaries.store.tables import Building, District, Grid, PartGrid
from gis.net import Buildings, Stack
from gis.net.refusals import NotCurrent

if TYPE_CHECKING:
    from boundaries.land.plans.drawing import Drawing

_STACKS = """
select g.code, b.code, array_agg(p.part_code order by p.part_code), coalesce(sum(w.households), 0)
from yiwang.part_grid p join yiwang.grid g on g.id = p.grid_id join yiwang.building b on b.id = p.building_id
left join yiwang.building_part w on w.building_id = p.building_id and w.code = p.part_code
  and upper_inf(w.recorded) and w.valid @> greatest(now(), cast(:at as timestamptz))
where g.district_id = :district and upper_inf(p.recorded) and p.valid @> cast(:at as timestamptz)
group by g.code, b.code order by g.code"""
_PARTS = """
select v.code, coalesce(v.households, 0) from yiwang.building b
join yiwang.building_part v on v.building_id = b.id
where b.district_id = :district and b.code = :building and upper_inf(v.recorded) and v.valid @> now()
order by v.code"""


def stacks_at(
    session: Session,
    district: District,
    at: datetime,
    position: Mapping[str, int],
    buildings: Buildings,
) -> dict[str, Stack]:
    """The 立体 grids in force at an instant whose building is known. position: of a building by its code."""
    rows = session.execute(text(_STACKS), {"district": district.id, "at": at}).all()
    found = {}
    for grid, building, parts, households in rows:
        if (place := position.get(str(building))) is not None:
            most = int(buildings.households[place])
            found[str(grid)] = Stack(place, tuple(parts), min(int(households), most))
    return found


def parts_of(session: Session, district: District, building: str) -> dict[str, int]:
    """Households of the parts of a building by their code, as of now. Raises UnknownCode."""
    asked = {"district": district.id, "building": building}
    rows = session.execute(text(_PARTS), asked).all()
    if not rows and building not in intake.ids_by_code(session, Building, district).index:
        raise UnknownCode(kind="building", value=building)
    return {str(code): int(households) for code, households in rows}


def told(stack: Stack | None, codes: tuple[str, ...]) -> dict[str, Any] | None:
    """A stack as a stored edit keeps it. codes: of the buildings by position."""
    if stack is None:
        return None
    return {"building": codes[stack.building], "parts": list(stack.parts), "households": stack.households}


def untold(value: Mapping[str, Any] | None, position: Mapping[str, int]) -> Stack | None:
    """The stack that `told` wrote. Raises NotCurrent where its building is no longer there."""
    if value is None:
        return None
    if value["building"] not in position:
        raise NotCurrent(f"building {value['building']} is gone", building=value["building"])
    return Stack(position[value["building"]], tuple(value["parts"]), value["households"])


def write(
    session: Session, district: District, drawing: "Drawing", touched: Collection[str], *, at: datetime,
    stamp: datetime,
) -> None:  # fmt: skip
    """Write which parts belong to the 立体 grids that changed, from `at` on."""
    before, after = drawing.ground.net.stacks, drawing.net.stacks
    changed = [code for code in sorted(touched) if before.get(code) != after.get(code)]
    if not changed:
        return
    grids, buildings = (intake.ids_by_code(session, table, district) for table in (Grid, Building))
    rows = [
        (int(buildings[drawing.ground.buildings[stack.building]]), part, int(grids[code]))
        for code in changed
        if (stack := after.get(code)) is not None
        for part in stack.parts
    ]
    if rows:
        frame = pd.DataFrame(rows, columns=["building_id", "part_code", "grid_id"])
        bulk.put(session, PartGrid, frame, key=("building_id", "part_code"), valid_from=at, stamp=stamp)
    left = [int(grids[code]) for code in changed if code not in after]
    if left:
        bulk.retire(session, PartGrid, PartGrid.grid_id.in_(left), stamp=stamp, valid_from=at)
