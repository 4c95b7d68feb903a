"""Gathering is found, chance is not: planted truth and shuffles, with seeds that tuned nothing."""

import numpy as np
import pytest
import shapely
from scipy import stats

from gis.hotspots import (
    early_warnings,
    emerging_hot_spots,
    false_discovery,
    hot_spots,
    local_moran,
    neighbours_of,
)
from gis.hotspots.emerging import mann_kendall

SIDE = 30
BOXES = np.array([shapely.box(i, j, i + 1, j + 1) for j in range(SIDE) for i in range(SIDE)], dtype=object)
NET = neighbours_of(shapely.transform(BOXES, lambda xy: xy / 1000))
CELLS = SIDE * SIDE


def _exposure(chance: np.random.Generator) -> np.ndarray:
    return chance.lognormal(0, 0.8, CELLS)


def test_a_corner_has_three_neighbours_and_a_middle_eight() -> None:
    around = NET.matrix.sum(axis=1)
    assert (around[0], around[1], around[SIDE + 1]) == (3, 5, 8)
    assert NET.around(np.ones(CELLS))[SIDE + 1] == 9


def test_adjusted_p_values_by_hand() -> None:
    # sorted .01 .02 .03 .5 of 4 tests: .04, .04, .04, .5
    assert false_discovery([0.03, 0.5, 0.01, 0.02]) == pytest.approx([0.04, 0.5, 0.04, 0.04])
    assert np.isnan(false_discovery([np.nan, 0.1])[0])
    assert false_discovery([np.nan, 0.1])[1] == pytest.approx(0.1)
    assert false_discovery([]).tolist() == []


def test_planted_cells_are_found_and_few_others() -> None:
    chance = np.random.default_rng(2026)
    found = missed = false = 0
    for _ in range(40):
        usual = 8000 * _exposure(chance)
        usual /= usual.sum() / 8000
        planted = np.zeros(CELLS, dtype=bool)
        for _ in range(4):
            x, y = chance.integers(1, SIDE - 2, 2)
            for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
                planted[(y + dy) * SIDE + x + dx] = True
        counts = chance.poisson(usual + np.where(planted, np.maximum(3 * usual, 10), 0))
        hot = hot_spots(counts, usual, NET).kind == 1
        found += int((hot & planted).sum())
        missed += int((~hot & planted).sum())
        false += int((hot & ~planted).sum())
    assert found / (found + missed) >= 0.9
    assert false / (found + false) <= 0.1


@pytest.mark.parametrize("total", [300, 3000, 30_000])
def test_false_alarms_on_shuffled_places_stay_at_the_stated_rate(total: int) -> None:
    chance = np.random.default_rng(7)
    exposure = _exposure(chance)
    alarms = sum(
        bool((hot_spots(chance.multinomial(total, exposure / exposure.sum()), exposure, NET).kind != 0).any())
        for _ in range(200)
    )
    # at a true rate of 5 % more than 18 of 200 come up once in 100 tries
    assert alarms <= stats.binom.ppf(0.99, 200, 0.05)


def test_false_alarms_stay_few_where_counts_scatter_more_than_chance() -> None:
    chance = np.random.default_rng(8)
    exposure = _exposure(chance)
    alarms = 0
    for _ in range(100):
        scattered = 3000 * exposure / exposure.sum() * chance.gamma(5, 1 / 5, CELLS)
        alarms += bool((hot_spots(chance.poisson(scattered), exposure, NET).kind != 0).any())
    assert alarms <= stats.binom.ppf(0.99, 100, 0.05)


def test_a_cell_below_the_least_count_is_never_hot() -> None:
    counts = np.zeros(CELLS)
    counts[[100, 101]] = 4
    assert (hot_spots(counts, np.ones(CELLS) * 0.01, NET).kind == 0).all()
    assert (hot_spots(np.zeros(CELLS), np.ones(CELLS), NET).kind == 0).all()
    assert (hot_spots(np.zeros(CELLS), np.zeros(CELLS), NET).kind == 0).all()


def test_lengths_and_signs_are_checked() -> None:
    with pytest.raises(ValueError, match="cells"):
        hot_spots([1, 2], [1, 2], NET)
    with pytest.raises(ValueError, match="negative"):
        hot_spots(-np.ones(CELLS), np.ones(CELLS), NET)


