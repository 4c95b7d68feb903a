"""The unique edges of a set of polygons, each with the polygon on either side."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.locate.kernels.edges import unify_edges


@dataclass(frozen=True)
class Edges:
    """Unique edges with their two labels (position + 1, 0 = outside), and pairs that claim the same side."""

    ends: NDArray[np.float64]  # (e, 4): ax, ay, bx, by with a before b
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    clashes: NDArray[np.int32]  # (c, 2) labels


def edges_of(shapes: NDArray[np.object_]) -> Edges:
    """The edges of valid polygons and multipolygons, 2D."""
    _, xy, offsets = shapely.to_ragged_array(shapes, include_z=False)
    xy = np.ascontiguousarray(xy + 0.0)  # -0.0 becomes 0.0: equal coordinates have equal bits
    ring_starts = np.asarray(offsets[0], dtype=np.int64)
    first_rings = np.asarray(offsets[1], dtype=np.int64)  # of each polygon
    rings = len(ring_starts) - 1
    ring_is_hole = np.ones(rings, dtype=np.bool_)
    ring_is_hole[first_rings[:-1]] = False
    polygon_labels = np.arange(1, len(shapes) + 1, dtype=np.int32)
    if len(offsets) == 3:
        polygon_labels = np.repeat(polygon_labels, np.diff(offsets[2]))
    ring_labels = np.repeat(polygon_labels, np.diff(first_rings))
    half_edges = len(xy)
    slots = np.full(1 << (3 * half_edges // 2).bit_length(), -1, dtype=np.int32)
    # what is never written is never in memory: at most half of these, in a net whose polygons match
    ends, clashes = np.empty((half_edges, 4)), np.empty((half_edges, 2), dtype=np.int32)
    left, right = np.zeros(half_edges, dtype=np.int32), np.zeros(half_edges, dtype=np.int32)
    count, clash_count = unify_edges(
        xy, xy.view(np.uint64), ring_starts, ring_labels, ring_is_hole, slots, ends, left, right, clashes
    )
    return Edges(ends[:count], left[:count], right[:count], clashes[:clash_count])
