"""Paper: maps of an area or of a plan on A4 and A3, and the boards (公示牌) of grids, as PDF."""

from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Query, Request, Response

from api.access import Planner, Reader
from api.answering import Lang
from api.context import Context_, Session_, home_of
from api.files import attachment
from api.printing import board_of, grids_below, map_of, notes_of
from api.routes.answers import refusals
from api.routes.plans import District_
from boundaries.land import plans
from boundaries.land.refusals import UnknownCode
from web_map.printed import MapSheet, Tile, render_boards, render_map
from web_map.printed.map_sheet import Size

router = APIRouter(prefix="/v1/prints", tags=["paper"])
Title = Annotated[str, Query(max_length=100, description="else the name of what is shown")]
Approval = Annotated[str, Query(max_length=60, description="审图号; a blank to fill in where it is empty")]
_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "a PDF"}}
_DRAFT = {"zh": "草案", "en": "DRAFT"}


@router.get("/map", response_class=Response, responses={**_PDF, **refusals(401, 404, 422, 503)})
def print_map(
    context: Context_,
    user: Reader,
    area: Annotated[str, Query(max_length=64, examples=["140502006022"])],
    size: Size = "A4",
    title: Title = "",
    approval: Approval = "",
    lang: Lang = "zh",
) -> Response:
    """The grids in force below an area: map with legend, scale, north and datum, then the index of grids."""
    held = context.held.current
    place = held.atlas.areas.get(area)
    if place is None:
        raise UnknownCode(kind="area", value=area)
    sheet = map_of(held, place, user, title=title, approval=approval, size=size, lang=lang)
    return _paper(render_map(sheet), f"map-{area}.pdf")


@router.get("/plans/{code}", response_class=Response, responses={**_PDF, **refusals(401, 403, 404, 422, 503)})
def print_plan(
    context: Context_,
    user: Planner,
    code: str,
    session: Session_,
    district: District_,
    size: Size = "A4",
    title: Title = "",
    approval: Approval = "",
    lang: Lang = "zh",
) -> Response:
    """The grids as a plan leaves them, with a watermark until it is published."""
    plan = plans.find(session, district, code)
    drawing = plans.drawing_of(session, district, plan)
    codes = sorted(drawing.net.free)
    figures = drawing.net.figures(codes)
    tiles = [
        Tile(each, drawing.facts_of(each).name, drawing.net.faces[each].shape, figures[each].households, "—")
        for each in codes
    ]
    sheet = MapSheet(
        title=title or plan.title,
        under=plan.code,
        tiles=tiles,
        outline=shapely.union_all([tile.shape for tile in tiles]) if tiles else None,
        approval=approval,
        watermark="" if plan.state == "published" else _DRAFT[lang],
        notes=notes_of(context.held.current.snapshot, lang),
        size=size,
        lang=lang,
    )
    return _paper(render_map(sheet), f"plan-{plan.code}.pdf")


@router.get(
    "/boards/{code}", response_class=Response, responses={**_PDF, **refusals(401, 404, 410, 422, 503)}
)
def print_boards(request: Request, context: Context_, user: Reader, code: str, lang: Lang = "zh") -> Response:
    """The board of a grid, or of every grid of a community as one file. Readers see persons masked."""
    held = context.held.current
    area = held.atlas.areas.get(code)
    if area is not None and area.level != "community":
        raise UnknownCode(kind="community", value=code)
    if area is None:
        held.snapshot.answer_grid(code)  # a retired code is 410 with its successors
    grids = [held.atlas.grids[code]] if area is None else grids_below(held, area)
    home = home_of(context, request)
    boards = [board_of(held, grid, user, address=f"{home}/g/{grid.code}", lang=lang) for grid in grids]
    return _paper(render_boards(boards, title=code), f"boards-{code}.pdf")


def _paper(data: bytes, name: str) -> Response:
    headers = {**attachment(name), "Cache-Control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)
