"""The shapes of a table: found in cells where the format has none, and checked one by one."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.land.importing.causes import Cause, Rule, facts_of
from boundaries.land.importing.reading import Limits, Table
from boundaries.land.importing.reading.wkb import shapes_of
from boundaries.land.importing.values import read_number

Shapes = NDArray[np.object_]


class Refuse(Protocol):
    """Takes a refused row: see `Sieve.refuse`."""

    def __call__(
        self,
        position: int,
        field: str,
        value: Any,
        code: Cause,
        reason: str,
        facts: Mapping[str, Any] = ...,
        /,
    ) -> None: ...


_POLYGONS = {"Polygon", "MultiPolygon"}


def of_table(table: Table, mapping: Mapping[str, str], refuse: Refuse) -> Shapes | None:
    """The shapes of the file, else of its WKT column, else points of its lon and lat columns; or None."""
    given = table.shapes
    if given is not None and not shapely.is_missing(given).all():
        return given
    if "wkt" in mapping:
        broken: dict[int, tuple[str, str]] = {}
        texts = [None if cell is None else str(cell) for cell in table.cells[mapping["wkt"]]]
        shapes = shapely.force_2d(shapes_of(texts, broken))
        for position, (value, reason) in broken.items():
            refuse(position, mapping["wkt"], value, "unreadable-shape", reason)
        return np.asarray(shapes, dtype=object)
    if "lon" in mapping and "lat" in mapping:
        return points(table.cells, mapping["lon"], mapping["lat"], refuse)
    return given


def points(cells: pd.DataFrame, lon: str, lat: str, refuse: Refuse) -> Shapes:
    """Points of two columns, in the file's own frame; None where either is empty or refused."""
    columns = []
    for name in (lon, lat):
        numbers = np.full(len(cells), np.nan)
        for position, cell in enumerate(cells[name]):
            if cell is not None:
                try:
                    numbers[position] = read_number(cell)
                except ValueError as error:
                    refuse(position, name, str(cell), "not-a-number", str(error), facts_of(error))
        columns.append(numbers)
    shapes = np.empty(len(cells), dtype=object)
    there = np.isfinite(columns[0]) & np.isfinite(columns[1])
    shapes[there] = shapely.points(columns[0][there], columns[1][there])
    return shapes


def refuse_before_framing(shapes: Shapes, kind: str, limits: Limits, refuse: Refuse) -> Shapes:
    """Take out what no frame can help: other types, NaN and infinity, endless rings. kind: polygon or point.

    Returns a copy with None in their place.
    """
    shapes = shapes.copy()
    for position in np.flatnonzero(~shapely.is_missing(shapes)):
        shape = shapes[position]
        fault = _fault(shape, kind, limits)
        if fault is not None:
            refuse(int(position), "geometry", shape.geom_type, *fault)
            shapes[position] = None
    return shapes


def refuse_invalid(shapes: Shapes, refuse: Refuse) -> None:
    """Refuse shapes (lon/lat, on the lattice) that cross themselves or have no area, with the place."""
    areal = np.isin(shapely.get_type_id(shapes), (3, 6))
    for position in np.flatnonzero(areal & ~shapely.is_valid(shapes)):
        reason = str(shapely.is_valid_reason(shapes[position]))
        refuse(int(position), "geometry", shapes[position].geom_type, "invalid-shape", *_in_words(reason))
    for position in np.flatnonzero(areal & shapely.is_valid(shapes) & (shapely.area(shapes) == 0)):
        facts = {"rule": "no-area"}
        kind = shapes[position].geom_type
        refuse(int(position), "geometry", kind, "invalid-shape", "the shape has no area", facts)


def place_of(shape: shapely.Geometry | None) -> tuple[float, float] | None:
    """Lon and lat of a shape in degrees: where its border is broken, else a point of it.

    None without a shape, and where no finite number says where it is: JSON and the register hold no other.
    """
    if shape is None or shape.is_empty:
        return None
    _, broken, place = str(shapely.is_valid_reason(shape)).partition("[")
    if broken:
        lon, lat = map(float, place.rstrip("]").split()[:2])
    elif not shape.is_valid:
        lon, lat = shapely.get_coordinates(shape)[0].tolist()
    else:
        lon, lat = shapely.get_coordinates(shapely.point_on_surface(shape))[0].tolist()
    return (lon, lat) if np.isfinite((lon, lat)).all() else None


def _fault(shape: shapely.Geometry, kind: str, limits: Limits) -> tuple[Cause, str, dict[str, Any]] | None:
    name = shape.geom_type
    if kind == "polygon" and name not in _POLYGONS:
        return "wrong-shape", f"a {name} where a polygon belongs", {"rule": "polygon-wanted"}
    if kind == "point" and name != "Point":
        return "wrong-shape", f"a {name} where a point belongs", {"rule": "point-wanted"}
    if shape.is_empty:
        return "empty-shape", "the shape is empty", {}
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return "not-finite", "a coordinate is not a finite number (NaN or infinite)", {}
    if kind == "polygon" and shapely.get_num_coordinates(shape) > limits.ring_vertices:
        parts = shapely.get_parts(shape)
        longest = max(int(shapely.get_num_coordinates(ring)) for ring in shapely.get_rings(parts))
        if longest > limits.ring_vertices:
            return (
                "too-many-vertices",
                f"a ring of {longest:,} vertices; at most {limits.ring_vertices:,}: simplify it before",
                {"count": longest, "most": limits.ring_vertices},
            )
    return None


def _in_words(reason: str) -> tuple[str, dict[str, Any]]:
    """GEOS's reason as a sentence and its facts."""
    what, _, place = reason.partition("[")
    at = " at lon {}, lat {}".format(*place.rstrip("]").split()) if place else ""
    words: dict[str, tuple[str, Rule]] = {
        "Self-intersection": ("the border crosses itself", "border-crosses"),
        "Ring Self-intersection": ("the border touches itself", "border-touches"),
    }
    if what.strip() not in words:
        return what.strip().lower() + at, {}
    sentence, rule = words[what.strip()]
    return sentence + at, {"rule": rule}
