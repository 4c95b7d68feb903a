"""What lies beneath the net, whoever made it."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.access import Reader
from api.context import Context_
from api.refusals import UnknownTile
from api.routes.answers import refusals

router = APIRouter(prefix="/v1/basemap", tags=["the map"])
_DAY = {"Cache-Control": "private, max-age=86400", "Vary": "Cookie, Authorization, Accept-Encoding"}
_MEDIA = ("image/png", "image/jpeg", "image/webp", "application/vnd.mapbox-vector-tile")


@router.get(
    "/{z}/{x}/{y}",
    response_class=Response,
    responses={
        200: {"content": {key: {} for key in _MEDIA}, "description": "a picture or a vector tile"},
        204: {"description": "nothing is drawn here"},
        **refusals(400, 404, 422, 503),
    },
)
def read_basemap(
    request: Request,
    context: Context_,
    user: Reader,
    z: Annotated[int, Path()],
    x: Annotated[int, Path()],
    y: Annotated[int, Path()],
) -> Response:
    """One Web Mercator tile of the basemap that the settings name. What it comes from is told to nobody."""
    basemap = context.basemap
    if (
        basemap is None
        or not basemap.min_zoom <= z <= basemap.max_zoom
        or not (0 <= x < 1 << z and 0 <= y < 1 << z)
    ):
        raise UnknownTile(z, x, y)
    tile = basemap.tile(z, x, y)
    if tile is None:
        return Response(status_code=204, headers=_DAY)
    if tile.packed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(tile.content, media_type=tile.media_type, headers=_DAY | {"Content-Encoding": "gzip"})
    return Response(tile.plain(), media_type=tile.media_type, headers=_DAY)
