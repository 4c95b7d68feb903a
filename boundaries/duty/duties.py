"""Duties: who answers in which role, for which matter, where, and from when to when."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.duty import shifts
from boundaries.duty.refusals import (
    DutyConflict,
    DutyEndsBeforeStart,
    DutyHeld,
    DutyNotPossible,
    DutyRule,
    MalformedShift,
    NothingToEnd,
    PlaceNotInForce,
)
from boundaries.land import intake
from boundaries.land.refusals import UnknownCode, ValueNotAllowed
from boundaries.store import bulk
from boundaries.store.bitemporal import current
from boundaries.store.bulk import Tally
from boundaries.store.tables import (
    ANY_MATTER,
    EXCLUSIVE_ROLES,
    ROLES,
    Area,
    Building,
    BuildingPart,
    Compound,
    District,
    Duty,
    Feature,
    Grid,
    Matter,
    Party,
)

PLACE_KINDS = ("area", "grid", "building", "part", "compound", "feature")
_PLACE_COLUMNS = ("area_id", "grid_id", "building_id", "part_code", "compound_code", "feature_code")
_EXCLUSIVE_KEY = ("district_id", *_PLACE_COLUMNS, "role", "matter_code")
_BY_MATTER = ("lead", "ruling", "co")
TIMES = ("", "full", "part")
DETAILS = ("source", "time", "micro", "contract_until")
"""What a duty says beside its place and shift: where staff come from, full or part time, the 微网格, and the
day on which a contract ends."""
_VERSIONS = {
    "area": ("area_version", "area_id"),
    "grid": ("grid_version", "grid_id"),
    "building": ("building_version", "building_id"),
}


def put(
    session: Session, district: District, frame: pd.DataFrame, *, stamp: datetime, take_over: bool = True
) -> Tally:
    """Write duties, each from its `valid_from` until its `valid_to`; the same frame again changes nothing.

    frame: party_code, role, place_kind (area, grid, building, part, compound, feature), place_code,
    valid_from; optional matter_code (default `*`), part_code (of a part; place_code is its building),
    shift, valid_to, details, and the columns of DETAILS. In an exclusive role the new one takes over
    from whoever had the duty in that period; in others it is added beside those there.
    take_over=False refuses (DutyHeld) where somebody else has an exclusive duty in that period.
    Raises UnknownCode (party, matter, place), ValueNotAllowed, DutyNotPossible, DutyConflict,
    MalformedShift, DutyEndsBeforeStart, PlaceNotInForce, each with its row.
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

    resolved = pd.DataFrame(
        {
            "district_id": district.id,
            "party_id": intake.resolve(
                rows, "party", "party_code", intake.ids_by_code(session, Party, district)
            ),
            "role": rows["role"],
            "matter_code": _known_matters(session, district, rows),
            **_places(session, district, rows),
            "shift": rows["shift"],
            "details": _details(rows),
            "valid_from": rows["valid_from"],
            "valid_to": rows["valid_to"],
        },
        index=rows.index,
    )
    _refuse_conflicts(rows)
    _refuse_places_gone(session, rows, resolved)
    if not take_over:
        _refuse_held(session, rows, resolved)
    tally = Tally()
    exclusive = resolved["role"].isin(EXCLUSIVE_ROLES)
    for mine, key in ((exclusive, _EXCLUSIVE_KEY), (~exclusive, (*_EXCLUSIVE_KEY, "party_id"))):
        if mine.any():
            tally += bulk.put(session, Duty, resolved[mine], key=key, stamp=stamp)
    return tally


def end(
    session: Session,
    district: District,
    *,
    place_kind: str,
    place_code: str,
    role: str,
    valid_from: datetime,
    stamp: datetime,
    party_code: str | None = None,
    part_code: str | None = None,
    matter_code: str = ANY_MATTER,
) -> int:
    """End a duty at `valid_from`, leaving the place without one. Returns how many rows ended.

    party_code: only this party's; else everybody's in that role. Raises UnknownCode, ValueNotAllowed.
    """
    rows = pd.DataFrame(
        {
            "place_kind": [place_kind],
            "place_code": [place_code],
            "part_code": [part_code if place_kind == "part" else None],
        },
        dtype=object,
    )
    intake.refuse_others(rows, "duty", "place_kind", PLACE_KINDS)
    within = (Duty.district_id == district.id) & (Duty.role == role) & (Duty.matter_code == matter_code)
    for column, values in _places(session, district, rows).items():
        within &= getattr(Duty, column).is_not_distinct_from(values.iloc[0])
    if party_code is not None:
        parties = intake.ids_by_code(session, Party, district)
        if party_code not in parties.index:
            raise UnknownCode(kind="party", value=party_code)
        within &= Duty.party_id == int(parties[party_code])
    return bulk.retire(session, Duty, within, stamp=stamp, valid_from=valid_from)


