"""Getis-Ord Gi* on counts beside what would be expected."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from gis.hotspots.neighbours import Neighbours
from gis.hotspots.significance import false_discovery

ALPHA = 0.05
MIN_COUNT = 5


@dataclass(frozen=True)
class HotSpots:
    """Per cell: count, expected, Gi* (z), p, q (adjusted); class 1 hot, -1 cold, 0 neither."""

    count: NDArray[np.float64]
    expected: NDArray[np.float64]
    z: NDArray[np.float64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    kind: NDArray[np.int8]


def hot_spots(
    counts: ArrayLike,
    exposure: ArrayLike,
    neighbours: Neighbours,
    *,
    alpha: float = ALPHA,
    min_count: int = MIN_COUNT,
) -> HotSpots:
    """Cells in whose neighbourhood more, or less, happened than their exposure accounts for.

    counts, exposure: (cells,); exposure is what the counts would follow if nothing gathered anywhere:
    all matters' counts, households or area. Where it is 0 a cell takes no part.

    z is Gi* of the residuals. Its normal law is not trusted alone, as counts are small and skewed: the
    neighbourhood's count must also be unlikely under a Poisson law (widened by the dispersion found), and
    the larger p counts. Hot is a cell with q < alpha, at least `min_count`, and itself above what is
    expected of it; cold one with q < alpha and an expectation of at least `min_count`.
    Source: Ord and Getis, "Local spatial autocorrelation statistics", Geographical Analysis 27 (1995).
    Raises ValueError for negative counts or lengths that differ.
    """
    count, exposed = np.asarray(counts, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    if count.shape != exposed.shape or count.shape != (neighbours.count,):
        raise ValueError(f"{count.shape} counts, {exposed.shape} exposures, {neighbours.count} cells")
    if (count < 0).any() or (exposed < 0).any():
        raise ValueError("counts and exposures are not negative")
    used = exposed > 0
    expected = np.where(used, exposed, 0) / max(exposed.sum(), 1e-300) * count[used].sum()
    around, hoped = neighbours.around(np.where(used, count, 0)), neighbours.around(expected)
    z = _gi_star(count, expected, used, neighbours)
    above, below = _tails(around, hoped, count, expected, used)
    hot_p = np.where(used, np.maximum(stats.norm.sf(z), above), np.nan)
    cold_p = np.where(used, np.maximum(stats.norm.cdf(z), below), np.nan)
    p = np.minimum(2 * np.minimum(hot_p, cold_p), 1.0)
    q = false_discovery(p)
    sure = used & (q < alpha)
    own_above, own_below = _tails(count, expected, count, expected, used)
    hot = sure & (hot_p < cold_p) & (count >= min_count) & (own_above < alpha)
    cold = sure & (cold_p < hot_p) & (expected >= min_count) & (own_below < alpha)
    return HotSpots(count, expected, z, p, q, np.where(hot, 1, np.where(cold, -1, 0)).astype(np.int8))


def _gi_star(
    count: NDArray[np.float64], expected: NDArray[np.float64], used: NDArray[np.bool_], neighbours: Neighbours
) -> NDArray[np.float64]:
    n = int(used.sum())
    if n < 3:
        return np.zeros(len(count))
    residual = np.where(used, (count - expected) / np.sqrt(np.maximum(expected, 0.5)), 0.0)
    mean, spread = residual[used].mean(), residual[used].std()
    members = neighbours.around(used.astype(np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (neighbours.around(residual) - mean * members) / (
            spread * np.sqrt(np.maximum((n * members - members**2) / (n - 1), 1e-12))
        )
    return np.where(used & np.isfinite(z), z, 0.0)


def _tails(
    observed: NDArray[np.float64],
    hoped: NDArray[np.float64],
    count: NDArray[np.float64],
    expected: NDArray[np.float64],
    used: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """P(at least as many) and P(at most as many): Poisson, or negative binomial where counts scatter more.

    The dispersion is estimated from the middle of the cells, so that the hot spots themselves do not
    widen it.
    """
    mean = np.maximum(hoped, 1e-12)
    scatter = _dispersion(count, expected, used)
    if scatter <= 0:
        return stats.poisson.sf(observed - 1, mean), stats.poisson.cdf(observed, mean)
    size = 1 / scatter
    share = size / (size + mean)
    return stats.nbinom.sf(observed - 1, size, share), stats.nbinom.cdf(observed, size, share)


def _dispersion(count: NDArray[np.float64], expected: NDArray[np.float64], used: NDArray[np.bool_]) -> float:
    """Squared coefficient of variation beyond Poisson, over the cells between the 5th and 95th share."""
    busy = used & (expected >= 1)
    if busy.sum() < 20:
        return 0.0
    ratio = count[busy] / expected[busy]
    low, high = np.quantile(ratio, [0.05, 0.95])
    middle = (ratio >= low) & (ratio <= high)
    c, e = count[busy][middle], expected[busy][middle]
    e = e * c.sum() / max(e.sum(), 1e-300)
    return float(max(((c - e) ** 2 - e).sum() / max((e**2).sum(), 1e-300), 0.0))
