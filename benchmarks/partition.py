"""Partitions beside their peers: `./run bench partition [--quick]`. Prints docs/benchmarks/partition.md.

Towns, peers and the promises have a file each: `partition_towns`, `partition_peers`, `partition_promises`.
"""

import argparse
import hashlib
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from benchmarks.measuring import circumstances
from benchmarks.partition_peers import PEERS, Measured, timed
from benchmarks.partition_promises import broken_promises, unfounded
from benchmarks.partition_towns import TOWNS, Ground
from gis.partition import Partition, partition, rebalance
from gis.partition.flow import least_flow
from gis.partition.partitioning import TOLERANCE, divide
from gis.partition.rebalancing import rearranged
from gis.partition.request import Request, read_request
from gis.partition.watch import Progress, Watch

SEEDS = (0, 1, 2)
NO_GRIDS = np.empty(0, dtype=np.int64)
HEAD = """
| | max deviation % | pieces too many | mean Polsby-Popper | inner km | % along barriers | J km | CPU s |
|---|---|---|---|---|---|---|---|"""


@dataclass
class Found:
    """What the table of figures at the top is made of."""

    faults: list[str] = field(default_factory=list)
    deviation: list[tuple[float, str]] = field(default_factory=list)
    ratio: list[tuple[float, str]] = field(default_factory=list)
    cost_after_trades: list[float] = field(default_factory=list)
    wider: list[tuple[float, str]] = field(default_factory=list)
    rounder: list[tuple[float, str]] = field(default_factory=list)
    along: list[tuple[float, str]] = field(default_factory=list)
    bounds: list[str] = field(default_factory=list)
    moved: list[tuple[float, float, str]] = field(default_factory=list)
    moved_at_once: list[float] = field(default_factory=list)
    moved_off: list[tuple[float, str]] = field(default_factory=list)
    seconds: list[str] = field(default_factory=list)
    same: list[bool] = field(default_factory=list)


def request_of(ground: Ground) -> Request:
    """Its cells and their graph."""
    return read_request(
        ground.community,
        ground.buildings,
        ground.households,
        ground.barriers,
        metric_crs=ground.frame,
        zones=None,
        stiff=None,
        keep_together=None,
    )


def of_partition(result: Partition, seconds: float) -> Measured:
    """The same figures from our polygons."""
    figures = result.figures
    return Measured(
        figures.max_deviation,
        sum(shape.geom_type != "Polygon" for shape in result.polygons),
        figures.mean_compactness,
        figures.inner_border_m,
        figures.along_barriers,
        figures.border_cost_m,
        seconds,
    )


