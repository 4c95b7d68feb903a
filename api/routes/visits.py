"""Visits (走访、巡查), the grids that nobody visited, and the monthly score sheet (考核)."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api import scoring, visiting
from api.answering import aware, datum_of, to_wgs84
from api.context import Context_, Session_
from api.files import attachment
from api.incidents_shown import grids_in_force, local
from api.routes.answers import as_json, refusals
from api.writing import District_, Reviewer, Worker
from boundaries.affairs import visits

router = APIRouter(prefix="/v1/affairs", tags=["what happens"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_READS = refusals(400, 401, 403, 404, 422, 503)
_PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}


class VisitIn(BaseModel):
    """One visit."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(examples=list(visits.KINDS), max_length=10)
    lon: float
    lat: float
    datum: str | None = Field(None, examples=["gcj02"])
    visited_at: datetime | None = Field(None, description="with its time zone; else now")
    party: str | None = Field(
        None,
        max_length=100,
        description="who was there; else for whom the account acts, else the grid's leader",
    )
    note: str = Field("", max_length=1000)


@router.post(
    "/visits", status_code=201, response_class=Response, responses=refusals(400, 401, 403, 404, 422, 503)
)
def add_visit(
    context: Context_, user: Worker, session: Session_, district: District_, given: VisitIn
) -> Response:
    """Somebody was at a place: it counts for the grid that covered it then."""
    published = context.held.current
    snapshot = published.snapshot
    place = to_wgs84(given.lon, given.lat, datum_of(given.datum, user), published.atlas.bounds)
    told = visiting.add_visit(
        session,
        district,
        user,
        snapshot,
        place,
        kind=given.kind,
        party=given.party,
        note=given.note,
        visited_at=aware(given.visited_at),
    )
    return as_json(told, status=201)


@router.get("/visits/missing", response_class=Response, responses=_READS)
def list_not_visited(
    context: Context_,
    user: Worker,
    session: Session_,
    district: District_,
    days: Annotated[int, Query(ge=1, le=3660)] = 30,
    area: Annotated[str | None, Query(max_length=100, description="only inside this area")] = None,
) -> Response:
    """The grids that nobody visited for so many days, those never visited first."""
    snapshot = context.held.current.snapshot
    found = visits.not_visited(
        session, district, grids_in_force(user, snapshot, area), days=days, now=datetime.now(UTC)
    )
    rows = [each | {"last_visit": local(snapshot, each["last_visit"])} for each in found]
    return as_json({"days": days, "grids": rows}, headers=_PRIVATE)


@router.get("/scores", response_class=Response, responses=_READS)
def make_scores(
    context: Context_,
    user: Reviewer,
    session: Session_,
    district: District_,
    month: Annotated[str, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2026-10"])],
    by: Annotated[Literal["grid", "leader"], Query()] = "grid",
    area: Annotated[str | None, Query(max_length=100, description="only inside this area")] = None,
    format: Annotated[Literal["json", "xlsx"], Query()] = "json",
) -> Response:
    """The score of every grid or leader for what happened in a month, by the weights of the district."""
    snapshot = context.held.current.snapshot
    sheet = scoring.sheet_of(
        session, district, snapshot, month=month, by=by, grids=grids_in_force(user, snapshot, area)
    )
    if format == "json":
        told = {"month": month, "by": by, "weights": sheet.terms.weights, "scores": sheet.rows}
        return as_json(told, headers=_PRIVATE)
    content = scoring.workbook_of(session, district, snapshot, sheet)
    return Response(content, media_type=XLSX, headers={**_PRIVATE, **attachment(f"scores-{by}-{month}.xlsx")})
