"""Counting points by cell and by time bucket."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def counts_in(
    cell: ArrayLike, bucket: ArrayLike, *, cells: int, buckets: int, weights: ArrayLike | None = None
) -> NDArray[np.float64]:
    """(buckets, cells) counts, or sums of weights.

    cell, bucket: (n,) integers; a point with either below zero or past the end is not counted.
    """
    where, when = np.asarray(cell, dtype=np.int64), np.asarray(bucket, dtype=np.int64)
    inside = (where >= 0) & (where < cells) & (when >= 0) & (when < buckets)
    flat = when[inside] * cells + where[inside]
    weight = None if weights is None else np.asarray(weights, dtype=np.float64)[inside]
    return (
        np.bincount(flat, weights=weight, minlength=buckets * cells)
        .astype(np.float64)
        .reshape(buckets, cells)
    )
