"""Communities that a plan leaves without a grid: they end with its publication, and so does their caretaking.

Who answers for such a community answers for the one that got most of its households, as with grids: all of
them where that one is new, otherwise those of whom there may be several.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty import caretaking
from boundaries.land import heirs, intake
from boundaries.land.plans import founding
from boundaries.land.plans.drawing import Drawing
from boundaries.land.plans.lineage import Descent
from boundaries.land.plans.steps import Actor
from boundaries.store import bulk
from boundaries.store.tables import EXCLUSIVE_ROLES, Area, AreaVersion, District, Duty, Plan

_KEY = ("district_id", "area_id", "grid_id", "building_id", "part_code", "compound_code", "feature_code")
_DUTIES = """
select d.id, d.party_id, d.role, d.matter_code, a.code as area, d.shift, d.details,
       lower(d.valid) as starts, upper(d.valid) as ends
from yiwang.duty d join yiwang.area a on a.id = d.area_id
where a.district_id = :district and a.code = any(:codes) and upper_inf(d.recorded)
  and d.valid && tstzrange(cast(:at as timestamptz), null) order by d.id"""
# what an ended area had when it ended, as it was known just before, of parties that still are there
_FORMER_DUTIES = """
with ended as (
  select v.area_id, upper(v.valid) as at, lower(v.recorded) - interval '1 microsecond' as known_at
  from yiwang.area_version v join yiwang.area a on a.id = v.area_id
  where a.district_id = :district and a.code = :code and upper_inf(v.recorded)
  order by upper(v.valid) desc limit 1)
select d.party_id, d.role, d.matter_code, d.shift, d.details, upper(d.valid) as ends
from ended e join yiwang.duty d on d.area_id = e.area_id and d.recorded @> e.known_at and d.valid @> e.at
where coalesce(upper(d.valid), 'infinity') > cast(:at as timestamptz) and exists (
  select from yiwang.party_version p where p.party_id = d.party_id and upper_inf(p.recorded)
  and p.valid @> cast(:at as timestamptz)) order by d.id"""
_WARDS = """
select k.code, a.code from yiwang.caretaking c join yiwang.area a on a.id = c.area_id
join yiwang.area k on k.id = c.caretaker_id
where a.district_id = :district and upper_inf(c.recorded)
  and c.valid && tstzrange(coalesce(cast(:at as timestamptz), now()), null)"""


def closed(plan: Plan, drawing: Drawing) -> list[str]:
    """The communities that end with this plan: only one of the kind `community` ends any."""
    return founding.emptied(drawing) if plan.kind == "community" else []


def wards_left(
    session: Session, district: District, codes: Sequence[str], *, at: datetime | None
) -> list[tuple[str, str]]:
    """Areas cared for by a community that ends, though they stay: the caretaker and the area."""
    rows = session.execute(text(_WARDS), {"district": district.id, "at": at}).all()
    return sorted((str(row[0]), str(row[1])) for row in rows if row[0] in codes and row[1] not in codes)


def heir_of(drawing: Drawing, home: str, known: Sequence[Descent]) -> str | None:
    """The community that got most of a community's households, then most of its ground, then the lowest."""
    shares: dict[str, tuple[int, float]] = {}
    for each in known:
        if drawing.ground.net.community(each.parent) == home and drawing.is_there(each.child):
            to = drawing.net.community(each.child)
            households, area_m2 = shares.get(to, (0, 0.0))
            shares[to] = (households + each.households, area_m2 + each.area_m2)
    return min(shares, key=lambda code: (-shares[code][0], -shares[code][1], code), default=None)


