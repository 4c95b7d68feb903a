"""From many first plans to the best one: whole blocks first, then smaller pieces, then cells.

Stopping early gives the best contiguous plan so far. Without a stop the result depends on nothing but the
graph, the aim and the seed (and, where METIS gave the start, the C library).
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from gis.partition.aims import Aim, border_cost, off_and_cost
from gis.partition.first_plan import first_plan
from gis.partition.graph import Graph
from gis.partition.lattice import Longs
from gis.partition.multilevel import multilevel_plans
from gis.partition.refinement import Style, coarsened, on_smaller_pieces, refine
from gis.partition.search import LARGE, SMALL, Search
from gis.partition.watch import Watch

_HEAVY_BLOCK = 0.15
"""A block with more of a grid's target than this is divided from the start."""
_SOLID_BLOCK = 0.3
"""In a small town half of the starts leave heavier ones whole, too."""
_ROUNDER = 0.2
"""A small town is searched again with so much added to the cost of every metre of border, and what both
searches found ranks by the sum: of plans that cost as much the rounder one."""
_OUTSIDE = 10.0
"""What a grid's worth outside the bands costs before the balance is right, in sides of a mean grid."""
_METIS = 6
"""So many plans of METIS's are looked at; the best two are refined where they promise more than our own."""


STARTS = (Style(heat_blocks=0.02), Style(heat_blocks=0.1), Style(heat_blocks=0.04, spread=1.0), Style())


def plan(
    graph: Graph,
    aim: Aim,
    *,
    seed: int,
    watch: Watch,
    style: Style | None = None,
    on_better: Callable[[Longs], None] | None = None,
) -> Longs:
    """A label for each unit of a connected graph: contiguous, none empty, as near to the aim as was found.

    Several starts on whole blocks, then on smaller pieces of them; the best two are refined on cells. A small
    community is searched again with length weighing more. In a large one METIS's plans are refined first, two
    by two until one keeps its bands: ours cost more there.
    on_better: called, from threads of the search, with the first plan and each better one.
    """
    if len(aim.target) == 1:
        return np.zeros(len(graph), dtype=np.int64)
    steps = _Steps(graph, aim, seed, watch, style, on_better)
    rank, plain = (partial(off_and_cost, each, aim) for each in (steps.graphs[-1], graph))
    plans: list[Longs] = []
    with ThreadPoolExecutor(2) as pool:
        if len(graph) > LARGE:
            others = steps.multilevel(_METIS)
            while others and all(rank(label)[0] for label in plans) and not watch.stopped:
                plans += pool.map(steps.finished, others[:2])
                others = others[2:]
            if plans and not rank(min(plans, key=rank))[0]:
                return min(plans, key=rank)
        first, second = (8, 6) if len(graph) < SMALL else (4, 2)
        begun = [each for each in pool.map(steps.begun, range(steps.count)) if each]
        found = steps.best_of_each(begun, first)
        found = steps.best_of_each(list(pool.map(steps.smaller, found)), second)
        plans += pool.map(steps.finished, found)
        missed, cost = min(plain(label) for label in plans)
        if len(graph) <= LARGE:
            others = [each for each in steps.multilevel(2) if missed or each.cost < cost]
            plans += pool.map(steps.finished, others)
    return min(plans, key=rank)


