"""Duties: who answers in which role, for which matter, where, and from when to when."""

from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.duty import duty_places, duty_rows
from boundaries.duty.refusals import (
    DutyHeld,
    DutyNotPossible,
    NothingToEnd,
)
from boundaries.land import intake
from boundaries.land.refusals import UnknownCode
from boundaries.store import bulk
from boundaries.store.bitemporal import current
from boundaries.store.bulk import Tally
from boundaries.store.tables import (
    ANY_MATTER,
    EXCLUSIVE_ROLES,
    District,
    Duty,
    Matter,
    Party,
)

_EXCLUSIVE_KEY = ("district_id", *duty_places.COLUMNS, "role", "matter_code")


def put(
    session: Session, district: District, frame: pd.DataFrame, *, stamp: datetime, take_over: bool = True
) -> Tally:
    """Write duties, each from its `valid_from` until its `valid_to`; the same frame again changes nothing.

    frame: party_code, role, place_kind (area, grid, building, part, compound, feature), place_code,
    valid_from; optional matter_code (default `*`), part_code (of a part; place_code is its building),
    shift, valid_to, details, and the columns of `duty_rows.DETAILS`. In an exclusive role the new one
    takes over from whoever had the duty in that period; in others it is added beside those there.
    take_over=False refuses (DutyHeld) where somebody else has an exclusive duty in that period.
    Raises UnknownCode (party, matter, place), ValueNotAllowed, DutyNotPossible, DutyConflict,
    MalformedShift, DutyEndsBeforeStart, PlaceNotInForce, each with its row.
    """
    rows = duty_rows.checked(frame)
    resolved = pd.DataFrame(
        {
            "district_id": district.id,
            "party_id": intake.resolve(
                rows, "party", "party_code", intake.ids_by_code(session, Party, district)
            ),
            "role": rows["role"],
            "matter_code": _known_matters(session, district, rows),
            **duty_places.columns_of(session, district, rows),
            "shift": rows["shift"],
            "details": duty_rows.details_of(rows),
            "valid_from": rows["valid_from"],
            "valid_to": rows["valid_to"],
        },
        index=rows.index,
    )
    duty_rows.refuse_conflicts(rows)
    duty_places.refuse_gone(session, rows, resolved)
    if not take_over:
        _refuse_held(session, rows, resolved)
    return _write(session, resolved, stamp)


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
    intake.refuse_others(rows, "duty", "place_kind", duty_rows.PLACE_KINDS)
    within = (Duty.district_id == district.id) & (Duty.role == role) & (Duty.matter_code == matter_code)
    for column, values in duty_places.columns_of(session, district, rows).items():
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
    columns = ("district_id", *duty_places.COLUMNS, "role", "matter_code", "shift", "details")
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
    _write(session, frame, stamp)
    return len(live)


def _write(session: Session, frame: pd.DataFrame, stamp: datetime) -> Tally:
    """frame: the columns of the table. One duty of an exclusive role at a place, else one for each party."""
    tally = Tally()
    exclusive = frame["role"].isin(EXCLUSIVE_ROLES)
    for mine, key in ((exclusive, _EXCLUSIVE_KEY), (~exclusive, (*_EXCLUSIVE_KEY, "party_id"))):
        if mine.any():
            tally += bulk.put(session, Duty, frame[mine], key=key, stamp=stamp)
    return tally


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


def _known_matters(session: Session, district: District, rows: pd.DataFrame) -> "pd.Series[Any]":
    known = {ANY_MATTER, *session.scalars(select(Matter.code).where(Matter.district_id == district.id))}
    unknown = ~rows["matter_code"].isin(known)
    if unknown.any():
        row = rows.index[unknown][0]
        raise UnknownCode(kind="matter", value=rows.loc[row, "matter_code"], row=row, field="matter_code")
    return rows["matter_code"]
