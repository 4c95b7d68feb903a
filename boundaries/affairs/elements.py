"""Elements (人地事物组织): groups of people as counts, places, things, organisations, documents by link."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import and_, select, text
from sqlalchemy.orm import Session

from boundaries.affairs.element_kinds import misfit
from boundaries.affairs.element_refusals import BadElement
from boundaries.land import intake
from boundaries.land.refusals import InvalidShape, UnknownCode
from boundaries.store import bulk
from boundaries.store.bulk import Tally
from boundaries.store.tables import District, Element, ElementKind
from gis.frames import LATTICE_DEG

COLUMNS = ("code", "kind", "name", "count", "lon", "lat", "building", "grid", "source")


def put(
    session: Session, district: District, frame: pd.DataFrame, *, valid_from: datetime, stamp: datetime
) -> Tally:
    """Write elements as they are from `valid_from` on; what was before stays in the register.

    frame: code, kind; optional name, count, lon, lat (WGS 84), building, grid, source, fields (a dict).
    Where there is no lon and lat, the element stands at the building's entrance, else at a point inside the
    grid. A group of people has a count and no name. Which grid it belongs to is not written: it follows.
    Raises DuplicateCode, UnknownCode (kind, building, grid), BadElement, InvalidShape for a position.
    """
    rows = intake.intake(
        frame,
        "element",
        required=("code", "kind"),
        defaults={
            **dict.fromkeys(("count", "lon", "lat", "building", "grid", "fields")),
            **dict.fromkeys(("name", "source"), ""),
        },
    )
    intake.refuse_duplicates(rows, "element", ["code"])
    rows["count"] = intake.whole_numbers(rows, "element", "count")
    rows["fields"] = rows["fields"].map(lambda value: value or {})
    _refuse_misfits(session, district, rows)
    versions = pd.DataFrame(
        {
            "district_id": district.id,
            "code": rows["code"],
            "kind_code": rows["kind"],
            "name": rows["name"],
            "count": rows["count"],
            "building_code": rows["building"],
            "fields": rows["fields"],
            "source": rows["source"],
            "geom": _places(session, district, rows, valid_from),
        }
    )
    return bulk.put(
        session, Element, versions, key=("district_id", "code"), valid_from=valid_from, stamp=stamp
    )


def end(session: Session, district: District, code: str, *, valid_from: datetime, stamp: datetime) -> None:
    """An element is no more from an instant on. Raises UnknownCode where there is none then."""
    mine = and_(Element.district_id == district.id, Element.code == code)
    ended = bulk.retire(session, Element, mine, valid_from=valid_from, stamp=stamp)
    if not ended:
        raise UnknownCode(kind="element", value=code)


def _refuse_misfits(session: Session, district: District, rows: pd.DataFrame) -> None:
    found = session.scalars(select(ElementKind).where(ElementKind.district_id == district.id))
    kinds = {kind.code: kind for kind in found}
    for row, code, of_kind, name, count, fields in zip(
        rows.index, rows["code"], rows["kind"], rows["name"], rows["count"], rows["fields"], strict=True
    ):
        kind = kinds.get(of_kind)
        if kind is None:
            raise UnknownCode(kind="kind of element", value=of_kind, row=row)
        reason = unfit(kind.category, kind.fields, name, count, fields)
        if reason is not None:
            raise BadElement(value=code, row=row, field=reason[0], reason=reason[1])


def unfit(
    category: str, schema: dict[str, Any], name: str, count: int | None, fields: dict[str, Any]
) -> tuple[str, str] | None:
    """The first member of an element that its kind does not take, and why; None where it takes all."""
    if category == "people" and count is None:
        return "count", "a group of people has a count"
    if category == "people" and name:
        return "name", "a group of people has no name: people are counted, never named"
    return misfit(schema, category, fields)


def _places(
    session: Session, district: District, rows: pd.DataFrame, valid_from: datetime
) -> "pd.Series[Any]":
    """Points on the lattice: the position, else that of the building, else one inside the grid."""
    lonlat = rows[["lon", "lat"]].astype(float).to_numpy()
    half = np.isnan(lonlat).sum(axis=1) == 1
    off = ~np.isnan(lonlat).any(axis=1) & ~(np.abs(lonlat) <= (180, 90)).all(axis=1)
    if (half | off).any():
        position = int(np.flatnonzero(half | off)[0])
        raise InvalidShape(
            kind="element", value=rows["code"].iloc[position], row=rows.index[position], reason="not lon/lat"
        )
    open_ = np.isnan(lonlat).any(axis=1)
    for kind, query in (("building", _BUILDINGS), ("grid", _GRIDS)):
        # a building is checked even where the position is given, since it says which grid is meant
        named = rows[kind].notna().to_numpy() & (open_ if kind == "grid" else True)
        if not named.any():
            continue
        wanted = sorted(set(rows.loc[named, kind]))
        known = {
            code: (lon, lat)
            for code, lon, lat in session.execute(
                text(query), {"district": district.id, "codes": wanted, "at": valid_from}
            )
        }
        for position in map(int, np.flatnonzero(named)):
            code = rows[kind].iloc[position]
            if code not in known:
                raise UnknownCode(kind=kind, value=code, row=rows.index[position])
            if open_[position]:
                lonlat[position] = known[code]
                open_[position] = False
    if open_.any():
        position = int(np.flatnonzero(open_)[0])
        raise InvalidShape(
            kind="element",
            value=rows["code"].iloc[position],
            row=rows.index[position],
            reason="no place: neither lon and lat, nor a building, nor a grid",
        )
    points = shapely.points(np.round(lonlat / LATTICE_DEG) / round(1 / LATTICE_DEG))
    return pd.Series(list(points), index=rows.index, dtype=object)


_BUILDINGS = """
select b.code, st_x(p.at), st_y(p.at) from yiwang.building b
join yiwang.building_version v on v.building_id = b.id,
lateral (select coalesce(v.entrance, st_pointonsurface(v.geom)) as at) p
where b.district_id = :district and b.code = any(:codes) and upper_inf(v.recorded)
  and v.valid @> cast(:at as timestamptz)"""

_GRIDS = """
select g.code, st_x(p.at), st_y(p.at) from yiwang.grid g join yiwang.grid_version v on v.grid_id = g.id
left join yiwang.grid_version h on h.grid_id = v.host_id and upper_inf(h.recorded)
  and h.valid @> cast(:at as timestamptz),
lateral (select st_pointonsurface(coalesce(v.geom, h.geom)) as at) p
where g.district_id = :district and g.code = any(:codes) and upper_inf(v.recorded)
  and v.valid @> cast(:at as timestamptz)"""
