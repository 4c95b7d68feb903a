"""The point index beside its peers: `./run bench locate [--quick]`. Prints Markdown for docs/benchmarks."""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.measuring import circumstances, measure
from gis.locate import GridIndex
from tests.oracles.nets import jittered_net, placed
from tests.oracles.owners import owners_by_covered_by

Points = NDArray[np.float64]
Shapes = NDArray[np.object_]


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


def by_sjoin(shapes: Shapes) -> Callable[[Points], NDArray[np.int32]]:
    frame = gpd.GeoDataFrame({"position": np.arange(len(shapes))}, geometry=shapes, crs=4326)

    def run(points: Points) -> NDArray[np.int32]:
        joined = gpd.sjoin(
            gpd.GeoDataFrame(geometry=gpd.points_from_xy(points[:, 0], points[:, 1], crs=4326)),
            frame,
            how="left",
            predicate="covered_by",
        )
        lowest = joined.groupby(level=0)["position"].min()
        return lowest.fillna(-1).to_numpy().astype(np.int32)

    return run


def by_strtree(shapes: Shapes) -> Callable[[Points], NDArray[np.int32]]:
    return lambda points: owners_by_covered_by(shapes, points)


def by_prepared_boxes(shapes: Shapes) -> Callable[[Points], NDArray[np.int32]]:
    """Points sorted by x; for each polygon the slice inside its box, then the prepared predicate."""
    shapely.prepare(shapes)
    bounds = shapely.bounds(shapes)

    def run(points: Points) -> NDArray[np.int32]:
        order = np.argsort(points[:, 0], kind="stable")
        x, y = points[order, 0], points[order, 1]
        starts, stops = np.searchsorted(x, bounds[:, 0], "left"), np.searchsorted(x, bounds[:, 2], "right")
        found = np.full(len(points), -1, dtype=np.int32)
        for position in range(len(shapes) - 1, -1, -1):
            part = slice(starts[position], stops[position])
            inside = (
                np.flatnonzero((y[part] >= bounds[position, 1]) & (y[part] <= bounds[position, 3]))
                + part.start
            )
            covered = shapely.intersects_xy(shapes[position], x[inside], y[inside])
            found[inside[covered]] = position
        owners = np.empty_like(found)
        owners[order] = found
        return owners

    return run


def duckdb_spatial() -> str:
    """DuckDB's spatial extension is no part of its wheel: whether it is on this machine."""
    try:
        import duckdb
    except ImportError:
        return "duckdb is not installed"
    try:
        duckdb.connect().load_extension("spatial")
    except duckdb.Error:
        return f"DuckDB {duckdb.__version__} is not measured, its spatial extension is a download"
    return f"DuckDB {duckdb.__version__}: spatial is here, but not compared yet"


def compare(polygons: int, *, peer_points: int, own_points: int, times: int) -> None:
    """One table: CPU time a point of each way, on one core, answers equal."""
    shapes = net_of(polygons)
    few = on_ground(clustered_points(peer_points, seed=2))
    many = on_ground(clustered_points(own_points, seed=3))
    index = GridIndex(shapes)
    expected = index.locate(few)
    ns: dict[str, float] = {}
    for name, make in (
        ("geopandas.sjoin", by_sjoin),
        ("STRtree.query", by_strtree),
        ("sorted boxes + prepared", by_prepared_boxes),
    ):
        run = make(shapes)
        assert (run(few) == expected).all(), name
        ns[name] = measure(lambda run=run: run(few), times=times).cpu_s / peer_points * 1e9
    own = measure(lambda: index.locate(many, threads=1), times=times)
    ns["GridIndex, one thread"] = own.cpu_s / own_points * 1e9
    both = measure(lambda: index.locate(many), times=times)
    build = measure(lambda: GridIndex(shapes), times=times)
    vertices = np.median(shapely.get_num_coordinates(shapes))
    print(f"\n### {len(shapes):,} grids, {vertices:.0f} vertices in the median\n")
    print("| | CPU ns a point | GridIndex is faster |\n|---|---|---|")
    for name, each in ns.items():
        print(f"| {name} | {each:,.1f} | {each / ns['GridIndex, one thread']:,.0f}× |")
    print(f"\n{own_points:.0e} points by all cores: {both.wall_s:.3f} s by the clock.")
    print(f"Build: {build.wall_s:.2f} s by the clock, {build.cpu_s:.2f} s CPU; {index.nbytes / 1e6:.0f} MB.")
    print(f"The answers of all ways to {peer_points:.0e} points are equal.")


def growth(polygons: list[int], points: list[int]) -> None:
    """How cost grows with grids and with points."""
    print("\n### Growth\n\n| grids | build s | MB | CPU ns a point (1e6 points) |\n|---|---|---|---|")
    million = on_ground(clustered_points(1_000_000, seed=4))
    for count in polygons:
        shapes = net_of(count)
        index = GridIndex(shapes)
        build = measure(lambda shapes=shapes: GridIndex(shapes), times=2)
        each = measure(lambda index=index: index.locate(million, threads=1), times=5)
        print(
            f"| {len(shapes):,} | {build.cpu_s:.2f} | {index.nbytes / 1e6:.1f} | {each.cpu_s * 1e3:.1f} |",
            flush=True,
        )
    index = GridIndex(net_of(3_000))
    print("\n| points, 3,000 grids | CPU ns a point |\n|---|---|")
    ten_million = on_ground(clustered_points(10_000_000, seed=5))
    for count in points:
        rounds, part = max(1, count // len(ten_million)), ten_million[: min(count, len(ten_million))]

        def stream(rounds: int = rounds, part: Points = part) -> None:
            for _ in range(rounds):
                index.locate(part, threads=1)

        each = measure(stream, times=5 if rounds == 1 else 1)
        print(f"| {count:.0e} | {each.cpu_s / count * 1e9:.1f} |", flush=True)


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
    parser = argparse.ArgumentParser(prog="./run bench locate")
    parser.add_argument("--quick", action="store_true", help="3,000 grids, fewer points, no growth")
    quick = parser.parse_args(arguments).quick
    start = time.perf_counter()
    print(f"{circumstances()}. {duckdb_spatial()}.")
    if quick:
        compare(3_000, peer_points=100_000, own_points=2_000_000, times=3)
    else:
        compare(3_000, peer_points=1_000_000, own_points=10_000_000, times=3)
        compare(30_000, peer_points=1_000_000, own_points=10_000_000, times=3)
    single_point()
    if not quick:
        growth(
            [300, 1_000, 3_000, 10_000, 30_000, 100_000],
            [1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000],
        )
    print(f"\nMeasured in {time.perf_counter() - start:.0f} s.")
