"""The lattice of arterial roads under a built-up part: from (s, t) in superblocks to plan metres."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.synthetic.layout import TownSketch

STEP = 1 / 16  # lines get a vertex at every sixteenth of a superblock, dyadic so that crossings are exact
QUANTUM = 1 / 1024


def meander(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the river swings to the east of its straight line at `y`, metres."""
    return 115.0 * np.sin(y / 430.0 + 0.6) + 60.0 * np.sin(y / 1130.0 + 2.0)


@dataclass(frozen=True)
class Lattice:
    """Arterial lines at `xs` (west to east) and `ys` (south to north), gently displaced."""

    sketch: TownSketch
    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    phases: NDArray[np.float64]

    @classmethod
    def draw(cls, sketch: TownSketch, rng: np.random.Generator) -> "Lattice":
        """Superblocks are small in the middle and large at the edge."""
        columns, rows = len(sketch.rows[0]), len(sketch.rows)
        return cls(
            sketch,
            _spread(columns, sketch.size_m[0], rng) + sketch.centre_m[0],
            _spread(rows, sketch.size_m[1], rng) + sketch.centre_m[1],
            rng.uniform(0, 2 * np.pi, 4),
        )

    @property
    def columns(self) -> int:
        """Superblocks from west to east."""
        return len(self.xs) - 1

    @property
    def rows(self) -> int:
        """Superblocks from south to north."""
        return len(self.ys) - 1

    def plan(self, st: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) lattice coordinates to (n, 2) plan metres; extrapolates beyond the lattice."""
        x, y = _along(self.xs, st[:, 0]), _along(self.ys, st[:, 1])
        p = self.phases
        dx = 30 * np.sin(y / 520 + p[0]) + 16 * np.sin((x + y) / 370 + p[1])
        dy = 30 * np.sin(x / 560 + p[2]) + 16 * np.sin((x - y) / 400 + p[3])
        if self.sketch.river_line is not None:
            river = self.xs[self.sketch.river_line]
            dx += np.exp(-(((x - river) / 650) ** 2)) * (meander(y) - dx)
        return np.column_stack([x + dx, y + dy])


def _spread(count: int, length_m: float, rng: np.random.Generator) -> NDArray[np.float64]:
    middle = np.abs(np.arange(count) - (count - 1) / 2) / max(count / 2, 1)
    widths = (0.75 + 0.5 * middle) * rng.uniform(0.88, 1.12, count)
    ends = np.concatenate([[0.0], np.cumsum(widths)]) / widths.sum() * length_m
    return np.asarray(ends - length_m / 2)


def _along(knots: NDArray[np.float64], s: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = np.interp(s, np.arange(len(knots)), knots)
    before = np.minimum(s, 0) * (knots[1] - knots[0])
    after = np.maximum(s - (len(knots) - 1), 0) * (knots[-1] - knots[-2])
    return np.asarray(inside + before + after)