def test_local_moran_knows_high_among_high_and_stays_silent_on_noise() -> None:
    chance = np.random.default_rng(3)
    values = chance.normal(size=CELLS)
    values.reshape(SIDE, SIDE)[5:9, 5:9] += 5
    found = local_moran(values, NET, permutations=1999, alpha=0.05)
    middle = np.zeros((SIDE, SIDE), dtype=bool)
    middle[6:8, 6:8] = True
    # 1999 draws and 900 cells: the least q is 900 / 2000 / (cells with the least p), so 16 cells suffice
    assert (found.quadrant[middle.ravel()] == "HH").all()
    again = local_moran(values, NET, permutations=1999)
    assert (again.p == found.p).all()  # the same seed
    assert (local_moran(chance.normal(size=CELLS), NET, permutations=999).quadrant == "").all()
    assert (local_moran(np.ones(CELLS), NET).quadrant == "").all()
    holes = np.where(np.arange(CELLS) % 7 == 0, np.nan, values)
    assert np.isnan(local_moran(holes, NET, permutations=99).i[::7]).all()


def test_the_trend_test_by_hand() -> None:
    # 1 2 3 4 5: s = 10, variance 5 · 4 · 15 / 18 = 16.67, z = 9 / 4.08
    rising = np.arange(1.0, 6.0)[:, None]
    assert mann_kendall(rising)[0] == pytest.approx(9 / (50 / 3) ** 0.5)
    assert mann_kendall(-rising)[0] == pytest.approx(-9 / (50 / 3) ** 0.5)
    assert mann_kendall(np.ones((5, 1)))[0] == 0


_HISTORIES = {
    "new": [0] * 11 + [40],
    "persistent": [40, 42, 39, 41, 40, 39, 42, 40, 41, 39, 42, 40],
    "intensifying": list(range(20, 80, 5)),
    "diminishing": list(range(80, 20, -5)),
    "historical": [40, 42, 39, 41, 40, 39, 42, 40, 41, 39, 42, 0, 0],
    "sporadic": [0, 40, 0, 0, 0, 40, 0, 0, 0, 0, 40, 40],
    "oscillating": [-6, -6, -6, -6, 0, 0, 0, 0, 0, 0, 40, 40],
}


@pytest.mark.parametrize("name", _HISTORIES)
def test_each_kind_of_emergence_is_told_from_the_others(name: str) -> None:
    history = _HISTORIES[name]
    counts = np.random.default_rng(4).poisson(6.0, (len(history), CELLS)).astype(float)
    block = [SIDE * y + x for y in range(9, 12) for x in range(9, 12)]
    counts[:, block] = 6 + np.array(history)[:, None]
    found = emerging_hot_spots(counts, np.ones(CELLS), NET)
    # a step is tested with the one before it, so a hot spot that ends is still seen one step later
    assert found.hot[10 * SIDE + 10] == name  # the middle of the block
    assert (found.hot == "").sum() >= CELLS - 30


@pytest.mark.parametrize(
    "name", ["new", "persistent", "intensifying", "diminishing", "historical", "sporadic"]
)
def test_each_kind_of_cold_is_told_from_the_others(name: str) -> None:
    history = np.array(_HISTORIES[name])
    counts = np.random.default_rng(5).poisson(100.0, (len(history), CELLS)).astype(float)
    block = [SIDE * y + x for y in range(9, 12) for x in range(9, 12)]
    counts[:, block] = 100 - history[:, None]
    found = emerging_hot_spots(counts, np.ones(CELLS), NET)
    assert found.cold[10 * SIDE + 10] == name
    assert (found.cold == "").sum() >= CELLS - 30


@pytest.mark.parametrize("total", [3000, 30_000])
def test_on_shuffled_times_and_places_nothing_emerges_beyond_the_stated_rate(total: int) -> None:
    chance = np.random.default_rng(13)
    exposure = _exposure(chance)
    alarms = 0
    for _ in range(200):
        place = chance.choice(CELLS, size=total, p=exposure / exposure.sum())
        counts = np.zeros((12, CELLS))
        np.add.at(counts, (chance.permutation(np.arange(total) % 12), place), 1)
        found = emerging_hot_spots(counts, exposure, NET)
        alarms += bool(((found.hot != "") | (found.cold != "")).any())
    assert alarms <= stats.binom.ppf(0.99, 200, 0.05)


def test_a_trend_needs_four_steps() -> None:
    with pytest.raises(ValueError, match="four"):
        emerging_hot_spots(np.ones((3, CELLS)), np.ones(CELLS), NET)


def test_a_week_beyond_expectation_is_warned_of_and_usual_weeks_are_not() -> None:
    chance = np.random.default_rng(11)
    usual = np.tile(_exposure(chance), (27, 1))
    alarms = sum(len(early_warnings(chance.poisson(usual)).cell) > 0 for _ in range(200))
    assert alarms <= stats.binom.ppf(0.99, 200, 0.05)
    weeks = chance.poisson(usual)
    weeks[-1, 77] = weeks[:-1, 77].max() + 12
    warned = early_warnings(weeks)
    assert warned.cell.tolist() == [77]
    assert warned.expected[0] < warned.high[0] < warned.count[0]
    assert len(early_warnings(np.zeros((27, 5))).cell) == 0
    with pytest.raises(ValueError, match="eight"):
        early_warnings(weeks[:8])
