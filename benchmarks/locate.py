"""The point index beside its peers: `./run bench locate`. Prints Markdown for docs/benchmarks.

`--quick` takes fewer points; `--growth FILE.svg` measures only how cost grows, and plots it.
"""

import argparse
import ctypes
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import shapely

from benchmarks import locate_peers as peers
from benchmarks.locate_peers import Points, Shapes
from benchmarks.locate_postgis import postgis
from benchmarks.measuring import circumstances, measure
from benchmarks.plotting import log_log, panels
from gis.locate import GridIndex
from tests.oracles.nets import jittered_net, placed

GRIDS = (300, 1_000, 3_000, 10_000, 30_000, 100_000)
POINTS = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)


def clustered_points(count: int, *, seed: int) -> Points:
    """Four fifths around 400 hot spots of very different weight, one fifth uniform, over the frame."""
    rng = np.random.default_rng(seed)
    hot = rng.uniform(0.08, 0.92, (400, 2))
    weights = rng.pareto(1.2, 400) + 0.05
    chosen = rng.choice(400, int(0.8 * count), p=weights / weights.sum())
    spread = rng.uniform(0.00075, 0.0225, 400)[chosen, None]
    near = hot[chosen] + rng.normal(0, 1, (len(chosen), 2)) * spread
    return np.ascontiguousarray(
        rng.permutation(np.vstack([near, rng.uniform(-0.005, 1.005, (count - len(near), 2))]))
    )


def on_ground(unit: Points) -> Points:
    """The unit square as 0.4° of Jincheng."""
    return np.ascontiguousarray(unit * 0.4 + [112.7, 35.4])


def net_of(polygons: int, *, seed: int = 1) -> Shapes:
    """A matched net with about 97 vertices a polygon in the median."""
    return placed(jittered_net(polygons, seed=seed, depth=4), 0.4, 112.7, 35.4, lattice=1e-9)


def compare(polygons: int, *, peer_points: int, own_points: int, times: int) -> None:
    """One table: CPU time a point of each way, on one core, answers equal.

    Points lie in each way's own form before its clock starts (a frame, a table, an array).
    """
    shapes = net_of(polygons)
    few = on_ground(clustered_points(10 * peer_points, seed=2))
    many = on_ground(clustered_points(own_points, seed=3))
    index = GridIndex(shapes)
    expected = index.locate(few)
    ns: dict[str, tuple[float, str]] = {}
    with ExitStack() as stack:
        ways = [peers.sjoin(shapes), peers.strtree(shapes), peers.prepared_boxes(shapes)]
        ways += [peers.duckdb_spatial(shapes), peers.sedona(shapes), stack.enter_context(postgis(shapes))]
        for way in ways:
            count = int(peer_points * way.share)
            given = way.load(few[:count])
            differing = int(np.count_nonzero(way.ask(given) != expected[:count]))
            said = "equal" if differing == 0 else f"{differing} differ"
            each = measure(lambda way=way, given=given: way.ask(given), times=times, cpu_time=way.cpu)
            ns[f"{way.name} ({count:.0e} points)"] = each.cpu_s / count * 1e9, said
    own = measure(lambda: index.locate(many, threads=1), times=5)
    ours = own.cpu_s / own_points * 1e9
    both = measure(lambda: index.locate(many), times=7)
    vertices = np.median(shapely.get_num_coordinates(shapes))
    print(f"\n### {len(shapes):,} grids, {vertices:.0f} vertices in the median\n")
    print("| | CPU ns a point | GridIndex is faster | answers |\n|---|---|---|---|")
    for name, (each_ns, said) in ns.items():
        print(f"| {name} | {each_ns:,.0f} | {each_ns / ours:,.0f}× | {said} |")
    print(f"| GridIndex, one thread ({own_points:.0e} points) | {ours:,.1f} | 1× | |")
    print(
        f"\n{own_points:.0e} points by all cores: {both.wall_s:.3f} s by the clock, {both.cpu_s:.3f} s CPU."
    )
    print(_built(shapes), flush=True)


def _built(shapes: Shapes) -> str:
    """Build time and memory."""
    build = measure(lambda: GridIndex(shapes), times=3)
    ctypes.CDLL(None).malloc_trim(0)  # what earlier builds freed must not hide what this one takes
    before = _resident_mb()
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    index = GridIndex(shapes)
    peak = _resident_mb("VmHWM") - before
    return (
        f"Build: {build.wall_s:.2f} s by the clock, {build.cpu_s:.2f} s CPU; the index holds"
        f" {index.nbytes / 1e6:.0f} MB, {peak:.0f} MB more than before at the peak of building."
    )


