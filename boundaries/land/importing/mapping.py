"""Which column holds which field: suggested from names, said by the user, kept for next time."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from boundaries.land.importing.errors import MappingIncomplete, UnknownField
from boundaries.land.importing.kinds import PLACE, Field, Kind
from boundaries.store.tables import District, ImportMapping

_SEPARATOR = "\u001f"
_NOISE = re.compile(r"[\s_\-*：:·.]+")
_UNIT = re.compile(r"[\[【(（][^)）\]】]*[)）\]】]$")


def suggest(kind: Kind, columns: Sequence[str]) -> dict[str, str]:
    """field → column by the names that people use, Chinese and English; a column serves one field.

    The file's own `网格编码` wins over a mere `编码`: names are tried in their order of telling.
    """
    by_name: dict[str, str] = {}
    for column in columns:
        for spelling in (_plain(column), _plain(_UNIT.sub("", column.strip()))):
            by_name.setdefault(spelling, column)
    found: dict[str, str] = {}
    taken: set[str] = set()
    fields = [*kind.fields, *PLACE] if kind.shape != "none" else list(kind.fields)
    ranks = max(len(field.names) for field in fields)
    for rank in range(ranks):  # first names of all fields before second names of any
        for field in fields:
            if field.name in found or rank >= len(field.names):
                continue
            held = by_name.get(_plain(field.names[rank]))
            if held is not None and held not in taken:
                found[field.name] = held
                taken.add(held)
    return {field.name: found[field.name] for field in fields if field.name in found}


def choose(
    kind: Kind,
    columns: Sequence[str],
    *,
    stated: Mapping[str, str],
    kept: Mapping[str, str] | None,
    derivable: Sequence[str] = (),
) -> dict[str, str]:
    """The mapping to use: what is stated, over what was kept for these columns, over the suggestion.

    An empty column (`name=`) leaves a field out. derivable: needed fields that need no column here.
    Raises UnknownField, MappingIncomplete.
    """
    fields = {field.name: field for field in (*kind.fields, *PLACE)}
    mapping = dict(kept) if kept is not None else suggest(kind, columns)
    for name, column in stated.items():
        if name not in fields:
            raise UnknownField(name, column, f"{kind.name} have the fields {', '.join(fields)}")
        if column and column not in columns:
            raise UnknownField(name, column, f"the file has the columns {', '.join(columns)}")
        mapping = {field: held for field, held in mapping.items() if held != column or field in stated}
        mapping[name] = column
    mapping = {name: column for name, column in mapping.items() if column}
    missing = tuple(
        field.name
        for field in kind.fields
        if field.needed and field.name not in mapping and field.name not in derivable
    )
    if missing:
        raise MappingIncomplete(kind.name, missing, tuple(columns))
    return {name: mapping[name] for name in fields if name in mapping}


def kept(session: Session, district: District, kind: Kind, columns: Sequence[str]) -> dict[str, str] | None:
    """The mapping that was last committed for a file of this kind with these columns."""
    found = session.scalar(
        select(ImportMapping.mapping).where(
            ImportMapping.district_id == district.id,
            ImportMapping.kind == kind.name,
            ImportMapping.columns == _columns_key(columns),
        )
    )
    return None if found is None else {str(name): str(column) for name, column in found.items()}


def keep(
    session: Session, district: District, kind: Kind, columns: Sequence[str], used: Mapping[str, str]
) -> None:
    """Remember a committed mapping for the next file with the same columns."""
    row = {
        "district_id": district.id,
        "kind": kind.name,
        "columns": _columns_key(columns),
        "mapping": dict(used),
    }
    session.execute(
        insert(ImportMapping)
        .values(row)
        .on_conflict_do_update(
            index_elements=["district_id", "kind", "columns"], set_={"mapping": dict(used)}
        )
    )


def field_of(kind: Kind, name: str) -> Field:
    """The field of a mapping that `choose` made."""
    return next(field for field in (*kind.fields, *PLACE) if field.name == name)


def _columns_key(columns: Sequence[str]) -> str:
    return _SEPARATOR.join(sorted(columns))


def _plain(name: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", name).casefold())
