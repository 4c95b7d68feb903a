"""Keeping buildings whole: a drawn border is led along the walls of those that it would cut.

A drawn border parts a region into two sides. Every building across it goes whole to the side that
holds more of it; what this leaves of either side in loose pieces goes to the other one. Sides, not
lines, are moved about: walking a line around one house after the other gets lost between terraces.
"""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from gis.frames import LATTICE_DEG, MetricFrame
from gis.net.buildings import CUT_M2, Buildings
from gis.net.refusals import BuildingInTheWay


def spare(
    left: Polygon, right: Polygon, border: BaseGeometry, buildings: Buildings, frame: MetricFrame
) -> Polygon | None:
    """The left side with whole buildings only, or None if the border cuts none.

    left, right: the two sides in lon/lat; border: the line between them.
    Raises BuildingInTheWay where one side would vanish or fall apart.
    """
    across = buildings.obstacles_at(border)
    if len(across) == 0:
        return None
    shares = [
        frame.area_m2(shapely.intersection(across, side, grid_size=LATTICE_DEG)) for side in (left, right)
    ]
    cut = (shares[0] > CUT_M2) & (shares[1] > CUT_M2)
    if not cut.any():
        return None
    region = shapely.union(left, right, grid_size=LATTICE_DEG)
    joins_left = cut & (shares[0] >= shares[1])
    joins_right = cut & ~joins_left
    side = shapely.union_all([left, *_clipped(across[joins_left], region)], grid_size=LATTICE_DEG)
    taken = shapely.union_all(_clipped(across[joins_right], region), grid_size=LATTICE_DEG)
    side = _largest(shapely.difference(side, taken, grid_size=LATTICE_DEG))
    other = _largest(shapely.difference(region, side, grid_size=LATTICE_DEG))
    side = shapely.difference(region, other, grid_size=LATTICE_DEG)
    if side.is_empty or other.is_empty or side.geom_type != "Polygon":
        raise BuildingInTheWay("there is no way around the building", place=across[np.argmax(cut)])
    return side


def _clipped(shapes: NDArray[np.object_], region: BaseGeometry) -> list[BaseGeometry]:
    """The areal parts of some shapes inside a region."""
    parts = shapely.get_parts(shapely.intersection(shapes, region, grid_size=LATTICE_DEG))
    return [part for part in parts if part.geom_type == "Polygon"]


def _largest(shape: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return max(parts, key=lambda part: float(part.area)) if parts else Polygon()
