"""The last step to balance: where no single unit fits, two change their grids at once."""

import numpy as np

from gis.jit import Floats, Longs, kernel
from gis.partition.annealing import may_leave
from gis.partition.graph import Graph

_OUTSIDE = 50.0
"""What a mean grid's worth outside the bands weighs beside borders, in sides of a mean grid."""


def exchanged(
    graph: Graph,
    label: Longs,
    low: Floats,
    high: Floats,
    *,
    home: Longs | None = None,
    stay: Floats | None = None,
    most: int = 400,
) -> Longs:
    """A contiguous plan with less outside its bands: the best step of one unit or two, again and again.

    label: (units,); low, high: (grids,). Two units go one after the other, from a grid to a second and from
    that to a third or back. A step lowers what is outside the bands; of those, the one that does it at the
    least border is taken. With home and stay (units,), what it costs that a unit is not at home counts like
    border, and steps that save of both and leave the bands as they are follow. Ends after `most` steps or
    when none helps. No grid is torn or emptied.
    """
    label = np.ascontiguousarray(label, dtype=np.int64).copy()
    side = np.sqrt(graph.area.sum() / len(low))
    price = _OUTSIDE / max(float(graph.weight.sum()) / len(low), 1e-9)
    _descend(
        graph.begin,
        graph.other,
        graph.cost / side,
        graph.weight,
        label,
        low,
        high,
        price,
        label.copy() if home is None else home,
        np.zeros(len(label)) if stay is None else stay,
        stay is not None,
        most,
    )
    return label


@kernel
def _outside(held: float, low: float, high: float) -> float:
    return max(low - held, held - high, 0.0)


@kernel
def _touches(unit: int, another: int, begin: Longs, other: Longs) -> bool:
    for e in range(begin[unit], begin[unit + 1]):
        if other[e] == another:
            return True
    return unit == another


@kernel
def _list_moves(
    begin: Longs,
    other: Longs,
    cost: Floats,
    label: Longs,
    home: Longs,
    stay: Floats,
    unit: Longs,
    to: Longs,
    dearer: Floats,
    seen: Longs,
    mark: Longs,
    queue: Longs,
) -> int:
    """Every unit that may leave its grid, with each grid that it touches and what the borders cost more then.
    Written into unit, to, dearer; returns how many."""
    number = 0
    for u in range(len(label)):
        begun = number
        for e in range(begin[u], begin[u + 1]):
            there = label[other[e]]
            if there == label[u] or there in to[begun:number]:
                continue
            if number == begun and not may_leave(u, begin, other, label, seen, mark, queue):
                break
            change = 0.0
            if label[u] == home[u]:
                change += stay[u]
            elif there == home[u]:
                change -= stay[u]
            for f in range(begin[u], begin[u + 1]):
                if label[other[f]] == label[u]:
                    change += cost[f]
                elif label[other[f]] == there:
                    change -= cost[f]
            unit[number], to[number], dearer[number] = u, there, change
            number += 1
    return number


@kernel
def _descend(
    begin: Longs,
    other: Longs,
    cost: Floats,
    weight: Floats,
    label: Longs,
    low: Floats,
    high: Floats,
    price: float,
    home: Longs,
    stay: Floats,
    further: bool,
    most: int,
) -> int:
    """Change `label` in place; returns how many steps were taken. Two units that touch never go together: so
    each may go as if it were alone."""
    units, grids = len(label), len(low)
    held, out = np.zeros(grids), np.zeros(grids)
    for u in range(units):
        held[label[u]] += weight[u]
    seen, mark, queue = np.zeros(units, np.int64), np.zeros(1, np.int64), np.empty(4096, np.int64)
    unit, to, dearer = np.empty(len(other), np.int64), np.empty(len(other), np.int64), np.empty(len(other))
    enough = 1e-9 * held.sum() / grids
    for step in range(most):
        for g in range(grids):
            out[g] = _outside(held[g], low[g], high[g])
        kept = out.sum() <= enough
        if kept and not further:
            return step
        number = _list_moves(begin, other, cost, label, home, stay, unit, to, dearer, seen, mark, queue)
        order = np.argsort(label[unit[:number]], kind="mergesort")
        first = np.searchsorted(label[unit[:number]][order], np.arange(grids + 1))
        best, one, two = -1e-9 if kept else np.inf, -1, -1
        for i in range(number):
            a, b, w = label[unit[i]], to[i], weight[unit[i]]
            a_out = _outside(held[a] - w, low[a], high[a])
            less = a_out + _outside(held[b] + w, low[b], high[b]) - out[a] - out[b]
            if (less < -enough or (kept and less <= enough)) and dearer[i] + price * less < best:
                best, one, two = dearer[i] + price * less, i, -1
            for at in range(first[b], first[b + 1]):
                j = order[at]
                c, x = to[j], weight[unit[j]]
                if not kept and out[a] + out[b] + out[c] <= enough:
                    continue
                less = _outside(held[b] + w - x, low[b], high[b]) - out[a] - out[b]
                if c == a:
                    less += _outside(held[a] - w + x, low[a], high[a])
                else:
                    less += a_out + _outside(held[c] + x, low[c], high[c]) - out[c]
                worth = dearer[i] + dearer[j] + price * less
                if (
                    worth < best
                    and (less < -enough or (kept and less <= enough))
                    and not _touches(unit[i], unit[j], begin, other)
                ):
                    best, one, two = worth, i, j
        if one < 0:
            return step
        for chosen in (one, two):
            if chosen >= 0:
                u = unit[chosen]
                held[label[u]] -= weight[u]
                held[to[chosen]] += weight[u]
                label[u] = to[chosen]
    return most
