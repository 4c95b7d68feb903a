"""Local Moran's I: cells like their neighbours, and cells unlike them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from gis.hotspots.neighbours import Neighbours
from gis.hotspots.significance import false_discovery


@dataclass(frozen=True)
class LocalMoran:
    """Per cell: I, p by permutation, q (adjusted); quadrant HH, LH, LL, HL, or "" where not significant."""

    i: NDArray[np.float64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    quadrant: NDArray[np.str_]


def local_moran(
    values: ArrayLike, neighbours: Neighbours, *, alpha: float = 0.05, permutations: int = 9999, seed: int = 0
) -> LocalMoran:
    """values: (cells,) rates; a cell with NaN or without neighbours takes no part.

    Significant at q < alpha; with p from permutations the smallest p is 1/(permutations + 1).
    Source: Anselin, "Local indicators of spatial association", Geographical Analysis 27 (1995).
    """
    given = np.asarray(values, dtype=np.float64)
    part = np.flatnonzero(np.isfinite(given))
    matrix = neighbours.matrix[part][:, part]
    linked = np.flatnonzero(np.diff(matrix.indptr) > 0)
    part, matrix = part[linked], sparse.csr_array(matrix[linked][:, linked])
    i, p, q = (np.full(len(given), np.nan) for _ in range(3))
    quadrant = np.full(len(given), "", dtype="<U2")
    if len(part) < 3 or np.ptp(given[part]) == 0:
        return LocalMoran(i, p, q, quadrant)
    z = (given[part] - given[part].mean()) / given[part].std()
    members = np.diff(matrix.indptr)
    lag = (matrix @ z) / np.maximum(members, 1)
    i[part] = z * lag
    p[part] = _permuted_p(z, lag, members, permutations, np.random.default_rng(seed))
    q[part] = false_discovery(p[part])
    names = np.where(z > 0, np.where(lag > 0, "HH", "HL"), np.where(lag > 0, "LH", "LL"))
    quadrant[part] = np.where(q[part] < alpha, names, "")
    return LocalMoran(i, p, q, quadrant)


def _permuted_p(
    z: NDArray[np.float64],
    lag: NDArray[np.float64],
    members: NDArray[np.int64],
    permutations: int,
    chance: np.random.Generator,
) -> NDArray[np.float64]:
    """How often strangers instead of neighbours give a mean as extreme, on the nearer side.

    One set of draws serves all cells; the cell itself is never drawn.
    """
    p = np.ones(len(z))
    most = int(members.max())
    drawn = chance.random((permutations, len(z) - 1)).argpartition(most - 1, axis=1)[:, :most]
    drawn = chance.permuted(drawn, axis=1)  # so that its first columns are a fair draw, too
    for cell in np.flatnonzero(members > 0).tolist():
        strangers = drawn[:, : members[cell]]
        means = z[strangers + (strangers >= cell)].mean(axis=1)
        above = int((means >= lag[cell]).sum())
        p[cell] = (min(above, permutations - above) + 1) / (permutations + 1)
    return p
