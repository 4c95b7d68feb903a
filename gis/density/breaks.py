"""Class breaks of a choropleth, the same for every frame of a series."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

CLASSES = 6


def class_breaks(values: ArrayLike, classes: int = CLASSES) -> NDArray[np.float64]:
    """Upper bounds of at most `classes` classes over all positive finite values, rising strictly.

    Quantiles of the distinct magnitudes, rounded to two figures so that a legend can be read; the last is
    not below the largest value. Empty where nothing is positive. Zero and NaN have no class.
    """
    found = np.asarray(values, dtype=np.float64).ravel()
    found = found[np.isfinite(found) & (found > 0)]
    if not len(found):
        return np.array([], dtype=np.float64)
    steps = np.quantile(found, np.linspace(0, 1, classes + 1)[1:])
    steps[-1] = found.max()
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        digits = 10.0 ** (np.floor(np.log10(steps)) - 1)
        bounds = np.ceil(np.round(steps / digits, 9)) * digits
    bounds = np.where(np.isfinite(bounds) & (bounds > 0), bounds, steps)  # too small for figures of its own
    bounds[-1] = max(bounds.max(), found.max())  # a product may fall short, or reach beyond, by one bit
    return np.unique(bounds)


def class_of(values: ArrayLike, breaks: ArrayLike) -> NDArray[np.int8]:
    """The class of each value: 1 for the lowest, 0 for zero, -1 where there is no value."""
    given = np.asarray(values, dtype=np.float64)
    bounds = np.asarray(breaks, dtype=np.float64)
    found = np.searchsorted(bounds, np.where(np.isfinite(given), given, 0), side="left") + 1
    return np.where(np.isfinite(given), np.where(given > 0, found, 0), -1).astype(np.int8)
