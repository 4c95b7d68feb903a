"""A community divided into a number of grids, or into as many as keep each within bounds."""

from collections.abc import Callable, Hashable, Sequence
from functools import partial

import geopandas as gpd
import numpy as np
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from gis.frames import Geometries, MetricCrs
from gis.partition.aims import Aim
from gis.partition.figures import blockers_of, figures_of
from gis.partition.graph import Graph
from gis.partition.lattice import Floats, Longs
from gis.partition.planning import plan
from gis.partition.refinement import Style
from gis.partition.refusals import BadTarget, NetRefused, TooFewGrids, TooManyGrids
from gis.partition.request import Request, read_request
from gis.partition.result import Blocker, Partition
from gis.partition.settling import settled
from gis.partition.trading import FIRST, traded
from gis.partition.watch import Progress, Watch

_LOOKED_AT = 30_000
"""So many pieces are looked at in a thorough search."""
Draw = Callable[[], gpd.GeoDataFrame]
"""Makes the grids of a plan with their households; raises CellsBroken."""
TOLERANCE = 0.005
"""How far from its target a grid may be when a number of grids is asked for."""


def partition(
    community: Geometries | BaseGeometry,
    buildings: Geometries,
    households: ArrayLike,
    barriers: Geometries | None,
    *,
    metric_crs: MetricCrs,
    grids: int | None = None,
    bounds: tuple[float, float] | None = None,
    keep_together: Sequence[Hashable] | None = None,
    fixed: Geometries | None = None,
    seed: int = 0,
    thorough: bool = False,
    on_progress: Callable[[Progress], bool | None] | None = None,
    time_limit_s: float = 120.0,
    style: Style | None = None,
    tolerance: float = TOLERANCE,
) -> Partition:
    """Grids that tile the community, each in one piece, no building cut, balanced by households.

    All shapes in lon/lat. households: (b,) or any other weight. barriers: lines (or surfaces: their edges);
    a GeoDataFrame may say in `weight` what a metre of border along each costs (0.3 if not; elsewhere 1).
    Either `grids`, a number that counts the fixed ones, or `bounds` (low, high) for each grid.
    keep_together: (b,) a compound for each building, None for none. fixed: grids that stay as they are.
    tolerance: with `grids`, how far from the mean a grid may be, a share. thorough: a second search, of up to
    half a minute, makes borders cheaper.
    on_progress: called about every tenth of a second; False ends the search with the best plan so far.
    With bounds a building (or compound) over the upper one has a grid of its own and is named in blockers.
    The same request and seed give the same result bit for bit on a platform, unless the time limit or the
    callback ends the search. With `grids`, without any household each building counts 1; without a building,
    area is balanced. Bounds without any household are refused.

    Raises CommunityRefused, BuildingsRefused, NetRefused, BadTarget, TooManyGrids, TooFewGrids, NotMetric.
    """
    check_target(grids, bounds, tolerance)
    watch = Watch(time_limit_s, on_progress)
    request = read_request(
        community,
        buildings,
        households,
        barriers,
        metric_crs=metric_crs,
        zones=fixed,
        stiff=None,
        keep_together=keep_together,
    )
    return divide(
        request,
        grids=grids,
        bounds=bounds,
        tolerance=tolerance,
        seed=seed,
        watch=watch,
        thorough=thorough,
        style=style,
    )


