"""Whatever is drawn, in whatever order: the net stays whole, and undoing everything gives it back."""

from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString

from gis.frames import MetricFrame, snap_to_lattice
from gis.net import Buildings, EditRefused, Net
from gis.net.buildings import CUT_M2
from tests.gis.net.walk import Walk

LATTICE_M = 1e-4  # 0.1 mm, the step of the lattice on the ground


def single_member_districts(shared_data: Path) -> Net:
    """The 296 smallest electoral areas of a real city: a clean net with ragged borders."""
    areas = gpd.read_file(shared_data / "dc" / "smd.gpkg").sort_values("SMD_ID")
    return Net.from_polygons(list(areas.SMD_ID), snap_to_lattice(areas.geometry), metric_crs=26985)


@cache
def brooklyn(folder: Path, grids: int) -> Net:
    """12,484 real footprints on a first plain split of their district, fullest grid first."""
    districts = gpd.read_file(folder / "nyc" / "community_districts.gpkg")
    houses = gpd.read_file(folder / "nyc" / "buildings_brooklyn_cd306.gpkg")
    rng = np.random.default_rng(6)
    buildings = Buildings.of(houses.geometry.to_numpy(), rng.integers(1, 60, len(houses)))
    outline = snap_to_lattice(districts[districts.BoroCD == 306].geometry)
    net = Net.from_polygons(["g0"], outline, metric_crs=32618, buildings=buildings)
    for i in range(20 * grids):
        if len(net.faces) == grids:
            break
        figures = net.figures()
        code = max(figures, key=lambda c: figures[c].households)
        west, south, east, north = net.faces[code].shape.bounds
        middle = np.array([rng.uniform(west, east), rng.uniform(south, north)])
        angle = rng.uniform(0, np.pi)
        step = 0.1 * np.array([np.cos(angle), np.sin(angle)])
        try:
            net = net.split(
                code, LineString([middle - step, middle + step]), new_codes=(code, f"g{i + 1}")
            ).net
        except EditRefused:
            continue
    assert len(net.faces) == grids
    return net


def cut_buildings(net: Net) -> set[int]:
    """Positions of the buildings with more than 0.05 m² in two grids, counted the slow way."""
    shapes = np.array([face.shape for face in net.faces.values()], dtype=object)
    house, grid = shapely.STRtree(shapes).query(net.buildings.footprints, predicate="intersects")
    pieces = shapely.intersection(net.buildings.footprints[house], shapes[grid])
    counts = np.bincount(house[net.frame.area_m2(pieces) > CUT_M2], minlength=len(net.buildings.footprints))
    return set(np.flatnonzero(counts > 1).tolist())


def require_conserved(first: Net, walk: Walk) -> None:
    """What no sequence of edits may change."""
    now = walk.net
    assert shapely.coverage_is_valid(now.polygons().to_numpy())
    assert bool(shapely.is_valid(now.polygons().to_numpy()).all())
    # every inner edge once in each direction; what is left over is the outline, as it was
    directed = [edge for face in now.faces.values() for edge in face.edges]
    assert len(directed) == len(set(directed))
    outline = shapely.union_all(first.polygons().to_numpy())
    union = shapely.coverage_union_all(now.polygons().to_numpy())
    frame: MetricFrame = first.frame
    drift = frame.area_m2([shapely.symmetric_difference(outline, union)])[0]
    assert drift <= LATTICE_M * frame.length_m([outline])[0]
    assert cut_buildings(now) <= cut_buildings(first)
    households = [sum(f.households for f in net.figures().values()) for net in (first, now)]
    assert households[0] == households[1] == int(first.buildings.households.sum())
    back = walk.undo_all()
    assert back.faces.keys() == first.faces.keys()
    for code, face in first.faces.items():
        assert shapely.to_wkb(back.faces[code].shape) == shapely.to_wkb(face.shape)


def walked(net: Net, seed: int, steps: int, most_faces: int) -> Walk:
    walk = Walk(net, np.random.default_rng(seed), most_faces)
    for _ in range(steps):
        walk.step()
    return walk


@pytest.mark.parametrize("seed", [1, 2])
def test_a_walk_over_a_real_net_conserves_it(shared_data: Path, seed: int) -> None:
    net = single_member_districts(shared_data)
    walk = walked(net, seed, 200, most_faces=350)
    assert walk.accepted.total() >= 120, (walk.accepted, walk.refused)
    require_conserved(net, walk)


def test_a_walk_among_real_buildings_cuts_none(shared_data: Path) -> None:
    net = brooklyn(shared_data, 25)
    walk = walked(net, 3, 120, most_faces=60)
    assert walk.accepted.total() >= 72, (walk.accepted, walk.refused)
    require_conserved(net, walk)


@pytest.mark.soak
def test_ten_thousand_edits_of_a_real_net(shared_data: Path) -> None:
    net = single_member_districts(shared_data)
    walk = walked(net, 10, 10_000, most_faces=500)
    print(walk.accepted, walk.refused)
    assert walk.accepted.total() >= 6_000
    assert min(walk.accepted.values()) >= 500 and len(walk.accepted) == 6
    require_conserved(net, walk)


@pytest.mark.soak
def test_ten_thousand_edits_among_real_buildings(shared_data: Path) -> None:
    net = brooklyn(shared_data, 60)
    walk = walked(net, 11, 10_000, most_faces=150)
    print(walk.accepted, walk.refused)
    assert walk.accepted.total() >= 6_000
    assert min(walk.accepted.values()) >= 500 and len(walk.accepted) == 6
    require_conserved(net, walk)
