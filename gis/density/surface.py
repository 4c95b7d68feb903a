"""A kernel density surface, in incidents per km²."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter

from gis.frames import MetricCrs, MetricFrame

MAX_CELLS = 1_000_000


@dataclass(frozen=True)
class Surface:
    """values[row, column] per km², rows from the south; the middle of the first cell is at `origin_m`."""

    values: NDArray[np.float64]
    origin_m: tuple[float, float]
    cell_m: float

    @property
    def total(self) -> float:
        """The incidents under the surface."""
        return float(self.values.sum() * self.cell_m**2 / 1e6)


def kernel_surface(lonlat: ArrayLike, *, bandwidth_m: float, cell_m: float, metric_crs: MetricCrs) -> Surface:
    """A Gaussian kernel of standard deviation `bandwidth_m` over (n, 2) degrees WGS 84.

    Points are binned into cells first: cell_m of a third of the bandwidth or less is exact within 2 %. The
    surface reaches four bandwidths beyond the points, so its sum is their number. Raises ValueError for
    sizes that are not positive, for no points, and for more than a million cells.
    """
    if not (bandwidth_m > 0 and cell_m > 0):
        raise ValueError("bandwidth and cell must be positive")
    metric = MetricFrame.of(metric_crs).points(np.asarray(lonlat, dtype=np.float64).reshape(-1, 2))
    metric = metric[np.isfinite(metric).all(axis=1)]
    if not len(metric):
        raise ValueError("there are no points")
    margin = int(np.ceil(4 * bandwidth_m / cell_m)) + 1
    low = np.floor(metric.min(axis=0) / cell_m).astype(np.int64) - margin
    size = np.floor(metric.max(axis=0) / cell_m).astype(np.int64) + margin + 1 - low
    if int(size[0]) * int(size[1]) > MAX_CELLS:
        raise ValueError(f"more than {MAX_CELLS:,} cells: choose larger ones")
    cell = np.floor(metric / cell_m).astype(np.int64) - low
    binned = np.bincount(cell[:, 1] * size[0] + cell[:, 0], minlength=int(size[0] * size[1]))
    spread = gaussian_filter(
        binned.reshape(size[1], size[0]).astype(np.float64),
        bandwidth_m / cell_m,
        mode="constant",
        truncate=4.0,
    )
    origin = (low + 0.5) * cell_m
    return Surface(spread / (cell_m**2 / 1e6), (float(origin[0]), float(origin[1])), cell_m)
