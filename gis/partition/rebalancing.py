"""From the present grids to balanced ones with as few households moved as can be."""

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from gis.frames import Geometries, MetricCrs, geometry_array
from gis.net.face import assemble, chain_sum, directed_edges
from gis.partition.aims import Aim, moved_most
from gis.partition.first_plan import contiguous
from gis.partition.flow import cheapest_flow
from gis.partition.graph import Graph
from gis.partition.lattice import Longs, Shapes
from gis.partition.partitioning import Draw, Drawn, finish
from gis.partition.rearranging import brought_home, homesickness, rearrange, shifted
from gis.partition.refusals import BadTarget, NetRefused
from gis.partition.relocation import best_named, relocated
from gis.partition.request import Request, read_request
from gis.partition.result import Partition
from gis.partition.search import SMALL
from gis.partition.trading import FIRST, traded
from gis.partition.watch import Progress, Watch

LOYALTY = 20.0
"""What moving one grid's worth of households costs, in sides of a mean grid."""
_LOOKED_AT = 60_000
"""So many pieces are looked at in a thorough search."""
_TURNS = 3
"""So many times small nets are tried."""
_CLEARLY = 0.95
"""A grid is moved only if no more than this share of the households changes grid that would without."""
_MORE = 4
"""So often what is left outside the bands is passed on once more."""


def rebalance(
    polygons: Geometries,
    buildings: Geometries,
    households: ArrayLike,
    barriers: Geometries | None,
    *,
    metric_crs: MetricCrs,
    tolerance: float,
    fixed: Sequence[int] | None = None,
    keep_together: Sequence[Hashable] | None = None,
    seed: int = 0,
    thorough: bool = False,
    on_progress: Callable[[Progress], bool | None] | None = None,
    on_better: Callable[[Draw], None] | None = None,
    time_limit_s: float = 120.0,
) -> Partition:
    """The same grids in the same order, each within `tolerance` (a share) of the mean, little moved.

    polygons: the present net, edges matched, lon/lat. fixed: positions of grids that stay as they are; the
    mean is taken over the others, for each part of the ground that they leave connected. A building that
    the present net cuts goes to the grid of its larger part (not counted as moved). Grids whose border did
    not move keep their vertices. thorough: a second search, of up to a minute, makes less of it move and
    borders shorter. on_better: called with the plan of the first search and each better one of the second, to
    be drawn or not. Other arguments and refusals as for `partition`; NetRefused also if they do not close.
    """
    if not 0 <= tolerance < 1:
        raise BadTarget("a tolerance is a share: 0 ≤ tolerance < 1", tolerance=tolerance)
    shapes = geometry_array(polygons)
    stiff = np.unique(np.asarray([] if fixed is None else fixed, dtype=np.int64))
    if ((stiff < 0) | (stiff >= len(shapes))).any():
        raise NetRefused("a fixed grid that is not there", grids=len(shapes))
    watch = Watch(time_limit_s, on_progress)
    request = read_request(
        _outline(shapes),
        buildings,
        households,
        barriers,
        metric_crs=metric_crs,
        zones=shapes,
        stiff=stiff,
        keep_together=keep_together,
    )
    return rearranged(
        request, stiff, tolerance=tolerance, seed=seed, watch=watch, thorough=thorough, on_better=on_better
    )


def rearranged(
    request: Request,
    stiff: Longs,
    *,
    tolerance: float,
    seed: int,
    watch: Watch,
    thorough: bool = False,
    on_better: Callable[[Draw], None] | None = None,
) -> Partition:
    """`rebalance` of what was read already: the zones of the request are the present grids."""
    graph, count = request.graph, len(request.zones)
    home = request.zone_of_units()
    if (home < 0).any() or (np.bincount(home, minlength=count) == 0).any():
        raise NetRefused("the net leaves ground of its outline uncovered, or a grid has none")
    label = home.copy()
    held = np.bincount(home, graph.weight, count).astype(np.float64)
    target, low, high = held.copy(), held.copy(), held.copy()
    free = np.flatnonzero(~np.isin(home, stiff))
    parts, part = graph.part(free).components() if len(free) else (0, np.zeros(0, dtype=np.int64))
    for number in range(parts):
        here = free[part == number]
        names, mine = np.unique(home[here], return_inverse=True)
        piece = graph.part(here)
        mean = max(float(piece.weight.sum()) / len(names), 1e-9)
        full = np.full(len(names), mean)
        aim = Aim(full, full * (1 - tolerance), full * (1 + tolerance), pull=0.0)
        start = contiguous(piece, mine.astype(np.int64), len(names))
        begin, middle, end = ((number + share) / parts for share in (0.0, FIRST if thorough else 1.0, 1.0))
        first = watch.again(begin, middle)
        found = evened(piece, aim, start, seed=seed, watch=first)
        label[here] = names[found]
        if thorough and not watch.stopped and (found != start).any():
            told = None if on_better is None else Drawn(request, label.copy(), here, names, on_better)
            second = watch.again(middle, end)
            most = _LOOKED_AT * len(piece) // len(graph)
            found = _traded(piece, aim, start, found, most=most, seed=seed, watch=second, on_better=told)
            label[here] = names[found]
        target[names], low[names], high[names] = mean, aim.low[0], aim.high[0]
    aim = Aim(target, low, high)
    moving = np.setdiff1d(np.arange(count), stiff)
    return finish(request, label, aim, home, [], moving, finished=not watch.stopped)


