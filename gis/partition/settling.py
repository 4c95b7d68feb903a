"""Bounds where units are nearly as heavy as a grid: what cannot keep them is joined to others, or proved."""

import numpy as np

from gis.jit import Flags
from gis.partition.chains import chained
from gis.partition.graph import Graph
from gis.partition.lattice import Longs
from gis.partition.watch import Watch

_LOOKS = 3000
"""So many sets of units are looked at before the question whether one fits is left open."""


def settled(graph: Graph, label: Longs, low: float, high: float, watch: Watch | None = None) -> Longs:
    """The plan with fewer grids out of the bounds, numbered from 0 without gaps; there may be fewer grids.

    label: (units,) a contiguous plan. The grid of a unit over the upper bound is out in any case: it takes in
    what the others have too much, and neighbours under the lower bound that nothing else can fill.
    """
    while True:
        grids = int(label.max()) + 1
        upper = np.where(_with_a_heavy_unit(graph, label, high), np.inf, high)
        label = chained(graph, label, np.full(grids, low), upper, watch=watch)
        joined = _joined(graph, label, low, high)
        if joined.max() == label.max():
            return label
        label = joined


def _with_a_heavy_unit(graph: Graph, label: Longs, high: float) -> Flags:
    heavy = np.zeros(int(label.max()) + 1, dtype=bool)
    heavy[label[graph.weight > high]] = True
    return heavy


def _joined(graph: Graph, label: Longs, low: float, high: float) -> Longs:
    """Grids under the lower bound with a neighbour: within the bounds if one allows it, else one of a heavy
    unit, else one that is under as well; of these over the border that costs most."""
    grids = int(label.max()) + 1
    label, heavy = label.copy(), _with_a_heavy_unit(graph, label, high)
    held = np.bincount(label, graph.weight, grids)
    for grid in np.argsort(held, kind="stable").tolist():
        if heavy[grid] or not (label == grid).any() or held[grid] >= low:
            continue
        a, b = label[graph.first], label[graph.second]
        beside = np.where(a == grid, b, a)[(a == grid) != (b == grid)]
        border = np.bincount(beside, graph.pair_cost[(a == grid) != (b == grid)], grids)
        together = held + held[grid]
        fits = np.select([(together >= low) & (together <= high), heavy, together < low], [0, 1, 2], 3)
        others = np.unique(beside[fits[beside] < 3])
        if len(others) == 0:
            continue
        taker = int(others[np.lexsort((others, -border[others], fits[others]))[0]])
        label[label == grid] = taker
        held[taker] += held[grid]
        held[grid] = 0
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def fits_nowhere(graph: Graph, unit: int, low: float, high: float) -> bool:
    """Whether it is proved that no connected set of units with this one weighs from low to high.

    Sets grow from the unit by one neighbour after the other, with it or without it for good; one that cannot
    reach `low` with all that it may still take in is not followed.
    """
    looks = 0
    open_sets: list[tuple[frozenset[int], frozenset[int]]] = [(frozenset([unit]), frozenset())]
    while open_sets:
        looks += 1
        if looks > _LOOKS:
            return False
        chosen, barred = open_sets.pop()
        weight = sum(float(graph.weight[u]) for u in chosen)
        if weight > high:
            continue
        if weight >= low:
            return False
        beside = _reach(graph, chosen, barred, low - weight, high - weight)
        if not beside:
            continue
        heaviest = max(beside, key=lambda u: (graph.weight[u], -u))
        if graph.weight[heaviest] > 0:
            open_sets.append((chosen, barred | {heaviest}))
        open_sets.append((chosen | {heaviest}, barred))
    return True


def _reach(
    graph: Graph, chosen: frozenset[int], barred: frozenset[int], wanted: float, room: float
) -> list[int]:
    """Units beside a set that may join it; none if all that can be reached through such weighs too little."""
    beside: list[int] = []
    met, front, found = set(chosen) | barred, list(chosen), 0.0
    for at, here in enumerate(front):
        if at >= len(chosen) and found >= wanted:
            break
        for there in graph.other[graph.begin[here] : graph.begin[here + 1]].tolist():
            if there not in met and graph.weight[there] <= room:
                met.add(there)
                front.append(there)
                found += float(graph.weight[there])
                if at < len(chosen):
                    beside.append(there)
    return beside if found >= wanted else []
