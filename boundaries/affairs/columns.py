"""All incidents of a district as columns in memory, from which any count is a fraction of a second.

They catch up by the transaction that last touched a row: whatever was not yet committed when the columns
were read has a number at or above the horizon of that reading, and is read then.
"""

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs.steps import NOT_COUNTED
from boundaries.store.staging import raw_connection

_HORIZON = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_NO_TIME = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class IncidentColumns:
    """One row an incident, by number. Immutable.

    lonlat: (n, 2) WGS 84. happened_s, resolved_s: seconds since 1970 UTC (resolved: the least number where
    open). matter: position in `matters`. grid_version: its id, 0 for none. counts: not void and not merged
    into another.
    """

    district_id: int
    zone: ZoneInfo
    ids: NDArray[np.int64]
    lonlat: NDArray[np.float64]
    happened_s: NDArray[np.int64]
    resolved_s: NDArray[np.int64]
    matter: NDArray[np.int32]
    matters: tuple[str, ...]
    grid_version: NDArray[np.int64]
    counts: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def day(self) -> NDArray[np.int32]:
        """The day of each in the district's time zone, counted from 1970-01-01."""
        # one conversion a quarter of an hour, not one an incident; offsets change on whole quarters
        quarters, place = np.unique(self.happened_s // 900, return_inverse=True)
        local = pd.to_datetime(quarters * 900, unit="s", utc=True).tz_convert(self.zone).tz_localize(None)
        days = (local.normalize() - pd.Timestamp(0)).days.to_numpy(dtype=np.int32)
        return np.asarray(days[place.ravel()], dtype=np.int32)


def read(session: Session, district_id: int, zone: ZoneInfo) -> tuple[IncidentColumns, int]:
    """All incidents of the district, and the horizon from which `caught_up` goes on."""
    return _read(session, district_id, zone, since=None)


def caught_up(session: Session, columns: IncidentColumns, horizon: int) -> tuple[IncidentColumns, int]:
    """The columns with what was committed since the horizon, and the next horizon.

    The same object comes back if nothing changed. Incidents are never deleted.
    """
    news, beyond = _read(session, columns.district_id, columns.zone, since=horizon)
    if not len(news) or _holds(columns, news):
        return columns, beyond
    matters = tuple(sorted({*columns.matters, *news.matters}))
    kept = ~np.isin(columns.ids, news.ids, assume_unique=True)
    order = np.argsort(np.concatenate([columns.ids[kept], news.ids]), kind="stable")

    def joined(old: NDArray[np.generic], new: NDArray[np.generic]) -> Any:
        return np.concatenate([old[kept], new])[order]

    return (
        IncidentColumns(
            columns.district_id,
            columns.zone,
            joined(columns.ids, news.ids),
            joined(columns.lonlat, news.lonlat),
            joined(columns.happened_s, news.happened_s),
            joined(columns.resolved_s, news.resolved_s),
            joined(_renumbered(columns, matters), _renumbered(news, matters)),
            matters,
            joined(columns.grid_version, news.grid_version),
            joined(columns.counts, news.counts),
        ),
        beyond,
    )


def grid_codes(session: Session, district_id: int) -> dict[int, str]:
    """The code of each grid version's grid, by the version's id."""
    found = session.execute(
        text(
            "select v.id, g.code from yiwang.grid_version v join yiwang.grid g on g.id = v.grid_id"
            " where g.district_id = :district"
        ),
        {"district": district_id},
    )
    return {row[0]: row[1] for row in found}


def _read(
    session: Session, district_id: int, zone: ZoneInfo, *, since: int | None
) -> tuple[IncidentColumns, int]:
    connection = raw_connection(session)
    # first: what is committed between the two statements is read now and once more next time
    row = connection.execute(_HORIZON).fetchone()
    assert row is not None
    query = sql.SQL(
        "copy (select id, st_x(geom), st_y(geom), extract(epoch from happened_at)::bigint,"
        " coalesce(extract(epoch from resolved_at)::bigint, {none}), matter_code,"
        " coalesce(grid_version_id, 0), (state <> all({left_out}))::int from yiwang.incident"
        " where district_id = {district} and touched >= {since} order by id) to stdout (format csv)"
    ).format(
        none=_NO_TIME,
        left_out=list(NOT_COUNTED),
        district=district_id,
        since=-1 if since is None else since,
    )
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        content = b"".join(copy)
    return _parsed(content, district_id, zone), int(row[0])


def _parsed(content: bytes, district_id: int, zone: ZoneInfo) -> IncidentColumns:
    names = ["id", "lon", "lat", "happened", "resolved", "matter", "grid_version", "counts"]
    numbers = dict.fromkeys(("id", "happened", "resolved", "grid_version", "counts"), pa.int64())
    types = {**numbers, "lon": pa.float64(), "lat": pa.float64(), "matter": pa.string()}
    if content:
        table = pyarrow.csv.read_csv(
            BytesIO(content),
            read_options=pyarrow.csv.ReadOptions(column_names=names),
            convert_options=pyarrow.csv.ConvertOptions(column_types=types),
        )
    else:
        table = pa.table({name: pa.array([], types[name]) for name in names})
    columns = {name: table[name].to_numpy() for name in names if name != "matter"}
    matters, matter = np.unique(table["matter"].to_numpy().astype(str), return_inverse=True)
    return IncidentColumns(
        district_id,
        zone,
        columns["id"],
        np.column_stack([columns["lon"], columns["lat"]]),
        columns["happened"],
        columns["resolved"],
        matter.ravel().astype(np.int32),
        tuple(matters.tolist()),
        columns["grid_version"],
        columns["counts"].astype(bool),
    )


def _renumbered(columns: IncidentColumns, matters: tuple[str, ...]) -> NDArray[np.int32]:
    position = {code: number for number, code in enumerate(matters)}
    new = np.array([position[code] for code in columns.matters], dtype=np.int32)
    return new[columns.matter] if len(columns) else columns.matter


def _holds(columns: IncidentColumns, news: IncidentColumns) -> bool:
    """Whether every row of the news is there already, just so."""
    at = np.searchsorted(columns.ids, news.ids)
    if (at >= len(columns)).any() or (columns.ids[at] != news.ids).any():
        return False
    names = np.array(columns.matters, dtype=object)[columns.matter[at]]
    return bool(
        (columns.lonlat[at] == news.lonlat).all()
        and (columns.happened_s[at] == news.happened_s).all()
        and (columns.resolved_s[at] == news.resolved_s).all()
        and (columns.grid_version[at] == news.grid_version).all()
        and (columns.counts[at] == news.counts).all()
        and (names == np.array(news.matters, dtype=object)[news.matter]).all()
    )
