"""What a partition of a community starts from: its ground, buildings, weights, barriers and compounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs import building_work
from boundaries.land import intake, versions
from boundaries.land.plans import drawing as drawings
from boundaries.land.plans.ground import ground_of
from boundaries.land.plans.keeping import find
from boundaries.land.plans.refusals import NoNetYet
from boundaries.land.refusals import UnknownCode, ValueNotAllowed
from boundaries.store.tables import District
from gis.net import Net
from gis.net.face import assemble, chain_sum
from gis.net.merging import require_adjacent
from gis.net.refusals import AcrossCommunities, Locked, NothingThere

Weighing = Literal["households", "residents", "buildings", "workload"]
WEIGHINGS: tuple[Weighing, ...] = ("households", "residents", "buildings", "workload")
BARRIER_KINDS = {"road": 0.3, "river": 0.2, "railway": 0.2}
"""What a metre of border along each costs, where a metre elsewhere costs 1."""


@dataclass(frozen=True, eq=False)
class CommunityGround:
    """A community ready to be divided. Shapes in lon/lat; grids: codes of today, present: their shapes."""

    outline: shapely.Polygon | shapely.MultiPolygon
    grids: tuple[str, ...]
    present: NDArray[np.object_]
    buildings: NDArray[np.object_]
    codes: tuple[str, ...]
    weight: NDArray[np.float64]
    barriers: gpd.GeoDataFrame
    compounds: tuple[str | None, ...]
    metric_crs: int


def read_ground(
    session: Session,
    district: District,
    community: str,
    *,
    plan: str | None = None,
    weigh: str = "households",
    chosen: Sequence[str] | None = None,
    locked: Sequence[str] = (),
) -> CommunityGround:
    """A community as the plan leaves it, without one as it was published last.

    chosen, locked: as for `changing`; the ground is that of the grids that may change.
    weigh: households, residents, buildings (each counts one), or workload: the hours a year of a building's
    households, elements and incidents of the last year, each given to the building nearest within 60 m.
    Raises what `changing` raises, NoNetYet, ValueNotAllowed, BadFlowSettings.
    """
    if weigh not in WEIGHINGS:
        raise ValueNotAllowed(kind="partition", column="weigh", value=weigh, row=None, allowed=WEIGHINGS)
    net = net_of(session, district, plan)
    grids = changing(net, community, chosen=chosen, locked=locked)
    outline = assemble(chain_sum(*(net.faces[code].edges for code in grids)))
    if outline is None:
        raise UnknownCode(kind="community", value=community)
    rows = _buildings(session, district, outline)
    footprints = intake.from_rows([row.geom for row in rows])
    present = np.empty(len(grids), dtype=object)
    present[:] = [net.faces[code].shape for code in grids]
    counts = np.array([float(row.residents if weigh == "residents" else row.households) for row in rows])
    if weigh == "buildings":
        counts = np.ones(len(rows))
    elif weigh == "workload" and len(rows):
        counts = building_work.hours(
            session, district, net.frame, footprints, [row.code for row in rows], counts
        )
    return CommunityGround(
        outline=outline,
        grids=grids,
        present=present,
        buildings=footprints,
        codes=tuple(row.code for row in rows),
        weight=counts,
        barriers=_barriers(session, district, outline),
        compounds=tuple(row.compound_code for row in rows),
        metric_crs=district.metric_crs,
    )


def changing(
    net: Net, community: str, *, chosen: Sequence[str] | None = None, locked: Sequence[str] = ()
) -> tuple[str, ...]:
    """The ground grids of a community that a balance may change, by code; the others stay untouched.

    chosen: only these, two or more that hang together by their borders. locked: never these.
    Raises UnknownCode for a community without grids, UnknownGrid; AcrossCommunities, Locked, NothingThere,
    NotAdjacent for what was chosen; NothingThere if all are locked.
    """
    every = sorted(code for code, of in net.communities.items() if of == community and code in net.faces)
    if not every:
        raise UnknownCode(kind="community", value=community)
    for code in (*(chosen or ()), *locked):
        net.face(code)
    held = set(locked)
    if chosen is None:
        free = tuple(code for code in every if code not in held)
        if not free:
            raise NothingThere("every grid of the community is locked", community=community)
        return free
    wanted = sorted(set(chosen))
    if strangers := [code for code in wanted if net.community(code) != community]:
        raise AcrossCommunities(
            f"grid {strangers[0]} lies in another community",
            place=shapely.multipolygons(shapely.get_parts([net.faces[code].shape for code in strangers])),
            communities=sorted({community, *map(net.community, strangers)}),
            grids=strangers,
        )
    if kept := sorted(held & set(wanted)):
        raise Locked(f"grid {kept[0]} is locked and chosen", place=net.faces[kept[0]].shape, grids=kept)
    if len(wanted) < 2:
        raise NothingThere("at least two grids balance each other", grids=wanted)
    require_adjacent(net, wanted)
    return tuple(wanted)


def net_of(session: Session, district: District, plan: str | None) -> Net:
    """The net as a plan leaves it, without one as it was published last. Raises NoNetYet, UnknownCode."""
    if plan is not None:
        return drawings.drawing_of(session, district, find(session, district, plan)).net
    latest = versions.latest(session, district)
    if latest is None:
        raise NoNetYet(district=district.code)
    return ground_of(session, district, latest).net


def _buildings(session: Session, district: District, outline: Any) -> list[Any]:
    """Buildings whose middle lies on the community's ground, by code."""
    return list(
        session.execute(
            text(
                "select b.code, v.compound_code, coalesce(v.households, 0) households,"
                " coalesce(v.residents, 0) residents, st_asbinary(v.geom) geom"
                " from yiwang.building b join yiwang.building_version v on v.building_id = b.id"
                " where b.district_id = :district and upper_inf(v.recorded) and v.valid @> now()"
                " and v.geom && st_geomfromwkb(:outline, 4326)"
                " and st_intersects(st_pointonsurface(v.geom), st_geomfromwkb(:outline, 4326))"
                ' order by b.code collate "C"'
            ),
            {"district": district.id, "outline": shapely.to_wkb(outline)},
        )
    )


