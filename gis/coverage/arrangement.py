"""All borders of a net at once: the pieces of ground between them, and who claims each piece."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.coverage.plane import Polygons, segments_with_owner
from gis.frames import LATTICE_DEG, STEPS_PER_DEGREE, Floats, MetricFrame

Ints = NDArray[np.int64]
NOBODY = -1


@dataclass(frozen=True)
class Arrangement:
    """The faces of the noded borders, and the edges between them.

    faces: lon/lat polygons with every node on the lattice. claims: per face the positions of the polygons
    that cover it. inside: per face, whether the parent covers it (true where there is no parent).
    left, right, metres: one row per stretch of border between two faces and its length.
    """

    faces: Polygons
    claims: list[tuple[int, ...]]
    inside: NDArray[np.bool_]
    left: Ints
    right: Ints
    metres: Floats

    def groups(self, chosen: NDArray[np.bool_], kind: Ints) -> list[Ints]:
        """The chosen faces in connected groups of the same kind, in order of their first face."""
        together = chosen[self.left] & chosen[self.right] & (kind[self.left] == kind[self.right])
        count = len(self.faces)
        links = coo_array(
            (np.ones(int(together.sum())), (self.left[together], self.right[together])), shape=(count, count)
        )
        label = connected_components(links, directed=False)[1]
        members = np.flatnonzero(chosen)
        order = members[np.argsort(label[members], kind="stable")]
        if not len(order):
            return []
        pieces = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
        return sorted(pieces, key=lambda piece: int(piece[0]))

    def borders(self, group: Ints, owner: Ints) -> dict[int, float]:
        """Metres of border that the group shares with each owner of a face beside it."""
        members = dict.fromkeys(group.tolist())
        shared: dict[int, float] = {}
        for face in members:
            for other, metres in self._beside[face]:
                who = int(owner[other])
                if other not in members and who != NOBODY:
                    shared[who] = shared.get(who, 0.0) + metres
        return shared

    @cached_property
    def _beside(self) -> list[list[tuple[int, float]]]:
        """Per face, the faces beside it and the metres between."""
        beside: list[list[tuple[int, float]]] = [[] for _ in range(len(self.faces))]
        stretches = zip(self.left.tolist(), self.right.tolist(), self.metres.tolist(), strict=True)
        for left, right, metres in stretches:
            beside[left].append((right, metres))
            beside[right].append((left, metres))
        return beside


def arrange(polygons: Polygons, within: shapely.Geometry | None, frame: MetricFrame) -> Arrangement:
    """Node the borders of valid lon/lat polygons (and of the parent) on the lattice, and label the faces.

    Borders that cross get a node at the lattice point nearest the crossing; a corner within half a step
    of another border becomes a node of it. All else keeps its place.
    """
    borders = list(shapely.boundary(polygons))
    if within is not None:
        borders.append(shapely.boundary(within))
    noded = shapely.union_all(np.array(borders, dtype=object), grid_size=LATTICE_DEG)
    faces = np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))), dtype=object)
    inner = shapely.point_on_surface(faces)
    tree = shapely.STRtree(polygons)
    face, polygon = tree.query(inner, predicate="within")
    claims: list[list[int]] = [[] for _ in range(len(faces))]
    for at, who in sorted(zip(face.tolist(), polygon.tolist(), strict=True)):
        claims[at].append(who)
    inside = np.ones(len(faces), dtype=bool)
    if within is not None:
        shapely.prepare(within)
        inside = np.asarray(shapely.contains(within, inner), dtype=bool)
    left, right, metres = _adjacent(faces, frame)
    return Arrangement(faces, [tuple(who) for who in claims], inside, left, right, metres)


def lattice_keys(xy: Floats) -> Ints:
    """Degrees as whole steps of the lattice."""
    return np.rint(xy * STEPS_PER_DEGREE).astype(np.int64)


def _adjacent(faces: Polygons, frame: MetricFrame) -> tuple[Ints, Ints, Floats]:
    segments, face = segments_with_owner(faces)
    if not len(segments):
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, np.empty(0)
    ends = lattice_keys(segments).reshape(-1, 4)
    backwards = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[backwards] = ends[backwards][:, [2, 3, 0, 1]]
    order = np.lexsort(ends.T)
    twin = np.flatnonzero(np.all(ends[order][1:] == ends[order][:-1], axis=1))
    one, other = order[twin], order[twin + 1]
    metric = frame.points(segments[one].reshape(-1, 2)).reshape(-1, 2, 2)
    metres = np.hypot(*(metric[:, 1] - metric[:, 0]).T)
    return face[one].astype(np.int64), face[other].astype(np.int64), metres
