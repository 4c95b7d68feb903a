"""How far is a place from the border of its own polygon, and who lies across? One place, in metres.

Rings of all polygons stand in one array of vertices, polygon after polygon, with a row of NaN after each
ring: an edge with a NaN end is no edge, and compares as farther than anything.
"""

import numpy as np

from gis.jit import Floats, Ints, Longs, helper, kernel


@kernel
def border_of_point(
    x: float,
    y: float,
    owner: int,
    vertices: Floats,
    starts: Longs,
    bounds: Floats,
    near: Ints,
    near_starts: Longs,
    across_m: float,
    tie_m: float,
) -> tuple[float, int]:
    """(metres to the border of `owner`, the polygon across or -1).

    vertices: (v, 2). starts: (n + 1,), where the vertices of each polygon begin. bounds: (n, 4).
    near: positions of the polygons whose boxes come within across_m, rising, those of polygon k from
    near_starts[k] on.
    Across lies who is within across_m of the border's nearest point: the nearest in steps of tie_m, then
    the lowest.
    """
    best = np.inf
    foot_x, foot_y = x, y
    for k in range(starts[owner], starts[owner + 1] - 1):
        along_x, along_y = _nearest_on_edge(vertices, k, x, y)
        squared = (along_x - x) ** 2 + (along_y - y) ** 2
        if squared < best:
            best, foot_x, foot_y = squared, along_x, along_y
    across, fewest = -1, np.inf
    for k in range(near_starts[owner], near_starts[owner + 1]):
        other = near[k]
        if (
            other == owner
            or foot_x < bounds[other, 0] - across_m
            or foot_y < bounds[other, 1] - across_m
            or foot_x > bounds[other, 2] + across_m
            or foot_y > bounds[other, 3] + across_m
        ):
            continue
        metres = _distance(vertices, starts[other], starts[other + 1], foot_x, foot_y)
        steps = np.floor(metres / tie_m)
        if metres <= across_m and steps < fewest:
            across, fewest = other, steps
    return np.sqrt(best), across


@helper
def _distance(vertices: Floats, first: int, end: int, x: float, y: float) -> float:
    """Metres from a place to a polygon, 0 inside."""
    best = np.inf
    inside = False
    for k in range(first, end - 1):
        along_x, along_y = _nearest_on_edge(vertices, k, x, y)
        squared = (along_x - x) ** 2 + (along_y - y) ** 2
        if squared < best:
            best = squared
        ax, ay, bx, by = vertices[k, 0], vertices[k, 1], vertices[k + 1, 0], vertices[k + 1, 1]
        # beside a border the rounding of this side does not matter: then the distance is as good as 0
        if (ay <= y) != (by <= y) and not np.isnan(ay + by) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return 0.0 if inside else np.sqrt(best)


@helper
def _nearest_on_edge(vertices: Floats, k: int, x: float, y: float) -> tuple[float, float]:
    """The point of edge k nearest to a place; NaN for no edge."""
    ax, ay = vertices[k, 0], vertices[k, 1]
    dx, dy = vertices[k + 1, 0] - ax, vertices[k + 1, 1] - ay
    length = dx * dx + dy * dy
    if length == 0.0:
        return ax, ay
    share = ((x - ax) * dx + (y - ay) * dy) / length
    share = min(max(share, 0.0), 1.0) if share == share else share
    return ax + share * dx, ay + share * dy
