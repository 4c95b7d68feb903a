"""Caretaking (代管): which community answers for a place that has no committee yet."""

from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Path, Response

from api.context import Context_, Session_
from api.duty_schemas import CaretakingEndIn, CaretakingIn
from api.routes.answers import as_json, refusals
from api.writing import District_, Reviewer, Worker, require_places, since, tally
from boundaries.duty import caretaking
from boundaries.store import clock

router = APIRouter(prefix="/v1/caretaking", tags=["duties"])
_WRITES = refusals(400, 401, 403, 404, 409, 422, 503)
Code = Annotated[str, Path(min_length=1, max_length=20)]


@router.get("", response_class=Response, responses=refusals(400, 401, 403, 404, 503))
def list_caretaking(context: Context_, user: Worker, session: Session_, district: District_) -> Response:
    """Every caretaking in force with its review, whether it is overdue, and all acts."""
    held = context.held.current.snapshot
    today = held.at.astimezone(held.zone).date()
    standing = [
        {
            "area": care.area,
            "area_name": held.areas[care.area].name if care.area in held.areas else "",
            "caretaker": care.caretaker,
            "caretaker_name": held.areas[care.caretaker].name if care.caretaker in held.areas else "",
            "review": care.review_on.isoformat(),
            "overdue": today > care.review_on,
            "reason": care.reason,
            "since": held.fragments.iso(care.since),
        }
        for care in held.caretaking.values()
    ]
    return as_json({"caretaking": standing, "acts": caretaking.acts(session, district)})


@router.put("/{area}", response_class=Response, responses=_WRITES)
def put_caretaking(
    context: Context_, user: Reviewer, area: Code, given: CaretakingIn, session: Session_, district: District_
) -> Response:
    """A community takes care of a placeholder area, or its review is set anew. Past its review it still
    answers, and is reported.
    """
    require_places(user, context.held.current.snapshot, [("area", area)])
    stamp = clock.stamp(session)
    row = {
        "area_code": area,
        "caretaker_code": given.caretaker_code,
        "review_on": given.review_on,
        "act": given.act,
        "reason": given.reason,
        "valid_from": since(given.valid_from, stamp),
    }
    frame = pd.DataFrame([row], dtype=object)
    return as_json(tally(caretaking.put(session, district, frame, stamp=stamp, made_by=user.name)))


@router.post("/{area}/end", status_code=204, response_class=Response, responses=_WRITES)
def end_caretaking(
    context: Context_,
    user: Reviewer,
    area: Code,
    given: CaretakingEndIn,
    session: Session_,
    district: District_,
) -> Response:
    """A caretaking ends by an act, such as the approval of the new community; nothing else ends it."""
    require_places(user, context.held.current.snapshot, [("area", area)])
    stamp = clock.stamp(session)
    caretaking.end(
        session,
        district,
        area,
        valid_from=since(given.valid_from, stamp),
        act=given.act,
        stamp=stamp,
        made_by=user.name,
    )
    return Response(status_code=204)
