"""Superblocks → communities → quarters → blocks: the inside of a built-up part, in lattice coordinates.

A block is the ground of one grid. Its edges are roads: arterials round a superblock, streets through its
middle, lanes between the blocks of a quarter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gis.synthetic.lattice import QUANTUM, Lattice


@dataclass
class Rect:
    """A rectangle of the lattice: west, south, east, north."""

    w: float
    s: float
    e: float
    n: float

    def halves(self, at: float, across: bool) -> tuple["Rect", "Rect"]:
        """Cut at a share of the width (across: of the height)."""
        if across:
            cut = _quantised(self.s + at * (self.n - self.s))
            return Rect(self.w, self.s, self.e, cut), Rect(self.w, cut, self.e, self.n)
        cut = _quantised(self.w + at * (self.e - self.w))
        return Rect(self.w, self.s, cut, self.n), Rect(cut, self.s, self.e, self.n)

    def touches(self, other: "Rect") -> bool:
        """Share an edge, not only a corner."""
        overlap_s = min(self.e, other.e) - max(self.w, other.w)
        overlap_t = min(self.n, other.n) - max(self.s, other.s)
        return (overlap_s > 0 and overlap_t == 0) or (overlap_t > 0 and overlap_s == 0)

    @property
    def size(self) -> float:
        """Area in superblocks."""
        return (self.e - self.w) * (self.n - self.s)

    @property
    def middle(self) -> tuple[float, float]:
        """Lattice coordinates of the centre."""
        return (self.w + self.e) / 2, (self.s + self.n) / 2


@dataclass
class Block:
    """The ground of one grid: where, whose, and what stands there."""

    rect: Rect
    community: int  # position in the town's list of communities
    quarter: int  # blocks of one quarter share a compound
    use: str = ""


@dataclass
class Cut:
    """A road on the lattice, from (s0, t0) to (s1, t1), axis-parallel."""

    kind: str  # arterial, street, lane, river, railway
    s0: float
    t0: float
    s1: float
    t1: float
    name: str = ""


@dataclass
class TownPlan:
    """One built-up part: its blocks, its roads and the street letter of every community."""

    lattice: Lattice
    blocks: list[Block] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)  # by community


def lay_out(
    lattice: Lattice, communities: dict[str, int], n_blocks: int, rng: np.random.Generator
) -> TownPlan:
    """Divide a lattice into as many communities a letter as asked, and into `n_blocks` blocks.

    communities: letter → how many. Each is contiguous: superblocks of one letter, merged or halved.
    """
    town = TownPlan(lattice)
    streets_s = [_quantised(i + rng.uniform(0.4, 0.6)) for i in range(lattice.columns)]
    streets_t = [_quantised(j + rng.uniform(0.4, 0.6)) for j in range(lattice.rows)]
    letter_of = {
        (i, j): lattice.sketch.rows[lattice.rows - 1 - j][i]
        for i in range(lattice.columns)
        for j in range(lattice.rows)
    }
    special = _special_superblocks(lattice, rng)
    quarters: list[tuple[Rect, int, str]] = []
    for letter, wanted in communities.items():
        superblocks = [ij for ij, found in sorted(letter_of.items()) if found == letter]
        for unit in _units(lattice, superblocks, special, streets_s, streets_t, wanted):
            number = len(town.letters)
            town.letters.append(letter)
            if all((int(r.w), int(r.s)) in special for r in unit):
                for rect in unit:  # a community needs homes
                    del special[int(rect.w), int(rect.s)]
            for rect in unit:
                cell = (int(rect.w), int(rect.s))
                if cell in special:
                    quarters.append((rect, number, special[cell]))
                else:
                    parts = _quarters(rect, streets_s[cell[0]], streets_t[cell[1]])
                    quarters.extend((part, number, "") for part in parts)
    _split_quarters(town, quarters, n_blocks, rng)
    _draw_roads(town, special, streets_s, streets_t)
    return town


def metres_of(lattice: Lattice, rects: Sequence[Rect]) -> NDArray[np.float64]:
    """(n, 2) width and height of lattice rectangles, metres."""

    def side(a: list[tuple[float, float]], b: list[tuple[float, float]]) -> NDArray[np.float64]:
        return np.asarray(np.hypot(*(lattice.plan(np.array(a)) - lattice.plan(np.array(b))).T))

    wide = side([(r.w, r.middle[1]) for r in rects], [(r.e, r.middle[1]) for r in rects])
    high = side([(r.middle[0], r.s) for r in rects], [(r.middle[0], r.n) for r in rects])
    return np.asarray(np.column_stack([wide, high]), dtype=np.float64)


def density(plan: NDArray[np.float64]) -> NDArray[np.float64]:
    """How densely a place of the plan is settled, about 1 in the middle."""
    return np.asarray(0.45 + np.exp(-((np.hypot(plan[:, 0], plan[:, 1]) / 2000) ** 2)))


def _weights(lattice: Lattice, rects: Sequence[Rect]) -> NDArray[np.float64]:
    return np.asarray(
        metres_of(lattice, rects).prod(axis=1) * density(lattice.plan(np.array([r.middle for r in rects])))
    )


def _special_superblocks(lattice: Lattice, rng: np.random.Generator) -> dict[tuple[int, int], str]:
    """A few whole superblocks without streets: a large park, campuses, works."""
    if lattice.columns * lattice.rows < 20:
        return {}
    far = [
        (i, j)
        for i in range(lattice.columns)
        for j in range(lattice.rows)
        if np.hypot(*lattice.plan(np.array([[i + 0.5, j + 0.5]]))[0]) > 1500
        and 0 < i < lattice.columns - 1
        and 0 < j < lattice.rows - 1
    ]
    picked = rng.choice(len(far), 6, replace=False)
    uses = ("park", "campus", "works", "campus", "works", "park")
    return {far[k]: use for k, use in zip(picked, uses, strict=True)}


def _units(
    lattice: Lattice,
    superblocks: list[tuple[int, int]],
    special: dict[tuple[int, int], str],
    streets_s: list[float],
    streets_t: list[float],
    wanted: int,
) -> list[list[Rect]]:
    """Merge and halve superblocks until there are as many communities as wanted, of like weight."""
    units = [[Rect(i, j, i + 1, j + 1)] for i, j in superblocks]
    light = [0.25 if ij in special else 1.0 for ij in superblocks]
    weights = [float(_weights(lattice, u)[0]) * x for u, x in zip(units, light, strict=True)]
    splittable = [ij not in special for ij in superblocks]
    mean = sum(weights) / wanted
    while len(units) < wanted or max(weights) > 2.1 * mean:
        candidates = [k for k in range(len(units)) if splittable[k]]
        if not candidates:
            break
        heaviest = max(candidates, key=lambda k: weights[k])
        (rect,) = units[heaviest]
        wide, high = metres_of(lattice, [rect])[0]
        i, j = int(rect.w), int(rect.s)
        at = streets_t[j] - j if high > wide else streets_s[i] - i
        halves = rect.halves(at, across=bool(high > wide))
        units[heaviest : heaviest + 1] = [[halves[0]], [halves[1]]]
        weights[heaviest : heaviest + 1] = [weights[heaviest] * at, weights[heaviest] * (1 - at)]
        splittable[heaviest : heaviest + 1] = [False, False]
        if weights[heaviest] > 2.1 * mean:
            break
    while len(units) > wanted:
        _, a, b = min(
            (weights[a] + weights[b], a, b)
            for a in range(len(units))
            for b in range(a + 1, len(units))
            if any(x.touches(y) for x in units[a] for y in units[b])
        )
        units[a] += units.pop(b)
        weights[a] += weights.pop(b)
    return units


def _quarters(rect: Rect, street_s: float, street_t: float) -> list[Rect]:
    parts = [rect]
    if rect.w < street_s < rect.e:
        parts = [h for p in parts for h in p.halves((street_s - p.w) / (p.e - p.w), across=False)]
    if rect.s < street_t < rect.n:
        parts = [h for p in parts for h in p.halves((street_t - p.s) / (p.n - p.s), across=True)]
    return parts


def _split_quarters(
    town: TownPlan, quarters: list[tuple[Rect, int, str]], n_blocks: int, rng: np.random.Generator
) -> None:
    """Halve the heaviest blocks by lanes until there are `n_blocks`."""
    town.blocks = [Block(rect, number, q, use) for q, (rect, number, use) in enumerate(quarters)]
    rects = [b.rect for b in town.blocks]
    weights = _weights(town.lattice, rects)
    sizes = metres_of(town.lattice, rects)
    weights[[b.use != "" for b in town.blocks]] = 0
    load = weights.tolist()
    shapes = [tuple(size) for size in sizes]
    while len(town.blocks) < n_blocks:
        heaviest = max(range(len(load)), key=load.__getitem__)
        wide, high = shapes[heaviest]
        if max(wide, high) < 110:
            break
        block, at = town.blocks[heaviest], float(rng.uniform(0.42, 0.58))
        across = bool(high > wide * 1.05)
        first, second = block.rect.halves(at, across)
        if across:
            town.cuts.append(Cut("lane", first.w, first.n, first.e, first.n))
        else:
            town.cuts.append(Cut("lane", first.e, first.s, first.e, first.n))
        town.blocks[heaviest] = Block(first, block.community, block.quarter)
        town.blocks.append(Block(second, block.community, block.quarter))
        shares = (at, 1 - at)
        load.append(load[heaviest] * shares[1])
        load[heaviest] *= shares[0]
        shapes.append((wide, high * shares[1]) if across else (wide * shares[1], high))
        shapes[heaviest] = (wide, high * shares[0]) if across else (wide * shares[0], high)


def _draw_roads(
    town: TownPlan,
    special: dict[tuple[int, int], str],
    streets_s: list[float],
    streets_t: list[float],
) -> None:
    lattice, sketch = town.lattice, town.lattice.sketch
    columns, rows = lattice.columns, lattice.rows
    kinds = {sketch.river_line: "river", sketch.rail_line: "railway"}
    for i in range(1, columns):
        town.cuts.append(Cut(kinds.get(i, "arterial"), i, 0, i, rows))
    for j in range(1, rows):
        town.cuts.append(Cut("arterial", 0, j, columns, j))
    for i, s in enumerate(streets_s):
        for first, last in _runs([(i, j) not in special for j in range(rows)]):
            town.cuts.append(Cut("street", s, first, s, last))
    for j, t in enumerate(streets_t):
        for first, last in _runs([(i, j) not in special for i in range(columns)]):
            town.cuts.append(Cut("street", first, t, last, t))


def _runs(open_: list[bool]) -> list[tuple[int, int]]:
    runs, start = [], None
    for k, free in enumerate([*open_, False]):
        if free and start is None:
            start = k
        elif not free and start is not None:
            runs.append((start, k))
            start = None
    return runs


def _quantised(value: float) -> float:
    return round(value / QUANTUM) * QUANTUM
