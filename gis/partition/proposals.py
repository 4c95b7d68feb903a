"""Two or three divisions side by side, so that a planner chooses: even, along roads, or with little moved."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from gis.frames import Geometries, MetricCrs
from gis.partition.graph import Graph
from gis.partition.partitioning import TOLERANCE, Draw, check_target, divide
from gis.partition.rebalancing import rebalance
from gis.partition.refinement import Style
from gis.partition.refusals import BadTarget, PartitionRefused
from gis.partition.request import read_request
from gis.partition.result import Partition
from gis.partition.watch import Progress, Watch

Name = Literal["balance", "roads", "least_change"]
NAMES: tuple[Name, ...] = ("balance", "roads", "least_change")

ROADS_TOLERANCE = 0.03
"""How far from its target a grid may be where roads come first."""
CHANGE_TOLERANCE = 0.01
_FAVOUR = 0.35


@dataclass(frozen=True, eq=False)
class Proposal:
    """balance: as even as can be; roads: up to 3 % off for borders along barriers; least_change: the present
    grids evened out to 1 %."""

    name: Name
    partition: Partition


@dataclass(frozen=True)
class Proposals:
    """Those that were made, in the order of NAMES, and why one was left out."""

    made: list[Proposal]
    left_out: dict[Name, str]


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
    names: Sequence[Name] = NAMES,
    keep_together: Sequence[Hashable] | None = None,
    seed: int = 0,
    on_progress: Callable[[Progress], bool | None] | None = None,
    on_proposal: Callable[[Proposal], None] | None = None,
    on_better: Callable[[Name, Draw], None] | None = None,
    time_limit_s: float = 180.0,
) -> Proposals:
    """The proposals of these names, measured alike; least_change needs `present`, the grids of today, which
    tile the community, in the number that is asked for.

    Arguments and refusals as for `partition`; what refuses least_change alone only leaves it out.
    on_proposal: called with each as soon as it stands. After a cancel or the time limit none is begun.
    on_better: called, from threads of the search, with the first plan for a proposal and each better one.
    """
    check_target(grids, bounds, TOLERANCE)
    out = Proposals([], {})
    wanted = [name for name in NAMES if name in names]
    if "least_change" in wanted and (why := _no_present(grids, present)):
        out.left_out["least_change"] = why
        wanted.remove("least_change")
    shares = _Shares(on_progress, max(len(wanted), 1))
    watch = Watch(time_limit_s, shares.tell)

    def add(name: Name, found: Partition) -> None:
        out.made.append(Proposal(name, found))
        shares.done += 1
        if on_proposal is not None:
            on_proposal(out.made[-1])

    if wanted and wanted[0] != "least_change":
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
        if "balance" in wanted:
            even = divide(
                request,
                grids=grids,
                bounds=bounds,
                tolerance=TOLERANCE,
                seed=seed,
                watch=watch,
                thorough=True,
                on_better=None if on_better is None else partial(on_better, "balance"),
            )
            add("balance", even)
        if "roads" in wanted and not watch.stopped:
            along = divide(
                request,
                grids=grids,
                bounds=bounds,
                tolerance=ROADS_TOLERANCE,
                seed=seed,
                watch=watch.again(),
                thorough=True,
                style=Style(whole=0.3, spread=1.0),
                searched=_favoured(request.graph),
                on_better=None if on_better is None else partial(on_better, "roads"),
            )
            add("roads", along)
    if "least_change" in wanted and present is not None and not watch.stopped:
        mean = float(np.sum(np.asarray(households, dtype=np.float64))) / max(len(present), 1)
        try:
            little = rebalance(
                present,
                buildings,
                households,
                barriers,
                metric_crs=metric_crs,
                tolerance=CHANGE_TOLERANCE if bounds is None else _within(bounds, mean),
                keep_together=keep_together,
                seed=seed,
                thorough=True,
                on_progress=shares.tell,
                on_better=None if on_better is None else partial(on_better, "least_change"),
                time_limit_s=watch.left_s,
            )
            add("least_change", little)
        except PartitionRefused as refused:
            if not out.made:
                raise
            out.left_out["least_change"] = str(refused)
    return out


def _no_present(grids: int | None, present: Geometries | None) -> str:
    """Why the present grids cannot be evened out, "" if they can."""
    if present is None or len(present) == 0:
        return "there are no present grids"
    if grids is not None and grids != len(present):
        return f"{grids} grids are asked for, and there are {len(present)}"
    return ""


def _within(bounds: tuple[float, float], mean: float) -> float:
    """The widest tolerance around the mean that keeps the bounds. Raises BadTarget."""
    low, high = bounds
    if not low <= mean <= high:
        raise BadTarget("the present number of grids cannot keep the bounds", mean=mean, low=low, high=high)
    return min(0.99, high / mean - 1, 1 - low / mean) if mean > 0 else 0.99


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
