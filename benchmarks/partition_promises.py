"""What must hold for every plan, counted on its polygons, and its certificates checked from the input."""

import itertools
from collections.abc import Callable
from functools import cache

import numpy as np
import shapely

from benchmarks.partition_towns import Ground
from gis.coverage import check_coverage
from gis.partition import Partition
from gis.partition.graph import Graph
from gis.partition.request import Request

_KINDS = ("overlaps", "gaps", "unmatched_edges", "outside", "uncovered", "invalid")
_SETS = 200_000
Edge = tuple[tuple[float, float], tuple[float, float]]


def broken_promises(plan: Partition, ground: Ground, name: str) -> list[str]:
    """Coverage, pieces, cut buildings and the community's border; a line for each fault."""
    report = check_coverage(plan.polygons, ground.community, metric_crs=ground.frame)
    out = [f"{name}: {kind} {count}" for kind in _KINDS if (count := len(getattr(report, kind)))]
    if parts := sum(shape.geom_type != "Polygon" for shape in plan.polygons):
        out.append(f"{name}: {parts} grids in pieces")
    inside = plan.grid_of_building >= 0
    shapes = plan.polygons.to_numpy()[plan.grid_of_building[inside]]
    within = shapely.intersection(ground.buildings[inside], ground.community)
    if cut := int((ground.frame.area_m2(shapely.difference(within, shapes)) > 0.05).sum()):
        out.append(f"{name}: {cut} buildings cut")
    if lost := _border_faults(plan, ground):
        out.append(f"{name}: {lost} edges of the border not followed")
    return out


def _edges(shape: shapely.Geometry) -> list[Edge]:
    out: list[Edge] = []
    for ring in shapely.get_rings(shapely.get_parts(shapely.orient_polygons(shape))):
        out += itertools.pairwise([(x, y) for x, y in shapely.get_coordinates(ring).tolist()])
    return out


def _border_faults(plan: Partition, ground: Ground) -> int:
    """Edges of the community that the outer edges of the net do not follow from end to end within 0.1 mm."""
    edges = {edge for shape in plan.polygons for edge in _edges(shape)}
    following: dict[tuple[float, float], list[tuple[float, float]]] = {}
    for a, b in edges:
        if (b, a) not in edges:
            following.setdefault(a, []).append(b)
    faults = 0
    for a, b in _edges(ground.community):
        line, here = shapely.LineString([a, b]), a
        for _ in range(10_000):
            if here == b or here not in following:
                break
            here = min(following[here], key=lambda point: shapely.Point(point).distance(line))
            if here != b and shapely.Point(here).distance(line) * 111_400 > 1e-4:
                break
        faults += here != b
    return faults


def unfounded(plan: Partition, request: Request, name: str) -> list[str]:
    """Certificates that the input does not bear out, and grids out of their band without any."""
    rows, graph = plan.figures.grids, request.graph
    unit = request.unit_of_buildings()
    out = []
    named: set[int] = set()
    for blocker in plan.blockers:
        named.update(blocker.grids)
        if blocker.cause == "unit-over":
            units = np.unique(unit[list(blocker.buildings)])
            weighs = float(graph.weight[units].sum())
            if len(units) != 1 or weighs != blocker.weight or not weighs > blocker.bound:
                out.append(f"{name}: {blocker.cause} of grids {blocker.grids} is unfounded")
        if blocker.cause == "fits-nowhere":
            units = np.unique(unit[list(blocker.buildings)])
            low, high = (float(rows[side].iloc[blocker.grids[0]]) for side in ("low", "high"))
            if len(units) != 1 or ground_fits(graph, int(units[0]), low, high):
                out.append(f"{name}: {blocker.cause} of grids {blocker.grids} is unfounded")
    for grid in np.flatnonzero(~rows["kept"]).tolist():
        if grid not in named:
            out.append(f"{name}: grid {grid} is out of its band without a reason")
    return out


def ground_fits(graph: Graph, unit: int, low: float, high: float) -> bool:
    """Whether connected ground with this unit weighs from low to high, by trying every set of it.

    Units that weigh nothing only join others. Ground that nothing can leave without more than `high` is
    summed up first: it may have more sets than can be tried.
    """
    beside = _over_empty_ground(graph)
    room = high - float(graph.weight[unit])
    pocket = {unit}
    front = [unit]
    while front:
        for there in beside(front.pop()) - pocket:
            if graph.weight[there] <= room:
                pocket.add(there)
                front.append(there)
    if graph.weight[list(pocket)].sum() < low:
        return False
    known = {frozenset([unit])}
    sets = list(known)
    while sets:
        held = sets.pop()
        weight = float(graph.weight[list(held)].sum())
        if low <= weight <= high:
            return True
        for there in set().union(*map(beside, held)) - held:
            larger = held | {there}
            if weight + graph.weight[there] <= high and larger not in known:
                known.add(larger)
                sets.append(larger)
        if len(known) > _SETS:
            raise RuntimeError(f"more than {_SETS} sets around unit {unit}")
    return False


def _over_empty_ground(graph: Graph) -> Callable[[int], set[int]]:
    """The units with a weight that touch a unit, also across ground without any."""
    touching: list[set[int]] = [set() for _ in range(len(graph))]
    for a, b in zip(graph.first.tolist(), graph.second.tolist(), strict=True):
        touching[a].add(b)
        touching[b].add(a)

    @cache
    def beside(unit: int) -> set[int]:
        met, front = {unit}, [unit]
        while front:
            here = front.pop()
            for there in touching[here] - met:
                met.add(there)
                if graph.weight[there] == 0:
                    front.append(there)
        return {u for u in met if graph.weight[u] > 0 and u != unit}

    return beside
