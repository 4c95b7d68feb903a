"""What stands and lives in the invented town: cameras, hydrants, shops, branches, groups, papers."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

_TRADES = ("便利店", "小吃店", "理发店", "药店", "五金店", "水果店", "面馆", "手机店")
_PREMISES = {"school": "学校", "hospital": "医院", "market": "市场"}
_LINK = "https://example.org/charters/"
COLUMNS = ["code", "kind", "name", "count", "lon", "lat", "building", "grid", "fields", "source"]


def elements(
    areas: pd.DataFrame,
    grids: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    features: gpd.GeoDataFrame,
    source: str,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """code, kind, name, count, lon, lat (WGS 84), building, grid, fields, source.

    Kinds are those that the register ships. Cameras and hydrants stand at the roads inside the grids, shops
    in buildings, a branch and a charter at each community's first grid, groups of people in every fifth.
    """
    rows: list[dict[str, Any]] = []
    names = areas.set_index("code")["name"]
    _at_roads(rows, grids, features, rng)
    for code in buildings.loc[buildings["use"] == "shop", "code"].to_numpy()[::3]:
        trade = str(rng.choice(_TRADES))
        fields = {"trade": trade, "staff": int(rng.integers(1, 9))}
        rows.append(_row("shop", trade, building=code, fields=fields))
    for use, what in _PREMISES.items():
        mine = buildings[buildings["use"] == use]
        for code, name in zip(mine["code"], mine["name"], strict=True):
            fields = {"premises_kind": what, "capacity": int(rng.integers(50, 1500))}
            rows.append(_row("premises", name or what, building=code, fields=fields))
    for community, mine in grids.groupby("community_code", sort=True):
        home, name = mine["code"].iloc[0], names[community]
        rows.append(_row("branch", f"{name}党支部", grid=home, fields={"members": int(rng.integers(12, 90))}))
        rows.append(_row("charter", f"{name}自治章程", grid=home, fields={"link": f"{_LINK}{community}.pdf"}))
        holder = {
            "holder": f"{name}股份经济合作社",
            "asset_kind": "房屋",
            "area_m2": float(rng.integers(80, 900)),
        }
        rows.append(_row("asset", f"{name}集体用房", grid=home, fields=holder))
        for code in mine["code"].iloc[::5]:
            rows.append(_row("elderly", "", grid=code, count=int(rng.integers(1, 30))))
            rows.append(_row("tenants", "", grid=code, count=int(rng.integers(5, 200))))
    frame = pd.DataFrame(rows, columns=COLUMNS, dtype=object)
    frame["code"] = [f"E{number + 1:05d}" for number in range(len(frame))]
    return frame.assign(source=source)


def _at_roads(
    rows: list[dict[str, Any]], grids: gpd.GeoDataFrame, features: gpd.GeoDataFrame, rng: np.random.Generator
) -> None:
    """A hydrant in each grid and a camera or two, where a road runs along or through it."""
    roads = features[features["code"].str.startswith("R")].geometry.to_numpy()
    tree = shapely.STRtree(roads)
    shapes = grids.geometry.to_numpy()
    of_grid, of_road = tree.query(shapes, predicate="intersects")
    order = np.argsort(of_grid, kind="stable")
    starts = np.searchsorted(of_grid[order], np.arange(len(shapes) + 1))
    for position, shape in enumerate(shapes):
        near: NDArray[np.int64] = of_road[order[starts[position] : starts[position + 1]]]
        for kind in ("hydrant", "camera", "camera")[: 2 + int(rng.random() < 0.4)]:
            point = shapely.point_on_surface(shape)
            if len(near):
                part = shapely.intersection(roads[near[int(rng.integers(len(near)))]], shape)
                line = max(shapely.get_parts(part), key=lambda each: each.length)
                point = shapely.line_interpolate_point(line, rng.random(), normalized=True)
            fields: dict[str, Any] = (
                {"pressure_mpa": round(float(rng.uniform(0.1, 0.5)), 2)}
                if kind == "hydrant"
                else {"online": bool(rng.random() < 0.95)}
            )
            rows.append(_row(kind, "", lon=round(point.x, 9), lat=round(point.y, 9), fields=fields))


def _row(kind: str, name: str, **told: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name, **told}
