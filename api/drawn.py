"""What was drawn, carried to WGS 84."""

from collections.abc import Mapping, Sequence
from typing import Any

import shapely

from boundaries.land.plans.guides import line_kind
from boundaries.land.plans.operations import shape_of
from gis.datums import Datum, convert

_KINDS = {"line": "LineString", "polygon": "Polygon"}


def in_wgs84(drawn: Mapping[str, Any], datum: Datum) -> dict[str, Any]:
    """Drawn shapes and points by name, in WGS 84; CGCS2000 differs by centimetres. Raises BadLine."""
    if datum in (Datum.WGS84, Datum.CGCS2000):
        return dict(drawn)
    return {
        name: (
            _carried(value, _KINDS[name], datum)
            if name in _KINDS
            else convert([value], datum, Datum.WGS84)[0].tolist()
        )
        for name, value in drawn.items()
    }


def lines_in_wgs84(lines: Sequence[Any], datum: Datum) -> list[Any]:
    """GeoJSON lines in WGS 84. Raises BadLine."""
    if datum in (Datum.WGS84, Datum.CGCS2000):
        return list(lines)
    return [_carried(line, line_kind(line), datum) for line in lines]


def _carried(geojson: Any, kind: str, datum: Datum) -> dict[str, Any]:
    shape = shapely.transform(shape_of(geojson, kind), lambda xy: convert(xy, datum, Datum.WGS84))
    return dict(shapely.geometry.mapping(shape))
