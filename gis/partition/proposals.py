"""Two or three divisions side by side, so that a planner chooses: even, along roads, or with little moved."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from gis.frames import Geometries, MetricCrs
from gis.partition.graph import Graph
from gis.partition.partitioning import TOLERANCE, check_target, divide
from gis.partition.rebalancing import rebalance
from gis.partition.refinement import Progress, Style, Watch
from gis.partition.request import read_request
from gis.partition.result import Partition

Name = Literal["balance", "roads", "least_change"]
NAMES: tuple[Name, ...] = ("balance", "roads", "least_change")

ROADS_TOLERANCE = 0.03
"""How far from its target a grid may be where roads come first."""
_FAVOUR = 0.35


@dataclass(frozen=True, eq=False)
class Proposal:
    """balance: as even as can be; roads: up to 3 % off for borders along barriers; least_change: the present
    grids evened out to 1 %."""

    name: Name
    partition: Partition


def propose(
    community: Geometries | BaseGeometry,
    buildings: Geometries,
    households: ArrayLike,
    barriers: Geometries | None,
    *,
    metric_crs: MetricCrs,
    grids: int | None = None,
    bounds: tuple[float, float] | None = None,
    present: Geometries | None = None,
    keep_together: Sequence[Hashable] | None = None,
    seed: int = 0,
    on_progress: Callable[[Progress], bool | None] | None = None,
    on_proposal: Callable[[Proposal], None] | None = None,
    time_limit_s: float = 120.0,
) -> list[Proposal]:
    """The proposals, measured alike: balance, roads, and least_change where `present` has as many grids.

    Arguments and refusals as for `partition`; present: the grids of today, which tile the community.
    on_proposal: called with each as soon as it stands. After a cancel or the time limit no further one is
    begun, but there is always one.
    """
    check_target(grids, bounds, TOLERANCE)
    shares = _Shares(on_progress, 2 if present is None else 3)
    watch = Watch(time_limit_s, shares.tell)
    request = read_request(
        community,
        buildings,
        households,
        barriers,
        metric_crs=metric_crs,
        zones=None,
        stiff=None,
        keep_together=keep_together,
    )
    out: list[Proposal] = []

    def add(name: Name, found: Partition) -> bool:
        out.append(Proposal(name, found))
        if on_proposal is not None:
            on_proposal(out[-1])
        shares.done += 1
        return found.finished

    even = divide(request, grids=grids, bounds=bounds, tolerance=TOLERANCE, seed=seed, watch=watch)
    if not add("balance", even):
        return out
    along = divide(
        request,
        grids=grids,
        bounds=bounds,
        tolerance=ROADS_TOLERANCE,
        seed=seed,
        watch=watch,
        style=Style(whole=0.3, spread=1.0),
        searched=_favoured(request.graph),
    )
    if not add("roads", along) or present is None or len(present) != len(even.polygons):
        return out
    add(
        "least_change",
        rebalance(
            present,
            buildings,
            households,
            barriers,
            metric_crs=metric_crs,
            tolerance=0.01 if bounds is None else _half_width(bounds),
            keep_together=keep_together,
            seed=seed,
            on_progress=shares.tell,
            time_limit_s=watch.left_s,
        ),
    )
    return out


def _half_width(bounds: tuple[float, float]) -> float:
    low, high = bounds
    return min(0.99, (high - low) / (high + low))


def _favoured(graph: Graph) -> Graph:
    """What a border along a barrier saves counts a third more."""
    saved = graph.metres - graph.pair_cost
    cheaper = np.maximum(graph.pair_cost - _FAVOUR * saved, 0.05 * graph.pair_cost)
    return graph.with_costs(cheaper)


class _Shares:
    """The progress of each proposal as its share of the whole."""

    def __init__(self, tell: Callable[[Progress], bool | None] | None, parts: int) -> None:
        self._tell, self._parts, self.done = tell, parts, 0

    def tell(self, progress: Progress) -> bool | None:
        if self._tell is None:
            return None
        return self._tell(replace(progress, share=(self.done + progress.share) / self._parts))
