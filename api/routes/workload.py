"""What grids and their staff have to do, in hours a year."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.context import Context_
from api.files import PRIVATE, as_file
from api.incidents_shown import grids_in_force
from api.routes.answers import as_json, refusals
from api.working import as_table, work_of
from api.writing import Worker
from boundaries.affairs.workload import Weights
from boundaries.export import write_table

router = APIRouter(prefix="/v1/affairs", tags=["what happens"])
_REPLIES = refusals(400, 401, 403, 409, 422, 503)


@router.get("/workload", response_class=Response, responses=_REPLIES)
def list_workload(
    context: Context_,
    user: Worker,
    by: Annotated[Literal["grid", "person"], Query()] = "grid",
    area: Annotated[str | None, Query(max_length=100, description="only inside this area")] = None,
    last: Annotated[
        date | None, Query(alias="to", description="incidents of the year up to then; else today")
    ] = None,
    format: Annotated[Literal["json", "csv", "xlsx"], Query()] = "json",
) -> Response:
    """Households, incidents of a year and elements of each grid or person, weighed into hours a year."""
    snapshot = context.held.current.snapshot
    happened = context.incidents.of(snapshot)
    until = last or datetime.now(snapshot.zone).date()
    grids = grids_in_force(user, snapshot, area)
    found = work_of(snapshot, happened.columns, happened.places, by=by, grids=grids, until=until)
    if format == "json":
        weights = Weights.of(snapshot.district.settings)
        told = {
            "by": by,
            "to": until,
            "weights": vars(weights),
            "workload": [each._asdict() for each in found],
            "net_version": snapshot.net_version,
            "stale": happened.stale,
        }
        return as_json(told, headers=PRIVATE)
    name = f"workload-{by}-{until}.{format}"
    return as_file(lambda path: write_table(as_table(found), path, format, layer="workload"), name)
