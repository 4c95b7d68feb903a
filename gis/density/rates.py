"""From counts to rates that can be compared: per km², per 1,000 households, smoothed."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def per_km2(counts: ArrayLike, area_m2: ArrayLike) -> NDArray[np.float64]:
    """Counts per km²; NaN where there is no area."""
    return _divided(counts, np.asarray(area_m2, dtype=np.float64) / 1e6)


def per_thousand(counts: ArrayLike, households: ArrayLike) -> NDArray[np.float64]:
    """Counts per 1,000 households; NaN where there are none, never 0 or infinite."""
    return _divided(counts, np.asarray(households, dtype=np.float64) / 1000)


def smoothed(counts: ArrayLike, exposure: ArrayLike) -> NDArray[np.float64]:
    """Empirical-Bayes rates per unit of exposure, the last axis being cells; NaN where exposure is 0.

    A rate over few households is drawn towards the mean of all, the more the fewer they are.
    Source: Marshall, "Mapping disease and mortality rates using empirical Bayes estimators", Applied
    Statistics 40 (1991), the global estimator.
    """
    observed = np.asarray(counts, dtype=np.float64)
    exposed = np.broadcast_to(np.asarray(exposure, dtype=np.float64), observed.shape)
    used = exposed > 0
    total = np.where(used, exposed, 0).sum(axis=-1, keepdims=True)
    events = np.where(used, observed, 0).sum(axis=-1, keepdims=True)
    some = np.maximum(used.sum(axis=-1, keepdims=True), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(total > 0, events / total, 0)
        raw = np.where(used, observed / exposed, 0)
        spread = (np.where(used, exposed * (raw - mean) ** 2, 0).sum(axis=-1, keepdims=True)) / np.where(
            total > 0, total, 1
        )
        prior = np.maximum(spread - mean / (total / some), 0)
        prior = np.where(np.isfinite(prior), prior, 0)
        trust = np.where(used, prior / (prior + np.where(used, mean / exposed, 1)), np.nan)
        trust = np.where(used & ~np.isfinite(trust), 0, trust)  # no events at all
    return np.where(used, mean + trust * (raw - mean), np.nan)


def _divided(counts: ArrayLike, by: NDArray[np.float64]) -> NDArray[np.float64]:
    observed = np.asarray(counts, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(by > 0, observed / by, np.nan)
