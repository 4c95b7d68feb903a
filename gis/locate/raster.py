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
        starts, entries, largest, occupied = _entries(ends, x0, y0, scale, nx, ny, pad)
        sub_start = (nx // 4) * (ny // 4)
        labels_start = sub_start + 16 * occupied
        lists_start = labels_start + 2 * len(ends)
        # at most three codes for each entry; what is never written is never in memory
        codes = np.empty(lists_start + 3 * len(entries), dtype=np.int32)
        top, sub = codes[:sub_start], codes[sub_start:labels_start]
        labels, lists = codes[labels_start:lists_start], codes[lists_start:]
        labels[0::2], labels[1::2] = edges.left, edges.right
        ordered = np.empty(largest, dtype=np.int32)
        used = label_cells(
            ends, labels, x0, y0, cell_size, nx, ny, pad, starts, entries, top, sub, lists, ordered
        )
        if used < 0:
            raise AssertionError("the edges of the polygons do not close")
        numbers = np.empty(HEADER + 4 * len(ends))
        numbers[:HEADER] = 0.0
        numbers[:9] = x0, y0, cell_size, scale, nx, ny, sub_start, lists_start, labels_start
        numbers[HEADER:] = ends.reshape(-1)
        self._numbers, self._codes = numbers, codes[: lists_start + used]
        self.cells = (nx, ny)
        self.nbytes = numbers.nbytes + self._codes.nbytes

    def locate(self, lonlat: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.int32]:
        """lonlat: (n, 2), C order, anything in it. Returns (n,) positions, -1 = outside, NaN or infinite."""
        size = len(lonlat)
        if size == 1:
            ((x, y),) = lonlat.tolist()
            return np.array([self.locate_one(x, y)], dtype=np.int32)
        owners = np.empty(size, dtype=np.int32)
        flat = lonlat.reshape(-1)
        flat.flags.writeable = False  # of this view: one type for the compiler, whatever comes in

        def part(start: int, stop: int) -> None:
            locate_points(flat, owners, start, stop, self._numbers, self._codes)

        run_in_parts(part, size, threads)
        return owners

    def locate_one(self, x: float, y: float) -> int:
        """The position of one point, -1 = outside, NaN or infinite."""
        return int(locate_point(x, y, self._numbers, self._codes))


def _entries(
    ends: NDArray[np.float64], x0: float, y0: float, scale: float, nx: int, ny: int, pad: float
) -> tuple[NDArray[np.int32], NDArray[np.int32], int, int]:
    """Which edges come near which cells, block by block.

    Returns (blocks + 1,) where the entries of each block start, the entries, how many the fullest block
    has, and how many blocks have any.
    """
    cells = np.empty(4 * (nx + ny) + 64, dtype=np.int64)
    bounds = np.zeros((nx // 4) * (ny // 4) + 1, dtype=np.int32)
    counts = bounds[:-1]
    count_edges_of_blocks(ends, x0, y0, scale, nx, ny, pad, cells, counts)
    largest, occupied = int(counts.max()), int(np.count_nonzero(counts))
    np.cumsum(bounds, out=bounds, dtype=np.int32)
    entries = np.empty(int(bounds[-1]), dtype=np.int32)
    fill_blocks(ends, x0, y0, scale, nx, ny, pad, cells, counts, entries)
    return bounds, entries, largest, occupied
