"""Grids: the tiles of the net. They change only through a net version."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.refusals import ForeignCommunity, InvalidShape, NotACommunity, UnknownCode
from boundaries.store import bulk
from boundaries.store.bulk import Tally
from boundaries.store.tables import GRID_KINDS, Area, District, Grid, GridVersion, NetVersion
from gis.frames import MetricFrame

STACKED = "立体"


def put(
    session: Session, district: District, frame: pd.DataFrame, *, version: NetVersion, stamp: datetime
) -> Tally:
    """Write grids as they are from `version.effective_from` on; unchanged grids keep their old version.

    frame: code, community_code, geometry (lon/lat; None for a 立体 grid); optional name, kind,
    group_code, host_code (of a 立体 grid), source, noded. Shapes are kept on the 1e-9° lattice, their
    area in m² of the district's metric CRS. Coverage is not checked here: `gis.coverage` does that on
    the whole net. Raises UnknownCode, ForeignCommunity, NotACommunity, DuplicateCode, ValueNotAllowed,
    CodeRetired, InvalidShape.
    """
    rows = intake.intake(
        frame,
        "grid",
        required=("code", "community_code"),
        defaults={
            "name": "",
            "kind": "综合",
            "group_code": None,
            "host_code": None,
            "source": "",
            "noded": False,
        },
    )
    intake.refuse_duplicates(rows, "grid", ["code"])
    intake.refuse_others(rows, "grid", "kind", GRID_KINDS)
    communities = _communities(session, district, rows)
    stacked = (rows["kind"] == STACKED).to_numpy()
    shapes = intake.polygons(frame, "grid", optional=bool(stacked.any()))
    _refuse_ground_mismatch(rows, stacked, shapes)

    ids = intake.identify(session, Grid, district, rows)
    intake.refuse_retired(
        session, GridVersion, GridVersion.grid_id, ids[rows["code"].tolist()], "grid", version.effective_from
    )
    area_m2 = pd.Series([None] * len(rows), index=rows.index, dtype=object)
    if (~stacked).any():
        area_m2.loc[~stacked] = MetricFrame(district.metric_crs).area_m2(shapes[~stacked])
    versions = pd.DataFrame(
        {
            "grid_id": rows["code"].map(ids),
            "community_id": communities,
            "net_version_id": version.id,
            "name": rows["name"],
            "kind": rows["kind"],
            "group_code": rows["group_code"],
            "host_id": intake.resolve(rows, "grid", "host_code", ids, optional=True),
            "geom": shapes,
            "area_m2": area_m2,
            "noded": rows["noded"].astype(bool),
            "source": rows["source"],
        }
    )
    return bulk.put(
        session,
        GridVersion,
        versions,
        key=("grid_id",),
        valid_from=version.effective_from,
        stamp=stamp,
        not_compared=("net_version_id", "noded"),
    )


def retire(
    session: Session, district: District, codes: Sequence[str], *, version: NetVersion, stamp: datetime
) -> int:
    """End these grids at `version.effective_from`; their codes are never given again.

    Returns how many ended. Raises UnknownCode for a code that the district does not have.
    """
    ids = intake.ids_by_code(session, Grid, district)
    ended = intake.resolve(pd.DataFrame({"code": list(codes)}), "grid", "code", ids)
    return bulk.retire(
        session,
        GridVersion,
        GridVersion.grid_id.in_(ended.tolist()),
        stamp=stamp,
        valid_from=version.effective_from,
    )


def _communities(session: Session, district: District, rows: pd.DataFrame) -> "pd.Series[int]":
    areas = session.execute(
        select(Area.code, Area.id, Area.level).where(Area.district_id == district.id)
    ).all()
    ids = pd.Series([row[1] for row in areas], index=[row[0] for row in areas], dtype="int64")
    levels = pd.Series([row[2] for row in areas], index=[row[0] for row in areas], dtype=object)
    missing = ~rows["community_code"].isin(ids.index)
    if missing.any():
        row = rows.index[missing][0]
        code = rows.loc[row, "community_code"]
        elsewhere = session.scalar(
            select(District.code).join(Area, Area.district_id == District.id).where(Area.code == code)
        )
        if elsewhere is not None:
            raise ForeignCommunity(value=code, row=row, district=elsewhere)
        raise UnknownCode(kind="area", value=code, row=row)
    other = rows["community_code"].map(levels) != "community"
    if other.any():
        row = rows.index[other][0]
        code = rows.loc[row, "community_code"]
        raise NotACommunity(value=code, row=row, level=levels[code])
    return rows["community_code"].map(ids)


def _refuse_ground_mismatch(rows: pd.DataFrame, stacked: NDArray[np.bool_], shapes: intake.Shapes) -> None:
    """Only a 立体 grid has a host and no ground, and it must have one."""
    ground = ~shapely.is_missing(shapes)
    hosted = rows["host_code"].notna().to_numpy()
    for wrong, reason in (
        (stacked & ground, "a 立体 grid has no ground"),
        (stacked & ~hosted, "a 立体 grid needs a host"),
        (~stacked & ~ground, "no geometry"),
        (~stacked & hosted, "only a 立体 grid has a host"),
    ):
        if wrong.any():
            position = int(np.flatnonzero(wrong)[0])
            raise InvalidShape(
                kind="grid", value=rows["code"].iloc[position], row=rows.index[position], reason=reason
            )
