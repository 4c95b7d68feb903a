"""From a first plan to a good one: anneal whole blocks, then cells, balance weighing more and more.

Stopping early gives the best contiguous plan so far. Without a stop the result depends on nothing but the
graph, the aim and the seed (and, where METIS gave the start, the C library).
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from gis.partition.annealing import anneal
from gis.partition.chains import chained
from gis.partition.first_plan import contiguous, fill_empty, first_plan
from gis.partition.graph import Graph, connected
from gis.partition.lattice import Floats, Longs
from gis.partition.multilevel import multilevel_plans

_CHUNKS = 6
_HEAVY_BLOCK = 0.15
"""A block with more of a grid's target than this is divided from the start."""
_SOLID_BLOCK = 0.3
"""In a small town half of the starts leave heavier ones whole, too."""
_MIDDLING_BLOCK = 0.05
"""One with more than this at the second go."""
_OUTSIDE = 10.0
"""What a grid's worth outside the bands costs before the balance is right, in sides of a mean grid."""
_METIS = 6
"""So many plans of METIS's are looked at; the best two are refined where they promise more than our own."""
_HOMESICK = 5.0
"""How much more being away from home counts in the last chains."""
_SHAKES = 3
"""So often a plan that chains do not bring into its bands is shaken and tried again."""
_SMALL = 3000
"""Fewer units than this are searched from three times as many starts: there is time."""
_LARGE = 20_000
"""More units than this are searched from half as many starts and with a quarter of the steps."""


@dataclass(frozen=True, eq=False)
class Aim:
    """What each grid should weigh, and the band that it must keep. pull: how much the middle is preferred."""

    target: Floats
    low: Floats
    high: Floats
    pull: float = 1.0

    def excess(self, graph: Graph, label: Longs) -> float:
        """How far outside their bands all grids are together, in mean targets."""
        held = np.bincount(label, graph.weight, len(self.target))
        out = np.maximum(self.low - held, 0) + np.maximum(held - self.high, 0)
        return float(out.sum() / self.target.mean())


@dataclass(frozen=True)
class Progress:
    """How far the search is: share 0 to 1; worst deviation from the target, share; border cost, m."""

    share: float
    deviation: float
    cost_m: float


class Watch:
    """Time limit and callback in one: asked between chunks of work whether to go on."""

    def __init__(self, time_limit_s: float, on_progress: Callable[[Progress], bool | None] | None) -> None:
        self._deadline = time.monotonic() + time_limit_s
        self._on_progress = on_progress
        self._lock = threading.Lock()  # searches run side by side
        self._share = 0.0
        self.stopped = False

    @property
    def left_s(self) -> float:
        """Seconds until the time limit."""
        return max(0.0, self._deadline - time.monotonic())

    def again(self) -> "Watch":
        """The same for a further search, whose shares begin at 0."""
        return Watch(self.left_s, self._on_progress)

    def go_on(self, share: float, graph: Graph, aim: Aim, label: Longs) -> bool:
        """Report, and say whether there is time and nobody has cancelled (the callback returned False)."""
        if self._on_progress is not None:
            held = np.bincount(label, graph.weight, len(aim.target))
            deviation = float(np.max(np.abs(held - aim.target) / aim.target))
            progress = Progress(share, deviation, border_cost(graph, label))
            with self._lock:
                if share >= self._share and not self.stopped:  # the slower of two searches says nothing new
                    self._share = share
                    self.stopped = self._on_progress(progress) is False
        self.stopped |= time.monotonic() > self._deadline
        return not self.stopped


@dataclass(frozen=True)
class Style:
    """What a search prefers. blocks: first on whole blocks; heat_*: first temperatures; spread: roundness."""

    blocks: bool = True
    heat_blocks: float = 0.04
    heat_cells: float = 0.02
    spread: float = 3.0
    whole: float = 0.1
    effort: float = 1.0


STARTS = (Style(heat_blocks=0.02), Style(heat_blocks=0.1), Style(heat_blocks=0.04, spread=1.0), Style())