def divide(
    request: Request,
    *,
    grids: int | None,
    bounds: tuple[float, float] | None,
    tolerance: float,
    seed: int,
    watch: Watch,
    thorough: bool = False,
    style: Style | None = None,
    searched: Graph | None = None,
    on_better: Callable[[Draw], None] | None = None,
) -> Partition:
    """`partition` of what was read already. searched: the graph with other border costs for the search;
    the figures are those of the request all the same. on_better: called, from threads of the search, with
    the first plan and each better one, to be drawn or not."""
    if bounds is not None and request.balanced_by != "households":
        raise BadTarget("the bounds count households, and there are none", buildings=len(request.compound))
    label = request.zone_of_units()
    kept = len(request.zones)
    aims = [Aim(held := _held(request, label, kept), held, held)]
    known: list[Blocker] = []
    number = kept
    parts = _shared_out(request, label, kept, grids, bounds)
    for turn, (part, (count, causes)) in enumerate(parts):
        begin, middle, end = ((turn + share) / len(parts) for share in (0.0, FIRST if thorough else 1.0, 1.0))
        graph = (searched or request.graph).part(part)
        aim = _aim(graph, count, bounds, tolerance)
        names = np.arange(number, number + count)
        told = None if on_better is None else Drawn(request, label.copy(), part, names, on_better)
        first = watch.again(begin, middle)
        found = plan(graph, aim, seed=seed, watch=first, style=style, on_better=told)
        if bounds is not None and not watch.stopped:
            found = settled(graph, found, *bounds, watch)
            count = int(found.max()) + 1
            aim = _aim(graph, count, bounds, tolerance)
        if thorough and not watch.stopped:
            found = traded(
                graph,
                aim,
                found,
                found,
                stay=np.zeros(len(graph)),
                most=_LOOKED_AT * len(graph) // len(request.graph),
                seed=seed,
                watch=watch.again(middle, end),
                on_better=told,
            )
        label[part] = number + _from_north(graph, found, count)[found]
        aims.append(aim)
        known += [
            Blocker(b.cause, b.message, b.weight, b.bound, (), tuple(range(number, number + count)))
            for b in causes
        ]
        number += count
    aim = Aim(
        np.concatenate([one.target for one in aims]),
        np.concatenate([one.low for one in aims]),
        np.concatenate([one.high for one in aims]),
    )
    free = np.arange(kept, number)
    return finish(
        request, label, aim, None, known, free, finished=not watch.stopped, prove=bounds is not None
    )


class Drawn:
    """Plans of one part of the ground as drawings of the whole. label: (units,) of the rest; -1 in parts that
    wait for their turn, which are a grid each. names: the grids of this part."""

    def __init__(
        self, request: Request, label: Longs, part: Longs, names: Longs, tell: Callable[[Draw], None]
    ) -> None:
        self._request, self._label, self._part, self._names, self._tell = request, label, part, names, tell

    def __call__(self, found: Longs) -> None:
        """Hand over a plan, (units of the part,), to be drawn or not."""
        self._tell(partial(self._draw, found.copy()))

    def _draw(self, found: Longs) -> gpd.GeoDataFrame:
        label = self._label.copy()
        label[self._part] = self._names[found]
        waiting = np.flatnonzero(label < 0)
        if len(waiting):
            label[waiting] = int(label.max()) + 1 + self._request.graph.part(waiting).components()[1]
        grids = int(label.max()) + 1
        held = np.bincount(label, self._request.graph.weight, grids)
        return gpd.GeoDataFrame({"households": held}, geometry=self._request.polygons(label, grids))


def finish(
    request: Request,
    label: Longs,
    aim: Aim,
    home: Longs | None,
    known: list[Blocker],
    free: Longs,
    *,
    finished: bool,
    prove: bool = False,
) -> Partition:
    """Polygons, figures and blockers of a plan; prove: look for buildings that fit into no grid."""
    polygons = request.polygons(label, len(aim.target))
    unit = request.unit_of_buildings()
    return Partition(
        polygons=polygons,
        grid_of_building=np.where(unit >= 0, label[np.maximum(unit, 0)], -1).astype(np.int64),
        figures=figures_of(request, label, polygons.to_numpy(), aim, home),
        blockers=blockers_of(request, label, aim, known, free, prove=prove),
        finished=finished,
    )


def check_target(grids: int | None, bounds: tuple[float, float] | None, tolerance: float) -> None:
    """Raises BadTarget unless exactly one of both is given and makes sense."""
    if (grids is None) == (bounds is None):
        raise BadTarget("either a number of grids or bounds, not both")
    if grids is not None and (grids < 1 or grids != int(grids)):
        raise BadTarget("at least one grid", grids=grids)
    if not 0 <= tolerance < 1:
        raise BadTarget("a tolerance is a share: 0 ≤ tolerance < 1", tolerance=tolerance)
    if bounds is not None:
        low, high = bounds
        if not (np.isfinite(low) and np.isfinite(high) and 0 <= low <= high and high > 0):
            raise BadTarget("bounds contradict: 0 ≤ low ≤ high", low=low, high=high)


