"""Put a whole frame into a bitemporal table at once: what is new, what differs, what stays.

A row of the frame says: this thing is so from `valid_from` (until `valid_to`). Rows that the register
holds for the thing in that period and that say otherwise are superseded: their `recorded` is closed at
the stamp, and what they said outside the period is recorded anew. Rows are never overwritten, and a
frame that says nothing new writes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from boundaries.store.bitemporal import current
from boundaries.store.errors import Refusal
from boundaries.store.staging import content_columns, raw_connection, staged, table_of
from boundaries.store.supersession import SaidTwice, StampedAlready, Supersession, Tally
from boundaries.store.tables import Bitemporal

__all__ = ["EmptyPeriod", "SaidTwice", "StampedAlready", "Tally", "put", "retire"]


class EmptyPeriod(Refusal):
    """Something is to hold from an instant until the same or an earlier one."""

    code = "empty-period"

    def __init__(self, valid_from: datetime | None, valid_to: datetime | None) -> None:
        self.valid_from = valid_from
        self.valid_to = valid_to
        super().__init__(f"A period from {valid_from} until {valid_to} is empty")


def put(
    session: Session,
    table: type[Bitemporal],
    frame: pd.DataFrame,
    *,
    key: Sequence[str],
    stamp: datetime,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    not_compared: Sequence[str] = (),
    retire_within: ColumnElement[bool] | None = None,
) -> Tally:
    """Make the register say what the frame says; see the module for how.

    frame: columns named as the table's (ids, not codes; a missing column takes its default), geometry
    in lon/lat, a polygon where the column holds multipolygons is fine. Geometry counts as the same if
    its bytes are. key: the columns that name the thing; others may differ over time.
    valid_from, valid_to: half-open, for every row, or columns of the frame; valid_to None: open.
    stamp: from `clock.stamp` in this transaction. not_compared: columns that are stored but make no
    difference alone (which net version, which file). retire_within: end, at `valid_from`, the things
    among these rows that the frame does not name at all.
    Raises SaidTwice, EmptyPeriod, StampedAlready, NotLonLat; the exclusion constraints wait for commit.
    """
    frame = _with_period(frame, valid_from, valid_to)
    connection = raw_connection(session)
    into = table_of(table)
    with staged(session, into, frame, key=key) as rows:
        work = Supersession(connection, into, rows, list(key), set(not_compared), stamp)
        work.refuse_said_twice()
        work.judge()
        retired = 0
        if retire_within is not None:
            if valid_from is None:
                raise ValueError("retiring needs one valid_from for the whole frame")
            within = session.scalars(select(table.id).where(retire_within, current(table))).all()
            retired = work.mark_absent(within, valid_from, valid_to)
        work.supersede()
        return work.tally(retired)


def retire(
    session: Session,
    table: type[Bitemporal],
    within: ColumnElement[bool],
    *,
    stamp: datetime,
    valid_from: datetime,
    valid_to: datetime | None = None,
) -> int:
    """End what the register says in `within` from `valid_from` on; returns how many rows it ended."""
    columns = [column.name for column in content_columns(table_of(table))]
    nothing = pd.DataFrame(columns=columns[:0])
    return put(
        session,
        table,
        nothing,
        key=columns[:1],
        stamp=stamp,
        valid_from=valid_from,
        valid_to=valid_to,
        retire_within=within,
    ).retired


def _with_period(frame: pd.DataFrame, valid_from: datetime | None, valid_to: datetime | None) -> pd.DataFrame:
    given = {"valid_from": valid_from, "valid_to": valid_to}
    for name, value in given.items():
        if name in frame.columns and value is not None:
            raise ValueError(f"{name} is given twice: for all rows and as a column")
        if name not in frame.columns:
            frame = frame.assign(**{name: pd.Series(value, index=frame.index, dtype=object)})
    for start, end in set(zip(frame["valid_from"], frame["valid_to"], strict=True)):
        if pd.isna(start) or (not pd.isna(end) and end <= start):
            raise EmptyPeriod(start, end)
    return frame
