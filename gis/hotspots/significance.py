"""From many p-values to few findings."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def false_discovery(p: ArrayLike) -> NDArray[np.float64]:
    """Adjusted p-values: keeping those below α holds the expected share of false findings to α.

    NaN stays NaN and is no test. Source: Benjamini and Hochberg, "Controlling the false discovery rate",
    Journal of the Royal Statistical Society B 57 (1995).
    """
    given = np.asarray(p, dtype=np.float64)
    out = np.full(given.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(given.ravel()))
    if not len(tested):
        return out
    values = given.ravel()[tested]
    order = np.argsort(values, kind="stable")
    ranked = values[order] * len(values) / np.arange(1, len(values) + 1)
    adjusted = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    flat = out.ravel()
    flat[tested[order]] = adjusted
    return flat.reshape(given.shape)
