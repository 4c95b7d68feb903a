import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.partition.chains import chained
from gis.partition.multilevel import multilevel_plans
from gis.partition.watch import Watch
from tests.gis.partition.towns import lattice, pieces_of


def outside(graph, label, low, high):
    held = np.bincount(label, graph.weight, len(low))
    return float((np.maximum(low - held, 0) + np.maximum(held - high, 0)).sum())


def test_two_units_change_places_where_no_single_one_fits():
    # columns of 7 6 | 4 7 over each other, 26 | 22: any single move of 4 to 7 makes it worse than 2 off,
    # a 6 against a 4 makes it 24 | 24
    graph = lattice(np.array([[7, 6, 4, 7], [7, 6, 4, 7]]))
    label = np.array([0, 0, 1, 1, 0, 0, 1, 1])
    full = np.full(2, 24.0)
    found = chained(graph, label, full, full)
    assert np.bincount(found, graph.weight).tolist() == [24, 24]
    assert pieces_of(graph, found) == 2
    assert label.tolist() == [0, 0, 1, 1, 0, 0, 1, 1]


def test_a_grid_gives_to_the_third_through_the_second():
    # 12 8 10 in a row within 1 of 10: 2 go from the first to the second, and nothing from there;
    # 12 10 8: what the first gives, the second passes on
    graph = lattice(np.array([[5, 5, 2, 4, 4, 2, 4, 4]]))
    label = np.array([0, 0, 0, 1, 1, 1, 2, 2])
    full = np.full(3, 10.0)
    found = chained(graph, label, full, full)
    assert np.bincount(found, graph.weight).tolist() == [10, 10, 10]


def test_three_units_change_their_grids_at_once():
    # 13 10 10 7: a 3 from each to the next; after two of them as much is outside as before
    graph = lattice(np.array([[4, 6, 3, 4, 3, 3, 4, 3, 3, 4, 3]]))
    label = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3])
    full = np.full(4, 10.0)
    found = chained(graph, label, full, full)
    assert np.bincount(found, graph.weight).tolist() == [10, 10, 10, 10]
    assert pieces_of(graph, found) == 4


def test_a_unit_goes_home_where_a_lighter_one_makes_room_for_it():
    # 4 7 over 5 8, in columns: the 7 is at home on the left, which is full with 11: it goes in, the 5 out
    graph = lattice(np.array([[4, 7], [5, 8]]))
    home, away = np.array([0, 0, 0, 1]), np.array([0, 1, 0, 1])
    low, high = np.array([7.0, 7.0]), np.array([11.0, 20.0])
    found = chained(graph, away, low, high, home=home, stay=10 * graph.weight, further=True)
    assert found.tolist() == [0, 0, 1, 1]


def test_units_go_home_where_the_bands_allow_it():
    graph = lattice(np.array([[1, 1, 1, 1, 1, 1]]))
    home = np.array([0, 0, 0, 1, 1, 1])
    away = np.array([0, 0, 0, 0, 0, 1])
    low, high = np.full(2, 1.0), np.full(2, 5.0)
    assert chained(graph, away, low, high).tolist() == away.tolist()
    assert chained(graph, away, low, high, home=home, stay=np.ones(6), further=True).tolist() == home.tolist()


def test_chains_end_with_the_time_and_a_limit_that_is_not_reached_changes_nothing():
    # 20 grids, two rows each, far out of their bands
    graph = lattice(np.random.default_rng(5).integers(0, 30, (40, 30)))
    label = np.repeat(np.arange(20), 60)
    full = np.full(20, graph.weight.sum() / 20)
    free = chained(graph, label, full, full, home=label, stay=graph.weight / 100, further=True)
    assert outside(graph, free, full, full) < outside(graph, label, full, full)
    for limit_s, expected in ((3600.0, free), (0.0, label)):
        watch = Watch(limit_s, None)
        found = chained(
            graph, label, full, full, home=label, stay=graph.weight / 100, further=True, watch=watch
        )
        assert found.tolist() == expected.tolist()
        assert watch.stopped == (limit_s == 0)


@st.composite
def plans(draw):
    rows, columns = draw(st.integers(2, 6)), draw(st.integers(3, 7))
    weight = np.array(
        draw(st.lists(st.integers(0, 9), min_size=rows * columns, max_size=rows * columns)), dtype=float
    ).reshape(rows, columns)
    cuts = sorted(draw(st.sets(st.integers(1, columns - 1), min_size=1, max_size=3)))
    label = np.tile(np.searchsorted(cuts, np.arange(columns), side="right"), rows)
    return lattice(weight), label.astype(np.int64), draw(st.floats(0, 0.3)), draw(st.booleans())


@settings(deadline=None)
@given(plans())
def test_no_grid_is_torn_or_emptied_and_nothing_gets_further_out(plan):
    graph, label, tolerance, loyal = plan
    grids = int(label.max()) + 1
    mean = graph.weight.sum() / grids
    low, high = np.full(grids, mean * (1 - tolerance)), np.full(grids, mean * (1 + tolerance))
    home = np.zeros_like(label)
    stay = np.ones(len(graph)) if loyal else None
    found = chained(graph, label, low, high, home=home, stay=stay, further=loyal)
    assert pieces_of(graph, found) == grids
    assert (np.bincount(found, minlength=grids) > 0).all()
    assert outside(graph, found, low, high) <= outside(graph, label, low, high) + 1e-6


def test_metis_gives_grids_in_one_piece_the_same_for_a_seed_and_none_where_units_are_few_or_heavy():
    graph = lattice(np.random.default_rng(1).integers(0, 20, (20, 30)))
    first, again = (multilevel_plans(graph, 6, seed=3, number=2) for _ in "ab")
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert [pieces_of(graph, label) for label in first] == [6, 6]
    held = np.bincount(first[0], graph.weight)
    assert held.max() / held.mean() < 1.05
    assert multilevel_plans(graph, 31, seed=3, number=2) == []
    heavy = lattice(np.where(np.arange(600) == 7, 700, 1).reshape(20, 30))
    assert multilevel_plans(heavy, 2, seed=3, number=2) == []


def test_metis_goes_by_area_where_nobody_lives():
    graph = lattice(np.zeros((10, 20)))
    [label] = multilevel_plans(graph, 4, seed=0, number=1)
    assert np.bincount(label).max() <= 55
