"""The last steps to balance: a unit changes its grid, then another mends what the first upset, and so on."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from gis.jit import Floats, Longs, kernel
from gis.partition.annealing import may_leave
from gis.partition.graph import Graph
from gis.partition.watch import Watch

_OUTSIDE = 1e4
"""What a mean grid's worth outside the bands costs, in sides of a mean grid: more than any border."""
_FAR = 50.0
"""Far outside is worse: a fiftieth of a mean grid outside counts double."""
_ROUNDS = 4
"""So often what saves is followed by another look at what is still outside."""
_LEAST = 0.1
"""A chain takes this share of what its first grid has outside, or is none."""
_WIDE = np.array([16, 6, 3])
"""So many moves are tried at each link of a chain that begins at a grid outside its band."""
_NARROW = np.array([1, 6, 3])
"""The same for one that begins with a move that saves border or brings a unit home."""
_GRIDS, _UNITS = 8, 256
"""So many grids, or units, are looked at before the time is asked."""


def chained(
    graph: Graph,
    label: Longs,
    low: Floats,
    high: Floats,
    *,
    home: Longs | None = None,
    stay: Floats | None = None,
    further: bool = False,
    most: int = 4000,
    watch: Watch | None = None,
) -> Longs:
    """A contiguous plan with less outside its bands, then one that costs less within them.

    label: (units,); low, high: (grids,). A chain of moves begins at a grid outside its band, and each move
    relieves the grid that the last one upset most; it counts if less is outside in the end. With home and
    stay (units,), what it costs that a unit is not at home counts like border. further: chains follow that
    begin with a move that saves some of both, and leave no band. Ends after about `most` chains, when none
    helps or the watch says stop. No grid is torn or emptied.
    """
    side = np.sqrt(graph.area.sum() / len(low))
    mean = max(float(graph.weight.sum()) / len(low), 1e-9)
    now = np.ascontiguousarray(label, dtype=np.int64).copy()
    terms = _Terms(
        graph.begin,
        graph.other,
        graph.cost / side,
        graph.weight,
        np.ascontiguousarray(low, dtype=np.float64),
        np.ascontiguousarray(high, dtype=np.float64),
        now.copy() if home is None else np.ascontiguousarray(home, dtype=np.int64),
        np.zeros(len(now)) if stay is None else stay,
        _OUTSIDE / mean,
        _FAR / mean,
        1e-9 * mean,
    )
    _descend(terms, now, further, most, watch)
    return now


def _descend(terms: "_Terms", label: Longs, further: bool, most: int, watch: Watch | None) -> None:
    """Change `label` in place: chains from what is outside, then those that save, by turns."""
    state, tries = _begun(terms, label), _no_tries()
    taken = 0
    for _ in range(_ROUNDS):
        mended = saved = 1
        while mended and taken < most:
            mended = sum(
                _mend(terms, state, tries, _WIDE, grids)
                for grids in _in_pieces(_farthest_first(terms, state), _GRIDS, watch)
            )
            taken += mended
        before_saving = taken
        while further and saved and taken < most:
            saved = sum(
                _save(terms, state, tries, _NARROW, units)
                for units in _in_pieces(np.arange(len(label)), _UNITS, watch)
            )
            taken += saved
        if taken == before_saving or not _outside_each(terms, state.held).any():
            break


def _in_pieces(numbers: Longs, size: int, watch: Watch | None) -> Iterator[Longs]:
    """So many numbers at once, as long as the watch lets it go on."""
    for start in range(0, len(numbers), size):
        if watch is not None and not watch.in_time():
            return
        yield numbers[start : start + size]


def _farthest_first(terms: "_Terms", state: "_State") -> Longs:
    return np.argsort(-_outside_each(terms, state.held), kind="stable")


def _begun(terms: "_Terms", label: Longs) -> "_State":
    units, grids = len(label), len(terms.low)
    state = _State(
        label,
        held=np.zeros(grids),
        first=np.full(grids, -1),
        after=np.full(units, -1),
        before=np.full(units, -1),
        seen=np.zeros(units, np.int64),
        mark=np.zeros(1, np.int64),
        queue=np.empty(4096, np.int64),
        met=np.zeros(units, np.int64),
        turn=np.zeros(1, np.int64),
    )
    _list_units(terms, state)
    return state


def _no_tries() -> "_Tries":
    links, widest = max(len(_WIDE), len(_NARROW)), max(*_WIDE, *_NARROW)
    return _Tries(
        unit=np.zeros((links, widest), np.int64),
        to=np.zeros((links, widest), np.int64),
        worth=np.zeros((links, widest)),
        number=np.zeros(links, np.int64),
        at=np.zeros(links, np.int64),
        left=np.zeros(links, np.int64),
        gain=np.zeros(links + 1),
        outs=np.zeros(links + 1),
        more=np.zeros(links + 1),
        best_unit=np.zeros(links, np.int64),
        best_to=np.zeros(links, np.int64),
    )


