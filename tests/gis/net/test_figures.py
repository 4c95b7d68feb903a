"""Figures of grids: every building counts once, on a border in the lowest code."""

import numpy as np
import shapely

from gis.net import Buildings, Net


def test_all_at_once_counts_as_one_grid_after_the_other_by_code() -> None:
    rng = np.random.default_rng(0)
    boxes = [
        shapely.box(*np.round([112.8 + i / 100, 35.5 + j / 100, 112.81 + i / 100, 35.51 + j / 100], 9))
        for i in range(4)
        for j in range(4)
    ]
    codes = [f"g{number:02d}" for number in rng.permutation(16)]
    corners = np.array([112.8, 35.5]) + rng.random((300, 2)) * 0.0398
    on_borders = [(112.80995, y) for y in (35.50495, 35.50995, 35.51495)]  # one of them at a corner of four
    houses = [shapely.box(x, y, x + 1e-4, y + 1e-4) for x, y in [*corners.tolist(), *on_borders]]
    households = rng.integers(0, 9, len(houses))
    net = Net.from_polygons(
        codes, boxes, metric_crs=4547, buildings=Buildings.of(np.array(houses, dtype=object), households)
    )
    taken: set[int] = set()
    expected = {}
    for code in sorted(codes):
        mine = [i for i in net.buildings.inside(net.faces[code].shape).tolist() if i not in taken]
        taken.update(mine)
        expected[code] = (len(mine), int(households[mine].sum()))
    assert {code: (each.buildings, each.households) for code, each in net.figures().items()} == expected
    assert len(taken) == len(houses)
    assert net.figures([]) == {}
    sums = net.sums(households * 0.5, codes)
    assert sums == {code: lives * 0.5 for code, (_, lives) in expected.items()}
    assert net.sums(households * 0.5, codes[3:5]) == {code: sums[code] for code in codes[3:5]}
