"""Whole numbers for the work between: a community's ground counted in steps of the 1e-9° lattice.

Everything that decides topology happens on these numbers, so that a shared vertex is the same pair of
integers on both sides and comes back as the same pair of doubles. A border vertex that was given off the
lattice comes back with the bits it came with.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.frames import LATTICE_DEG, MetricFrame
from gis.partition.refusals import CommunityRefused

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Shapes = NDArray[np.object_]

_PER_DEGREE = round(1 / LATTICE_DEG)
_LARGEST = 1 << 30
"""Half of what 31 bits hold: a community is less than 1.07° wide."""


@dataclass(frozen=True)
class Lattice:
    """Steps east and north of a corner west and south of the community.

    squeeze: how much shorter a step east is than a step north, in 64ths, so that products stay exact.
    """

    west: int
    south: int
    squeeze: float

    @classmethod
    def around(cls, community: BaseGeometry) -> "Lattice":
        """The lattice of a community. Raises CommunityRefused if it is wider than one degree."""
        west, south, east, north = (value * _PER_DEGREE for value in community.bounds)
        if max(east - west, north - south) > 0.9 * _LARGEST:
            raise CommunityRefused("wider than 0.96°, so it is no community", width=east - west)
        margin = _LARGEST // 100
        middle = np.radians((south + north) / 2 / _PER_DEGREE)
        return cls(
            west=int(west) - margin,
            south=int(south) - margin,
            squeeze=max(1, round(64 * float(np.cos(middle)))) / 64,
        )

    def steps(self, lonlat: Floats) -> Floats:
        """(n, 2) degrees to whole steps, as doubles that hold them exactly."""
        return np.asarray(np.rint(lonlat * _PER_DEGREE) - (self.west, self.south), dtype=np.float64)

    def parts_of_steps(self, lonlat: Floats) -> Floats:
        """(n, 2) degrees to steps that are not rounded."""
        return np.asarray(lonlat * _PER_DEGREE - (self.west, self.south), dtype=np.float64)

    def lonlat(self, steps: Floats) -> Floats:
        """Whole steps back to degrees on the lattice."""
        return np.asarray((steps + np.array([self.west, self.south])) / _PER_DEGREE, dtype=np.float64)

    def shapes(self, geoms: Shapes) -> Shapes:
        """Lon/lat shapes in steps; a shape that the rounding breaks is repaired, a lost one is empty."""
        moved = np.empty(len(geoms), dtype=object)
        moved[:] = shapely.transform(geoms, self.steps) if len(geoms) else []
        broken = ~shapely.is_valid(moved) & ~shapely.is_missing(moved)
        moved[broken] = shapely.make_valid(moved[broken])
        return moved

    def metres(self, steps: Floats, frame: MetricFrame) -> Floats:
        """Whole steps to metres of the frame."""
        return frame.points(self.lonlat(steps))


def keys_of(steps: Floats) -> Longs:
    """One integer for each vertex; equal exactly if the vertices are."""
    whole = np.rint(steps).astype(np.int64)
    return np.asarray((whole[..., 0] << 32) | whole[..., 1], dtype=np.int64)


def steps_of(keys: Longs) -> Floats:
    """The vertices back from their integers."""
    return np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=-1).astype(np.float64)
