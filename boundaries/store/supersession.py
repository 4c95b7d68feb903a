"""The statements of one put: judge a staged frame against a table, supersede what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import psycopg
from geoalchemy2 import Geometry
from psycopg import sql
from sqlalchemy import Column, Table

from boundaries.store.errors import Refusal
from boundaries.store.staging import content_columns, table_name


@dataclass(frozen=True)
class Tally:
    """What a put did: rows of the frame, and things that were ended because the frame lacks them."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.retired + other.retired,
        )


class SaidTwice(Refusal):
    """The frame says two things about the same thing at the same time."""

    code = "said-twice"

    def __init__(self, table: str, keys: list[dict[str, Any]]) -> None:
        self.table = table
        self.keys = keys  # the first few
        super().__init__(f"{table}: more than one row for {keys[0]} in the same period")


class StampedAlready(Refusal):
    """Rows that were recorded with this very stamp would be superseded: take a new stamp."""

    code = "stamped-already"

    def __init__(self, table: str, stamp: datetime, rows: int) -> None:
        self.table = table
        self.stamp = stamp
        self.rows = rows
        super().__init__(f"{table}: {rows} rows to be superseded were recorded at {stamp} or later")


class Supersession:
    """The statements of one put, on one connection, over one staged frame `s` and the table `t`."""

    def __init__(
        self,
        connection: psycopg.Connection[tuple[Any, ...]],
        table: Table,
        rows: sql.Identifier,
        key: list[str],
        not_compared: set[str],
        stamp: datetime,
    ) -> None:
        self._connection, self._stamp, self._key = connection, stamp, key
        self._table_label = table.name
        contents = content_columns(table)
        nullable = {column.name for column in contents if column.nullable}
        compared = [column for column in contents if column.name not in not_compared | set(key)]
        # an equality for the hash join; keys that may be missing only as a filter behind it
        same_key = [
            sql.SQL("t.{0} is not distinct from s.{0}" if name in nullable else "t.{0} = s.{0}").format(
                sql.Identifier(name)
            )
            for name in key
        ]
        staged = rows.as_string(connection).strip('"')
        self._names = {
            "table": table_name(table),
            "rows": rows,
            "verdict": sql.Identifier(f"verdict_{staged}"),
            "cut": sql.Identifier(f"cut_{staged}"),
            "key": _columns(key),
            "same_key": sql.SQL(" and ").join(same_key),
            "content": _columns([column.name for column in contents]),
            "t_content": _columns([column.name for column in contents], "t"),
            "s_content": _columns([column.name for column in contents], "s"),
            "t_compared": _comparable(compared, "t"),
            "s_compared": _comparable(compared, "s"),
            "stamp": sql.Literal(stamp),
        }

    def refuse_said_twice(self) -> None:
        twice = self._run(
            """
            select distinct {key} from (
                select *, lag(valid) over (partition by {key} order by lower(valid)) as before from {rows}
            ) s where before && valid limit 5
            """
        ).fetchall()
        if twice:
            raise SaidTwice(self._table_label, [dict(zip(self._key, row, strict=True)) for row in twice])

    def judge(self) -> None:
        """Say of each staged row whether it is added, changed or unchanged; and what it cuts."""
        self._run(
            """
            create temp table {verdict} as
            select s.row_number,
                count(t.id) = 0 as added,
                coalesce(
                    bool_and(row({t_compared}) is not distinct from row({s_compared}))
                    and range_agg(t.valid) @> s.valid, false
                ) as unchanged
            from {rows} s left join {table} t
                on {same_key} and upper_inf(t.recorded) and t.valid && s.valid
            group by s.row_number, s.valid
            """
        )
        self._run(
            """
            create temp table {cut} as
            select t.id, range_agg(s.valid) as cut
            from {rows} s join {verdict} v using (row_number) join {table} t
                on {same_key} and upper_inf(t.recorded) and t.valid && s.valid
            where not v.unchanged
            group by t.id
            """
        )

    def mark_absent(self, within: Sequence[int], valid_from: datetime, valid_to: datetime | None) -> int:
        """Cut from the rows with these ids whose key the frame lacks; returns how many rows that are."""
        return self._run(
            """
            insert into {cut}
            select t.id, tstzmultirange({period}) from {table} t
            where t.id = any(%s) and t.valid && {period}
                and not exists (select from {rows} s where {same_key})
            """,
            [list(within)],
            period=sql.SQL("tstzrange({}, {})").format(sql.Literal(valid_from), sql.Literal(valid_to)),
        ).rowcount

    def supersede(self) -> None:
        """Close what is cut, record again what the cut leaves, and record the new rows."""
        fresh = self._run(
            "select count(*) from {table} t join {cut} using (id) where lower(t.recorded) >= {stamp}"
        ).fetchone()
        if fresh and fresh[0]:
            raise StampedAlready(self._table_label, self._stamp, fresh[0])
        self._run(
            "update {table} t set recorded = tstzrange(lower(t.recorded), {stamp})"
            " from {cut} c where c.id = t.id"
        )
        self._run(
            """
            insert into {table} ({content}, valid, recorded)
            select {t_content}, remainder, tstzrange({stamp}, null)
            from {table} t join {cut} c using (id),
                unnest(tstzmultirange(t.valid) - c.cut) as remainder
            """
        )
        self._run(
            """
            insert into {table} ({content}, valid, recorded)
            select {s_content}, s.valid, tstzrange({stamp}, null)
            from {rows} s join {verdict} v using (row_number) where not v.unchanged
            order by s.row_number
            """
        )

    def tally(self, retired: int) -> Tally:
        counts = self._run(
            """
            select count(*) filter (where added), count(*) filter (where not added and not unchanged),
                count(*) filter (where unchanged)
            from {verdict}
            """
        ).fetchone()
        assert counts is not None
        self._run("drop table {verdict}, {cut}")
        added, changed, unchanged = counts
        return Tally(added, changed, unchanged, retired)

    def _run(
        self, statement: LiteralString, values: Sequence[Any] = (), **more: sql.Composable
    ) -> psycopg.Cursor[tuple[Any, ...]]:
        return self._connection.execute(sql.SQL(statement).format(**self._names, **more), values or None)


def _columns(names: Sequence[str], alias: str | None = None) -> sql.Composed:
    return sql.SQL(", ").join(
        sql.Identifier(alias, name) if alias else sql.Identifier(name) for name in names
    )


def _comparable(columns: Sequence[Column[Any]], alias: str) -> sql.Composed:
    # bytes, as `=` on geometries has changed its meaning between PostGIS releases
    parts = [
        sql.SQL("st_asewkb({})" if isinstance(column.type, Geometry) else "{}").format(
            sql.Identifier(alias, column.name)
        )
        for column in columns
    ]
    return sql.SQL(", ").join([*parts, sql.SQL("0")])  # never an empty row
