"""One search from a plan: units change their grids by annealing, and chains bring the rest into the bands."""

from collections.abc import Callable

import numpy as np

from gis.partition.aims import Aim
from gis.partition.annealing import anneal
from gis.partition.chains import chained
from gis.partition.graph import Graph
from gis.partition.lattice import Floats, Longs
from gis.partition.watch import Watch

SMALL = 3000
"""Fewer units than this are searched from three times as many starts, and by more chains: there is time."""
LARGE = 20_000
"""More units than this are searched from half as many starts and with a quarter of the steps."""
HOMESICK = 5.0
"""How much more being away from home counts in the last chains."""
_CHUNKS = 6
_SHAKES = 3
"""So often a plan that chains do not bring into its bands is shaken and tried again."""


class Search:
    """One run of the kernel over a graph, its random numbers and its scale."""

    def __init__(
        self,
        graph: Graph,
        aim: Aim,
        label: Longs,
        *,
        seed: int,
        whole: float,
        spread: float,
        home: Longs | None = None,
        stay: Floats | None = None,
    ) -> None:
        self.graph, self.aim = graph, aim
        self.label = np.ascontiguousarray(label, dtype=np.int64).copy()
        self.whole, self.spread = whole, spread
        self.stay = np.zeros(len(graph)) if stay is None else stay
        self.home = label.copy() if home is None else home
        side = np.sqrt(graph.area.sum() / len(aim.target))
        self.cost = graph.cost / side
        self.random = np.array(
            [(seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % 2**64 | 1], dtype=np.uint64
        )

    def run(
        self,
        steps: int,
        heat: tuple[float, float],
        stress: tuple[float, float],
        watch: Watch,
        before: float,
        share: float,
    ) -> bool:
        """Anneal in chunks; False if the watch said stop."""
        aim = self.aim
        ends = np.linspace(0, 1, _CHUNKS + 1)
        heats = heat[0] * (heat[1] / heat[0]) ** ends
        stresses = stress[0] * (stress[1] / stress[0]) ** ends
        for chunk in range(_CHUNKS):
            anneal(
                self.graph.begin,
                self.graph.other,
                self.cost,
                self.graph.weight,
                self.graph.area,
                self.graph.centre,
                self.graph.group,
                self.home,
                self.label,
                aim.target,
                aim.low,
                aim.high,
                steps // _CHUNKS,
                heats[chunk : chunk + 2],
                stresses[chunk : chunk + 2],
                aim.pull,
                self.whole,
                self.spread,
                self.stay,
                self.random,
            )
            if not watch.go_on(before + share * (chunk + 1) / _CHUNKS, self.graph, aim, self.label):
                return False
        return True


def by_chains(
    search: Search,
    label: Longs,
    steps: int,
    watch: Watch,
    rank: Callable[[Longs], tuple[float, float]],
    stay: Floats | None = None,
) -> Longs:
    """Chains of moves, from the plan and then from others near it, until the bands are kept."""
    graph, aim = search.graph, search.aim
    plans: list[Longs] = []
    further = stay is not None and len(graph) < SMALL
    away = None if stay is None else HOMESICK * stay

    def in_bands(label: Longs, stay: Floats | None, further: bool) -> Longs:
        return chained(
            graph, label, aim.low, aim.high, home=search.home, stay=stay, further=further, watch=watch
        )

    for turn in range(_SHAKES + 1):
        if turn > 0:
            search.label = min(plans, key=rank).copy()
            search.run(steps, (0.01, 0.0005), (3000.0, 300000.0), watch, 0.9, 0.1)
            label = search.label
        count = away if further else stay
        plans.append(in_bands(label, count, further))
        if watch.stopped or aim.excess(graph, plans[-1]) < 1e-9:
            break
    best = min(plans, key=rank)
    if away is None or watch.stopped or aim.excess(graph, best) < 1e-9:
        return best
    plans.append(in_bands(best, away, True))
    return min(plans, key=rank)
