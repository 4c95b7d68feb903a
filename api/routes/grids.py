"""One grid of the net, and who answers for it."""

from dataclasses import asdict

from fastapi import APIRouter

from api.access import Reader
from api.answering import owner_of_grid
from api.context import Context_
from api.instants import State_
from api.routes.answers import refusals
from api.routes.areas import WithGeometry, facts_of
from api.schemas import GridOut, GridSidesOut
from boundaries.land.refusals import UnknownCode
from boundaries.land.siding import sides_of
from gis.sides import sides_text

router = APIRouter(prefix="/v1/grids", tags=["the net"])


@router.get("/{code}", responses=refusals(400, 404, 410, 422, 503))
def read_grid(
    code: str, context: Context_, user: Reader, held: State_, geometry: WithGeometry = False
) -> GridOut:
    """One grid in force now, or at an instant. 410 with a link to its successors when it has been retired."""
    owner = owner_of_grid(held, code, user)
    grid = held.atlas.grids.get(code)
    if grid is None:  # its version lies ahead
        raise UnknownCode(kind="grid", value=code)
    return GridOut(
        **facts_of(held, grid, stale=context.held.stale, geometry=geometry),
        group=grid.group,
        host=grid.host,
        owner=owner,
    )


@router.get("/{code}/sides", responses=refusals(400, 404, 410, 422, 503))
def read_sides(code: str, user: Reader, held: State_) -> GridSidesOut:
    """四至 of a grid: the named roads and rivers along its border to the east, west, south and north."""
    held.snapshot.answer_grid(code)  # a retired code is 410 with its successors
    found = sides_of(held.snapshot, code)
    return GridSidesOut(
        code=code,
        text=None if found is None else sides_text(found),
        sides={}
        if found is None
        else {side: [asdict(one) for one in along] for side, along in found.items()},
    )
