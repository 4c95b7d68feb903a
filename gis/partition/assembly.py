"""Polygons from the borders between labels: one set of edges, used by both sides.

Vertices that only the work put on a straight line are taken out again where nothing meets there, so the
community's border comes back as it was, with a vertex more where a border between grids ends on it.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.partition.cells import Cells, CellsBroken
from gis.partition.lattice import Floats, Lattice, Longs, Shapes, keys_of, steps_of
from gis.partition.outer_border import onto_border

_STRAIGHT_STEPS = 1.5


def assemble(cells: Cells, label: Longs, grids: int, originals: Shapes, given: Shapes) -> Shapes:
    """One lon/lat polygon for each label; label: (n,) of the cells.

    originals: shapes in lon/lat whose vertices come back with their bits, the community first. given: every
    other input shape in steps; a vertex of one of them is never taken out. Raises CellsBroken if a label is
    not in one piece.
    """
    edges = cells.edges
    left = label[edges.left]
    right = np.where(edges.right >= 0, label[edges.right], -1)
    border = left != right
    turn = border & (left < right)
    start = keys_of(np.where(turn[:, None], edges.end, edges.start)[border])
    end = keys_of(np.where(turn[:, None], edges.start, edges.end)[border])
    high, low = np.maximum(left, right)[border], np.minimum(left, right)[border]
    exact = shapely.get_coordinates(originals)
    fixed = np.unique(np.concatenate([keys_of(cells.ground.lattice.steps(exact)), _keys(given)]))
    straight = _straightened(start, end, high, low, fixed)
    try:
        begin, finish, high_of, low_of = straight
        outside = np.flatnonzero(low_of < 0)
        begin, finish = onto_border(cells.ground.lattice, originals[:1], begin, finish, outside)
        shapes = _polygons(begin, finish, high_of, low_of, grids)
    except CellsBroken:
        shapes = _polygons(start, end, high, low, grids)
    return on_the_ground(cells.ground.lattice, shapes, exact)


def _keys(shapes: Shapes) -> Longs:
    return keys_of(shapely.get_coordinates(shapes))


def _straightened(
    start: Longs, end: Longs, high: Longs, low: Longs, fixed: Longs
) -> tuple[Longs, Longs, Longs, Longs]:
    """Leave out vertices on a straight run between two others, unless they were given."""
    vertices, at = np.unique(np.concatenate([start, end]), return_inverse=True)
    begin, finish = at[: len(start)], at[len(start) :]
    degree = np.bincount(at, minlength=len(vertices))
    leaving = np.full(len(vertices), -1, dtype=np.int64)
    arriving = leaving.copy()
    leaving[begin] = np.arange(len(start))
    arriving[finish] = np.arange(len(start))
    loose = (degree == 2) & (leaving >= 0) & (arriving >= 0) & ~np.isin(vertices, fixed)
    place = steps_of(vertices)
    while True:
        before, after = _next_kept(begin[arriving], loose), _next_kept(finish[leaving], loose)
        bent = loose & (_off_line(place, place[before], place[after]) >= _STRAIGHT_STEPS)
        if not bent.any():
            break
        loose &= ~bent
    keep = np.flatnonzero(~loose[begin])
    goal = np.where(loose[finish[keep]], after[finish[keep]], finish[keep])
    return vertices[begin[keep]], vertices[goal], high[keep], low[keep]


def _next_kept(step: Longs, loose: NDArray[np.bool_]) -> Longs:
    """Where each vertex comes to, step by step, beside those that go; a ring of such only has no end."""
    goal = step
    for _ in range(int(loose.sum()).bit_length() + 1):
        goal = np.where(loose[goal], goal[goal], goal)
    return np.asarray(goal, dtype=np.int64)


def _off_line(point: Floats, before: Floats, after: Floats) -> Floats:
    """Distance of each point from the line through the other two, in steps."""
    along = after - before
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    off = along[:, 0] * (point - before)[:, 1] - along[:, 1] * (point - before)[:, 0]
    return np.asarray(np.abs(off) / length)


def _polygons(start: Longs, end: Longs, high: Longs, low: Longs, grids: int) -> Shapes:
    """Faces of the edges, each under the label that lies left of its edges."""
    lines = shapely.linestrings(np.stack([steps_of(start), steps_of(end)], axis=1))
    faces = shapely.orient_polygons(shapely.get_parts(shapely.polygonize(lines)))
    left = dict(zip(zip(start.tolist(), end.tolist(), strict=True), high.tolist(), strict=True))
    left |= dict(zip(zip(end.tolist(), start.tolist(), strict=True), low.tolist(), strict=True))
    out: Shapes = np.empty(grids, dtype=object)
    count = np.zeros(grids, dtype=np.int64)
    for face in faces:
        first, second = keys_of(shapely.get_coordinates(face.exterior)[:2]).tolist()
        mine = left[first, second]
        if mine >= 0:
            out[mine] = face
            count[mine] += 1
    if (count != 1).any() or not shapely.is_valid(out).all():
        raise CellsBroken(f"grids in {count.tolist()} pieces, {int((~shapely.is_valid(out)).sum())} invalid")
    return out


def on_the_ground(lattice: Lattice, shapes: Shapes, exact: Floats) -> Shapes:
    """Steps to degrees; a vertex that was given off the lattice gets its own bits back."""
    keys, position = np.unique(keys_of(lattice.steps(exact)), return_index=True)

    def degrees(steps: Floats) -> NDArray[np.float64]:
        out = lattice.lonlat(steps)
        mine = keys_of(steps)
        at = np.minimum(np.searchsorted(keys, mine), len(keys) - 1)
        known = keys[at] == mine
        out[known] = exact[position[at[known]]]
        return out

    moved = np.empty(len(shapes), dtype=object)
    moved[:] = shapely.transform(shapes, degrees)
    return moved
