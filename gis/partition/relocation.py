"""A grid leaves its ground to those beside it and begins anew where the ground has far too many households.

What one place has too much passes from grid to grid through all that lie between, and counts once in each. A
grid from where households lack gives its own to its neighbours and takes up the surplus where it is: they
count once each, whatever lies between.
"""

import heapq
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import shortest_path

from gis.jit import Flags
from gis.partition.aims import Aim
from gis.partition.first_plan import contiguous
from gis.partition.flow import Flow, cheapest_flow
from gis.partition.graph import Graph
from gis.partition.lattice import Floats, Longs

_SURPLUS = 0.5
"""Less than this share of a mean grid over the bands is no ground for a grid."""
_PROMISED = 0.97
"""A grid is moved only if that promises this share of what it would take without, or less."""
_LEAVING = 8
"""So many grids that might leave are weighed, those that promise most."""
_DIRECTIONS = 8
"""New ground is looked for from so many sides of the surplus, and from its middle."""


def relocated(graph: Graph, aim: Aim, home: Longs) -> Longs | None:
    """The present plan with one grid or more moved to where the surplus is; None where that promises nothing.

    home: (units,) a contiguous plan with as many grids as the aim. The same grids come back, each in one
    piece and with a unit; the bands are not kept yet.
    """
    label = home.copy()
    promised = _promised(graph, aim, home, label)
    for _ in range(len(aim.target) // 2):
        further = _one_moved(graph, aim, home, label)
        if further is None:
            break
        then = _promised(graph, aim, home, further)
        if then > _PROMISED * promised:
            break
        label, promised = further, then
    return None if (label == home).all() else label


def best_named(graph: Graph, home: Longs, label: Longs, grids: int) -> Longs:
    """The same ground under the numbers of the present grids with which fewest households change theirs."""
    common = np.bincount(home * grids + label, graph.weight, grids * grids).reshape(grids, grids)
    present, ground = linear_sum_assignment(common, maximize=True)
    if common[present, ground].sum() <= common.trace() * (1 + 1e-12):
        return label
    name = np.empty(grids, dtype=np.int64)
    name[ground] = present
    return name[label]


def _promised(graph: Graph, aim: Aim, home: Longs, label: Longs) -> float:
    """Weight away from home, now and after the cheapest flow."""
    flow = cheapest_flow(graph, label, aim.low, aim.high)
    away = float(graph.weight[label != home].sum())
    return away + (float("inf") if flow is None else float(flow.amount.sum()))


def _one_moved(graph: Graph, aim: Aim, home: Longs, label: Longs) -> Longs | None:
    """The plan after the move of one grid that promises most; None if there is no surplus to move to."""
    held = np.bincount(label, graph.weight, len(aim.target)).astype(np.float64)
    if np.maximum(held - aim.high, 0).sum() < _SURPLUS * aim.target.mean():
        return None
    leaving = _may_leave(graph, aim, label, held)
    if len(leaving) == 0:
        return None
    rank = partial(_promise_of, graph, aim, home)
    by_site = [rank(site, int(leaving[0])) for site in _sites(graph, aim, label, held)]
    if not by_site:
        return None
    best = min(by_site, key=lambda each: each.moved)
    best = min([best, *(rank(best.site, grid) for grid in leaving[1:].tolist())], key=lambda each: each.moved)
    return (
        None if best.flow is None else _dissolved(graph, best.site, best.leaving, len(aim.target), best.flow)
    )


@dataclass(frozen=True, eq=False)
class _Promise:
    """One grid's move. site: (units,) the plan with the new ground, numbered after the last grid; moved:
    weight away from home then and after the flow, infinite where there is none."""

    site: Longs
    leaving: int
    moved: float
    flow: Flow | None


def _promise_of(graph: Graph, aim: Aim, home: Longs, site: Longs, leaving: int) -> _Promise:
    grids = len(aim.target)
    low, high = np.append(aim.low, aim.low[leaving]), np.append(aim.high, aim.high[leaving])
    low[leaving] = high[leaving] = 0.0
    flow = cheapest_flow(graph, site, low, high)
    if flow is None:
        return _Promise(site, leaving, np.inf, None)
    away = float(graph.weight[np.where(site == grids, leaving, site) != home].sum())
    return _Promise(site, leaving, away + float(flow.amount.sum()), flow)


def _may_leave(graph: Graph, aim: Aim, label: Longs, held: Floats) -> Longs:
    """Grids that promise most if they leave: those around can take what they hold, far from the surplus."""
    grids = len(held)
    a, b = label[graph.first], label[graph.second]
    touching = coo_matrix((np.ones(len(a)), (a, b)), shape=(grids, grids)).tocsr()
    hops = shortest_path(touching, directed=False, unweighted=True)
    over = held > aim.high
    saved, room = hops[over].min(axis=0), np.where(over, 0.0, aim.high - held)
    promise = np.full(grids, np.inf)
    for grid in np.flatnonzero(~over).tolist():
        near = np.argsort(hops[grid], kind="stable")
        near = near[near != grid]
        given = np.diff(np.minimum(np.cumsum(np.append(0.0, room[near])), held[grid]))
        promise[grid] = (given * (hops[grid, near] - saved[near])).sum()
    order = np.argsort(promise, kind="stable")
    return np.asarray(order[np.isfinite(promise[order])][:_LEAVING])


def _sites(graph: Graph, aim: Aim, label: Longs, held: Floats) -> list[Longs]:
    """Plans with a grid more, of about the target, on ground of the grids that have a surplus."""
    grids = len(held)
    surplus = np.maximum(held - aim.high, 0)
    mean = float(aim.target.mean())
    quota = surplus * max(1.0, mean / surplus.sum())
    rich = np.flatnonzero(surplus[label] > 0)
    place = graph.centre[rich]
    share = surplus[label[rich]] * (graph.weight[rich] + 1e-9)
    middle = (place * share[:, None]).sum(axis=0) / share.sum()
    angles = 2 * np.pi * np.arange(_DIRECTIONS) / _DIRECTIONS
    ends = ((place - middle) @ np.stack([np.cos(angles), np.sin(angles)])).argmax(axis=0)
    nearest = np.hypot(*(place - middle).T).argmin()
    sites = []
    for start in np.unique(rich[np.append(ends, nearest)]).tolist():
        site = np.where(_grown(graph, label, quota, mean, start), grids, label)
        if len(np.unique(site)) == grids + 1:
            sites.append(contiguous(graph, site, grids + 1))
    return sites


def _grown(graph: Graph, label: Longs, quota: Floats, most: float, start: int) -> Flags:
    """Connected ground around a unit, the nearest first, until it holds `most` or nobody has more to give."""
    site = np.zeros(len(graph), dtype=bool)
    left, total = quota.copy(), 0.0
    met, queue = {start}, [(0.0, start)]
    while queue and total < most:
        _, unit = heapq.heappop(queue)
        if left[label[unit]] < 0.5 * graph.weight[unit]:
            continue
        site[unit] = True
        left[label[unit]] -= graph.weight[unit]
        total += graph.weight[unit]
        for other in _beside(graph, unit):
            if other not in met and quota[label[other]] > 0:
                met.add(other)
                heapq.heappush(queue, (_apart(graph, start, other), other))
    return site


def _dissolved(graph: Graph, site: Longs, leaving: int, new: int, flow: Flow) -> Longs:
    """The ground that the grid leaves goes to those beside it, as much to each as the flow says, from their
    borders inwards; the new ground is the grid's."""
    label = site.copy()
    given = (flow.giver == leaving).nonzero()[0]
    quota = np.full(new + 1, -np.inf)
    quota[flow.taker[given]] = flow.amount[given]
    queues: dict[int, list[tuple[float, int]]] = {}

    def offer(unit: int, way: float) -> None:
        for other in _beside(graph, unit):
            if label[other] == leaving:
                queue = queues.setdefault(int(label[unit]), [])
                heapq.heappush(queue, (way + _apart(graph, unit, other), other))

    a, b = label[graph.first] == leaving, label[graph.second] == leaving
    for unit in np.unique(np.concatenate([graph.first[~a & b], graph.second[a & ~b]])).tolist():
        offer(unit, 0.0)
    while queues:
        taker = max(queues, key=lambda grid: (quota[grid], -grid))
        way, unit = heapq.heappop(queues[taker])
        if label[unit] == leaving:
            label[unit] = taker
            quota[taker] -= graph.weight[unit]
            offer(unit, way)
        if not queues[taker]:
            del queues[taker]
    label[label == new] = leaving
    return label


def _beside(graph: Graph, unit: int) -> list[int]:
    beside: list[int] = graph.other[graph.begin[unit] : graph.begin[unit + 1]].tolist()
    return beside


def _apart(graph: Graph, a: int, b: int) -> float:
    return float(np.hypot(*(graph.centre[a] - graph.centre[b])))
