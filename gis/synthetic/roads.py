"""Roads, railway and river as lines with widths: what keeps buildings off, and what the map shows."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.synthetic import country, ground
from gis.synthetic.blocks import Cut, TownPlan
from gis.synthetic.layout import Layout
from gis.synthetic.names import MAIN_ROADS, MAIN_STREETS, Names

# Half the ground that a line takes, kerb to building line, metres; and the carriageway's full width.
CLEARANCE_M = {
    "ring": 26.0,
    "arterial": 23.0,
    "street": 13.0,
    "lane": 5.0,
    "country": 8.0,
    "village street": 6.0,
    "village lane": 3.5,
    "river": 46.0,
    "railway": 22.0,
}
WIDTH_M = {
    "ring": 40.0,
    "arterial": 36.0,
    "street": 18.0,
    "lane": 6.0,
    "country": 9.0,
    "village street": 8.0,
    "village lane": 4.5,
    "river": 44.0,
    "railway": 12.0,
}


@dataclass(frozen=True)
class Road:
    """One line on the plan. kind: a key of CLEARANCE_M."""

    kind: str
    name: str
    line: shapely.LineString | shapely.MultiLineString


def name_cuts(towns: list[TownPlan], names: Names) -> None:
    """Name every road of the towns' lattices; the arterials of the first town take the well-known names."""
    for name in (*MAIN_ROADS, *MAIN_STREETS, "环城路", "滨河路"):
        names.claim(name)
    for number, town in enumerate(towns):
        roads = _from_the_middle(MAIN_ROADS, town.lattice.columns - 1) if number == 0 else {}
        streets = _from_the_middle(MAIN_STREETS, town.lattice.rows - 1) if number == 0 else {}
        given: dict[tuple[str, float], str] = {}
        for cut in town.cuts:
            along_t = cut.s0 == cut.s1
            if cut.kind in ("river", "railway"):
                cut.name = {"river": "龙溪河", "railway": "太泽铁路"}[cut.kind]
                continue
            known = (roads if along_t else streets).get(int(cut.s0 if along_t else cut.t0))
            ending = "巷" if cut.kind == "lane" else "路" if along_t else "街"
            key = ("s" if along_t else "t", cut.s0 if along_t else cut.t0)
            if cut.kind == "arterial" and known:
                cut.name = known
            elif cut.kind == "lane":
                cut.name = names.road(ending)
            else:
                cut.name = given.setdefault(key, "") or names.road(ending)
                given[key] = cut.name


def draw(
    layout: Layout,
    district: shapely.Polygon,
    towns: list[TownPlan],
    outlines: list[shapely.Polygon],
    villages: list[country.Village],
    between: list[tuple[str, shapely.LineString]],
    village_names: list[str],
) -> list[Road]:
    """Every line of the district, cut at its border. between: country roads with their names."""
    roads: list[Road] = []
    for number, (town, outline) in enumerate(zip(towns, outlines, strict=True)):
        lines = ground.cut_lines(town.lattice, town.cuts)
        for cut, line in zip(town.cuts, lines, strict=True):
            if cut.kind in ("river", "railway"):
                through = _through(town, cut)
                roads.append(Road(cut.kind, cut.name, shapely.intersection(through, district)))
            else:
                roads.append(Road(cut.kind, cut.name, shapely.intersection(line, outline)))
        ring = "环城路" if number == 0 else f"环镇路{number}" if number > 1 else "环镇路"
        roads.append(Road("ring" if number == 0 else "arterial", ring, outline.exterior))
    built = shapely.union_all(outlines)
    for name, line in between:
        roads.append(Road("country", name, shapely.difference(shapely.intersection(line, district), built)))
    roads.extend(Road("arterial", name, line) for name, line in _highways(district, towns, outlines))
    for village, name in zip(villages, village_names, strict=True):
        for position, (kind, line) in enumerate(country.lanes(village)):
            label = f"{name}街" if kind == "street" else f"{name}{'一二三四'[position - 1]}巷"
            roads.append(Road(f"village {kind}", label, line))
    return [road for road in roads if not shapely.is_empty(road.line) and shapely.length(road.line) > 5]