def compare(name: str, found: Found, *, peers: bool, limit_s: float) -> None:
    """One town: each number of grids by three seeds of ours and by every peer."""
    make, counts = TOWNS[name]
    ground = make()
    before, clock = time.process_time(), time.perf_counter()
    request = request_of(ground)
    cells = time.process_time() - before, time.perf_counter() - clock
    print(f"\n### {name}: {len(ground.buildings):,} buildings, {ground.households.sum():,.0f} households")
    print(f"\nCells, all reading included: {cells[0]:.1f} s CPU, {cells[1]:.1f} s by the clock.")
    found.seconds.append(f"{name}: cells {cells[0]:.1f} s CPU ({cells[1]:.1f} s by the clock)")
    print(HEAD)
    last: Partition | None = None
    for grids in counts:
        plans = []
        for seed in SEEDS if len(ground.buildings) < 40_000 else SEEDS[:1]:
            result, first_s, seconds, wall = _ours(request, grids, seed)
            last = result if seed == 0 else last
            plans.append(of_partition(result, seconds))
            print(plans[-1].row(f"k = {grids}, ours, seed {seed}"), flush=True)
            if seed == 0:
                found.seconds.append(
                    f"{name}, k = {grids}: first plan {first_s:.1f} s, plan {seconds:.1f} s CPU"
                    f" ({wall:.1f} s by the clock)"
                )
                found.faults += broken_promises(result, ground, f"{name}, k = {grids}")
                found.faults += unfounded(result, request, f"{name}, k = {grids}")
            excused = {grid for each in result.blockers for grid in each.grids if each.cause != "not-reached"}
            off = result.figures.grids["deviation"].abs().drop(index=list(excused))
            found.deviation.append(
                (float(off.max()) if len(off) else 0.0, f"{name}, k = {grids}, seed {seed}")
            )
        second = _thorough(request, grids, ground, f"{name}, k = {grids}", found)
        found.cost_after_trades.append(second.cost_m / plans[0].cost_m)
        print(second.row(f"k = {grids}, ours, seed 0, thoroughly"), flush=True)
        rivals = [timed(peer, request, grids, limit_s) for peer in (PEERS if peers else PEERS[:2])]
        for rival in rivals:
            print(
                f"| k = {grids}, {rival} | | | | | | | |"
                if isinstance(rival, str)
                else rival[0].row(f"k = {grids}, {rival[1]}"),
                flush=True,
            )
        if not isinstance(rivals[0], str):
            found.rounder.append(_beside(plans, rivals[0][0], f"{name}, k = {grids}", found.ratio))
        if not isinstance(rivals[1], str):
            _beside(plans, rivals[1][0], f"{name}, k = {grids}, METIS within 1 %", found.wider)
        if name.startswith("town_12k"):
            found.along.append((float(np.median([plan.along for plan in plans])), f"k = {grids}"))
        if last is not None:
            growth(request, ground, last, grids, f"{name}, k = {grids}", found)


def _thorough(request: Request, grids: int, ground: Ground, name: str, found: Found) -> Measured:
    """The plan of seed 0 after the second search."""
    before = time.process_time()
    result = divide(
        request, grids=grids, bounds=None, tolerance=TOLERANCE, seed=0, watch=Watch(600, None), thorough=True
    )
    measured = of_partition(result, time.process_time() - before)
    found.faults += broken_promises(result, ground, f"{name}, thoroughly")
    found.faults += unfounded(result, request, f"{name}, thoroughly")
    return measured


def _ours(request: Request, grids: int, seed: int) -> tuple[Partition, float, float, float]:
    """The plan; CPU seconds until the first within its band was told, and of all; seconds by the clock."""
    before, clock = time.process_time(), time.perf_counter()
    first = [0.0]

    def told(progress: Progress) -> None:
        if not first[0] and progress.deviation <= TOLERANCE:
            first[0] = time.process_time() - before

    result = divide(request, grids=grids, bounds=None, tolerance=TOLERANCE, seed=seed, watch=Watch(600, told))
    seconds = time.process_time() - before
    return result, first[0] or seconds, seconds, time.perf_counter() - clock


def _beside(
    plans: list[Measured], rival: Measured, name: str, ratios: list[tuple[float, str]]
) -> tuple[float, str]:
    """Notes the median of J over the rival's; how much rounder ours are."""
    each = [plan.cost_m / rival.cost_m for plan in plans]
    rounder = float(np.median([plan.compactness for plan in plans])) - rival.compactness
    middle = float(np.median(each))
    print(f"| {name}: J of ours / J of METIS, median (worst) | | | {rounder:+.3f} | | | ", end="")
    print(f"**{middle:.2f}** ({max(each):.2f}) | |", flush=True)
    ratios.append((middle, name))
    return rounder, name


