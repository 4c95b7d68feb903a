"""From the cells of a table to typed fields, row by row with reasons."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from boundaries.land.codes import FREE_SCHEME, AreaCode, GridCode, MalformedCode, read_code
from boundaries.land.importing import kinds, values
from boundaries.land.importing.causes import Cause, Unreadable, facts_of
from boundaries.land.importing.kinds import Field, Kind
from boundaries.land.importing.known import Known
from boundaries.land.importing.reading import Table
from boundaries.land.importing.sieve import Sieve
from boundaries.store.tables import District

_AREA_FIELDS = {("areas", "code"), ("areas", "parent_code"), ("areas", "administered_by_code")} | {
    ("grids", "community_code")
}
_GRID_FIELDS = {("grids", "code"), ("grids", "host_code"), ("leaders", "grid_code")}
_NAMES_ALLOWED = {("areas", "parent_code"), ("grids", "community_code")}  # people write the name there


def fields_of(
    kind: Kind,
    table: Table,
    mapping: Mapping[str, str],
    constants: Mapping[str, str],
    *,
    district: District,
    known: Known,
    sieve: Sieve,
    derivable: tuple[str, ...],
) -> pd.DataFrame:
    """Every mapped or constant field as a column of values, None where empty or refused.

    constants: values for rows in which the field is empty. derivable: needed fields that follow from
    others and may be empty here.
    """
    columns: dict[str, Any] = {}
    for field in kind.fields:
        column = mapping.get(field.name)
        if column is None and field.name not in constants:
            if field.needed and field.name not in derivable:
                raise AssertionError(f"{field.name} has no column")  # `mapping.choose` saw to it
            continue
        cells = list(table.cells[column]) if column is not None else [None] * len(table)
        constant = constants.get(field.name)
        read = _reader(kind, field, district, known)
        columns[field.name] = _column(
            [constant if cell is None else cell for cell in cells],
            column or field.name,
            read,
            needed=field.needed and field.name not in derivable,
            sieve=sieve,
        )
    return pd.DataFrame(columns, index=pd.RangeIndex(len(table)), dtype=object)


def _column(
    cells: list[Any], column: str, read: Callable[[Any], tuple[Any, str]], *, needed: bool, sieve: Sieve
) -> "pd.Series[Any]":
    seen: dict[tuple[type, Any], tuple[Any, str, Exception | None]] = {}
    out: list[Any] = []
    for position, cell in enumerate(cells):
        if cell is None or cell != cell:
            if needed:
                sieve.refuse(position, column, None, "missing-value", "the cell is empty")
            out.append(None)
            continue
        key = (type(cell), cell)
        if key not in seen:
            try:
                seen[key] = (*read(cell), None)
            except (ValueError, MalformedCode) as error:
                seen[key] = (None, "", error)
        value, note, error_ = seen[key]
        if error_ is not None:
            sieve.refuse(position, column, cell, *_told(error_))
        elif note:
            sieve.note(position, "code-cleaned", f"{column}: {note}")
        out.append(value)
    return pd.Series(out, dtype=object)


def _told(error: Exception) -> tuple[Cause, str, dict[str, Any]]:
    if isinstance(error, MalformedCode):
        return "malformed-code", error.reason, {"rule": error.rule, **error.numbers}
    return "unreadable-value", str(error), facts_of(error)


def _reader(kind: Kind, field: Field, district: District, known: Known) -> Callable[[Any], tuple[Any, str]]:
    if field.reads == kinds.CODE:
        return _code_reader((kind.name, field.name), district.code_scheme, known)
    plain = values.reader(field.reads, district.timezone)

    def read(cell: Any) -> tuple[Any, str]:
        value = plain(cell)
        return (values.read_choice(value, field.name, field.choices) if field.choices else value), ""

    return read


def _code_reader(field: tuple[str, str], scheme: str, known: Known) -> Callable[[Any], tuple[Any, str]]:
    def read(cell: Any) -> tuple[Any, str]:
        if field in _NAMES_ALLOWED and isinstance(cell, str) and cell.strip() not in known.levels:
            named = known.by_name.get(cell.strip(), [])
            if len(named) == 1:
                return named[0], f"a name stands for the code, such as {cell.strip()} for {named[0]}"
            if len(named) > 1:
                raise Unreadable(
                    "same-name",
                    f"{len(named)} areas have this name: {', '.join(sorted(named))}",
                    count=len(named),
                    codes=sorted(named),
                )
        found = read_code(cell)
        if found is None:
            return None, ""
        note = "codes were written with " + " and ".join(found.notes) if found.notes else ""
        if scheme == FREE_SCHEME and found.notes == ("a number instead of text",):
            note = ""
        if field in _AREA_FIELDS:
            return AreaCode.parse(found.text, scheme).text, note
        if field in _GRID_FIELDS:
            return GridCode.parse(found.text, scheme).text, note
        return GridCode.parse(found.text, FREE_SCHEME).text, note if field[1] != "external_ref" else ""

    return read