def off_roads(shapes: NDArray[np.object_], roads: list[Road]) -> NDArray[np.object_]:
    """The shapes without the ground that roads, railway and river take."""
    clearance = np.array([CLEARANCE_M[r.kind] for r in roads])
    taken = shapely.buffer(np.array([r.line for r in roads], dtype=object), clearance, quad_segs=4)
    shape, road = shapely.STRtree(taken).query(shapes, predicate="intersects")
    result = shapes.copy()
    order = np.argsort(shape, kind="stable")
    which, first = np.unique(shape[order], return_index=True)
    for position, mine in zip(which, np.split(road[order], first[1:]), strict=True):
        box = shapely.buffer(shapely.envelope(shapes[position]), 1.0)
        near = shapely.clip_by_rect(taken[mine], *box.bounds)
        result[position] = shapely.difference(shapes[position], shapely.union_all(near))
    return result


def gates(town: TownPlan) -> NDArray[np.float64]:
    """(n, 2) plan metres where arterials leave a town: west, east (south to north), south, north."""
    lattice = town.lattice
    ends = [(s, float(j)) for s in (0.0, float(lattice.columns)) for j in range(1, lattice.rows)]
    skip = (lattice.sketch.river_line, lattice.sketch.rail_line)
    ends += [
        (float(i), t) for t in (0.0, float(lattice.rows)) for i in range(1, lattice.columns) if i not in skip
    ]
    return lattice.plan(np.array(ends))


def _from_the_middle(names: tuple[str, ...], count: int) -> dict[int, str]:
    """The first names go to the middle lines (1 … count)."""
    order = sorted(range(1, count + 1), key=lambda k: (abs(k - (count + 1) / 2), k))
    return dict(zip(order, names, strict=False))


def _through(town: TownPlan, cut: Cut) -> shapely.LineString:
    """The river or railway drawn far beyond the lattice in both directions."""
    t = np.arange(-14, town.lattice.rows + 14, 0.05)
    return shapely.LineString(town.lattice.plan(np.column_stack([np.full(len(t), cut.s0), t])))


def _highways(
    district: shapely.Polygon, towns: list[TownPlan], outlines: list[shapely.Polygon]
) -> list[tuple[str, shapely.LineString]]:
    """The middle arterials of the first town, on to the border; the northern one through the other towns."""
    lattice = towns[0].lattice
    middle_s, middle_t = _middle_road(towns[0]), round(lattice.rows / 2)
    built = shapely.union_all(outlines)
    ends: list[tuple[float, float, float, float, str]] = [
        (0.0, middle_t, -30.0, 0.0, "太岳西街"),
        (lattice.columns, middle_t, 30.0, 0.0, "太岳东街"),
    ]
    if middle_s is not None:
        ends.append((middle_s, 0.0, 0.0, -30.0, "泽州南路"))
        ends.append((middle_s, lattice.rows, 0.0, 30.0, "泽州北路"))
    found = []
    for s, t, away_s, away_t, name in ends:
        start = lattice.plan(np.array([(s, t)], dtype=float))[0]
        steps = np.linspace(0, 1, 240)[:, None] * np.array([[away_s, away_t]]) * 330.0
        path = start + steps
        sway = 70 * np.sin(steps / 900.0)[:, ::-1] + 25 * np.sin(steps / 310.0)[:, ::-1]
        line = shapely.difference(shapely.intersection(shapely.LineString(path + sway), district), built)
        found.append((name, shapely.line_merge(line) if line.geom_type == "MultiLineString" else line))
    return found


def _middle_road(town: TownPlan) -> float | None:
    skip = (town.lattice.sketch.river_line, town.lattice.sketch.rail_line)
    columns = [i for i in range(1, town.lattice.columns) if i not in skip]
    return float(min(columns, key=lambda i: (abs(i - town.lattice.columns / 2), i))) if columns else None
