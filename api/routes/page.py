"""The page: its bundle from web_map/page/dist, everything from this machine."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Response
from fastapi import Path as PathParameter
from starlette.responses import FileResponse

import web_map
from api.access import Anyone
from api.refusals import PageNotBuilt
from api.routes.answers import refusals

router = APIRouter(include_in_schema=False)
DIST = Path(web_map.__file__).with_name("page") / "dist"
_FOREVER = "public, max-age=31536000, immutable"  # the file's name holds a hash of what is in it


@router.get("/", responses=refusals(503))
def read_page(user: Anyone) -> Response:
    """The map page. The API works without it."""
    index = DIST / "index.html"
    if not index.is_file():
        raise PageNotBuilt
    return FileResponse(index, media_type="text/html", headers={"Cache-Control": "no-cache"})


@router.get("/m", responses=refusals(503))
@router.get("/g/{code}", responses=refusals(503))
def read_page_in_the_hand(user: Anyone, code: str = "") -> Response:
    """The same bundle: for a telephone, and for the QR code of a grid's board."""
    return read_page(user)


@router.get("/assets/{name:path}")
def read_asset(name: Annotated[str, PathParameter()], user: Anyone) -> Response:
    """A hashed file of the bundle."""
    return _file(DIST / "assets", name, _FOREVER)


@router.get("/{name}")
def read_file(name: Annotated[str, PathParameter()], user: Anyone) -> Response:
    """A file beside the page, such as its icon."""
    return _file(DIST, name, "no-cache")


def _file(folder: Path, name: str, cache_control: str) -> Response:
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file() or name.startswith("."):
        raise HTTPException(404)
    return FileResponse(file, headers={"Cache-Control": cache_control})
