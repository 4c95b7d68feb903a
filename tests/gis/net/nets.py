"""Real and invented nets to walk over."""

from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely.geometry import Polygon, box

from boundaries import demo
from gis.frames import snap_to_lattice
from gis.net import Buildings, Net
from gis.partition import partition
from gis.synthetic import Town, make_town, small_town


def single_member_districts(shared_data: Path) -> Net:
    """The 296 smallest electoral areas of a real city: a clean net with ragged borders, and 2,000 planted
    huts of about 10 m, some of them on a border from the start."""
    areas = gpd.read_file(shared_data / "dc" / "smd.gpkg").sort_values("SMD_ID")
    rng = np.random.default_rng(7)
    huts: list[Polygon] = []
    while len(huts) < 2_000:
        west, south, east, north = areas.geometry.iloc[rng.integers(len(areas))].bounds
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        huts.append(box(x, y, x + 1.2e-4, y + 9e-5))
    buildings = Buildings.of(huts, rng.integers(1, 60, len(huts)))
    shapes = snap_to_lattice(areas.geometry)
    return Net.from_polygons(list(areas.SMD_ID), shapes, metric_crs=26985, buildings=buildings)


@cache
def brooklyn(folder: Path, grids: int) -> Net:
    """12,484 real footprints, partitioned along real streets."""
    districts = gpd.read_file(folder / "nyc" / "community_districts.gpkg")
    houses = gpd.read_file(folder / "nyc" / "buildings_brooklyn_cd306.gpkg")
    streets = gpd.read_file(folder / "nyc" / "streets_brooklyn_cd306.gpkg")
    households = np.random.default_rng(6).integers(1, 60, len(houses))
    made = partition(
        snap_to_lattice(districts[districts.BoroCD == 306].geometry),
        houses.geometry,
        households,
        streets.geometry,
        metric_crs=32618,
        grids=grids,
        time_limit_s=5.0,
    )
    buildings = Buildings.of(houses.geometry.to_numpy(), households)
    codes = [f"g{i:03d}" for i in range(grids)]
    return Net.from_polygons(codes, made.polygons, metric_crs=32618, buildings=buildings)


def demo_district() -> Net:
    """The invented district that the project carries: 1,000 grids, 30,000 buildings, 134 communities."""
    return net_of_town(make_town(demo.tree(), seed=demo.SEED, n_incidents=0))


def little_town() -> Net:
    """A small town of the same make."""
    return net_of_town(small_town(0, n_incidents=0))


def net_of_town(town: Town) -> Net:
    """The ground grids of an invented town."""
    grids = town.grids[town.grids.geometry.notna()]
    return Net.from_polygons(
        list(grids.code),
        grids.geometry,
        metric_crs=town.metric_crs,
        buildings=Buildings.of(town.buildings.geometry.to_numpy(), town.buildings.households.fillna(0)),
        communities=dict(zip(grids.code, grids.community_code, strict=True)),
    )
