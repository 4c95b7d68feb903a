"""Codes of other systems (12345, 综治, 数字城管) and the matters they mean here.

A code that nobody has mapped yet is kept and listed, never dropped.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.refusals import UnknownCode
from boundaries.store.bulk import Tally
from boundaries.store.tables import ANY_MATTER, District, MatterAlias


def put(session: Session, district: District, frame: pd.DataFrame) -> Tally:
    """Write what codes of other systems mean; those that the frame does not name stay.

    frame: system, alias; optional matter_code (empty: not mapped yet), name (theirs).
    Raises UnknownCode for a matter, DuplicateCode, MissingValue, each with its row.
    """
    rows = intake.intake(
        frame, "matter_alias", required=("system", "alias"), defaults={"matter_code": None, "name": ""}
    )
    for column in ("system", "alias", "name"):
        rows[column] = rows[column].astype(str).str.strip()
    rows["matter_code"] = rows["matter_code"].where(rows["matter_code"] != "", None)
    intake.refuse_duplicates(rows, "matter_alias", ["system", "alias"])
    known = {ANY_MATTER, *_matters(session, district)}
    for row, code in rows["matter_code"].items():
        if code is not None and code not in known:
            raise UnknownCode(kind="matter", value=code, row=row, field="matter_code")
    before = {(each.system, each.alias): (each.matter_code, each.name) for each in every(session, district)}
    keys = list(zip(rows["system"], rows["alias"], strict=True))
    values = list(zip(rows["matter_code"], rows["name"], strict=True))
    new = [key for key in keys if key not in before]
    changed = [key for key, value in zip(keys, values, strict=True) if key in before and before[key] != value]
    session.execute(
        text(
            "insert into yiwang.matter_alias (district_id, system, alias, matter_code, name)"
            " select :district, * from unnest(cast(:system as text[]), cast(:alias as text[]),"
            " cast(:matter as text[]), cast(:name as text[]))"
            " on conflict (district_id, system, alias) do update set matter_code = excluded.matter_code,"
            " name = excluded.name"
        ),
        {
            "district": district.id,
            "system": [key[0] for key in keys],
            "alias": [key[1] for key in keys],
            "matter": [value[0] for value in values],
            "name": [value[1] for value in values],
        },
    )
    session.expire_all()
    return Tally(
        added=len(new), changed=len(changed), unchanged=len(keys) - len(new) - len(changed), retired=0
    )


def every(
    session: Session, district: District, *, system: str | None = None, unmapped: bool = False
) -> Sequence[MatterAlias]:
    """All aliases by system and code. unmapped: only those that nobody has mapped."""
    query = session.query(MatterAlias).where(MatterAlias.district_id == district.id)
    if system is not None:
        query = query.where(MatterAlias.system == system)
    if unmapped:
        query = query.where(MatterAlias.matter_code.is_(None))
    return query.order_by(MatterAlias.system, MatterAlias.alias).all()


def matters_of(
    session: Session,
    district: District,
    system: str,
    codes: Iterable[str],
    names: Mapping[str, str] | None = None,
) -> dict[str, str | None]:
    """What each code of a system means here; None for one that is not mapped, which is kept to be listed.

    A code of ours that the system uses unchanged means itself, unless an alias says otherwise.
    """
    wanted = sorted({str(code) for code in codes})
    mapped = {each.alias: each.matter_code for each in every(session, district, system=system)}
    ours = set(_matters(session, district))
    found = {
        code: mapped.get(code) or (code if code in ours and code not in mapped else None) for code in wanted
    }
    unknown = [code for code, matter in found.items() if matter is None and code not in mapped]
    if unknown:
        frame = pd.DataFrame({"system": system, "alias": unknown}).assign(matter_code=None)
        frame["name"] = [(names or {}).get(code, "") for code in unknown]
        put(session, district, frame.astype(object))
    return found


def as_row(alias: MatterAlias) -> dict[str, Any]:
    """One alias as plain values."""
    return {
        "system": alias.system,
        "alias": alias.alias,
        "name": alias.name,
        "matter_code": alias.matter_code,
    }


def _matters(session: Session, district: District) -> list[str]:
    rows = session.execute(
        text("select code from yiwang.matter where district_id = :district"), {"district": district.id}
    )
    return [row[0] for row in rows]
