"""Which one grid each building belongs to, and why."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.store import bulk
from boundaries.store.bulk import Tally
from boundaries.store.tables import Building, BuildingGrid, District, Grid
from gis.frames import MetricFrame

CUT_M2 = 0.05
"""A border cuts a building where more than this lies on both sides of it."""


@dataclass(frozen=True)
class Assignment(Tally):
    """What `assign` changed, the buildings that a border cuts, and those that lie in no grid."""

    cut: tuple[str, ...] = ()
    unassigned: tuple[str, ...] = ()


def assign(session: Session, district: District, *, valid_from: datetime, stamp: datetime) -> Assignment:
    """Give every building of `valid_from` its one grid of that instant; overrides stay.

    Wholly within a grid (up to 0.05 m²): that grid. Cut by a border: the grid of its main entrance, else
    of its larger part, the lowest code where two parts are equal. In no grid: unassigned and reported; a
    grid it had until then ends.
    """
    grids = _grids(session, district, valid_from)
    buildings = _buildings(session, district, valid_from)
    found = choose(
        buildings["geom"].to_numpy(),
        buildings["entrance"].to_numpy(),
        grids["geom"].to_numpy(),
        MetricFrame(district.metric_crs),
    )
    overridden = buildings["overridden"].to_numpy(dtype=bool)
    inside = (found.grid >= 0) & ~overridden
    rows = pd.DataFrame(
        {
            "building_id": buildings["id"].to_numpy()[inside],
            "grid_id": grids["id"].to_numpy()[found.grid[inside]],
            "because": found.because[inside],
        }
    )
    put = bulk.put(session, BuildingGrid, rows, key=("building_id",), valid_from=valid_from, stamp=stamp)
    outside = (found.grid < 0) & ~overridden
    lost = bulk.retire(
        session,
        BuildingGrid,
        BuildingGrid.building_id.in_(buildings["id"].to_numpy()[outside].tolist()),
        stamp=stamp,
        valid_from=valid_from,
    )
    codes = buildings["code"].to_numpy()
    return Assignment(
        added=put.added,
        changed=put.changed,
        unchanged=put.unchanged,
        retired=lost,
        cut=tuple(sorted(codes[found.cut])),
        unassigned=tuple(sorted(codes[outside])),
    )


def override(
    session: Session,
    district: District,
    building_code: str,
    grid_code: str,
    *,
    valid_from: datetime,
    stamp: datetime,
) -> Tally:
    """Give a building to a grid by hand; `assign` leaves it there. Raises UnknownCode."""
    row = pd.DataFrame({"building_code": [building_code], "grid_code": [grid_code]}, dtype=object)
    buildings = intake.ids_by_code(session, Building, district)
    grids = intake.ids_by_code(session, Grid, district)
    rows = pd.DataFrame(
        {
            "building_id": intake.resolve(row, "building", "building_code", buildings),
            "grid_id": intake.resolve(row, "grid", "grid_code", grids),
            "because": "override",
        }
    )
    return bulk.put(session, BuildingGrid, rows, key=("building_id",), valid_from=valid_from, stamp=stamp)


@dataclass(frozen=True)
class Choice:
    """For each building: position of its grid (-1: none), why, and whether a border cuts it."""

    grid: NDArray[np.int64]
    because: NDArray[np.object_]
    cut: NDArray[np.bool_]


def choose(
    buildings: intake.Shapes, entrances: intake.Shapes, grids: intake.Shapes, frame: MetricFrame
) -> Choice:
    """One grid for each building. All shapes in lon/lat; grids sorted by code, so ties go to the lowest."""
    grid = np.full(len(buildings), -1, dtype=np.int64)
    because = np.full(len(buildings), "within", dtype=object)
    cut = np.zeros(len(buildings), dtype=bool)
    if len(buildings) == 0 or len(grids) == 0:
        return Choice(grid, because, cut)
    by_grid, by_building = shapely.STRtree(buildings).query(grids, predicate="covers")
    grid[by_building[::-1]] = by_grid[::-1]

    rest = np.flatnonzero(grid < 0)
    in_rest, in_grid = shapely.STRtree(grids).query(buildings[rest], predicate="intersects")
    pieces = shapely.intersection(buildings[rest[in_rest]], grids[in_grid])
    parts = pd.DataFrame({"building": rest[in_rest], "grid": in_grid, "m2": frame.area_m2(pieces)})
    whole = pd.Series(frame.area_m2(buildings[rest]), index=rest)
    parts = parts[parts["m2"] > CUT_M2].sort_values(["building", "grid"])
    for building, mine in parts.groupby("building"):
        position = int(str(building))
        candidates = mine["grid"].to_numpy()
        cut[position] = len(mine) > 1 or whole[position] - mine["m2"].sum() > CUT_M2
        at_door = _covering(grids, candidates, entrances[position]) if cut[position] else None
        if at_door is not None:
            grid[position], because[position] = at_door, "entrance"
        else:
            largest = mine["m2"].max()
            grid[position] = candidates[(mine["m2"] >= largest - 1e-6).to_numpy()][0]
            because[position] = "larger part" if cut[position] else "within"
    return Choice(grid, because, cut)


def _covering(grids: intake.Shapes, candidates: NDArray[np.int64], entrance: object) -> int | None:
    if entrance is None:
        return None
    at_door = candidates[shapely.covers(grids[candidates], entrance)]
    return int(at_door[0]) if len(at_door) else None


def _grids(session: Session, district: District, at: datetime) -> pd.DataFrame:
    found = session.execute(
        text(
            "select g.id, g.code, st_asbinary(v.geom) from yiwang.grid g"
            " join yiwang.grid_version v on v.grid_id = g.id"
            " where g.district_id = :district and v.valid @> cast(:at as timestamptz)"
            " and upper_inf(v.recorded) and v.geom is not null order by g.code"
        ),
        {"district": district.id, "at": at},
    ).all()
    frame = pd.DataFrame([tuple(row) for row in found], columns=["id", "code", "geom"])
    frame["geom"] = intake.from_rows(frame["geom"].tolist())
    return frame


def _buildings(session: Session, district: District, at: datetime) -> pd.DataFrame:
    found = session.execute(
        text(
            "select b.id, b.code, st_asbinary(v.geom), st_asbinary(v.entrance), o.id is not null"
            " from yiwang.building b join yiwang.building_version v on v.building_id = b.id"
            " left join yiwang.building_grid o on o.building_id = b.id and o.because = 'override'"
            " and o.valid @> cast(:at as timestamptz) and upper_inf(o.recorded)"
            " where b.district_id = :district and v.valid @> cast(:at as timestamptz)"
            " and upper_inf(v.recorded) order by b.code"
        ),
        {"district": district.id, "at": at},
    ).all()
    frame = pd.DataFrame(
        [tuple(row) for row in found], columns=["id", "code", "geom", "entrance", "overridden"]
    )
    frame["geom"] = intake.from_rows(frame["geom"].tolist())
    frame["entrance"] = intake.from_rows(frame["entrance"].tolist())
    return frame
