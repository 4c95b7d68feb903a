"""The fast engine: unique edges, a conservative raster over them, and exact predicates at the borders."""

import numpy as np
from numpy.typing import NDArray

from gis.locate.edges import Edges
from gis.locate.kernels.lookup import HEADER, locate_point, locate_points
from gis.locate.kernels.raster import count_edges_of_blocks, fill_blocks, label_cells
from gis.locate.threads import run_in_parts

_CELLS = 6e7  # about as many cells as pay, within
_CELLS_PER_EDGE = 16.0, 96.0
_MOST_CELLS_ALONG = 16_384
_FINEST_CELL_ULPS = 2.0**20  # a cell stays far wider than the rounding of coordinates


class RasterEngine:
    """Answers from a raster; for polygons with disjoint interiors only.

    cells_per_edge: how fine the raster is, for measuring and tests; no answer depends on it.
    """

    def __init__(self, edges: Edges, *, cells_per_edge: float | None = None) -> None:
        ends = edges.ends
        if cells_per_edge is None:
            cells_per_edge = float(np.clip(_CELLS / len(ends), *_CELLS_PER_EDGE))
        west, south = min(ends[:, 0].min(), ends[:, 2].min()), min(ends[:, 1].min(), ends[:, 3].min())
        east, north = max(ends[:, 0].max(), ends[:, 2].max()), max(ends[:, 1].max(), ends[:, 3].max())
        ulp = float(np.spacing(max(abs(west), abs(south), abs(east), abs(north))))
        cell_size = float(
            max(
                np.sqrt((east - west) * (north - south) / (cells_per_edge * len(ends))),
                max(east - west, north - south) / (_MOST_CELLS_ALONG - 8),
                _FINEST_CELL_ULPS * ulp,
            )
        )
        pad = max(1e-7, 32.0 * ulp / cell_size)
        scale = 1.0 / cell_size
        x0, y0 = float(west - 1.37 * cell_size), float(south - 1.37 * cell_size)  # no border on the lines
        nx = 4 * int(np.ceil(((east - x0) * scale + 1.5) / 4))
        ny = 4 * int(np.ceil(((north - y0) * scale + 1.5) / 4))
        blocks = (nx // 4) * (ny // 4)
        cells = np.empty(4 * (nx + ny) + 64, dtype=np.int64)
        starts = np.zeros(blocks + 1, dtype=np.int64)
        count_edges_of_blocks(ends, x0, y0, scale, nx, ny, pad, cells, starts[1:])
        largest, occupied = int(starts.max()), int(np.count_nonzero(starts))
        np.cumsum(starts, out=starts)
        entries = np.empty(starts[-1], dtype=np.int32)
        fill_blocks(ends, x0, y0, scale, nx, ny, pad, cells, starts[:-1].copy(), entries)
        labels = np.column_stack([edges.left, edges.right]).ravel()
        top, sub = np.empty(blocks, dtype=np.int32), np.empty(16 * occupied, dtype=np.int32)
        lists, ordered = np.empty(3 * len(entries), dtype=np.int32), np.empty(largest, dtype=np.int32)
        used = label_cells(
            ends, labels, x0, y0, cell_size, nx, ny, pad, starts, entries, top, sub, lists, ordered
        )
        if used < 0:
            raise AssertionError("the edges of the polygons do not close")
        numbers = np.zeros(HEADER + 4 * len(ends))
        sub_start, lists_start = len(top), len(top) + len(sub)
        numbers[:9] = x0, y0, cell_size, scale, nx, ny, sub_start, lists_start, lists_start + used
        numbers[HEADER:] = ends.reshape(-1)
        self._numbers, self._codes = numbers, np.concatenate([top, sub, lists[:used], labels])
        self.cells = (nx, ny)
        self.nbytes = numbers.nbytes + self._codes.nbytes

    def locate(self, lonlat: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.int32]:
        """lonlat: (n, 2), C order, anything in it. Returns (n,) positions, -1 = outside, NaN or infinite."""
        size = len(lonlat)
        if size == 1:
            ((x, y),) = lonlat.tolist()
            return np.array([locate_point(x, y, self._numbers, self._codes)], dtype=np.int32)
        owners = np.empty(size, dtype=np.int32)
        flat = lonlat.reshape(-1)
        flat.flags.writeable = False  # of this view: one type for the compiler, whatever comes in

        def part(start: int, stop: int) -> None:
            locate_points(flat, owners, start, stop, self._numbers, self._codes)

        run_in_parts(part, size, threads)
        return owners
