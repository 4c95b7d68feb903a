"""What became of an area that is no longer in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boundaries.land.atlas import Atlas
from boundaries.store.bitemporal import current
from boundaries.store.tables import Area, AreaVersion, GridVersion

_SUCCESSOR_SHARE = 0.01  # of the old ground: less than that is the noise of a redrawn border


@dataclass(frozen=True, slots=True)
class Past:
    """The last state of a retired area: until when it was in force, and who holds its ground now."""

    until: datetime | None
    successors: list[str]  # codes of the same level, the one with most of the ground first


def of_area(session: Session, district_id: int, atlas: Atlas, code: str) -> Past | None:
    """The end of an area that is not in the atlas; None if the district never had this code."""
    last = session.execute(
        select(Area.id, Area.level, func.upper(AreaVersion.valid), func.ST_AsBinary(AreaVersion.outline))
        .join(AreaVersion, AreaVersion.area_id == Area.id)
        .where(Area.district_id == district_id, Area.code == code, current(AreaVersion))
        .order_by(func.upper(AreaVersion.valid).desc())
        .limit(1)
    ).first()
    if last is None:
        return None
    area_id, level, until, outline = last
    ground = session.scalars(
        select(func.ST_AsBinary(GridVersion.geom)).where(
            GridVersion.community_id == area_id, current(GridVersion), func.upper(GridVersion.valid) == until
        )
    ).all()
    return Past(until, _heirs(atlas, level, [wkb for wkb in (*ground, outline) if wkb is not None]))


def _heirs(atlas: Atlas, level: str, ground: Sequence[bytes]) -> list[str]:
    """The areas of a level that hold the ground now, by their share of it, then by code."""
    if not ground:
        return []
    old = shapely.union_all([shapely.from_wkb(bytes(wkb)) for wkb in ground])
    shares = [
        (-shapely.area(shapely.intersection(area.geometry, old)) / old.area, code)
        for code, area in atlas.areas.items()
        if area.level == level and area.geometry is not None and area.geometry.intersects(old)
    ]
    return [code for share, code in sorted(shares) if -share >= _SUCCESSOR_SHARE]
