"""Bring a data frame into a temporary table with the columns of a register table, by COPY."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import psycopg
import shapely
from geoalchemy2 import Geometry
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Column, Integer, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from boundaries.store.errors import Refusal
from boundaries.store.tables import Bitemporal

PERIODS = ("valid", "recorded")
_SHAPES_AT_ONCE = 1_000


class NotLonLat(Refusal):
    """A frame of geometries whose CRS is not the lon/lat that the register stores."""

    code = "not-lon-lat"

    def __init__(self, crs: str) -> None:
        self.crs = crs
        super().__init__(f"The register stores lon/lat (EPSG:4326), not {crs}: convert the frame first.")


def table_of(model: type[Bitemporal]) -> Table:
    """The table that a mapped class stands for."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def content_columns(table: Table) -> list[Column[Any]]:
    """The columns that say what a row means: without its number, periods and computed columns."""
    return [
        column
        for column in table.columns
        if column.name not in PERIODS and column.identity is None and column.computed is None
    ]


@contextmanager
def staged(
    session: Session, table: Table, frame: pd.DataFrame, *, key: Sequence[str]
) -> Iterator[sql.Identifier]:
    """A temporary table of the frame's rows: `row_number`, `valid_from`, `valid_to`, `valid`, the content.

    frame: columns named as the table's, plus valid_from and valid_to (aware instants; None in valid_to:
    open). Content that the frame lacks takes the table's defaults. key: what it will be joined on.
    Dropped at the end of the block.
    """
    contents = content_columns(table)
    names = {column.name for column in contents}
    if strangers := set(frame.columns) - names - {"valid_from", "valid_to"}:
        raise ValueError(f"{table.name} has no column {', '.join(sorted(map(str, strangers)))}")
    name = sql.Identifier(f"staged_{uuid.uuid4().hex}")
    connection = raw_connection(session)
    unwanted = [column.name for column in table.columns if column.name not in names]
    connection.execute(
        sql.SQL("create temp table {} (like {} including defaults)").format(name, table_name(table))
    )
    connection.execute(
        sql.SQL("alter table {} {}, {}").format(
            name,
            sql.SQL(", ").join(sql.SQL("drop column {}").format(sql.Identifier(each)) for each in unwanted),
            sql.SQL(
                "add column row_number integer, add column valid_from timestamptz,"
                " add column valid_to timestamptz, add column valid tstzrange"
                " generated always as (tstzrange(valid_from, valid_to)) stored"
            ),
        )
    )
    by_name = {column.name: column for column in contents}
    columns: list[Iterable[Any]] = [range(len(frame))]
    for label in frame.columns:
        known = by_name.get(label)
        columns.append(_instants(frame[label]) if known is None else _values(frame, known))
    copy = sql.SQL("copy {} ({}) from stdin").format(
        name, sql.SQL(", ").join(map(sql.Identifier, ["row_number", *frame.columns]))
    )
    with connection.cursor() as cursor, cursor.copy(copy) as stream:
        for row in zip(*columns, strict=True):
            stream.write_row(row)
    connection.execute(sql.SQL("analyze {} ({})").format(name, sql.SQL(", ").join(map(sql.Identifier, key))))
    yield name
    connection.execute(sql.SQL("drop table {}").format(name))


def raw_connection(session: Session) -> psycopg.Connection:
    """The psycopg connection of a session, inside the session's transaction."""
    session.flush()  # what the session holds back would otherwise come after our statements
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


def table_name(table: Table) -> sql.Identifier:
    """A table's qualified name."""
    return sql.Identifier(table.schema, table.name) if table.schema else sql.Identifier(table.name)


def _values(frame: pd.DataFrame, column: Column[Any]) -> Iterable[Any]:
    series = frame[column.name]
    if isinstance(column.type, Geometry):
        return _wkb(series, column.type)
    if isinstance(column.type, JSONB):
        return [Jsonb(value) for value in series]
    if isinstance(column.type, Integer):
        series = series.astype("Float64").astype("Int64")  # a column with gaps arrives as floats
    return _nones(series)


def _instants(series: pd.Series) -> list[Any]:
    instants = _nones(series)
    if any(instant is not None and instant.tzinfo is None for instant in instants):
        raise ValueError(f"{series.name} holds instants without a time zone")
    return instants


def _nones(series: pd.Series) -> list[Any]:
    values = series.astype(object)
    return values.where(values.notna(), None).tolist()


def _wkb(series: pd.Series, kind: Geometry) -> Iterator[str | None]:
    """The shapes as text, a few at a time: all of them would be several times what they hold."""
    if isinstance(series, geopandas.GeoSeries) and series.crs is not None and series.crs.to_epsg() != 4326:
        raise NotLonLat(series.crs.to_string())
    return _coded(np.array(series, dtype=object), kind)


def _coded(shapes: "np.ndarray[tuple[int], np.dtype[np.object_]]", kind: Geometry) -> Iterator[str | None]:
    for start in range(0, len(shapes), _SHAPES_AT_ONCE):
        some = shapes[start : start + _SHAPES_AT_ONCE].copy()
        some[~shapely.is_geometry(some)] = None  # NaN is missing too
        if kind.geometry_type == "MULTIPOLYGON":
            single = shapely.get_type_id(some) == shapely.GeometryType.POLYGON
            some[single] = shapely.multipolygons(some[single][:, np.newaxis])
        yield from shapely.to_wkb(shapely.set_srid(some, kind.srid), hex=True, include_srid=True).tolist()
