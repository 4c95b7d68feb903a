import os
import subprocess
import sys

import numpy as np
import pytest
import shapely

from gis.coverage import check_coverage
from gis.partition import (
    BadTarget,
    BuildingsRefused,
    CommunityRefused,
    NetRefused,
    TooFewGrids,
    TooManyGrids,
    partition,
    propose,
    rebalance,
)
from tests.gis.partition.towns import (
    FRAME,
    assert_certificates,
    assert_tiles,
    ground,
    grounds,
    sum_of_bits,
    terraces,
)


def divided(community, houses, households, barriers=(), **target):
    result = partition(community, houses, households, barriers, metric_crs=FRAME, **target)
    assert_tiles(result.polygons, community, houses, result.grid_of_building)
    return result


def test_four_columns_in_two_grids_are_parted_by_the_street_in_the_middle():
    # 80 × 60 m, street at x = 40, 60 m long: 6 houses of 10 households on each side, J = 0.3 · 60 = 18 m
    community, houses, streets = terraces(4, 3)
    result = divided(community, houses, np.full(12, 10), streets, grids=2)
    assert result.figures.grids["households"].tolist() == [60, 60]
    assert result.figures.max_deviation == 0
    assert result.figures.border_cost_m == pytest.approx(18, abs=0.1)
    assert result.figures.along_barriers == 1
    assert len(set(result.grid_of_building[:6].tolist())) == 1
    assert result.blockers == ()
    # 40 × 60: 4π · 2400 / 200² = 0.754
    assert result.figures.mean_compactness == pytest.approx(0.754, abs=0.002)


def test_the_street_is_left_where_balance_asks_for_it():
    # the left houses hold three times as much: 90 | 30; two grids of 60 need a border off the street
    community, houses, streets = terraces(4, 3)
    result = divided(community, houses, [15] * 6 + [5] * 6, streets, grids=2)
    assert result.figures.grids["households"].tolist() == [60, 60]
    assert result.figures.along_barriers < 1


def test_bounds_choose_the_number_of_grids():
    community, houses, streets = terraces(6, 4)
    result = divided(community, houses, np.full(24, 50), streets, bounds=(300, 500))
    assert len(result.polygons) == 3
    assert result.figures.grids["households"].between(300, 500).all()
    assert result.blockers == ()


def test_a_tower_over_the_bound_is_named_as_the_blocker():
    community, houses, streets = terraces(4, 3)
    households = np.full(12, 10.0)
    households[4] = 200
    result = divided(community, houses, households, streets, bounds=(50, 100))
    [blocker] = [one for one in result.blockers if one.cause == "unit-over"]
    assert (blocker.weight, blocker.bound, blocker.buildings) == (200, 100, (4,))


def test_a_part_under_the_bound_is_named_as_the_blocker():
    community = ground(shapely.MultiPolygon([shapely.box(0, 0, 40, 20), shapely.box(100, 0, 120, 20)]))
    houses = grounds([shapely.box(5, 5, 15, 15), shapely.box(25, 5, 35, 15), shapely.box(105, 5, 115, 15)])
    result = divided(community, houses, [40, 40, 10], bounds=(30, 50))
    [blocker] = result.blockers
    assert (blocker.cause, blocker.weight, blocker.bound) == ("part-under", 10, 30)


def test_no_number_of_grids_fits_and_the_certificate_can_be_checked():
    community, houses, _ = terraces(4, 1)
    result = divided(community, houses, [35] * 4, bounds=(80, 100))
    # 140 households: one grid is over 100, two are under 80
    assert "no-number-fits" in {one.cause for one in result.blockers}


@pytest.mark.parametrize(
    ("households", "causes", "grids"),
    [
        # 900 alone; 500 are left: one grid of them, not three of 167
        ([900, 100, 100, 100, 100, 100], {"unit-over"}, 2),
        # 900 alone, 50 left: too few for a grid, so it has them as well
        ([900, 10, 10, 10, 10, 10], {"unit-over"}, 1),
        # 600 in hundreds: 1 · 500 < 600 = 2 · 300
        ([100] * 6, set(), 2),
        # 260 are under 300, whatever is done
        ([10, 50, 50, 50, 50, 50], {"part-under"}, 1),
    ],
)
def test_bounds_hold_or_a_certificate_says_why_not(households, causes, grids):
    community, houses, streets = terraces(3, 2)
    result = divided(community, houses, households, streets, bounds=(300, 500))
    assert len(result.polygons) == grids
    assert {blocker.cause for blocker in result.blockers} == causes
    assert_certificates(result, np.array(households), 300, 500)


