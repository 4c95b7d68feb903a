import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.partition.settling import fits_nowhere, settled
from tests.gis.partition.towns import lattice, pieces_of


def row_of(*weights):
    return lattice(np.array([weights]))


def test_pockets_beside_a_tower_join_its_grid_where_nothing_else_fills_them():
    # 40 | 900 | 30 | 320 within 300 to 500: the 30 fit with the 320, the 40 with nobody
    graph = row_of(40, 900, 30, 320)
    found = settled(graph, np.array([0, 1, 2, 3]), 300, 500)
    assert found.tolist() == [0, 0, 1, 1]


def test_two_grids_that_are_too_light_become_one():
    graph = row_of(100, 100, 100, 100, 100, 100)
    found = settled(graph, np.array([0, 0, 1, 1, 2, 2]), 300, 700)
    assert np.bincount(found, graph.weight).min() >= 300


@pytest.mark.parametrize(
    ("weights", "nowhere"),
    [
        # 290 + 250 are 540; alone each is under 300
        ((290, 250, 290), [True, True, True]),
        # 290 + 150 are 440
        ((290, 150, 900), [False, False, True]),
        # 50 reach the others through 480 only: 530
        ((50, 480, 20), [True, False, False]),
        # 10 · 20 behind a tower
        ((*[20] * 10, 900, 400), [*[True] * 10, True, False]),
    ],
)
def test_a_unit_fits_nowhere_if_no_ground_around_it_lies_within_the_bounds(weights, nowhere):
    graph = row_of(*weights)
    assert [fits_nowhere(graph, unit, 300, 500) for unit in range(len(weights))] == nowhere


SQUARE = lattice(np.zeros((3, 3)))
CONNECTED = [
    list(units)
    for size in range(1, 10)
    for units in itertools.combinations(range(9), size)
    if SQUARE.part(np.array(units)).components()[0] == 1
]


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=9, max_size=9), st.integers(1, 20), st.integers(0, 4))
def test_the_proof_is_the_same_as_trying_every_set(weights, low, wide):
    graph = lattice(np.array(weights).reshape(3, 3))
    fitting = {
        unit for units in CONNECTED if low <= sum(weights[u] for u in units) <= low + wide for unit in units
    }
    assert {unit for unit in range(9) if not fits_nowhere(graph, unit, low, low + wide)} == fitting


def test_no_grid_is_torn_and_none_is_without_a_number():
    graph = lattice(np.random.default_rng(3).integers(0, 300, (8, 9)))
    found = settled(graph, np.repeat(np.arange(8), 9), 300, 500)
    assert pieces_of(graph, found) == found.max() + 1 == len(np.unique(found))