def _barriers(session: Session, district: District, outline: Any) -> gpd.GeoDataFrame:
    rows = session.execute(
        text(
            "select f.kind, st_asbinary(f.geom) from yiwang.feature f where f.district_id = :district"
            " and upper_inf(f.recorded) and f.valid @> now() and f.kind = any(:kinds)"
            " and f.geom && st_geomfromwkb(:outline, 4326) and st_dimension(f.geom) > 0 order by f.id"
        ),
        {"district": district.id, "outline": shapely.to_wkb(outline), "kinds": list(BARRIER_KINDS)},
    ).all()
    shapes = intake.from_rows([row[1] for row in rows])
    weights = [BARRIER_KINDS[row[0]] for row in rows]
    return gpd.GeoDataFrame({"weight": weights}, geometry=gpd.GeoSeries(list(shapes), crs=4326), crs=4326)


def read_lines(session: Session, district: District, codes: Sequence[str]) -> gpd.GeoDataFrame:
    """Features chosen to divide along. Raises UnknownCode."""
    rows = session.execute(
        text(
            "select code, st_asbinary(geom) from yiwang.feature where district_id = :district"
            " and upper_inf(recorded) and valid @> now() and code = any(:codes) order by id"
        ),
        {"district": district.id, "codes": list(codes)},
    ).all()
    if missing := sorted(set(codes) - {row[0] for row in rows}):
        raise UnknownCode(kind="feature", value=missing[0])
    shapes = list(intake.from_rows([row[1] for row in rows]))
    return gpd.GeoDataFrame({"weight": 0.3}, index=range(len(shapes)), geometry=shapes, crs=4326)
