"""Which polygons of a net share ground? Exact, and cheap where the polygons match."""

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.locate.edges import Edges
from gis.locate.refusals import Overlap


def find_overlaps(shapes: NDArray[np.object_], edges: Edges) -> list[Overlap]:
    """The pairs of valid polygons whose interiors meet (relate matrix T********), by position.

    How many polygons cover a point changes only where a way crosses an edge that has a polygon on one side
    and none on the other. So every overlap is bounded by such edges, and only polygons that meet one of
    them have to be compared; in a sound net that is the outer frame. Where two polygons claim the same side
    of one edge, that count is lost, and every pair is compared.
    """
    if len(shapes) < 2:
        return []
    if len(edges.clashes):
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    else:
        first, second = _beside_unmatched_edges(shapes, edges)
    pairs = np.column_stack([np.minimum(first, second), np.maximum(first, second)])[first != second]
    pairs = np.unique(pairs, axis=0)
    if len(pairs):
        pairs = pairs[shapely.relate_pattern(shapes[pairs[:, 0]], shapes[pairs[:, 1]], "T********")]
    places = shapely.point_on_surface(shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]]))
    return [Overlap(int(a), int(b), place) for (a, b), place in zip(pairs, places, strict=True)]


def _beside_unmatched_edges(
    shapes: NDArray[np.object_], edges: Edges
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(owner of an unmatched edge, polygon that meets this edge), the owner itself included."""
    unmatched = (edges.left == 0) | (edges.right == 0)
    owners = (np.maximum(edges.left, edges.right)[unmatched] - 1).astype(np.int64)
    lines = shapely.linestrings(edges.ends[unmatched].reshape(-1, 2, 2))
    which, met = shapely.STRtree(shapes).query(lines, predicate="intersects")
    return owners[which], met
