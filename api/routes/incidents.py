"""Incidents: taken from people and systems, asked for, corrected, with their photos."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import IO, Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from api.access import Reader, User
from api.answering import aware, datum_of, to_wgs84
from api.bodies import spooled
from api.context import Context_, Session_
from api.incident_bodies import FIELDS, MEDIA, Batch, read_batch
from api.incident_schemas import IncidentsOut, TakenOut
from api.incidents_shown import (
    areas_of,
    local,
    may_see,
    shown,
    wanted_by,
    warnings_of,
)
from api.routes.answers import as_json, gives, refusals
from api.writing import District_, Worker
from boundaries.affairs import asking, corrections, incidents, photos
from boundaries.affairs.candidates import candidates
from boundaries.affairs.incidents_sieve import RefusedRow, sift
from boundaries.affairs.likeness import likely_same
from boundaries.affairs.refusals import IncidentsRefused
from boundaries.duty.snapshot import Snapshot
from boundaries.land.refusals import UnknownCode
from boundaries.store import clock
from boundaries.store.tables import District

router = APIRouter(prefix="/v1/incidents", tags=["what happens"])
TOLD = 1000
"""So many refused rows, and so many of what was written, are told one by one."""
_READS = refusals(400, 401, 403, 404, 422, 503)
_WRITES = refusals(400, 401, 403, 404, 409, 413, 415, 422, 503)
_PHOTOS = {
    f"image/{kind}": {"schema": {"type": "string", "format": "binary"}} for kind in ("jpeg", "png", "webp")
}
_PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            media: {"schema": {"type": "object" if media.endswith("json") else "string"}} for media in MEDIA
        },
    }
}


async def _raw(request: Request, user: Worker) -> AsyncIterator[IO[bytes]]:
    """The body, read only for those who may send it."""
    async with spooled(request) as file:
        yield file


Body = Annotated[IO[bytes], Depends(_raw, scope="function")]


class PlaceIn(BaseModel):
    """Where it really was."""

    model_config = ConfigDict(extra="forbid")

    lon: float
    lat: float
    datum: str | None = Field(None, examples=["gcj02"])
    accuracy_m: float | None = Field(None, ge=0, le=1_000_000)
    reason: str = Field(min_length=1, max_length=500)


@router.post(
    "",
    status_code=201,
    response_class=Response,
    responses=gives(TakenOut, "what became of each", status=201) | _WRITES,
    openapi_extra=_BODY,
)
def report(
    context: Context_,
    user: Worker,
    body: Body,
    session: Session_,
    district: District_,
    content_type: Annotated[str, Header(include_in_schema=False)] = "",
    datum: Annotated[
        str | None, Query(description="of lon and lat; else the body's, else the account's")
    ] = None,
    system: Annotated[
        str | None, Query(max_length=50, description="matters are codes of this system")
    ] = None,
    source: Annotated[str, Query(max_length=100, description="for incidents without one")] = "",
    skip_refused: Annotated[bool, Query(description="take the good ones although others are bad")] = False,
) -> Response:
    """Take one incident or many: all or, where one is bad, none. A known `external_ref` is updated."""
    batch = read_batch(body, content_type)
    told = take(
        context.held.current.snapshot,
        session,
        district,
        user,
        batch,
        datum=datum or batch.datum,
        system=system or batch.system,
        source=source,
        skip_refused=skip_refused,
    )
    return as_json(told, status=201)


def take(
    snapshot: Snapshot,
    session: Session,
    district: District,
    user: User,
    batch: Batch,
    *,
    datum: str | None,
    system: str | None,
    source: str,
    skip_refused: bool,
) -> dict[str, Any]:
    """Write the good rows of a batch and tell what became of each.

    Raises IncidentsRefused, MissingDatum, UnknownDatum, OutsideScope.
    """
    stamp = clock.hold(session)
    sifted = sift(
        session,
        district,
        batch.rows.rename(columns={"matter": "matter_code"}),
        now=stamp,
        datum=datum_of(datum, user),
        source=source,
        system=system,
    )
    refused = [_refused(batch, row) for row in sifted.refused[:TOLD]]
    if sifted.refused and not (skip_refused and len(sifted.rows)):
        raise IncidentsRefused(refused, len(sifted.refused))
    written = incidents.write(session, district, sifted.rows, stamp=stamp, by=user.name)
    numbers = [batch.numbers[row] for row in sifted.rows.index]
    _within(session, district, user, snapshot, numbers, written)
    detailed = written.numbers[:TOLD]
    records = {
        each.number: each
        for each in asking.page(session, district, asking.Wanted(numbers=detailed), limit=TOLD)
    }
    alike = likely_same(session, district, detailed)
    rows = []
    for row, number, outcome in zip(numbers, detailed, written.outcomes, strict=False):
        record = records[number]
        rows.append(
            {"row": row, "outcome": outcome}
            | shown(user, snapshot, record)
            | {"warnings": warnings_of(record, alike.get(number, ()))}
        )
    tally = written.tally
    return {
        "added": tally.added,
        "changed": tally.changed,
        "unchanged": tally.unchanged,
        "refused_count": len(sifted.refused),
        "refused": refused,
        "incidents": rows,
        "numbers": list(written.numbers),
    }


@router.get("", response_class=Response, responses=gives(IncidentsOut, "a page of them") | _READS)
def list_incidents(
    context: Context_,
    user: Reader,
    session: Session_,
    district: District_,
    area: Annotated[str | None, Query(max_length=100, description="only inside this area")] = None,
    grid: Annotated[str | None, Query(max_length=100, description="that deals with it now")] = None,
    matter: Annotated[str | None, Query(max_length=50, description="with all below it")] = None,
    source: Annotated[str | None, Query(max_length=100)] = None,
    external_ref: Annotated[str | None, Query(max_length=200)] = None,
    since: Annotated[datetime | None, Query(description="happened then or later, with time zone")] = None,
    until: Annotated[datetime | None, Query(description="happened then or before, with time zone")] = None,
    state: Annotated[str | None, Query(max_length=20, description="of the flow: collected, filed, …")] = None,
    party: Annotated[str | None, Query(max_length=100, description="who deals with it now")] = None,
    open: Annotated[bool | None, Query(description="not resolved yet")] = None,
    before: Annotated[str | None, Query(max_length=40, description="the `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Incidents, the latest written first, as far as the asker may see them: readers without words and
    persons, accounts of an area what happens there, sensitive matters for roles of the area alone.
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
        # what a sender calls it is told to roles of the area only, so it is no filter for others
        external_ref=external_ref if user.may("worker") else None,
        since=aware(since),
        until=aware(until),
        is_open=open,
        party=party,
    )
    found = asking.page(session, district, wanted, limit=limit, before=before)
    following = found[-1].number if len(found) == limit else None
    return as_json(
        {
            "incidents": [shown(user, snapshot, each) for each in found if may_see(user, snapshot, each)],
            "next": following,
            "net_version": snapshot.net_version,
        },
        headers=_PRIVATE,
    )


@router.get("/{number}", response_class=Response, responses=_READS)
def get_incident(
    context: Context_, user: Reader, session: Session_, district: District_, number: str
) -> Response:
    """One incident with the grids among which an inaccurate place may lie, its corrections and photos."""
    snapshot = context.held.current.snapshot
    incident = _seen(session, district, user, snapshot, number)
    told = shown(user, snapshot, incident)
    cut = candidates(
        session,
        district,
        (incident.lon, incident.lat),
        incident.accuracy_m,
        at=incident.happened_at,
        known_at=max(incident.recorded_at, incident.happened_at),
    )
    told["candidates"] = [{"grid": each.grid, "share": each.share} for each in cut]
    told["possible_duplicates"] = likely_same(session, district, [number]).get(number, [])
    if user.sees_persons(areas_of(snapshot, incident.grid_now)):
        told["corrections"] = [
            {**each, "made_at": local(snapshot, each["made_at"])}
            for each in asking.corrections_of(session, incident.id)
        ]
        told["photos"] = [
            {
                **each,
                "made_at": local(snapshot, each["made_at"]),
                "href": f"/v1/incidents/{number}/photos/{each['place']}",
            }
            for each in asking.photos_of(session, incident.id)
        ]
    return as_json(told, headers=_PRIVATE)


@router.post("/{number}/place", response_class=Response, responses=_WRITES)
def correct_place(
    context: Context_, user: Worker, session: Session_, district: District_, number: str, given: PlaceIn
) -> Response:
    """Correct where it was. What lies there at that instant is looked up and stands in a record of its own;
    the grid version, building and owner that were written first stay."""
    published = context.held.current
    stamp = clock.hold(session)  # the register's lock comes before the incident's, as everywhere
    incident = _dealt_with(session, district, user, published.snapshot, number)
    place = to_wgs84(given.lon, given.lat, datum_of(given.datum, user), published.atlas.bounds)
    grid = corrections.correct(
        session,
        district,
        incident,
        place,
        accuracy_m=given.accuracy_m,
        reason=given.reason,
        by=user.name,
        stamp=stamp,
    )
    return as_json({"number": number, "grid": incident.grid, "grid_now": grid}, headers=_PRIVATE)


@router.post(
    "/{number}/photos",
    status_code=201,
    response_class=Response,
    responses=_WRITES,
    openapi_extra={"requestBody": {"required": True, "content": _PHOTOS}},
)
def add_photo(
    context: Context_, user: Worker, body: Body, session: Session_, district: District_, number: str
) -> Response:
    """A photo (JPEG, PNG, WebP; 10 MB, 40 megapixels), written anew without its metadata. At most five."""
    incident = _dealt_with(session, district, user, context.held.current.snapshot, number)
    picture = photos.written_anew(body.read())
    place = photos.add(session, incident.id, picture, by=user.name)
    return as_json({"place": place, "width": picture.width, "height": picture.height}, status=201)


@router.get(
    "/{number}/photos/{place}",
    response_class=Response,
    responses={200: {"description": "the photo", "content": {"image/jpeg": {}}}, **_READS},
)
def get_photo(
    context: Context_, user: Worker, session: Session_, district: District_, number: str, place: int
) -> Response:
    """One photo, for roles of the area."""
    incident = _dealt_with(session, district, user, context.held.current.snapshot, number)
    content = photos.content_of(session, incident.id, place)
    if content is None:
        raise UnknownCode(kind="photo", value=f"{number}/{place}")
    return Response(content, media_type="image/jpeg", headers=_PRIVATE)


def _seen(
    session: Session, district: District, user: User, snapshot: Snapshot, number: str
) -> asking.IncidentRecord:
    """The incident; of one that is not for this asker not even that it is there. Raises UnknownCode."""
    incident = asking.get(session, district, number)
    if not may_see(user, snapshot, incident):
        raise UnknownCode(kind="incident", value=number)
    return incident


def _dealt_with(
    session: Session, district: District, user: User, snapshot: Snapshot, number: str
) -> asking.IncidentRecord:
    """The incident, for those who may change it. Raises UnknownCode, OutsideScope."""
    incident = asking.get(session, district, number, lock=True)
    user.require(areas_of(snapshot, incident.grid_now), asked=f"incident {number}")
    return incident


def _within(
    session: Session,
    district: District,
    user: User,
    snapshot: Snapshot,
    rows: list[int],
    written: incidents.Written,
) -> None:
    """An account of an area reports what happens there. Raises OutsideScope; the caller rolls back."""
    if user.area_code is None:
        return
    for start in range(0, len(rows), TOLD):
        part = written.numbers[start : start + TOLD]
        found = asking.page(session, district, asking.Wanted(numbers=part), limit=TOLD)
        row_of = dict(zip(part, rows[start : start + TOLD], strict=True))
        for each in found:
            user.require(
                areas_of(snapshot, each.grid_now), asked=f"the place of incident {row_of[each.number]}"
            )


def _refused(batch: Batch, row: RefusedRow) -> dict[str, Any]:
    field = "matter" if row.field == "matter_code" else row.field
    return {"row": batch.numbers[row.row], "field": field, "reason": row.reason, "value": row.value}


__all__ = ["FIELDS", "router", "take"]
