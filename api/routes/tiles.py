"""Vector tiles of the net in force."""

import gzip
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.access import Reader
from api.context import Context, Context_
from api.held import Published
from api.instants import State_
from api.refusals import UnknownTile
from api.routes.answers import etag, not_modified, refusals, unchanged
from boundaries.land.tiles import HIGHEST_ZOOM

router = APIRouter(prefix="/v1/tiles", tags=["the map"])
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
_COMPRESSION = 5


@router.get(
    "/{z}/{x}/{y}.mvt",
    response_class=Response,
    responses={
        200: {"content": {MEDIA_TYPE: {}}, "description": "areas, grids, buildings, features, labels"},
        204: {"description": "nothing lies here"},
        304: {"description": "unchanged since the ETag"},
        **refusals(400, 404, 422, 503),
    },
)
def read_tile(
    request: Request,
    context: Context_,
    user: Reader,
    held: State_,
    z: Annotated[int, Path()],
    x: Annotated[int, Path()],
    y: Annotated[int, Path()],
) -> Response:
    """One tile with several layers: areas, grids, buildings (from zoom 14), features, labels."""
    if not 0 <= z <= HIGHEST_ZOOM or not (0 <= x < 1 << z and 0 <= y < 1 << z):
        raise UnknownTile(z, x, y)
    tag = etag("tile", held.tag, z, x, y)
    headers = {
        "Cache-Control": "private, no-cache",  # kept by the browser, asked for again with the ETag
        "Vary": "Accept-Encoding, Cookie, Authorization",
        "X-Yiwang-Net-Version": str(held.snapshot.net_version),
    }
    if unchanged(request, tag):
        return not_modified(tag, headers)
    packed = _packed(context, held, z, x, y)
    headers["ETag"] = tag
    if not packed:
        return Response(status_code=204, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(packed, media_type=MEDIA_TYPE, headers=headers)
    return Response(gzip.decompress(packed), media_type=MEDIA_TYPE, headers=headers)


def _packed(context: Context, held: Published, z: int, x: int, y: int) -> bytes:
    """The tile gzipped, from memory where it was asked before; empty bytes for an empty tile."""
    present = held is context.held.published  # tiles of the past are not asked often enough to be kept
    packed = context.tiles.find(held.tag, (z, x, y)) if present else None
    if packed is None:
        with context.database.transaction() as session:
            tile = held.sheet.render(session, z, x, y)
        packed = gzip.compress(tile, _COMPRESSION, mtime=0) if tile else b""
        if present:
            context.tiles.keep(held.tag, (z, x, y), packed)
    return packed
