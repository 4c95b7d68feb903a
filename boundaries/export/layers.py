"""What stands in an export, read from the register in one transaction."""

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.store.tables import District

LAYERS = ("areas", "grids", "buildings", "addresses", "duties")
_INSTANT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'

_VIEW = """
select {columns}, to_char(valid_from at time zone 'UTC', :instant) as valid_from,
    to_char(valid_to at time zone 'UTC', :instant) as valid_to, st_asbinary(geom) as geometry
from ogc.{view} order by code
"""
_COLUMNS = {
    "areas": "code, name, level, kind, parent, administered_by, provisional",
    "grids": 'code, name, kind, community, community_name, street, host, "group", net_version, area_m2',
    "buildings": "code, name, use, grid, because, compound, floors, households, residents, counts_source",
}
_ADDRESSES = """
select a.text, a.kind, b.code as building, a.part_code as part, a.source,
    st_asbinary(coalesce(v.entrance, st_pointonsurface(v.geom))) as geometry
from yiwang.address a
    join yiwang.building b on b.id = a.building_id
    join yiwang.building_version v on v.building_id = b.id and v.valid @> now() and upper_inf(v.recorded)
where a.valid @> now() and upper_inf(a.recorded) and b.district_id = :district
order by b.code, a.text, a.kind, a.part_code
"""
_DUTIES = """
select p.code as party, p.kind as party_kind, pv.name, pv.post, pv.phone, d.role, d.matter_code as matter,
    case when d.area_id is not null then 'area' when d.grid_id is not null then 'grid'
        when d.building_id is not null then 'building' when d.compound_code is not null then 'compound'
        else 'feature' end as place_kind,
    coalesce(a.code, g.code, b.code, d.compound_code, d.feature_code) as place, d.part_code as part, d.shift,
    to_char(lower(d.valid) at time zone 'UTC', :instant) as valid_from,
    to_char(upper(d.valid) at time zone 'UTC', :instant) as valid_to
from yiwang.duty d
    join yiwang.party p on p.id = d.party_id
    left join yiwang.party_version pv
        on pv.party_id = p.id and pv.valid @> now() and upper_inf(pv.recorded)
    left join yiwang.area a on a.id = d.area_id
    left join yiwang.grid g on g.id = d.grid_id
    left join yiwang.building b on b.id = d.building_id
where d.valid @> now() and upper_inf(d.recorded) and d.district_id = :district
order by place_kind, place, part, role, matter, party, d.shift
"""
_WHOLE = {"net_version", "floors", "households", "residents"}


def read_layers(session: Session, district: District, *, phones: bool = False) -> dict[str, pd.DataFrame]:
    """Every layer of the net in force, by name, in the order of codes.

    All but `duties` are GeoDataFrames in lon/lat (EPSG:4326); a 立体 grid has no shape. Instants are
    text in UTC to the microsecond, so that every format keeps them. Phones only where asked.
    All comes from one state of the register if the session's transaction has one (REPEATABLE READ).
    """
    session.execute(text("select set_config('yiwang.district', :code, true)"), {"code": district.code})
    found: dict[str, pd.DataFrame] = {}
    for view, columns in _COLUMNS.items():
        found[view] = _shaped(_read(session, _VIEW.format(columns=columns, view=view)))
    found["addresses"] = _shaped(_read(session, _ADDRESSES, district=district.id))
    duties = _read(session, _DUTIES, district=district.id)
    found["duties"] = duties if phones else duties.drop(columns="phone")
    return found


def _read(session: Session, query: str, **given: object) -> pd.DataFrame:
    wanted = {name: value for name, value in {"instant": _INSTANT, **given}.items() if f":{name}" in query}
    rows = session.execute(text(query), wanted)
    frame = pd.DataFrame(rows.all(), columns=list(rows.keys()), dtype=object)
    for name in frame.columns:
        if name in _WHOLE:
            frame[name] = frame[name].astype("Int64")
        elif name == "area_m2":
            frame[name] = frame[name].astype("float64")
        elif name == "provisional":
            frame[name] = frame[name].astype("bool")
    return frame


def _shaped(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes = shapely.from_wkb(frame["geometry"].to_numpy(dtype=object))
    return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs=4326)
