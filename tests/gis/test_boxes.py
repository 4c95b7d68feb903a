"""Boxes found by their cells: what a comparison with every box finds."""

import math
import random

import numpy as np
import pytest

from gis.boxes import Boxes


@pytest.mark.parametrize("cell", [0.01, 0.7, 5.0, 1_000.0])
def test_a_place_is_in_the_boxes_that_comparing_with_each_finds(cell: float) -> None:
    rng = random.Random(3)
    boxes = []
    for _ in range(200):
        west, south = rng.uniform(-20, 20), rng.uniform(-20, 20)
        boxes.append((west, south, west + rng.choice([0.0, 0.1, 3.0, 30.0]), south + rng.uniform(0, 2)))
    held = Boxes.of(boxes, cell=cell)
    assert (len(held.wide) > 0) == (cell == 0.01)  # where cells are tiny, some boxes are not laid into them
    corners = [(box[k], box[m]) for box in boxes for k in (0, 2) for m in (1, 3)]
    places = [*corners, *((rng.uniform(-22, 55), rng.uniform(-22, 22)) for _ in range(500))]
    found = 0
    for x, y in places:
        expected = [k for k, (w, s, e, n) in enumerate(boxes) if w <= x <= e and s <= y <= n]
        assert sorted(held.at(x, y)) == expected
        found += len(expected)
    assert found > 800


def test_no_box_holds_what_is_no_place_and_an_empty_one_holds_nothing() -> None:
    held = Boxes.of(np.array([[0, 0, 1, 1], [math.nan] * 4]), cell=0.5)
    assert list(held.at(0.5, 1.0)) == [0]
    for x, y in ((math.nan, 0.5), (0.5, math.inf), (-math.inf, math.nan)):
        assert list(held.at(x, y)) == []
