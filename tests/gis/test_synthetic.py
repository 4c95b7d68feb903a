"""Invented towns: the ground is a sound net, nothing is cut, the numbers are the ones asked for."""

import itertools

import numpy as np
import pandas as pd
import pytest
import shapely

from gis.synthetic import SMALL, Town, make_town, small_town, small_tree
from gis.synthetic.names import Names


@pytest.fixture(scope="module", params=[0, 7])
def town(request: pytest.FixtureRequest) -> Town:
    return small_town(request.param)


def _shapes(town: Town) -> np.ndarray:
    return town.grids.geometry.to_numpy()


def test_grids_match_edge_to_edge_without_gap_or_overlap(town: Town) -> None:
    grids = _shapes(town)
    assert shapely.is_valid(grids).all()
    assert (shapely.get_type_id(grids) == 3).all()
    assert shapely.coverage_is_valid(grids)
    union = shapely.coverage_union_all(grids)
    assert union.geom_type == "Polygon"
    assert len(union.interiors) == 0
    # coverage_is_valid is no proof of gap-freedom: every inner edge must occur exactly twice
    edges: dict[tuple[tuple[float, float], ...], int] = {}
    for grid in grids:
        for ring in (grid.exterior, *grid.interiors):
            points = list(ring.coords)
            for a, b in itertools.pairwise(points):
                key = tuple(sorted((a, b)))
                edges[key] = edges.get(key, 0) + 1
    assert set(edges.values()) == {1, 2}
    once = {edge for edge, count in edges.items() if count == 1}
    outer = list(union.exterior.coords)
    assert once == {tuple(sorted(pair)) for pair in itertools.pairwise(outer)}


def test_areas_are_the_unions_of_their_grids_and_hang_together(town: Town) -> None:
    areas = town.areas.set_index("code").geometry
    assert (areas.geom_type == "Polygon").all()
    for length in (6, 9, 12):
        prefix = town.grids["community_code"].str[:length]
        for code, mine in town.grids.groupby(prefix):
            assert shapely.equals(areas[code], shapely.coverage_union_all(mine.geometry.to_numpy()))
    assert set(town.grids["community_code"]) == set(
        town.areas.loc[town.areas["level"] == "community", "code"]
    )


def test_coordinates_lie_on_the_lattice(town: Town) -> None:
    for frame in (town.grids, town.buildings, town.areas):
        xy = shapely.get_coordinates(frame.geometry.to_numpy())
        assert (np.round(xy, 9) == xy).all()


def test_no_building_is_cut_and_none_overlaps_another(town: Town) -> None:
    houses, grids = town.buildings.geometry.to_numpy(), _shapes(town)
    assert shapely.is_valid(houses).all()
    _grid, house = shapely.STRtree(houses).query(grids, predicate="contains_properly")
    assert sorted(house) == list(range(len(houses)))
    a, b = shapely.STRtree(houses).query(houses, predicate="intersects")
    assert (a == b).all()


def test_counts_are_the_ones_asked_for(town: Town) -> None:
    assert len(town.buildings) == 800
    assert town.buildings["households"].sum() == 4_000
    assert abs(len(town.grids) - 40) <= 4
    assert len(town.incidents) == 1500
    homes = town.parts.groupby("building_code")["households"].sum()
    assert (town.buildings.set_index("code").loc[homes.index, "households"] == homes).all()


def test_grid_codes_run_in_bands_from_north_to_south(town: Town) -> None:
    for community, mine in town.grids.groupby("community_code"):
        assert mine["code"].tolist() == [f"{community}{k + 1:03d}" for k in range(len(mine))]
        lat = shapely.get_y(shapely.point_on_surface(mine.geometry.to_numpy()))
        bands = max(round(np.sqrt(len(mine))), 1)
        band = np.minimum(np.floor((lat.max() - lat) / ((lat.max() - lat.min()) / bands or 1)), bands - 1)
        assert (np.diff(band) >= 0).all()


def test_addresses_are_different_and_every_building_and_unit_has_one(town: Town) -> None:
    standard = town.addresses[town.addresses["kind"] == "standard"]
    assert standard["text"].is_unique
    whole = standard[standard["part_code"].isna()]
    assert set(whole["building_code"]) == set(town.buildings["code"])
    assert len(standard) - len(whole) == len(town.parts)


