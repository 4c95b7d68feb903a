"""The buildings on the net: who holds them, and which of them a border may not cross."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import STRtree
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from gis.frames import MetricFrame, snap_to_lattice

CUT_M2 = 0.05  # more than this on both sides is a cut
_LAP_DEG2 = 5e-12  # about 0.05 m²: footprints that share more are one thing to a border
_BRIDGE_DEG = 1e-6  # half the width, about 0.1 m


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
        shapes = _on_lattice(np.asarray(footprints, dtype=object))
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
    def joined(self) -> NDArray[np.object_]:
        """Footprints, the parts of one that has several joined by narrow bridges: a border that parts them
        crosses a bridge, though it may touch none of the parts."""
        out = self.footprints.copy()
        for i in np.flatnonzero(shapely.get_num_geometries(out) > 1).tolist():
            parts = list(shapely.get_parts(out[i]))
            whole = parts.pop(0)
            while parts:
                near = int(np.argmin(shapely.distance(whole, parts)))
                bridge = shapely.shortest_line(whole, parts[near]).buffer(_BRIDGE_DEG)
                whole = shapely.union_all([whole, bridge, parts.pop(near)])
            out[i] = whole
        return _on_lattice(out)

    @cached_property
    def _joined_tree(self) -> STRtree:
        return STRtree(self.joined)

    @cached_property
    def anchor_tree(self) -> STRtree:
        """Anchors by place."""
        return STRtree(self.anchors)

    @cached_property
    def _obstacles(self) -> tuple[NDArray[np.object_], STRtree]:
        """Footprints, those that overlap fused; a party wall alone does not fuse."""
        if len(self.footprints) == 0:
            return self.footprints, STRtree([])
        i, j = self._joined_tree.query(self.joined, predicate="intersects")
        i, j = i[i < j], j[i < j]
        lapping = shapely.area(shapely.intersection(self.joined[i], self.joined[j])) > _LAP_DEG2
        n = len(self.joined)
        graph = coo_array((np.ones(lapping.sum(), np.int8), (i[lapping], j[lapping])), shape=(n, n))
        count, label = connected_components(graph, directed=False)
        order = np.argsort(label, kind="stable")
        groups = np.split(self.joined[order], np.searchsorted(label[order], np.arange(1, count)))
        fused = [group[0] if len(group) == 1 else shapely.union_all(group) for group in groups]
        shapes = snap_to_lattice(fused)
        mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
        shapes[mixed] = shapely.buffer(shapes[mixed], 0)  # lines that a spike left behind are no wall
        return shapes, STRtree(shapes)

    def obstacles_at(self, line: BaseGeometry) -> NDArray[np.object_]:
        """The shapes that a border along `line` may not cut: footprints, those that overlap fused."""
        shapes, tree = self._obstacles
        return np.asarray(shapes[np.sort(tree.query(line, predicate="intersects"))])

    def inside(self, shape: BaseGeometry) -> NDArray[np.intp]:
        """Positions of the buildings whose anchor the shape covers, ascending."""
        return np.sort(self.anchor_tree.query(shape, predicate="covers"))

    def under(self, line: BaseGeometry) -> NDArray[np.intp]:
        """Positions of the buildings that a line meets or whose parts it may part, ascending."""
        return np.sort(self._joined_tree.query(line, predicate="intersects"))

    def is_cut(
        self,
        positions: NDArray[np.intp],
        faces: Sequence[BaseGeometry],
        frame: MetricFrame,
        *,
        with_rest: bool = False,
    ) -> NDArray[np.bool_]:
        """Whether each of some buildings has more than CUT_M2 in at least two of `faces`.

        with_rest: what lies in none of them counts as one more.
        """
        if len(positions) == 0:
            return np.zeros(0, dtype=bool)
        pieces = shapely.intersection(
            self.footprints[positions][:, None], np.asarray(faces, dtype=object)[None, :]
        )
        areas = frame.area_m2(pieces.ravel()).reshape(pieces.shape)
        sides = (areas > CUT_M2).sum(axis=1)
        if with_rest:
            sides += frame.area_m2(self.footprints[positions]) - areas.sum(axis=1) > CUT_M2
        return np.asarray(sides >= 2)


def border_of(edges: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> BaseGeometry:
    """Edges as one line geometry."""
    if not edges:
        return LineString()
    return shapely.multilinestrings(shapely.linestrings(np.array(edges, dtype=np.float64)))


def _on_lattice(footprints: NDArray[np.object_]) -> NDArray[np.object_]:
    """Footprints on the lattice; one that this makes invalid is mended there, none is dropped."""
    if len(footprints) == 0:
        return footprints
    shapes = snap_to_lattice(footprints)
    bad = ~shapely.is_valid(shapes)
    shapes[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    return shapes
