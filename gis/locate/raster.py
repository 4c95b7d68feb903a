"""The fast engine: unique edges, a conservative raster over them, and exact predicates at the borders."""

import numpy as np
from numpy.typing import NDArray

from gis.locate.edges import Edges
from gis.locate.kernels.lookup import locate_points
from gis.locate.kernels.raster import count_edges_of_blocks, fill_blocks, label_cells
from gis.locate.threads import run_in_parts

_CELLS_PER_EDGE = 64.0
_MOST_CELLS_ALONG = 16_384
_FINEST_CELL_ULPS = 2.0**20  # a cell stays far wider than the rounding of coordinates


class RasterEngine:
    """Answers from a raster; for polygons with disjoint interiors only.

    cells_per_edge: how fine the raster is, for measuring and tests; no answer depends on it.
    """

    def __init__(self, edges: Edges, *, cells_per_edge: float = _CELLS_PER_EDGE) -> None:
        ends = edges.ends
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
        counts = count_edges_of_blocks(ends, x0, y0, scale, nx, ny, pad)
        starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)])
        entries = fill_blocks(ends, x0, y0, scale, nx, ny, pad, starts)
        top, sub, lists, is_closed = label_cells(
            ends, edges.left, edges.right, x0, y0, cell_size, nx, ny, pad, starts, entries
        )
        if not is_closed:
            raise AssertionError("the edges of the polygons do not close")
        labels = np.column_stack([edges.left, edges.right]).ravel()
        grid = np.array([x0, y0, cell_size, scale, nx, ny])
        self._parts = (grid, top, sub, lists, ends, labels)
        self.cells = (nx, ny)
        self.nbytes = sum(part.nbytes for part in self._parts)

    def locate(self, lonlat: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.int32]:
        """lonlat: (n, 2), C order, anything in it. Returns (n,) positions, -1 = outside, NaN or infinite."""
        owners = np.empty(len(lonlat), dtype=np.int32)
        flat = lonlat.reshape(-1)
        run_in_parts(
            lambda start, stop: locate_points(flat, owners, start, stop, *self._parts), len(lonlat), threads
        )
        return owners
