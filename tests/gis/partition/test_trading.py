import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.coverage import check_coverage
from gis.partition import partition, rebalance
from gis.partition.aims import Aim, border_cost
from gis.partition.chains import chained
from gis.partition.first_plan import first_plan
from gis.partition.trading import traded
from gis.partition.watch import Watch
from tests.gis.partition.towns import FRAME, assert_tiles, lattice, pieces_of, terraces


def five_against_one():
    """Two grids of four columns and six rows. A house of 5 that was of the left one is of the right one, and
    a column of five houses of 1 the other way round; all else weighs 10."""
    weight = np.full((6, 4), 10.0)
    weight[0, 1], weight[1:, 2] = 5, 1
    home = np.tile([0, 0, 1, 1], 6)
    label = home.copy().reshape(6, 4)
    label[0, 1], label[1:, 2] = 1, 0
    return lattice(weight), home, label.ravel()


def as_it_is(graph, label, grids):
    held = np.bincount(label, graph.weight, grids)
    return Aim(held, held, held, pull=0.0)


def trade(graph, aim, home, label, stay, *, tell=None, on_better=None):
    return traded(
        graph, aim, home, label, stay=stay, most=100_000, seed=0, watch=Watch(60, tell), on_better=on_better
    )


def test_one_house_goes_home_and_five_come_back_at_once():
    graph, home, label = five_against_one()
    aim = as_it_is(graph, label, 2)
    stay = graph.weight
    # no three moves leave both as heavy as they are
    assert (chained(graph, label, aim.low, aim.high, home=home, stay=stay, further=True) == label).all()
    handed = []
    found = trade(graph, aim, home, label, stay, on_better=lambda plan: handed.append(plan.copy()))
    assert (found == home).all()
    assert (handed[-1] == home).all()


def test_border_is_saved_where_nobody_has_a_home():
    # a wave of one row between two halves of 3 × 8: straight, it is 8 long
    label = np.array([[0, 1] * 4, [0] * 8, [1] * 8]).ravel()
    label[:8] = 0
    label[8:16] = [0, 0, 1, 1, 0, 0, 1, 1]
    graph = lattice(np.ones((3, 8)))
    found = trade(graph, as_it_is(graph, label, 2), label, label, np.zeros(24))
    assert border_cost(graph, label) == 11
    assert border_cost(graph, found) < 11
    assert np.bincount(found).tolist() == np.bincount(label).tolist()


def test_a_cancel_ends_it_before_the_next_trade():
    graph, home, label = five_against_one()
    found = trade(graph, as_it_is(graph, label, 2), home, label, graph.weight, tell=lambda progress: False)
    assert (found == label).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1 << 30), st.integers(2, 5), st.sampled_from([0.0, 0.02, 0.2]))
def test_no_trade_tears_a_grid_leaves_a_band_or_costs_more(seed, grids, tolerance):
    random = np.random.default_rng(seed)
    graph = lattice(random.choice([0.0, 1, 2, 3, 8], size=(6, 8)) + 0.001)
    home, label = (first_plan(graph, grids, np.random.default_rng((seed, i))) for i in (0, 1))
    mean = np.full(grids, graph.weight.sum() / grids)
    aim = Aim(mean, mean * (1 - tolerance), mean * (1 + tolerance), pull=0.0)
    stay = graph.weight * random.choice([0.0, 0.1, 1.0])
    found = trade(graph, aim, home, label, stay)

    def out(plan):
        held = np.bincount(plan, graph.weight, grids)
        return np.maximum(np.maximum(aim.low - held, held - aim.high), 0)

    def cost(plan):
        return border_cost(graph, plan) / np.sqrt(48 / grids) + stay[plan != home].sum()

    assert pieces_of(graph, found) == grids and set(found.tolist()) == set(range(grids))
    assert (out(found) <= out(label) + 1e-6).all()
    assert cost(found) <= cost(label) + 1e-9
    if stay.any():
        away, before = (graph.weight[plan != home].sum() for plan in (found, label))
        assert away <= before + 1e-6
    assert (trade(graph, aim, home, label, stay) == found).all()


