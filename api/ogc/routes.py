"""The routes of OGC API Features and Tiles: tipg's own, behind our access rules."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from tipg.collections import Collection
from tipg.factory import Endpoints

from api.access import Reader, needs
from api.context import Context_
from api.ogc.pages import PAGES
from api.ogc.refusals import UnknownOgcResource
from api.ogc.refusing import refusing
from api.routes.answers import refusals

PREFIX = "/ogc"
_DESCRIPTIONS = {
    "landing": "The landing page: links to everything below.",
    "conformance": "The conformance classes that are kept.",
    "items": "The features of a collection, in pages; `bbox`, `datetime`, CQL2 `filter`, `sortby`.",
    "item": "One feature by its code.",
}


async def _listed(request: Request, context: Context_) -> None:
    """Put the collections of the present net where tipg looks for them."""
    request.app.state.collection_catalog = await request.app.state.ogc.of(context.held.current.tag)


def _collection(
    request: Request,
    name: Annotated[str, Path(alias="collectionId", description="areas, grids or buildings")],
) -> Collection:
    found: Collection | None = request.app.state.collection_catalog["collections"].get(name)
    if found is None:
        raise UnknownOgcResource(f"There is no collection '{name}': areas, grids or buildings.")
    return found


def _described(made: APIRouter) -> APIRouter:
    for route in made.routes:
        if isinstance(route, APIRoute):
            route.description = route.description or _DESCRIPTIONS.get(route.name) or route.summary or ""
    return made


_endpoints = Endpoints(
    title="Yiwang 一张网: OGC API",
    router_prefix=PREFIX,
    collection_dependency=_collection,
    templates=PAGES,
    with_tiles_viewer=False,  # it loads its map library from the internet
)
for _made in (_endpoints.router, _endpoints.ogc_features.router, _endpoints.ogc_tiles.router):
    _described(_made)

router = APIRouter()


@router.get(PREFIX, include_in_schema=False)
def read_landing(request: Request, user: Reader) -> RedirectResponse:
    """To the landing page, for clients that leave out the last slash. Whole, for QGIS follows no other."""
    return RedirectResponse(request.url.replace(path=f"{PREFIX}/"), status_code=308)


router.include_router(
    _endpoints.router,
    prefix=PREFIX,
    # in this order: who asks is decided before anything else
    dependencies=[Depends(needs("reader")), Depends(refusing), Depends(_listed)],
    responses=refusals(400, 404, 503),
)