def test_houses_that_fit_into_no_grid_are_named():
    # 290 are under 300, and two of them, 580, over 500: whatever is taken together
    community, houses, streets = terraces(3, 2)
    result = divided(community, houses, [290] * 6, streets, bounds=(300, 500))
    assert {one.cause for one in result.blockers} == {"fits-nowhere"}
    assert_certificates(result, np.full(6, 290), 300, 500)


def test_rebalance_out_of_time_gives_the_whole_net_as_far_as_it_is():
    community, houses, streets = terraces(6, 3)
    before = partition(community, houses, np.full(18, 10), streets, metric_crs=FRAME, grids=3)
    grown = np.where(before.grid_of_building == 0, 20, 10)
    late = rebalance(
        before.polygons, houses, grown, streets, metric_crs=FRAME, tolerance=0.01, time_limit_s=0
    )
    assert not late.finished
    assert_tiles(late.polygons, community, houses, late.grid_of_building)


def test_compounds_stay_together():
    community, houses, streets = terraces(4, 3)
    together = ["北苑" if i in (4, 5, 7, 8) else None for i in range(12)]
    result = divided(community, houses, np.full(12, 10), streets, grids=2, keep_together=together)
    assert len({int(result.grid_of_building[i]) for i in (4, 5, 7, 8)}) == 1
    assert result.figures.split_compounds == ()


def test_a_fixed_grid_comes_back_first_and_as_it_was():
    community, houses, streets = terraces(4, 3)
    fixed = ground(shapely.box(0, 0, 40, 60)).intersection(community)
    result = divided(community, houses, np.full(12, 10), streets, grids=3, fixed=[fixed])
    assert FRAME.area_m2([shapely.symmetric_difference(fixed, result.polygons[0])])[0] < 0.05
    # its corners were rounded onto the border: where they stray from it by a step, the border is right
    assert shapely.hausdorff_distance(fixed, result.polygons[0]) < 3e-9
    assert result.figures.grids["households"].tolist() == [60, 30, 30]


def test_a_seed_gives_the_same_bits_and_another_way_to_cancel_gives_a_whole_plan():
    community, houses, streets = terraces(8, 5)
    households = np.arange(40) % 7 + 1
    first, second = (
        divided(community, houses, households, streets, grids=5, seed=7).polygons.to_wkb().tolist()
        for _ in "ab"
    )
    assert first == second
    calls = []

    def stop(progress):
        calls.append(progress.share)
        return len(calls) < 3

    cut = divided(community, houses, households, streets, grids=5, seed=7, on_progress=stop)
    assert not cut.finished
    assert len(cut.polygons) == 5
    assert not divided(community, houses, households, streets, grids=5, time_limit_s=0).finished


def test_a_seed_gives_the_same_bits_in_another_process_with_another_hash_seed():
    program = "from tests.gis.partition.towns import sum_of_bits; print(sum_of_bits())"
    there = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "1"},
    )
    assert there.stdout.strip() == sum_of_bits()


def test_degenerate_towns_get_an_answer():
    community, houses, streets = terraces(3, 2)
    assert divided(community, houses[:0], [], streets, grids=1).figures.balanced_by == "area"
    assert len(divided(community, houses[:1], [9], streets, grids=1).polygons) == 1
    nobody = divided(community, houses, np.zeros(6), streets, grids=2)
    assert nobody.figures.balanced_by == "buildings"
    assert nobody.figures.grids["buildings"].tolist() == [3, 3]
    outside = np.append(houses, grounds([shapely.box(500, 500, 510, 510)]))
    assert divided(community, outside, np.ones(7), streets, grids=2).grid_of_building[6] == -1
    # every house its own grid is the most that can be
    assert len(divided(community, houses, np.ones(6), streets, grids=6).polygons) == 6


def test_bounds_without_a_household_are_refused():
    community, houses, streets = terraces(3, 2)
    for buildings in (houses[:0], houses):
        with pytest.raises(BadTarget, match="no"):
            divided(community, buildings, np.zeros(len(buildings)), streets, bounds=(300, 500))


