"""Which boxes hold one place? A dictionary of cells, for one question at a time.

An STRtree takes some ten microseconds for a question, nearly all of it to make a point and to hand arrays
over; the cell takes a third of one. For many places at once the tree is the better way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, isfinite

import numpy as np
from numpy.typing import ArrayLike

_MOST_CELLS = 4_096
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Boxes:
    """Closed boxes by number, found by the square cells that they touch. In the unit of the boxes."""

    cell: float
    boxes: Sequence[Box]
    by_cell: dict[tuple[int, int], list[int]]
    wide: list[int]  # those that touch more cells than are worth a place in each

    @classmethod
    def of(cls, bounds: ArrayLike, *, cell: float) -> "Boxes":
        """bounds: (n, 4) west, south, east, north; a box of NaN (an empty shape) holds nothing."""
        boxes = [(w, s, e, n) for w, s, e, n in np.asarray(bounds, dtype=np.float64).reshape(-1, 4).tolist()]
        made = cls(cell, boxes, {}, [])
        for number, box in enumerate(boxes):
            if box[0] <= box[2] and box[1] <= box[3]:
                made._add(number, box)
        return made

    def at(self, x: float, y: float) -> Iterator[int]:
        """The boxes that hold a place, in no order; none where it is not finite."""
        if not (isfinite(x) and isfinite(y)):
            return
        for numbers in (self.by_cell.get((floor(x / self.cell), floor(y / self.cell)), ()), self.wide):
            for number in numbers:
                west, south, east, north = self.boxes[number]
                if west <= x <= east and south <= y <= north:
                    yield number

    def _add(self, number: int, box: Box) -> None:
        west, south, east, north = (floor(side / self.cell) for side in box)
        if (east - west + 1) * (north - south + 1) > _MOST_CELLS:
            self.wide.append(number)
            return
        for i in range(west, east + 1):
            for j in range(south, north + 1):
                self.by_cell.setdefault((i, j), []).append(number)
