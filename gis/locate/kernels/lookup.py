"""Points to owners, in blocks of 256: every step runs over the whole block before the next one starts.

So the loads of one step are independent of each other and the processor overlaps their cache misses; the
few points that reach an edge are gathered first and resolved together. For the codes see raster.
"""

import numpy as np

from gis.locate.kernels.crossing import crossed_along_x, crossed_along_y
from gis.locate.kernels.jit import inlined, kernel
from gis.locate.kernels.orient import orient

BLOCK = 256
_NO_LABEL = 2**31 - 1


@kernel
def locate_points(lonlat, owners, start, stop, grid, top, sub, lists, ends, labels):
    """Fill owners[start:stop] with positions (label - 1).

    lonlat: (2n,) flat. grid: x0, y0, cell size, 1 / cell size, nx, ny. labels: (2e,) left and right by turns.
    """
    x0, y0, cell_size, scale = grid[0], grid[1], grid[2], grid[3]
    width, height = grid[4], grid[5]
    blocks_x = np.uint32(width) >> np.uint32(2)
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
            found[k] = top[blocks[k]]
        count = 0
        for k in range(size):
            pending[count] = np.uint32(k)
            count += found[k] < 0
        for q in range(count):
            k = pending[q]
            found[k] = sub[(np.uint32(-1 - found[k]) << np.uint32(4)) + cells[k]]
        left_over = 0
        for q in range(count):
            k = pending[q]
            pending[left_over] = k
            left_over += found[k] < 0
        for q in range(left_over):
            k = pending[q]
            x, y = lonlat[2 * (base + k)], lonlat[2 * (base + k) + 1]
            code = -1 - found[k]
            if code & 1:
                i = np.int64(4 * (blocks[k] % blocks_x) + (cells[k] & np.uint32(3)))
                j = np.int64(4 * (blocks[k] // blocks_x) + (cells[k] >> np.uint32(2)))
                corner_x, corner_y = x0 + i * cell_size, y0 + j * cell_size
                found[k] = _owner_among(lists, code >> 1, ends, labels, x, y, corner_x, corner_y)
            else:
                found[k] = _owner_beside(code >> 1, ends, labels, x, y)
        for k in range(size):
            owners[base + k] = found[k] - 1


@inlined
def _owner_beside(edge, ends, labels, x, y):
    """The label at a point in a cell that one edge runs right through."""
    side = orient(ends[edge, 0], ends[edge, 1], ends[edge, 2], ends[edge, 3], x, y)
    if side > 0:
        return labels[2 * edge]
    if side < 0:
        return labels[2 * edge + 1]
    return _lower(labels[2 * edge], labels[2 * edge + 1])


@inlined
def _owner_among(lists, offset, ends, labels, x, y, corner_x, corner_y):
    """The label at a point in a cell with a list: from the cell's corner up, then across to the point.

    If the point lies exactly on edges, the lowest label that touches them.
    """
    label = lists[offset]
    touching = np.int32(_NO_LABEL)
    for k in range(offset + 2, offset + 2 + lists[offset + 1]):
        edge = lists[k]
        ax, ay, bx, by = ends[edge, 0], ends[edge, 1], ends[edge, 2], ends[edge, 3]
        step = labels[2 * edge] - labels[2 * edge + 1]
        label += step * crossed_along_y(ax, ay, bx, by, corner_x, corner_y, y)
        if min(ay, by) <= y <= max(ay, by):
            label += step * crossed_along_x(ax, ay, bx, by, y, corner_x, x)
            if ax <= x <= bx and orient(ax, ay, bx, by, x, y) == 0:
                touching = min(touching, _lower(labels[2 * edge], labels[2 * edge + 1]))
    return touching if touching != _NO_LABEL else label


@inlined
def _lower(one, other):
    """The lower of two labels, where 0 (outside) counts as none."""
    if one == 0:
        return other
    if other == 0:
        return one
    return min(one, other)
