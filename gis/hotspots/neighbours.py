"""Which cells lie beside which."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse

from gis.frames import Geometries, geometry_array


@dataclass(frozen=True)
class Neighbours:
    """Binary contiguity as a symmetric sparse matrix without the cell itself."""

    matrix: sparse.csr_array

    @property
    def count(self) -> int:
        """How many cells there are."""
        return int(self.matrix.shape[0])

    def with_self(self) -> sparse.csr_array:
        """The neighbourhood of each cell, itself included."""
        return sparse.csr_array(self.matrix + sparse.eye_array(self.count, format="csr"))

    def around(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums over each cell and its neighbours; the last axis of `values` are the cells."""
        return np.asarray((self.with_self() @ values.T).T)


def neighbours_of(polygons: Geometries) -> Neighbours:
    """Cells that share at least a point of their borders; None and empty shapes have no neighbour.

    polygons: lon/lat. Ground grids meet edge to edge, so touching is exact.
    """
    shapes = geometry_array(polygons)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = one != other
    ones = np.ones(int(apart.sum()), dtype=np.float64)
    matrix = sparse.coo_array((ones, (one[apart], other[apart])), shape=(len(shapes), len(shapes)))
    return Neighbours(sparse.csr_array(matrix))
