"""What a publication tells: one notice for each community whose grids it changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.land.plans.casework import Case
from boundaries.land.plans.drawing import Drawing
from boundaries.store.tables import Area, District, NetVersion, Notice, Plan

_NOTICES = """
select n.id, a.code as community, a.name, v.number as net_version, v.effective_from, p.code as plan, p.title,
       n.told
from yiwang.notice n join yiwang.net_version v on v.id = n.net_version_id
join (select a.id, a.code, coalesce((select w.name from yiwang.area_version w where w.area_id = a.id
      and upper_inf(w.recorded) order by lower(w.valid) desc limit 1), '') as name from yiwang.area a) a
  on a.id = n.area_id
left join yiwang.plan p on p.id = n.plan_id
where v.district_id = :district and n.id < coalesce(:before, 9223372036854775807)
  and (cast(:area as text) is null or n.area_id in (
    with recursive inside as (select id from yiwang.area where district_id = :district and code = :area union
      select w.area_id from yiwang.area_version w join inside on w.parent_id = inside.id
      where upper_inf(w.recorded)) select id from inside))
order by n.id desc limit :limit"""


@dataclass(frozen=True)
class NoticeRow:
    """One notice as it is read; told: grids that changed, began and ended, and how much moved."""

    id: int
    community: str
    name: str
    net_version: int
    effective_from: datetime
    plan: str | None
    title: str | None
    told: dict[str, Any]


def notify(
    session: Session,
    district: District,
    plan: Plan,
    drawing: Drawing,
    owned: pd.DataFrame,
    cases: Sequence[Case],
    version: NetVersion,
) -> None:
    """Write the notices of a publication. They name grids and figures, no persons."""
    before, after = drawing.ground.net, drawing.net
    told: dict[str, dict[str, Any]] = {}
    for code in sorted(drawing.changed | drawing.facts.keys() | drawing.parties.keys() | _listed(drawing)):
        if not drawing.is_there(code):
            what = "retired"
        elif not drawing.was_there(code):
            what = "new"
        else:
            what = (
                "changed"
                if code in drawing.changed
                else "renamed"
                if code in drawing.facts
                else "leader"
                if code in drawing.parties
                else "micro"
            )
        homes = {net.community(code) for net in (before, after) if code in net.faces or code in net.stacks}
        for home in homes:
            told.setdefault(home, {"grids": {}})["grids"].setdefault(what, []).append(code)
    moves = owned[owned["before"] != owned["after"]]
    for facts in told.values():
        mine = {code for codes in facts["grids"].values() for code in codes}
        moved = moves[moves["before"].isin(mine) | moves["after"].isin(mine)]
        facts["buildings_moved"] = len(moved)
        facts["households_moved"] = int(moved["households"].sum()) if len(moved) else 0
        facts["incidents_moved"] = sum(case.to != case.incident.grid and case.to in mine for case in cases)
    rows = session.execute(
        select(Area.code, Area.id).where(Area.district_id == district.id, Area.code.in_(sorted(told)))
    ).all()
    ids = {str(row[0]): int(row[1]) for row in rows}
    session.add_all(
        Notice(net_version_id=version.id, area_id=ids[home], plan_id=plan.id, told=facts)
        for home, facts in sorted(told.items())
    )
    session.flush()


def _listed(drawing: Drawing) -> set[str]:
    return {micro.grid for micro in drawing.micros.values() if drawing.is_there(micro.grid)}


def notices(
    session: Session, district: District, *, area: str | None, before: int | None = None, limit: int = 50
) -> list[NoticeRow]:
    """Notices of the communities in an area (None: all), the latest first; `before`: only older ids."""
    rows = session.execute(
        text(_NOTICES), {"district": district.id, "area": area, "before": before, "limit": limit}
    ).mappings()
    return [NoticeRow(**row) for row in rows]
