import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis.partition.request import read_request
from tests.gis.partition.towns import FRAME, ground, grounds, terraces


def cells_of(community, buildings, barriers=()):
    households = np.ones(len(buildings))
    return read_request(
        community,
        buildings,
        households,
        barriers,
        metric_crs=FRAME,
        zones=None,
        stiff=None,
        keep_together=None,
    ).cells


def test_two_houses_share_the_ground_half_and_half():
    # 40 × 20 m, houses in mirror image: 400 m² on each side. The border is the axis
    # x = 20 between the houses (10 m) and ends in a corner of the border on each side: 20 to 30 m in all.
    community, houses, _ = terraces(2, 1)
    cells = cells_of(community, houses)
    assert len(cells) == 2
    np.testing.assert_allclose(cells.area_m2, 400, rtol=1e-3)
    between = cells.edges.right >= 0
    assert 19.99 <= cells.edges.metres[between].sum() <= 30


def test_a_street_parts_the_ground_instead_of_the_axis():
    # the same with a street at x = 25 - 1: the left house gets 24 × 20 = 480 m², all along a barrier
    community, houses, _ = terraces(2, 1)
    cells = cells_of(community, houses, grounds([shapely.LineString([(24, -5), (24, 25)])]))
    left = cells.area_m2[cells.of_building[0]]
    between = cells.edges.right >= 0
    assert left == pytest.approx(480, abs=0.1)
    assert cells.edges.along[between].all()
    assert cells.edges.cost[between].sum() == pytest.approx(0.3 * 20, abs=0.01)


def test_each_barrier_has_the_weight_it_was_given():
    community, houses, _ = terraces(3, 1)
    river, road = grounds([shapely.LineString([(x, -5), (x, 25)]) for x in (20, 40)])
    barriers = gpd.GeoDataFrame({"weight": [0.1, 0.6]}, geometry=[river, road], crs=4326)
    cells = cells_of(community, houses, barriers)
    price = {}
    for left, right, cost in zip(cells.edges.left, cells.edges.right, cells.edges.cost, strict=True):
        if right >= 0:
            key = frozenset((int(left), int(right)))
            price[key] = price.get(key, 0) + cost
    a, b, c = (int(cell) for cell in cells.of_building)
    assert price[frozenset((a, b))] == pytest.approx(2, abs=0.01)
    assert price[frozenset((b, c))] == pytest.approx(12, abs=0.01)


def test_a_barrier_through_a_house_leaves_it_whole_and_one_that_ends_nowhere_divides_nothing():
    community, houses, _ = terraces(2, 1)
    through = shapely.LineString([(10, -5), (10, 25)])
    loose = shapely.LineString([(20, 5), (20, 12)])
    cells = cells_of(community, houses, grounds([through, loose]))
    # the house stands on the street and keeps the ground on both sides
    assert cells.area_m2[cells.of_building[0]] == pytest.approx(400, rel=0.02)
    assert cells.area_m2.sum() == pytest.approx(800, abs=0.3)


def test_overlapping_footprints_are_one_cell_and_touching_ones_two():
    over = [shapely.box(5, 5, 15, 15), shapely.box(14, 5, 24, 15)]
    touching = [shapely.box(5, 5, 15, 15), shapely.box(15, 5, 25, 15)]
    community = ground(shapely.box(0, 0, 30, 20))
    assert len(set(cells_of(community, grounds(over)).of_building.tolist())) == 1
    assert len(set(cells_of(community, grounds(touching)).of_building.tolist())) == 2


def test_a_house_outside_has_no_cell_and_one_on_the_border_has():
    houses = grounds([shapely.box(5, 5, 15, 15), shapely.box(25, 5, 35, 15), shapely.box(50, 5, 60, 15)])
    cells = cells_of(ground(shapely.box(0, 0, 30, 20)), houses)
    assert (cells.of_building >= 0).tolist() == [True, True, False]


def test_cells_hold_the_whole_ground_of_a_real_town(shared_data):
    file = shared_data / "partition" / "town_1k.gpkg"
    community, barriers, buildings = (
        FRAME.unproject(gpd.read_file(file, layer=layer).geometry)
        for layer in ("community", "barriers", "buildings")
    )
    cells = cells_of(community, buildings, barriers)
    assert len(set(cells.of_building.tolist())) == 1121
    assert cells.area_m2.min() > 0
    assert cells.area_m2.sum() == pytest.approx(FRAME.area_m2(community)[0], abs=0.1)
    outer = cells.edges.right < 0
    assert cells.edges.metres[outer].sum() == pytest.approx(FRAME.length_m(community)[0], abs=0.01)
    # by whole numbers: the outer edges enclose the community, but for nodes rounded onto its border by less
    # than 0.1 mm (twice the area in steps² of 1e-8 m²: 4e6 is 0.02 m²)
    border = cells.edges
    turning = border.start[:, 0].astype(object) * border.end[:, 1].astype(object)
    turning -= border.end[:, 0].astype(object) * border.start[:, 1].astype(object)
    doubled = sum(int(value) for value in turning[outer])
    around = shapely.get_coordinates(shapely.orient_polygons(cells.ground.outline)).astype(object)
    exact = sum(int(a[0] * b[1] - b[0] * a[1]) for a, b in itertools.pairwise(around))
    assert abs(doubled - exact) < 4e6
