"""The plan of an invented district, in plan metres: net, roads, plots and buildings, before it is bent."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.synthetic import country, fill, footprints, ground, roads, uses
from gis.synthetic.bend import Bend
from gis.synthetic.blocks import Block, TownPlan, lay_out
from gis.synthetic.footprints import Sites
from gis.synthetic.lattice import Lattice
from gis.synthetic.layout import Layout
from gis.synthetic.names import Names


@dataclass(frozen=True)
class GridPlan:
    """What is known of every grid, as columns in the order of the net.

    block: position in `Plan.blocks`, -1 in the country. village: position in `Plan.villages`, -1 in town.
    """

    community: NDArray[np.int64]
    block: NDArray[np.int64]
    village: NDArray[np.int64]
    use: NDArray[np.object_]
    angle: NDArray[np.float64]
    plot: NDArray[np.object_]  # the ground inside the roads


@dataclass(frozen=True)
class Plan:
    """A district on straight paper. Communities are numbered in the order of `codes`."""

    district: shapely.Polygon
    codes: list[str]
    towns: list[TownPlan]
    blocks: list[Block]
    town_of_block: NDArray[np.int64]
    villages: list[country.Village]
    net: ground.Net
    grids: GridPlan
    roads: list[roads.Road]
    sites: Sites
    footprints: NDArray[np.object_]
    names: Names


def make_plan(
    tree: pd.DataFrame, layout: Layout, bend: Bend, n_grids: int, n_buildings: int, rng: np.random.Generator
) -> Plan:
    """Draw the whole district. tree: code, name, level, parent_code, kind (居 in town, 村 in the country)."""
    communities = tree[tree["level"] == "community"].sort_values("code")
    wanted = _wanted(communities, layout)
    lattices = [Lattice.draw(sketch, rng) for sketch in layout.towns]
    outlines = [ground.town_outline(lattice) for lattice in lattices]
    district = _district(layout, bend, int(rng.integers(2**31)))
    villages, joined, gates, towns = _settlements(layout, lattices, outlines, district, wanted, n_grids, rng)
    seeds, village_of_seed = country.seeds(villages)
    warp = (
        country.Warp(np.array([v.centre for v in villages]), rng.uniform(0, 2 * np.pi, 4))
        if villages
        else None
    )
    net = ground.divide(district, towns, outlines, seeds, warp)

    codes, village_names = _codes(communities, layout, towns, villages)
    names = Names(rng)
    roads.name_cuts(towns, names)
    between = _country_road_names(villages, village_names, joined, names)
    lines = country.country_roads(villages, gates, joined, warp) if warp else []
    drawn = roads.draw(
        layout, district, towns, outlines, villages, list(zip(between, lines, strict=True)), village_names
    )
    by_code = dict(zip(communities["code"], communities["name"], strict=True))
    first = 0
    for town in towns:
        uses.assign(town, [by_code[c] for c in codes[first : first + len(town.letters)]], rng)
        first += len(town.letters)
    grids = _grid_plan(net, towns, villages, village_of_seed, drawn)
    sites, shapes = _build(grids, villages, n_buildings, rng)
    return Plan(
        district,
        codes,
        towns,
        [b for t in towns for b in t.blocks],
        np.repeat(np.arange(len(towns)), [len(t.blocks) for t in towns]),
        villages,
        net,
        grids,
        drawn,
        sites,
        shapes,
        names,
    )


def _wanted(communities: pd.DataFrame, layout: Layout) -> dict[str, tuple[int, int]]:
    """Letter → how many 居 and 村 its street has."""
    counts = {}
    for letter, street in layout.streets.items():
        kinds = communities.loc[communities["parent_code"] == street, "kind"]
        counts[letter] = (int((kinds != "村").sum()), int((kinds == "村").sum()))
    return counts


def _district(layout: Layout, bend: Bend, seed: int) -> shapely.Polygon:
    """The outline, scaled until its area in the metric CRS is the one asked for."""
    scale, shape = 1.0, shapely.Polygon()
    for _ in range(4):
        shape = country.outline(layout, scale, np.random.default_rng(seed))
        bent = shapely.transform(shapely.segmentize(shape, 40.0), bend.metres)
        scale *= float(np.sqrt(layout.area_km2 * 1e6 / bent.area))
    return shape


def _settlements(
    layout: Layout,
    lattices: list[Lattice],
    outlines: list[shapely.Polygon],
    district: shapely.Polygon,
    wanted: dict[str, tuple[int, int]],
    n_grids: int,
    rng: np.random.Generator,
) -> tuple[list[country.Village], list[tuple[int, int]], NDArray[np.float64], list[TownPlan]]:
    land = shapely.difference(district, shapely.buffer(shapely.union_all(outlines), 150.0))
    gates = np.concatenate([roads.gates(TownPlan(lattice)) for lattice in lattices])
    villages, joined = country.settle(layout, land, {k: v[1] for k, v in wanted.items()}, gates, rng)
    in_town = max(n_grids - len(country.seeds(villages)[0]), 1)
    letters = [dict.fromkeys("".join(lattice.sketch.rows)) for lattice in lattices]
    shares = [sum(wanted[letter][0] for letter in mine) for mine in letters]
    towns = [
        lay_out(lattice, {x: wanted[x][0] for x in mine}, round(in_town * share / sum(shares)), rng)
        for lattice, mine, share in zip(lattices, letters, shares, strict=True)
    ]
    return villages, joined, gates, towns


def _codes(
    communities: pd.DataFrame, layout: Layout, towns: list[TownPlan], villages: list[country.Village]
) -> tuple[list[str], list[str]]:
    """The code of every community of the plan: towns in turn, then villages; and the villages' names.

    Within a street codes rise outwards from the middle of the town, mines and works last; villages from
    north to south.
    """
    codes: list[str] = []
    for town in towns:
        far = _distance_of_communities(town)
        found = [""] * len(town.letters)
        for letter in dict.fromkeys(town.letters):
            mine = communities[
                (communities["parent_code"] == layout.streets[letter]) & (communities["kind"] != "村")
            ]
            works = mine["name"].map(lambda name: any(word in name for word in uses.WORKS_NAMES))
            ordered = [*mine.loc[~works, "code"], *mine.loc[works, "code"]]
            units = sorted((k for k, x in enumerate(town.letters) if x == letter), key=lambda k: (far[k], k))
            for unit, code in zip(units, ordered, strict=True):
                found[unit] = code
        codes.extend(found)
    rural = [""] * len(villages)
    for letter in dict.fromkeys(v.letter for v in villages):
        mine = communities[
            (communities["parent_code"] == layout.streets[letter]) & (communities["kind"] == "村")
        ]
        places = sorted(
            (k for k, v in enumerate(villages) if v.letter == letter), key=lambda k: -villages[k].centre[1]
        )
        for place, code in zip(places, mine["code"], strict=True):
            rural[place] = code
    by_code = dict(zip(communities["code"], communities["name"], strict=True))
    return codes + rural, [by_code[code].removesuffix("村") for code in rural]


def _distance_of_communities(town: TownPlan) -> NDArray[np.float64]:
    middles = town.lattice.plan(np.array([b.rect.middle for b in town.blocks])) - town.lattice.sketch.centre_m
    number = np.array([b.community for b in town.blocks])
    distance = np.bincount(number, np.hypot(*middles.T)) / np.maximum(np.bincount(number), 1)
    return np.asarray(distance)


def _country_road_names(
    villages: list[country.Village], village_names: list[str], joined: list[tuple[int, int]], names: Names
) -> list[str]:
    """A road between two villages bears both their names' first characters; one to town or hamlet one's."""
    result = []
    for a, b in joined:
        if b < len(villages):
            result.append(names.claim(f"{village_names[a][0]}{village_names[b][0]}线"))
        else:
            result.append(f"{village_names[a]}路")
    for village, name in zip(villages, village_names, strict=True):
        result.extend(f"{name}支线" for _ in village.hamlets)
    return result


def _grid_plan(
    net: ground.Net,
    towns: list[TownPlan],
    villages: list[country.Village],
    village_of_seed: NDArray[np.int64],
    drawn: list[roads.Road],
) -> GridPlan:
    blocks = [(town, block) for town in towns for block in town.blocks]
    firsts = np.cumsum([0] + [len(t.letters) for t in towns])
    offset = {id(town): int(first) for town, first in zip(towns, firsts, strict=False)}
    n = len(net.source)
    community, village = np.zeros(n, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    use, angle = np.full(n, "village", dtype=object), np.zeros(n)
    plot = net.polygons.copy()
    block_of = np.where(net.source < len(blocks), net.source, -1)
    for k, source in enumerate(net.source):
        if source < len(blocks):
            town, block = blocks[source]
            community[k] = offset[id(town)] + block.community
            use[k] = block.use
            r, t = block.rect, block.rect.middle[1]
            (x0, y0), (x1, y1) = town.lattice.plan(np.array([(r.w, t), (r.e, t)]))
            angle[k] = np.arctan2(y1 - y0, x1 - x0)
        else:
            village[k] = village_of_seed[source - len(blocks)]
            community[k] = firsts[-1] + village[k]
            angle[k] = villages[village[k]].angle
            plot[k] = shapely.intersection(plot[k], _reach(villages[village[k]]))
    plot = shapely.buffer(roads.off_roads(plot, drawn), -1.0, join_style="mitre")
    return GridPlan(community, block_of, village, use, angle, plot)


def _reach(village: country.Village) -> shapely.Geometry:
    """Where houses of a village may stand: round its main street and round its hamlets."""
    street = shapely.LineString(
        [village.local(-village.half_street_m, 0), village.local(village.half_street_m, 0)]
    )
    core = shapely.buffer(street, 190.0 * village.size)
    return shapely.union_all([core, *(shapely.buffer(shapely.Point(h), 130.0) for h in village.hamlets)])


def _build(
    grids: GridPlan, villages: list[country.Village], n_buildings: int, rng: np.random.Generator
) -> tuple[Sites, NDArray[np.object_]]:
    """Fill the plots; of the village houses keep the ones nearest to the middle, so that the number fits."""
    plots = [
        fill.Plot(plot, float(angle), k, str(use), fronts=use in uses.WITH_SHOPS and rng.random() < 0.8)
        for k, (plot, angle, use) in enumerate(zip(grids.plot, grids.angle, grids.use, strict=True))
    ]
    sites = fill.fill(plots, rng)
    shapes = footprints.polygons(sites)
    shapely.prepare(grids.plot)
    inside = shapely.contains_properly(grids.plot[sites.grid], shapes)
    sites, shapes = sites[inside], shapes[inside]
    stays = footprints.apart(shapes, sites.rank)
    sites, shapes = sites[stays], shapes[stays]
    chosen = _choose(sites, grids, villages, n_buildings, rng)
    return sites[chosen], shapes[chosen]


def _choose(
    sites: Sites,
    grids: GridPlan,
    villages: list[country.Village],
    n_buildings: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    village = grids.village[sites.grid]
    order = rng.random(len(sites))  # in town what must go goes at random, homes last
    order[(village < 0) & (sites.kind == 0)] -= 10
    order[village < 0] -= 10
    rural = np.flatnonzero(village >= 0)
    if len(rural):
        order[rural] = _remoteness(sites[rural], village[rural], villages) + rng.uniform(0, 0.15, len(rural))
    return np.sort(np.argsort(order, kind="stable")[:n_buildings])


def _remoteness(
    sites: Sites, village: NDArray[np.int64], villages: list[country.Village]
) -> NDArray[np.float64]:
    """How far out a house lies: from its village's main street, or from a hamlet, which is small."""
    centre = np.array([v.centre for v in villages])[village]
    angle, size = np.array([(v.angle, v.size) for v in villages])[village].T
    dx, dy = sites.x - centre[:, 0], sites.y - centre[:, 1]
    along, across = dx * np.cos(angle) + dy * np.sin(angle), -dx * np.sin(angle) + dy * np.cos(angle)
    # an edge of bays and spurs instead of an ellipse
    ragged = 1 + 0.28 * np.sin(sites.x / 41 + 2 * np.sin(sites.y / 57)) * np.sin(sites.y / 47)
    away = np.hypot(along / 1.4, across) / size * ragged
    for number, v in enumerate(villages):
        for which, hamlet in enumerate(v.hamlets):
            near = np.hypot(sites.x - hamlet[0], sites.y - hamlet[1]) * (2.4 + 0.7 * which) * ragged
            away = np.where(village == number, np.minimum(away, near), away)
    return np.asarray(away / 300)
