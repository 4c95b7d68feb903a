"""The raster over the net: who owns each cell, or which edges cross it.

Two levels: `top` has one entry for each block of 4×4 cells, `sub` sixteen for each block that some edge
touches. Codes in both:

    top    ≥ 0: the label that owns the whole block          < 0: -1 - number of the block in `sub`
    sub    ≥ 0: the label that owns the whole cell           < 0: -1 - code, where code is
                                                                  2·edge     one edge runs right through
                                                                  2·offset+1 a list at `lists[offset]`
    lists  label at the cell's lower left corner (moved by (δ², δ), see crossing), number of edges, edges

A cell's list is conservative: every edge that comes within `pad` of the cell is in it, so that rounding in
the computation of a point's cell can do no harm.
"""

import numpy as np

from gis.jit import Floats, Ints, Longs, helper, kernel
from gis.locate.kernels.crossing import crossed_along_x


@kernel
def count_edges_of_blocks(
    ends: Floats,
    x0: float,
    y0: float,
    scale: float,
    nx: int,
    ny: int,
    pad: float,
    cells: Longs,
    counts: Ints,
) -> None:
    """Add to counts how many (cell, edge) entries each block has: (blocks,), row by row.

    cells: scratch for the cells of one edge: 4·(nx + ny) + 64 int64.
    """
    for edge in range(len(ends)):
        for k in range(_cells_of(ends, edge, x0, y0, scale, nx, ny, pad, cells)):
            counts[cells[k] >> 4] += 1


@kernel
def fill_blocks(
    ends: Floats,
    x0: float,
    y0: float,
    scale: float,
    nx: int,
    ny: int,
    pad: float,
    cells: Longs,
    bounds: Ints,
    entries: Ints,
) -> None:
    """Write the entries, block by block: 16·edge + cell within the block, edges in ascending order.

    bounds: (blocks,), where each block's entries end; moved back to where they start.
    """
    for edge in range(len(ends) - 1, -1, -1):
        for k in range(_cells_of(ends, edge, x0, y0, scale, nx, ny, pad, cells)):
            block = cells[k] >> 4
            bounds[block] -= 1
            entries[bounds[block]] = 16 * edge + (cells[k] & 15)


@kernel
def label_cells(
    ends: Floats,
    labels: Ints,
    x0: float,
    y0: float,
    cell_size: float,
    nx: int,
    ny: int,
    pad: float,
    starts: Ints,
    entries: Ints,
    top: Ints,
    sub: Ints,
    lists: Ints,
    ordered: Ints,
) -> int:
    """Fill top, sub and lists on a walk along every row of cells, from the outside on the left.

    ordered: scratch, as long as the largest block has entries.
    Returns the length used of lists, or -1 if a walk did not come out with the label 0 as it must.
    """
    blocks_x, blocks_y = nx // 4, ny // 4
    used = 0
    numbered = 0
    by_cell = np.empty(17, dtype=np.int64)
    row_labels = np.zeros(4, dtype=np.int32)
    for block_y in range(blocks_y):
        for row in range(4):
            row_labels[row] = 0
        for block_x in range(blocks_x):
            block = block_y * blocks_x + block_x
            first, last = starts[block], starts[block + 1]
            if first == last:
                top[block] = row_labels[0]
                continue
            top[block] = -1 - numbered
            _sort_by_cell(entries, first, last, by_cell, ordered)
            for cell in range(16):
                row = cell >> 2
                count = by_cell[cell + 1] - by_cell[cell]
                if count == 0:
                    sub[16 * numbered + cell] = row_labels[row]
                    continue
                i, j = 4 * block_x + (cell & 3), 4 * block_y + row
                edge = ordered[by_cell[cell]]
                if count == 1 and _runs_through(ends, edge, x0, y0, cell_size, i, j, pad):
                    sub[16 * numbered + cell] = -1 - 2 * edge
                else:
                    sub[16 * numbered + cell] = -2 - 2 * used
                    lists[used], lists[used + 1] = row_labels[row], count
                    for k in range(count):
                        lists[used + 2 + k] = ordered[by_cell[cell] + k]
                    used += 2 + count
                y, x_from, x_to = y0 + j * cell_size, x0 + i * cell_size, x0 + (i + 1) * cell_size
                for k in range(by_cell[cell], by_cell[cell + 1]):
                    edge = ordered[k]
                    row_labels[row] += (labels[2 * edge] - labels[2 * edge + 1]) * crossed_along_x(
                        ends[edge, 0], ends[edge, 1], ends[edge, 2], ends[edge, 3], y, x_from, x_to
                    )
            numbered += 1
        for row in range(4):
            if row_labels[row] != 0:
                return -1
    return used


