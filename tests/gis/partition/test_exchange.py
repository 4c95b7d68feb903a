import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.partition.exchange import exchanged
from gis.partition.graph import connected, graph_of
from gis.partition.multilevel import multilevel_plans


def lattice(weight):
    """Units of 1 m² in rows and columns, each beside those next to it; weight: (rows, columns)."""
    rows, columns = weight.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    first = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    second = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    centre = np.stack([number.ravel() % columns, number.ravel() // columns], axis=1).astype(float)
    size, ones = weight.size, np.ones(len(first))
    return graph_of(
        weight.ravel().astype(float), np.ones(size), centre, np.full(size, -1), first, second, ones, ones
    )


def pieces_of(graph, label):
    same = label[graph.first] == label[graph.second]
    return connected(len(graph), graph.first[same], graph.second[same])[0]


def outside(graph, label, low, high):
    held = np.bincount(label, graph.weight, len(low))
    return float((np.maximum(low - held, 0) + np.maximum(held - high, 0)).sum())


def test_two_units_change_places_where_no_single_one_fits():
    # columns of 7 6 | 4 7 over each other, 26 | 22: any single move of 4 to 7 makes it worse than 2 off,
    # a 6 against a 4 makes it 24 | 24
    graph = lattice(np.array([[7, 6, 4, 7], [7, 6, 4, 7]]))
    label = np.array([0, 0, 1, 1, 0, 0, 1, 1])
    full = np.full(2, 24.0)
    found = exchanged(graph, label, full, full)
    assert np.bincount(found, graph.weight).tolist() == [24, 24]
    assert pieces_of(graph, found) == 2
    assert label.tolist() == [0, 0, 1, 1, 0, 0, 1, 1]


def test_a_grid_gives_to_the_third_through_the_second():
    # 12 8 10 in a row within 1 of 10: 2 go from the first to the second, and nothing from there;
    # 12 10 8: what the first gives, the second passes on
    graph = lattice(np.array([[5, 5, 2, 4, 4, 2, 4, 4]]))
    label = np.array([0, 0, 0, 1, 1, 1, 2, 2])
    full = np.full(3, 10.0)
    found = exchanged(graph, label, full, full)
    assert np.bincount(found, graph.weight).tolist() == [10, 10, 10]


def test_units_go_home_where_the_bands_allow_it():
    graph = lattice(np.array([[1, 1, 1, 1, 1, 1]]))
    home = np.array([0, 0, 0, 1, 1, 1])
    away = np.array([0, 0, 0, 0, 0, 1])
    low, high = np.full(2, 1.0), np.full(2, 5.0)
    assert exchanged(graph, away, low, high).tolist() == away.tolist()
    assert exchanged(graph, away, low, high, home=home, stay=np.ones(6)).tolist() == home.tolist()


@st.composite
def plans(draw):
    rows, columns = draw(st.integers(2, 6)), draw(st.integers(3, 7))
    weight = np.array(
        draw(st.lists(st.integers(0, 9), min_size=rows * columns, max_size=rows * columns)), dtype=float
    ).reshape(rows, columns)
    cuts = sorted(draw(st.sets(st.integers(1, columns - 1), min_size=1, max_size=3)))
    label = np.tile(np.searchsorted(cuts, np.arange(columns), side="right"), rows)
    return lattice(weight), label.astype(np.int64), draw(st.floats(0, 0.3)), draw(st.booleans())


@given(plans())
def test_no_grid_is_torn_or_emptied_and_nothing_gets_further_out(plan):
    graph, label, tolerance, loyal = plan
    grids = int(label.max()) + 1
    mean = graph.weight.sum() / grids
    low, high = np.full(grids, mean * (1 - tolerance)), np.full(grids, mean * (1 + tolerance))
    home = np.zeros_like(label)
    stay = np.ones(len(graph)) if loyal else None
    found = exchanged(graph, label, low, high, home=home, stay=stay)
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
