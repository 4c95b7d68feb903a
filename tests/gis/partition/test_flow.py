import numpy as np
import pytest

from gis.partition.flow import cheapest_flow, least_flow
from gis.partition.graph import graph_of


def row_of(*weights):
    """Units in a row, 1 m² each, each beside the next."""
    size = len(weights)
    first = np.arange(size - 1)
    ones = np.ones(size - 1)
    centre = np.stack([np.arange(size), np.zeros(size)], axis=1).astype(float)
    group = np.full(size, -1)
    return graph_of(np.array(weights), np.ones(size), centre, group, first, first + 1, ones, ones)


def test_what_a_row_of_grids_must_pass_on_and_a_grid_gives_before_it_takes():
    # 16 8 8 8, mean 10: 6 pass on, then 4, then 2: 12 in all, twice the 6 over the mean
    graph = row_of(16, 8, 8, 8)
    full = np.full(4, 10.0)
    flow = cheapest_flow(graph, np.arange(4), full, full)
    assert flow.giver.tolist() == [2, 1, 0]
    assert flow.taker.tolist() == [3, 2, 1]
    assert flow.amount.tolist() == pytest.approx([2, 4, 6])
    # within 10 % of the mean: 16 - 11 = 5 leave; 8 + 5 - 11 = 2 go on; 8 + 2 - 9 = 1 goes on: 11 11 9 9
    assert least_flow(graph, np.arange(4), 4, 0.1) == pytest.approx(5 + 2 + 1)


def test_no_flow_where_the_bounds_cannot_hold_or_nothing_touches():
    graph = row_of(16, 8)
    assert cheapest_flow(graph, np.arange(2), np.full(2, 13.0), np.full(2, 14.0)) is None
    assert cheapest_flow(graph, np.zeros(2, dtype=int), np.array([24.0]), np.array([24.0])) is None