def test_overlapping_and_doubled_houses_stay_together_and_cost_room():
    community, houses, streets = terraces(3, 2)
    across = grounds([shapely.box(8, 8, 30, 12)])[0]
    many = np.concatenate([houses, [across], houses[:1]])
    result = divided(community, many, np.ones(8), streets, grids=2)
    assert len({int(result.grid_of_building[i]) for i in (0, 2, 6, 7)}) == 1
    with pytest.raises(TooManyGrids) as refused:
        divided(community, many, np.ones(8), streets, grids=6)
    assert refused.value.facts["most"] == 5


def test_ground_in_two_parts_is_shared_out_by_what_lives_there():
    parts = shapely.MultiPolygon([shapely.box(0, 0, 40, 40), shapely.box(100, 0, 140, 40)])
    houses = grounds([shapely.box(x, 5, x + 10, 15) for x in (5, 25, 105)])
    three = divided(ground(parts), houses, [200, 200, 100], [], grids=3)
    assert sorted(three.figures.grids["households"]) == [100, 200, 200]
    within = divided(ground(parts), houses, [200, 200, 100], [], bounds=(300, 500))
    assert [(each.cause, each.weight) for each in within.blockers] == [("part-under", 100)]
    assert_certificates(within, np.array([200, 200, 100]), 300, 500)


def test_barriers_that_dangle_double_have_no_length_or_cut_the_community_in_two():
    community, houses, _ = terraces(3, 2)
    lines = [
        [(-10, 20), (70, 20)],
        [(-10, 20), (70, 20)],
        [(30, -5), (30, 8)],
        [(0, 0), (0, 0)],
        [(10, 10), (12, 30)],
    ]
    barriers = grounds([shapely.LineString(line) for line in lines])
    result = divided(community, houses, np.ones(6), barriers, grids=2)
    assert result.figures.grids["households"].tolist() == [3, 3]
    assert result.figures.along_barriers == 1


def test_more_grids_than_the_world_has_houses_are_refused_at_once_and_the_time_limit_gives_a_whole_plan():
    community, houses, streets = terraces(20, 10)
    with pytest.raises(TooManyGrids):
        divided(community, houses, np.ones(200), streets, grids=10**9)
    late = divided(community, houses, np.ones(200), streets, grids=60, time_limit_s=0)
    assert not late.finished
    assert len(late.polygons) == 60


def test_a_hole_and_a_corner_where_grids_meet():
    hole = shapely.box(0, 0, 80, 60).difference(shapely.box(35, 25, 45, 35))
    _, houses, streets = terraces(4, 3)
    result = divided(ground(hole), houses[[0, 1, 2, 9, 10, 11]], np.ones(6), streets, grids=3)
    assert result.figures.grids["households"].tolist() == [2, 2, 2]


def test_a_border_given_off_the_lattice_returns_with_its_bits():
    community = shapely.transform(terraces(4, 3)[0], lambda xy: xy + 3.3e-10)
    _, houses, streets = terraces(4, 3)
    divided(community, houses, np.full(12, 10), streets, grids=2)


