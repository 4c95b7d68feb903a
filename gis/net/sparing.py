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
from gis.net.refusals import BordersCross, BuildingInTheWay, MovedTooFar

MOST_MOVED_M = 100.0
"""How far a drawn border may be led aside unless the planner accepts more."""


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
    for half in (left, right):
        if not shapely.is_valid(half):
            raise BordersCross(
                f"the borders would cross: {shapely.is_valid_reason(half)}", place=shapely.boundary(half)
            )
    shares = [
        frame.area_m2(shapely.intersection(across, side, grid_size=LATTICE_DEG)) for side in (left, right)
    ]
    cut = (shares[0] > CUT_M2) & (shares[1] > CUT_M2)
    if not cut.any():
        return None
    # on the lattice a spike of the outline may collapse to a line, which is no ground
    region = shapely.union_all(_areal(shapely.union(left, right, grid_size=LATTICE_DEG)))
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
    return list(_areal(shapely.intersection(shapes, region, grid_size=LATTICE_DEG)))


def _areal(shapes: NDArray[np.object_] | BaseGeometry) -> NDArray[np.object_]:
    """The polygons among the parts of some shapes."""
    parts = shapely.get_parts(shapes)
    while shapely.get_num_geometries(parts).max(initial=1) > 1:  # a MultiPolygon in a collection
        parts = shapely.get_parts(parts)
    return np.asarray(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON], dtype=object)


def _largest(shape: BaseGeometry) -> BaseGeometry:
    return max(_areal(shape), key=lambda part: float(part.area), default=Polygon())


def moved_aside_m(
    drawn: BaseGeometry,
    led: BaseGeometry,
    frame: MetricFrame,
    most_m: float,
    *,
    stretches_of: tuple[BaseGeometry, BaseGeometry] | None = None,
) -> float:
    """How far a border was led from where it was drawn: Hausdorff distance in metres, taken at the vertices.

    drawn, led: lines in lon/lat. stretches_of: the whole lines, drawn and led, where `drawn` and `led` are
    only the stretches that count. Raises MovedTooFar above `most_m`, with what lies too far off.
    """
    first, second, *whole = frame.project([drawn, led, *(stretches_of or ())])
    all_drawn, all_led = whole or (first, second)
    moved_m = max(_farthest_m(first, all_led), _farthest_m(second, all_drawn))
    if moved_m > most_m:
        corners = shapely.points(shapely.get_coordinates(led))
        far = shapely.distance(frame.project(corners), all_drawn) > most_m
        place = shapely.multipoints(corners[far]) if far.any() else led
        raise MovedTooFar(
            f"the border would be led {moved_m:.0f} m aside to spare a building, at most {most_m:.0f} m",
            place=place,
            moved_m=moved_m,
            most_moved_m=most_m,
        )
    return moved_m


def _farthest_m(vertices_of: BaseGeometry, line: BaseGeometry) -> float:
    corners = shapely.points(shapely.get_coordinates(vertices_of))
    return float(shapely.distance(corners, line).max(initial=0.0))