def _resident_mb(name: str = "VmRSS") -> float:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status[name].split()[0]) * 1024 / 1e6


def growth(grids: Sequence[int], points: Sequence[int], plot: Path) -> None:
    """How cost grows with grids and with points: tables, and the plot."""
    print("\n### Growth\n\n| grids | build, s CPU | MB | CPU ns a point (1e6 points) |\n|---|---|---|---|")
    million = on_ground(clustered_points(1_000_000, seed=4))
    builds, asked, size = [], [], []
    for count in grids:
        shapes = net_of(count)
        index = GridIndex(shapes)
        build = measure(lambda shapes=shapes: GridIndex(shapes), times=2)
        each = measure(lambda index=index: index.locate(million, threads=1), times=7)
        builds.append((len(shapes), build.cpu_s))
        asked.append((len(shapes), each.cpu_s * 1e3))
        size.append((len(shapes), index.nbytes / 1e6))
        print(
            f"| {len(shapes):,} | {build.cpu_s:.2f} | {index.nbytes / 1e6:.1f} | {each.cpu_s * 1e3:.1f} |",
            flush=True,
        )
    index = GridIndex(net_of(3_000))
    print("\n| points, 3,000 grids | CPU ns a point | resident, MB |\n|---|---|---|")
    ten_million = on_ground(clustered_points(10_000_000, seed=5))
    streamed = []
    for count in points:
        rounds, part = max(1, count // len(ten_million)), ten_million[: min(count, len(ten_million))]

        def stream(rounds: int = rounds, part: Points = part) -> None:
            for _ in range(rounds):
                index.locate(part, threads=1)

        each = measure(stream, times=7 if count < 10_000_000 else 3)
        streamed.append((count, each.cpu_s / count * 1e9))
        print(f"| {count:.0e} | {streamed[-1][1]:.1f} | {_resident_mb():.0f} |", flush=True)
    plot.write_text(
        panels(
            log_log(
                "By the number of grids",
                "grids (97 vertices in the median)",
                {"ns a point": asked, "MB of index": size, "s to build": builds},
            ),
            log_log(
                "By the number of points, 3,000 grids",
                "points, in calls of up to ten million",
                {"ns a point": streamed},
            ),
        )
    )


def single_point() -> None:
    """One point at a time from Python, and the first call after an install."""
    index = GridIndex(net_of(3_000))
    point = on_ground(clustered_points(1, seed=6))
    timing = measure(lambda: [index.locate(point) for _ in range(20_000)], times=5)
    print(f"\nOne point a call from Python (array of shape (1, 2)): {timing.cpu_s / 20_000 * 1e6:.1f} µs.")
    code = (
        "import time; from gis.locate import GridIndex; from shapely import box\n"
        "done = time.process_time(); GridIndex([box(0, 0, 1, 1)]).locate([(0.5, 0.5)] * 2)\n"
        "GridIndex([box(0, 0, 1, 1)]).locate([(0.5, 0.5)]); print(time.process_time() - done)"
    )
    with tempfile.TemporaryDirectory() as cache:
        first, second = (
            float(
                subprocess.run(
                    [sys.executable, "-c", code],
                    check=True,
                    capture_output=True,
                    text=True,
                    env={"NUMBA_CACHE_DIR": cache, "PATH": "/usr/bin:/bin"},
                ).stdout
            )
            for _ in range(2)
        )
    print(f"First use after an install: {first:.1f} s CPU to compile; later {second:.2f} s from the cache.")


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="./run bench locate", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the first net, fewer points")
    parser.add_argument("--grids", type=int, nargs="*", default=[3_000, 30_000], help="sizes of the nets")
    parser.add_argument("--peers", type=int, default=1_000_000, help="points that the peers are asked")
    parser.add_argument("--growth", type=Path, metavar="FILE.svg", help="only how cost grows, with its plot")
    asked = parser.parse_args(arguments)
    start = time.perf_counter()
    print(f"{circumstances()}.", flush=True)
    if asked.growth:
        growth(GRIDS, POINTS, asked.growth)
    else:
        own_points, peer_points = (2_000_000, 20_000) if asked.quick else (10_000_000, asked.peers)
        for grids in asked.grids[:1] if asked.quick else asked.grids:
            compare(grids, peer_points=peer_points, own_points=own_points, times=3)
        single_point()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"\nMeasured in {time.perf_counter() - start:.0f} s; at most {peak:.0f} MB.")
