"""Many grids trade pieces of ground at once, each staying in its band; an integer programme says which.

One unit after the other gets stuck where the bands are narrow: what would save border or bring households
home upsets two grids, and only some twenty pieces together leave all of them as heavy as they were.
"""

from collections import deque
from collections.abc import Callable

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix, csr_matrix

from gis.jit import Bits, Flags
from gis.partition.aims import Aim
from gis.partition.graph import Graph, connected
from gis.partition.lattice import Floats, Longs
from gis.partition.pieces_at_border import Pieces, pieces_at_borders
from gis.partition.watch import Watch

FIRST = 0.1
"""The share of a thorough search that is said to be done when its first plan stands."""
_LARGEST = 8
"""Units in a piece."""
_PIECES = 2500
"""So many pieces are laid before one programme, which then takes two or three seconds."""
_WORTH = 0.1
"""A trade is one if it saves so much, in sides of a mean grid."""
_NEAR_ENOUGH = 0.1
"""A trade is taken if no other can save more than this share in addition."""
_HAIR = 2e-6
"""Households by which a band is kept narrower: the programme may leave one by half of that."""
_TORN = 4
"""So many trades that would tear a grid are passed over before its neighbourhood is left."""


def traded(
    graph: Graph,
    aim: Aim,
    home: Longs,
    label: Longs,
    *,
    stay: Floats,
    most: int,
    seed: int,
    watch: Watch,
    on_better: Callable[[Longs], None] | None = None,
) -> Longs:
    """A plan with less border and no more households away from home, no grid farther outside its band.

    home: the present grid of each unit; label: a contiguous plan, none empty; stay: (units,) what it costs,
    in sides of a mean grid, that a unit is not at home, or zeros. Each grid and those that touch it are
    looked at in turn, again after one of them has changed, until none of these neighbourhoods has a trade or
    `most` pieces have been looked at (some 1,000 in a second). on_better: called with the plan after each
    trade.
    """
    table = _Table(graph, aim, home, stay, seed, watch)
    now, grids = label.copy(), len(aim.target)
    waiting, done = deque(range(grids)), 0
    while waiting and table.looked_at < most:
        share = max(done / (done + len(waiting)), table.looked_at / most)
        if not watch.go_on(share, graph, aim, now):
            break
        middle, done = waiting.popleft(), done + 1
        changed = table.trade(now, _with_neighbours(graph, now, np.arange(grids) == middle))
        if changed.any():
            again = np.flatnonzero(_with_neighbours(graph, now, changed))
            waiting.extend(grid for grid in again.tolist() if grid not in waiting)
            if on_better is not None:
                on_better(now)
    watch.in_time()  # a programme that the time limit ended is no end of the search
    return now


