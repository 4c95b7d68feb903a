"""Incidents as files of any length."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from api.access import Reader
from api.answering import aware
from api.context import Context_, Session_
from api.files import MEDIA, as_file
from api.incidents_shown import wanted_by
from api.routes.answers import refusals
from api.writing import District_
from boundaries.affairs.exports import incident_rows
from boundaries.export import write_table

router = APIRouter(prefix="/v1/incidents", tags=["what happens"])
Form = Literal["csv", "xlsx", "parquet", "gpkg"]
FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "the file", "content": {media.partition(";")[0]: {} for media in MEDIA.values()}},
    **refusals(400, 401, 403, 422, 503),
}


@router.get("/export", response_class=Response, responses=FILES)
def export_incidents(
    context: Context_,
    user: Reader,
    session: Session_,
    district: District_,
    format: Annotated[Form, Query()] = "csv",
    area: Annotated[str | None, Query(max_length=100, description="only inside this area")] = None,
    grid: Annotated[str | None, Query(max_length=100, description="that deals with it now")] = None,
    matter: Annotated[str | None, Query(max_length=50, description="with all below it")] = None,
    source: Annotated[str | None, Query(max_length=100)] = None,
    since: Annotated[datetime | None, Query(description="happened then or later, with time zone")] = None,
    until: Annotated[datetime | None, Query(description="happened then or before, with time zone")] = None,
    state: Annotated[str | None, Query(max_length=20, description="of the flow: collected, filed, …")] = None,
    open: Annotated[bool | None, Query(description="not resolved yet")] = None,
) -> Response:
    """Incidents as CSV, XLSX (up to 200,000), Parquet or GeoPackage, void and merged ones with their state.

    Roles of the area have all of what happens in it. Readers have neither places nor words nor persons, and
    nothing of sensitive matters: for these there are counts by grid (`/v1/density/export`).
    """
    snapshot = context.held.current.snapshot
    wanted = wanted_by(
        user,
        snapshot,
        area=area,
        grid=grid,
        matter=matter,
        state=state,
        source=source,
        since=aware(since),
        until=aware(until),
        is_open=open,
    )
    rows = incident_rows(session, district, snapshot, wanted, whole=user.may("worker"))
    name = f"incidents-{area or grid or district.code}.{format}"
    return as_file(lambda path: write_table(rows, path, format, layer="incidents", kind="Point"), name)
