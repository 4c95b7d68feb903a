"""An invented district as the register takes it: frames in lon/lat, and the truth about what was planted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.synthetic import addresses, dwellings, footprints, incidents, people
from gis.synthetic.bend import Bend
from gis.synthetic.elements import elements as make_elements
from gis.synthetic.features import features as make_features
from gis.synthetic.footprints import KINDS
from gis.synthetic.layout import JINCHENG, SMALL, Layout
from gis.synthetic.plan import Plan, make_plan

CHINA = timezone(timedelta(hours=8))
UNTIL = datetime(2026, 11, 1, tzinfo=CHINA)
SOURCE = "invented ground"
_DEDICATED = {"campus": "学院", "works": "厂区", "market": "市场"}
_MATTERS = pd.DataFrame(
    [
        ("01", None, "公用设施（部件）", 24),
        ("0112", "01", "路灯", 24),
        ("11", None, "市容环境（事件）", 8),
        ("1101", "11", "暴露垃圾", 4),
        ("15", None, "街面秩序（事件）", 4),
        ("1501", "15", "无照经营游商", 4),
        ("1503", "15", "机动车乱停放", 4),
        ("16", None, "其他事件", 16),
        ("1602", "16", "噪声扰民", 8),
    ],
    columns=["code", "parent_code", "name", "limit_hours"],
)


@dataclass(frozen=True)
class Truth:
    """What was planted and must be found again.

    hot_spots: code, matter_code, radius_m, starts_at, ends_at, incidents, geometry (point, lon/lat).
    """

    hot_spots: gpd.GeoDataFrame
    vacant_grids: tuple[str, ...]
    communities_without_desk: tuple[str, ...]


@dataclass(frozen=True)
class Town:
    """Every frame has the columns of the register's `put` function of its name; shapes are lon/lat.

    lines: (code, name) of a department's own net → its areas. since: from when on all of it holds.
    """

    code: str
    name: str
    metric_crs: int
    since: datetime
    areas: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    parts: pd.DataFrame
    compounds: gpd.GeoDataFrame
    addresses: pd.DataFrame
    features: gpd.GeoDataFrame
    elements: pd.DataFrame
    parties: pd.DataFrame
    duties: pd.DataFrame
    incidents: pd.DataFrame
    lines: Mapping[tuple[str, str], gpd.GeoDataFrame]
    truth: Truth


def make_town(
    tree: pd.DataFrame,
    *,
    seed: int = 0,
    layout: Layout = JINCHENG,
    centre_lonlat: tuple[float, float] = (112.85, 35.50),
    metric_crs: int = 4547,
    n_grids: int = 1000,
    n_buildings: int = 30_000,
    n_households: int = 150_000,
    n_incidents: int = 100_000,
    until: datetime = UNTIL,
    matters: pd.DataFrame | None = None,
) -> Town:
    """Invent a district on the real (or any) tree of codes and names. The same arguments, the same bits.

    tree: code, name, level (district, street, community), parent_code, kind (居 in town, 村 outside), one
    district; its streets are those of `layout`. matters: code, parent_code, name, limit_hours, by default a
    few. Buildings are at most `n_buildings` and households exactly `n_households`; grids come out within a
    few of `n_grids`. Incidents cover the two years before `until`. Lengths are metres of `metric_crs`.
    """
    matters = _MATTERS if matters is None else matters
    ground, folk, events, things = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(4))
    bend = Bend(centre_lonlat, metric_crs, layout.turn_deg)
    tree = tree.sort_values("code").reset_index(drop=True)
    plan = make_plan(tree, layout, bend, n_grids, n_buildings, ground)
    by_code = dict(zip(tree["code"], tree["name"], strict=True))
    community_names = [by_code[code] for code in plan.codes]
    since = until - timedelta(days=incidents.DAYS + 1)

    walled = addresses.compounds(plan)
    group = np.where(walled.of_building >= 0, walled.of_building + len(plan.net.polygons), plan.sites.grid)
    lived = dwellings.settle(plan.sites, group, n_households, ground)
    grids, grid_codes = _grids(plan, bend, community_names)
    buildings, codes = _buildings(plan, bend, walled, lived, grid_codes, community_names)
    areas = _areas(tree, grids)
    compounds = gpd.GeoDataFrame(
        {"code": _numbered("C", len(walled.names), 4), "name": walled.names},
        geometry=bend.shapes(walled.shapes),
        crs=4326,
    )
    features = make_features(plan, bend, community_names)
    classes = matters[(matters["code"].str.len() == 2)]
    staff = people.appoint(
        areas,
        grids,
        compounds,
        features,
        list(zip(classes["code"], classes["name"], strict=True)),
        since,
        plan.names,
        folk,
    )
    kinds = matters[matters["code"].str.len() == 4]
    spots = incidents.plant(plan, kinds["code"].tolist(), n_incidents, until, events)
    happened = incidents.happen(
        plan,
        bend,
        lived.households,
        kinds["code"].tolist(),
        np.asarray(kinds["limit_hours"], dtype=np.float64),
        spots,
        n_incidents,
        until,
        events,
    )
    district = tree[tree["level"] == "district"].iloc[0]
    return Town(
        code=str(district["code"]),
        name=str(district["name"]),
        metric_crs=metric_crs,
        since=since,
        areas=areas,
        grids=grids,
        buildings=buildings,
        parts=_parts(lived, codes),
        compounds=compounds,
        addresses=_addresses(plan, walled, lived, codes, buildings["name"], community_names),
        features=features,
        elements=make_elements(areas, grids, buildings, features, SOURCE, things),
        parties=pd.DataFrame(staff.parties),
        duties=pd.DataFrame(staff.duties),
        incidents=happened,
        lines={("sanitation", "环卫作业片区"): _sanitation(areas, grids)},
        truth=Truth(_hot_spots(spots, bend), tuple(staff.vacant_grids), tuple(staff.without_desk)),
    )


def small_tree() -> pd.DataFrame:
    """An invented tree: one district, one street, four 居 and one 村."""
    rows = [
        ("149901", "样城区", "district", None, "区"),
        ("149901001", "样东街道", "street", "149901", "街道"),
    ]
    rows += [
        (f"1499010010{k:02d}", name, "community", "149901001", kind)
        for k, name, kind in (
            (1, "槐荫社区", "居"),
            (2, "柳巷社区", "居"),
            (3, "桥头社区", "居"),
            (4, "钟楼社区", "居"),
            (20, "沙坪村", "村"),
        )
    ]
    return pd.DataFrame(rows, columns=["code", "name", "level", "parent_code", "kind"])


def small_town(seed: int = 0, *, n_incidents: int = 1500, matters: pd.DataFrame | None = None) -> Town:
    """One street, five communities, about 40 grids, 800 buildings: a town for tests."""
    return make_town(
        small_tree(),
        seed=seed,
        layout=SMALL,
        n_grids=40,
        n_buildings=800,
        n_households=4_000,
        n_incidents=n_incidents,
        matters=matters,
    )


def _numbered(letter: str, count: int, digits: int) -> list[str]:
    return [f"{letter}{k + 1:0{digits}d}" for k in range(count)]


def _grids(
    plan: Plan, bend: Bend, community_names: list[str]
) -> tuple[gpd.GeoDataFrame, NDArray[np.object_]]:
    """Grids with codes, sorted by code, and the codes in the order of the net."""
    shapes = bend.shapes(plan.net.polygons)
    community = np.array(plan.codes, dtype=object)[plan.grids.community]
    sequence = _banded(shapes, plan.grids.community)
    codes = np.array([f"{c}{k:03d}" for c, k in zip(community, sequence, strict=True)], dtype=object)
    names, kinds, groups = [], [], []
    for k, (place, use) in enumerate(zip(plan.grids.community, plan.grids.use, strict=True)):
        special = _dedicated(plan, k)
        ending = f"{_DEDICATED[str(use)]}专属网格" if special else f"第{sequence[k]}网格"
        names.append(community_names[place] + ending)
        kinds.append("专属" if special else "综合")
        groups.append(f"{codes[k]}-{use}" if special else None)
    frame = gpd.GeoDataFrame(
        {"code": codes, "community_code": community, "name": names, "kind": kinds, "group_code": groups},
        geometry=shapes,
        crs=4326,
    )
    frame["host_code"], frame["source"] = None, SOURCE
    return frame.sort_values("code").reset_index(drop=True), codes


def _dedicated(plan: Plan, grid: int) -> bool:
    """Campuses and markets, and works large enough to be a world of their own."""
    use = plan.grids.use[grid]
    large = shapely.area(plan.net.polygons[grid]) > 90_000
    return bool(use in ("campus", "market") or (use == "works" and large))


def _banded(shapes: NDArray[np.object_], community: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sequence within each community: bands north to south by representative point, west to east within.

    A band is as high as the community's extent divided by the root of its number of grids; ties go by x, y.
    """
    xy = shapely.get_coordinates(shapely.point_on_surface(shapes))
    sequence = np.zeros(len(shapes), dtype=np.int64)
    for number in np.unique(community):
        mine = np.flatnonzero(community == number)
        x, y = xy[mine].T
        bands = max(round(np.sqrt(len(mine))), 1)
        height = (y.max() - y.min()) / bands or 1.0
        band = np.minimum(np.floor((y.max() - y) / height), bands - 1)
        sequence[mine[np.lexsort((y, x, band))]] = np.arange(len(mine)) + 1
    return sequence


