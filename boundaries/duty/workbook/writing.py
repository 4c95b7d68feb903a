"""Rows of the workbook written into the register, and those that it refuses, each with the reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from boundaries.duty import duties, parties
from boundaries.duty.records import DutyRecord
from boundaries.duty.refusals import RowRule
from boundaries.duty.workbook.rows import COLUMNS
from boundaries.store.errors import Refusal
from boundaries.store.tables import District

_MOST_REFUSED = 100  # by the register; then it is enough
_FIELD_OF = {
    "party": "party_code",
    "matter": "matter_code",
    "part": "part_code",
    **dict.fromkeys(("area", "grid", "building", "compound", "feature"), "place_code"),
}


def refusal_row(refusal: Refusal, row: int | None) -> dict[str, Any]:
    """A refusal as a line of the report: Excel's row, the column's title, a stable code and the reason.

    `facts`: what the reason says, as values.
    """
    facts = vars(refusal)
    name = facts.get("field") or facts.get("column") or _FIELD_OF.get(str(facts.get("kind")), "")
    at = facts.get("row")
    return {
        "row": int(at) if isinstance(at, (int, np.integer)) else row,
        "field": COLUMNS.get(str(name), str(name)),
        "code": getattr(refusal, "code", type(refusal).__name__),
        "reason": str(refusal),
        "facts": {
            key: value.item() if isinstance(value, np.generic) else value
            for key, value in facts.items()
            if key not in ("row", "field", "reason") and not key.startswith("_")
        },
    }


def refused_row(row: int, column: str, code: str, reason: str, rule: RowRule, **facts: Any) -> dict[str, Any]:
    """A line of the report for what only the comparison with the register finds."""
    told = {"rule": rule, **facts}
    return {"row": row, "field": COLUMNS[column], "code": code, "reason": reason, "facts": told}


def write_what_can_be(
    session: Session,
    district: District,
    wanted: Mapping[int, dict[str, Any]],
    renamed: Mapping[str, dict[str, Any]],
    ended: Sequence[DutyRecord],
    valid_from: datetime,
    stamp: datetime,
) -> list[dict[str, Any]]:
    """Write all rows; what the register refuses is left out and the rest tried again: each is told."""
    left = dict(wanted)
    refused: list[dict[str, Any]] = []
    while len(refused) < _MOST_REFUSED:
        trial = session.begin_nested()
        found = _write(session, district, left, renamed, ended, valid_from, stamp)
        if not found:
            trial.commit()
            break
        trial.rollback()
        session.expire_all()
        refused += found
        if left.pop(found[0]["row"], None) is None:
            break
    return refused


def _write(
    session: Session,
    district: District,
    wanted: Mapping[int, dict[str, Any]],
    renamed: Mapping[str, dict[str, Any]],
    ended: Sequence[DutyRecord],
    valid_from: datetime,
    stamp: datetime,
) -> list[dict[str, Any]]:
    try:
        if renamed:
            frame = pd.DataFrame.from_dict(
                {each["row"]: each for each in renamed.values()}, orient="index"
            ).drop(columns="row")
            parties.put(session, district, frame, valid_from=valid_from, stamp=stamp)
        for duty in ended:
            kind, code = duty.place
            building, _, part = code.partition("/")
            duties.end(
                session,
                district,
                place_kind=kind,
                place_code=building if kind == "part" else code,
                part_code=part or None,
                role=duty.role,
                matter_code=duty.matter,
                party_code=duty.party,
                valid_from=valid_from,
                stamp=stamp,
            )
        if wanted:
            frame = pd.DataFrame.from_dict(dict(wanted), orient="index").astype(object)
            duties.put(session, district, frame.where(frame.notna(), None), stamp=stamp)
    except Refusal as refusal:
        return [refusal_row(refusal, None)]
    return []
