"""Vertices that the work puts on the community's border, led back onto it.

A border was cut into pieces on whole steps, and a border between grids was cut with a piece: rounded twice,
a vertex can stand two steps (0.2 mm) beside the line that was given. It is put on the step that is least
beside the line: in a net that is evened out once more, new vertices lie beside edges that end at older ones.
"""

import numpy as np
import shapely

from gis.partition.lattice import Floats, Lattice, Longs, Shapes, keys_of, steps_of

_AROUND = np.array([(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)], dtype=np.float64)


def onto_border(lattice: Lattice, community: Shapes, start: Longs, end: Longs, outside: Longs) -> Longs:
    """(2, e) keys of the starts and the ends, moved by a few steps where they lie on the border.

    community: its one shape in lon/lat. outside: positions of the edges that have no cell on their right.
    A vertex that was given stays, and so does one that would come to stand on another.
    """
    vertices, at = np.unique(np.stack([start, end]), return_inverse=True)
    border = edges_in_steps(lattice, community)
    on_border = np.zeros(len(vertices), dtype=bool)
    on_border[at.reshape(2, -1)[:, outside]] = True
    loose = np.flatnonzero(on_border & ~np.isin(vertices, keys_of(border)))
    points = steps_of(vertices[loose])
    nearest = shapely.STRtree(shapely.linestrings(border)).query_nearest(
        shapely.points(points), all_matches=False
    )[1]
    led = keys_of(_least_beside(border[nearest], points))
    moved = vertices.copy()
    moved[loose] = led
    _, first, count = np.unique(moved, return_index=True, return_counts=True)
    alone = np.zeros(len(moved), dtype=bool)
    alone[first[count == 1]] = True
    moved = np.where(alone, moved, vertices)
    return np.asarray(moved[at].reshape(2, -1), dtype=np.int64)


def edges_in_steps(lattice: Lattice, community: Shapes) -> Floats:
    """(e, 2, 2) the community's edges in steps that are not rounded."""
    rings = shapely.get_rings(shapely.get_parts(community))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    steps = lattice.parts_of_steps(xy)
    return np.asarray(np.stack([steps[:-1], steps[1:]], axis=1)[ring[:-1] == ring[1:]])


def _least_beside(edges: Floats, points: Floats) -> Floats:
    """Of the nine steps around the place on each edge that is nearest to its point, the one nearest the edge;
    a little further is worth it only where it is much nearer."""
    around = np.rint(_nearest_on(edges, points))[:, None] + _AROUND
    edges = np.broadcast_to(edges[:, None], (*around.shape[:2], 2, 2)).reshape(-1, 2, 2)
    beside = np.hypot(*(around.reshape(-1, 2) - _nearest_on(edges, around.reshape(-1, 2))).T)
    away = np.hypot(*(around - points[:, None]).transpose(2, 0, 1))
    chosen = (beside.reshape(away.shape) + 0.05 * away).argmin(axis=1)
    return np.asarray(around[np.arange(len(points)), chosen])


def _nearest_on(edges: Floats, points: Floats) -> Floats:
    """The place on each edge that is nearest to its point."""
    begin, along = edges[:, 0], edges[:, 1] - edges[:, 0]
    share = ((points - begin) * along).sum(axis=1) / (along**2).sum(axis=1)
    return np.asarray(begin + np.clip(share, 0, 1)[:, None] * along)