class _Terms(NamedTuple):
    """What does not change: rows of neighbours, weights, bands, homes; price of a household outside, what the
    square of such households counts beside them, and how many are none."""

    begin: Longs
    other: Longs
    cost: Floats
    weight: Floats
    low: Floats
    high: Floats
    home: Longs
    stay: Floats
    price: float
    far: float
    enough: float


class _State(NamedTuple):
    """A plan: label (units,), held (grids,), and the units of each grid as a ring of lists (first, after,
    before); seen, mark, queue: for `may_leave`; met, turn: whether a unit was looked at in this turn."""

    label: Longs
    held: Floats
    first: Longs
    after: Longs
    before: Longs
    seen: Longs
    mark: Longs
    queue: Longs
    met: Longs
    turn: Longs


class _Tries(NamedTuple):
    """The moves to try at each link of a chain: unit, to and worth (links, tries), the best first; number and
    at (links,); left: the grid that the unit came from. Before each link (links + 1,): gain without what is
    outside, outs: how much worse that counts, more: households outside. best_unit, best_to (links,): the best
    chain so far."""

    unit: Longs
    to: Longs
    worth: Floats
    number: Longs
    at: Longs
    left: Longs
    gain: Floats
    outs: Floats
    more: Floats
    best_unit: Longs
    best_to: Longs


@kernel
def _outside(terms: _Terms, grid: int, held: float) -> float:
    out = max(terms.low[grid] - held, held - terms.high[grid])
    return out if out > terms.enough else 0.0


@kernel
def _outside_each(terms: _Terms, held: Floats) -> Floats:
    out = np.empty(len(held))
    for g in range(len(held)):
        out[g] = _outside(terms, g, held[g])
    return out


@kernel
def _list_units(terms: _Terms, state: _State) -> None:
    """What each grid holds, and its units as a list, the lowest first."""
    for u in range(len(state.label) - 1, -1, -1):
        g = state.label[u]
        head = state.first[g]
        state.held[g] += terms.weight[u]
        state.after[u] = head
        if head >= 0:
            state.before[head] = u
        state.first[g] = u


@kernel
def _upset(terms: _Terms, state: _State, unit: int, to: int) -> tuple[float, float, float, float]:
    """What is outside in the two grids after a move, how much more that is, and how much worse it counts."""
    here, w = state.label[unit], terms.weight[unit]
    a, b = _outside(terms, here, state.held[here] - w), _outside(terms, to, state.held[to] + w)
    c, d = _outside(terms, here, state.held[here]), _outside(terms, to, state.held[to])
    more = a + b - c - d
    return a, b, more, more + terms.far * (a * a + b * b - c * c - d * d)


@kernel
def _dearer(terms: _Terms, label: Longs, unit: int, to: int) -> float:
    """What a move costs in border and in units away from home."""
    here = label[unit]
    change = 0.0
    if here == terms.home[unit]:
        change += terms.stay[unit]
    elif to == terms.home[unit]:
        change -= terms.stay[unit]
    for e in range(terms.begin[unit], terms.begin[unit + 1]):
        there = label[terms.other[e]]
        if there == here:
            change += terms.cost[e]
        elif there == to:
            change -= terms.cost[e]
    return change


@kernel
def _move(terms: _Terms, state: _State, unit: int, to: int) -> None:
    here = state.label[unit]
    state.held[here] -= terms.weight[unit]
    state.held[to] += terms.weight[unit]
    state.label[unit] = to
    before, after = state.before[unit], state.after[unit]
    if before >= 0:
        state.after[before] = after
    else:
        state.first[here] = after
    if after >= 0:
        state.before[after] = before
    head = state.first[to]
    state.before[unit], state.after[unit] = -1, head
    if head >= 0:
        state.before[head] = unit
    state.first[to] = unit


@kernel
def _weigh(
    terms: _Terms,
    state: _State,
    tries: _Tries,
    link: int,
    last: bool,
    unit: int,
    to: int,
    best: float,
    width: int,
) -> None:
    """Put a move among the best to try at this link, if it may lead to more than `best`."""
    a, b, _, worse = _upset(terms, state, unit, to)
    gain = tries.gain[link] - _dearer(terms, state.label, unit, to)
    closed = gain - terms.price * (tries.outs[link] + worse)
    opened = terms.price * (a + b + terms.far * (a * a + b * b))
    if (closed if last else closed + opened) <= best + 1e-9:
        return
    opened = closed if last else closed + terms.price * max(a, b)
    count = tries.number[link]
    if count == width and opened <= tries.worth[link, count - 1]:
        return
    if not may_leave(unit, terms.begin, terms.other, state.label, state.seen, state.mark, state.queue):
        return
    at = count if count < width else count - 1
    while at > 0 and tries.worth[link, at - 1] < opened:
        tries.unit[link, at] = tries.unit[link, at - 1]
        tries.to[link, at] = tries.to[link, at - 1]
        tries.worth[link, at] = tries.worth[link, at - 1]
        at -= 1
    tries.unit[link, at], tries.to[link, at], tries.worth[link, at] = unit, to, opened
    tries.number[link] = min(count + 1, width)


