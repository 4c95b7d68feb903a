"""Emerging hot spots: how the hot and cold of each cell went over time."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from gis.hotspots.getis import ALPHA, MIN_COUNT, hot_spots
from gis.hotspots.neighbours import Neighbours
from gis.hotspots.significance import false_discovery

Category = Literal[
    "new", "intensifying", "persistent", "diminishing", "sporadic", "oscillating", "historical", ""
]
CATEGORIES = ("new", "intensifying", "persistent", "diminishing", "sporadic", "oscillating", "historical")
_MOST = 0.9  # of all steps


@dataclass(frozen=True)
class Emerging:
    """Per cell: category of its hot spot and of its cold spot, trend (Mann-Kendall z) of its Gi*.

    z, kind: (steps, cells), as of `hot_spots` in each step.
    """

    hot: NDArray[np.str_]
    cold: NDArray[np.str_]
    trend: NDArray[np.float64]
    z: NDArray[np.float64]
    kind: NDArray[np.int8]


def emerging_hot_spots(
    counts: ArrayLike,
    exposure: ArrayLike,
    neighbours: Neighbours,
    *,
    alpha: float = ALPHA,
    min_count: int = MIN_COUNT,
) -> Emerging:
    """counts: (steps, cells); exposure: (cells,) or (steps, cells).

    Each step is tested with its neighbour in time: the counts of a step and of the one before it; false
    discoveries are held to alpha in each step and over all of them. With "hot" read as hot or as cold:
    new: hot in the last step, never before. persistent: hot in nine steps of ten, no trend. intensifying:
    so, and rising (for cold: falling). diminishing: so, and falling. oscillating: hot in the last step and
    once the other kind. sporadic: hot now and then, never the other kind, in the last step or not.
    historical: hot in nine steps of ten, but not in the last. Raises ValueError for fewer than 4 steps.
    Source: the categories are those of emerging hot spot analysis as ArcGIS documents it, consecutive
    taken as sporadic; the trend test is Mann-Kendall's.
    """
    steps = np.asarray(counts, dtype=np.float64)
    if steps.ndim != 2 or len(steps) < 4:
        raise ValueError("a trend needs at least four steps")
    exposed = np.broadcast_to(np.asarray(exposure, dtype=np.float64), steps.shape)
    found = [
        hot_spots(
            steps[max(k - 1, 0) : k + 1].sum(axis=0),
            exposed[max(k - 1, 0) : k + 1].sum(axis=0),
            neighbours,
            alpha=alpha,
            min_count=min_count,
        )
        for k in range(len(steps))
    ]
    z, kind = np.array([each.z for each in found]), np.array([each.kind for each in found], dtype=np.int8)
    # each step alone keeps the rate; over all of them together the whole answer does
    p = np.array([each.p for each in found])
    kind = np.where(false_discovery(p.ravel()).reshape(p.shape) < alpha, kind, 0).astype(np.int8)
    trend = mann_kendall(z)
    limit = float(stats.norm.ppf(1 - alpha / 2))
    hot = np.array(
        [_category(kind[:, c] == 1, kind[:, c] == -1, trend[c], limit) for c in range(kind.shape[1])]
    )
    cold = np.array(
        [_category(kind[:, c] == -1, kind[:, c] == 1, -trend[c], limit) for c in range(kind.shape[1])]
    )
    return Emerging(hot.astype("<U12"), cold.astype("<U12"), trend, z, kind)


def mann_kendall(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """z of the trend of each column; 0 where a column does not change.

    Source: Kendall, "Rank Correlation Methods" (1975), with the correction for ties.
    """
    n = len(series)
    s = np.sign(series[None, :, :] - series[:, None, :])[np.triu_indices(n, 1)].sum(axis=0)
    variance = np.full(series.shape[1], n * (n - 1) * (2 * n + 5) / 18)
    for column in range(series.shape[1]):
        ties = np.unique(series[:, column], return_counts=True)[1]
        variance[column] -= (ties * (ties - 1) * (2 * ties + 5)).sum() / 18
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (s - np.sign(s)) / np.sqrt(np.maximum(variance, 0))
    return np.where(np.isfinite(z), z, 0.0)


def _category(hot: NDArray[np.bool_], other: NDArray[np.bool_], trend: float, limit: float) -> Category:
    steps, times, last = len(hot), int(hot.sum()), bool(hot[-1])
    if times == 0:
        return ""
    if times >= _MOST * steps:
        if not last:
            return "historical"
        if trend > limit:
            return "intensifying"
        return "diminishing" if trend < -limit else "persistent"
    if last and times == 1:
        return "new"
    if last and other.any():
        return "oscillating"
    return "" if other.any() else "sporadic"
