"""From a frame of codes to rows of ids: what every `put` does before it writes.

A frame holds codes, names and lon/lat shapes, one row each. These functions check it, look codes up in
the register, and refuse with the row (the frame's own index label) and the value.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geoalchemy2 import WKBElement
from numpy.typing import NDArray
from sqlalchemy import select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from boundaries.land.refusals import (
    CodeRetired,
    DuplicateCode,
    InvalidShape,
    MissingColumn,
    MissingValue,
    UnknownCode,
    ValueNotAllowed,
)
from boundaries.store.tables import Area, Building, District, Grid, Line, Party
from gis.frames import snap_to_lattice

Identity = Area | Building | Grid | Line | Party
Shapes = NDArray[np.object_]


def intake(
    frame: pd.DataFrame, kind: str, *, required: Sequence[str], defaults: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """A plain copy with every column that the table needs; missing values are None, never NaN.

    Raises MissingColumn, and MissingValue for an empty value in a required column.
    """
    defaults = defaults or {}
    for column in required:
        if column not in frame.columns:
            raise MissingColumn(kind=kind, column=column)
    plain = pd.DataFrame(index=frame.index)
    for column in (*required, *defaults):
        if column in frame.columns:
            values = frame[column].astype(object)
            empty = values.isna()
            if column in defaults:
                plain[column] = values.mask(empty, None)
                if defaults[column] is not None and empty.any():
                    plain.loc[empty, column] = defaults[column]
            elif empty.any():
                raise MissingValue(kind=kind, column=column, row=frame.index[empty][0])
            else:
                plain[column] = values
        else:
            plain[column] = pd.Series([defaults[column]] * len(frame), index=frame.index, dtype=object)
    return plain


def refuse_duplicates(frame: pd.DataFrame, kind: str, columns: Sequence[str]) -> None:
    """Raise DuplicateCode where two rows have the same `columns`."""
    again = frame.duplicated(list(columns))
    if again.any():
        row = frame.index[again][0]
        position = int(again.to_numpy().argmax())
        key = frame[list(columns)].astype(object).where(frame[list(columns)].notna(), None)
        mine = tuple(key.iloc[position])
        first = next(
            label
            for label, other in zip(frame.index, key.itertuples(index=False), strict=True)
            if tuple(other) == mine
        )
        value = "/".join(str(each) for each in mine if each is not None)
        raise DuplicateCode(kind=kind, value=value, row=row, first_row=first)


def refuse_others(frame: pd.DataFrame, kind: str, column: str, allowed: Iterable[str]) -> None:
    """Raise ValueNotAllowed where `column` holds something else than one of `allowed`."""
    allowed = tuple(allowed)
    wrong = ~frame[column].isin(allowed)
    if wrong.any():
        row = frame.index[wrong][0]
        raise ValueNotAllowed(
            kind=kind, column=column, value=frame.loc[row, column], row=row, allowed=allowed
        )


def ids_by_code(session: Session, table: type[Identity], district: District) -> "pd.Series[int]":
    """Every code of the district and its id, as a series of ids indexed by code."""
    found = session.execute(select(table.code, table.id).where(table.district_id == district.id)).all()
    return pd.Series([row[1] for row in found], index=[row[0] for row in found], dtype="int64")


def resolve(
    frame: pd.DataFrame, kind: str, column: str, ids: "pd.Series[int]", *, optional: bool = False
) -> "pd.Series[Any]":
    """The ids of the codes in `column`; None stays None if `optional`. Raises UnknownCode."""
    codes = frame[column]
    found = codes.map(ids)
    missing = found.isna() & codes.notna() if optional else found.isna()
    if missing.any():
        row = frame.index[missing][0]
        raise UnknownCode(kind=kind, value=codes.loc[row], row=row, field=column)
    return found.astype("Int64").astype(object).where(codes.notna(), None)


def identify(
    session: Session,
    table: type[Identity],
    district: District,
    frame: pd.DataFrame,
    fixed: Sequence[str] = (),
) -> "pd.Series[int]":
    """Give every code an identity, and return all ids by code.

    `fixed`: columns that belong to the identity (an area's level, a party's kind) and never change.
    The caller holds the register's lock, so nobody else creates the same code meanwhile.
    """
    ids = ids_by_code(session, table, district)
    new = frame[~frame["code"].isin(ids.index)]
    if new.empty:
        return ids
    columns = ("code", *fixed)
    names = ", ".join(columns)
    arrays = ", ".join(f"cast(:{column} as text[])" for column in columns)
    made = session.execute(
        text(
            f"insert into yiwang.{table.__tablename__} (district_id, {names})"
            f" select :district_id, {names} from unnest({arrays}) as new ({names}) returning code, id"
        ),
        {"district_id": district.id, **{column: new[column].tolist() for column in columns}},
    ).all()
    made_ids = pd.Series([row[1] for row in made], index=[row[0] for row in made], dtype="int64")
    return cast("pd.Series[int]", pd.concat([ids, made_ids]))


def refuse_retired(
    session: Session,
    versions: type[Any],
    identity: InstrumentedAttribute[int],
    codes: "pd.Series[int]",
    kind: str,
    valid_from: datetime,
) -> None:
    """Raise CodeRetired for a code whose last version ended at or before `valid_from`.

    codes: ids indexed by code, of the identities about to be written.
    """
    table = versions.__tablename__
    ended = session.execute(
        text(
            f"select {identity.key}, max(coalesce(upper(valid), 'infinity')) from yiwang.{table}"
            f" where upper_inf(recorded) and {identity.key} = any(:ids)"
            f" group by 1 having max(coalesce(upper(valid), 'infinity')) <= :valid_from order by 1 limit 1"
        ),
        {"ids": codes.tolist(), "valid_from": valid_from},
    ).first()
    if ended is not None:
        raise CodeRetired(kind=kind, value=str(codes.index[codes == ended[0]][0]), retired_at=ended[1])


def polygons(frame: pd.DataFrame, kind: str, column: str = "geometry", *, optional: bool = False) -> Shapes:
    """The shapes of `column` as valid 2-D multipolygons on the 1e-9° lattice; None where there is none.

    Raises InvalidShape for anything else: no geometry (unless `optional`), empty, not a polygon,
    crossing itself, or outside lon ±180, lat ±90 (a projected file taken for lon/lat).
    """
    shapes = _plain(frame, kind, column, optional=optional)
    there = ~shapely.is_missing(shapes)
    types = shapely.get_type_id(shapes)
    _refuse_shapes(frame, kind, there & ~np.isin(types, (3, 6)), shapes, "not a polygon")
    _refuse_shapes(frame, kind, there & ~shapely.is_valid(shapes), shapes, None)
    shapes[there] = snap_to_lattice(shapes[there])
    _refuse_shapes(frame, kind, there & ~shapely.is_valid(shapes), shapes, None)
    single = there & (types == 3)
    shapes[single] = shapely.multipolygons(shapes[single][:, None])
    return shapes


def any_shapes(frame: pd.DataFrame, kind: str, column: str = "geometry", *, optional: bool = False) -> Shapes:
    """The shapes of `column`, of any type, 2-D, on the lattice. Raises InvalidShape."""
    shapes = _plain(frame, kind, column, optional=optional)
    there = ~shapely.is_missing(shapes)
    _refuse_shapes(frame, kind, there & ~shapely.is_valid(shapes), shapes, None)
    shapes[there] = snap_to_lattice(shapes[there])
    return shapes


def points(frame: pd.DataFrame, kind: str, column: str) -> Shapes:
    """The points of `column`, or None where there is none. Raises InvalidShape."""
    shapes = any_shapes(frame, kind, column, optional=True)
    wrong = ~shapely.is_missing(shapes) & (shapely.get_type_id(shapes) != 0)
    _refuse_shapes(frame, kind, wrong, shapes, "not a point")
    return shapes


def from_rows(values: Sequence[Any]) -> Shapes:
    """Shapes of WKB values read from the register (bytes, memoryview, WKBElement or None)."""
    raw = [
        None if value is None else bytes(value.data) if isinstance(value, WKBElement) else bytes(value)
        for value in values
    ]
    return cast(Shapes, shapely.from_wkb(np.array(raw, dtype=object)))


def _plain(frame: pd.DataFrame, kind: str, column: str, *, optional: bool) -> Shapes:
    if column not in frame.columns:
        if optional:
            return np.full(len(frame), None, dtype=object)
        raise MissingColumn(kind=kind, column=column)
    values = frame[column]
    if (
        isinstance(values, gpd.GeoSeries)
        and values.crs is not None
        and values.crs.to_epsg() not in (4326, 4490)
    ):
        raise InvalidShape(
            kind=kind, value=None, row=None, reason=f"in {values.crs.to_string()}, not lon/lat"
        )
    shapes = np.empty(len(values), dtype=object)
    shapes[:] = np.asarray(values, dtype=object)
    shapes[~shapely.is_geometry(shapes)] = None  # NaN is missing too
    shapes = cast(Shapes, shapely.force_2d(shapes))
    there = ~shapely.is_missing(shapes)
    if not optional:
        _refuse_shapes(frame, kind, ~there, shapes, "no geometry")
    _refuse_shapes(frame, kind, there & shapely.is_empty(shapes), shapes, "empty")
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        inside = (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1) & (np.abs(bounds[:, [1, 3]]) <= 90).all(
            axis=1
        )
    _refuse_shapes(frame, kind, there & ~inside, shapes, "not lon/lat in degrees")
    return shapes


def _refuse_shapes(
    frame: pd.DataFrame, kind: str, wrong: NDArray[np.bool_], shapes: Shapes, reason: str | None
) -> None:
    if wrong.any():
        position = int(np.flatnonzero(wrong)[0])
        raise InvalidShape(
            kind=kind,
            value=frame["code"].iloc[position] if "code" in frame.columns else None,
            row=frame.index[position],
            reason=reason or shapely.is_valid_reason(shapes[position]),
        )


def whole_numbers(rows: pd.DataFrame, kind: str, column: str) -> "pd.Series[Any]":
    """Counts as int or None. Raises ValueNotAllowed for a fraction, a negative or a word."""
    numbers = pd.to_numeric(rows[column], errors="coerce")
    given = rows[column].notna()
    wrong = given & (numbers.isna() | (numbers % 1 != 0) | (numbers < 0) | (numbers > 2**31 - 1))
    if wrong.any():
        row = rows.index[wrong][0]
        raise ValueNotAllowed(
            kind=kind, column=column, value=rows.loc[row, column], row=row, allowed=("a count ≥ 0",)
        )
    return pd.Series(
        [None if not there else int(number) for number, there in zip(numbers, given, strict=True)],
        index=rows.index,
        dtype=object,
    )