def growth(request: Request, ground: Ground, plan: Partition, grids: int, name: str, found: Found) -> None:
    """A neighbourhood as large as a mean grid grows by 80 %, in three places; the net is evened to 1 %."""
    frame = ground.frame
    middles = frame.points(shapely.get_coordinates(shapely.centroid(ground.buildings)))
    radius = np.sqrt(frame.area_m2([ground.community])[0] / grids / np.pi)
    random = np.random.default_rng(0)
    today = read_request(
        ground.community,
        ground.buildings,
        ground.households,
        ground.barriers,
        metric_crs=frame,
        zones=plan.polygons,
        stiff=NO_GRIDS,
        keep_together=None,
    )
    for place in range(3 if len(ground.buildings) < 5_000 else 2):
        weight = ground.households / ground.households.sum()
        centre = middles[random.choice(len(middles), p=weight)]
        near = np.hypot(*(middles - centre).T) < radius
        grown = np.where(near, np.round(ground.households * 1.8), ground.households)
        of_units = np.bincount(today.unit, today.cells.weights(grown), len(today.graph)).astype(np.float64)
        again = replace(today, graph=replace(today.graph, weight=of_units))
        where = f"{name}, place {place + 1}"
        by_flow = least_flow(again.graph, again.zone_of_units(), grids, 0.01)
        for thorough in (False, True):
            before = time.process_time()
            after = rearranged(
                again, NO_GRIDS, tolerance=0.01, seed=0, watch=Watch(180, None), thorough=thorough
            )
            seconds = time.process_time() - before
            least = max(after.figures.least_moved, 1.0)
            ratio = after.figures.moved_households / least
            found.moved_off.append((after.figures.max_deviation, where))
            if place == 0:
                found.faults += broken_promises(after, ground, f"{name}, rebalanced")
                how = "thoroughly rebalanced in" if thorough else "rebalanced in"
                found.seconds.append(f"{name}: {how} {seconds:.1f} s CPU, without its cells")
            if thorough:
                found.moved.append((ratio, by_flow / least, where))
            else:
                found.moved_at_once.append(ratio)
            moved = f"{after.figures.moved_households:,.0f} moved, {ratio:.2f} × the bound"
            if after.figures.relocated:
                moved += f", {len(after.figures.relocated)} grids moved"
            flow = f"flow between grids that touch today needs {by_flow / least:.2f} ×"
            print(
                of_partition(after, seconds).row(
                    f"the same thoroughly: {moved}"
                    if thorough
                    else f"k = {grids}, grown at place {place + 1}, rebalanced: {moved}; {flow}"
                ),
                flush=True,
            )


def within_bounds(name: str, found: Found) -> None:
    """300 to 500 households a grid, or the certificates, checked."""
    ground = TOWNS[name][0]()
    before = time.process_time()
    result = partition(
        ground.community,
        ground.buildings,
        ground.households,
        ground.barriers,
        metric_crs=ground.frame,
        bounds=(300, 500),
        time_limit_s=600,
    )
    seconds = time.process_time() - before
    kept = result.figures.grids["kept"]
    causes = sorted({blocker.cause for blocker in result.blockers})
    excused = {grid for each in result.blockers for grid in each.grids if each.cause != "not-reached"}
    out = int((~kept).sum())
    unexcused = [grid for grid in np.flatnonzero(~kept).tolist() if grid not in excused]
    found.faults += broken_promises(result, ground, f"{name}, bounds")
    found.faults += unfounded(result, request_of(ground), f"{name}, bounds")
    found.bounds.append(
        f"{name}: {len(kept)} grids, {out} out of 300–500, {len(unexcused)} without a certificate"
        + (f" ({', '.join(causes)})" if causes else "")
        + f", {seconds:.1f} s CPU"
    )


def sum_of(name: str, grids: int) -> str:
    """A sum over all the bits of a plan."""
    ground = TOWNS[name][0]()
    plan = partition(
        ground.community,
        ground.buildings,
        ground.households,
        ground.barriers,
        metric_crs=ground.frame,
        grids=grids,
        seed=7,
    )
    grown = np.where(plan.grid_of_building == 0, ground.households * 1.8, ground.households)
    after = rebalance(
        plan.polygons,
        ground.buildings,
        grown,
        ground.barriers,
        metric_crs=ground.frame,
        tolerance=0.01,
        thorough=True,
        time_limit_s=600,
    )
    return hashlib.sha256(b"".join([*plan.polygons.to_wkb(), *after.polygons.to_wkb()])).hexdigest()


