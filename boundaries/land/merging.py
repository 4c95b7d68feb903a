"""One net out of several: a draft plan on which fewest households change hands.

Lines are laid over the net. Every grid is whole in one area of each line, that of most of its households.
Where several lines part a grid alike, the piece goes to a grid beside it: that is put into a draft plan as
edits (`reassign`), which the net engine carries out or refuses. What it refuses is listed, and the plan goes
the way of every plan.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.land import crosswalks, plans, versions
from boundaries.land.crosswalks import Laid
from boundaries.land.plans import Actor
from boundaries.land.plans.refusals import NoNetYet, NotInScope
from boundaries.store import clock
from boundaries.store.bitemporal import as_of
from boundaries.store.tables import Area, District, Grid, GridVersion, Plan
from gis.locate import GridIndex
from gis.net import EditRefused
from gis.overlay import Move, bearing, moves


@dataclass(frozen=True, slots=True)
class Refused:
    """A move that the plan cannot hold, by the code and the sentence of whoever refused it."""

    move: Move
    code: str
    reason: str


@dataclass(frozen=True, eq=False)
class Proposed:
    """A draft of the single net. changes: households, once for the grid and once for each line in which
    theirs becomes another: of the net as it is, and as the plan leaves it. moved: households that change
    grid.
    """

    plan: Plan | None
    laid: Laid
    taken: tuple[Move, ...]
    refused: tuple[Refused, ...]
    changes_before: int
    changes_after: int
    moved: int


def propose(
    session: Session,
    district: District,
    line_codes: list[str],
    *,
    title: str,
    scope: str,
    by: Actor,
    kind: str = "grids",
    snap_m: float = crosswalks.SNAP_M,
) -> Proposed:
    """Lay the lines over the last published net and put what saves changes into a new draft plan.

    kind: grids, whose ground stays in its community, or boundary (区划调整). Nothing to gain: no plan is made
    (None). Raises what `crosswalks.lay` and `plans.create` raise.
    """
    version = versions.latest(session, district)
    if version is None:
        raise NoNetYet(district=district.code)
    instant = max(version.effective_from, clock.horizon(session))
    laid = crosswalks.lay(session, district, line_codes, at=instant, snap_m=snap_m)
    within = _communities(session, district, laid)
    given = (laid.found, laid.nets, laid.homes, laid.households)
    wanted = moves(*given, within=within if kind == "grids" else None)
    refused = []
    if kind == "grids":
        refused = [
            Refused(move, "another-community", f"{move.grid} and {move.to} lie in two communities: 区划调整")
            for move in moves(*given)
            if within[move.grid] != within[move.to]
        ]
    plan, taken = None, list[Move]()
    if wanted:
        trial = session.begin_nested()
        plan = plans.create(
            session, district, title=title, scope=scope, by=by, kind=kind, note=_note(line_codes)
        )
        for move in wanted:
            told = {"polygon": shapely.geometry.mapping(move.polygon), "to": move.to}
            try:
                plans.edit(session, district, plan.code, "reassign", told, seen=None, by=by)
            except (EditRefused, NotInScope) as error:
                refused.append(Refused(move, str(error.code), str(error)))
            else:
                taken.append(move)
        if taken:
            trial.commit()
        else:
            trial.rollback()
            plan = None
    dwellings = bearing(laid.nets, shapely.point_on_surface(laid.homes), laid.households)
    after = dwellings.grid if plan is None else _grid_after(session, district, plan, laid)
    return Proposed(
        plan,
        laid,
        tuple(taken),
        tuple(refused),
        int(dwellings.changes(dwellings.grid, dwellings.best_areas(dwellings.grid)).sum()),
        int(dwellings.changes(after, dwellings.best_areas(after)).sum()),
        int(dwellings.households[(after != dwellings.grid) & (dwellings.grid >= 0)].sum()),
    )


def _note(line_codes: list[str]) -> str:
    return "多网合一: " + ", ".join(line_codes)


def _communities(session: Session, district: District, laid: Laid) -> dict[str, str]:
    rows = session.execute(
        select(Grid.code, Area.code)
        .join(GridVersion, GridVersion.grid_id == Grid.id)
        .join(Area, Area.id == GridVersion.community_id)
        .where(Grid.district_id == district.id, as_of(GridVersion, laid.at))
    )
    return {str(row[0]): str(row[1]) for row in rows}


def _grid_after(session: Session, district: District, plan: Plan, laid: Laid) -> NDArray[np.int64]:
    """Positions as in `bearing`: the plan gives ground from grid to grid, and neither begins nor ends one."""
    faces = plans.drawing_of(session, district, plan).net.faces
    shapes = [faces[code].shape for code in sorted(faces)]
    xy = shapely.get_coordinates(shapely.point_on_surface(laid.homes))
    return GridIndex(shapes, overlaps="lowest").locate(xy).astype(np.int64)
