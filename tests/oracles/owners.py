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
        if _covers(shape, Fraction(x), Fraction(y)):
            return position
    return -1


def _covers(shape: shapely.Geometry, x: Fraction, y: Fraction) -> bool:
    """Even-odd rule over all rings; a point on a ring is covered."""
    inside = False
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        xy = [(Fraction(a), Fraction(b)) for a, b in shapely.get_coordinates(ring).tolist()]
        for (ax, ay), (bx, by) in pairwise(xy):
            turn = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
            if turn == 0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
                return True
            if (ay <= y) != (by <= y) and (turn > 0) == (by > ay):
                inside = not inside
    return inside
