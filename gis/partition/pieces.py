"""The free ground in pieces, each with the body nearest to it: triangles, split half-way between two bodies.

The corners of every triangle stand on walls, barriers or the border. Where two corners belong to different
bodies the edge between them is split at its middle, rounded to the lattice. A triangle lower than 16 steps
(1.6 mm) is never split, nor any edge of it: only there the rounding could fold a piece over.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.partition.ground import Ground
from gis.partition.lattice import Floats, Longs, keys_of, steps_of

Flags = NDArray[np.bool_]

_LOWEST_SPLIT = 16.0


@dataclass(frozen=True, eq=False)
class Pieces:
    """Directed edges start → end (vertex keys), the piece on the left; body (-1: undecided) and face of each.

    walled: the piece is the face of a body itself.
    """

    start: Longs
    end: Longs
    piece: Longs
    body: Longs
    face: Longs
    walled: Flags


def cut_up(ground: Ground) -> Pieces:
    """Every face in pieces: a body's face is one, free ground is triangulated."""
    builder = _Rings()
    free = np.flatnonzero(ground.body < 0)
    walled = np.flatnonzero(ground.body >= 0)
    triangles, face = _triangles(ground, free)
    ring_start, ring_end, ring_of = _ring_edges(ground, walled)
    splits = _Splits(triangles, ring_start, ring_of, ground.body[walled])
    _split_triangles(builder, triangles, face, splits)
    middle = splits.middle_of(ring_start, ring_end)
    return builder.finish(walled, ground.body, ring_start, middle, ring_end, ring_of)


def _triangles(ground: Ground, free: Longs) -> tuple[Longs, Longs]:
    """Keys (t, 3), counter-clockwise, and the face of each triangle."""
    squeeze = np.array([ground.lattice.squeeze, 1.0])
    squeezed = shapely.transform(ground.faces[free], lambda xy: xy * squeeze)
    with ThreadPoolExecutor(2) as pool:  # GEOS lets go of the interpreter
        halves = list(pool.map(shapely.constrained_delaunay_triangles, (squeezed[::2], squeezed[1::2])))
    cut = np.empty(len(free), dtype=object)
    cut[::2], cut[1::2] = halves
    corners, of = shapely.get_coordinates(cut, return_index=True)  # four for each triangle, the first again
    corners, of = np.rint(corners.reshape(-1, 4, 2)[:, :3] / squeeze), of[::4]
    turned = _cross(corners[:, 0], corners[:, 1], corners[:, 2]) < 0
    corners[turned] = corners[turned][:, ::-1]
    return keys_of(corners), free[of]


