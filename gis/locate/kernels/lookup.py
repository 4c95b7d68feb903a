"""Points to owners, in blocks of 256: every step runs over the whole block before the next one starts.

So the loads of one step are independent of each other and the processor overlaps their cache misses; the
few points that reach an edge are gathered first and resolved together. For the codes see raster.
"""

from typing import Any, TypeAlias

import numpy as np

from gis.jit import Floats, Ints, inlined, kernel
from gis.locate.kernels.crossing import crossed_along_x, crossed_along_y
from gis.locate.kernels.orient import orient

BLOCK = 256
HEADER = 16
"""Numbers before the edges: x0, y0, cell size, 1 / cell size, nx, ny, where sub, lists and labels start."""
_NO_LABEL = 2**31 - 1
Whole: TypeAlias = Any  # a whole number of the width that numba finds


@kernel
def locate_points(lonlat: Floats, owners: Ints, start: int, stop: int, numbers: Floats, codes: Ints) -> None:
    """Fill owners[start:stop] with positions (label - 1).

    lonlat: (2n,) flat, read-only. numbers: the header, then four coordinates for each edge.
    codes: top, sub, labels (left and right of each edge by turns), lists, one after the other.
    """
    x0, y0, scale, width, height = numbers[0], numbers[1], numbers[3], numbers[4], numbers[5]
    blocks_x = np.uint32(width) >> np.uint32(2)
    sub_start = np.uint32(numbers[6])
    blocks = np.empty(BLOCK, dtype=np.uint32)
    cells = np.empty(BLOCK, dtype=np.uint32)
    found = np.empty(BLOCK, dtype=np.int32)
    pending = np.empty(BLOCK + 1, dtype=np.uint32)
    for base in range(start, stop, BLOCK):
        size = min(BLOCK, stop - base)
        for k in range(size):
            column = (lonlat[2 * (base + k)] - x0) * scale
            row = (lonlat[2 * (base + k) + 1] - y0) * scale
            within = (column >= 0.0) & (column < width) & (row >= 0.0) & (row < height)
            i = np.uint32(np.int32(column if within else 0.0))  # cell (0, 0) lies in the outer margin
            j = np.uint32(np.int32(row if within else 0.0))
            blocks[k] = (j >> np.uint32(2)) * blocks_x + (i >> np.uint32(2))
            cells[k] = ((j & np.uint32(3)) << np.uint32(2)) | (i & np.uint32(3))
        for k in range(size):
            found[k] = codes[blocks[k]]
        touched = 0
        for k in range(size):
            pending[touched] = np.uint32(k)
            touched += found[k] < 0
        for q in range(touched):
            k = pending[q]
            found[k] = codes[sub_start + (np.uint32(-1 - found[k]) << np.uint32(4)) + cells[k]]
        left_over = 0
        for q in range(touched):
            k = pending[q]
            pending[left_over] = k
            left_over += found[k] < 0
        for q in range(left_over):
            k = pending[q]
            at_i = 4 * np.int64(blocks[k] % blocks_x) + np.int64(cells[k] & np.uint32(3))
            at_j = 4 * np.int64(blocks[k] // blocks_x) + np.int64(cells[k] >> np.uint32(2))
            found[k] = _resolve(
                -1 - found[k], at_i, at_j, lonlat[2 * (base + k)], lonlat[2 * (base + k) + 1], numbers, codes
            )
        for k in range(size):
            owners[base + k] = found[k] - 1


@kernel
def locate_point(x: float, y: float, numbers: Floats, codes: Ints) -> Whole:
    """The position of one point: the same steps without the blocks."""
    column, row = (x - numbers[0]) * numbers[3], (y - numbers[1]) * numbers[3]
    if not (0.0 <= column < numbers[4] and 0.0 <= row < numbers[5]):
        return -1
    i, j = np.int64(column), np.int64(row)
    label = np.int64(codes[(j >> 2) * (np.int64(numbers[4]) >> 2) + (i >> 2)])
    if label < 0:
        label = np.int64(codes[np.int64(numbers[6]) + 16 * (-1 - label) + 4 * (j & 3) + (i & 3)])
        if label < 0:
            label = np.int64(_resolve(-1 - label, i, j, x, y, numbers, codes))
    return label - 1


@inlined
def _resolve(code: Whole, i: Whole, j: Whole, x: float, y: float, numbers: Floats, codes: Ints) -> Whole:
    """The label at a point of a cell (i, j) that some edge crosses."""
    if code & 1:
        corner_x, corner_y = numbers[0] + i * numbers[2], numbers[1] + j * numbers[2]
        return _owner_among(np.int64(numbers[7]) + (code >> 1), x, y, corner_x, corner_y, numbers, codes)
    return _owner_beside(np.int64(code >> 1), x, y, numbers, codes)


@inlined
def _owner_beside(edge: Whole, x: float, y: float, numbers: Floats, codes: Ints) -> Whole:
    """The label at a point of a cell that one edge runs right through."""
    at, labels = HEADER + 4 * edge, np.int64(numbers[8]) + 2 * edge
    side = orient(numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3], x, y)
    if side > 0:
        return codes[labels]
    if side < 0:
        return codes[labels + 1]
    return _lower(codes[labels], codes[labels + 1])


@inlined
def _owner_among(
    offset: Whole, x: float, y: float, corner_x: float, corner_y: float, numbers: Floats, codes: Ints
) -> Whole:
    """The label at a point of a cell with a list: from the cell's corner up, then across to the point.

    If the point lies exactly on edges, the lowest label that touches them.
    """
    label = codes[offset]
    touching: Whole = np.int32(_NO_LABEL)
    for k in range(offset + 2, offset + 2 + codes[offset + 1]):
        at, labels = HEADER + 4 * np.int64(codes[k]), np.int64(numbers[8]) + 2 * np.int64(codes[k])
        ax, ay, bx, by = numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]
        step = codes[labels] - codes[labels + 1]
        label += step * crossed_along_y(ax, ay, bx, by, corner_x, corner_y, y)
        if min(ay, by) <= y <= max(ay, by):
            label += step * crossed_along_x(ax, ay, bx, by, y, corner_x, x)
            if ax <= x <= bx and orient(ax, ay, bx, by, x, y) == 0:
                touching = min(touching, _lower(codes[labels], codes[labels + 1]))
    return np.int32(touching if touching != _NO_LABEL else label)


@inlined
def _lower(one: Whole, other: Whole) -> Whole:
    """The lower of two labels, where 0 (outside) counts as none."""
    if one == 0:
        return other
    if other == 0:
        return one
    return min(one, other)
