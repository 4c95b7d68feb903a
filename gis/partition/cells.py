"""One cell for each building: the ground nearer to it than to any other, inside its block where it can be.

Cells tile the community edge to edge on the lattice: every inner edge is there once in each direction.
Ground without a building is a cell of its own, so that a border may pass on either side of it.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gis.frames import MetricFrame
from gis.partition.ground import Ground
from gis.partition.lattice import Floats, Longs, Shapes, steps_of
from gis.partition.pieces import Flags, Pieces, cut_up

BARRIER_COST = 0.3
"""What a metre of border along a road or river costs; elsewhere it costs 1."""
_ON_BARRIER_STEPS = 30.0


class CellsBroken(RuntimeError):
    """The cells do not tile the community: a fault of ours, never of the input. facts in the message."""


@dataclass(frozen=True, eq=False)
class Edges:
    """Undirected edges between two cells (or a cell and the outside: right = -1), left cell on the left.

    start, end: (e, 2) steps. metres: length. cost: metres times what a metre costs there.
    along: it lies on a barrier.
    """

    start: Floats
    end: Floats
    left: Longs
    right: Longs
    metres: Floats
    cost: Floats
    along: Flags


@dataclass(frozen=True, eq=False)
class Cells:
    """What grids are made of. Areas in m², centres in metres of the frame.

    of_building: (b,) the cell of each building, -1 for one outside. block: (n,) a number for each face
    between barriers. zone: (n,) the present grid under the cell, -1 for none.
    """

    ground: Ground
    area_m2: Floats
    centre: Floats
    block: Longs
    zone: Longs
    of_building: Longs
    edges: Edges

    def __len__(self) -> int:
        return len(self.area_m2)

    def weights(self, of_buildings: Floats) -> Floats:
        """A figure of the buildings summed by cell."""
        inside = self.of_building >= 0
        sums = np.bincount(self.of_building[inside], of_buildings[inside], minlength=len(self))
        return sums.astype(np.float64)


def make_cells(ground: Ground, frame: MetricFrame, barrier_costs: Floats, *, stiff: Longs) -> Cells:
    """Cells of a ground. barrier_costs: one for each barrier.

    stiff: zones that must stay as they are. A building that the present net cuts becomes one cell, in the
    zone of its larger part; if a stiff zone has a share, its parts stay apart and it counts in the larger.
    """
    pieces = cut_up(ground)
    sides = _sides(pieces)
    first, second, forward = sides
    starts, ends = pieces.start[forward], pieces.end[forward]
    vertices, at = np.unique(np.concatenate([pieces.start, pieces.end]), return_inverse=True)
    metric = ground.lattice.metres(steps_of(vertices), frame)
    a, b = metric[at[: len(pieces.start)]], metric[at[len(pieces.start) :]]
    area, centre = _areas(pieces, a, b)
    metres = np.hypot(*(a - b)[forward].T)
    walled = pieces.walled
    along = (second >= 0) & (pieces.face[first] != pieces.face[second])
    along &= ~walled[first] & ~walled[second]
    zone = ground.zone[pieces.face]
    zone = _zone_of_bodies(pieces, zone, area, ground.bodies, stiff)
    body = _decided(pieces, first, second, metres, ground.bodies)
    cell_of_piece, label = _connected(pieces, body, zone, first, second, metres, along, ground.bodies)
    size = len(label)
    cell_area = np.bincount(cell_of_piece, weights=area, minlength=size).astype(np.float64)
    sums = [np.bincount(cell_of_piece, weights=area * centre[:, i], minlength=size) for i in (0, 1)]
    left = cell_of_piece[first]
    right = np.where(second >= 0, cell_of_piece[second], -1).astype(np.int64)
    border = left != right
    cost = metres.copy()
    cost[along] *= _costs(ground, starts[along], ends[along], barrier_costs)
    edges = Edges(
        steps_of(starts[border]),
        steps_of(ends[border]),
        left[border],
        right[border],
        metres[border],
        cost[border],
        along[border],
    )
    zone_of_cell = np.full(size, -1, dtype=np.int64)
    zone_of_cell[cell_of_piece] = zone
    return Cells(
        ground,
        cell_area,
        np.stack(sums, axis=1) / np.maximum(cell_area, 1e-12)[:, None],
        _blocks(pieces, cell_of_piece, area, size),
        zone_of_cell,
        _cells_of_buildings(ground, pieces, cell_of_piece, area),
        edges,
    )


def _sides(pieces: Pieces) -> tuple[Longs, Longs, Longs]:
    """For each edge once: the piece left of it, the piece right of it (-1 outside), its directed position."""
    low, high = np.minimum(pieces.start, pieces.end), np.maximum(pieces.start, pieces.end)
    order = np.lexsort((pieces.start, high, low))
    low, high = low[order], high[order]
    new = np.concatenate([[True], (low[1:] != low[:-1]) | (high[1:] != high[:-1])])
    begin = np.flatnonzero(new)
    count = np.diff(np.append(begin, len(low)))
    twin = order[np.minimum(begin + 1, len(order) - 1)]
    one = order[begin]
    inner = count == 2
    if (count > 2).any() or (pieces.start[one[inner]] == pieces.start[twin[inner]]).any():
        raise CellsBroken(f"{int((count > 2).sum())} edges lie between more than two pieces")
    return pieces.piece[one], np.where(inner, pieces.piece[twin], -1), one


def _areas(pieces: Pieces, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Area and a point near the middle of each piece, m² and metres."""
    size = len(pieces.body)
    origin = a.mean(axis=0)
    cross = (a[:, 0] - origin[0]) * (b[:, 1] - origin[1]) - (b[:, 0] - origin[0]) * (a[:, 1] - origin[1])
    area = np.bincount(pieces.piece, weights=cross, minlength=size) / 2
    count = np.bincount(pieces.piece, minlength=size)
    centre = [np.bincount(pieces.piece, weights=a[:, i], minlength=size) / count for i in (0, 1)]
    return area, np.stack(centre, axis=1)


