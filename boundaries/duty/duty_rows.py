"""Rows of duties as they are given: what their columns may say, and which of them exclude each other."""

from typing import Any

import numpy as np
import pandas as pd

from boundaries.duty import shifts
from boundaries.duty.refusals import (
    DutyConflict,
    DutyEndsBeforeStart,
    DutyNotPossible,
    DutyRule,
    MalformedShift,
)
from boundaries.land import intake
from boundaries.land.refusals import ValueNotAllowed
from boundaries.store.tables import ANY_MATTER, EXCLUSIVE_ROLES, ROLES

PLACE_KINDS = ("area", "grid", "building", "part", "compound", "feature")
_BY_MATTER = ("lead", "ruling", "co")
TIMES = ("", "full", "part")
DETAILS = ("source", "time", "micro", "contract_until")
"""What a duty says beside its place and shift: where staff come from, full or part time, the 微网格, and the
day on which a contract ends."""


def checked(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with all their columns, each possible by itself.

    Raises ValueNotAllowed, DutyNotPossible, DutyEndsBeforeStart, MalformedShift, each with its row.
    """
    rows = intake.intake(
        frame,
        "duty",
        required=("party_code", "role", "place_kind", "place_code", "valid_from"),
        defaults={
            "matter_code": ANY_MATTER,
            "part_code": None,
            "shift": "",
            "valid_to": None,
            "details": None,
            **dict.fromkeys(DETAILS),
        },
    )
    intake.refuse_others(rows, "duty", "role", ROLES)
    intake.refuse_others(rows, "duty", "place_kind", PLACE_KINDS)
    _refuse_impossible(rows)
    _refuse_empty_periods(rows)
    _refuse_malformed_shifts(rows)
    rows["part_code"] = rows["part_code"].where(rows["place_kind"] == "part", None)
    return rows


def details_of(rows: pd.DataFrame) -> "pd.Series[Any]":
    """`details` with the columns of DETAILS that are given. Raises ValueNotAllowed."""
    intake.refuse_others(rows.assign(time=rows["time"].fillna("")), "duty", "time", TIMES)
    whole = []
    for row, told, *given in zip(rows.index, rows["details"], *(rows[name] for name in DETAILS), strict=True):
        said = {name: value for name, value in zip(DETAILS, given, strict=True) if value not in (None, "")}
        whole.append(
            dict(told or {})
            | {
                name: _day(value, row) if name == "contract_until" else str(value)
                for name, value in said.items()
            }
        )
    return pd.Series(whole, index=rows.index, dtype=object)


def _day(value: object, row: object) -> str:
    try:
        return pd.Timestamp(str(value)).date().isoformat()
    except ValueError:
        raise ValueNotAllowed(
            kind="duty", column="contract_until", value=value, row=row, allowed=("a date",)
        ) from None


def _refuse_empty_periods(rows: pd.DataFrame) -> None:
    for row, start, end in zip(rows.index, rows["valid_from"], rows["valid_to"], strict=True):
        if end is not None and not pd.isna(end) and end <= start:
            raise DutyEndsBeforeStart(row=row, valid_from=start, valid_to=end)


def _refuse_impossible(rows: pd.DataFrame) -> None:
    rules: tuple[tuple[pd.Series[bool], str, DutyRule], ...] = (
        (
            ~rows["role"].isin(_BY_MATTER) & (rows["matter_code"] != ANY_MATTER),
            "only departments go by matter",
            "by-matter",
        ),
        (
            (rows["role"] == "leader") & ~rows["place_kind"].isin(("grid", "area", "feature")),
            "leads a grid, an area or a feature only",
            "leads-ground",
        ),
        (
            (rows["role"] == "micro") & ~rows["place_kind"].isin(("building", "part")),
            "leads a 微网格 of buildings or parts only",
            "leads-buildings",
        ),
        (
            (rows["place_kind"] == "part") & rows["part_code"].isna(),
            "a part needs its part_code",
            "part-needed",
        ),
    )
    for wrong, reason, rule in rules:
        if wrong.any():
            row = rows.index[wrong][0]
            raise DutyNotPossible(role=rows.loc[row, "role"], row=row, reason=reason, rule=rule)


def _refuse_malformed_shifts(rows: pd.DataFrame) -> None:
    for shift in rows["shift"].unique():
        try:
            shifts.parse(shift)
        except MalformedShift as refusal:
            row = rows.index[rows["shift"] == shift][0]
            raise MalformedShift(value=shift, row=row) from refusal


def refuse_conflicts(rows: pd.DataFrame) -> None:
    """Two rows for one exclusive duty, or for one party's, whose periods overlap."""
    keys = ["role", "matter_code", "place_kind", "place_code", "part_code"]
    exclusive = rows["role"].isin(EXCLUSIVE_ROLES)
    who = rows["party_code"].where(~exclusive, "")
    ordered = rows.assign(who=who).sort_values([*keys, "who", "valid_from"], kind="stable")
    same = (ordered[[*keys, "who"]].fillna("") == ordered[[*keys, "who"]].fillna("").shift()).all(axis=1)
    before_ends = ordered["valid_to"].shift()
    runs_on = np.array(
        [
            end is None or pd.isna(end) or start < end
            for start, end in zip(ordered["valid_from"], before_ends, strict=True)
        ],
        dtype=bool,
    )
    overlaps = same.to_numpy() & runs_on
    if overlaps.any():
        position = int(overlaps.argmax())
        row, other = ordered.index[position], ordered.index[position - 1]
        raise DutyConflict(
            role=ordered.loc[row, "role"],
            matter=ordered.loc[row, "matter_code"],
            place=f"{ordered.loc[row, 'place_kind']} {ordered.loc[row, 'place_code']}",
            row=row,
            other_row=other,
        )
