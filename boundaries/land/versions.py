"""Net versions: the only door through which grids change."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.land.refusals import NetVersionNotRising, NotAwareInstant
from boundaries.store.tables import District, NetVersion


def open_version(
    session: Session,
    district: District,
    *,
    effective_from: datetime,
    stamp: datetime,
    cause: str,
    made_by: str,
    note: str = "",
) -> NetVersion:
    """The next net version, in force from `effective_from`; number and instant both rise strictly.

    cause: import, plan or demo. `stamp`: the transaction's instant from `store.clock.stamp`.
    Raises NetVersionNotRising, and NotAwareInstant for an instant without time zone.
    """
    if effective_from.tzinfo is None:
        raise NotAwareInstant(value=effective_from)
    last = latest(session, district)
    if last is not None and effective_from <= last.effective_from:
        raise NetVersionNotRising(effective_from=effective_from, latest=last.effective_from)
    version = NetVersion(
        district_id=district.id,
        number=1 if last is None else last.number + 1,
        effective_from=effective_from,
        recorded_at=stamp,
        cause=cause,
        note=note,
        made_by=made_by,
    )
    session.add(version)
    session.flush()
    return version


def latest(session: Session, district: District) -> NetVersion | None:
    """The last published version, whether or not it is in force yet."""
    return session.scalar(
        select(NetVersion)
        .where(NetVersion.district_id == district.id)
        .order_by(NetVersion.number.desc())
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Published:
    """One net version as people look for it: when, why, by whom, and how many grids it began or ended.

    changed: grids that have a new shape, name or community, new ones among them; nodes alone are no change.
    plan, title: of the plan that it came from, None for an import.
    """

    number: int
    effective_from: datetime
    recorded_at: datetime
    cause: str
    note: str
    made_by: str
    changed: int
    new: int
    retired: int
    plan: str | None
    title: str | None


def published(
    session: Session, district: District, *, before: int | None = None, limit: int = 50
) -> list[Published]:
    """The newest versions first; `before`: only those with a lower number."""
    found = session.execute(
        _PUBLISHED, {"district": district.id, "before": before, "limit": limit}
    ).mappings()
    return [Published(**row) for row in found]


_PUBLISHED = text(
    """
    select version.number, version.effective_from, version.recorded_at, version.cause, version.note,
           version.made_by, counts.changed, counts.new, ended.retired, plan.code as plan, plan.title
      from yiwang.net_version version
      left join yiwang.plan plan on plan.published_version_id = version.id
     cross join lateral (
           select count(distinct mine.grid_id) filter (where not mine.noded) as changed,
                  count(distinct mine.grid_id) filter (where not exists (
                      select 1 from yiwang.grid_version earlier
                       where earlier.grid_id = mine.grid_id and upper_inf(earlier.recorded)
                         and lower(earlier.valid) < version.effective_from)) as new
             from yiwang.grid_version mine
            where mine.net_version_id = version.id and upper_inf(mine.recorded)
              and lower(mine.valid) = version.effective_from) counts
     cross join lateral (
           select count(distinct gone.grid_id) as retired
             from yiwang.grid_version gone
             join yiwang.grid grid on grid.id = gone.grid_id
            where grid.district_id = version.district_id and upper_inf(gone.recorded)
              and upper(gone.valid) = version.effective_from
              and not exists (
                  select 1 from yiwang.grid_version heir
                   where heir.grid_id = gone.grid_id and upper_inf(heir.recorded)
                     and lower(heir.valid) = version.effective_from)) ended
     where version.district_id = :district
       and (cast(:before as integer) is null or version.number < :before)
     order by version.number desc
     limit :limit
    """
)