def _zone_of_bodies(pieces: Pieces, zone: Longs, area: Floats, bodies: int, stiff: Longs) -> Longs:
    """Faces of one body all in the zone where most of it lies; ties go to the lowest zone."""
    walled = np.flatnonzero(pieces.walled)
    zones = int(zone.max(initial=-1)) + 2
    share = np.bincount(
        pieces.body[walled] * zones + zone[walled] + 1, weights=area[walled], minlength=bodies * zones
    ).reshape(bodies, zones)
    out = zone.copy()
    apart = share[:, stiff + 1].sum(axis=1) > 0
    whole = walled[~apart[pieces.body[walled]]]
    out[whole] = share.argmax(axis=1)[pieces.body[whole]] - 1
    return out


def _decided(pieces: Pieces, first: Longs, second: Longs, metres: Floats, bodies: int) -> Longs:
    """Bodies of all pieces: undecided ones take their neighbour's within the face; a bare face is its own."""
    body = pieces.body.copy()
    inner = (second >= 0) & (pieces.face[first] == pieces.face[np.maximum(second, 0)])
    inner &= (body[first] < 0) | (body[np.maximum(second, 0)] < 0)
    p, q, length = first[inner], second[inner], metres[inner]
    order = np.lexsort((q, p, length))
    p, q = p[order], q[order]
    while True:
        open_ = (body[p] < 0) | (body[q] < 0)
        p, q = p[open_], q[open_]
        forward, backward = (body[p] < 0) & (body[q] >= 0), (body[q] < 0) & (body[p] >= 0)
        if not (forward.any() or backward.any()):
            break
        taken = np.concatenate([body[q[forward]], body[p[backward]]])
        body[np.concatenate([p[forward], q[backward]])] = taken  # the longest edge comes last and wins
    bare = body < 0
    body[bare] = bodies + pieces.face[bare]
    return body


