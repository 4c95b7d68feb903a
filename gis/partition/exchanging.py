"""Steps that exchange two units between two grids, compiled: for plans that single moves cannot balance.

Where a unit on a border holds several hundredths of a grid, no single one can go without upsetting the
balance more than it helps; two that nearly weigh the same can change places. Cost, contiguity and random
numbers are those of `annealing`.
"""

import numpy as np

from gis.partition.annealing import Bits, Floats, Longs, kernel, may_leave, random, renew_rim, unbalance

_PATIENCE = 128
_HOPS = 8
_SINGLE = 0.3
"""The share of steps that move one unit alone."""


@kernel
def _border_change(
    unit: int, source: int, to: int, begin: Longs, other: Longs, cost: Floats, label: Longs
) -> float:
    change = 0.0
    for e in range(begin[unit], begin[unit + 1]):
        there = label[other[e]]
        if there == source:
            change += cost[e]
        elif there == to:
            change -= cost[e]
    return change


@kernel
def _between(unit: int, second: int, begin: Longs, other: Longs, cost: Floats) -> float:
    for e in range(begin[unit], begin[unit + 1]):
        if other[e] == second:
            return float(cost[e])
    return 0.0


@kernel
def _touches(unit: int, grid: int, begin: Longs, other: Longs, label: Longs) -> bool:
    found = False
    for e in range(begin[unit], begin[unit + 1]):
        found |= label[other[e]] == grid
    return found


@kernel
def _stray(
    unit: int, source: int, to: int, centre: Floats, east: Floats, north: Floats, size: Floats
) -> float:
    """How much further a unit is from the middle of one grid than of another, square metres."""
    there = (centre[unit, 0] - east[to] / size[to]) ** 2 + (centre[unit, 1] - north[to] / size[to]) ** 2
    here = (centre[unit, 0] - east[source] / size[source]) ** 2 + (
        centre[unit, 1] - north[source] / size[source]
    ) ** 2
    return float(there - here)


@kernel
def exchange(
    begin: Longs,
    other: Longs,
    cost: Floats,
    weight: Floats,
    area: Floats,
    centre: Floats,
    group: Longs,
    home: Longs,
    label: Longs,
    target: Floats,
    low: Floats,
    high: Floats,
    steps: int,
    heat: Floats,
    stress: Floats,
    pull: float,
    whole: float,
    spread: float,
    stay: Floats,
    state: Bits,
) -> int:
    """Change `label` in place for a number of steps; returns how many were taken. Arguments as `anneal`."""
    units, grids = len(weight), len(target)
    held = np.zeros(grids)
    size, east, north = np.zeros(grids), np.zeros(grids), np.zeros(grids)
    mean = area.sum() / grids
    parts = np.zeros((max(group.max() + 1, 1), grids), np.int32)
    for u in range(units):
        a = label[u]
        held[a] += weight[u]
        size[a] += area[u]
        east[a] += area[u] * centre[u, 0]
        north[a] += area[u] * centre[u, 1]
        if group[u] >= 0 and weight[u] > 0:
            parts[group[u], a] += 1
    place, rim, rims = np.full(units, -1), np.empty(units, np.int64), np.zeros(1, np.int64)
    for u in range(units):
        renew_rim(u, begin, other, label, place, rim, rims)
    seen, mark, queue = np.zeros(units, np.int64), np.zeros(1, np.int64), np.empty(4096, np.int64)
    taken = 0
    warm, weigh = heat[0], stress[0]
    for step in range(steps):
        if rims[0] == 0:
            break
        if step % _PATIENCE == 0:
            done = step / steps
            warm = heat[0] * (heat[1] / heat[0]) ** done
            weigh = stress[0] * (stress[1] / stress[0]) ** done
        u = rim[int(random(state) * rims[0])]
        v = other[begin[u] + int(random(state) * (begin[u + 1] - begin[u]))]
        a, b = label[u], label[v]
        if a == b:
            continue
        if random(state) < _SINGLE:
            v = -1
        else:
            for _ in range(int(random(state) * _HOPS)):
                there = other[begin[v] + int(random(state) * (begin[v + 1] - begin[v]))]
                if label[there] == b:
                    v = there
            if not _touches(v, a, begin, other, label):
                continue
        change = _border_change(u, a, b, begin, other, cost, label)
        w = weight[u]
        g = group[u] if w > 0 else -1
        if v >= 0:
            change += _border_change(v, b, a, begin, other, cost, label) + 2 * _between(
                u, v, begin, other, cost
            )
            w -= weight[v]
            if home[v] == b:
                change += stay[v]
            elif home[v] == a:
                change -= stay[v]
            h = group[v] if weight[v] > 0 else -1
            if whole > 0 and h >= 0 and h != g:
                change += whole * ((parts[h, a] == 0) - (parts[h, b] == 1))
            if spread > 0:
                change += spread * area[v] * _stray(v, b, a, centre, east, north, size) / (mean * mean)
        else:
            h = -1
        if whole > 0 and g >= 0 and g != h:
            change += whole * ((parts[g, b] == 0) - (parts[g, a] == 1))
        if home[u] == a:
            change += stay[u]
        elif home[u] == b:
            change -= stay[u]
        if spread > 0:
            change += spread * area[u] * _stray(u, a, b, centre, east, north, size) / (mean * mean)
        if w != 0:
            change += weigh * (
                unbalance(held[a] - w, target[a], low[a], high[a], pull)
                + unbalance(held[b] + w, target[b], low[b], high[b], pull)
                - unbalance(held[a], target[a], low[a], high[a], pull)
                - unbalance(held[b], target[b], low[b], high[b], pull)
            )
        if change > 0 and random(state) > np.exp(-change / warm):
            continue
        if not may_leave(u, begin, other, label, seen, mark, queue):
            continue
        label[u] = b
        if v >= 0:
            if not _touches(v, a, begin, other, label) or not may_leave(
                v, begin, other, label, seen, mark, queue
            ):
                label[u] = a
                continue
            label[v] = a
        taken += 1
        for unit, source, to in ((u, a, b), (v, b, a)):
            if unit < 0:
                continue
            for grid, sign in ((source, -1), (to, 1)):
                held[grid] += sign * weight[unit]
                size[grid] += sign * area[unit]
                east[grid] += sign * area[unit] * centre[unit, 0]
                north[grid] += sign * area[unit] * centre[unit, 1]
                if group[unit] >= 0 and weight[unit] > 0:
                    parts[group[unit], grid] += sign
            renew_rim(unit, begin, other, label, place, rim, rims)
            for e in range(begin[unit], begin[unit + 1]):
                renew_rim(other[e], begin, other, label, place, rim, rims)
    return taken
