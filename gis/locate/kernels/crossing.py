"""Telescoping: how the owner changes along a way, as a sum over the edges that it crosses.

    owner(end) = owner(start) + Σ ±(left - right)

in any order, for any set of polygons with disjoint interiors, matched or not. Ways run along x, then along
y. So that none meets a vertex, every end of a way is thought of as moved by (δ², δ), δ > 0 as small as can
be: upwards much more than to the right. That makes every straddle half-open and decides ties on a line.
"""

from gis.jit import inlined
from gis.locate.kernels.orient import orient


@inlined
def moved_side(side: int, ax: float, bx: float) -> int:
    """The side (+1 left, -1 right) of the moved point, whose unmoved side of the edge is `side`.

    On the line: up is left of an edge from west to east; of an upright edge (south to north) the small
    step to the right counts.
    """
    if side != 0:
        return side
    return 1 if bx > ax else -1


@inlined
def crossed_along_x(ax: float, ay: float, bx: float, by: float, y: float, x_from: float, x_to: float) -> int:
    """+1 if the way from (x_from, y) to (x_to, y) crosses the edge from right to left, -1 back, else 0."""
    if (ay <= y) == (by <= y):
        return 0
    start = moved_side(orient(ax, ay, bx, by, x_from, y), ax, bx)
    end = moved_side(orient(ax, ay, bx, by, x_to, y), ax, bx)
    return (end - start) // 2


@inlined
def crossed_along_y(ax: float, ay: float, bx: float, by: float, x: float, y_from: float, y_to: float) -> int:
    """+1 if the way from (x, y_from) to (x, y_to) crosses the edge from right to left, -1 back, else 0."""
    if not (ax <= x < bx):
        return 0
    start = moved_side(orient(ax, ay, bx, by, x, y_from), ax, bx)
    end = moved_side(orient(ax, ay, bx, by, x, y_to), ax, bx)
    return (end - start) // 2
