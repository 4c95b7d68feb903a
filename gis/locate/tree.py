"""The obvious engine: an STRtree of the polygons and the exact predicate on every candidate.

Right for any polygons, overlapping ones included; some hundred times slower than the raster.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.locate.refusals import Overlap


class TreeEngine:
    """Answers with the lowest position among the polygons that cover a point."""

    def __init__(self, shapes: NDArray[np.object_]) -> None:
        self._tree = shapely.STRtree(shapes)

    def locate(self, lonlat: NDArray[np.float64]) -> NDArray[np.int32]:
        """lonlat: (n, 2), finite. Returns (n,) positions, -1 = covered by none."""
        points, positions = self._tree.query(shapely.points(lonlat), predicate="covered_by")
        owners = np.full(len(lonlat), np.iinfo(np.int32).max, dtype=np.int32)
        np.minimum.at(owners, points, positions.astype(np.int32))
        owners[owners == np.iinfo(np.int32).max] = -1
        return owners


def find_overlaps(shapes: NDArray[np.object_], pairs: NDArray[np.int64] | None = None) -> list[Overlap]:
    """The pairs of polygons whose interiors meet (exact: relate matrix T********), by position.

    pairs: (n, 2) candidates, first < second; by default every pair whose shapes intersect.
    """
    if pairs is None:
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        pairs = np.column_stack([first, second])[first < second]
    meet = shapely.relate_pattern(shapes[pairs[:, 0]], shapes[pairs[:, 1]], "T********")
    pairs = pairs[meet]
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    common = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    places = shapely.point_on_surface(common)
    return [Overlap(int(a), int(b), place) for (a, b), place in zip(pairs, places, strict=True)]
