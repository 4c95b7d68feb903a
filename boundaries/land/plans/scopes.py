"""Areas around a plan: what lies in its scope, what the scope lies in, and codes for new grids."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.land.codes import CN_SCHEME
from boundaries.land.plans.refusals import CodesExhausted
from boundaries.land.refusals import UnknownCode
from boundaries.store.tables import LEVELS, Area, District

_LAST_NUMBER = 999


def communities(session: Session, scope_id: int, at: datetime) -> frozenset[str]:
    """Codes of the communities in an area, at an instant, as the register knows them now."""
    return inside(session, scope_id, at, "community")


def inside(session: Session, scope_id: int, at: datetime, level: str) -> frozenset[str]:
    """Codes of the areas of a level in an area, itself included, at an instant."""
    found = session.execute(
        text(
            "with recursive inside as (select cast(:scope as bigint) as id union"
            " select v.area_id from yiwang.area_version v join inside on v.parent_id = inside.id"
            " where upper_inf(v.recorded) and v.valid @> cast(:at as timestamptz))"
            " select a.code from inside join yiwang.area a using (id) where a.level = :level"
        ),
        {"scope": scope_id, "at": at, "level": level},
    ).scalars()
    return frozenset(found)


def above(session: Session, scope_id: int) -> dict[str, str]:
    """Level by code of an area and of all that it lies in now."""
    found = session.execute(
        text(
            "with recursive over as (select cast(:scope as bigint) as id union"
            " select v.parent_id from yiwang.area_version v join over on v.area_id = over.id"
            " where upper_inf(v.recorded) and v.valid @> now() and v.parent_id is not null)"
            " select a.code, a.level from over join yiwang.area a using (id)"
        ),
        {"scope": scope_id},
    ).all()
    return {str(code): str(level) for code, level in found}


def reaches(session: Session, scope: Area, account_area: str | None, level: str) -> bool:
    """Whether an account of `account_area` (None: the whole register) holds the scope, from `level` up."""
    if account_area is None:
        return True
    held = above(session, scope.id).get(account_area)
    return held is not None and LEVELS.index(held) <= LEVELS.index(level)


def next_code(session: Session, district: District, community: str, *, but: Collection[str] = ()) -> str:
    """The next number of a community that no grid ever had and no open plan has taken, nor `but`.

    Numbers go on after the highest; below it only where all after it are gone. Plans that ask at once
    wait for each other until their transaction ends. Raises CodesExhausted.
    """
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"yiwang grid codes {district.id} {community}"},
    )
    start = community if district.code_scheme == CN_SCHEME else f"{community}-"
    taken = session.execute(
        text(
            "select code from yiwang.grid where district_id = :district and starts_with(code, :start)"
            " union select given.code from yiwang.plan p join yiwang.plan_edit e on e.plan_id = p.id,"
            " jsonb_array_elements_text(e.parameters -> 'new_codes') as given (code)"
            " where p.district_id = :district and p.state not in ('published', 'withdrawn')"
            " and starts_with(given.code, :start)"
        ),
        {"district": district.id, "start": start},
    ).scalars()
    numbers = {
        int(tail)
        for code in (*taken, *but)
        if code.startswith(start) and (tail := code[len(start) :]).isdigit()
    }
    after = max(numbers, default=0) + 1
    free = [*range(after, _LAST_NUMBER + 1), *(n for n in range(1, after) if n not in numbers)]
    if not free:
        raise CodesExhausted(community=community)
    return f"{start}{free[0]:03d}"


def areas_above(session: Session, district: District, code: str) -> list[str]:
    """Codes of the areas that an area lies in now. Raises UnknownCode."""
    area_id = session.scalar(select(Area.id).where(Area.district_id == district.id, Area.code == code))
    if area_id is None:
        raise UnknownCode(kind="area", value=code)
    return [each for each in above(session, area_id) if each != code]