def hand_over(
    session: Session,
    district: District,
    *,
    from_party: str,
    to_party: str,
    valid_from: datetime,
    stamp: datetime,
) -> int:
    """All duties of a party go to another at `valid_from`, with their shifts and for as long as they last.

    What lies before that instant stays as it was. A duty that both have is kept once. Returns how many
    were handed over. Raises UnknownCode, DutyNotPossible (the same party twice), NothingToEnd.
    """
    if from_party == to_party:
        raise DutyNotPossible(role="hand over", row=None, reason="to the same party", rule="same-party")
    parties = intake.ids_by_code(session, Party, district)
    for code in (from_party, to_party):
        if code not in parties.index:
            raise UnknownCode(kind="party", value=code)
    old, new = int(parties[from_party]), int(parties[to_party])
    live = session.scalars(
        select(Duty).where(
            Duty.district_id == district.id,
            Duty.party_id == old,
            current(Duty),
            text("(upper_inf(valid) or upper(valid) > :since)").bindparams(since=valid_from),
        )
    ).all()
    if not live:
        raise NothingToEnd(what="duty", value=from_party)
    columns = ("district_id", *_PLACE_COLUMNS, "role", "matter_code", "shift", "details")
    frame = pd.DataFrame(
        [
            {
                **{column: getattr(duty, column) for column in columns},
                "party_id": new,
                "valid_from": max(valid_from, duty.valid.lower) if duty.valid.lower else valid_from,
                "valid_to": duty.valid.upper,
            }
            for duty in live
        ],
        dtype=object,
    )
    exclusive = frame["role"].isin(EXCLUSIVE_ROLES)
    ids = [duty.id for duty, single in zip(live, exclusive, strict=True) if not single]
    if ids:
        bulk.retire(session, Duty, Duty.id.in_(ids), stamp=stamp, valid_from=valid_from)
    for mine, key in ((exclusive, _EXCLUSIVE_KEY), (~exclusive, (*_EXCLUSIVE_KEY, "party_id"))):
        if mine.any():
            bulk.put(session, Duty, frame[mine], key=key, stamp=stamp)
    return len(live)


def _details(rows: pd.DataFrame) -> "pd.Series[Any]":
    """`details` with the columns of DETAILS that are given. Raises ValueNotAllowed."""
    intake.refuse_others(rows.assign(time=rows["time"].fillna("")), "duty", "time", TIMES)
    whole = []
    for row in rows.index:
        told = dict(rows.loc[row, "details"] or {})
        for name in DETAILS:
            value = rows.loc[row, name]
            if value not in (None, ""):
                told[name] = _day(value, row) if name == "contract_until" else str(value)
        whole.append(told)
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


def _refuse_held(session: Session, rows: pd.DataFrame, resolved: pd.DataFrame) -> None:
    """The caller holds the register's lock, so what is free here stays free until it commits."""
    for row in rows.index[resolved["role"].isin(EXCLUSIVE_ROLES)]:
        same = (Duty.party_id != resolved.loc[row, "party_id"]) & current(Duty)
        for column in _EXCLUSIVE_KEY:
            same &= getattr(Duty, column).is_not_distinct_from(resolved.loc[row, column])
        until = resolved.loc[row, "valid_to"]
        period = {"start": resolved.loc[row, "valid_from"], "end": None if pd.isna(until) else until}
        held = session.execute(
            select(Party.code, Duty.valid)
            .join(Party, Party.id == Duty.party_id)
            .where(same, text("valid && tstzrange(:start, :end)").bindparams(**period))
            .order_by(Party.code)
        ).first()
        if held is not None:
            raise DutyHeld(
                role=rows.loc[row, "role"],
                matter=rows.loc[row, "matter_code"],
                place=f"{rows.loc[row, 'place_kind']} {rows.loc[row, 'place_code']}",
                party=held[0],
                valid_from=held[1].lower,
                valid_to=held[1].upper,
                row=row,
            )


