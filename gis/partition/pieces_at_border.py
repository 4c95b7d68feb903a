"""Pieces of ground that a grid could give to a neighbour: connected, and so is the grid without them."""

from dataclasses import dataclass

import numpy as np

from gis.jit import Bits, Flags, Floats, Longs, kernel
from gis.partition.annealing import random_share, still_joined
from gis.partition.graph import Graph

_HOMEWARD = 2.0
"""A unit that comes home is taken as gladly as one with so many more neighbours on the other side."""
_CHANCE = 1.5
"""How much of chance is in the choice of the next unit, in neighbours."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """Each once: units of piece i are unit[begin[i]:begin[i + 1]]; giver and taker are grids.

    weight (n,): households; gain (n,): what it saves in border and in units away from home if this piece
    changes its grid, and none that touches it; negative if that costs. away (n,): households that are then
    away from home and were not, less those that come home.
    """

    begin: Longs
    unit: Longs
    giver: Longs
    taker: Longs
    weight: Floats
    gain: Floats
    away: Floats

    def __len__(self) -> int:
        return len(self.giver)

    def thinned(self, most: int) -> "Pieces":
        """At most so many of them, from all along the borders."""
        if len(self) <= most:
            return self
        return self.only(np.linspace(0, len(self) - 1, most).astype(np.int64))

    def only(self, some: Longs) -> "Pieces":
        """These of them, in this order."""
        size = np.diff(self.begin)[some]
        begin = np.concatenate([[0], np.cumsum(size)])
        at = np.arange(begin[-1]) + np.repeat(self.begin[:-1][some] - begin[:-1], size)
        return Pieces(
            begin,
            self.unit[at],
            self.giver[some],
            self.taker[some],
            self.weight[some],
            self.gain[some],
            self.away[some],
        )


def pieces_at_borders(
    graph: Graph, cost: Floats, stay: Floats, home: Longs, label: Longs, near: Flags, most: int, random: Bits
) -> Pieces:
    """Pieces of up to `most` units at the borders between some grids, grown from each unit there.

    cost: of each neighbour's border, and stay, of each unit away from home, in the same measure. near:
    (grids,) those between which pieces may pass. random: (1,) state of the random numbers, is moved on.
    """
    names = np.random.default_rng(1).integers(1 << 62, size=len(graph), dtype=np.int64).astype(np.uint64)
    begin, unit, giver, taker, weight, gain, away, name = _grown(
        graph.begin, graph.other, cost, graph.weight, stay, home, label, near, most, names, random
    )
    _, first = np.unique(np.stack([name, taker.astype(np.uint64)], axis=1), axis=0, return_index=True)
    return Pieces(begin, unit, giver, taker, weight, gain, away).only(np.sort(first))


@kernel
def _grown(
    begin: Longs,
    other: Longs,
    cost: Floats,
    weight: Floats,
    stay: Floats,
    home: Longs,
    label: Longs,
    near: Flags,
    most: int,
    names: Bits,
    random: Bits,
) -> tuple[Longs, Longs, Longs, Longs, Floats, Floats, Floats, Bits]:
    """Pieces as they are found, some of them twice; the last member is the same for the same units."""
    seeds = 0
    for u in range(len(label)):
        if near[label[u]]:
            for e in range(begin[u], begin[u + 1]):
                seeds += label[other[e]] != label[u]
    start, units = np.zeros(seeds * most + 1, np.int64), np.empty(seeds * most * (most + 1) // 2, np.int64)
    giver, taker = np.empty(seeds * most, np.int64), np.empty(seeds * most, np.int64)
    held, gain, away = np.empty(seeds * most), np.empty(seeds * most), np.empty(seeds * most)
    name = np.empty(seeds * most, np.uint64)
    seen, mark, queue = np.zeros(len(label), np.int64), np.zeros(1, np.int64), np.empty(4096, np.int64)
    inside, piece = np.zeros(len(label), np.bool_), np.empty(most, np.int64)
    count = 0
    for u in range(len(label)):
        here = label[u]
        if not near[here]:
            continue
        for e in range(begin[u], begin[u + 1]):
            to = label[other[e]]
            known = to == here or not near[to]
            for f in range(begin[u], e):
                known = known or label[other[f]] == to
            if known:
                continue
            size, next_unit = 0, u
            while next_unit >= 0 and size < most:
                piece[size] = next_unit
                inside[next_unit] = True
                size += 1
                if _holds_without(piece[:size], begin, other, label, inside, seen, mark, queue):
                    start[count + 1] = start[count] + size
                    units[start[count] : start[count + 1]] = piece[:size]
                    giver[count], taker[count] = here, to
                    held[count], gain[count], away[count], name[count] = 0.0, 0.0, 0.0, np.uint64(0)
                    for i in range(size):
                        held[count] += weight[piece[i]]
                        if home[piece[i]] == here:
                            away[count] += weight[piece[i]]
                        elif home[piece[i]] == to:
                            away[count] -= weight[piece[i]]
                        name[count] += names[piece[i]]
                        gain[count] += _saved(piece[i], to, begin, other, cost, stay, home, label, inside)
                    count += 1
                next_unit = _next(piece[:size], to, begin, other, home, label, inside, random)
            for i in range(size):
                inside[piece[i]] = False
    return (
        start[: count + 1],
        units[: start[count]],
        giver[:count],
        taker[:count],
        held[:count],
        gain[:count],
        away[:count],
        name[:count],
    )


@kernel
def _next(
    piece: Longs, to: int, begin: Longs, other: Longs, home: Longs, label: Longs, inside: Flags, random: Bits
) -> int:
    """The unit beside the piece that most lies within it or its new grid; -1 if there is none."""
    here = label[piece[0]]
    found, best = -1, -np.inf
    for u in piece:
        for e in range(begin[u], begin[u + 1]):
            v = other[e]
            if label[v] != here or inside[v]:
                continue
            score = _CHANCE * random_share(random) + (_HOMEWARD if home[v] == to else 0.0)
            for f in range(begin[v], begin[v + 1]):
                if inside[other[f]] or label[other[f]] == to:
                    score += 1
                elif label[other[f]] == here:
                    score -= 1
            if score > best:
                found, best = v, score
    return found


@kernel
def _saved(
    unit: int,
    to: int,
    begin: Longs,
    other: Longs,
    cost: Floats,
    stay: Floats,
    home: Longs,
    label: Longs,
    inside: Flags,
) -> float:
    """What it saves that a unit of the piece goes to another grid with all of it."""
    here = label[unit]
    saved = 0.0
    if home[unit] == here:
        saved -= stay[unit]
    elif home[unit] == to:
        saved += stay[unit]
    for e in range(begin[unit], begin[unit + 1]):
        if not inside[other[e]]:
            if label[other[e]] == here:
                saved -= cost[e]
            elif label[other[e]] == to:
                saved += cost[e]
    return saved


@kernel
def _holds_without(
    piece: Longs,
    begin: Longs,
    other: Longs,
    label: Longs,
    inside: Flags,
    seen: Longs,
    mark: Longs,
    queue: Longs,
) -> bool:
    """Whether the rest of the grid stays connected and is not empty; as `may_leave` for one unit."""
    mine = label[piece[0]]
    mark[0] += 2
    first, wanted = -1, 0
    for u in piece:
        for e in range(begin[u], begin[u + 1]):
            v = other[e]
            if label[v] == mine and not inside[v] and seen[v] != mark[0]:
                seen[v] = mark[0]
                wanted += 1
                first = v
    if wanted < 2:
        return wanted == 1
    for u in piece:
        seen[u] = mark[0] + 1
    return still_joined(first, wanted, begin, other, label, seen, mark, queue)
