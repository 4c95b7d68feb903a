"""Real nets of very different quality: answered exactly, or refused with the places."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from gis.locate import GridIndex, InvalidPolygons, OverlappingPolygons
from tests.oracles.nets import probing_points, spread_points
from tests.oracles.owners import owners_by_covered_by

SOUND = ["anc", "block_groups_2010_pop", "parking_beats", "police_psa", "smd", "snow_zones", "wards"]
OVERLAPPING = [
    "construction_permit_areas",
    "fire_alarm_districts",
    "fire_battalions",
    "snow_areas",
    "trash_routes",
]


def _net(shared_data: Path, name: str) -> NDArray[np.object_]:
    return gpd.read_file(shared_data / "dc" / f"{name}.gpkg").geometry.to_numpy()


def _assert_exact(index: GridIndex, shapes: NDArray[np.object_]) -> None:
    points = np.vstack([probing_points(shapes, seed=1, most=150), spread_points(shapes, 3_000, seed=2)])
    np.testing.assert_array_equal(index.locate(points), owners_by_covered_by(shapes, points))


@pytest.mark.parametrize("name", SOUND)
def test_sound_nets_are_exact(shared_data: Path, name: str) -> None:
    shapes = _net(shared_data, name)
    index = GridIndex(shapes)
    assert index.engine == "raster" and index.overlaps == []
    _assert_exact(index, shapes)


@pytest.mark.soak
@pytest.mark.parametrize("name", SOUND)
def test_sound_nets_are_exact_at_a_million_points_and_at_their_own(shared_data: Path, name: str) -> None:
    shapes = _net(shared_data, name)
    points = np.vstack(
        [probing_points(shapes, seed=3, most=100_000), spread_points(shapes, 1_000_000, seed=4)]
    )
    np.testing.assert_array_equal(GridIndex(shapes).locate(points), owners_by_covered_by(shapes, points))


@pytest.mark.parametrize("name", OVERLAPPING)
def test_overlapping_nets_are_refused_with_every_place_and_exact_under_the_rule(
    shared_data: Path, name: str
) -> None:
    shapes = _net(shared_data, name)
    shapes = shapes[shapely.is_valid(shapes)]
    with pytest.raises(OverlappingPolygons) as refusal:
        GridIndex(shapes)
    index = GridIndex(shapes, overlaps="lowest")
    assert index.engine == "tree"
    assert [(o.first, o.second) for o in index.overlaps] == _pairs_that_overlap(shapes)
    assert len(refusal.value.overlaps) == len(index.overlaps)
    for overlap in index.overlaps:
        # places of overlaps thinner than an ulp are as near as doubles come
        assert shapes[overlap.first].distance(overlap.place) < 1e-12
        assert shapes[overlap.second].distance(overlap.place) < 1e-12
    _assert_exact(index, shapes)


def _pairs_that_overlap(shapes: NDArray[np.object_]) -> list[tuple[int, int]]:
    """Every pair that touches, compared one by one."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = sorted((a, b) for a, b in zip(first.tolist(), second.tolist(), strict=True) if a < b)
    return [(a, b) for a, b in pairs if shapely.relate_pattern(shapes[a], shapes[b], "T********")]


def test_an_invalid_route_is_refused_with_its_position(shared_data: Path) -> None:
    shapes = _net(shared_data, "trash_routes")
    with pytest.raises(InvalidPolygons) as refusal:
        GridIndex(shapes, overlaps="lowest")
    assert [fault.position for fault in refusal.value.faults] == np.flatnonzero(
        ~shapely.is_valid(shapes)
    ).tolist()
    assert all(fault.reason for fault in refusal.value.faults)
