"""Who stands for an area that a plan ended: the community that got most of its households, or the one that
was founded in its place when the plan was taken back."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.store.tables import AreaHeir

# an area may be given another heir later, so the last one that has begun counts; 64 steps end any circle
_CHAIN = """
with recursive chain (id, step) as (
  select cast(:area as bigint), 0 union all
  select next.heir_id, chain.step + 1 from chain cross join lateral (
    select h.heir_id from yiwang.area_heir h where h.area_id = chain.id
    and h.at <= coalesce(cast(:at as timestamptz), clock_timestamp()) order by h.at desc limit 1) next
  where chain.step < 64)
select a.code from chain join yiwang.area a using (id) order by step"""


def put(session: Session, area_id: int, heir_id: int, *, at: datetime) -> None:
    """Say who stands for an area from `at` on."""
    session.add(AreaHeir(area_id=area_id, heir_id=heir_id, at=at))
    session.flush()


def chain(session: Session, area_id: int, *, at: datetime | None = None) -> tuple[str, ...]:
    """The codes from an area to who stands for it at an instant (None: now); itself alone while it stands."""
    return tuple(session.scalars(text(_CHAIN), {"area": area_id, "at": at}))
