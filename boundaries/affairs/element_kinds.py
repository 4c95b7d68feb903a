"""Kinds of elements: an administrator says which matter a kind is under and which fields it has.

The fields are a JSON Schema of one flat object, so that each can be a column of a sheet. Only the keywords
below are taken: none of them can reach out to another document.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.affairs.element_refusals import BadElementFields, ElementsDoNotFit
from boundaries.land.refusals import UnknownCode, ValueNotAllowed
from boundaries.store.tables import ELEMENT_CATEGORIES, District, ElementKind, Matter

RESERVED = frozenset(
    ("code", "kind", "name", "count", "lon", "lat", "building", "grid", "source", "geometry", "valid_from")
)
"""Columns of every kind; no field may have one of these names."""
MAX_FIELDS = 50
MAX_BYTES = 8_000
_TYPES = ("string", "integer", "number", "boolean")
_WORDS = frozenset(
    (
        *("type", "title", "description", "enum", "minimum", "maximum", "exclusiveMinimum"),
        *("exclusiveMaximum", "multipleOf", "minLength", "maxLength", "format", "examples"),
    )
)
_FORMATS = ("date", "date-time", "time", "uri", "email")
_LONGEST = 500


def shipped() -> list[dict[str, Any]]:
    """The kinds that a district starts with: cameras, hydrants, assets, shops, branches, groups, papers."""
    source = files("boundaries.affairs").joinpath("element_kinds.json").read_text(encoding="utf-8")
    kinds: list[dict[str, Any]] = json.loads(source)
    return kinds


def put(session: Session, district: District, kinds: Sequence[Mapping[str, Any]]) -> int:
    """Write kinds; those that are not named stay. Returns how many were new or other than before.

    kinds: code, category, name, matter; optional fields (a JSON Schema), sensitive. Kinds have no past: an
    answer of another day uses today's. Raises UnknownCode for a matter, ValueNotAllowed for a category,
    BadElementFields for a schema, ElementsDoNotFit where elements in force would not fit the new one.
    """
    matters = set(session.scalars(select(Matter.code).where(Matter.district_id == district.id)))
    written = 0
    for row, kind in enumerate(kinds):
        code, category, fields = str(kind["code"]), kind["category"], dict(kind.get("fields") or {})
        if category not in ELEMENT_CATEGORIES:
            raise ValueNotAllowed(
                kind="element kind", column="category", value=category, row=row, allowed=ELEMENT_CATEGORIES
            )
        if kind["matter"] not in matters:
            raise UnknownCode(kind="matter", value=kind["matter"], row=row)
        check_fields(fields, category)
        found = session.scalar(
            select(ElementKind).where(ElementKind.district_id == district.id, ElementKind.code == code)
        )
        told = {
            "category": category,
            "name": kind["name"],
            "matter_code": kind["matter"],
            "fields": fields,
            "sensitive": bool(kind.get("sensitive", False)),
        }
        if found is None:
            session.add(ElementKind(district_id=district.id, code=code, **told))
        elif any(getattr(found, name) != value for name, value in told.items()):
            _refuse_misfits(session, district, code, category, fields)
            for name, value in told.items():
                setattr(found, name, value)
        else:
            continue
        written += 1
    session.flush()
    return written


def check_fields(fields: Mapping[str, Any], category: str) -> None:
    """Raise BadElementFields unless this is a schema of one flat object of plain values.

    Of people, numbers and choices only: nobody is ever named.
    """
    strange = set(fields) - {"type", "title", "description", "properties", "required", "additionalProperties"}
    if strange:
        raise BadElementFields(field="", reason=f"{min(strange)} is not taken")
    if fields.get("type", "object") != "object" or fields.get("additionalProperties", False) is not False:
        raise BadElementFields(field="", reason="the schema is one of an object without further properties")
    properties = fields.get("properties", {})
    if not isinstance(properties, Mapping) or len(properties) > MAX_FIELDS:
        raise BadElementFields(
            field="properties", reason=f"an object of at most {MAX_FIELDS} fields is wanted"
        )
    for name, one in properties.items():
        _check_field(str(name), one, category)
    required = fields.get("required", [])
    if not isinstance(required, list) or any(name not in list(properties) for name in required):
        raise BadElementFields(field="required", reason="it lists fields that there are not")
    if len(json.dumps(fields, ensure_ascii=False)) > MAX_BYTES:
        raise BadElementFields(field="", reason=f"longer than {MAX_BYTES} characters")
    try:
        jsonschema_rs.meta.validate(_whole(fields))
    except ValueError as error:
        raise BadElementFields(field="", reason=str(error).splitlines()[0]) from error


def misfit(fields: Mapping[str, Any], category: str, values: Mapping[str, Any]) -> tuple[str, str] | None:
    """The first field whose value does not fit the schema, and why; None where all fit."""
    for error in _validator(json.dumps(_whole(fields), sort_keys=True)).iter_errors(dict(values)):
        where = ".".join(str(step) for step in error.instance_path)
        return where, error.message
    for name, value in values.items():
        if isinstance(value, str) and len(value) > _LONGEST:
            return name, f"longer than {_LONGEST} characters"
        if fields.get("properties", {}).get(name, {}).get("format") == "uri" and not _is_link(value):
            return name, f"{value!r} is no address that begins with http:// or https://"
    if category == "document" and not any(_is_link(value) for value in values.values()):
        return "", "a document has a link that begins with http:// or https://"
    return None


def _check_field(name: str, one: Any, category: str) -> None:
    if not name.strip() or len(name) > 60 or name in RESERVED:
        raise BadElementFields(field=name, reason="no name that a field can have")
    if not isinstance(one, Mapping) or one.get("type") not in _TYPES:
        raise BadElementFields(field=name, reason=f"its type is one of {', '.join(_TYPES)}")
    if strange := set(one) - _WORDS:
        raise BadElementFields(field=name, reason=f"{min(strange)} is not taken")
    if one.get("format", "date") not in _FORMATS:
        raise BadElementFields(field=name, reason=f"format is one of {', '.join(_FORMATS)}")
    if category == "people" and one["type"] == "string" and "enum" not in one:
        raise BadElementFields(
            field=name, reason="of people only numbers and choices are kept, no text: nobody is named"
        )


def _whole(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {**fields, "type": "object", "additionalProperties": False}


@lru_cache(maxsize=256)
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(schema), validate_formats=True, offline=True)


def _is_link(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://")) and len(value) > 10


def _refuse_misfits(
    session: Session, district: District, code: str, category: str, fields: Mapping[str, Any]
) -> None:
    rows = session.execute(
        text(
            "select code, name, count, fields from yiwang.element where district_id = :district"
            " and kind_code = :code and upper_inf(recorded) and upper_inf(valid) order by code"
        ),
        {"district": district.id, "code": code},
    ).all()
    wrong = []
    for element, name, count, values in rows:
        found = misfit(fields, category, values)
        if found is None and category == "people" and (name or count is None):
            found = ("name" if name else "count", "a group of people has a count and no name")
        if found is not None:
            wrong.append((element, *found))
    if wrong:
        raise ElementsDoNotFit(
            kind=code, number=len(wrong), element=wrong[0][0], reason=": ".join(wrong[0][1:])
        )