class _Steps:
    """What is done with each candidate on its way.

    graphs: the ground with the costs that are searched by, one after the other. count: so many starts are our
    own, as many by each; METIS's come after and are searched by the first.
    """

    def __init__(
        self,
        graph: Graph,
        aim: Aim,
        seed: int,
        watch: Watch,
        style: Style | None,
        on_better: Callable[[Longs], None] | None,
    ) -> None:
        self._aim, self._seed, self._watch = aim, seed, watch
        self._starts = STARTS if style is None else (style, replace(style, heat_blocks=0.1))
        small = len(graph) < SMALL
        starts = 24 if small else 8 if len(graph) <= LARGE else 4
        self._each = starts * len(self._starts) // len(STARTS)
        self.graphs = [graph]
        if small:
            self.graphs.append(graph.with_costs(graph.pair_cost + _ROUNDER * graph.metres))
        self.count = self._each * len(self.graphs)
        self._better = _Better(self.graphs[-1], aim, on_better)
        heaviest = (_HEAVY_BLOCK, _SOLID_BLOCK) if small else (_HEAVY_BLOCK,)
        self._levels = [[coarsened(each, aim, most) for most in heaviest] for each in self.graphs]

    def best_of_each(self, found: "list[_Candidate]", most: int) -> "list[_Candidate]":
        """The cheapest by each of the costs."""
        by_each = ([each for each in found if self._by(each.number) is graph] for graph in self.graphs)
        return [each for some in by_each for each in _best(some, most)]

    def begun(self, number: int) -> "_Candidate | None":
        """A first plan and a search on whole blocks; after a stop only the first."""
        if self._watch.stopped and number > 0:
            return None
        aim = self._aim
        which, again = divmod(number, self._each)
        levels = self._levels[which]
        unit, coarse = levels[again * len(levels) // self._each]
        start = self._style(number)
        label = first_plan(coarse, len(aim.target), np.random.default_rng((self._seed, number)))
        search = Search(coarse, aim, label, seed=self._seed * 64 + number, whole=0.0, spread=start.spread)
        steps = int(start.effort * min(1_000_000, 600 * len(coarse) + min(100_000, 3000 * len(coarse))))
        heat = start.heat_blocks, 0.004
        search.run(steps, heat, (5.0, 60.0), self._watch, 0.0, 0.2 * (number + 1) / self.count)
        return self._better(_Candidate(_rough(coarse, aim, search.label), number, search.label[unit]))

    def smaller(self, each: "_Candidate") -> "_Candidate":
        """The same on smaller pieces of the blocks."""
        graph = self._by(each.number)
        label = on_smaller_pieces(
            graph,
            self._aim,
            each.label,
            seed=self._seed * 64 + each.number,
            watch=self._watch,
            style=self._style(each.number),
        )
        return self._better(_Candidate(_rough(graph, self._aim, label), each.number, label))

    def finished(self, each: "_Candidate") -> Longs:
        """The same cell by cell."""
        style = self._style(each.number)
        if each.number >= self.count:
            style = replace(style, spread=0.0)
        seed = self._seed * 64 + each.number
        graph = self._by(each.number)
        label = refine(graph, self._aim, each.label, seed=seed, watch=self._watch, style=style)
        return self._better(_Candidate(0.0, each.number, label)).label

    def multilevel(self, most: int) -> list["_Candidate"]:
        """METIS's plans that promise most."""
        if self._watch.stopped:
            return []
        graph = self.graphs[0]
        plans = multilevel_plans(graph, len(self._aim.target), seed=self._seed, number=_METIS)
        return _best(
            [
                _Candidate(_rough(graph, self._aim, label), self.count + i, label)
                for i, label in enumerate(plans)
            ],
            most,
        )

    def _by(self, number: int) -> Graph:
        """The graph that a candidate is searched on."""
        return self.graphs[number // self._each if number < self.count else 0]

    def _style(self, number: int) -> Style:
        return self._starts[number % len(self._starts)]


@dataclass(frozen=True, eq=False)
class _Candidate:
    cost: float
    number: int
    label: Longs


class _Better:
    """Hands over each plan that ranks above all before it."""

    def __init__(self, graph: Graph, aim: Aim, tell: Callable[[Longs], None] | None) -> None:
        self._graph, self._aim, self._tell = graph, aim, tell
        self._lock, self._score = threading.Lock(), (np.inf, np.inf)

    def __call__(self, each: _Candidate) -> _Candidate:
        if self._tell is not None:
            score = off_and_cost(self._graph, self._aim, each.label)
            with self._lock:
                if score < self._score:
                    self._score = score
                    self._tell(each.label)
        return each


def _best(found: list[_Candidate], most: int) -> list[_Candidate]:
    """The cheapest, each cost once: another start that ended in the same plan says nothing new."""
    ranked = sorted(found, key=lambda each: (each.cost, each.number))
    return [each for at, each in enumerate(ranked) if at == 0 or each.cost > ranked[at - 1].cost + 1e-9][
        :most
    ]


def _rough(graph: Graph, aim: Aim, label: Longs) -> float:
    """What a plan promises before its balance is right."""
    side = np.sqrt(graph.area.sum() / len(aim.target))
    return float(border_cost(graph, label) / side + _OUTSIDE * aim.excess(graph, label))
