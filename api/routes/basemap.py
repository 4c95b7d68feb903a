"""Pictures beneath the net, whoever made them."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.access import Reader
from api.context import Context_
from api.refusals import UnknownTile
from api.routes.answers import refusals

router = APIRouter(prefix="/v1/basemap", tags=["the map"])
_DAY = {"Cache-Control": "private, max-age=86400", "Vary": "Cookie, Authorization"}


@router.get(
    "/{z}/{x}/{y}",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {}, "image/jpeg": {}, "image/webp": {}}, "description": "a picture"},
        204: {"description": "nothing is drawn here"},
        **refusals(400, 404, 422, 503),
    },
)
def read_basemap(
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
    return Response(tile.content, media_type=tile.media_type, headers=_DAY)
