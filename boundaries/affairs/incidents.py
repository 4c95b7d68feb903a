"""Incidents: each keeps the grid version into which it fell on its day."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.refusals import InvalidShape, NotAwareInstant, UnknownCode
from boundaries.store.bulk import Tally
from boundaries.store.staging import raw_connection
from boundaries.store.tables import District, Matter
from gis.frames import LATTICE_DEG
from gis.locate import GridIndex

_COMPARED = ("source", "matter_code", "happened_at", "resolved_at", "accuracy_m", "geom")


def put(session: Session, district: District, frame: pd.DataFrame, *, stamp: datetime) -> Tally:
    """Write incidents; one with a known `external_ref` is brought up to date, all others are added.

    frame: external_ref, source, matter_code, happened_at (aware), lon, lat (WGS 84); optional
    resolved_at, accuracy_m. The grid version at `happened_at` is looked up once, when an incident is
    first written, and never rewritten; outside the net of that day it is none.
    `stamp` says that the caller holds the register's lock, so the net cannot change meanwhile.
    Raises UnknownCode for a matter, DuplicateCode for an external_ref, InvalidShape for a position,
    NotAwareInstant for a time without time zone.
    """
    rows = intake.intake(
        frame,
        "incident",
        required=("source", "matter_code", "happened_at", "lon", "lat"),
        defaults={"external_ref": None, "resolved_at": None, "accuracy_m": None},
    )
    intake.refuse_duplicates(rows[rows["external_ref"].notna()], "incident", ["external_ref"])
    _refuse_unknown_matters(session, district, rows)
    _refuse_naive(rows)
    lonlat = _positions(rows)
    rows["geom"] = shapely.to_wkb(shapely.set_srid(shapely.points(lonlat), 4326), hex=True, include_srid=True)
    for column in ("happened_at", "resolved_at"):
        rows[column] = pd.to_datetime(rows[column], utc=True).astype(object)
    rows["grid_version_id"] = pd.Series(
        _grid_versions(session, district, lonlat, rows["happened_at"]), index=rows.index, dtype=object
    )

    connection = raw_connection(session)
    columns = ("external_ref", *_COMPARED, "grid_version_id")
    names = ", ".join(columns)
    connection.execute(
        f"create temp table incoming_incident on commit drop as"
        f" select {names} from yiwang.incident with no data"
    )
    with connection.cursor() as cursor, cursor.copy(f"copy incoming_incident ({names}) from stdin") as copy:
        for row in zip(*(_column(rows[column]) for column in columns), strict=True):
            copy.write_row(row)
    connection.execute("analyze incoming_incident")
    same = " and ".join(f"i.{column} is not distinct from n.{column}" for column in _COMPARED[:-1])
    same += " and st_asewkb(i.geom) = st_asewkb(n.geom)"
    join = "i.district_id = %(district)s and i.external_ref = n.external_ref"
    changed = connection.execute(
        f"update yiwang.incident i set {', '.join(f'{column} = n.{column}' for column in _COMPARED)}"
        f" from incoming_incident n where {join} and not ({same})",
        {"district": district.id},
    ).rowcount
    added = connection.execute(
        f"insert into yiwang.incident (district_id, {names}) select %(district)s, {names}"
        f" from incoming_incident n where not exists (select from yiwang.incident i where {join})",
        {"district": district.id},
    ).rowcount
    connection.execute("drop table incoming_incident")
    return Tally(added=added, changed=changed, unchanged=len(rows) - added - changed, retired=0)


def _grid_versions(
    session: Session, district: District, lonlat: NDArray[np.float64], instants: "pd.Series[Any]"
) -> list[int | None]:
    """The id of the grid version that covered each point at its instant, or None.

    One index for each net that was in force at some incident; between two changes the net is the same.
    """
    versions = session.execute(
        text(
            "select v.id, lower(v.valid), upper(v.valid), st_asbinary(v.geom) from yiwang.grid_version v"
            " join yiwang.grid g on g.id = v.grid_id where g.district_id = :district"
            " and upper_inf(v.recorded) and v.geom is not null order by g.code"
        ),
        {"district": district.id},
    ).all()
    found: list[int | None] = [None] * len(lonlat)
    if not versions or not len(lonlat):
        return found
    starts = _nanoseconds([row[1] for row in versions], np.iinfo(np.int64).min)
    ends = _nanoseconds([row[2] for row in versions], np.iinfo(np.int64).max)
    shapes = intake.from_rows([row[3] for row in versions])
    moments = _nanoseconds(instants, 0)
    changes = np.unique(np.concatenate([starts, ends]))
    period = np.searchsorted(changes, moments, side="right")
    for each in np.unique(period):
        mine = np.flatnonzero(period == each)
        moment = moments[mine[0]]
        in_force = np.flatnonzero((starts <= moment) & (moment < ends))
        if len(in_force) == 0:
            continue
        positions = GridIndex(shapes[in_force], overlaps="lowest").locate(lonlat[mine])
        for incident, position in zip(mine, positions, strict=True):
            if position >= 0:
                found[incident] = versions[in_force[position]][0]
    return found


def _nanoseconds(values: "list[datetime | None] | pd.Series[Any]", missing: int) -> NDArray[np.int64]:
    """Instants as nanoseconds since 1970; `missing` where there is none."""
    instants = pd.DatetimeIndex(pd.to_datetime(pd.Series(values, dtype=object), utc=True)).as_unit("ns")
    return np.where(instants.isna(), missing, instants.asi8)


def _positions(rows: pd.DataFrame) -> NDArray[np.float64]:
    lonlat = rows[["lon", "lat"]].astype(float).to_numpy()
    wrong = ~(np.isfinite(lonlat) & (np.abs(lonlat) <= (180, 90))).all(axis=1)
    if wrong.any():
        row = rows.index[wrong][0]
        raise InvalidShape(
            kind="incident", value=rows.loc[row, "external_ref"], row=row, reason="not lon/lat"
        )
    return np.round(lonlat / LATTICE_DEG) / round(1 / LATTICE_DEG)


def _refuse_unknown_matters(session: Session, district: District, rows: pd.DataFrame) -> None:
    known = set(session.scalars(select(Matter.code).where(Matter.district_id == district.id)))
    unknown = ~rows["matter_code"].isin(known)
    if unknown.any():
        row = rows.index[unknown][0]
        raise UnknownCode(kind="matter", value=rows.loc[row, "matter_code"], row=row)


def _refuse_naive(rows: pd.DataFrame) -> None:
    for column in ("happened_at", "resolved_at"):
        given = rows[column].dropna()
        naive = [value.tzinfo is None for value in given]
        if any(naive):
            row = given.index[naive][0]
            raise NotAwareInstant(value=given.loc[row], row=row)


def _column(values: "pd.Series[Any]") -> list[Any]:
    return [None if value is None or value is pd.NaT or value != value else value for value in values]
