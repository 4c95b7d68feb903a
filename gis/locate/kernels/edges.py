"""Half-edges of rings to unique edges, each with the polygon on its left and the one on its right.

An edge runs from its lexicographically smaller end a to the larger b. Labels are positions + 1; 0 is the
outside. In a net whose polygons match, every inner edge gets both labels and every outer edge one.
"""

from typing import Any

import numpy as np

from gis.jit import Bits, Flags, Floats, Ints, Longs, inlined, kernel
from gis.locate.kernels.orient import orient


@kernel
def unify_edges(
    xy: Floats,
    bits: Bits,
    ring_starts: Longs,
    ring_labels: Ints,
    ring_is_hole: Flags,
    slots: Ints,
    ends: Floats,
    left: Ints,
    right: Ints,
    clashes: Ints,
) -> tuple[int, int]:
    """Fill ends (h, 4: ax, ay, bx, by), left and right (h,), clashes (h, 2); h is the number of half-edges.

    xy: (h, 2), rings one after the other, closed, valid, no -0.0. bits: the same memory as uint64.
    ring_starts: (rings + 1,). slots: the hash table, a power of two > h long, all -1. left, right: all 0.
    Returns the number of edges and of clashes: pairs of labels that claim the same side of one edge, which
    is an overlap.
    """
    mask = np.uint64(len(slots) - 1)
    edges = 0
    clash_count = 0
    for ring in range(len(ring_labels)):
        first, last = ring_starts[ring], ring_starts[ring + 1]
        interior_left = _is_ccw(xy, first, last) != ring_is_hole[ring]
        label = ring_labels[ring]
        for k in range(first, last - 1):
            i, j, on_left = k, k + 1, interior_left
            if xy[j, 0] < xy[i, 0] or (xy[j, 0] == xy[i, 0] and xy[j, 1] < xy[i, 1]):
                i, j, on_left = j, i, not on_left
            ax, ay, bx, by = xy[i, 0], xy[i, 1], xy[j, 0], xy[j, 1]
            if ax == bx and ay == by:
                continue
            slot = _hash(bits[i, 0], bits[i, 1], bits[j, 0], bits[j, 1]) & mask
            while True:
                edge = slots[slot]
                if edge < 0:
                    edge = edges
                    slots[slot] = edge
                    ends[edge, 0], ends[edge, 1], ends[edge, 2], ends[edge, 3] = ax, ay, bx, by
                    edges += 1
                    break
                if (
                    ends[edge, 0] == ax
                    and ends[edge, 1] == ay
                    and ends[edge, 2] == bx
                    and ends[edge, 3] == by
                ):
                    break
                slot = (slot + np.uint64(1)) & mask
            side = left if on_left else right
            if side[edge] != 0:
                clashes[clash_count, 0], clashes[clash_count, 1] = side[edge], label
                clash_count += 1
            side[edge] = label
    return edges, clash_count


@inlined
def _hash(a: Any, b: Any, c: Any, d: Any) -> Any:
    return _mix(_mix(_mix(_mix(np.uint64(1), a), b), c), d)


@inlined
def _mix(state: Any, value: Any) -> Any:
    state ^= value + np.uint64(0x9E3779B97F4A7C15) + (state << np.uint64(6)) + (state >> np.uint64(2))
    state *= np.uint64(0xFF51AFD7ED558CCD)
    return state ^ (state >> np.uint64(32))


@inlined
def _is_ccw(xy: Floats, first: int, last: int) -> bool:
    """Whether the closed ring xy[first:last] runs counter-clockwise; exact.

    Its lexicographically smallest vertex is convex, so the turn there tells.
    """
    lowest = first
    for k in range(first + 1, last - 1):
        if xy[k, 0] < xy[lowest, 0] or (xy[k, 0] == xy[lowest, 0] and xy[k, 1] < xy[lowest, 1]):
            lowest = k
    before, after = lowest, lowest
    while xy[before, 0] == xy[lowest, 0] and xy[before, 1] == xy[lowest, 1]:
        before = before - 1 if before > first else last - 2
    while xy[after, 0] == xy[lowest, 0] and xy[after, 1] == xy[lowest, 1]:
        after = after + 1 if after < last - 2 else first
    return orient(xy[before, 0], xy[before, 1], xy[lowest, 0], xy[lowest, 1], xy[after, 0], xy[after, 1]) > 0
