"""Divisions of towns by chance and of a real-sized one hold every promise."""

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gis.coverage import check_coverage
from gis.partition import PartitionRefused, blocks, hexagons, partition, rebalance, squares, voronoi
from tests.gis.partition.towns import FRAME, assert_certificates, assert_tiles, ground, grounds

HOUSE = st.tuples(
    st.integers(-20, 190), st.integers(-20, 130), st.integers(3, 40), st.integers(3, 30), st.floats(0, 90)
)
ROAD = st.lists(st.tuples(st.integers(-40, 240), st.integers(-40, 180)), min_size=2, max_size=4, unique=True)
OUTLINES = (
    shapely.box(0, 0, 200, 140),
    shapely.Polygon([(0, 0), (200, 0), (200, 60), (90, 60), (90, 140), (0, 140)]),
    shapely.box(0, 0, 200, 140).difference(shapely.box(60, 40, 120, 90)),
    shapely.Polygon([(0, 0), (200, 20), (170, 140), (100, 31), (20, 130)]),
)


def town(outline, houses, roads):
    footprints = [
        shapely.affinity.rotate(shapely.box(x, y, x + wide, y + deep), angle)
        for x, y, wide, deep, angle in houses
    ]
    return (
        ground(OUTLINES[outline]),
        grounds(footprints),
        grounds([shapely.LineString(road) for road in roads]),
    )


CORNER_HOUSES = [(0, 0, 3, 3, 0.0)] * 3


# a wall and a road a step apart where a border turns
@example(outline=3, houses=[*CORNER_HOUSES, (0, 0, 3, 22, 20.0)], roads=[[(3, 0), (3, 4)]], people=0, grids=2)
# a house parted by the courtyard, beside one that it overlaps
@example(
    outline=2,
    houses=[*CORNER_HOUSES, (13, 0, 40, 10, 1.0), (47, 40, 6, 27, 33.0), (60, 42, 12, 5, 28.0)],
    roads=[],
    people=0,
    grids=3,
)
# two houses that overlap outside the community
@example(
    outline=1,
    houses=[*CORNER_HOUSES, (60, 60, 40, 3, 1.0), (105, 34, 3, 29, 23.0), (29, 1, 40, 29, 0.0)],
    roads=[],
    people=0,
    grids=3,
)
# an old and a new end of a border on the community's, one step apart
@example(
    outline=3,
    houses=[
        (75, 57, 3, 22, 79.60234178737177),
        (97, 37, 23, 30, 2.03784974853813),
        (-17, 41, 32, 29, 9.44955982207699),
        (150, 56, 36, 5, 0.3333333333333333),
    ],
    roads=[[(107, 132), (188, 36), (3, 45), (77, 148)], [(204, 85), (176, 13), (21, 180), (-40, 83)]],
    people=166,
    grids=3,
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    outline=st.integers(0, 3),
    houses=st.lists(HOUSE, max_size=25),
    roads=st.lists(ROAD, max_size=5),
    people=st.integers(0, 10_000),
    grids=st.integers(1, 5),
)
def test_any_small_town_is_tiled_or_refused(outline, houses, roads, people, grids):
    community, footprints, streets = town(outline, houses, roads)
    households = np.random.default_rng(people).integers(0, 30, len(houses))
    try:
        found = partition(community, footprints, households, streets, metric_crs=FRAME, grids=grids)
    except PartitionRefused as refused:
        assert refused.code in ("too-many-grids", "too-few-grids")
        return
    assert len(found.polygons) == grids
    assert_tiles(found.polygons, community, footprints, found.grid_of_building)
    inside = found.grid_of_building >= 0
    if found.figures.balanced_by == "households":
        assert found.figures.grids["households"].sum() == households[inside].sum()
    grown = households * np.where(found.grid_of_building == 0, 2, 1)
    after = rebalance(found.polygons, footprints, grown, streets, metric_crs=FRAME, tolerance=0.05)
    assert len(after.polygons) == grids
    assert_tiles(after.polygons, community, footprints, after.grid_of_building)


@settings(max_examples=15, deadline=None)
@given(outline=st.integers(0, 3), side=st.floats(20, 150), points=st.lists(ROAD, min_size=1, max_size=4))
def test_plain_divisions_tile_any_outline(outline, side, points):
    community = ground(OUTLINES[outline])
    stations = shapely.get_coordinates(
        grounds([shapely.MultiPoint(list({p for part in points for p in part}))])
    )
    for tiles in (
        squares(community, side, metric_crs=FRAME),
        hexagons(community, side, metric_crs=FRAME),
        voronoi(community, stations, metric_crs=FRAME).dropna(),
        blocks(community, grounds([shapely.LineString(part) for part in points]), metric_crs=FRAME),
    ):
        assert check_coverage(tiles, community, metric_crs=FRAME).is_sound


def test_town_1k_in_five_grids_holds_every_promise_and_half_a_percent(shared_data):
    community, buildings, households, barriers = _read(shared_data / "partition" / "town_1k.gpkg")
    found = partition(community, buildings, households, barriers, metric_crs=FRAME, grids=5)
    assert_tiles(found.polygons, community, buildings, found.grid_of_building)
    assert found.figures.max_deviation <= 0.005
    assert found.blockers == ()
    assert (found.grid_of_building >= 0).all()


def test_town_1k_within_bounds_or_with_the_reason(shared_data):
    community, buildings, households, barriers = _read(shared_data / "partition" / "town_1k.gpkg")
    found = partition(community, buildings, households, barriers, metric_crs=FRAME, bounds=(300, 500))
    assert_tiles(found.polygons, community, buildings, found.grid_of_building)
    assert {blocker.cause for blocker in found.blockers} <= {"unit-over", "part-under", "no-number-fits"}
    assert_certificates(found, households, 300, 500)


def _read(file):
    community, barriers, buildings = (
        gpd.read_file(file, layer=layer) for layer in ("community", "barriers", "buildings")
    )
    return (
        FRAME.unproject(community.geometry)[0],
        FRAME.unproject(buildings.geometry),
        buildings["households"].to_numpy(),
        FRAME.unproject(barriers.geometry),
    )