def _held(request: Request, label: Longs, kept: int) -> Floats:
    fixed = label >= 0
    return np.bincount(label[fixed], request.graph.weight[fixed], kept).astype(np.float64)


def _aim(graph: Graph, count: int, bounds: tuple[float, float] | None, tolerance: float) -> Aim:
    """Equal targets; weightless ground gets a target of 1, which costs every plan the same."""
    target = np.full(count, max(float(graph.weight.sum()) / count, 1e-9))
    if bounds is None:
        return Aim(target, target * (1 - tolerance), target * (1 + tolerance))
    return Aim(target, np.full(count, float(bounds[0])), np.full(count, float(bounds[1])), pull=0.3)


def _shared_out(
    request: Request, label: Longs, kept: int, grids: int | None, bounds: tuple[float, float] | None
) -> list[tuple[Longs, tuple[int, list[Blocker]]]]:
    """The connected parts of the free ground with the number of grids of each."""
    free = np.flatnonzero(label < 0)
    if len(free) == 0:
        if grids is not None and grids > kept:
            raise TooManyGrids("the fixed grids leave no ground", grids=grids, fixed=kept)
        return []
    number, part = request.graph.part(free).components()
    parts = [free[part == i] for i in range(number)]
    weights = np.array([request.graph.weight[one].sum() for one in parts])
    unit = request.unit_of_buildings()
    built = np.zeros(len(request.graph), dtype=bool)
    built[unit[unit >= 0]] = True
    room = np.array([max(1, int(built[one].sum())) for one in parts])
    if bounds is not None:
        low, high = bounds
        return [
            (one, _number_within(request.graph.weight[one], int(most), low, high))
            for one, most in zip(parts, room, strict=True)
        ]
    assert grids is not None
    wanted = grids - kept
    if wanted < 1 and kept:
        raise NetRefused("the fixed grids leave ground, but no grid is left for it", grids=grids, fixed=kept)
    if wanted < number:
        raise TooFewGrids(
            f"the ground lies in {number} parts, and a grid is in one piece", grids=wanted, parts=number
        )
    if wanted > room.sum():
        raise TooManyGrids(
            "more grids than buildings that may be told apart", grids=wanted, most=int(room.sum())
        )
    counts = np.ones(number, dtype=np.int64)
    for _ in range(wanted - number):
        share = np.where(counts < room, weights / counts, -1.0)
        counts[share.argmax()] += 1
    return [(one, (int(count), [])) for one, count in zip(parts, counts, strict=True)]


def _number_within(units: Floats, room: int, low: float, high: float) -> tuple[int, list[Blocker]]:
    """How many grids a connected part gets, with the certificate if no number keeps the bounds.

    A unit over the upper bound has a grid to itself, or with what is too light for one more.
    """
    over = units > high
    alone, weight = int(over.sum()), float(units[~over].sum())
    if alone and weight < max(low, 1e-9):
        return alone, []
    count, causes = _number_of(weight, room - alone, low, high)
    return count + alone, causes


def _number_of(weight: float, room: int, low: float, high: float) -> tuple[int, list[Blocker]]:
    wanted = max(1, round(2 * weight / (low + high)))
    fewest = max(1, int(np.ceil(weight / high - 1e-12)))
    most = int(weight // low) if low > 0 else room
    if most < 1:
        return 1, [Blocker("part-under", "connected ground weighs less than the lower bound", weight, low)]
    if fewest > room:
        return room, [Blocker("part-over", "fewer buildings than grids are needed", weight, room * high)]
    if fewest > most:
        cause = "no whole number of grids lies between weight/high and weight/low"
        return min(wanted, room), [Blocker("no-number-fits", cause, weight, high)]
    return min(max(wanted, fewest), most, room), []


def _from_north(graph: Graph, label: Longs, count: int) -> Longs:
    """The number of each label when grids are counted from north to south, then west to east."""
    area = np.bincount(label, graph.area, count)
    east, north = (np.bincount(label, graph.area * graph.centre[:, i], count) / area for i in (0, 1))
    order = np.lexsort((east, -north))
    number = np.empty(count, dtype=np.int64)
    number[order] = np.arange(count)
    return number