@pytest.fixture(scope="module")
def grown():
    """Twelve grids of a town of 18 × 12 houses of 1 to 9 households, one of which has grown by 80 %."""
    community, houses, streets = terraces(18, 12)
    households = np.random.default_rng(4).integers(1, 10, size=len(houses)).astype(float)
    present = partition(community, houses, households, streets, metric_crs=FRAME, grids=12, seed=1)
    households[present.grid_of_building == 5] *= 1.8
    return present.polygons, houses, households, streets


def test_a_thorough_search_moves_less_and_shows_how_far_it_is(grown):
    present, houses, households, streets = grown
    drawn, shares = [], []

    def even(**more):
        return rebalance(present, houses, households, streets, metric_crs=FRAME, tolerance=0.02, **more)

    quick, plain = even(), even(thorough=True)
    watched = even(
        thorough=True, on_better=drawn.append, on_progress=lambda progress: shares.append(progress.share)
    )
    assert [shape.wkb for shape in watched.polygons] == [shape.wkb for shape in plain.polygons]
    assert watched.finished and watched.figures.grids["kept"].all()
    assert_tiles(watched.polygons, shapely.coverage_union_all(present), houses, watched.grid_of_building)
    assert watched.figures.moved_households <= quick.figures.moved_households
    assert shares == sorted(shares) and shares[-1] <= 1
    for draw in (drawn[0], drawn[-1]):
        net = draw()
        assert net["households"].sum() == households.sum()
        assert check_coverage(net.geometry, shapely.coverage_union_all(present), metric_crs=FRAME).is_sound


def test_a_balanced_net_stays_as_it_is_however_thoroughly_it_is_looked_at(grown):
    present, houses, _, streets = grown
    quick, slow = (
        rebalance(present, houses, np.ones(216), streets, metric_crs=FRAME, tolerance=0.9, thorough=thorough)
        for thorough in (False, True)
    )
    assert quick.figures.moved_households == slow.figures.moved_households == 0
    assert [shape.wkb for shape in slow.polygons] == [shape.wkb for shape in quick.polygons]


def test_a_thorough_search_leaves_fixed_grids_and_ends_where_it_is_told_to(grown):
    present, houses, households, streets = grown
    asked = 0

    def tell(progress):
        nonlocal asked
        asked += progress.share > 0.1
        return asked < 2

    early = rebalance(
        present,
        houses,
        households,
        streets,
        metric_crs=FRAME,
        tolerance=0.05,
        fixed=[0],
        thorough=True,
        on_progress=tell,
    )
    assert not early.finished
    assert early.figures.grids["kept"].all()
    assert early.figures.grids["moved_households"][0] == 0
    assert_tiles(early.polygons, shapely.coverage_union_all(present), houses, early.grid_of_building)


@pytest.mark.parametrize(("target", "saved_m"), [({"grids": 9}, 0), ({"bounds": (150, 260)}, 20)])
def test_a_thorough_division_has_borders_as_cheap_or_cheaper_in_every_part_of_the_ground(target, saved_m):
    near, here, _ = terraces(14, 8)
    far, *there = (shapely.transform(shape, lambda xy: xy + np.array([0.01, 0])) for shape in (near, *here))
    community = shapely.MultiPolygon([near, far])
    houses = np.array([*here, *there], dtype=object)
    households = np.random.default_rng(9).integers(1, 16, size=len(houses)).astype(float)

    def divided(**more):
        return partition(community, houses, households, None, metric_crs=FRAME, seed=2, **target, **more)

    quick, slow = divided(), divided(thorough=True)
    assert_tiles(slow.polygons, community, houses, slow.grid_of_building)
    assert slow.figures.grids["kept"].all() == quick.figures.grids["kept"].all()
    assert slow.figures.border_cost_m <= quick.figures.border_cost_m - saved_m
    assert slow.finished


def test_a_cancel_in_one_part_of_the_ground_leaves_the_other_with_its_first_plan():
    near, here, _ = terraces(14, 8)
    far, *there = (shapely.transform(shape, lambda xy: xy + np.array([0.01, 0])) for shape in (near, *here))
    community, houses = shapely.MultiPolygon([near, far]), np.array([*here, *there], dtype=object)
    shares = []

    def tell(progress):
        shares.append(progress.share)
        return False

    early = partition(
        community, houses, np.ones(224), None, metric_crs=FRAME, grids=8, thorough=True, on_progress=tell
    )
    assert not early.finished and len(early.polygons) == 8
    assert_tiles(early.polygons, community, houses, early.grid_of_building)
    assert max(shares) < 0.5
