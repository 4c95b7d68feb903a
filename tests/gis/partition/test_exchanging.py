"""Units that change places between two grids: balance that no single move reaches, and no grid torn."""

import numpy as np
import pytest
from numpy.typing import NDArray

from gis.partition.graph import Graph, connected, graph_of
from gis.partition.refinement import Aim, Watch, with_exchanges


def lattice(weight: NDArray[np.float64]) -> Graph:
    """Squares of 100 m side by side; weight: (rows, columns)."""
    rows, columns = weight.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    first = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    second = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    centre = np.stack(np.divmod(number.ravel(), columns), axis=1) * 100.0
    metres, alone = np.full(len(first), 100.0), np.full(rows * columns, -1)
    return graph_of(weight.ravel(), np.full(weight.size, 1e4), centre, alone, first, second, metres, metres)


def pieces(graph: Graph, label: NDArray[np.int64]) -> int:
    same = label[graph.first] == label[graph.second]
    return connected(len(graph), graph.first[same], graph.second[same])[0]


def test_two_units_change_places_where_none_can_move_alone() -> None:
    """5 6 | 4 4     Left 20, right 16, and 18 is wanted. Each unit weighs 4 or more, so a move alone leaves
    5 4 | 4 4     a difference of 4 or more; the 6 for a 4 leaves none."""
    graph = lattice(np.array([[5.0, 6, 4, 4], [5, 4, 4, 4]]))
    label = np.array([0, 0, 1, 1, 0, 0, 1, 1])
    full = np.full(2, 18.0)
    found = with_exchanges(graph, Aim(full, full, full), label, seed=1, watch=Watch(60, None))
    assert np.bincount(found, graph.weight).tolist() == [18, 18]
    assert pieces(graph, found) == 2


@pytest.mark.parametrize("seed", range(6))
def test_grids_stay_whole_and_in_their_bands(seed: int) -> None:
    random = np.random.default_rng(seed)
    graph = lattice(random.choice([0.0, 1, 7, 20], (14, 15)))
    label = np.tile(np.repeat(np.arange(3), 5), 14)
    full = np.full(3, graph.weight.sum() / 3)
    aim = Aim(full, full * 0.995, full * 1.005)
    found = with_exchanges(graph, aim, label, seed=seed, watch=Watch(60, None))
    assert pieces(graph, found) == 3
    assert aim.excess(graph, label) > 0
    assert aim.excess(graph, found) == 0
    again = with_exchanges(graph, aim, label, seed=seed, watch=Watch(60, None))
    assert (found == again).all()
