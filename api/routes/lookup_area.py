"""Everybody responsible within a drawn area, for an emergency: as JSON, a table or a call list."""

from datetime import datetime
from typing import Annotated, Any, Literal

import shapely
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Dispatcher, User
from api.answering import Lang, aware, datum_of, to_wgs84
from api.context import Context_
from api.elements import as_seen, elements_within, shown
from api.files import attachment
from api.lookup_schemas import CallsOut
from api.refusals import UnreadableBody
from api.routes.answers import as_json, gives, refusals
from api.schemas import DatumName
from boundaries.duty import inside
from boundaries.duty.element_answers import counted
from boundaries.duty.masking import mask_party
from boundaries.duty.places import areas_above
from boundaries.duty.refusals import AreaNotPossible
from boundaries.duty.snapshot import Snapshot
from boundaries.land.refusals import UnknownCode
from gis.datums import Datum, convert

router = APIRouter(prefix="/v1/lookup", tags=["the answer"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_VERTICES = 20_000


class AreaIn(BaseModel):
    """A drawn polygon, or a place and a radius."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"lon": 112.85, "lat": 35.5, "radius_m": 300, "datum": "wgs84"}]}
    )

    polygon: dict[str, Any] | None = Field(None, description="GeoJSON Polygon or MultiPolygon")
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = Field(None, gt=0, le=inside.MAX_RADIUS_M)
    datum: DatumName | None = Field(None, description="else the account's own")
    matter: str | None = Field(None, max_length=50, description="also who leads this matter")
    at: datetime | None = None
    known_at: datetime | None = None


@router.post(
    "/area",
    response_class=Response,
    responses=gives(CallsOut, "who is responsible, or a file") | refusals(400, 401, 403, 404, 422, 503),
)
def look_up_area(
    context: Context_,
    user: Dispatcher,
    given: AreaIn,
    format: Annotated[
        Literal["json", "csv", "xlsx", "calls"], Query(description="calls: a call list")
    ] = "json",
    lang: Lang = "zh",
) -> Response:
    """Everybody responsible within a polygon or a radius, with households and elements. Persons who answer
    outside the account's area are masked; sensitive kinds of elements outside it are left out.
    """
    held = context.held.current
    snapshot = context.held.at(aware(given.at), aware(given.known_at)).snapshot
    if given.matter is not None and given.matter not in snapshot.matters:
        raise UnknownCode(kind="matter", value=given.matter)
    datum = datum_of(given.datum, user)
    if (given.polygon is None) == (given.radius_m is None):
        raise UnreadableBody("Send either a polygon, or lon, lat and radius_m.")
    if given.polygon is not None:
        shape = _polygon(given.polygon, datum)
    else:
        if given.lon is None or given.lat is None:
            raise UnreadableBody("A radius needs lon and lat.")
        shape = inside.circle(
            snapshot, *to_wgs84(given.lon, given.lat, datum, held.atlas.bounds), float(given.radius_m or 0)
        )
    within = shown(snapshot, user, elements_within(snapshot, shape))
    found = _visible(
        inside.inside(
            snapshot,
            shape,
            lang=lang,
            matter=given.matter,
            elements=[as_seen(snapshot, user, e) for e in within],
        ),
        snapshot,
        user,
    )
    if format == "csv":
        return _file(inside.as_csv(found), "text/csv; charset=utf-8", "people.csv")
    if format == "xlsx":
        return _file(inside.as_xlsx(found), XLSX, "people.xlsx")
    if format == "calls":
        return _file(inside.as_call_list(found).encode(), "text/plain; charset=utf-8", "calls.txt")
    return as_json(
        {
            "grids": found.grids,
            "people": found.people,
            "elements": found.elements,
            "element_counts": counted(snapshot, within),
            "households": found.households,
            "residents": found.residents,
            "buildings": found.buildings,
            "uncovered_m2": found.uncovered_m2,
            "net_version": found.net_version,
            "stale": context.held.stale,
        }
    )


def _polygon(told: dict[str, Any], datum: Datum) -> shapely.Geometry:
    try:
        shape = shapely.force_2d(shapely.geometry.shape(told))
    except (
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        IndexError,
        shapely.errors.ShapelyError,
    ) as error:
        raise AreaNotPossible(reason=f"no GeoJSON polygon: {error}", field="polygon") from error
    if shapely.get_num_coordinates(shape) > MAX_VERTICES:
        raise AreaNotPossible(reason=f"more than {MAX_VERTICES} vertices", field="polygon")
    moved: shapely.Geometry = shapely.transform(shape, lambda xy: convert(xy, datum, Datum.WGS84))
    return moved


def _visible(found: inside.Inside, snapshot: Snapshot, user: User) -> inside.Inside:
    if user.area_code is None and user.may("worker"):
        return found
    people = [
        person
        if user.sees_persons(areas_above(snapshot, (person["place_kind"], person["place"])))
        else mask_party(dict(person))
        for person in found.people
    ]
    return inside.Inside(**{**_members(found), "people": people})


def _members(found: inside.Inside) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__dataclass_fields__}


def _file(data: bytes, kind: str, name: str) -> Response:
    headers = {**attachment(name), "Cache-Control": "no-store"}
    return Response(data, media_type=kind, headers=headers)
