"""One area of the net: its figures, what lies in it, and its shape when asked for."""

from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Query

from api.access import Reader
from api.context import Context, Context_
from api.held import Published
from api.instants import State_
from api.refusals import AreaRetired
from api.routes.answers import refusals
from api.schemas import AreaOut, FiguresOut, PlaceRef
from boundaries.land import succession
from boundaries.land.atlas import Place
from boundaries.land.refusals import UnknownCode

router = APIRouter(prefix="/v1/areas", tags=["the net"])

WithGeometry = Annotated[bool, Query(description="also the shape, as GeoJSON in WGS 84")]


@router.get("/{code}", responses=refusals(400, 404, 410, 422, 503))
def read_area(
    code: str, context: Context_, user: Reader, held: State_, geometry: WithGeometry = False
) -> AreaOut:
    """One area in force now, or at an instant. 410 with a link to its successors when it has been retired."""
    area = held.atlas.areas.get(code)
    if area is None:
        raise _missing(context, held, code)
    return AreaOut(
        **facts_of(held, area, stale=context.held.stale, geometry=geometry), provisional=area.provisional
    )


def facts_of(held: Published, place: Place, *, stale: bool, geometry: bool) -> dict[str, Any]:
    """What an area and a grid both tell."""
    atlas = held.atlas
    children = [atlas.areas.get(code) or atlas.grids[code] for code in atlas.children.get(place.code, ())]
    shape = place.geometry if geometry else None
    return {
        "code": place.code,
        "name": place.name,
        "level": place.level,
        "kind": place.kind,
        "parent": place.parent,
        "areas": [PlaceRef.model_validate(area) for area in atlas.above(place)],
        "children": [PlaceRef.model_validate(child) for child in children],
        "counts": FiguresOut.model_validate(place.figures),
        "valid": (place.valid_from, place.valid_to),
        "bounds": place.bounds,
        "label": place.label,
        "geometry": None if shape is None else shapely.geometry.mapping(shape),
        "net_version": held.snapshot.net_version,
        "stale": stale,
    }


def _missing(context: Context, held: Published, code: str) -> AreaRetired | UnknownCode:
    """Why there is no such area: it was retired, or never was."""
    with context.database.transaction() as session:
        past = succession.of_area(session, held.snapshot.district.id, held.atlas, code)
    if past is None:
        return UnknownCode(kind="area", value=code)
    return AreaRetired(code, past.until, past.successors)