def same_bits(name: str, grids: int, found: Found) -> None:
    """The same seed in two processes."""
    program = f"from benchmarks.partition import sum_of; print(sum_of({name!r}, {grids}))"
    sums = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in "ab"
    }
    found.same.append(len(sums) == 1)


def summary(found: Found) -> None:
    """The figures of the issue, one a line."""

    def worst(pairs: list[tuple[float, str]], unit: float, sign: int = 1) -> str:
        value, where = max(pairs, key=lambda pair: sign * pair[0])
        return f"{unit * value:.2f} at worst ({where})"

    missed = [f"{value:.2f} ({name})" for value, name in found.ratio if value > 0.90]
    over = [f"{ratio:.2f} ({name})" for ratio, _, name in found.moved if ratio > 2.0]
    avoidable = sum(ratio > 2.0 and bound <= 2.0 for ratio, bound, _ in found.moved)
    print("\n## The figures\n\n| figure | target | measured |\n|---|---|---|")
    faults = "; ".join(found.faults) or "0, in every plan and every rebalanced net that was looked at"
    print(f"| faults: pieces, coverage, edges, cut buildings, border vertices, certificates | 0 | {faults} |")
    print(f"| deviation %, without grids that have a certificate | 0.5 | {worst(found.deviation, 100)} |")
    print(f"| 300–500 | 0 out, or certificates | {'; '.join(found.bounds)} |")
    middle = float(np.median([value for value, _ in found.ratio]))
    print(
        f"| J / J of METIS | 0.90 in towns, 1.00 everywhere | median {middle:.2f}, {worst(found.ratio, 1)};"
        f" above 0.90: {', '.join(missed) or 'none'} |"
    )
    left = found.cost_after_trades
    print(
        f"| J after the second search / before | | median {np.median(left):.2f},"
        f" {min(left):.2f} to {max(left):.2f} |"
    )
    if found.wider:
        print(f"| the same beside METIS within 1 %, ours within 0.5 % | | {worst(found.wider, 1)} |")
    print(f"| Polsby-Popper less METIS's | ≥ 0 | {worst(found.rounder, 1, -1)} |")
    along = ", ".join(f"{100 * value:.0f} % at {name}" for value, name in found.along)
    print(f"| along barriers, town_12k | 98 / 88 % | {along} |")
    ratios = [ratio for ratio, _, _ in found.moved]
    print(
        f"| rebalance, thoroughly: moved / lower bound | ≤ 2 | median {np.median(ratios):.2f}"
        f" ({np.median(found.moved_at_once):.2f} in the first plan); above 2: {', '.join(over) or 'none'};"
        f" of these {avoidable} where flow would do with 2 |"
    )
    print(f"| rebalance: deviation % | 1 | {worst(found.moved_off, 100)} |")
    print(f"| same seed in two processes | the same bits | {found.same} |")
    print("\n" + "\n".join(f"- {line}" for line in found.seconds))


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="./run bench partition")
    parser.add_argument("--quick", action="store_true", help="the two smallest towns only")
    parser.add_argument("--town", action="append", choices=list(TOWNS), help="only this one; several times")
    asked = parser.parse_args(arguments)
    found = Found()
    print(f"{circumstances()}.")
    warm = TOWNS["rural string"][0]()
    divide(request_of(warm), grids=2, bounds=None, tolerance=0.01, seed=0, watch=Watch(60, None))
    small = ["town_1k", "rural string"]
    chosen = asked.town or (small if asked.quick else list(TOWNS))
    for name in chosen:
        compare(name, found, peers="55k" not in name, limit_s=90)
    for name in chosen:
        if "55k" not in name:
            within_bounds(name, found)
    same_bits("town_1k", 20, found)
    summary(found)