@helper
def _sort_by_cell(entries: Ints, first: int, last: int, by_cell: Longs, ordered: Ints) -> None:
    """Counting sort of a block's entries: the edges of cell c are ordered[by_cell[c]:by_cell[c + 1]]."""
    for cell in range(17):
        by_cell[cell] = 0
    for k in range(first, last):
        by_cell[(entries[k] & 15) + 1] += 1
    for cell in range(16):
        by_cell[cell + 1] += by_cell[cell]
    for k in range(last - 1, first - 1, -1):
        cell = entries[k] & 15
        by_cell[cell + 1] -= 1
        ordered[by_cell[cell + 1]] = entries[k] >> 4
    # the ends have become the starts of the same cells: move them back by one
    for cell in range(16):
        by_cell[cell] = by_cell[cell + 1]
    by_cell[16] = last - first


@helper
def _cells_of(
    ends: Floats, edge: int, x0: float, y0: float, scale: float, nx: int, ny: int, pad: float, cells: Longs
) -> int:
    """Write the cells (16·block + cell within it) that come within pad (in cells) of the edge.

    Returns how many.
    """
    ax, ay = (ends[edge, 0] - x0) * scale, (ends[edge, 1] - y0) * scale
    bx, by = (ends[edge, 2] - x0) * scale, (ends[edge, 3] - y0) * scale
    if ay > by:
        ax, ay, bx, by = bx, by, ax, ay
    west, east = min(ax, bx), max(ax, bx)
    first_row, last_row = max(int(np.floor(ay - pad)), 0), min(int(np.floor(by + pad)), ny - 1)
    slope = (bx - ax) / (by - ay) if by > ay else 0.0
    found = 0
    for j in range(first_row, last_row + 1):
        x_low, x_high = west, east
        if first_row != last_row and by - ay > pad:
            x_in = ax + (max(ay, j - pad) - ay) * slope
            x_out = ax + (min(by, j + 1 + pad) - ay) * slope
            x_low = max(min(x_in, x_out), west)
            x_high = min(max(x_in, x_out), east)
        first = max(int(np.floor(x_low - 10 * pad)), 0)
        last = min(int(np.floor(x_high + 10 * pad)), nx - 1)
        row = 16 * (j >> 2) * (nx >> 2) + 4 * (j & 3)
        for i in range(first, last + 1):
            cells[found] = row + 16 * (i >> 2) + (i & 3)
            found += 1
    return found


@helper
def _runs_through(
    ends: Floats, edge: int, x0: float, y0: float, cell_size: float, i: int, j: int, pad: float
) -> bool:
    """Whether both ends lie clearly outside the (padded) cell, so that inside it the edge is its line."""
    margin = 32 * pad * cell_size
    west, east = x0 + i * cell_size - margin, x0 + (i + 1) * cell_size + margin
    south, north = y0 + j * cell_size - margin, y0 + (j + 1) * cell_size + margin
    a_outside = ends[edge, 0] < west or ends[edge, 0] > east or ends[edge, 1] < south or ends[edge, 1] > north
    b_outside = ends[edge, 2] < west or ends[edge, 2] > east or ends[edge, 3] < south or ends[edge, 3] > north
    return bool(a_outside and b_outside)