def close(
    session: Session,
    district: District,
    plan: Plan,
    drawing: Drawing,
    known: Sequence[Descent],
    *,
    at: datetime,
    stamp: datetime,
    by: Actor,
) -> list[str]:
    """End these communities at `at`, hand their duties over, end their caretaking; their codes.

    Accounts follow the duties: the heir stands for the community, and one that is founded again for its
    former self.
    """
    codes = closed(plan, drawing)
    ids = intake.ids_by_code(session, Area, district)
    for made in drawing.founded.values():
        if made.instead_of is not None:
            heirs.put(session, int(ids[made.instead_of]), int(ids[made.code]), at=at)
    _hand_over(session, district, drawing, codes, known, at=at, stamp=stamp)
    if not codes:
        return codes
    within = AreaVersion.area_id.in_([int(ids[code]) for code in codes])
    bulk.retire(session, AreaVersion, within, stamp=stamp, valid_from=at)
    for code in codes:
        if (heir := heir_of(drawing, code, known)) is not None:
            heirs.put(session, int(ids[code]), int(ids[heir]), at=at)
    rows = session.execute(text(_WARDS), {"district": district.id, "at": at}).all()
    for code in sorted({str(row[1]) for row in rows} & set(codes)):
        act = f"{plan.code} {plan.title}"
        caretaking.end(session, district, code, valid_from=at, act=act, stamp=stamp, made_by=by.name)
    return codes


def _hand_over(
    session: Session,
    district: District,
    drawing: Drawing,
    codes: Sequence[str],
    known: Sequence[Descent],
    *,
    at: datetime,
    stamp: datetime,
) -> None:
    standing = [
        dict(row)
        for row in session.execute(
            text(_DUTIES), {"district": district.id, "codes": list(codes), "at": at}
        ).mappings()
    ]
    if standing:
        bulk.retire(session, Duty, Duty.id.in_([row["id"] for row in standing]), stamp=stamp, valid_from=at)
    ids = intake.ids_by_code(session, Area, district)
    lived = {
        home: sum(each.households for each in known if drawing.ground.net.community(each.parent) == home)
        for home in codes
    }
    taken: dict[tuple[str, str, str], str] = {}
    rows: list[dict[str, Any]] = []
    passing = sorted(standing, key=lambda row: (-lived[row["area"]], row["area"], row["id"]))
    heir_by_area = {home: heir_of(drawing, home, known) for home in codes}
    for made in drawing.founded.values():
        if made.instead_of is not None:  # who was there before comes first, as in its grids
            heir_by_area[made.instead_of] = made.code
            passing = _former(session, district, made.instead_of, at) + passing
    for row in passing:
        heir = heir_by_area[row["area"]]
        if heir is None or not _fits(drawing, row, heir, taken):
            continue
        rows.append(
            {
                **dict.fromkeys(_KEY),
                "district_id": district.id,
                "area_id": int(ids[heir]),
                "party_id": row["party_id"],
                "role": row["role"],
                "matter_code": row["matter_code"],
                "shift": row["shift"],
                "details": row["details"],
                "valid_from": max(row["starts"] or at, at),
                "valid_to": row["ends"],
            }
        )
    if not rows:
        return
    frame = pd.DataFrame(rows).astype(object)
    frame = frame.drop_duplicates([*_KEY, "role", "matter_code", "party_id", "valid_from"])
    exclusive = frame["role"].isin(EXCLUSIVE_ROLES)
    for mine, key in ((exclusive, ()), (~exclusive, ("party_id",))):
        if mine.any():
            bulk.put(session, Duty, frame[mine], key=(*_KEY, "role", "matter_code", *key), stamp=stamp)


def _former(session: Session, district: District, code: str, at: datetime) -> list[dict[str, Any]]:
    asked = {"district": district.id, "code": code, "at": at}
    rows = session.execute(text(_FORMER_DUTIES), asked).mappings()
    return [{**row, "area": code, "starts": at} for row in rows]


def _fits(drawing: Drawing, row: dict[str, Any], heir: str, taken: dict[tuple[str, str, str], str]) -> bool:
    """Whether a duty goes to the heir: an exclusive one only where it is new and no other area was first."""
    if row["role"] not in EXCLUSIVE_ROLES:
        return True
    place = (heir, row["role"], row["matter_code"])
    return heir in drawing.founded and taken.setdefault(place, row["area"]) == row["area"]
