"""Incidents into the register: each keeps the grid version, building and owner of its instant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.affairs.owning import own
from boundaries.affairs.standing import nanoseconds, stand
from boundaries.land import intake
from boundaries.land.refusals import InvalidShape, MissingColumn, MissingValue, NotAwareInstant, UnknownCode
from boundaries.store.bulk import Tally
from boundaries.store.staging import raw_connection
from boundaries.store.tables import District, Matter
from gis.frames import LATTICE_DEG

_REQUIRED = ("source", "matter_code", "happened_at", "lon", "lat")
_INSTANTS = ("happened_at", "resolved_at", "due_at")
_TEXTS = ("external_ref", "source", "matter_code", "description", "address")
_COMPARED = (
    "source",
    "matter_code",
    "happened_at",
    "resolved_at",
    "due_at",
    "accuracy_m",
    "description",
    "address",
)
_OF_THE_DAY = ("grid_version_id", "building_code", "leader_code", "lead_code")
_AT_ONCE = 100_000


@dataclass(frozen=True)
class Written:
    """numbers, outcomes: one a row in order; added, changed or unchanged. Empty unless asked for."""

    tally: Tally
    numbers: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()


def put(session: Session, district: District, frame: pd.DataFrame, *, stamp: datetime, by: str = "") -> Tally:
    """`write`, without the numbers."""
    return write(session, district, frame, stamp=stamp, by=by, told=False).tally


def write(
    session: Session,
    district: District,
    frame: pd.DataFrame,
    *,
    stamp: datetime,
    by: str = "",
    told: bool = True,
) -> Written:
    """Write incidents; one with a known `external_ref` is brought up to date, all others are added.

    frame: external_ref, source, matter_code, happened_at (aware), lon, lat (WGS 84); optional
    resolved_at, due_at, accuracy_m, description, address. The grid version, building and owner at
    `happened_at` are looked up when an incident is first written, and never rewritten; outside the net
    of that day there are none. A known incident with another place gets a correction of its own.
    `stamp`: of `clock.stamp` or `clock.hold`, so the net cannot change meanwhile; it is the day by
    which new ones are numbered. told: with the number and outcome of each row.
    Raises UnknownCode for a matter, DuplicateCode for an external_ref, InvalidShape for a position,
    NotAwareInstant for a time without time zone, MissingColumn, MissingValue.
    """
    rows = _checked(session, district, frame)
    lonlat = _positions(rows)
    moments = nanoseconds(rows["happened_at"], 0)
    there = stand(session, district, lonlat, moments)
    matters = rows["matter_code"].to_numpy(dtype=object)
    owners = own(session, district, lonlat, moments, matters, there, known_at=stamp)
    rows = rows.assign(
        lon=lonlat[:, 0],
        lat=lonlat[:, 1],
        grid_version_id=pd.array(np.where(there.version > 0, there.version, -1)).astype("Int64"),
        grid_code=there.grid,
        building_code=there.building,
        leader_code=owners.leader,
        lead_code=owners.lead,
    )
    rows.loc[there.version == 0, "grid_version_id"] = pd.NA
    with raw_connection(session).cursor() as cursor:
        _stage(cursor, rows)
        _find_known(cursor, district)
        changed = _change_known(cursor, district, stamp, by)
        added = _add_new(cursor, district, stamp, by)
        outcomes = _outcomes(cursor) if told else []
        cursor.execute("drop table incoming_incident")
    tally = Tally(added=added, changed=changed, unchanged=len(rows) - added - changed, retired=0)
    return Written(tally, tuple(row[0] for row in outcomes), tuple(row[1] for row in outcomes))


_STAGE = """
create temp table incoming_incident (
    place bigint, external_ref text, source text, matter_code text, description text, address text,
    happened_at timestamptz, resolved_at timestamptz, due_at timestamptz,
    accuracy_m float8, lon float8, lat float8, grid_version_id bigint, grid_code text,
    building_code text, leader_code text, lead_code text,
    incident_id bigint, number text, outcome text
) on commit drop"""


def _stage(cursor: psycopg.Cursor[Any], rows: pd.DataFrame) -> None:
    """Whole columns through COPY: a million rows are some hundred calls, not a million."""
    names = ("place", *_TEXTS, *_INSTANTS, "accuracy_m", "lon", "lat", *_OF_THE_DAY, "grid_code")
    table = pa.table(
        [
            pa.array(np.arange(len(rows))),
            *(pa.array(rows[name].to_numpy(dtype=object), pa.string(), from_pandas=True) for name in _TEXTS),
            *(pa.array(rows[name].dt.as_unit("us")) for name in _INSTANTS),
            *(
                pa.array(rows[name].to_numpy(dtype=float), from_pandas=True)
                for name in ("accuracy_m", "lon", "lat")
            ),
            pa.array(rows["grid_version_id"]),
            *(
                pa.array(rows[name].to_numpy(dtype=object), pa.string(), from_pandas=True)
                for name in (*_OF_THE_DAY[1:], "grid_code")
            ),
        ],
        names=list(names),
    )
    cursor.execute(_STAGE)
    statement = sql.SQL("copy incoming_incident ({}) from stdin (format csv)").format(
        sql.SQL(", ").join(map(sql.Identifier, names))
    )
    plain = pyarrow.csv.WriteOptions(include_header=False)
    with cursor.copy(statement) as copy:
        for start in range(0, len(rows), _AT_ONCE):
            part = pa.BufferOutputStream()
            pyarrow.csv.write_csv(table.slice(start, _AT_ONCE), part, plain)
            copy.write(part.getvalue().to_pybytes())
    cursor.execute("analyze incoming_incident")


def _find_known(cursor: psycopg.Cursor[Any], district: District) -> None:
    # most of what comes is new: only the known are marked
    cursor.execute(
        "update incoming_incident n set incident_id = i.id, number = i.number, outcome = 'unchanged'"
        " from yiwang.incident i where i.district_id = %s and i.external_ref = n.external_ref",
        (district.id,),
    )


_ELSEWHERE = "(st_x(i.geom), st_y(i.geom)) is distinct from (n.lon, n.lat)"


def _change_known(cursor: psycopg.Cursor[Any], district: District, stamp: datetime, by: str) -> int:
    cursor.execute(
        "insert into yiwang.incident_correction (incident_id, from_geom, geom, accuracy_m, grid_version_id,"
        " building_code, leader_code, lead_code, reason, made_by, made_at)"
        " select i.id, i.geom, st_setsrid(st_makepoint(n.lon, n.lat), 4326), n.accuracy_m,"
        " n.grid_version_id, n.building_code, n.leader_code, n.lead_code, 'sent again', %s, %s"
        f" from incoming_incident n join yiwang.incident i on i.id = n.incident_id where {_ELSEWHERE}",
        (by, stamp),
    )
    same = " and ".join(f"i.{column} is not distinct from n.{column}" for column in _COMPARED)
    cursor.execute(
        f"with changed as (update yiwang.incident i set"
        f" {', '.join(f'{column} = n.{column}' for column in _COMPARED)},"
        " geom = st_setsrid(st_makepoint(n.lon, n.lat), 4326),"
        f" grid_code = case when {_ELSEWHERE} then n.grid_code else i.grid_code end"
        f" from incoming_incident n where i.id = n.incident_id and not ({same} and not ({_ELSEWHERE}))"
        " returning n.place)"
        " update incoming_incident n set outcome = 'changed' from changed where changed.place = n.place"
    )
    return cursor.rowcount


def _add_new(cursor: psycopg.Cursor[Any], district: District, stamp: datetime, by: str) -> int:
    """Number the new ones by the day of the district, in order, and write them."""
    cursor.execute("select count(*) from incoming_incident where incident_id is null")
    row = cursor.fetchone()
    added = int(row[0]) if row is not None else 0
    if not added:
        return 0
    cursor.execute(
        "insert into yiwang.incident_counter as c (district_id, day, last) values"
        " (%(district)s, (%(at)s::timestamptz at time zone %(zone)s)::date, %(added)s)"
        " on conflict (district_id, day) do update set last = c.last + excluded.last"
        " returning to_char(day, 'YYYYMMDD'), last - %(added)s",
        {"district": district.id, "at": stamp, "zone": district.timezone, "added": added},
    )
    row = cursor.fetchone()
    assert row is not None
    names = ", ".join((*_COMPARED, *_OF_THE_DAY, "grid_code"))
    cursor.execute(
        f"with numbered as (select n.*, {_NUMBER} as fresh from (select *, %(before)s"
        " + row_number() over (order by place) as count from incoming_incident"
        " where incident_id is null) n)"
        f" insert into yiwang.incident (district_id, number, external_ref, geom, {names},"
        " recorded_at, recorded_by)"
        " select %(district)s, fresh, external_ref, st_setsrid(st_makepoint(lon, lat), 4326),"
        f" {names}, %(at)s, %(by)s from numbered order by place",
        {"district": district.id, "day": row[0], "before": row[1], "at": stamp, "by": by},
    )
    cursor.execute(
        f"update incoming_incident n set outcome = 'added', number = {_NUMBER} from (select place,"
        " %(before)s + row_number() over (order by place) as count from incoming_incident"
        " where incident_id is null) m where m.place = n.place"
        if added <= _AT_ONCE
        else "select 1",
        {"day": row[0], "before": row[1]} if added <= _AT_ONCE else None,
    )
    return added


_NUMBER = "%(day)s || '-' || lpad(count::text, greatest(6, length(count::text)), '0')"


def _outcomes(cursor: psycopg.Cursor[Any]) -> list[tuple[str, str]]:
    cursor.execute("select number, outcome from incoming_incident order by place")
    return cursor.fetchall()


def _checked(session: Session, district: District, frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of an incident with the types of the register; missing values are None or NaT."""
    for column in _REQUIRED:
        if column not in frame.columns:
            raise MissingColumn(kind="incident", column=column)
        empty = frame[column].isna()
        if empty.any():
            raise MissingValue(kind="incident", column=column, row=frame.index[empty][0])
    rows = frame.reindex(columns=[*_TEXTS, *_INSTANTS, "accuracy_m", "lon", "lat"])
    for column in _TEXTS:
        values = rows[column].astype(object)
        blank = "" if column in ("description", "address") else None
        rows[column] = values.where(values.notna(), blank)
    intake.refuse_duplicates(rows[rows["external_ref"].notna()], "incident", ["external_ref"])
    _refuse_unknown_matters(session, district, rows)
    _refuse_naive(rows)
    for column in _INSTANTS:
        rows[column] = pd.to_datetime(rows[column], utc=True)
    rows["accuracy_m"] = pd.to_numeric(rows["accuracy_m"])
    return rows


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
    for column in _INSTANTS:
        if isinstance(rows[column].dtype, pd.DatetimeTZDtype):
            continue
        given = rows[column].dropna()
        naive = [getattr(value, "tzinfo", None) is None for value in given]
        if any(naive):
            row = given.index[naive][0]
            raise NotAwareInstant(value=given.loc[row], row=row)
