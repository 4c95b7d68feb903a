"""Laying two nets of 3,000 grids over each other; the bound is 5 s.

`./run bench overlay [GRIDS]`: Voronoi nets of random seeds over one square of 12 km, 30,000 buildings.
"""

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.measuring import circumstances, measure
from gis.frames import snap_to_lattice
from gis.overlay import merge_nets

_SIDE_DEG = 0.12
_BUILDINGS = 30_000


def main(arguments: list[str]) -> None:
    """Print medians of three, and how well the ground is conserved."""
    count = int(arguments[0]) if arguments else 3_000
    print(circumstances())
    random = np.random.default_rng(4)
    ground = shapely.box(112.8, 35.45, 112.8 + _SIDE_DEG, 35.45 + _SIDE_DEG)
    nets = {name: _voronoi(random, ground, count) for name in ("net", "line")}
    homes = shapely.points(random.random((_BUILDINGS, 2)) * _SIDE_DEG + (112.8, 35.45))
    households = random.integers(1, 60, _BUILDINGS)

    def work() -> None:
        merge_nets(nets, ground, metric_crs=4547, buildings=homes, households=households)

    timing = measure(work, times=3)
    found = merge_nets(nets, ground, metric_crs=4547, buildings=homes, households=households)
    off = found.pieces["area_m2"].sum() / found.ground_m2 - 1
    print(f"two nets of {count}: {len(found.pieces)} pieces, {timing.wall_s:.2f} s, {timing.cpu_s:.2f} s CPU")
    print(f"ground: {off:+.1e} of {found.ground_m2 / 1e6:.1f} km²; {found.proposal['moved_households'].sum()}"
          f" of {households.sum()} households move")  # fmt: skip


def _voronoi(random: np.random.Generator, ground: shapely.Geometry, count: int) -> gpd.GeoSeries:
    seeds = shapely.multipoints(random.random((count, 2)) * _SIDE_DEG + (112.8, 35.45))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=ground))
    shapes = snap_to_lattice(shapely.intersection(cells, ground))
    return gpd.GeoSeries(shapes, index=[f"{at:04d}" for at in range(len(shapes))], crs=4326)