def _traded(
    graph: Graph,
    aim: Aim,
    home: Longs,
    label: Longs,
    *,
    most: int,
    seed: int,
    watch: Watch,
    on_better: Callable[[Longs], None] | None,
) -> Longs:
    """The second search."""
    if on_better is not None:
        on_better(label)
    stay = homesickness(graph, aim, LOYALTY)
    return traded(graph, aim, home, label, stay=stay, most=most, seed=seed, watch=watch, on_better=on_better)


def evened(graph: Graph, aim: Aim, home: Longs, *, seed: int, watch: Watch) -> Longs:
    """From the present grids to the aim with few households moved: each grid where it is, or, where that
    moves clearly less, some moved to where the surplus is."""
    elsewhere = relocated(graph, aim, home)
    if elsewhere is None:
        return _evened_from(graph, aim, home, home, seed=seed, watch=watch)
    label = _evened_from(graph, aim, elsewhere, home, seed=seed, watch=watch)
    off, moved = moved_most(graph, aim, home, label)
    if not watch.stopped and off == 0 and moved < _CLEARLY * _passed_on(graph, aim, home):
        return label
    stays = _evened_from(graph, aim, home, home, seed=seed, watch=watch)
    stays_off, stays_moved = moved_most(graph, aim, home, stays)
    return label if (off, moved) < (stays_off, _CLEARLY * stays_moved) else stays


def _passed_on(graph: Graph, aim: Aim, home: Longs) -> float:
    """What passes at least from grid to grid if each stays where it is."""
    flow = cheapest_flow(graph, home, aim.low, aim.high)
    return np.inf if flow is None else float(flow.amount.sum())


def _evened_from(graph: Graph, aim: Aim, now: Longs, home: Longs, *, seed: int, watch: Watch) -> Longs:
    """From a plan to the aim with few households away from home.

    Households pass along the cheapest flow between grids that touch, border by border, and what is left of
    it once more; a search starts from both states. Without a flow the search starts from the plan.
    """
    best: tuple[tuple[float, float], int, Longs] | None = None
    for turn in range(_TURNS if len(graph) < SMALL else 1):
        first = _along_flow(graph, aim, now, home, seed=seed + 7 * turn, watch=watch)
        starts = [(now, False)] if first is None else [(first, False), (first, True)]
        if first is not None:
            second = _along_flow(graph, aim, first, home, seed=seed + 7 * turn + 1, watch=watch)
            starts.append((first if second is None else second, True))
        found = partial(_searched, graph, aim, home, seed + turn, watch)
        with ThreadPoolExecutor(2) as pool:
            plans = list(pool.map(found, starts))
        ranked = [(moved_most(graph, aim, home, plan), number, plan) for number, plan in enumerate(plans)]
        best = min([*ranked, *([] if best is None else [best])], key=lambda each: each[0])
        if watch.stopped:
            break
    assert best is not None
    label = _brought_in(graph, aim, home, best[2], seed=seed, watch=watch)
    label = brought_home(graph, aim, home, label, loyalty=LOYALTY, watch=watch)
    return best_named(graph, home, label, len(aim.target))


def _brought_in(graph: Graph, aim: Aim, home: Longs, label: Longs, *, seed: int, watch: Watch) -> Longs:
    """Pass on what is still outside the bands along the cheapest flow from there, a few times."""
    for turn in range(_MORE):
        if aim.excess(graph, label) == 0 or watch.stopped:
            break
        passed = _along_flow(graph, aim, label, home, seed=seed + 11 + turn, watch=watch)
        if passed is None:
            break
        found = _searched(graph, aim, home, seed + turn, watch, (passed, True))
        label = min(label, found, key=partial(moved_most, graph, aim, home))
    return label


def _searched(
    graph: Graph, aim: Aim, home: Longs, seed: int, watch: Watch, start: tuple[Longs, bool]
) -> Longs:
    label, cold = start
    return rearrange(graph, aim, home, label, seed=seed, watch=watch, loyalty=LOYALTY, cold=cold)


def _along_flow(graph: Graph, aim: Aim, now: Longs, home: Longs, *, seed: int, watch: Watch) -> Longs | None:
    """Each arc of the flow in turn: a search on the two grids alone until the giver has given."""
    inside = 0.1 * (aim.high - aim.low)
    flow = cheapest_flow(graph, now, aim.low + inside, aim.high - inside)
    if flow is None:
        return None
    label, slack = now.copy(), float(inside.min())
    for number, (giver, taker, amount) in enumerate(zip(flow.giver, flow.taker, flow.amount, strict=True)):
        here = np.flatnonzero((label == giver) | (label == taker))
        piece, mine = graph.part(here), (label[here] == taker).astype(np.int64)
        held = np.bincount(mine, piece.weight, 2)
        full = np.maximum(held + np.array([-amount, amount]), 1e-9)
        of_home = np.select([home[here] == giver, home[here] == taker], [0, 1], -1)
        pair = Aim(full, full - slack, full + slack, pull=0.0)
        label[here] = np.array([giver, taker])[
            shifted(piece, pair, mine, of_home, seed=seed * 64 + number, loyalty=LOYALTY)
        ]
        if watch.left_s == 0:
            break
    return label


def _outline(shapes: Shapes) -> BaseGeometry:
    """What the grids cover together, from their edges: every vertex with its bits."""
    if len(shapes) == 0 or shapely.is_missing(shapes).any() or not shapely.is_valid(shapes).all():
        raise NetRefused("the net has no grids, or invalid ones")
    outline = assemble(chain_sum(*(directed_edges(shape) for shape in shapes)))
    if outline is None or not shapely.coverage_is_valid(shapes):
        raise NetRefused("the net does not close: its borders do not match edge by edge")
    return outline