@pytest.mark.parametrize(
    ("target", "refusal"),
    [
        ({}, BadTarget),
        ({"grids": 0}, BadTarget),
        ({"grids": 2, "bounds": (1, 2)}, BadTarget),
        ({"bounds": (500, 300)}, BadTarget),
        ({"bounds": (0, 0)}, BadTarget),
        ({"bounds": (np.nan, 3)}, BadTarget),
        ({"grids": 7}, TooManyGrids),
        ({"grids": 2, "keep_together": ["a"]}, BuildingsRefused),
        ({"grids": 2, "fixed": [shapely.box(0, 0, 1, 1)]}, NetRefused),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(target, refusal):
    community, houses, streets = terraces(3, 2)
    with pytest.raises(refusal):
        partition(community, houses, np.ones(6), streets, metric_crs=FRAME, **target)


@pytest.mark.parametrize("households", [[1] * 5, [-1] * 6, [np.nan] * 6])
def test_households_that_are_none_are_refused(households):
    community, houses, streets = terraces(3, 2)
    with pytest.raises(BuildingsRefused):
        partition(community, houses, households, streets, metric_crs=FRAME, grids=2)


@pytest.mark.parametrize(
    "community",
    [
        None,
        shapely.Polygon(),
        shapely.Point(112, 35),
        shapely.Polygon([(112, 35), (112.1, 35.1), (112.1, 35), (112, 35.1)]),
        shapely.box(400_000, 3_900_000, 400_100, 3_900_100),
        shapely.box(110, 30, 115, 35),
    ],
)
def test_a_community_that_is_none_is_refused(community):
    with pytest.raises(CommunityRefused):
        partition([community], [], [], None, metric_crs=FRAME, grids=1)


def test_fewer_grids_than_parts_of_the_ground_are_refused_with_the_number_of_parts():
    community = ground(shapely.MultiPolygon([shapely.box(0, 0, 40, 20), shapely.box(100, 0, 120, 20)]))
    with pytest.raises(TooFewGrids) as refused:
        partition(community, [], [], None, metric_crs=FRAME, grids=1)
    assert refused.value.facts["parts"] == 2


def test_rebalance_moves_what_must_move_and_leaves_the_fixed_grid():
    # three grids of two columns, 10 households a house; the right column doubles: 60, 60, 120 → at 10 %
    # tolerance the mean is 80, so at least 32 must leave the third grid and 12 the second
    community, houses, streets = terraces(6, 3)
    before = partition(community, houses, np.full(18, 10), streets, metric_crs=FRAME, grids=3)
    households = np.full(18, 10.0)
    last = before.grid_of_building[17]
    households[before.grid_of_building == last] = 20
    after = rebalance(before.polygons, houses, households, streets, metric_crs=FRAME, tolerance=0.1)
    assert_tiles(after.polygons, community, houses, after.grid_of_building)
    assert after.figures.grids["kept"].all()
    assert after.figures.least_moved == pytest.approx(120 - 88)
    assert 40 <= after.figures.moved_households <= 80
    kept = rebalance(
        before.polygons, houses, households, streets, metric_crs=FRAME, tolerance=0.1, fixed=[int(last)]
    )
    assert FRAME.area_m2([shapely.symmetric_difference(kept.polygons[last], before.polygons[last])])[0] < 0.05
    assert kept.figures.moved_households == 0


def test_rebalance_of_a_balanced_net_changes_nothing():
    community, houses, streets = terraces(6, 3)
    before = partition(community, houses, np.full(18, 10), streets, metric_crs=FRAME, grids=3)
    after = rebalance(before.polygons, houses, np.full(18, 10), streets, metric_crs=FRAME, tolerance=0.01)
    assert (after.grid_of_building == before.grid_of_building).all()
    for old, new in zip(before.polygons, after.polygons, strict=True):
        assert old.equals(new)


def test_a_net_that_does_not_close_is_refused():
    with pytest.raises(NetRefused):
        rebalance(
            [ground(shapely.box(0, 0, 20, 20)), ground(shapely.box(19, 0, 40, 20))],
            [],
            [],
            None,
            metric_crs=FRAME,
            tolerance=0.01,
        )


def test_better_plans_are_handed_over_while_the_search_goes_on_and_change_nothing_in_it():
    # two terraces 150 m apart: while the second waits for its turn, it is a grid by itself
    near, houses, _ = terraces(6, 4)
    far = [shapely.transform(shape, lambda xy: xy + np.array([0.003, 0])) for shape in (near, *houses)]
    community = shapely.MultiPolygon([near, far[0]])
    every, households = np.array([*houses, *far[1:]], dtype=object), np.arange(48) % 5 + 1
    handed = []

    def divide(**more):
        asked = {"metric_crs": FRAME, "grids": 6, "names": ["balance"], "seed": 3, **more}
        return propose(community, every, households, None, **asked).made[0].partition

    watched = divide(on_better=lambda name, draw: handed.append((name, draw)))
    assert [shape.wkb for shape in watched.polygons] == [shape.wkb for shape in divide().polygons]
    assert {name for name, _ in handed} == {"balance"}
    numbers = []
    for _, draw in handed:
        drawn = draw()
        assert drawn["households"].sum() == households.sum()
        assert drawn.geometry.is_valid.all()
        report = check_coverage(drawn.geometry, community, metric_crs=FRAME)
        assert report.is_sound
        numbers.append(len(drawn))
    assert numbers[0] < 6 and numbers[-1] == 6
