"""Why a set of polygons is no net, with the facts."""

from dataclasses import dataclass

import shapely


class PolygonsRefused(ValueError):
    """The polygons cannot be indexed."""


@dataclass(frozen=True)
class Fault:
    """One polygon that is none: its position in the input and what is wrong with it."""

    position: int
    reason: str


class InvalidPolygons(PolygonsRefused):
    """Some inputs are missing, empty, not polygonal, not finite or not valid; `faults` lists them all."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        shown = "; ".join(f"position {fault.position}: {fault.reason}" for fault in faults[:5])
        more = f" (and {len(faults) - 5} more)" if len(faults) > 5 else ""
        super().__init__(f"{len(faults)} invalid polygon(s): {shown}{more}")


@dataclass(frozen=True)
class Overlap:
    """Two polygons with common interior: their positions and a point inside both, in the input's frame."""

    first: int
    second: int
    place: shapely.Point


class OverlappingPolygons(PolygonsRefused):
    """Some polygons share ground, so points there have two owners; `overlaps` lists the pairs and places."""

    def __init__(self, overlaps: list[Overlap]) -> None:
        self.overlaps = overlaps
        shown = "; ".join(
            f"positions {o.first} and {o.second} at ({o.place.x:.9f}, {o.place.y:.9f})" for o in overlaps[:5]
        )
        more = f" (and {len(overlaps) - 5} more)" if len(overlaps) > 5 else ""
        super().__init__(f"{len(overlaps)} overlapping pair(s) of polygons: {shown}{more}")


class CrossesAntimeridian(PolygonsRefused):
    """The net is in degrees and spans more than 180° of longitude, or leaves [-180°, 180°]."""

    def __init__(self, west: float, east: float) -> None:
        self.west, self.east = west, east
        super().__init__(
            f"the polygons reach from longitude {west:g}° to {east:g}°: a net across the antimeridian "
            "is not supported; cut it at ±180° and index the two sides on their own"
        )
