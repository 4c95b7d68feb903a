"""What anybody may know of a grid who reads the code on its board: no account, persons masked, few asks."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api.access import Anyone
from api.context import Context_, address_of
from api.incident_schemas import PublicGridOut
from api.routes.answers import as_json, gives, refusals
from boundaries.duty.masking import mask

router = APIRouter(prefix="/v1/public", tags=["the public"])


@router.get(
    "/grids/{code}",
    response_class=Response,
    responses=gives(PublicGridOut, "what anybody may know") | refusals(404, 410, 429, 503),
)
def read_public_grid(request: Request, code: str, context: Context_, user: Anyone) -> Response:
    """A grid's name, where it lies, its leader and staff (masked) and the desks to call, for its QR code."""
    context.visits.count(address_of(request))
    held = context.held.current
    answer: Any = mask(held.snapshot.answer_grid(code))
    owner = answer["owner"] or {}
    grid = held.atlas.grids.get(code)
    people = [owner.get("leader"), *owner.get("deputies", ()), *owner.get("staff", ())]
    told = {
        "code": code,
        "name": answer["grid"]["name"] if answer["grid"] else code,
        "status": answer["status"],
        "areas": [{name: area[name] for name in ("level", "code", "name")} for area in answer["areas"]],
        "people": [
            {"name": person["name"], "role": person.get("role"), "post": person.get("post")}
            for person in people
            if person
        ],
        "desks": [
            {name: call.get(name) for name in ("name", "phone", "because")}
            for call in answer["call"]
            if call.get("kind") == "organisation"
        ],
        "geometry": None if grid is None or grid.geometry is None else grid.geometry.__geo_interface__,
        "net_version": held.snapshot.net_version,
        "stale": context.held.stale,
    }
    return as_json(told, headers={"Cache-Control": "public, max-age=60"})
