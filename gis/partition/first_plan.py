"""A first plan: a balanced power diagram on the units, then made contiguous."""

import numpy as np
from scipy.sparse import coo_matrix

from gis.partition.annealing import power_diagram
from gis.partition.graph import Graph, connected
from gis.partition.lattice import Floats, Longs


def first_plan(graph: Graph, grids: int, rng: np.random.Generator) -> Longs:
    """A label for each unit; the graph is connected and has at least as many units as grids."""
    if grids == 1:
        return np.zeros(len(graph), dtype=np.int64)
    weight = graph.weight if graph.weight.sum() > 0 else graph.area
    rounds, moving = (150, 60) if len(graph) * grids < 1_000_000 else (60, 25)
    label = power_diagram(
        graph.centre, weight, _seats(graph.centre, weight, grids, rng), weight.sum() / grids, rounds, moving
    )
    return fill_empty(graph, contiguous(graph, label, grids), grids)


def _seats(place: Floats, weight: Floats, grids: int, rng: np.random.Generator) -> Floats:
    """Starting points far from one another, where the weight is (k-means++)."""
    chosen = [place[rng.choice(len(weight), p=weight / weight.sum())]]
    near = ((place - chosen[0]) ** 2).sum(axis=1)
    for _ in range(grids - 1):
        share = near * weight
        pick = (
            rng.choice(len(weight), p=share / share.sum()) if share.sum() > 0 else rng.integers(len(weight))
        )
        chosen.append(place[pick])
        near = np.minimum(near, ((place - chosen[-1]) ** 2).sum(axis=1))
    return np.array(chosen)


def contiguous(graph: Graph, label: Longs, grids: int) -> Longs:
    """Pieces apart from the heaviest of their grid go to the grid that they border on longest."""
    label = label.copy()
    while True:
        same = label[graph.first] == label[graph.second]
        number, part = connected(len(graph), graph.first[same], graph.second[same])
        of_part = np.zeros(number, dtype=np.int64)
        of_part[part] = label
        heavy = np.bincount(part, graph.weight + 1e-9 * graph.area, number)
        order = np.lexsort((-np.arange(number), heavy, of_part))
        main = np.zeros(number, dtype=bool)
        main[order[np.append(of_part[order][1:] != of_part[order][:-1], True)]] = True
        if main.all():
            return label
        u, v = graph.first[~same], graph.second[~same]
        a, b = np.concatenate([part[u], part[v]]), np.concatenate([part[v], part[u]])
        length = np.concatenate([graph.metres[~same]] * 2)
        useful = ~main[a] & main[b]
        table = coo_matrix((length[useful], (a[useful], of_part[b[useful]])), shape=(number, grids)).tocsr()
        to = of_part.copy()
        for piece in np.unique(a[useful]):
            row = table.getrow(piece)
            to[piece] = row.indices[np.lexsort((row.indices, -row.data))[0]]
        label = to[part]


def fill_empty(graph: Graph, label: Longs, grids: int) -> Longs:
    """A grid without a unit takes the last that a search meets in the heaviest grid with two or more."""
    label = label.copy()
    while True:
        count = np.bincount(label, minlength=grids)
        empty = np.flatnonzero(count == 0)
        if len(empty) == 0:
            return label
        heavy = np.bincount(label, graph.weight + 1e-9 * graph.area, grids)
        heavy[count < 2] = -1
        order = _breadth_first(graph, label, int(heavy.argmax()))
        label[order[-1]] = empty[0]


def _breadth_first(graph: Graph, label: Longs, grid: int) -> list[int]:
    start = int(np.flatnonzero(label == grid)[0])
    order, seen = [start], {start}
    for here in order:
        for there in graph.other[graph.begin[here] : graph.begin[here + 1]].tolist():
            if label[there] == grid and there not in seen:
                seen.add(there)
                order.append(there)
    return order
