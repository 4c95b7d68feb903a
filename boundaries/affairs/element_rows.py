"""Rows of a file of elements: each column that is a field of the row's kind becomes one."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.affairs.elements import unfit
from boundaries.land.importing import values
from boundaries.land.importing.causes import Unreadable, facts_of
from boundaries.land.importing.known import Known
from boundaries.land.importing.reading import Table
from boundaries.land.importing.sieve import Sieve
from boundaries.store.tables import District, ElementKind

_PLACE = ("wkt", "lon", "lat")


def complete(
    session: Session,
    district: District,
    frame: pd.DataFrame,
    table: Table,
    mapping: Mapping[str, str],
    known: Known,
    sieve: Sieve,
) -> None:
    """Put the column `fields` into a frame of elements, and refuse rows that their kind does not take.

    frame: in the order of the table, with `kind` as a code or the kind's name. A column is a field where
    its header is the field's name or title; columns that serve no row are noted.
    """
    kinds = {
        kind.code: kind
        for kind in session.scalars(select(ElementKind).where(ElementKind.district_id == district.id))
    }
    by_name = {kind.name: code for code, kind in kinds.items()}
    columns = [name for name in table.columns if name not in mapping.values()]
    read = {code: _readers(kind.fields, columns) for code, kind in kinds.items()}
    _refuse_nowhere(frame, known, sieve)
    fields: list[dict[str, Any]] = []
    for position, said in enumerate(frame["kind"]):
        fields.append({})
        if said is None:
            continue
        code = said if said in kinds else by_name.get(said, "")
        if code not in kinds:
            sieve.refuse(position, mapping.get("kind", "kind"), said, "unknown-kind", *_one_of(kinds))
            continue
        frame.at[position, "kind"] = code
        if _read_row(position, table, read[code], fields[position], sieve):
            _refuse_unfit(position, frame, kinds[code], fields[position], mapping, sieve)
    frame["fields"] = pd.Series(fields, index=frame.index, dtype=object)
    used = {column for of_kind in read.values() for column in of_kind}
    if idle := [column for column in columns if column not in used and column not in _PLACE]:
        sieve.note_file("columns-left-out", f"no kind has a field for: {', '.join(idle)}")


def _readers(schema: Mapping[str, Any], columns: list[str]) -> dict[str, tuple[str, Callable[[Any], Any]]]:
    """column → (field, how its cells are read)."""
    found = {}
    for name, field in schema.get("properties", {}).items():
        column = next((c for c in columns if c.strip() in (name, field.get("title"))), None)
        if column is not None:
            found[column] = (name, _reader(field))
    return found


def _reader(field: Mapping[str, Any]) -> Callable[[Any], Any]:
    if field["type"] == "integer":
        return _whole
    if field["type"] == "number":
        return values.read_number
    if field["type"] == "boolean":
        return values.read_flag
    return values.read_date if field.get("format") == "date" else values.read_text


def _whole(cell: Any) -> int:
    number = values.read_number(cell)
    if number != int(number):
        raise Unreadable("whole-number", "not a whole number")
    return int(number)


def _read_row(
    position: int,
    table: Table,
    readers: Mapping[str, tuple[str, Callable[[Any], Any]]],
    into: dict[str, Any],
    sieve: Sieve,
) -> bool:
    for column, (name, read) in readers.items():
        cell: Any = table.cells[column].iat[position]
        if cell is None or cell != cell or not str(cell).strip():
            continue
        try:
            into[name] = read(cell)
        except ValueError as error:
            sieve.refuse(position, column, cell, "unreadable-value", str(error), facts_of(error))
            return False
    return True


def _refuse_unfit(
    position: int,
    frame: pd.DataFrame,
    kind: ElementKind,
    fields: dict[str, Any],
    mapping: Mapping[str, str],
    sieve: Sieve,
) -> None:
    def told(column: str) -> Any:
        return frame[column].iat[position] if column in frame else None

    wrong = unfit(kind.category, kind.fields, told("name") or "", told("count"), fields)
    if wrong is not None:
        field, reason = wrong
        value = fields.get(field, told(field) if field else None)
        sieve.refuse(position, mapping.get(field, field or "fields"), value, "does-not-fit", reason)


def _refuse_nowhere(frame: pd.DataFrame, known: Known, sieve: Sieve) -> None:
    there = ~shapely.is_missing(frame["geometry"].to_numpy()) if "geometry" in frame else False
    nowhere = np.ones(len(frame), dtype=bool) & ~np.asarray(there, dtype=bool)
    for column, codes in (("building", known.buildings), ("grid", known.grids)):
        if column not in frame:
            continue
        nowhere &= frame[column].isna().to_numpy()
        for position in map(int, np.flatnonzero(frame[column].notna() & ~frame[column].isin(list(codes)))):
            code = frame[column].iat[position]
            sieve.refuse(
                position, column, code, "unknown-code", f"the register has no such {column}", {"what": column}
            )
    for position in map(int, np.flatnonzero(nowhere & ~sieve.bad)):
        sieve.refuse(
            position, "geometry", None, "missing-place", "neither a position, nor a building, nor a grid"
        )


def _one_of(kinds: Mapping[str, ElementKind]) -> tuple[str, dict[str, Any]]:
    known = [f"{code} {kind.name}" for code, kind in sorted(kinds.items())]
    return "none of the kinds " + ", ".join(known), {"allowed": known}
