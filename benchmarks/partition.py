"""Partitions beside METIS: `./run bench partition [--quick]`. Prints Markdown for docs/benchmarks.

METIS gets the same cells, the same households and the same cost of every border, and 1 % tolerance; both
plans are measured by the same code. It knows no geometry, so cells and polygons are ours in both.
"""

import argparse
import os
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.measuring import circumstances
from gis.coverage import check_coverage
from gis.frames import MetricFrame
from gis.partition import Partition, partition, rebalance
from gis.partition.graph import Graph, connected
from gis.partition.partitioning import finish
from gis.partition.refinement import Aim
from gis.partition.request import Request, read_request

FRAME = MetricFrame(4547)
Town = tuple[shapely.Polygon, gpd.GeoSeries, NDArray[np.float64], gpd.GeoSeries]


def town(name: str) -> Town:
    """Community, buildings, households and barriers of an invented town, in lon/lat."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    file = Path(os.environ.get("YIWANG_SHARED_DATA") or beside) / "partition" / f"{name}.gpkg"
    community, buildings, barriers = (
        gpd.read_file(file, layer=layer) for layer in ("community", "buildings", "barriers")
    )
    return (
        FRAME.unproject(community.geometry)[0],
        gpd.GeoSeries(FRAME.unproject(buildings.geometry), crs=4326),
        buildings["households"].to_numpy(dtype=np.float64),
        gpd.GeoSeries(FRAME.unproject(barriers.geometry), crs=4326),
    )


def by_metis(request: Request, grids: int) -> tuple[Partition, int]:
    """METIS's k-way plan with barrier weights and contiguity; and its pieces too many."""
    import pymetis

    graph = request.graph
    label = np.array(
        pymetis.part_graph(
            grids,
            xadj=graph.begin,
            adjncy=graph.other,
            vweights=np.rint(graph.weight).astype(int),
            eweights=np.maximum(1, np.rint(graph.cost * 10)).astype(int),
            recursive=False,
            options=pymetis.Options(ufactor=10, seed=1, contig=1, ncuts=4),
        )[1],
        dtype=np.int64,
    )
    target = np.full(grids, graph.weight.sum() / grids)
    aim = Aim(target, target * 0.99, target * 1.01)
    extra = pieces(graph, label) - grids
    return finish(request, label, aim, None, [], np.arange(grids), finished=True), extra


def pieces(graph: Graph, label: NDArray[np.int64]) -> int:
    """How many connected pieces the grids have together."""
    same = label[graph.first] == label[graph.second]
    return connected(len(graph), graph.first[same], graph.second[same])[0]


def row(name: str, result: Partition, seconds: float) -> str:
    """One row of the table."""
    figures = result.figures
    return (
        f"| {name} | {100 * figures.max_deviation:.2f} | {figures.mean_compactness:.3f} "
        f"| {figures.inner_border_m / 1000:.1f} | {100 * figures.along_barriers:.0f} "
        f"| {figures.border_cost_m / 1000:.2f} | {seconds:.1f} |"
    )


def compare(name: str, counts: list[int]) -> None:
    """Ours beside METIS, and the promises counted on our polygons."""
    community, buildings, households, barriers = town(name)
    partition(*_small(), metric_crs=FRAME, grids=2)  # compiles
    before = time.process_time()
    request = read_request(
        community,
        buildings,
        households,
        barriers,
        metric_crs=FRAME,
        zones=None,
        stiff=None,
        keep_together=None,
    )
    cells_s = time.process_time() - before
    print(f"\n### {name}: {len(buildings):,} buildings, {households.sum():,.0f} households\n")
    print(f"Cells, all reading included: {cells_s:.1f} s CPU.\n")
    print("| | max deviation % | mean Polsby-Popper | inner km | % along barriers | J km | CPU s |")
    print("|---|---|---|---|---|---|---|")
    for grids in counts:
        before = time.process_time()
        ours = partition(community, buildings, households, barriers, metric_crs=FRAME, grids=grids)
        seconds = time.process_time() - before - cells_s
        print(row(f"k = {grids}, ours (without cells)", ours, seconds), flush=True)
        try:
            before = time.process_time()
            metis, extra = by_metis(request, grids)
            seconds = time.process_time() - before
            print(row(f"k = {grids}, METIS, barrier weights, {extra} pieces too many", metis, seconds))
            ratio = ours.figures.border_cost_m / metis.figures.border_cost_m
            print(f"| k = {grids}, J of ours / J of METIS | | | | | **{ratio:.2f}** | |", flush=True)
        except ImportError:
            print("| METIS is not installed (requirements-bench.lock) | | | | | | |")
        promises(ours, community, buildings)
        moved(ours, town(name), grids)


def promises(result: Partition, community: shapely.Polygon, buildings: gpd.GeoSeries) -> None:
    """What must be zero, counted."""
    report = check_coverage(result.polygons, community, metric_crs=FRAME)
    inside = result.grid_of_building >= 0
    shapes = result.polygons.to_numpy()[result.grid_of_building[inside]]
    cut = FRAME.area_m2(shapely.difference(buildings.to_numpy()[inside], shapes)) > 0.05
    kinds = ("overlaps", "gaps", "unmatched_edges", "outside", "uncovered", "invalid")
    faults = {kind: len(getattr(report, kind)) for kind in kinds}
    parts = sum(shape.geom_type != "Polygon" for shape in result.polygons)
    vertices = {tuple(xy) for shape in result.polygons for xy in shapely.get_coordinates(shape).tolist()}
    lost = sum(tuple(xy) not in vertices for xy in shapely.get_coordinates(community).tolist())
    print(
        f"| faults: {sum(faults.values())} in the coverage, {parts} in pieces, "
        f"{int(cut.sum())} buildings cut, {lost} border vertices lost | | | | | | |",
        flush=True,
    )


def moved(result: Partition, of: Town, grids: int) -> None:
    """A neighbourhood of a grid's size grows by 80 %: what rebalancing moves."""
    community, buildings, households, barriers = of
    middles = FRAME.points(shapely.get_coordinates(shapely.centroid(buildings.to_numpy())))
    centre = middles[int(np.argmax(households))]
    radius = np.sqrt(FRAME.area_m2([community])[0] / grids / np.pi)
    near = np.hypot(*(middles - centre).T) < radius
    grown = np.where(near, np.round(households * 1.8), households)
    before = time.process_time()
    after = rebalance(result.polygons, buildings, grown, barriers, metric_crs=FRAME, tolerance=0.01)
    seconds = time.process_time() - before
    figures = after.figures
    ratio = figures.moved_households / max(figures.least_moved, 1)
    print(
        row(
            f"k = {grids}, rebalanced after growth (cells included): "
            f"{figures.moved_households:,.0f} moved, {ratio:.2f} × the lower bound",
            after,
            seconds,
        ),
        flush=True,
    )


def _small() -> tuple[shapely.Polygon, list[shapely.Polygon], list[int], None]:
    """Two houses."""
    houses = [shapely.box(112.8501 + x, 35.5001, 112.8502 + x, 35.5002) for x in (0, 0.0003)]
    return shapely.box(112.85, 35.5, 112.8506, 35.5003), houses, [1, 1], None


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="./run bench partition")
    parser.add_argument("--quick", action="store_true", help="the small town only")
    quick = parser.parse_args(arguments).quick
    print(f"{circumstances()}.")
    compare("town_1k", [5, 20])
    if not quick:
        compare("town_12k", [10, 50])
