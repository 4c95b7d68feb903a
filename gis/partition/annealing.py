"""The search itself, compiled: one unit after the other changes its grid, and no grid is ever torn.

Cost of a plan, in lengths of a mean grid's side:

    border cost + split groups + balance + spread of each grid around its middle + households moved

A unit may leave its grid only if its neighbours of that grid stay connected without it: a breadth-first
search that gives up after a number of units, and then the move is refused. So every state is contiguous.
Own random numbers (xorshift64*), so that a seed means the same on every machine.
"""

import numpy as np

from gis.jit import Bits, Floats, Longs, kernel

_PATIENCE = 128
"""Steps between two changes of the temperature."""


@kernel
def random_share(state: Bits) -> float:
    """The next random number, 0 to 1; state: (1,), is moved on."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@kernel
def still_joined(
    first: int, wanted: int, begin: Longs, other: Longs, label: Longs, seen: Longs, mark: Longs, queue: Longs
) -> bool:
    """Whether a search within its grid from one unit comes to all that are wanted, itself included.

    seen: mark for those wanted, mark + 1 for those that it may not enter.
    """
    mine, target, visited = label[first], mark[0], mark[0] + 1
    seen[first] = visited
    queue[0] = first
    head, tail = 0, 1
    while head < tail:
        here = queue[head]
        head += 1
        for e in range(begin[here], begin[here + 1]):
            there = other[e]
            if label[there] == mine and seen[there] != visited:
                if seen[there] == target:
                    wanted -= 1
                    if wanted == 1:
                        return True
                if tail == len(queue):
                    return False
                seen[there] = visited
                queue[tail] = there
                tail += 1
    return False


@kernel
def may_leave(
    unit: int, begin: Longs, other: Longs, label: Longs, seen: Longs, mark: Longs, queue: Longs
) -> bool:
    """Whether the rest of its grid stays connected; seen: (units,) zeros at first, mark: (1,) how they are
    read; queue: as many units as are looked at before the answer is no."""
    mine = label[unit]
    first, wanted = -1, 0
    mark[0] += 2
    target, visited = mark[0], mark[0] + 1
    for e in range(begin[unit], begin[unit + 1]):
        if label[other[e]] == mine:
            wanted += 1
            first = other[e] if first < 0 else first
            seen[other[e]] = target
    if wanted < 2:
        return wanted == 1
    seen[unit] = visited
    return still_joined(first, wanted, begin, other, label, seen, mark, queue)


@kernel
def _unbalance(weight: float, target: float, low: float, high: float, pull: float) -> float:
    share = (weight - target) / target
    cost = pull * share * share
    if weight < low:
        share = (low - weight) / target
        cost += 4 * share + 4 * share * share
    elif weight > high:
        share = (weight - high) / target
        cost += 4 * share + 4 * share * share
    return cost


@kernel
def anneal(
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
    random: Bits,
) -> int:
    """Change `label` in place for a number of steps; returns how many were taken.

    begin, other, cost: the neighbours of each unit and what their common border costs. group: units that
    belong together, -1 for none; whole: what each further part of a group costs. home: the present grid of
    a unit; stay: what it costs if the unit is elsewhere. heat, stress: (2,) first and last temperature
    and weight of balance.
    """
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
    place = np.full(units, -1)
    rim = np.empty(units, np.int64)
    rims = 0
    for u in range(units):
        for e in range(begin[u], begin[u + 1]):
            if label[other[e]] != label[u]:
                place[u] = rims
                rim[rims] = u
                rims += 1
                break
    seen, mark, queue = np.zeros(units, np.int64), np.zeros(1, np.int64), np.empty(4096, np.int64)
    taken = 0
    warm, weigh = heat[0], stress[0]
    for step in range(steps):
        if rims == 0:
            break
        if step % _PATIENCE == 0:
            done = step / steps
            warm = heat[0] * (heat[1] / heat[0]) ** done
            weigh = stress[0] * (stress[1] / stress[0]) ** done
        u = rim[int(random_share(random) * rims)]
        b = label[other[begin[u] + int(random_share(random) * (begin[u + 1] - begin[u]))]]
        a = label[u]
        if a == b:
            continue
        change = 0.0
        for e in range(begin[u], begin[u + 1]):
            there = label[other[e]]
            if there == a:
                change += cost[e]
            elif there == b:
                change -= cost[e]
        w = weight[u]
        if w > 0:
            change += weigh * (
                _unbalance(held[a] - w, target[a], low[a], high[a], pull)
                + _unbalance(held[b] + w, target[b], low[b], high[b], pull)
                - _unbalance(held[a], target[a], low[a], high[a], pull)
                - _unbalance(held[b], target[b], low[b], high[b], pull)
            )
            g = group[u]
            if g >= 0 and whole > 0:
                if parts[g, a] == 1:
                    change -= whole
                if parts[g, b] == 0:
                    change += whole
        if home[u] == a:
            change += stay[u]
        elif home[u] == b:
            change -= stay[u]
        if spread > 0:
            to_b = (centre[u, 0] - east[b] / size[b]) ** 2 + (centre[u, 1] - north[b] / size[b]) ** 2
            to_a = (centre[u, 0] - east[a] / size[a]) ** 2 + (centre[u, 1] - north[a] / size[a]) ** 2
            change += spread * area[u] * (to_b - to_a) / (mean * mean)
        if change > 0 and random_share(random) > np.exp(-change / warm):
            continue
        if not may_leave(u, begin, other, label, seen, mark, queue):
            continue
        label[u] = b
        taken += 1
        held[a] -= w
        held[b] += w
        for grid, sign in ((a, -1.0), (b, 1.0)):
            size[grid] += sign * area[u]
            east[grid] += sign * area[u] * centre[u, 0]
            north[grid] += sign * area[u] * centre[u, 1]
        if group[u] >= 0 and w > 0:
            parts[group[u], a] -= 1
            parts[group[u], b] += 1
        for e in range(begin[u] - 1, begin[u + 1]):
            v = u if e < begin[u] else other[e]
            outer = False
            for f in range(begin[v], begin[v + 1]):
                if label[other[f]] != label[v]:
                    outer = True
                    break
            if outer and place[v] < 0:
                place[v] = rims
                rim[rims] = v
                rims += 1
            elif not outer and place[v] >= 0:
                rims -= 1
                rim[place[v]] = rim[rims]
                place[rim[rims]] = place[v]
                place[v] = -1
    return taken


@kernel
def power_diagram(
    place: Floats, weight: Floats, seats: Floats, target: float, rounds: int, moving: int
) -> Longs:
    """Units to the seat that is nearest after subtracting what balances the weights; seats move at first."""
    units, grids = len(weight), len(seats)
    bonus, label = np.zeros(grids), np.zeros(units, np.int64)
    best, best_label = np.inf, np.zeros(units, np.int64)
    wide = (place[:, 0].max() - place[:, 0].min()) * (place[:, 1].max() - place[:, 1].min()) / grids
    for turn in range(rounds):
        held, east, north = np.zeros(grids), np.zeros(grids), np.zeros(grids)
        for u in range(units):
            nearest = np.inf
            for j in range(grids):
                d = (place[u, 0] - seats[j, 0]) ** 2 + (place[u, 1] - seats[j, 1]) ** 2 - bonus[j]
                if d < nearest:
                    nearest = d
                    label[u] = j
            held[label[u]] += weight[u]
            east[label[u]] += weight[u] * place[u, 0]
            north[label[u]] += weight[u] * place[u, 1]
        worst = 0.0
        for j in range(grids):
            worst = max(worst, abs(held[j] - target) / target)
        if turn >= moving and worst < best:
            best = worst
            best_label[:] = label
        gain = 0.35 / (1 + turn * 0.02)
        for j in range(grids):
            bonus[j] += gain * wide * max(-1.0, min(1.0, (target - held[j]) / target))
            if turn < moving and held[j] > 0:
                seats[j, 0] = 0.5 * seats[j, 0] + 0.5 * east[j] / held[j]
                seats[j, 1] = 0.5 * seats[j, 1] + 0.5 * north[j] / held[j]
    return best_label
