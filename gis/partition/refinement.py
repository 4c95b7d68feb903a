"""One plan made better: blocks in smaller pieces, then cell by cell, balance weighing more and more."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from gis.partition.aims import Aim, off_and_cost
from gis.partition.first_plan import contiguous, fill_empty
from gis.partition.graph import Graph, connected
from gis.partition.lattice import Longs
from gis.partition.search import LARGE, Search, by_chains
from gis.partition.watch import Watch

_MIDDLING_BLOCK = 0.05
"""A block with more of a grid's target than this is divided at the second go."""


@dataclass(frozen=True)
class Style:
    """What a search prefers. heat_*: first temperatures; spread: roundness."""

    heat_blocks: float = 0.04
    heat_cells: float = 0.02
    spread: float = 3.0
    whole: float = 0.1
    effort: float = 1.0


def on_smaller_pieces(
    graph: Graph, aim: Aim, label: Longs, *, seed: int, watch: Watch, style: Style
) -> Longs:
    """Blocks that are light beside a grid once more, heavier ones cell by cell, balance weighing more."""
    grids = len(aim.target)
    unit, coarse = coarsened(graph, aim, _MIDDLING_BLOCK)
    whole = np.zeros(len(coarse), dtype=np.int64)
    whole[unit] = label
    whole = fill_empty(coarse, contiguous(coarse, whole, grids), grids)
    search = Search(coarse, aim, whole, seed=seed, whole=0.0, spread=style.spread)
    search.run(
        int(style.effort * min(2_000_000, 400 * len(coarse))), (0.01, 0.003), (60.0, 600.0), watch, 0.2, 0.1
    )
    return fill_empty(graph, contiguous(graph, search.label[unit], grids), grids)


def coarsened(graph: Graph, aim: Aim, heavy: float) -> tuple[Longs, Graph]:
    """The unit of each cell and the graph of units: whole blocks, those too heavy cell by cell."""
    unit = _blocks(graph, aim, heavy)
    coarse = graph.contracted(unit, np.full(int(unit.max()) + 1, -1, dtype=np.int64))
    if len(coarse) < 4 * len(aim.target):
        return np.arange(len(graph)), graph
    return unit, coarse


def refine(graph: Graph, aim: Aim, label: Longs, *, seed: int, watch: Watch, style: Style) -> Longs:
    """Cells one by one, three times colder and stricter; the best state that was seen."""
    most = 12_000_000 if len(graph) <= LARGE else 3_000_000
    steps = int(style.effort * min(most, 300 * len(graph) + min(500_000, 3000 * len(graph))))
    search = Search(graph, aim, label, seed=seed * 64 + 63, whole=style.whole, spread=style.spread)
    stages = (
        (steps, (style.heat_cells, 0.004), (10.0, 300.0)),
        (steps // 2, (0.01, 0.001), (300.0, 3000.0)),
        (steps // 2, (0.003, 0.0002), (3000.0, 30000.0)),
        (steps // 2, (0.01, 0.0001), (3000.0, 300000.0)),  # only where the band is not kept yet
    )
    best = off_and_cost(graph, aim, label), label.copy()
    for number, (count, heat, stress) in enumerate(stages):
        if number == 2:
            search.whole *= 0.1
        if number == 3 and not best[0][0]:
            break
        goes_on = search.run(count, heat, stress, watch, 0.3 + 0.17 * number, 0.17)
        score = off_and_cost(graph, aim, search.label)
        if score < best[0]:
            best = score, search.label.copy()
        if not goes_on:
            break
    if not best[0][0]:
        return best[1]
    return by_chains(search, best[1], steps // 4, watch, partial(off_and_cost, graph, aim))


def _blocks(graph: Graph, aim: Aim, most: float) -> Longs:
    """Whole blocks as units; cells of blocks that are too heavy to be moved whole stay single."""
    same = graph.group[graph.first] == graph.group[graph.second]
    number, block = connected(len(graph), graph.first[same], graph.second[same])
    heavy = np.bincount(block, graph.weight, number)[block] > most * aim.target.mean()
    unit = np.where(heavy, number + np.arange(len(graph)), block)
    return np.asarray(np.unique(unit, return_inverse=True)[1], dtype=np.int64)
