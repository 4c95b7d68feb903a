"""Parties: persons in office and organisations, and when a person is away."""

from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Path, Query, Response

from api.context import Context_, Session_
from api.duty_schemas import LeaveIn, PartyIn
from api.routes.answers import as_json, refusals
from api.writing import Clerk, District_, Worker, require_party, since, tally
from boundaries.duty import leaves, parties
from boundaries.duty.masking import mask_party
from boundaries.duty.places import areas_above
from boundaries.store import clock

router = APIRouter(prefix="/v1/parties", tags=["duties"])
_READS = refusals(400, 401, 403, 404, 503)
_WRITES = refusals(400, 401, 403, 404, 409, 422, 503)
Code = Annotated[str, Path(min_length=1, max_length=100)]


@router.get("", response_class=Response, responses=_READS)
def list_parties(
    context: Context_,
    user: Worker,
    q: Annotated[str, Query(max_length=100, description="part of a code or name")] = "",
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Response:
    """Parties by code, with how many duties each has. Persons with duties outside the account's area are
    masked.
    """
    snapshot = context.held.current.snapshot
    found: list[dict[str, Any]] = []
    total = 0
    for party in snapshot.parties.values():
        if q and q not in party.code and q not in party.name:
            continue
        total += 1
        if len(found) < limit:
            mine = snapshot.duties.of_party(party.code)
            shown = {**party._asdict(), "away": snapshot.duties.away.get(party.code), "duties": len(mine)}
            seen = user.area_code is None or any(
                user.covers(areas_above(snapshot, duty.place)) for duty in mine
            )
            found.append(shown if seen else mask_party(shown))
    return as_json({"parties": found, "total": total, "net_version": snapshot.net_version})


@router.put("/{code}", response_class=Response, responses=_WRITES)
def put_party(
    context: Context_, user: Clerk, code: Code, given: PartyIn, session: Session_, district: District_
) -> Response:
    """Write a party as it is from an instant on; what was before stays in the register."""
    require_party(user, context.held.current.snapshot, code)
    stamp = clock.stamp(session)
    frame = pd.DataFrame([{"code": code, **given.model_dump(exclude={"valid_from"})}], dtype=object)
    written = parties.put(session, district, frame, valid_from=since(given.valid_from, stamp), stamp=stamp)
    return as_json(tally(written))


@router.delete("/{code}", status_code=204, response_class=Response, responses=_WRITES)
def end_party(context: Context_, user: Clerk, code: Code, session: Session_, district: District_) -> Response:
    """A party leaves office now. While it has duties that is 409 `party-has-duties`: hand them over first."""
    require_party(user, context.held.current.snapshot, code)
    stamp = clock.stamp(session)
    parties.end(session, district, code, valid_from=stamp, stamp=stamp)
    return Response(status_code=204)


@router.put("/{code}/leave", response_class=Response, responses=_WRITES)
def put_leave(
    context: Context_, user: Clerk, code: Code, given: LeaveIn, session: Session_, district: District_
) -> Response:
    """A person is away for a time: still accountable, and not called."""
    require_party(user, context.held.current.snapshot, code)
    stamp = clock.stamp(session)
    row = {
        "party_code": code,
        "valid_from": since(given.valid_from, stamp),
        "valid_to": since(given.valid_to, stamp),
        "reason": given.reason,
    }
    return as_json(tally(leaves.put(session, district, pd.DataFrame([row], dtype=object), stamp=stamp)))


@router.delete("/{code}/leave", status_code=204, response_class=Response, responses=_WRITES)
def end_leave(context: Context_, user: Clerk, code: Code, session: Session_, district: District_) -> Response:
    """The person is back now, earlier than was said."""
    require_party(user, context.held.current.snapshot, code)
    stamp = clock.stamp(session)
    leaves.end(session, district, code, valid_from=stamp, stamp=stamp)
    return Response(status_code=204)
