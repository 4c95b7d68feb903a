import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.partition.aims import border_cost
from gis.partition.first_plan import first_plan
from gis.partition.pieces_at_border import pieces_at_borders
from tests.gis.partition.towns import lattice, pieces_of

MOST = 5


def units_of(pieces, number):
    return pieces.unit[pieces.begin[number] : pieces.begin[number + 1]]


def found_on(seed, grids):
    random = np.random.default_rng(seed)
    graph = lattice(random.choice([0.0, 1, 2, 8], size=(6, 7)))
    home, label = (first_plan(graph, grids, np.random.default_rng((seed, i))) for i in (0, 1))
    near = random.random(grids) < 0.8
    stay = random.random(len(graph))
    state = np.array([seed * 2 + 1], dtype=np.uint64)
    return (
        graph,
        home,
        label,
        near,
        stay,
        pieces_at_borders(graph, graph.cost, stay, home, label, near, MOST, state),
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 30), st.integers(2, 6))
def test_every_piece_may_change_its_grid_and_saves_what_it_says(seed, grids):
    graph, home, label, near, stay, pieces = found_on(seed, grids)
    seen = set()
    for number in range(len(pieces)):
        units, giver, taker = units_of(pieces, number), pieces.giver[number], pieces.taker[number]
        assert 1 <= len(units) <= MOST and near[giver] and near[taker]
        assert (label[units] == giver).all()
        assert pieces.weight[number] == graph.weight[units].sum()
        after = label.copy()
        after[units] = taker
        came, left = (graph.weight[(plan != home)].sum() for plan in (label, after))
        assert pieces.away[number] == left - came
        assert pieces_of(graph, after) == grids and len(set(after.tolist())) == grids
        before, then = (border_cost(graph, plan) + stay[plan != home].sum() for plan in (label, after))
        assert abs(pieces.gain[number] - (before - then)) < 1e-9
        seen.add((frozenset(units.tolist()), int(taker)))
    assert len(seen) == len(pieces)
    # each unit at a border that may leave alone is a piece
    alone = {(next(iter(units)), taker) for units, taker in seen if len(units) == 1}
    for unit in range(len(graph)):
        around = graph.other[graph.begin[unit] : graph.begin[unit + 1]]
        for taker in set(label[around].tolist()) - {int(label[unit])}:
            after = label.copy()
            after[unit] = taker
            whole = pieces_of(graph, after) == grids and len(set(after.tolist())) == grids
            assert ((unit, taker) in alone) == bool(near[label[unit]] and near[taker] and whole)


def test_thinned_pieces_are_some_of_them_as_they_were():
    *_, pieces = found_on(0, 4)
    some = pieces.thinned(10)
    assert len(some) == 10 < len(pieces) and pieces.thinned(len(pieces)) is pieces
    known = {
        (tuple(units_of(pieces, i).tolist()), int(pieces.taker[i]), float(pieces.gain[i]))
        for i in range(len(pieces))
    }
    assert {
        (tuple(units_of(some, i).tolist()), int(some.taker[i]), float(some.gain[i])) for i in range(10)
    } <= known