def test_every_grid_has_a_leader_but_for_the_planted_vacancies(town: Town) -> None:
    leads = town.duties[(town.duties["role"] == "leader") & (town.duties["place_kind"] == "grid")]
    assert leads["place_code"].is_unique
    assert set(town.grids["code"]) - set(leads["place_code"]) == set(town.truth.vacant_grids)
    assert len(town.truth.vacant_grids) >= 1
    desks = set(town.duties.loc[town.duties["role"] == "desk", "place_code"])
    communities = set(town.areas.loc[town.areas["level"] == "community", "code"])
    assert communities - desks == set(town.truth.communities_without_desk)
    staff = town.duties[town.duties["role"] == "staff"].groupby("place_code").size()
    assert staff.between(2, 4).all()
    assert set(town.duties["party_code"]) <= set(town.parties["code"])


def test_incidents_cluster_where_they_were_planted_and_lie_in_the_net() -> None:
    town = small_town(3, n_incidents=20_000)
    inside = shapely.contains_xy(
        shapely.coverage_union_all(_shapes(town)), town.incidents["lon"], town.incidents["lat"]
    )
    assert inside.all()
    assert town.incidents["happened_at"].is_monotonic_increasing
    settled = town.incidents.dropna(subset=["resolved_at"])
    assert (settled["resolved_at"] > settled["happened_at"]).all()
    assert len(town.truth.hot_spots) >= 1
    degree_m = 111_000.0
    for spot in town.truth.hot_spots.itertuples():
        mine = town.incidents[
            (town.incidents["matter_code"] == spot.matter_code)
            & (town.incidents["happened_at"] >= spot.starts_at)
            & (town.incidents["happened_at"] < spot.ends_at)
        ]
        dx = (mine["lon"] - spot.geometry.x) * degree_m * np.cos(np.radians(spot.geometry.y))
        dy = (mine["lat"] - spot.geometry.y) * degree_m
        # within the radius (2 sigma) lie 86 % of what was planted
        assert (np.hypot(dx, dy) < spot.radius_m * 1.15).sum() > 0.75 * spot.incidents


def test_days_and_hours_have_a_rhythm() -> None:
    happened = small_town(5, n_incidents=20_000).incidents["happened_at"]
    local = happened.dt.tz_convert("Asia/Shanghai")
    by_day = local.dt.day_of_week.value_counts()
    assert by_day[6] < 0.85 * by_day[:5].mean()
    hours = local.dt.hour.value_counts()
    assert hours[9] > 2 * hours[3]


def test_the_same_seed_gives_the_same_bits_and_another_seed_another_town() -> None:
    first, again, other = small_town(1), small_town(1), small_town(2)
    for name in ("grids", "buildings", "addresses", "parties", "duties", "incidents", "features"):
        a, b = getattr(first, name), getattr(again, name)
        pd.testing.assert_frame_equal(pd.DataFrame(a), pd.DataFrame(b))
        if "geometry" in a:
            assert (a.geometry.to_wkb() == b.geometry.to_wkb()).all()
    assert first.grids.geometry.to_wkb().tolist() != other.grids.geometry.to_wkb().tolist()


def test_names_never_run_out() -> None:
    names = Names(np.random.default_rng(0))
    lanes = [names.road("巷") for _ in range(5_000)]  # there are 1,739 pairs of characters
    assert len(set(lanes)) == 5_000


def test_a_town_of_tiny_blocks_and_one_on_more_ground_come_out() -> None:
    crowded = make_town(
        small_tree(), layout=SMALL, n_grids=200, n_buildings=2_000, n_households=4_000, n_incidents=0
    )
    roomy = make_town(
        small_tree(),
        layout=SMALL.enlarged(1.5),
        n_grids=200,
        n_buildings=2_000,
        n_households=4_000,
        n_incidents=0,
    )
    assert len(crowded.buildings) < len(roomy.buildings) == 2_000
    area_km2 = roomy.areas.set_index("level").geometry.to_crs(roomy.metric_crs).area["district"] / 1e6
    assert area_km2 == pytest.approx(SMALL.area_km2 * 1.5**2, rel=0.01)