class _Table:
    """Where grids meet to trade."""

    def __init__(self, graph: Graph, aim: Aim, home: Longs, stay: Floats, seed: int, watch: Watch) -> None:
        self._graph, self._aim, self._home, self._stay, self._watch = graph, aim, home, stay, watch
        self._cost = graph.cost / np.sqrt(graph.area.sum() / len(aim.target))
        self._random: Bits = np.array([seed * 2 + 1], dtype=np.uint64)
        self.looked_at = 0

    def trade(self, label: Longs, near: Flags) -> Flags:
        """Change `label` in place by the best trade among some grids; (grids,) those that have changed."""
        grids = len(near)
        pieces = pieces_at_borders(
            self._graph, self._cost, self._stay, self._home, label, near, _LARGEST, self._random
        ).thinned(_PIECES)
        self.looked_at += len(pieces)
        chosen = self._chosen(pieces, label, near) if len(pieces) else np.empty(0, dtype=np.int64)
        label[:] = _after(pieces, chosen, label)
        parties = np.concatenate([pieces.giver[chosen], pieces.taker[chosen]])
        return np.bincount(parties, minlength=grids).astype(bool)

    def _chosen(self, pieces: Pieces, label: Longs, near: Flags) -> Longs:
        """The pieces that change their grids together; none if that saves nothing or tears a grid."""
        constraints = [self._bands(pieces, label, near), _apart(self._graph, pieces)]
        if self._stay.any():
            constraints.append(LinearConstraint(pieces.away[None], -np.inf, 0))
        for _ in range(_TORN):
            found = milp(
                -pieces.gain,
                constraints=constraints,
                integrality=np.ones(len(pieces)),
                bounds=Bounds(0, 1),
                options={
                    "node_limit": 1,
                    "mip_rel_gap": _NEAR_ENOUGH,
                    "time_limit": max(self._watch.left_s, 0.1),
                },
            )
            if found.x is None:
                break
            chosen = np.flatnonzero(found.x > 0.5)
            if pieces.gain[chosen].sum() < _WORTH:
                break
            torn = self._torn(pieces, chosen, label, near)
            if len(torn) == 0:
                return chosen
            constraints += [_not_all(pieces, chosen, grid) for grid in torn.tolist()]
        return np.empty(0, dtype=np.int64)

    def _bands(self, pieces: Pieces, label: Longs, near: Flags) -> LinearConstraint:
        """No grid comes farther outside its band than it is."""
        held = np.bincount(label, self._graph.weight, len(near))
        number = np.arange(len(pieces))
        passed = coo_matrix(
            (
                np.concatenate([pieces.weight, -pieces.weight]),
                (np.concatenate([pieces.taker, pieces.giver]), np.concatenate([number, number])),
            ),
            shape=(len(near), len(pieces)),
        ).tocsr()[near]
        low = np.minimum(self._aim.low + _HAIR, held) - held
        high = np.maximum(self._aim.high - _HAIR, held) - held
        return LinearConstraint(passed, low[near], high[near])

    def _torn(self, pieces: Pieces, chosen: Longs, label: Longs, near: Flags) -> Longs:
        """Grids that would not be in one piece."""
        after = _after(pieces, chosen, label)
        first, second = self._graph.first, self._graph.second
        same = (after[first] == after[second]) & near[after[first]]
        _, part = connected(len(after), first[same], second[same])
        here = near[after]
        grids = np.unique(np.stack([after[here], part[here]], axis=1), axis=0)[:, 0]
        return np.flatnonzero(np.bincount(grids) > 1)


def _apart(graph: Graph, pieces: Pieces) -> LinearConstraint:
    """Pieces that share a unit or touch each other do not change their grids together."""
    number = np.repeat(np.arange(len(pieces)), np.diff(pieces.begin))
    holds = csr_matrix((np.ones(len(number)), (pieces.unit, number)), shape=(len(graph), len(pieces)))
    known = np.diff(holds.indptr) > 0
    used = known[graph.first] | known[graph.second]
    either = (holds[graph.first[used]] + holds[graph.second[used]]).sign().tocsr()
    return LinearConstraint(either[np.diff(either.indptr) > 1], -np.inf, 1)


def _not_all(pieces: Pieces, chosen: Longs, grid: int) -> LinearConstraint:
    """Not again all of those together that changed a grid."""
    party = chosen[(pieces.giver[chosen] == grid) | (pieces.taker[chosen] == grid)]
    row = np.bincount(party, minlength=len(pieces))[None]
    return LinearConstraint(row, -np.inf, len(party) - 1)


def _after(pieces: Pieces, chosen: Longs, label: Longs) -> Longs:
    """The plan after these pieces have changed their grids."""
    some = pieces.only(chosen)
    after = label.copy()
    after[some.unit] = np.repeat(some.taker, np.diff(some.begin))
    return after


def _with_neighbours(graph: Graph, label: Longs, some: Flags) -> Flags:
    """(grids,) some grids and those that touch one of them."""
    a, b = label[graph.first], label[graph.second]
    out = some.copy()
    out[b[some[a]]] = True
    out[a[some[b]]] = True
    return out
