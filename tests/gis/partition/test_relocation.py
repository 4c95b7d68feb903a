import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.partition import rebalance
from gis.partition.aims import Aim, moved_most
from gis.partition.rebalancing import evened
from gis.partition.relocation import best_named, relocated
from gis.partition.watch import Watch
from tests.gis.partition.towns import FRAME, assert_tiles, grounds, lattice, pieces_of, terraces


def aim_of(graph, grids, tolerance):
    full = np.full(grids, graph.weight.sum() / grids)
    return Aim(full, full * (1 - tolerance), full * (1 + tolerance), pull=0.0)


def row_with_a_surplus():
    """Eight grids in a row, 4 × 4 units each: 10 a unit, the first has 30 instead."""
    weight = np.full((4, 32), 10.0)
    weight[:, :4] = 30
    return lattice(weight), np.tile(np.repeat(np.arange(8), 4), 4)


def test_a_grid_leaves_the_far_half_of_a_row_for_the_surplus_at_its_end():
    # 480 and 7 × 160: mean 200. Along the row 280, 240, … 40 pass on: 1,120. The sixth grid gives 80 to each
    # side, where 40 pass on once more, and takes 200 at the end; of what is left there 80 and 40 pass on: 560
    graph, home = row_with_a_surplus()
    aim = aim_of(graph, 8, 0.01)
    after = relocated(graph, aim, home)
    moved = [grid for grid in range(8) if not ((after == grid) & (home == grid)).any()]
    assert moved == [5]
    assert pieces_of(graph, after) == 8
    # where it is now were households of the first grid only
    assert set(home[after == moved[0]]) == {0}
    label = evened(graph, aim_of(graph, 8, 0.05), home, seed=0, watch=Watch(60, None))
    excess, away = moved_most(graph, aim_of(graph, 8, 0.05), home, label)
    assert excess == 0 and away < 600
    assert pieces_of(graph, label) == 8


def test_a_net_whose_grid_was_moved_tiles_names_it_and_keeps_what_is_fixed():
    # eight grids of four columns: 240 and 7 × 80 households; the fixed one aside 720 for seven: 83 to 123
    _, houses, streets = terraces(32, 2)
    present = grounds([shapely.box(80 * i, 0, 80 * i + 80, 40) for i in range(8)])
    households = np.where(np.arange(64) < 8, 30.0, 10.0)
    after = rebalance(present, houses, households, streets, metric_crs=FRAME, tolerance=0.2, fixed=[7])
    assert_tiles(after.polygons, shapely.coverage_union_all(present), houses, after.grid_of_building)
    (moved,) = after.figures.relocated
    assert (households[after.grid_of_building == moved] == 30).any()
    assert after.figures.grids["kept"].all() and after.figures.moved_households < 300
    assert (after.grid_of_building[56:] == 7).all()


def test_a_compound_stays_whole_where_a_grid_is_moved_to():
    _, houses, streets = terraces(32, 2)
    present = grounds([shapely.box(80 * i, 0, 80 * i + 80, 40) for i in range(8)])
    households = np.where(np.arange(64) < 8, 30.0, 10.0)
    together = [house // 2 if house < 8 else None for house in range(64)]
    after = rebalance(
        present,
        houses,
        households,
        streets,
        metric_crs=FRAME,
        tolerance=0.2,
        fixed=[7],
        keep_together=together,
    )
    assert after.figures.relocated and after.figures.grids["kept"].all()
    first, second = after.grid_of_building[:8].reshape(-1, 2).T
    assert (first == second).all() and len(set(first)) > 1
    assert_tiles(after.polygons, shapely.coverage_union_all(present), houses, after.grid_of_building)


def test_no_grid_is_moved_where_there_is_no_surplus_for_one_or_all_touch():
    even = lattice(np.full((4, 32), 10.0))
    home = np.tile(np.repeat(np.arange(8), 4), 4)
    assert relocated(even, aim_of(even, 8, 0.01), home) is None
    # two grids: what one has too much the other takes at once
    weight = np.full((4, 8), 10.0)
    weight[:, :4] = 60
    graph = lattice(weight)
    assert relocated(graph, aim_of(graph, 2, 0.01), np.tile(np.repeat([0, 1], 4), 4)) is None


def test_ground_gets_the_numbers_with_which_fewest_households_change_theirs():
    graph = lattice(np.array([[5.0, 4, 3, 1]]))
    home = np.array([0, 0, 1, 1])
    # as numbered 3 stay, with the numbers exchanged 10
    assert best_named(graph, home, np.array([1, 1, 1, 0]), 2).tolist() == [0, 0, 0, 1]
    assert best_named(graph, home, np.array([0, 0, 0, 1]), 2).tolist() == [0, 0, 0, 1]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_moved_every_grid_is_there_in_one_piece(data):
    rows, columns, wide = data.draw(st.tuples(st.integers(3, 5), st.integers(3, 6), st.integers(2, 3)))
    weight = data.draw(
        st.lists(
            st.sampled_from([0, 1, 2, 40]), min_size=rows * columns * wide, max_size=rows * columns * wide
        )
    )
    graph = lattice(np.array(weight).reshape(rows, columns * wide) + 0.01)
    home = np.tile(np.repeat(np.arange(columns), wide), rows)
    after = relocated(graph, aim_of(graph, columns, 0.05), home)
    if after is not None:
        assert (np.bincount(after, minlength=columns) > 0).all() and len(np.bincount(after)) == columns
        assert pieces_of(graph, after) == columns
