"""From the present grids to an aim with few households moved: the searches for it."""

from dataclasses import replace
from functools import partial

import numpy as np

from gis.partition.aims import Aim, moved_most
from gis.partition.chains import chained
from gis.partition.graph import Graph
from gis.partition.lattice import Floats, Longs
from gis.partition.search import HOMESICK, Search, by_chains
from gis.partition.watch import Watch


def rearrange(
    graph: Graph,
    aim: Aim,
    home: Longs,
    start: Longs,
    *,
    seed: int,
    watch: Watch,
    loyalty: float,
    cold: bool,
) -> Longs:
    """From `start` to the aim, with few households away from home; the best state that was seen. cold: the
    start is nearly right, so that only the last steps are taken.

    home: the present grid of each unit; start: a contiguous plan. loyalty: what moving one grid's worth of
    households costs, in sides of a mean grid; ground alone counts a tenth.
    """
    search = Search(
        graph,
        aim,
        start,
        seed=seed * 64 + 62,
        whole=0.05,
        spread=0.1,
        home=home,
        stay=_stay(graph, aim, loyalty),
    )
    steps = min(8_000_000, 120 * len(graph) + min(300_000, 3000 * len(graph)))
    rank = partial(moved_most, graph, aim, home)
    best = rank(start), start.copy()
    end = ((0.003, 0.0002), (600.0, 30000.0))
    stages = (((0.02, 0.002), (30.0, 600.0), 0.1), (*end, 0.1), (*end, 0.5), (*end, 2.0))
    for number, (heat, stress, pull) in enumerate(stages):
        if number == 0 and cold:
            continue
        if best[0][0] == 0 and number != 1:
            break  # later stages pull harder towards the mean, which moves more
        search.aim = replace(aim, pull=pull)
        goes_on = search.run(steps, heat, stress, watch, 0.25 * number, 0.25)
        score = rank(search.label)
        if score < best[0]:
            best = score, search.label.copy()
        if not goes_on:
            return best[1]
    return by_chains(search, best[1], steps // 4, watch, rank, search.stay)


def brought_home(graph: Graph, aim: Aim, home: Longs, label: Longs, *, loyalty: float, watch: Watch) -> Longs:
    """The last chains of a plan that should move little: a unit goes home, lighter ones make room for it."""
    stay = homesickness(graph, aim, loyalty)
    return chained(graph, label, aim.low, aim.high, home=home, stay=stay, further=True, watch=watch)


def homesickness(graph: Graph, aim: Aim, loyalty: float) -> Floats:
    """(units,) what it costs at the end that a unit is not at home, in sides of a mean grid."""
    return HOMESICK * _stay(graph, aim, loyalty)


def shifted(graph: Graph, aim: Aim, label: Longs, home: Longs, *, seed: int, loyalty: float) -> Longs:
    """A short search between two grids that are known to have to give and take."""
    search = Search(
        graph, aim, label, seed=seed, whole=0.05, spread=0.1, home=home, stay=_stay(graph, aim, loyalty)
    )
    steps = min(400_000, 100 * len(graph) + 10_000)
    search.run(steps, (0.02, 0.002), (60.0, 3000.0), Watch(60.0, None), 0.0, 1.0)
    return search.label


def _stay(graph: Graph, aim: Aim, loyalty: float) -> Floats:
    share = graph.weight / aim.target.mean() + 0.1 * graph.area / graph.area.sum() * len(aim.target)
    return np.asarray(loyalty * share)