def _areas(tree: pd.DataFrame, grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Every area of the tree with the union of its grids as its outline."""
    outlines: dict[str, shapely.Geometry] = {}
    shapes = grids.geometry.to_numpy()
    for length in (12, 9, 6):
        prefix = grids["community_code"].str[:length]
        for code, rows in grids.groupby(prefix, sort=True).indices.items():
            outlines[str(code)] = shapely.coverage_union_all(shapes[rows])
    frame = tree[["code", "name", "level", "parent_code", "kind"]].copy()
    frame["parent_code"] = frame["parent_code"].astype(object).where(frame["parent_code"].notna(), None)
    frame["provisional"], frame["administered_by_code"] = False, None
    frame["source"], frame["vintage"] = SOURCE, None
    return gpd.GeoDataFrame(frame, geometry=[outlines.get(code) for code in tree["code"]], crs=4326)


def _buildings(
    plan: Plan,
    bend: Bend,
    walled: addresses.Compounds,
    lived: dwellings.Dwellings,
    grid_codes: NDArray[np.object_],
    community_names: list[str],
) -> tuple[gpd.GeoDataFrame, NDArray[np.object_]]:
    """Buildings sorted by code, and their codes in the order of the plan: by grid, then north to south."""
    sites = plan.sites
    order = np.lexsort((sites.x, -sites.y, grid_codes[sites.grid].astype(str)))
    codes = np.empty(len(sites), dtype=object)
    codes[order] = _numbered("B", len(sites), 6)
    compound = np.array([*_numbered("C", len(walled.names), 4), None], dtype=object)
    frame = gpd.GeoDataFrame(
        {
            "code": codes,
            "name": addresses.building_names(plan, walled, community_names),
            "use": np.array(KINDS, dtype=object)[sites.kind],
            "floors": sites.floors,
            "households": lived.households,
            "residents": lived.residents,
            "counts_source": SOURCE,
            "compound_code": compound[walled.of_building],
            "entrance": shapely.points(bend.lonlat(footprints.entrances(sites))),
        },
        geometry=bend.shapes(plan.footprints),
        crs=4326,
    )
    return frame.iloc[order].reset_index(drop=True), codes


def _parts(lived: dwellings.Dwellings, codes: NDArray[np.object_]) -> pd.DataFrame:
    number = lived.part_number.astype(str)
    frame = pd.DataFrame(
        {
            "building_code": codes[lived.part_building],
            "code": number,
            "name": [f"{k}单元" for k in number],
            "households": lived.part_households,
        }
    )
    return frame.sort_values(["building_code", "code"]).reset_index(drop=True)


def _addresses(
    plan: Plan,
    walled: addresses.Compounds,
    lived: dwellings.Dwellings,
    codes: NDArray[np.object_],
    names: "pd.Series[str]",
    community_names: list[str],
) -> pd.DataFrame:
    """A standard address for every building and 单元, the name of what has one, and old names."""
    texts = addresses.standard(plan, walled, community_names)
    whole = pd.DataFrame({"building_code": codes, "part_code": None, "text": texts, "kind": "standard"})
    units = pd.DataFrame(
        {
            "building_code": codes[lived.part_building],
            "part_code": lived.part_number.astype(str),
            "text": [
                f"{texts[b]}{k}单元" for b, k in zip(lived.part_building, lived.part_number, strict=True)
            ],
            "kind": "standard",
        }
    )
    named = pd.DataFrame({"building_code": np.sort(codes), "part_code": None, "text": names, "kind": "poi"})
    old = pd.DataFrame(
        {"building_code": codes, "part_code": None, "text": addresses.old_names(walled), "kind": "old"}
    )
    told = [each[each["text"] != ""] for each in (named, old)]
    frame = pd.concat([whole, units, *told], ignore_index=True)
    frame["source"] = SOURCE
    return frame.sort_values(["building_code", "kind", "text"], kind="stable").reset_index(drop=True)


def _sanitation(areas: gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A department's own net: communities of a street by fours, from west to east."""
    communities = areas[areas["level"] == "community"]
    lon = shapely.get_x(shapely.centroid(communities.geometry.to_numpy()))
    ranked = communities.assign(lon=lon).sort_values(["parent_code", "lon"])
    ranked["number"] = ranked.groupby("parent_code").cumcount() // 4
    rows, shapes = [], []
    names = areas.set_index("code")["name"]
    for (street, number), mine in ranked.groupby(["parent_code", "number"], sort=True):
        rows.append((f"HW{street}{number + 1:02d}", f"{names[street]}环卫{number + 1}片", SOURCE))
        shapes.append(shapely.coverage_union_all(mine.geometry.to_numpy()))
    return gpd.GeoDataFrame(rows, columns=["code", "name", "source"], geometry=shapes, crs=4326)


def _hot_spots(spots: list[incidents.HotSpot], bend: Bend) -> gpd.GeoDataFrame:
    places = bend.lonlat(np.array([(s.x, s.y) for s in spots]).reshape(-1, 2))
    return gpd.GeoDataFrame(
        {
            "code": _numbered("H", len(spots), 2),
            "matter_code": [s.matter_code for s in spots],
            "radius_m": [s.radius_m for s in spots],
            "starts_at": [s.starts_at for s in spots],
            "ends_at": [s.ends_at for s in spots],
            "incidents": [s.count for s in spots],
        },
        geometry=shapely.points(places),
        crs=4326,
    )
