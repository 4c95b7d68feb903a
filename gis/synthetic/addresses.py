"""Addresses: house numbers along roads, compounds and their buildings, village houses."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.synthetic import uses
from gis.synthetic.blocks import Block, TownPlan
from gis.synthetic.footprints import KINDS
from gis.synthetic.plan import Plan

_CLASSES = ("ring", "arterial", "street", "river", "lane")
_SIDES = ("s", "e", "n", "w")
_OLD_OWNERS = (
    "煤机厂", "矿务局", "纺织厂", "丝绸厂", "制药厂", "面粉厂", "铸造厂", "化肥厂", "针织厂", "印刷厂",
    "运输公司", "粮食局", "供销社", "机床厂", "水泥厂", "农机站",
)  # fmt: skip
_OLD_WORDS = ("家属院", "宿舍", "老院", "新院")
_OLD_EVERY = 6  # one compound in six is still called by who built it
_PUBLIC_NAMES = {
    "school": ("小学", "中学", "幼儿园"),
    "campus": ("学院",),
    "public": ("政务服务中心", "文化中心", "派出所", "体育馆"),
    "market": ("农贸市场", "商贸城"),
    "works": ("机械厂", "建材厂", "煤机厂", "食品厂"),
    "commerce": ("商厦", "购物广场", "大厦"),
    "park": ("公园",),
}


@dataclass(frozen=True)
class Compounds:
    """Walled neighbourhoods and which building (by position) belongs to which, -1 = none."""

    names: list[str]
    shapes: NDArray[np.object_]
    of_grid: NDArray[np.int64]
    of_building: NDArray[np.int64]
    number_in: NDArray[np.int64]  # 1号楼, 2号楼 …


def compounds(plan: Plan) -> Compounds:
    """Blocks of one quarter with homes of one kind are one compound; shops at its edge are not part of it."""
    keys: dict[tuple[int, int, str], list[int]] = defaultdict(list)
    for grid, block in enumerate(plan.grids.block):
        if block >= 0 and plan.grids.use[grid] in uses.COMPOUNDS:
            quarter = plan.blocks[block].quarter
            keys[(int(plan.town_of_block[block]), quarter, str(plan.grids.use[grid]))].append(grid)
    of_grid = np.full(len(plan.net.polygons), -1, dtype=np.int64)
    shapes = np.empty(len(keys), dtype=object)
    for number, grids in enumerate(keys.values()):
        of_grid[grids] = number
        shapes[number] = shapely.union_all(plan.grids.plot[grids])
    inside = np.isin(plan.sites.kind, [KINDS.index("residential"), KINDS.index("ancillary")])
    of_building = np.where(inside, of_grid[plan.sites.grid], -1)
    homes = np.where(plan.sites.kind == 0, of_building, -1)
    order = np.lexsort((plan.sites.x, -np.round(plan.sites.y, -1), homes))
    number_in = np.zeros(len(plan.sites), dtype=np.int64)
    number_in[order] = pd.Series(homes[order]).groupby(homes[order]).cumcount().to_numpy() + 1
    return Compounds([plan.names.compound() for _ in keys], shapes, of_grid, of_building, number_in)


def old_names(walled: Compounds) -> list[str]:
    """What each building was called when its compound belonged to a works; empty for most."""
    kinds = [owner + word for word in _OLD_WORDS for owner in _OLD_OWNERS]
    texts = []
    for compound, number in zip(walled.of_building.tolist(), walled.number_in.tolist(), strict=True):
        rank, rest = divmod(compound, _OLD_EVERY)
        told = compound >= 0 and number > 0 and rest == 0 and rank < len(kinds)
        texts.append(f"{kinds[rank]}{number}号楼" if told else "")
    return texts


def building_names(plan: Plan, walled: Compounds, community_names: list[str]) -> list[str]:
    """Numbered buildings of compounds, and one named building on every school, market, works …"""
    names = [""] * len(plan.sites)
    for k in np.flatnonzero((walled.of_building >= 0) & (plan.sites.kind == 0)):
        names[k] = f"{walled.names[walled.of_building[k]]}{walled.number_in[k]}号楼"
    largest = pd.DataFrame({"grid": plan.sites.grid, "size": plan.sites.width * plan.sites.depth})
    ranked = largest[plan.sites.kind != KINDS.index("shop")].sort_values(
        "size", ascending=False, kind="stable"
    )
    given: dict[str, int] = defaultdict(int)
    for k in ranked.drop_duplicates("grid").sort_index().index:
        grid = plan.sites.grid[k]
        endings = _PUBLIC_NAMES.get(str(plan.grids.use[grid]))
        if endings:
            place = community_names[plan.grids.community[grid]].removesuffix("社区").removesuffix("村")
            name = place + endings[int(grid) % len(endings)]
            given[name] += 1
            names[k] = (
                name if given[name] == 1 else f"{name}{'一二三四五六七八九'[min(given[name], 9) - 1]}部"
            )
    return names


def standard(plan: Plan, walled: Compounds, community_names: list[str]) -> list[str]:
    """One standard address a building, all different."""
    n_compounds, n = len(walled.names), len(plan.sites)
    road = np.empty(n_compounds + n, dtype=object)  # compounds first, then buildings
    even, along = np.zeros(n_compounds + n, dtype=bool), np.zeros(n_compounds + n)
    block_of = plan.grids.block[plan.sites.grid]
    fronts = _Fronts(plan)
    for number in range(n_compounds):
        grid = int(np.flatnonzero(walled.of_grid == number)[0])
        best = min(fronts.of(grid), key=lambda f: (_CLASSES.index(f[2]), _SIDES.index(f[0])))
        middle = shapely.centroid(walled.shapes[number])
        road[number], even[number], along[number] = fronts.entry(best, middle.x, middle.y)
    single = np.flatnonzero((block_of >= 0) & (walled.of_building < 0))
    for k in single:
        x, y = float(plan.sites.x[k]), float(plan.sites.y[k])
        best = fronts.nearest(int(plan.sites.grid[k]), x, y, lane=plan.sites.kind[k] in (1, 2))
        road[n_compounds + k], even[n_compounds + k], along[n_compounds + k] = fronts.entry(best, x, y)
    numbered = pd.DataFrame({"road": road, "even": even, "along": along}).dropna(subset=["road"])
    numbered = numbered.sort_values(["road", "even", "along"], kind="stable")
    count = numbered.groupby(["road", "even"]).cumcount()
    numbered["text"] = numbered["road"] + (2 * count + 1 + numbered["even"]).astype(str) + "号"
    texts = numbered["text"].reindex(range(n_compounds + n))
    result = texts.iloc[n_compounds:].tolist()
    sheds: dict[int, int] = defaultdict(int)
    for k in np.flatnonzero(walled.of_building >= 0):
        compound = int(walled.of_building[k])
        base = f"{texts.iloc[compound]}{walled.names[compound]}"
        if plan.sites.kind[k] == 0:
            result[k] = f"{base}{walled.number_in[k]}号楼"
        else:
            sheds[compound] += 1
            result[k] = f"{base}附属用房{sheds[compound]}号"
    rural = np.flatnonzero(block_of < 0)
    community = plan.grids.community[plan.sites.grid[rural]]
    order = np.lexsort(
        (plan.sites.x[rural], -np.round(plan.sites.y[rural] / 40), plan.sites.grid[rural], community)
    )
    counted = pd.Series(community[order]).groupby(community[order]).cumcount() + 1
    for k, place, number in zip(rural[order], community[order], counted, strict=True):
        result[k] = f"{community_names[place]}{number}号"
    return result


class _Fronts:
    """The named roads on the four sides of every block."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._bounds = shapely.bounds(plan.grids.plot)
        self._cuts: list[dict[tuple[str, float], list[tuple[float, float, str, str]]]] = []
        for town in plan.towns:
            found: dict[tuple[str, float], list[tuple[float, float, str, str]]] = defaultdict(list)
            for cut in town.cuts:
                if cut.kind != "railway":
                    name = "滨河路" if cut.kind == "river" else cut.name
                    axis, at = ("s", cut.s0) if cut.s0 == cut.s1 else ("t", cut.t0)
                    span = (cut.t0, cut.t1) if axis == "s" else (cut.s0, cut.s1)
                    found[(axis, at)].append((*span, cut.kind, name))
            self._cuts.append(found)
        self._known: dict[int, list[tuple[str, str, str]]] = {}

    def of(self, grid: int) -> list[tuple[str, str, str]]:
        """(side, name, class) of the roads round the grid's block; at least one."""
        if grid not in self._known:
            block = int(self._plan.grids.block[grid])
            number = int(self._plan.town_of_block[block])
            self._known[grid] = self._look(self._plan.towns[number], number, self._plan.blocks[block])
        return self._known[grid]

    def nearest(self, grid: int, x: float, y: float, *, lane: bool) -> tuple[str, str, str]:
        """The road nearest to a place of the block; lanes only, if wanted and there."""
        w, s, e, n = self._bounds[grid]
        away = {"w": x - w, "s": y - s, "e": e - x, "n": n - y}
        choices = self.of(grid)
        if lane:
            choices = [c for c in choices if c[2] == "lane"] or choices
        return min(choices, key=lambda c: away[c[0]])

    @staticmethod
    def entry(front: tuple[str, str, str], x: float, y: float) -> tuple[str, bool, float]:
        """Road, whether on its even side, and the position along it."""
        side, name, _ = front
        return name, side in ("n", "e"), x if side in ("n", "s") else y

    def _look(self, town: TownPlan, number: int, block: Block) -> list[tuple[str, str, str]]:
        r, lattice = block.rect, town.lattice
        found = []
        for side, axis, at, middle, end in (
            ("s", "t", r.s, r.middle[0], lattice.rows),
            ("e", "s", r.e, r.middle[1], lattice.columns),
            ("n", "t", r.n, r.middle[0], lattice.rows),
            ("w", "s", r.w, r.middle[1], lattice.columns),
        ):
            if at in (0, end):
                found.append((side, "环城路" if number == 0 else "环镇路", "ring"))
            for low, high, kind, name in self._cuts[number].get((axis, at), []):
                if low <= middle <= high:
                    found.append((side, name, kind))
                    break
        return found
