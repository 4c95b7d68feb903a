"""The crosswalk of a line: which grids an old area became, with shares, at each net version.

It is built by `gis.overlay` for one state of the net and of the line, holds until either changes, and stays
queryable afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from boundaries.land import intake, lines
from boundaries.land.refusals import NoCrosswalk, NothingToLay
from boundaries.store import bulk, clock
from boundaries.store.bitemporal import as_of
from boundaries.store.bulk import Tally
from boundaries.store.tables import Crosswalk, District, Grid, Line, NetVersion
from gis import overlay

SNAP_M = 10.0
_MEASURES = (
    "area_m2",
    "buildings",
    "households",
    "share_of_area",
    "share_of_grid",
    "households_of_area",
    "households_of_grid",
)


@dataclass(frozen=True, eq=False)
class Laid:
    """Lines laid over the net of one instant.

    nets: the net first, then the lines; lon/lat by code. homes: doors of buildings, else their footprints.
    """

    found: overlay.Crosswalk
    version: NetVersion
    at: datetime
    nets: Mapping[str, gpd.GeoSeries]
    homes: intake.Shapes
    households: list[int]


@dataclass(frozen=True, slots=True)
class Built:
    """A crosswalk in the register: what was written, for which net version, and while it holds."""

    tally: Tally
    net_version: int
    valid_from: datetime
    valid_to: datetime | None
    laid: Laid


def lay(
    session: Session,
    district: District,
    line_codes: list[str],
    *,
    at: datetime | None = None,
    snap_m: float = SNAP_M,
) -> Laid:
    """Lay lines over the net in force at an instant (default: now), as the register knows both today.

    A building counts where its main entrance is, else at a point inside it; without a count of households
    it counts none. Raises UnknownCode for a line, NothingToLay, OverlayRefused.
    """
    instant = at or session.scalar(select(func.clock_timestamp()))
    assert isinstance(instant, datetime)
    version = session.scalar(
        select(NetVersion)
        .where(NetVersion.district_id == district.id, NetVersion.effective_from <= instant)
        .order_by(NetVersion.number.desc())
        .limit(1)
    )
    found = [lines.get(session, district, code) for code in line_codes]
    facts = {"district": district.id, "at": instant}
    grids = _shapes(session, _GRIDS, facts)
    if version is None or grids.empty:
        raise NothingToLay(what="the net", at=instant)
    base = "net"
    while base in line_codes:
        base += " in force"
    nets = {base: grids}
    for line in found:
        nets[line.code] = _shapes(session, _AREAS, {"line": line.id, "at": instant})
        if nets[line.code].empty:
            raise NothingToLay(what=f"line {line.code}", at=instant)
    rows = session.execute(text(_HOMES), facts).all()
    homes, households = intake.from_rows([row[0] for row in rows]), [int(row[1]) for row in rows]
    laid = overlay.merge_nets(
        nets,
        None,
        metric_crs=district.metric_crs,
        buildings=homes,
        households=households,
        snap_m=snap_m,
    )
    return Laid(laid, version, instant, nets, homes, households)


def build(session: Session, district: District, line_code: str, *, at: datetime | None = None) -> Built:
    """Write the crosswalk of a line to the net in force at an instant (default: now).

    It holds from when both were as they are until either changes; a former instant gives a former one.
    The same again changes nothing. The register is locked only to write; if the net or a line was written
    while the lines were laid, they are laid once more under the lock. Raises what `lay` raises.
    """
    seen = session.execute(text(_SEEN)).one()
    laid = lay(session, district, [line_code], at=at)
    stamp = clock.stamp(session)
    if session.execute(text(_SEEN)).one() != seen:
        laid = lay(session, district, [line_code], at=at)
    line = lines.get(session, district, line_code)
    since, until = _while_both_hold(session, district, line, laid)
    shares = laid.found.shares
    ids = intake.ids_by_code(session, Grid, district)
    frame = pd.DataFrame(
        {
            "line_id": line.id,
            "area_code": shares["area"],
            "grid_id": shares["grid"].map(ids),
            "net_version_id": laid.version.id,
            **{name: shares[name].astype(object).where(shares[name].notna(), None) for name in _MEASURES},
        }
    )
    tally = bulk.put(
        session,
        Crosswalk,
        frame,
        key=("line_id", "area_code", "grid_id"),
        valid_from=since,
        valid_to=until,
        stamp=stamp,
        retire_within=Crosswalk.line_id == line.id,
    )
    return Built(tally, laid.version.number, since, until, laid)


def built_lines(session: Session, district: District) -> list[str]:
    """Codes of the lines that ever had a crosswalk."""
    query = select(Line.code).where(
        Line.district_id == district.id, Line.id.in_(select(Crosswalk.line_id).distinct())
    )
    return list(session.scalars(query.order_by(Line.code)))


def state(
    session: Session,
    district: District,
    line: Line,
    at: datetime | None = None,
    known_at: datetime | None = None,
) -> dict[str, Any] | None:
    """Of which net version the crosswalk at an instant is: net_version, valid_from, outdated (the net or
    the line is another by then); None where none was built.
    """
    row = session.execute(
        select(NetVersion.number, func.max(func.lower(Crosswalk.valid)))
        .join(NetVersion, NetVersion.id == Crosswalk.net_version_id)
        .where(Crosswalk.line_id == line.id, as_of(Crosswalk, at, known_at))
        .group_by(NetVersion.number)
        .order_by(NetVersion.number.desc())
    ).first()
    if row is None:
        return None
    number, since = row
    instant = func.now() if at is None else at
    net = session.scalar(
        select(func.max(NetVersion.number)).where(
            NetVersion.district_id == district.id, NetVersion.effective_from <= instant
        )
    )
    changed = session.scalar(
        text(_LINE_CHANGED), {"line": line.id, "since": since, "at": at, "known_at": known_at}
    )
    return {
        "net_version": number,
        "valid_from": since.isoformat(),
        "outdated": bool(net != number or changed),
    }


def grids_of(
    session: Session, line: Line, area: str, at: datetime | None = None, known_at: datetime | None = None
) -> list[dict[str, Any]]:
    """The grids that an old area lies in, the largest share of its ground first."""
    return _rows(session, Crosswalk.line_id == line.id, Crosswalk.area_code == area, at, known_at)


def areas_of(
    session: Session,
    district: District,
    grid: str,
    at: datetime | None = None,
    known_at: datetime | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """By line: the old areas that a grid lies in, the largest share of its ground first."""
    rows = _rows(session, Grid.district_id == district.id, Grid.code == grid, at, known_at)
    rows.sort(key=lambda row: (row["line"], -(row["share_of_grid"] or 0.0), row["area"]))
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.pop("line"), []).append({k: v for k, v in row.items() if k != "grid"})
    return found


def require(state: dict[str, Any] | None, line: Line) -> dict[str, Any]:
    """The state, if there is one. Raises NoCrosswalk."""
    if state is None:
        raise NoCrosswalk(line=line.code)
    return state


def _rows(
    session: Session, one: Any, other: Any, at: datetime | None, known_at: datetime | None
) -> list[dict[str, Any]]:
    columns = [getattr(Crosswalk, name) for name in _MEASURES]
    rows = session.execute(
        select(Line.code, Crosswalk.area_code, Grid.code, *columns)
        .join(Grid, Grid.id == Crosswalk.grid_id)
        .join(Line, Line.id == Crosswalk.line_id)
        .where(one, other, as_of(Crosswalk, at, known_at))
        .order_by(Crosswalk.share_of_area.desc().nulls_last(), Grid.code)
    )
    return [dict(zip(("line", "area", "grid", *_MEASURES), row, strict=True)) for row in rows]


def _shapes(session: Session, query: str, facts: dict[str, Any]) -> gpd.GeoSeries:
    rows = session.execute(text(query), facts).all()
    return gpd.GeoSeries(intake.from_rows([row[1] for row in rows]), index=[row[0] for row in rows], crs=4326)


def _while_both_hold(
    session: Session, district: District, line: Line, laid: Laid
) -> tuple[datetime, datetime | None]:
    """From the later of the net version and the line's last change, until the earlier next one."""
    last, ahead = session.execute(text(_LINE_CHANGES), {"line": line.id, "at": laid.at}).one()
    following = session.scalar(
        select(func.min(NetVersion.effective_from)).where(
            NetVersion.district_id == district.id, NetVersion.effective_from > laid.at
        )
    )
    ends = [instant for instant in (ahead, following) if instant is not None]
    return max(laid.version.effective_from, last), min(ends, default=None)


