"""What a map needs of one snapshot: the shapes, labels and figures of its areas and grids.

An area's shape is the union of its grids. That union is computed here once per snapshot and then
reused by every tile and answer; nothing of it goes to the database again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.store.tables import LEVELS

if TYPE_CHECKING:
    from boundaries.duty.records import AreaRecord
    from boundaries.duty.snapshot import Snapshot

Bounds = tuple[float, float, float, float]  # west, south, east, north in degrees
_LABEL_TOLERANCE = 0.05  # of the square root of the shape's own area: a label needs no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How much there is. `area_m2` in the district's metric CRS; None where no ground is known."""

    grids: int
    buildings: int
    households: int
    area_m2: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One area or grid in one state of the net. Geometry and label are lon/lat degrees."""

    code: str
    name: str
    level: str  # city, district, street, community; "grid" for a grid
    kind: str
    parent: str | None  # the area above; of a grid its community
    valid_from: datetime | None
    valid_to: datetime | None
    figures: Figures
    geometry: BaseGeometry | None
    label: tuple[float, float] | None
    provisional: bool = False
    group: str | None = None
    host: str | None = None

    @property
    def bounds(self) -> Bounds | None:
        """The box around the shape."""
        if self.geometry is None:
            return None
        west, south, east, north = self.geometry.bounds
        return west, south, east, north


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """All places of one snapshot. Immutable; mappings are in the order of their codes."""

    areas: Mapping[str, Place]
    grids: Mapping[str, Place]
    children: Mapping[str, Sequence[str]]  # of an area: its areas, and the grids of a community
    bounds: Bounds | None
    buildings: int  # also those that lie in no grid, which are counted under no area
    households: int

    @classmethod
    def of(cls, snapshot: "Snapshot") -> "Atlas":
        """The atlas of a snapshot: some tenths of a second for a thousand grids."""
        grids = _grids(snapshot)
        areas = _areas(snapshot, grids)
        children: dict[str, list[str]] = defaultdict(list)
        for place in (*areas.values(), *grids.values()):
            if place.parent is not None:
                children[place.parent].append(place.code)
        shapes = [p.geometry for p in (*grids.values(), *areas.values()) if p.geometry is not None]
        bounds = tuple(shapely.total_bounds(shapes).tolist()) if shapes else None
        return cls(
            areas=areas,
            grids=grids,
            children={code: sorted(codes) for code, codes in children.items()},
            bounds=bounds,
            buildings=len(snapshot.buildings),
            households=sum(building.households or 0 for building in snapshot.buildings.values()),
        )

    def above(self, place: Place) -> list[Place]:
        """The areas that hold a place, the nearest first."""
        found: list[Place] = []
        code = place.parent
        while code is not None and code in self.areas and len(found) < len(LEVELS):
            found.append(self.areas[code])
            code = self.areas[code].parent
        return found


def _grids(snapshot: "Snapshot") -> dict[str, Place]:
    buildings: dict[str, int] = defaultdict(int)
    households: dict[str, int] = defaultdict(int)
    for building in snapshot.buildings.values():
        if building.grid is not None:
            buildings[building.grid] += 1
            households[building.grid] += building.households or 0
    shapes = {grid.code: shape for grid, shape in zip(snapshot.ground, snapshot.shapes, strict=True)}
    return {
        code: Place(
            code=code,
            name=grid.name,
            level="grid",
            kind=grid.kind,
            parent=grid.community,
            group=grid.group,
            host=grid.host,
            valid_from=grid.since,
            valid_to=grid.until,
            figures=Figures(
                grids=1, buildings=buildings[code], households=households[code], area_m2=grid.area_m2
            ),
            geometry=shapes.get(code),
            label=label_point(shapes.get(code)),
        )
        for code, grid in sorted(snapshot.grids.items())
    }


def _areas(snapshot: "Snapshot", grids: Mapping[str, Place]) -> dict[str, Place]:
    parts: dict[str, list[Place]] = defaultdict(list)
    for grid in grids.values():
        parts[grid.parent or ""].append(grid)
    found: dict[str, Place] = {}
    # from the lowest level up, so that a street is the union of a few communities, not of many grids
    for area in sorted(snapshot.areas.values(), key=lambda area: -LEVELS.index(area.level)):
        place = _area(area, parts[area.code], snapshot.outlines.get(area.code))
        found[area.code] = place
        if area.parent is not None:
            parts[area.parent].append(place)
    return dict(sorted(found.items()))


def _area(area: "AreaRecord", parts: Sequence[Place], outline: BaseGeometry | None) -> Place:
    shape = union([part.geometry for part in parts if part.geometry is not None])
    shape = outline if shape is None else shape
    measured = [part.figures.area_m2 for part in parts if part.figures.area_m2 is not None]
    return Place(
        code=area.code,
        name=area.name,
        level=area.level,
        kind=area.kind,
        parent=area.parent,
        valid_from=area.since,
        valid_to=area.until,
        provisional=area.provisional,
        figures=Figures(
            grids=_total(part.figures.grids for part in parts),
            buildings=_total(part.figures.buildings for part in parts),
            households=_total(part.figures.households for part in parts),
            area_m2=sum(measured) if measured else None,
        ),
        geometry=shape,
        label=label_point(shape),
    )


def union(shapes: Sequence[BaseGeometry]) -> BaseGeometry | None:
    """The union of tiles: fast where they match edge to edge; where they do not, the general union."""
    if not shapes:
        return None
    try:
        joined = shapely.coverage_union_all(shapes)
    except shapely.GEOSException:
        return shapely.union_all(shapes)
    return joined if joined.is_valid else shapely.union_all(shapes)


def label_point(shape: BaseGeometry | None) -> tuple[float, float] | None:
    """The middle of the largest circle inside the largest part: where a name has most room. Degrees."""
    if shape is None or shape.is_empty:
        return None
    largest = max(shapely.get_parts(shape), key=shapely.area)
    tolerance = _LABEL_TOLERANCE * float(largest.area) ** 0.5
    lon, lat = shapely.maximum_inscribed_circle(largest, tolerance=tolerance).coords[0]
    return float(lon), float(lat)


def _total(numbers: Iterable[int]) -> int:
    return sum(numbers)
