"""What lay at each place at its instant: the grid version and the building."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.store.tables import District
from gis.locate import GridIndex

FEW = 500
"""Up to so many places PostGIS is asked; for more an index of the whole net pays."""
_FIRST, _LAST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


@dataclass(frozen=True)
class Standing:
    """One entry a place. version: id of the grid version, 0 outside the net. grid, building: codes or None.

    compound: of the building; community: of the grid version, an area's code or None.
    """

    version: NDArray[np.int64]
    grid: NDArray[np.object_]
    community: NDArray[np.object_]
    building: NDArray[np.object_]
    compound: NDArray[np.object_]


def stand(
    session: Session, district: District, lonlat: NDArray[np.float64], instants_ns: NDArray[np.int64]
) -> Standing:
    """lonlat: (n, 2) WGS 84 on the lattice; instants_ns: since 1970 UTC. On a border the lowest code has it.

    The caller holds the register's lock, alone or shared, so that the net cannot change meanwhile.
    """
    if len(lonlat) <= FEW:
        return _asked_one_by_one(session, district, lonlat, instants_ns)
    version, grid, community = _grids(session, district, lonlat, instants_ns)
    building, compound = _buildings(session, district, lonlat, instants_ns)
    return Standing(version, grid, community, building, compound)


def nanoseconds(values: "Sequence[datetime | None] | pd.Series[Any]", missing: int) -> NDArray[np.int64]:
    """Instants as nanoseconds since 1970; `missing` where there is none."""
    series = values if isinstance(values, pd.Series) else pd.Series(list(values), dtype=object)
    instants = pd.DatetimeIndex(pd.to_datetime(series, utc=True)).as_unit("ns")
    return np.where(instants.isna(), missing, instants.asi8)


def _asked_one_by_one(
    session: Session, district: District, lonlat: NDArray[np.float64], instants_ns: NDArray[np.int64]
) -> Standing:
    rows = session.execute(
        text(
            "select coalesce(g.id, 0), g.code, g.community, b.code, b.compound_code from"
            " unnest(cast(:lon as float8[]), cast(:lat as float8[]), cast(:at as timestamptz[]))"
            "   with ordinality p(lon, lat, at, n)"
            " left join lateral (select v.id, g.code, a.code as community from yiwang.grid_version v"
            "   join yiwang.grid g on g.id = v.grid_id join yiwang.area a on a.id = v.community_id"
            "   where g.district_id = :district and upper_inf(v.recorded) and v.valid @> p.at"
            "   and st_covers(v.geom, st_setsrid(st_makepoint(p.lon, p.lat), 4326))"
            '   order by g.code collate "C" limit 1) g on true'
            " left join lateral (select b.code, v.compound_code from yiwang.building_version v"
            "   join yiwang.building b on b.id = v.building_id"
            "   where b.district_id = :district and upper_inf(v.recorded) and v.valid @> p.at"
            "   and st_covers(v.geom, st_setsrid(st_makepoint(p.lon, p.lat), 4326))"
            '   order by b.code collate "C" limit 1) b on true'
            " order by p.n"
        ),
        {
            "district": district.id,
            "lon": lonlat[:, 0].tolist(),
            "lat": lonlat[:, 1].tolist(),
            "at": pd.to_datetime(instants_ns, utc=True).to_pydatetime().tolist(),
        },
    ).all()
    columns = [np.array([row[k] for row in rows], dtype=object) for k in range(5)]
    return Standing(columns[0].astype(np.int64), *columns[1:])


def _grids(
    session: Session, district: District, lonlat: NDArray[np.float64], moments: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.object_], NDArray[np.object_]]:
    """One index for each net that was in force at some incident; between two changes the net is the same."""
    rows = session.execute(
        text(
            "select v.id, lower(v.valid), upper(v.valid), st_asbinary(v.geom), g.code, a.code"
            " from yiwang.grid_version v join yiwang.grid g on g.id = v.grid_id"
            " join yiwang.area a on a.id = v.community_id where g.district_id = :district"
            " and upper_inf(v.recorded) and v.geom is not null order by g.code"
        ),
        {"district": district.id},
    ).all()
    found = np.full(len(lonlat), -1, dtype=np.int64)
    if rows:
        starts = nanoseconds([row[1] for row in rows], _FIRST)
        ends = nanoseconds([row[2] for row in rows], _LAST)
        shapes = intake.from_rows([row[3] for row in rows])
        changes = np.unique(np.concatenate([starts, ends]))
        period = np.searchsorted(changes, moments, side="right")
        for each in np.unique(period):
            mine = np.flatnonzero(period == each)
            in_force = np.flatnonzero((starts <= moments[mine[0]]) & (moments[mine[0]] < ends))
            if len(in_force) == 0:
                continue
            positions = GridIndex(shapes[in_force], overlaps="lowest").locate(lonlat[mine])
            found[mine] = np.where(positions >= 0, in_force[positions], -1)
    version = np.array([*(row[0] for row in rows), 0], dtype=np.int64)[found]
    grid = np.array([*(row[4] for row in rows), None], dtype=object)[found]
    community = np.array([*(row[5] for row in rows), None], dtype=object)[found]
    return version, grid, community


def _buildings(
    session: Session, district: District, lonlat: NDArray[np.float64], moments: NDArray[np.int64]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The building whose footprint covered the place then; of several the lowest code."""
    rows = session.execute(
        text(
            "select b.code, v.compound_code, lower(v.valid), upper(v.valid), st_asbinary(v.geom)"
            " from yiwang.building_version v join yiwang.building b on b.id = v.building_id"
            " where b.district_id = :district and upper_inf(v.recorded) order by b.code"
        ),
        {"district": district.id},
    ).all()
    nearest = np.full(len(lonlat), len(rows), dtype=np.int64)
    if rows:
        tree = shapely.STRtree(intake.from_rows([row[4] for row in rows]))
        starts = nanoseconds([row[2] for row in rows], _FIRST)
        ends = nanoseconds([row[3] for row in rows], _LAST)
        place, building = tree.query(shapely.points(lonlat), predicate="intersects")
        then = (starts[building] <= moments[place]) & (moments[place] < ends[building])
        np.minimum.at(nearest, place[then], building[then])
    code = np.array([*(row[0] for row in rows), None], dtype=object)[nearest]
    compound = np.array([*(row[1] for row in rows), None], dtype=object)[nearest]
    return code, compound
