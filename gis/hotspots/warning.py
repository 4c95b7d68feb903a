"""Early warning: cells with more than expected of a matter in the last week."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from gis.hotspots.significance import false_discovery

WEEKS_BEFORE = 26
MIN_COUNT = 3


@dataclass(frozen=True)
class Warnings:
    """One row a warned cell, the most surprising first. low, high: the interval that 95 weeks of 100 keep."""

    cell: NDArray[np.int64]
    count: NDArray[np.float64]
    expected: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    q: NDArray[np.float64]


def early_warnings(weekly: ArrayLike, *, alpha: float = 0.05, min_count: int = MIN_COUNT) -> Warnings:
    """weekly: (weeks, cells) counts of one matter, the last row being the week in question.

    The expectation is what the cell had in the weeks before (26 at most), drawn towards the mean of all
    cells by a gamma prior, times how the whole district's week compares with its usual one; the count then
    follows a negative binomial law. Raises ValueError for fewer than 8 weeks before.
    """
    counts = np.asarray(weekly, dtype=np.float64)
    before, now = counts[:-1][-WEEKS_BEFORE:], counts[-1]
    if len(before) < 8:
        raise ValueError("an expectation needs at least eight weeks before")
    shape, rate = _prior(before.mean(axis=0), len(before))
    usual = before.sum(axis=1).mean()
    tide = 1.0 if usual <= 0 else float(np.clip(now.sum() / usual, 0.5, 2.0))
    a = shape + before.sum(axis=0)
    b = (rate + len(before)) / tide
    share = b / (b + 1)
    p = stats.nbinom.sf(now - 1, a, share)
    q = false_discovery(p)
    warned = np.flatnonzero((q < alpha) & (now >= min_count))
    warned = warned[np.argsort(p[warned], kind="stable")]
    return Warnings(
        warned,
        now[warned],
        (a / b)[warned],
        stats.nbinom.ppf(0.025, a, share)[warned],
        stats.nbinom.ppf(0.975, a, share)[warned],
        q[warned],
    )


def _prior(means: NDArray[np.float64], weeks: int) -> tuple[float, float]:
    """Gamma shape and rate by the moments of the cells' weekly means; any will do without cells."""
    if len(means) == 0:
        return 1.0, 1.0
    mean = max(float(means.mean()), 1e-6)
    variance = max(float(means.var()) - mean / weeks, mean**2 / 100)
    return mean**2 / variance, mean / variance
