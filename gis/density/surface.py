"""Kernel density surfaces, in incidents per km², on one raster for all frames of a series."""

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
    """The surface of all points; see kernel_surfaces."""
    points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    (whole,) = kernel_surfaces(
        points,
        np.zeros(len(points), dtype=np.int64),
        buckets=1,
        bandwidth_m=bandwidth_m,
        cell_m=cell_m,
        metric_crs=metric_crs,
    )
    return whole


def kernel_surfaces(
    lonlat: ArrayLike,
    bucket: ArrayLike,
    *,
    buckets: int,
    bandwidth_m: float,
    cell_m: float,
    metric_crs: MetricCrs,
) -> list[Surface]:
    """One surface a bucket: a Gaussian kernel of standard deviation `bandwidth_m` over its points.

    lonlat: (n, 2) degrees WGS 84. bucket: (n,) integers; a point with one below zero or past the end is left
    out. Points are binned into cells first: cell_m of a third of the bandwidth or less is exact within 2 %.
    The raster is the same for all and reaches four bandwidths beyond the points, so each surface sums to the
    number of its points. Raises ValueError for sizes that are not positive, for no points, and for more than
    a million cells over all buckets.
    """
    if not (bandwidth_m > 0 and cell_m > 0):
        raise ValueError("bandwidth and cell must be positive")
    metric = MetricFrame.of(metric_crs).points(np.asarray(lonlat, dtype=np.float64).reshape(-1, 2))
    when = np.asarray(bucket, dtype=np.int64)
    usable = np.isfinite(metric).all(axis=1) & (when >= 0) & (when < buckets)
    metric, when = metric[usable], when[usable]
    if not len(metric):
        raise ValueError("there are no points")
    margin = int(np.ceil(4 * bandwidth_m / cell_m)) + 1
    low = np.floor(metric.min(axis=0) / cell_m).astype(np.int64) - margin
    columns, rows = (np.floor(metric.max(axis=0) / cell_m).astype(np.int64) + margin + 1 - low).tolist()
    if columns * rows * buckets > MAX_CELLS:
        raise ValueError(f"more than {MAX_CELLS:,} cells: choose larger ones")
    cell = np.floor(metric / cell_m).astype(np.int64) - low
    flat = (when * rows + cell[:, 1]) * columns + cell[:, 0]
    binned = np.bincount(flat, minlength=buckets * rows * columns).reshape(buckets, rows, columns)
    origin = (low + 0.5) * cell_m
    return [
        Surface(
            gaussian_filter(frame.astype(np.float64), bandwidth_m / cell_m, mode="constant", truncate=4.0)
            / (cell_m**2 / 1e6),
            (float(origin[0]), float(origin[1])),
            cell_m,
        )
        for frame in binned
    ]
