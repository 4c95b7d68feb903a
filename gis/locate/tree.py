"""The obvious engine: an STRtree of the polygons and the exact predicate on every candidate.

Right for any polygons, overlapping ones included; some hundred times slower than the raster.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

_NONE = np.iinfo(np.int32).max


class TreeEngine:
    """Answers with the lowest position among the polygons that cover a point."""

    def __init__(self, shapes: NDArray[np.object_]) -> None:
        self._tree = shapely.STRtree(shapes)
        self.nbytes = 0  # the tree is GEOS's and small; it does not tell

    def locate(self, lonlat: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.int32]:
        """lonlat: (n, 2). Returns (n,) positions, -1 = outside, NaN or infinite. Always one thread."""
        owners = np.full(len(lonlat), _NONE, dtype=np.int32)
        finite = np.flatnonzero(np.isfinite(lonlat).all(axis=1))
        points, positions = self._tree.query(shapely.points(lonlat[finite]), predicate="covered_by")
        np.minimum.at(owners, finite[points], positions.astype(np.int32))
        owners[owners == _NONE] = -1
        return owners

    def locate_one(self, x: float, y: float) -> int:
        """The position of one point, -1 = outside, NaN or infinite."""
        return int(self.locate(np.array([[x, y]]))[0])
