"""How many households must pass from grid to grid, if they only pass between grids that touch today."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from gis.partition.graph import Graph
from gis.partition.lattice import Floats, Longs


@dataclass(frozen=True, eq=False)
class Flow:
    """Weight that passes from grid to grid; (p,) each, no circle. A grid gives before it takes."""

    giver: Longs
    taker: Longs
    amount: Floats


def cheapest_flow(graph: Graph, home: Longs, low: Floats, high: Floats) -> Flow | None:
    """The flow of least total weight after which each grid holds from low to high; None if there is none.

    home: (units,) the grid of each unit; low, high: (grids,).
    """
    grids = len(low)
    held = np.bincount(home, graph.weight, grids)
    a, b = home[graph.first], home[graph.second]
    border = np.unique(np.minimum(a, b)[a != b] * grids + np.maximum(a, b)[a != b])
    giver = np.concatenate([border // grids, border % grids])
    taker = np.concatenate([border % grids, border // grids])
    if len(giver) == 0:
        return None
    arcs = np.arange(len(giver))
    gain = coo_matrix(
        (np.repeat([1.0, -1.0], len(giver)), (np.concatenate([taker, giver]), np.tile(arcs, 2))),
        shape=(grids, len(giver)),
    ).tocsr()
    scale = max(float(held.mean()), 1e-9)
    solved = linprog(
        np.ones(len(giver)),
        A_ub=np.vstack([gain.toarray(), -gain.toarray()]),
        b_ub=np.concatenate([high - held, held - low]) / scale,
        method="highs",
    )
    if solved.x is None:
        return None
    amount = np.asarray(solved.x) * scale
    used = np.flatnonzero(amount > 1e-6 * scale)
    return Flow(*_downstream_first(giver[used], taker[used], amount[used], grids))


def _downstream_first(giver: Longs, taker: Longs, amount: Floats, grids: int) -> tuple[Longs, Longs, Floats]:
    """A grid gives before it takes: arcs by how far their taker's own gifts run on."""
    depth = np.zeros(grids, dtype=np.int64)
    for _ in range(grids):
        further = depth.copy()
        np.maximum.at(further, giver, depth[taker] + 1)
        if (further == depth).all():
            break
        depth = further
    order = np.lexsort((taker, giver, depth[giver]))
    return giver[order], taker[order], amount[order]


def least_flow(graph: Graph, home: Longs, grids: int, tolerance: float) -> float:
    """The weight of `cheapest_flow` to within a share of the mean; infinite where there is none."""
    mean = float(graph.weight.sum()) / grids
    low, high = np.full(grids, mean * (1 - tolerance)), np.full(grids, mean * (1 + tolerance))
    flow = cheapest_flow(graph, home, low, high)
    return float("inf") if flow is None else float(flow.amount.sum())
