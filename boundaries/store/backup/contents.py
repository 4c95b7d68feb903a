"""What a register holds, in figures that a copy can be held against."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from boundaries.store.tables import SCHEMA

# A row as text depends on these settings; both sides of a comparison use the same.
_SETTINGS = (
    "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';"
    " set local extra_float_digits = 3; set local bytea_output = 'hex'"
)
# The sum over all rows of 64 bits of each row's MD5: the order of the rows does not matter.
_TABLE = (
    "select count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0)::text"
    " from {table} t"
)


@dataclass(frozen=True)
class Contents:
    """Rows and checksum of every table, all at one instant."""

    rows: dict[str, int]
    checksums: dict[str, str]

    @classmethod
    def of(cls, connection: psycopg.Connection) -> "Contents":
        """Read every table of the register within the connection's transaction."""
        rows: dict[str, int] = {}
        checksums: dict[str, str] = {}
        connection.execute(_SETTINGS)
        for (name,) in connection.execute(
            'select tablename::text from pg_tables where schemaname = %s order by tablename collate "C"',
            [SCHEMA],
        ).fetchall():
            query = sql.SQL(_TABLE).format(table=sql.Identifier(SCHEMA, name))
            counted = connection.execute(query).fetchone()
            assert counted is not None
            rows[name], checksums[name] = counted
        return cls(rows, checksums)

    def differences(self, other: "Contents") -> list[str]:
        """The tables in which two registers differ, each with how; empty if they hold the same."""
        found = []
        for table in sorted(self.rows.keys() | other.rows.keys()):
            here, there = self.rows.get(table), other.rows.get(table)
            if here != there:
                found.append(f"{table}: {_told(here)} against {_told(there)}")
            elif self.checksums[table] != other.checksums[table]:
                found.append(f"{table}: as many rows, other contents")
        return found


def _told(rows: int | None) -> str:
    return "no table" if rows is None else f"{rows} rows"
