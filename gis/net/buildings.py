"""The buildings on the net: who holds them, and which of them a border may not cross."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import STRtree
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from gis.frames import MetricFrame

CUT_M2 = 0.05  # more than this on both sides is a cut


@dataclass(frozen=True, eq=False)
class Buildings:
    """Footprints in lon/lat with their households, in any order, never changed."""

    footprints: NDArray[np.object_]
    households: NDArray[np.int64]

    @classmethod
    def of(
        cls, footprints: Sequence[BaseGeometry] | ArrayLike, households: ArrayLike | None = None
    ) -> "Buildings":
        """Buildings from footprints; without `households` each counts none."""
        shapes = np.asarray(footprints, dtype=object)
        counts = np.zeros(len(shapes), np.int64) if households is None else np.asarray(households, np.int64)
        if len(counts) != len(shapes):
            raise ValueError(f"{len(shapes)} footprints but {len(counts)} household counts")
        return cls(shapes, counts)

    @cached_property
    def anchors(self) -> NDArray[np.object_]:
        """A point inside each footprint; the building counts where it lies."""
        return np.asarray(shapely.point_on_surface(self.footprints), dtype=object)

    @cached_property
    def tree(self) -> STRtree:
        """Footprints by place."""
        return STRtree(self.footprints)

    @cached_property
    def anchor_tree(self) -> STRtree:
        """Anchors by place."""
        return STRtree(self.anchors)

    @cached_property
    def clusters(self) -> NDArray[np.object_]:
        """Footprints that touch or overlap, fused, their courtyards filled."""
        if len(self.footprints) == 0:
            return np.empty(0, dtype=object)
        fused = shapely.get_parts(shapely.union_all(self.footprints))
        return np.asarray([Polygon(shape.exterior) for shape in fused], dtype=object)

    @cached_property
    def cluster_tree(self) -> STRtree:
        """Clusters by place."""
        return STRtree(self.clusters)

    def inside(self, shape: BaseGeometry) -> NDArray[np.intp]:
        """Positions of the buildings whose anchor the shape covers, ascending."""
        return np.sort(self.anchor_tree.query(shape, predicate="covers"))

    def under(self, line: BaseGeometry) -> NDArray[np.intp]:
        """Positions of the buildings that a line meets, ascending."""
        return np.sort(self.tree.query(line, predicate="intersects"))

    def is_cut(
        self, positions: NDArray[np.intp], faces: Sequence[BaseGeometry], frame: MetricFrame
    ) -> NDArray[np.bool_]:
        """Whether each of some buildings has more than CUT_M2 in at least two of `faces`."""
        if len(positions) == 0:
            return np.zeros(0, dtype=bool)
        pieces = shapely.intersection(
            self.footprints[positions][:, None], np.asarray(faces, dtype=object)[None, :]
        )
        areas = frame.area_m2(pieces.ravel()).reshape(pieces.shape)
        return np.asarray((areas > CUT_M2).sum(axis=1) >= 2)


def border_of(edges: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> BaseGeometry:
    """Edges as one line geometry."""
    if not edges:
        return LineString()
    return shapely.multilinestrings(shapely.linestrings(np.array(edges, dtype=np.float64)))
