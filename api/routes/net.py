"""Checking a net that is not in the register (yet)."""

from collections.abc import AsyncIterator
from typing import IO, Annotated, Any, Literal

import msgspec
import shapely
from fastapi import APIRouter, Depends, Query, Request, Response
from geopandas import GeoSeries

from api.access import Planner
from api.answering import datum_of
from api.bodies import spooled
from api.context import Context_
from api.refusals import UnreadableBody
from api.routes.answers import as_json, refusals
from api.schemas import DatumName, NetCheckOut
from boundaries.land.refusals import UnknownCode
from gis.coverage import CoverageReport, check_coverage
from gis.coverage.report import KINDS
from gis.datums import Datum, convert

router = APIRouter(prefix="/v1/net", tags=["checking"])
_SCHEMA = {"type": "object", "description": "a GeoJSON FeatureCollection of polygons; `code` names each"}
_EXAMPLE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": "a"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[112.85, 35.5], [112.86, 35.5], [112.86, 35.51], [112.85, 35.5]]],
            },
        }
    ],
}


_NO_GEOJSON = (
    msgspec.DecodeError,
    UnicodeDecodeError,
    shapely.errors.ShapelyError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)


class _Feature(msgspec.Struct):
    geometry: dict[str, Any] | None = None
    properties: dict[str, Any] | None = None
    id: str | int | None = None


class _Collection(msgspec.Struct, tag_field="type", tag="FeatureCollection"):
    features: list[_Feature]


async def _raw(request: Request, user: Planner) -> AsyncIterator[IO[bytes]]:
    async with spooled(request) as file:
        yield file


@router.post(
    "/check",
    response_class=Response,
    responses={
        200: {"model": NetCheckOut, "description": "what was found"},
        **refusals(400, 401, 403, 404, 413),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/geo+json": {"schema": _SCHEMA, "example": _EXAMPLE}},
        }
    },
)
def check_net(
    context: Context_,
    user: Planner,
    body: Annotated[IO[bytes], Depends(_raw, scope="function")],
    datum: Annotated[
        DatumName | None, Query(description="of the coordinates; else the account's own")
    ] = None,
    within: Annotated[str | None, Query(description="an area's code: the net must tile it")] = None,
    edges: Annotated[
        Literal["lonlat", "metric"] | None, Query(description="where edges are straight")
    ] = None,
) -> Response:
    """Overlaps, gaps, edges that do not match, slivers, parts outside or uncovered, invalid polygons.

    Faults are data: the answer is 200 also for a net that is not sound.
    """
    held = context.held.current
    polygons = _polygons(body.read(), datum_of(datum, user))
    parent = None
    if within is not None:
        area = held.atlas.areas.get(within)
        if area is None or area.geometry is None:
            raise UnknownCode(kind="area", value=within)
        parent = area.geometry
    options: dict[str, Any] = {} if edges is None else {"edges_straight_in": edges}
    report = check_coverage(polygons, parent, metric_crs=held.snapshot.district.metric_crs, **options)
    return as_json(_told(report))


def _polygons(body: bytes, datum: Datum) -> GeoSeries:
    try:
        collection = msgspec.json.decode(body, type=_Collection)
        shapes = [_shape(feature.geometry) for feature in collection.features]
    except _NO_GEOJSON as error:
        raise UnreadableBody(f"the body is no GeoJSON FeatureCollection: {error}") from None
    names = [
        (feature.properties or {}).get("code", feature.id if feature.id is not None else number)
        for number, feature in enumerate(collection.features, 1)
    ]
    if datum not in (Datum.WGS84, Datum.CGCS2000):
        shapes = [
            None if shape is None else shapely.transform(shape, lambda xy: convert(xy, datum, Datum.WGS84))
            for shape in shapes
        ]
    return GeoSeries(shapes, index=[str(name) for name in names], crs=4326)


def _shape(geometry: dict[str, Any] | None) -> Any:
    return None if geometry is None else shapely.geometry.shape(geometry)


def _told(report: CoverageReport) -> dict[str, Any]:
    return {
        "is_sound": report.is_sound,
        "polygons": report.count,
        "counts": {kind: len(getattr(report, kind)) for kind in KINDS},
        "faults": msgspec.Raw(report.to_geojson().encode()),
    }