def _ring_edges(ground: Ground, walled: Longs) -> tuple[Longs, Longs, Longs]:
    """The edges around bodies' faces, inside on the left; the position in `walled` of each."""
    rings, face = shapely.get_rings(shapely.orient_polygons(ground.faces[walled]), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    keys = keys_of(xy)
    same = ring[1:] == ring[:-1]
    return keys[:-1][same], keys[1:][same], face[ring[:-1][same]]


class _Splits:
    """Which body each vertex belongs to, and which edges are split in the middle."""

    def __init__(self, triangles: Longs, ring_start: Longs, ring_of: Longs, body: Longs) -> None:
        self.vertices, corner = np.unique(triangles, return_inverse=True)
        self.corner = corner.reshape(triangles.shape)
        owner = np.full(len(self.vertices), np.iinfo(np.int64).max)
        at, known = self._find(ring_start)
        np.minimum.at(owner, at[known], body[ring_of[known]])
        owner[owner == np.iinfo(np.int64).max] = -1
        self.owner = owner[self.corner]
        following = np.roll(self.corner, -1, axis=1)
        edge = self._edge(self.corner, following)
        differs = (self.owner >= 0) & (np.roll(self.owner, -1, axis=1) >= 0)
        self.differs = differs & (self.owner != np.roll(self.owner, -1, axis=1))
        low = _heights(steps_of(triangles)) < _LOWEST_SPLIT
        barred = np.unique(edge[low])
        self.split = self.differs & ~np.isin(edge, barred)
        self.split_edges = np.unique(edge[self.split])

    def _find(self, keys: Longs) -> tuple[Longs, Flags]:
        at = np.minimum(np.searchsorted(self.vertices, keys), max(len(self.vertices) - 1, 0))
        known = self.vertices[at] == keys if len(self.vertices) else np.zeros(len(keys), dtype=bool)
        return at, known

    def _edge(self, a: Longs, b: Longs) -> Longs:
        return np.asarray(np.minimum(a, b) * len(self.vertices) + np.maximum(a, b))

    def middle_of(self, start: Longs, end: Longs) -> Longs:
        """The middle of each edge that is split, its start where it is not."""
        (a, a_known), (b, b_known) = self._find(start), self._find(end)
        split = a_known & b_known & np.isin(self._edge(a, b), self.split_edges)
        return np.where(split, middle(start, end), start)


class _Rings:
    """Collects rings of vertex keys; a vertex repeated stands for one that is not there."""

    def __init__(self) -> None:
        self.rings: list[Longs] = []
        self.bodies: list[Longs] = []
        self.faces: list[Longs] = []

    def add(self, corners: list[Longs], body: Longs, face: Longs) -> None:
        self.rings.append(np.stack(corners, axis=1).reshape(len(body), len(corners)))
        self.bodies.append(body)
        self.faces.append(face)

    def finish(
        self, walled: Longs, body: Longs, start: Longs, middle: Longs, end: Longs, ring_of: Longs
    ) -> Pieces:
        starts, ends, pieces, count = [], [], [], 0
        for ring in self.rings:
            starts.append(ring.ravel())
            ends.append(np.roll(ring, -1, axis=1).ravel())
            pieces.append(np.repeat(np.arange(count, count + len(ring)), ring.shape[1]))
            count += len(ring)
        starts += [start, middle]
        ends += [middle, end]
        pieces += [ring_of + count, ring_of + count]
        a, b, piece = (np.concatenate(part).astype(np.int64) for part in (starts, ends, pieces))
        real = a != b
        flags = np.zeros(count + len(walled), dtype=bool)
        flags[count:] = True
        return Pieces(
            a[real],
            b[real],
            piece[real],
            np.concatenate([*self.bodies, body[walled]]).astype(np.int64),
            np.concatenate([*self.faces, walled]).astype(np.int64),
            flags,
        )


def _split_triangles(out: _Rings, triangles: Longs, face: Longs, splits: _Splits) -> None:
    """Every triangle once: whole, in two, or in three."""
    owner = splits.owner
    owned = (owner >= 0).sum(axis=1)
    highest = owner.max(axis=1, initial=-1)
    divided = splits.split.any(axis=1) & (splits.split == splits.differs).all(axis=1)
    three = divided & splits.split.all(axis=1)
    whole = ~divided
    following = np.roll(triangles, -1, axis=1)
    half = np.where(splits.split, middle(triangles, following), triangles)
    out.add(
        [part[whole] for i in range(3) for part in (triangles[:, i], half[:, i])],
        highest[whole],
        face[whole],
    )
    for turn in range(3):
        x, y, z = (triangles[:, (turn + i) % 3] for i in range(3))
        mine, next_ = owner[:, turn], owner[:, (turn + 1) % 3]
        last = owner[:, (turn + 2) % 3]
        one_against_two = divided & (owned == 3) & (next_ == last) & (mine != next_)
        m = one_against_two
        xy, xz = middle(x[m], y[m]), middle(z[m], x[m])
        out.add([x[m], xy, xz], mine[m], face[m])
        out.add([xy, y[m], z[m], xz], next_[m], face[m])
        m = divided & (mine < 0)
        yz = middle(y[m], z[m])
        out.add([x[m], y[m], yz], next_[m], face[m])
        out.add([x[m], yz, z[m]], last[m], face[m])
        m = three
        centre = keys_of(np.rint(steps_of(triangles[m]).mean(axis=1)))
        out.add([x[m], middle(x[m], y[m]), centre, middle(z[m], x[m])], mine[m], face[m])


def middle(a: Longs, b: Longs) -> Longs:
    """The lattice point at the middle of an edge, the same in both directions."""
    return keys_of(np.rint((steps_of(a) + steps_of(b)) / 2))


def _cross(a: Floats, b: Floats, c: Floats) -> Floats:
    return np.asarray(
        (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
    )


def _heights(corners: Floats) -> Floats:
    """The lowest height of each triangle, in steps."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=1), axis=-1)
    twice = np.abs(_cross(corners[:, 0], corners[:, 1], corners[:, 2]))
    return np.asarray(twice / np.maximum(sides.max(axis=1, initial=1.0), 1.0))