def border_cost(graph: Graph, label: Longs) -> float:
    """J: metres of border between grids, a metre along a barrier counted less."""
    return float(graph.pair_cost[label[graph.first] != label[graph.second]].sum())


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

    Several starts on whole blocks, then on smaller pieces of them; the best two are refined on cells.
    on_better: called, from threads of the search, with the first plan and each better one.
    """
    grids = len(aim.target)
    if grids == 1:
        return np.zeros(len(graph), dtype=np.int64)
    small = len(graph) < _SMALL
    starts: tuple[Style, ...] = STARTS if style is None else (style, replace(style, heat_blocks=0.1))
    count = (24 if small else 8 if len(graph) <= _LARGE else 4) * len(starts) // len(STARTS)
    better = _Better(graph, aim, on_better)
    levels = [
        _coarse(graph, aim, most) for most in ((_HEAVY_BLOCK, _SOLID_BLOCK) if small else (_HEAVY_BLOCK,))
    ]

    def begun(number: int) -> _Candidate | None:
        if watch.stopped and number > 0:
            return None
        unit, coarse = levels[number * len(levels) // count]
        start = starts[number % len(starts)]
        label = first_plan(coarse, grids, np.random.default_rng((seed, number)))
        search = _Search(coarse, aim, label, seed=seed * 64 + number, whole=0.0, spread=start.spread)
        steps = int(start.effort * min(1_000_000, 600 * len(coarse) + min(100_000, 3000 * len(coarse))))
        heat = start.heat_blocks, 0.004
        search.run(steps, heat, (5.0, 60.0), watch, 0.0, 0.2 * (number + 1) / count)
        return better(_Candidate(_rough(coarse, aim, search.label), number, search.label[unit]))

    def smaller(each: _Candidate) -> _Candidate:
        style = starts[each.number % len(starts)]
        label = _on_smaller_pieces(
            graph, aim, each.label, seed=seed * 64 + each.number, watch=watch, style=style
        )
        return better(_Candidate(_rough(graph, aim, label), each.number, label))

    def finished(each: _Candidate) -> Longs:
        style = starts[each.number % len(starts)]
        if each.number >= count:
            style = replace(style, spread=0.0)
        label = refine(graph, aim, each.label, seed=seed * 64 + each.number, watch=watch, style=style)
        return better(_Candidate(0.0, each.number, label)).label

    def multilevel() -> list[_Candidate]:
        if watch.stopped:
            return []
        plans = multilevel_plans(graph, grids, seed=seed, number=_METIS)
        found = [_Candidate(_rough(graph, aim, each), count + i, each) for i, each in enumerate(plans)]
        return _best(found, 2)

    with ThreadPoolExecutor(2) as pool:
        others = pool.submit(multilevel)
        found = _best([each for each in pool.map(begun, range(count)) if each], 8 if small else 4)
        found = _best(list(pool.map(smaller, found)), 6 if small else 2)
        plans = list(pool.map(finished, found))
        missed, cost = min(_score(graph, aim, label) for label in plans)
        plans += pool.map(finished, [each for each in others.result() if missed or each.cost < cost])
    return min(plans, key=lambda label: _score(graph, aim, label))


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
            score = _score(self._graph, self._aim, each.label)
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


def _on_smaller_pieces(
    graph: Graph, aim: Aim, label: Longs, *, seed: int, watch: Watch, style: Style
) -> Longs:
    """Blocks that are light beside a grid once more, heavier ones cell by cell, balance weighing more."""
    grids = len(aim.target)
    unit, coarse = _coarse(graph, aim, _MIDDLING_BLOCK)
    whole = np.zeros(len(coarse), dtype=np.int64)
    whole[unit] = label
    whole = fill_empty(coarse, contiguous(coarse, whole, grids), grids)
    search = _Search(coarse, aim, whole, seed=seed, whole=0.0, spread=style.spread)
    search.run(
        int(style.effort * min(2_000_000, 400 * len(coarse))), (0.01, 0.003), (60.0, 600.0), watch, 0.2, 0.1
    )
    return fill_empty(graph, contiguous(graph, search.label[unit], grids), grids)


def _coarse(graph: Graph, aim: Aim, heavy: float) -> tuple[Longs, Graph]:
    unit = _blocks(graph, aim, heavy)
    coarse = graph.contracted(unit, np.full(int(unit.max()) + 1, -1, dtype=np.int64))
    if len(coarse) < 4 * len(aim.target):
        return np.arange(len(graph)), graph
    return unit, coarse


def refine(graph: Graph, aim: Aim, label: Longs, *, seed: int, watch: Watch, style: Style) -> Longs:
    """Cells one by one, three times colder and stricter; the best state that was seen."""
    most = 12_000_000 if len(graph) <= _LARGE else 3_000_000
    steps = int(style.effort * min(most, 300 * len(graph) + min(500_000, 3000 * len(graph))))
    search = _Search(graph, aim, label, seed=seed * 64 + 63, whole=style.whole, spread=style.spread)
    stages = (
        (steps, (style.heat_cells, 0.004), (10.0, 300.0)),
        (steps // 2, (0.01, 0.001), (300.0, 3000.0)),
        (steps // 2, (0.003, 0.0002), (3000.0, 30000.0)),
        (steps // 2, (0.01, 0.0001), (3000.0, 300000.0)),  # only where the band is not kept yet
    )
    best = _score(graph, aim, label), label.copy()
    for number, (count, heat, stress) in enumerate(stages):
        if number == 2:
            search.whole *= 0.1
        if number == 3 and not best[0][0]:
            break
        goes_on = search.run(count, heat, stress, watch, 0.3 + 0.17 * number, 0.17)
        score = _score(graph, aim, search.label)
        if score < best[0]:
            best = score, search.label.copy()
        if not goes_on:
            break
    if not best[0][0]:
        return best[1]
    return _by_chains(search, best[1], steps // 4, watch, partial(_score, graph, aim))


def _by_chains(
    search: "_Search",
    label: Longs,
    steps: int,
    watch: Watch,
    rank: Callable[[Longs], tuple[float, float]],
    stay: Floats | None = None,
) -> Longs:
    """Chains of moves, from the plan and then from others near it, until the bands are kept."""
    graph, aim = search.graph, search.aim
    plans: list[Longs] = []
    further = stay is not None and len(graph) < _SMALL
    away = None if stay is None else _HOMESICK * stay
    for turn in range(_SHAKES + 1):
        if turn > 0:
            search.label = min(plans, key=rank).copy()
            search.run(steps, (0.01, 0.0005), (3000.0, 300000.0), watch, 0.9, 0.1)
            label = search.label
        count = away if further else stay
        plans.append(chained(graph, label, aim.low, aim.high, home=search.home, stay=count, further=further))
        if watch.stopped or aim.excess(graph, plans[-1]) < 1e-9:
            break
    best = min(plans, key=rank)
    if away is None or watch.stopped or aim.excess(graph, best) < 1e-9:
        return best
    plans.append(chained(graph, best, aim.low, aim.high, home=search.home, stay=away, further=True))
    return min(plans, key=rank)


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
    search = _Search(
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
    return _by_chains(search, best[1], steps // 4, watch, rank, search.stay)


def brought_home(graph: Graph, aim: Aim, home: Longs, label: Longs, *, loyalty: float) -> Longs:
    """The last chains of a plan that should move little: a unit goes home, lighter ones make room for it."""
    stay = _HOMESICK * _stay(graph, aim, loyalty)
    return chained(graph, label, aim.low, aim.high, home=home, stay=stay, further=True)


def moved_most(graph: Graph, aim: Aim, home: Longs, label: Longs) -> tuple[float, float]:
    """How a plan ranks that should move little: what is outside the bands, then the weight away from home."""
    return aim.excess(graph, label), float(graph.weight[label != home].sum())


def shifted(graph: Graph, aim: Aim, label: Longs, home: Longs, *, seed: int, loyalty: float) -> Longs:
    """A short search between two grids that are known to have to give and take."""
    search = _Search(
        graph, aim, label, seed=seed, whole=0.05, spread=0.1, home=home, stay=_stay(graph, aim, loyalty)
    )
    steps = min(400_000, 100 * len(graph) + 10_000)
    search.run(steps, (0.02, 0.002), (60.0, 3000.0), Watch(60.0, None), 0.0, 1.0)
    return search.label


def _stay(graph: Graph, aim: Aim, loyalty: float) -> Floats:
    share = graph.weight / aim.target.mean() + 0.1 * graph.area / graph.area.sum() * len(aim.target)
    return np.asarray(loyalty * share)


class _Search:
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


def _blocks(graph: Graph, aim: Aim, most: float) -> Longs:
    """Whole blocks as units; cells of blocks that are too heavy to be moved whole stay single."""
    same = graph.group[graph.first] == graph.group[graph.second]
    number, block = connected(len(graph), graph.first[same], graph.second[same])
    heavy = np.bincount(block, graph.weight, number)[block] > most * aim.target.mean()
    unit = np.where(heavy, number + np.arange(len(graph)), block)
    return np.asarray(np.unique(unit, return_inverse=True)[1], dtype=np.int64)


def _score(graph: Graph, aim: Aim, label: Longs) -> tuple[float, float]:
    """Kept bands first, then the border cost with what is outside its band added."""
    excess = aim.excess(graph, label)
    side = np.sqrt(graph.area.sum() / len(aim.target))
    return float(excess > 1e-9), float(border_cost(graph, label) / side + 50 * excess)
