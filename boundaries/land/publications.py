"""Net versions as a list that people look through: when, why, by whom, and how much each changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.store.tables import District

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
