"""Who owns a point, found the slow and obvious way."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray


def owners_by_covered_by(shapes: NDArray[np.object_], points: NDArray[np.float64]) -> NDArray[np.int32]:
    """The lowest position among the polygons that cover each point, by shapely; -1 for none."""
    which, positions = shapely.STRtree(shapes).query(shapely.points(points), predicate="covered_by")
    owners = np.full(len(points), len(shapes), dtype=np.int32)
    np.minimum.at(owners, which, positions.astype(np.int32))
    return np.where(owners == len(shapes), -1, owners).astype(np.int32)


def owner_by_fractions(shapes: Sequence[shapely.Geometry], x: float, y: float) -> int:
    """The lowest position among the polygons that cover one point, in rational arithmetic; -1 for none."""
    for position, shape in enumerate(shapes):
        if _covers(shape, x, y):
            return position
    return -1


def _covers(shape: shapely.Geometry, x: float, y: float) -> bool:
    """Even-odd rule over all rings; a point on a ring is covered."""
    inside = False
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        for a, b in pairwise(shapely.get_coordinates(ring).tolist()):
            if not min(a[1], b[1]) <= y <= max(a[1], b[1]):
                continue  # comparing is exact: this edge neither holds the point nor is crossed
            turn = _turn(a, b, x, y)
            if turn == 0 and min(a[0], b[0]) <= x <= max(a[0], b[0]):
                return True
            if (a[1] <= y) != (b[1] <= y) and (turn > 0) == (b[1] > a[1]):
                inside = not inside
    return inside


def _turn(a: Sequence[float], b: Sequence[float], x: float, y: float) -> Fraction:
    """Twice the signed area of a, b and (x, y)."""
    ax, ay, bx, by = map(Fraction, (*a, *b))
    return (bx - ax) * (Fraction(y) - ay) - (by - ay) * (Fraction(x) - ax)