_SEEN = """
select (select max(id) from yiwang.grid_version), (select max(id) from yiwang.net_version),
       (select max(id) from yiwang.line_area), (select max(id) from yiwang.building_version)"""
_NOW = "v.valid @> cast(:at as timestamptz) and upper_inf(v.recorded)"
_GRIDS = f"""
select g.code, st_asbinary(v.geom) from yiwang.grid g join yiwang.grid_version v on v.grid_id = g.id
where g.district_id = :district and v.geom is not null and {_NOW} order by g.code"""
_AREAS = f"""
select v.code, st_asbinary(v.geom) from yiwang.line_area v where v.line_id = :line and {_NOW}
order by v.code"""
_HOMES = f"""
select st_asbinary(coalesce(v.entrance, v.geom)), coalesce(v.households, 0) from yiwang.building b
join yiwang.building_version v on v.building_id = b.id
where b.district_id = :district and {_NOW} order by b.code"""
_LINE_CHANGES = """
select max(i) filter (where i <= cast(:at as timestamptz)), min(i) filter (where i > cast(:at as timestamptz))
from yiwang.line_area v, unnest(array[lower(v.valid), upper(v.valid)]) i
where v.line_id = :line and upper_inf(v.recorded)"""
_LINE_CHANGED = """
select exists (
    select from yiwang.line_area v, unnest(array[lower(v.valid), upper(v.valid)]) i
    where v.line_id = :line and i > cast(:since as timestamptz)
    and i <= coalesce(cast(:at as timestamptz), now())
    and case when cast(:known_at as timestamptz) is null then upper_inf(v.recorded)
             else v.recorded @> cast(:known_at as timestamptz) end)"""
