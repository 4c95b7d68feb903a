"""Visits (走访、巡查), the grids that nobody visited, and the monthly score sheet (考核)."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from api.access import User
from api.answering import aware, datum_of, to_wgs84
from api.context import Context_, Session_
from api.incidents_shown import areas_of, grids_for, local
from api.routes.answers import as_json, refusals
from api.writing import District_, Reviewer, Worker
from boundaries.affairs import asking, scores, visits
from boundaries.affairs.figures import figures
from boundaries.affairs.refusals import BadDensityQuestion
from boundaries.duty.snapshot import Snapshot
from boundaries.land.refusals import UnknownCode
from boundaries.store import clock
from boundaries.store.tables import District

router = APIRouter(prefix="/v1/affairs", tags=["what happens"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_READS = refusals(400, 401, 403, 404, 422, 503)
_PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
_MOST_CASES = 100_000


class VisitIn(BaseModel):
    """One visit."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(examples=list(visits.KINDS), max_length=10)
    lon: float
    lat: float
    datum: str | None = Field(None, examples=["gcj02"])
    visited_at: datetime | None = Field(None, description="with its time zone; else now")
    party: str | None = Field(None, max_length=100, description="who was there; else the grid's leader")
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
    if given.party is not None and given.party not in snapshot.parties:
        raise UnknownCode(kind="party", value=given.party)
    now = clock.hold(session)
    visit = visits.record(
        session,
        district,
        place,
        kind=given.kind,
        party=given.party or _leader_at(snapshot, place),
        note=given.note.replace("\0", ""),
        visited_at=aware(given.visited_at) or now,
        by=user.name,
        now=now,
    )
    user.require(areas_of(snapshot, visit.grid_code), asked=f"grid {visit.grid_code}")
    told = {"grid": visit.grid_code, "building": visit.building_code}
    return as_json(told | {"visited_at": local(snapshot, visit.visited_at)}, status=201)


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
        session, district, _in_force(user, snapshot, area), days=days, now=datetime.now(UTC)
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
    year, number = int(month[:4]), int(month[5:])
    since = datetime(year, number, 1, tzinfo=snapshot.zone)
    until = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=snapshot.zone)
    grids = _in_force(user, snapshot, area)
    terms = scores.Terms.of(snapshot.district.settings)
    known = {
        each.key: each
        for each in figures(
            session, district, by=by, since=since, until=until, now=datetime.now(UTC), grids=grids
        )
        if each.key is not None
    }
    counted = visits.counted(session, district, by, since=since, until=until, grids=grids)
    names = _names(snapshot, by)
    keys = grids if by == "grid" else sorted({*known, *counted})
    found = [scores.score(key, known.get(key), counted.get(key, 0), terms) for key in keys]
    if format == "json":
        rows = [scores.row_of(each, names) for each in found]
        told = {"month": month, "by": by, "weights": terms.weights, "scores": rows}
        return as_json(told, headers=_PRIVATE)
    content = scores.workbook(
        found,
        names,
        _cases(session, district, snapshot, by, since, until, grids),
        title=f"{snapshot.district.name} {month} 考核",
        terms=terms,
    )
    disposition = f'attachment; filename="scores-{by}-{month}.xlsx"'
    return Response(content, media_type=XLSX, headers={**_PRIVATE, "Content-Disposition": disposition})


def _leader_at(snapshot: Snapshot, place: tuple[float, float]) -> str | None:
    leader = snapshot.answer_point(place)["owner"]["leader"]
    return None if leader is None else leader["code"]


def _in_force(user: User, snapshot: Snapshot, area: str | None) -> list[str]:
    """The grids of today's net that the question is about."""
    wanted = grids_for(user, snapshot, area, None)
    return sorted(snapshot.grids if wanted is None else set(wanted) & set(snapshot.grids))


def _names(snapshot: Snapshot, by: str) -> dict[str, str]:
    if by == "grid":
        return {code: grid.name for code, grid in snapshot.grids.items()}
    return {code: party.name for code, party in snapshot.parties.items()}


def _cases(
    session: Session,
    district: District,
    snapshot: Snapshot,
    by: str,
    since: datetime,
    until: datetime,
    grids: list[str],
) -> list[dict[str, Any]]:
    """The incidents behind the figures."""
    wanted = asking.Wanted(grids=grids, since=since, before=until, not_states=("void", "merged", "rejected"))
    found = asking.page(session, district, wanted, limit=_MOST_CASES + 1)
    if len(found) > _MOST_CASES:
        raise BadDensityQuestion(
            "month", f"{since:%Y-%m}", f"more than {_MOST_CASES:,} incidents: choose an area"
        )
    return [
        {
            "number": each.number,
            "key": each.grid_now if by == "grid" else each.leader,
            "matter": each.matter,
            "happened_at": local(snapshot, each.happened_at),
            "due_at": local(snapshot, each.due_at),
            "resolved_at": local(snapshot, each.resolved_at),
            "on_time": None
            if each.due_at is None or each.resolved_at is None
            else ("是" if each.resolved_at <= each.due_at else "否"),
        }
        for each in found
    ]
