"""代管: a place without a committee lies in a placeholder area, and a community answers for it meanwhile.

A review date is mandatory but ends nothing: past it the caretaker still answers, overdue and reported.
No chains: a caretaker is nobody's ward. It ends by a recorded act alone.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.duty.refusals import CaretakingNotPossible, NothingToEnd
from boundaries.land import intake
from boundaries.land.refusals import MissingValue, ValueNotAllowed
from boundaries.store import bulk
from boundaries.store.bitemporal import as_of, current
from boundaries.store.bulk import Tally
from boundaries.store.tables import Area, AreaVersion, Caretaking, CaretakingAct, District

PLACEHOLDER = "待设"

_ADJACENT = text(
    "select exists (select from yiwang.grid_version a join yiwang.grid_version b"
    "  on st_intersects(a.geom, b.geom) and st_dimension(st_intersection(a.geom, b.geom)) >= 1"
    " where a.community_id = :area and b.community_id = :caretaker"
    "  and upper_inf(a.recorded) and upper_inf(b.recorded) and a.valid @> :at and b.valid @> :at)"
)


def put(session: Session, district: District, frame: pd.DataFrame, *, stamp: datetime, made_by: str) -> Tally:
    """Write who answers for which placeholder area from `valid_from` on, each with its act.

    frame: area_code (a community marked provisional, or of kind 待设), caretaker_code (a community that
    shares a border with it; or one of the same street, then with a reason), review_on (ISO date), act
    (the paper), valid_from (aware); optional reason. The same frame again changes nothing.
    Raises CaretakingNotPossible with row and field, UnknownCode, MissingValue, DuplicateCode,
    ValueNotAllowed.
    """
    rows = intake.intake(
        frame,
        "caretaking",
        required=("area_code", "caretaker_code", "review_on", "act", "valid_from"),
        defaults={"reason": ""},
    )
    intake.refuse_duplicates(rows, "caretaking", ["area_code"])
    rows["valid_from"] = pd.Series(  # plain datetimes: SQLAlchemy would take a Timestamp for a range
        [pd.Timestamp(value).to_pydatetime() for value in rows["valid_from"]], index=rows.index, dtype=object
    )
    rows["review_on"] = pd.Series([_day(rows, row) for row in rows.index], index=rows.index, dtype=object)
    for row in rows.index:
        if not str(rows.loc[row, "act"]).strip():
            raise MissingValue(kind="caretaking", column="act", row=row)
    ids = intake.ids_by_code(session, Area, district)
    resolved = pd.DataFrame(
        {
            "area_id": intake.resolve(rows, "area", "area_code", ids),
            "caretaker_id": intake.resolve(rows, "area", "caretaker_code", ids),
            "review_on": rows["review_on"],
            "reason": rows["reason"],
            "valid_from": rows["valid_from"],
            "valid_to": None,
        },
        index=rows.index,
    )
    for row in rows.index:
        _refuse_unfit(session, rows, resolved, row)
    _refuse_chains(session, rows, resolved)
    found = session.execute(select(Caretaking.area_id, Caretaking.caretaker_id).where(current(Caretaking)))
    before = {row[0]: row[1] for row in found}
    tally = bulk.put(session, Caretaking, resolved, key=("area_id",), stamp=stamp)
    if tally.added or tally.changed:
        for row in rows.index:
            same = before.get(resolved.loc[row, "area_id"]) == resolved.loc[row, "caretaker_id"]
            _record(
                session,
                resolved.loc[row, "area_id"],
                "review" if same else "begin",
                rows.loc[row, "valid_from"],
                str(rows.loc[row, "act"]),
                made_by,
                stamp,
            )
    return tally


def end(
    session: Session,
    district: District,
    area_code: str,
    *,
    valid_from: datetime,
    act: str,
    stamp: datetime,
    made_by: str,
) -> None:
    """End a caretaking by an act (such as the approval of the new community).

    Raises UnknownCode, MissingValue without an act, NothingToEnd where there is none.
    """
    if not act.strip():
        raise MissingValue(kind="caretaking", column="act", row=None)
    frame = pd.DataFrame({"area_code": [area_code]}, dtype=object)
    area = intake.resolve(frame, "area", "area_code", intake.ids_by_code(session, Area, district)).iloc[0]
    ended = bulk.retire(
        session, Caretaking, Caretaking.area_id == int(area), stamp=stamp, valid_from=valid_from
    )
    if not ended:
        raise NothingToEnd(what="caretaking", value=area_code)
    _record(session, area, "end", valid_from, act, made_by, stamp)


def acts(session: Session, district: District, area_code: str | None = None) -> Sequence[dict[str, Any]]:
    """Every act, oldest first: area, kind (begin, review, end), effective_from, act, made_by, recorded_at."""
    query = (
        select(Area.code, CaretakingAct)
        .join(Area, Area.id == CaretakingAct.area_id)
        .where(Area.district_id == district.id)
        .order_by(CaretakingAct.recorded_at, CaretakingAct.id)
    )
    if area_code is not None:
        query = query.where(Area.code == area_code)
    return [
        {
            "area": code,
            "kind": act.kind,
            "effective_from": act.effective_from,
            "act": act.act,
            "made_by": act.made_by,
            "recorded_at": act.recorded_at,
        }
        for code, act in session.execute(query)
    ]


def _record(
    session: Session, area: Any, kind: str, since: datetime, act: str, made_by: str, stamp: datetime
) -> None:
    session.add(
        CaretakingAct(
            area_id=int(area), kind=kind, effective_from=since, act=act, made_by=made_by, recorded_at=stamp
        )
    )
    session.flush()


def _day(rows: pd.DataFrame, row: Any) -> date:
    value = rows.loc[row, "review_on"]
    try:
        day = pd.Timestamp(value).date()
    except (ValueError, TypeError):
        raise ValueNotAllowed(
            kind="caretaking", column="review_on", value=value, row=row, allowed=("a date",)
        ) from None
    since = rows.loc[row, "valid_from"]
    if day <= since.date():
        raise ValueNotAllowed(
            kind="caretaking",
            column="review_on",
            value=day,
            row=row,
            allowed=(f"a day after {since.date()}",),
        )
    return day


def _refuse_unfit(session: Session, rows: pd.DataFrame, resolved: pd.DataFrame, row: Any) -> None:
    area, caretaker = int(resolved.loc[row, "area_id"]), int(resolved.loc[row, "caretaker_id"])
    codes = {"area": rows.loc[row, "area_code"], "caretaker": rows.loc[row, "caretaker_code"]}
    since = rows.loc[row, "valid_from"]

    def refuse(rule: str, field: str) -> CaretakingNotPossible:
        return CaretakingNotPossible(**codes, rule=rule, field=field, row=row)

    if area == caretaker:
        raise refuse("itself", "caretaker_code")
    place, keeper = (_version(session, each, since) for each in (area, caretaker))
    if place is None or place[0] != "community" or not _is_placeholder(place[1]):
        raise refuse("not a placeholder", "area_code")
    if keeper is None or keeper[0] != "community" or _is_placeholder(keeper[1]):
        raise refuse("not a community", "caretaker_code")
    if not session.scalar(_ADJACENT, {"area": area, "caretaker": caretaker, "at": since}):
        if place[1].parent_id != keeper[1].parent_id:
            raise refuse("far", "caretaker_code")
        if not str(rows.loc[row, "reason"]).strip():
            raise refuse("not adjacent, no reason", "reason")


def _version(session: Session, area: int, since: datetime) -> tuple[str, AreaVersion] | None:
    found = session.execute(
        select(Area.level, AreaVersion)
        .join(Area, Area.id == AreaVersion.area_id)
        .where(AreaVersion.area_id == area, as_of(AreaVersion, since))
    ).first()
    return None if found is None else (found[0], found[1])


def _is_placeholder(version: AreaVersion) -> bool:
    return bool(version.provisional) or version.kind == PLACEHOLDER


def _refuse_chains(session: Session, rows: pd.DataFrame, resolved: pd.DataFrame) -> None:
    """A caretaker may not be cared for, nor a ward care for others, from the start of the row on."""
    standing = [
        (int(area), int(caretaker), until)
        for area, caretaker, until in session.execute(
            text(
                "select area_id, caretaker_id, upper(valid) from yiwang.caretaking where upper_inf(recorded)"
            )
        )
    ]
    mine = set(resolved["area_id"].astype(int))
    pairs = [(area, keeper, until) for area, keeper, until in standing if area not in mine]
    pairs += [
        (int(a), int(c), None) for a, c in zip(resolved["area_id"], resolved["caretaker_id"], strict=True)
    ]
    for row in rows.index:
        area, keeper = int(resolved.loc[row, "area_id"]), int(resolved.loc[row, "caretaker_id"])
        since = rows.loc[row, "valid_from"]
        live = [(a, c) for a, c, until in pairs if until is None or until > since]
        if (keeper, area) in live:
            rule = "cycle"
        elif any(a == keeper for a, _ in live) or any(c == area for _, c in live):
            rule = "chain"
        else:
            continue
        raise CaretakingNotPossible(
            area=rows.loc[row, "area_code"],
            caretaker=rows.loc[row, "caretaker_code"],
            rule=rule,
            field="caretaker_code",
            row=row,
        )