def _refuse_places_gone(session: Session, rows: pd.DataFrame, resolved: pd.DataFrame) -> None:
    """A duty may begin before its place is there, but not after the place is gone for good."""
    for kind, (table, column) in _VERSIONS.items():
        given = resolved[column].notna()
        if not given.any():
            continue
        ids = sorted({int(each) for each in resolved.loc[given, column]})
        found = session.execute(
            text(
                f"select {column}, max(coalesce(upper(valid), 'infinity')) from yiwang.{table}"
                f" where upper_inf(recorded) and {column} = any(:ids) group by 1"
                " having max(coalesce(upper(valid), 'infinity')) < 'infinity'"
            ),
            {"ids": ids},
        )
        gone: dict[int, datetime] = {row[0]: row[1] for row in found}
        for row in resolved.index[given] if gone else ():
            until = gone.get(int(resolved.loc[row, column]))
            if until is not None and until <= rows.loc[row, "valid_from"]:
                raise PlaceNotInForce(
                    kind=kind,
                    value=rows.loc[row, "place_code"],
                    field="place_code",
                    row=row,
                    since=rows.loc[row, "valid_from"],
                )


def _places(session: Session, district: District, rows: pd.DataFrame) -> "dict[str, pd.Series[Any]]":
    """The six place columns, of which one is set (two for a part)."""

    def looked_up(kind: str, known: "Callable[[], pd.Series[Any]]") -> "pd.Series[Any]":
        mine = (
            rows["place_kind"].isin(("building", "part"))
            if kind == "building"
            else rows["place_kind"] == kind
        )
        found = pd.Series([None] * len(rows), index=rows.index, dtype=object)
        if mine.any():
            found[mine] = intake.resolve(rows[mine], kind, "place_code", known())
        return found

    columns = {
        "area_id": looked_up("area", lambda: intake.ids_by_code(session, Area, district)),
        "grid_id": looked_up("grid", lambda: intake.ids_by_code(session, Grid, district)),
        "building_id": looked_up("building", lambda: intake.ids_by_code(session, Building, district)),
        "part_code": rows["part_code"],
        "compound_code": _text_places(session, district, rows, "compound", Compound),
        "feature_code": _text_places(session, district, rows, "feature", Feature),
    }
    _refuse_unknown_parts(session, district, rows, columns["building_id"])
    return columns


def _text_places(
    session: Session, district: District, rows: pd.DataFrame, kind: str, table: type[Compound] | type[Feature]
) -> "pd.Series[Any]":
    mine = rows["place_kind"] == kind
    if mine.any():
        known = set(
            session.scalars(
                select(table.code).where(table.district_id == district.id, current(table)).distinct()
            )
        )
        unknown = mine & ~rows["place_code"].isin(known)
        if unknown.any():
            row = rows.index[unknown][0]
            raise UnknownCode(kind=kind, value=rows.loc[row, "place_code"], row=row, field="place_code")
    return rows["place_code"].where(mine, None)


def _refuse_unknown_parts(
    session: Session, district: District, rows: pd.DataFrame, building_ids: "pd.Series[Any]"
) -> None:
    mine = rows["place_kind"] == "part"
    if not mine.any():
        return
    wanted = sorted({int(building) for building in building_ids[mine]})
    known = {
        (building, code)
        for building, code in session.execute(
            select(BuildingPart.building_id, BuildingPart.code).where(
                BuildingPart.building_id.in_(wanted), current(BuildingPart)
            )
        )
    }
    for row in rows.index[mine]:
        if (building_ids.loc[row], rows.loc[row, "part_code"]) not in known:
            value = f"{rows.loc[row, 'place_code']}/{rows.loc[row, 'part_code']}"
            raise UnknownCode(kind="part", value=value, row=row, field="part_code")


def _known_matters(session: Session, district: District, rows: pd.DataFrame) -> "pd.Series[Any]":
    known = {ANY_MATTER, *session.scalars(select(Matter.code).where(Matter.district_id == district.id))}
    unknown = ~rows["matter_code"].isin(known)
    if unknown.any():
        row = rows.index[unknown][0]
        raise UnknownCode(kind="matter", value=rows.loc[row, "matter_code"], row=row, field="matter_code")
    return rows["matter_code"]


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


def _refuse_conflicts(rows: pd.DataFrame) -> None:
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