def _connected(
    pieces: Pieces,
    body: Longs,
    zone: Longs,
    first: Longs,
    second: Longs,
    metres: Floats,
    along: Flags,
    bodies: int,
) -> tuple[Longs, Longs]:
    """Cells: connected pieces of one body in one zone. A stray with no wall of its body joins a neighbour."""
    inner = np.flatnonzero(second >= 0)
    p, q, length = first[inner], second[inner], metres[inner] * np.where(along[inner], 1e-3, 1.0)
    size = len(body)
    for _ in range(8):
        same = (body[p] == body[q]) & (zone[p] == zone[q])
        links = coo_matrix((np.ones(int(same.sum())), (p[same], q[same])), shape=(size, size))
        number, component = connected_components(links, directed=False)
        anchored = np.zeros(number, dtype=bool)
        anchored[component[pieces.walled]] = True
        anchored[component[body >= bodies]] = True
        stray = ~anchored[component]
        across = (stray[p] != stray[q]) & (zone[p] == zone[q])
        if not across.any():
            break
        e = np.flatnonzero(across)
        inside, outside = np.where(stray[p[e]], p[e], q[e]), np.where(stray[p[e]], q[e], p[e])
        key = component[inside] * (bodies + int(pieces.face.max(initial=0)) + 1) + body[outside]
        keys, at = np.unique(key, return_inverse=True)
        shared = np.bincount(at, weights=length[e])
        of, taker = keys // (bodies + int(pieces.face.max(initial=0)) + 1), None
        order = np.lexsort((keys, shared, of))
        last = np.append(of[order][1:] != of[order][:-1], True)
        taker = np.full(number, -1, dtype=np.int64)
        chosen = order[last]
        taker[of[chosen]] = keys[chosen] % (bodies + int(pieces.face.max(initial=0)) + 1)
        moved = taker[component] >= 0
        body = np.where(moved, taker[component], body)
    _, position = np.unique(component, return_index=True)
    return component.astype(np.int64), body[position]


def _costs(ground: Ground, start: Longs, end: Longs, costs: Floats) -> Floats:
    """What a metre costs along each barrier edge: of the cheapest barrier that lies there."""
    if len(costs) == 0 or (costs == costs[0]).all():
        return np.full(len(start), costs[0] if len(costs) else 1.0)
    middles = shapely.points((steps_of(start) + steps_of(end)) / 2)
    found = np.full(len(start), np.inf)
    edge, barrier = shapely.STRtree(ground.barriers).query(
        middles, predicate="dwithin", distance=_ON_BARRIER_STEPS
    )
    np.minimum.at(found, edge, costs[barrier])
    found[np.isinf(found)] = 1.0
    return found


def _blocks(pieces: Pieces, cell: Longs, area: Floats, size: int) -> Longs:
    """The free face that holds most of each cell; a cell with none has a block of its own."""
    free = np.flatnonzero(~pieces.walled)
    faces = int(pieces.face.max(initial=0)) + 1
    keys, at = np.unique(cell[free] * faces + pieces.face[free], return_inverse=True)
    share = np.bincount(at, weights=area[free], minlength=len(keys))
    order = np.lexsort((-keys, share, keys // faces))
    block = faces + np.arange(size, dtype=np.int64)
    block[keys[order] // faces] = keys[order] % faces
    return np.asarray(np.unique(block, return_inverse=True)[1], dtype=np.int64)


def _cells_of_buildings(ground: Ground, pieces: Pieces, cell: Longs, area: Floats) -> Longs:
    """The cell with most of each body's ground; ties go to the lowest."""
    walled = np.flatnonzero(pieces.walled)
    of_body = np.full(max(ground.bodies, 1), -1, dtype=np.int64)
    keys, at = np.unique(np.stack([pieces.body[walled], cell[walled]], axis=1), axis=0, return_inverse=True)
    share = np.bincount(at.ravel(), weights=area[walled], minlength=len(keys))
    order = np.lexsort((-keys[:, 1], share, keys[:, 0]))
    of_body[keys[order, 0]] = keys[order, 1]
    known = ground.body_of_building >= 0
    found = np.where(known, of_body[np.where(known, ground.body_of_building, 0)], -1)
    return np.asarray(found, dtype=np.int64)


def no_shapes() -> Shapes:
    """An empty array of shapes."""
    return np.empty(0, dtype=object)
