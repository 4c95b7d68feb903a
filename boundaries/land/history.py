"""The life of one grid: every version with its shape, and who it came from and went to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.refusals import UnknownCode
from boundaries.store.tables import District

_VERSIONS = """
select lower(v.valid) as valid_from, upper(v.valid) as valid_to, lower(v.recorded) as recorded_from,
       upper(v.recorded) as recorded_to, v.name, v.kind, a.code as community, v.group_code as group,
       h.code as host, v.area_m2, v.noded, n.number as net_version, p.code as plan,
       st_asbinary(v.geom) as geom
from yiwang.grid g join yiwang.grid_version v on v.grid_id = g.id
join yiwang.area a on a.id = v.community_id join yiwang.net_version n on n.id = v.net_version_id
left join yiwang.grid h on h.id = v.host_id
left join yiwang.plan p on p.published_version_id = v.net_version_id
where g.district_id = :district and g.code = :code
  and v.recorded @> coalesce(cast(:known_at as timestamptz),
                             (select last_recorded from yiwang.register_clock))
order by lower(v.valid), lower(v.recorded)"""

_LINEAGE = """
select p.code as parent, c.code as child, n.number as net_version, n.effective_from, l.area_share,
       l.household_share
from yiwang.grid_lineage l join yiwang.grid p on p.id = l.parent_id join yiwang.grid c on c.id = l.child_id
join yiwang.net_version n on n.id = l.net_version_id
where n.district_id = :district and (p.code = :code or c.code = :code)
  and n.recorded_at <= coalesce(cast(:known_at as timestamptz), n.recorded_at)
order by n.number, p.code, c.code"""


@dataclass(frozen=True)
class GridHistory:
    """versions: by their valid period, each with its shape (lon/lat, None for a 立体 grid) under `geometry`.

    parents, children: at which net version ground came from or went to which grid, and the shares.
    """

    code: str
    versions: list[dict[str, Any]]
    parents: list[dict[str, Any]]
    children: list[dict[str, Any]]
    retired_at: datetime | None


def of_grid(
    session: Session, district: District, code: str, *, known_at: datetime | None = None
) -> GridHistory:
    """The life of a grid as known at an instant (None: now). Raises UnknownCode."""
    asked = {"district": district.id, "code": code, "known_at": known_at}
    versions = [dict(row) for row in session.execute(text(_VERSIONS), asked).mappings()]
    if not versions:
        raise UnknownCode(kind="grid", value=code)
    shapes = intake.from_rows([row.pop("geom") for row in versions])
    for row, shape in zip(versions, shapes, strict=True):
        row["geometry"] = None if shape is None else shapely.geometry.mapping(shape)
    lineage = [dict(row) for row in session.execute(text(_LINEAGE), asked).mappings()]
    last = versions[-1]["valid_to"]
    return GridHistory(
        code=code,
        versions=versions,
        parents=[
            {"code": row.pop("parent"), **{k: v for k, v in row.items() if k != "child"}}
            for row in map(dict, lineage)
            if row["child"] == code and row["parent"] != code
        ],
        children=[
            {"code": row.pop("child"), **{k: v for k, v in row.items() if k != "parent"}}
            for row in map(dict, lineage)
            if row["parent"] == code and row["child"] != code
        ],
        retired_at=last,
    )