@kernel
def _relieve(
    terms: _Terms, state: _State, tries: _Tries, link: int, last: bool, hot: int, best: float, width: int
) -> None:
    """The moves that relieve a grid: units leave it if it is over its band, come to it if it is under."""
    tries.number[link], tries.at[link] = 0, 0
    over = state.held[hot] > terms.high[hot]
    state.turn[0] += 1
    u = state.first[hot]
    while u >= 0:
        for e in range(terms.begin[u], terms.begin[u + 1]):
            v = terms.other[e]
            there = state.label[v]
            if there == hot:
                continue
            if over:
                known = False
                for f in range(terms.begin[u], e):
                    if state.label[terms.other[f]] == there:
                        known = True
                        break
                if not known and terms.weight[u] > 0:
                    _weigh(terms, state, tries, link, last, u, there, best, width)
            elif state.met[v] != state.turn[0]:
                state.met[v] = state.turn[0]
                if terms.weight[v] > 0:
                    _weigh(terms, state, tries, link, last, v, hot, best, width)
        u = state.after[u]


@kernel
def _chain(terms: _Terms, state: _State, tries: _Tries, width: Longs, best: float) -> int:
    """The best chain whose first moves stand in tries, if worth more than `best`; left in best_unit, best_to.
    Returns its length, 0 for none. The plan is as before."""
    length, link = 0, 0
    tries.at[0] = 0
    while link >= 0:
        if tries.at[link] == tries.number[link]:
            link -= 1
            if link >= 0:
                tries.at[link] += 1
                _move(terms, state, tries.unit[link, tries.at[link] - 1], tries.left[link])
            continue
        u, there = tries.unit[link, tries.at[link]], tries.to[link, tries.at[link]]
        here = state.label[u]
        a, b, more, worse = _upset(terms, state, u, there)
        more, outs = tries.more[link] + more, tries.outs[link] + worse
        gain = tries.gain[link] - _dearer(terms, state.label, u, there)
        tries.left[link] = here
        _move(terms, state, u, there)
        if gain - terms.price * outs > best and more <= terms.enough:
            best, length = gain - terms.price * outs, link + 1
            for i in range(length):
                tries.best_unit[i] = tries.unit[i, tries.at[i]]
                tries.best_to[i] = tries.to[i, tries.at[i]]
        if link + 1 < len(width) and max(a, b) > 0:
            tries.gain[link + 1], tries.outs[link + 1], tries.more[link + 1] = gain, outs, more
            hot = here if a > b else there
            _relieve(terms, state, tries, link + 1, link + 2 == len(width), hot, best, width[link + 1])
            link += 1
        else:
            _move(terms, state, u, here)
            tries.at[link] += 1
    return length


@kernel
def _mend(terms: _Terms, state: _State, tries: _Tries, width: Longs, grids: Longs) -> int:
    """A chain from each of these grids that is outside its band; returns how many helped."""
    helped = 0
    for g in grids:
        least = _LEAST * terms.price * _outside(terms, g, state.held[g])
        if least > 0:
            _relieve(terms, state, tries, 0, False, g, least, width[0])
            helped += _take(terms, state, tries, width, least)
    return helped


@kernel
def _save(terms: _Terms, state: _State, tries: _Tries, width: Longs, units: Longs) -> int:
    """A chain from each move of these units that saves border or brings home; returns how many helped."""
    helped = 0
    for u in units:
        for e in range(terms.begin[u], terms.begin[u + 1]):
            there = state.label[terms.other[e]]
            if there == state.label[u] or _dearer(terms, state.label, u, there) > -1e-9:
                continue
            tries.number[0] = 0
            _weigh(terms, state, tries, 0, False, u, there, 0.0, 1)
            if tries.number[0] > 0:
                helped += _take(terms, state, tries, width, 1e-9)
    return helped


@kernel
def _take(terms: _Terms, state: _State, tries: _Tries, width: Longs, least: float) -> int:
    """Take the best chain, if there is one; returns 1 then."""
    length = _chain(terms, state, tries, width, least)
    for i in range(length):
        _move(terms, state, tries.best_unit[i], tries.best_to[i])
    return min(length, 1)
