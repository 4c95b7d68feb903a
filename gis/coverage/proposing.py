"""Each fault of a net with what a repair does there: to be taken or left one by one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gis.coverage.plane import Polygons
from gis.coverage.report import CoverageReport
from gis.frames import Geometries, geometry_array

_GROUND = ("overlaps", "gaps", "outside", "uncovered")
_REST = ("unmatched_edges", "invalid")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One fault. shape: lon/lat, None where there is none to draw; area_m2, width_m: of ground only.

    has_ground: it can be left as it is; borders that do not match and invalid shapes are mended in any case.
    mended: it is one no more in the repaired net. goes_to: the polygon that gets the ground, None for none.
    """

    kind: str
    polygons: tuple[Any, ...]
    rows: tuple[int, ...]
    shape: shapely.Geometry | None
    area_m2: float | None
    width_m: float | None
    has_ground: bool
    mended: bool
    goes_to: Any = None


def proposals(before: CoverageReport, mended: Geometries) -> list[Proposal]:
    """The faults of a net in the order of its check, ground first, against the same net repaired."""
    after = geometry_array(mended)
    there = np.array(
        [shape if shape is not None and shape.is_valid else shapely.Polygon() for shape in after]
    )
    tree = shapely.STRtree(there)
    found = [
        _of_ground(kind, row, there, tree, before.labels)
        for kind in _GROUND
        for row in getattr(before, kind).itertuples(index=False)
    ]
    found += [
        Proposal(kind, tuple(row.polygons), tuple(row.rows), _drawn(row.geometry), None, None, False, True)
        for kind in _REST
        for row in getattr(before, kind).itertuples(index=False)
    ]
    return found


def ground_of(faults: list[Proposal], numbers: set[int]) -> list[shapely.Geometry]:
    """The shapes of these faults (by position) that can be left as they are, for `repair_coverage`."""
    return [
        fault.shape
        for number, fault in enumerate(faults)
        if number in numbers and fault.has_ground and fault.shape is not None
    ]


def _of_ground(
    kind: str, row: Any, after: Polygons, tree: shapely.STRtree, labels: tuple[Any, ...]
) -> Proposal:
    inner = shapely.point_on_surface(row.geometry)
    holders = sorted(tree.query(inner, predicate="within").tolist())
    wanted = 0 if kind == "outside" else 1
    mended = len(holders) == wanted
    goes_to = labels[holders[0]] if mended and wanted else None
    return Proposal(
        kind,
        tuple(row.polygons),
        tuple(row.rows),
        row.geometry,
        float(row.area_m2),
        float(row.width_m),
        True,
        mended,
        goes_to,
    )


def _drawn(shape: Any) -> shapely.Geometry | None:
    if not isinstance(shape, shapely.Geometry) or shape.is_empty:
        return None
    return shape if bool(np.isfinite(shapely.get_coordinates(shape)).all()) else None
