"""Elements bound to the net: each in its building, compound, feature and grid, at the snapshot's instant.

The grid is never written beside an element: it follows from where the element is, so a new net, a building
that moves to another grid and a question about a past day all find it where it belongs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.duty.places import features_at
from boundaries.duty.records import ElementRecord, PlaceKey

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot


class BoundElement(NamedTuple):
    """An element and the places in which it lies, by code; None where there is none."""

    element: ElementRecord
    building: str | None
    compound: str | None
    feature: str | None
    grid: str | None

    @property
    def near(self) -> list[PlaceKey]:
        """The places that may have duties of their own, nearest first, the grid last."""
        places = (
            ("building", self.building),
            ("compound", self.compound),
            ("feature", self.feature),
            ("grid", self.grid),
        )
        return [(kind, code) for kind, code in places if code is not None]


@dataclass(frozen=True)
class BoundElements:
    """All of them, by code. Holds no snapshot, so that it can serve the next one."""

    every: Sequence[BoundElement]
    points: NDArray[np.object_]  # lon/lat, in the order of `every`

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The points, in the order of `every`."""
        return shapely.STRtree(self.points)

    @cached_property
    def by_code(self) -> dict[str, BoundElement]:
        """Each by its code."""
        return {each.element.code: each for each in self.every}

    @cached_property
    def of_grid(self) -> dict[str, list[BoundElement]]:
        """Those of each grid."""
        found: dict[str, list[BoundElement]] = {}
        for each in self.every:
            if each.grid is not None:
                found.setdefault(each.grid, []).append(each)
        return found

    def inside(self, shape: shapely.Geometry) -> list[BoundElement]:
        """Those within a polygon in lon/lat, its border included."""
        hits = np.sort(self.tree.query(shape, predicate="intersects"))
        return [self.every[int(position)] for position in hits]


def bind(snapshot: "Snapshot") -> BoundElements:
    """Find the places of every element.

    Building: the one that was said, else the lowest code of those whose footprint covers the point. Grid:
    the building's, else the one that covers the point. Compound: the building's, else the lowest code of
    those that cover the point. Feature: as for any point.
    """
    elements = snapshot.elements
    lonlat = np.array([(one.lon, one.lat) for one in elements], dtype=float).reshape(-1, 2)
    points = shapely.points(lonlat)
    standing = _lowest(snapshot.building_tree, points)
    walled = _lowest(snapshot.compound_tree, points)
    ground = snapshot.locate(lonlat) if len(lonlat) and snapshot.ground else np.full(len(lonlat), -1)
    features = features_at(snapshot.features, snapshot.feature_tree.geometries, snapshot.frame.points(lonlat))
    bound = []
    for position, element in enumerate(elements):
        building = snapshot.buildings.get(element.building or "")
        if building is None and standing[position] >= 0:
            building = snapshot.building_list[standing[position]]
        grid = building.grid if building is not None else None
        if grid not in snapshot.grids:
            grid = snapshot.ground[ground[position]].code if ground[position] >= 0 else None
        compound = building.compound if building is not None else None
        if compound is None and walled[position] >= 0:
            compound = snapshot.compound_codes[walled[position]]
        bound.append(
            BoundElement(
                element, building.code if building is not None else None, compound, features[position], grid
            )
        )
    return BoundElements(bound, points)


def _lowest(tree: shapely.STRtree, points: NDArray[np.object_]) -> NDArray[np.int64]:
    """For each point the first of the shapes that cover it, -1 without one."""
    found = np.full(len(points), np.iinfo(np.int64).max)
    if len(points) and len(tree.geometries):
        of_point, of_shape = tree.query(points, predicate="intersects")
        np.minimum.at(found, of_point, of_shape)
    return np.where(found == np.iinfo(np.int64).max, -1, found)
