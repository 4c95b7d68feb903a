"""Who came from whom: grids before and after a plan, by ground and by households."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.assignment import choose
from boundaries.land.plans.drawing import Drawing
from boundaries.store.tables import District
from gis.frames import MetricFrame
from gis.net.stacking import host_of

_NOISE_M2 = 0.5  # a noded border laps by less than this
_COLUMNS = ["id", "code", "name", "households", "geom", "entrance", "before_id", "before", "because_before"]
# by place first: on a table that was just filled, and has no statistics yet, the planner would otherwise
# compare every building with every shape
_BUILDINGS_NEAR = """
with near as materialized (
  select distinct found.id from unnest(cast(:shapes as bytea[])) as shape cross join lateral (
    select id from yiwang.building_version where geom && st_geomfromwkb(shape, 4326) offset 0) as found)
select b.id, b.code, v.name, coalesce(v.households, 0), st_asbinary(v.geom), st_asbinary(v.entrance),
  g.id, g.code, o.because
from near join yiwang.building_version v using (id) join yiwang.building b on b.id = v.building_id
left join yiwang.building_grid o on o.building_id = b.id and upper_inf(o.recorded)
  and o.valid @> coalesce(cast(:at as timestamptz), now())
left join yiwang.grid g on g.id = o.grid_id
where b.district_id = :district and upper_inf(v.recorded)
  and v.valid @> coalesce(cast(:at as timestamptz), now()) order by b.code"""


@dataclass(frozen=True)
class Descent:
    """How much of a parent went to a child. household_share: None where the parent has no households."""

    parent: str
    child: str
    area_m2: float
    area_share: float
    households: int
    household_share: float | None


def owners(session: Session, district: District, drawing: Drawing, *, at: datetime | None) -> pd.DataFrame:
    """The buildings at `at` (None: now) on the ground that the plan changes: id, code, name, households,
    before (the code of the grid now, or None), because_before, after, and because.

    The grid after is chosen as everywhere: within, else the entrance's, else the larger part's. A building
    that was given to a grid by hand stays there as long as the grid does.
    """
    old, new = drawing.ground.net.faces, drawing.net.faces
    shapes = [side[code].shape for code in sorted(drawing.changed) for side in (old, new) if code in side]
    rows = session.execute(
        text(_BUILDINGS_NEAR),
        {"shapes": [shapely.to_wkb(shape) for shape in shapes], "district": district.id, "at": at},
    ).all()
    found = pd.DataFrame([tuple(row) for row in rows], columns=_COLUMNS, dtype=object)
    found["geom"] = intake.from_rows(found["geom"].tolist())
    found["entrance"] = intake.from_rows(found["entrance"].tolist())
    codes = sorted(new)
    grids = np.empty(len(codes), dtype=object)
    grids[:] = [new[code].shape for code in codes]
    chosen = choose(
        found["geom"].to_numpy(), found["entrance"].to_numpy(), grids, MetricFrame(district.metric_crs)
    )
    after = [codes[position] if position >= 0 else None for position in chosen.grid]
    found["after"] = pd.Series(after, index=found.index, dtype=object)
    heir = found["before"].map(lambda code: drawing.recoded.get(code, code))
    stays = ((found["because_before"] == "override") & heir.isin(codes)).to_numpy(dtype=bool)
    found.loc[stays, "after"] = heir[stays]
    found["because"] = np.where(stays, "override", chosen.because)
    concerned = found["before"].isin(drawing.changed) | found["after"].isin(drawing.changed)
    return found[concerned].drop(columns=["geom", "entrance"]).reset_index(drop=True)


def descents(drawing: Drawing, owned: pd.DataFrame) -> list[Descent]:
    """Every pair of a grid before and a grid after that share ground, of the grids that changed."""
    old = sorted(code for code in drawing.changed if code in drawing.ground.net.faces)
    new = sorted(code for code in drawing.changed if code in drawing.net.faces)
    if not old or not new:
        return []
    before = np.array([drawing.ground.net.faces[code].shape for code in old], dtype=object)
    after = np.array([drawing.net.faces[code].shape for code in new], dtype=object)
    i, j = shapely.STRtree(after).query(before, predicate="intersects")
    shared = drawing.net.frame.area_m2(shapely.intersection(before[i], after[j]))
    whole = drawing.net.frame.area_m2(before)
    moved, lived = Counter[tuple[str, str]](), Counter[str]()
    for parent, child, households in owned[["before", "after", "households"]].itertuples(
        index=False, name=None
    ):
        moved[parent, child] += int(households)
        lived[parent] += int(households)
    _lift(drawing, moved, lived)
    out = []
    for parent, child, area in zip(i.tolist(), j.tolist(), shared.tolist(), strict=True):
        if area <= _NOISE_M2:
            continue
        households = moved[old[parent], new[child]]
        total = lived[old[parent]]
        out.append(
            Descent(
                old[parent],
                new[child],
                area,
                area / float(whole[parent]),
                households,
                households / total if total else None,
            )
        )
    out += _stacked(drawing, lived)
    return sorted(out, key=lambda each: (each.parent, each.child))


def _lift(drawing: Drawing, moved: Counter[tuple[str, str]], lived: Counter[str]) -> None:
    """Take the households of 立体 grids, before or after, away from what their hosts have."""
    before, after = drawing.ground.net, drawing.net
    for code in before.stacks.keys() | after.stacks.keys():
        was = before.stacks.get(code)
        stack = was or after.stacks[code]
        hosts = host_of(before, stack.building), host_of(after, stack.building)
        if hosts in moved:
            moved[hosts] -= stack.households
            lived[hosts[0]] -= stack.households if was else 0


def _stacked(drawing: Drawing, lived: Mapping[str, int]) -> list[Descent]:
    """Stacked grids have the households of their host, and give them back; ground is none of theirs.

    One that was only coded anew comes from its former self.
    """
    above = (drawing.ground.net.stacks, drawing.net.stacks)
    same = {old: new for old, new in drawing.recoded.items() if old in above[0] and new in above[1]}
    out = [
        Descent(old, new, 0.0, 0.0, above[1][new].households, 1.0 if above[0][old].households else None)
        for old, new in sorted(same.items())
    ]
    for code in drawing.restacked():
        if code in same or code in same.values():
            continue
        before, after = drawing.ground.net.stacks.get(code), drawing.net.stacks.get(code)
        if before is None and after is not None:
            parent = host_of(drawing.ground.net, after.building)
            total = lived.get(parent, 0)
            share = after.households / total if total else None
            out.append(Descent(parent, code, 0.0, 0.0, after.households, share))
        elif after is None and before is not None:
            share = 1.0 if before.households else None
            out.append(
                Descent(code, host_of(drawing.net, before.building), 0.0, 0.0, before.households, share)
            )
    return out


def heir_of(parent: str, known: Sequence[Descent]) -> str | None:
    """The grid that got most of a grid's households, then most of its ground, then the lowest code."""
    children = [each for each in known if each.parent == parent]
    if not children:
        return None
    return min(children, key=lambda each: (-each.households, -each.area_m2, each.child)).child
