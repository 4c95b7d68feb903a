"""Matters: the classes of affairs, and what other systems call them."""

from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Path, Query, Response

from api.access import Administrator, Reader
from api.context import Context_, Session_
from api.duty_answers import MattersOut
from api.duty_schemas import AliasIn, MatterIn
from api.routes.answers import as_json, gives, refusals
from api.writing import District_, Worker, tally
from boundaries.duty import aliases, matters
from boundaries.store import clock

router = APIRouter(prefix="/v1/matters", tags=["duties"])
_READS = refusals(400, 401, 403, 404, 503)
_WRITES = refusals(400, 401, 403, 404, 409, 422, 503)


@router.get("", response_class=Response, responses=gives(MattersOut, "the tree") | _READS)
def list_matters(context: Context_, user: Reader) -> Response:
    """The tree of matters by code; `*` is its root."""
    held = context.held.current.snapshot
    return as_json({"matters": [matter._asdict() for matter in held.matters.values()]})


@router.get("/aliases", response_class=Response, responses=_READS)
def list_aliases(
    user: Worker,
    session: Session_,
    district: District_,
    system: Annotated[str | None, Query(max_length=50, examples=["12345"])] = None,
    unmapped: Annotated[bool, Query(description="only those that nobody has mapped yet")] = False,
) -> Response:
    """Codes of other systems and the matters they mean here. One that came in unknown is listed unmapped."""
    found = aliases.every(session, district, system=system, unmapped=unmapped)
    return as_json({"aliases": [aliases.as_row(each) for each in found]})


@router.put("/aliases", response_class=Response, responses=_WRITES)
def put_aliases(
    user: Administrator, given: list[AliasIn], session: Session_, district: District_
) -> Response:
    """Say what codes of other systems mean, all or none."""
    clock.stamp(session)
    frame = pd.DataFrame(
        [alias.model_dump() for alias in given], columns=list(AliasIn.model_fields), dtype=object
    )
    return as_json(tally(aliases.put(session, district, frame)))


@router.put("/{code}", response_class=Response, responses=_WRITES)
def put_matter(
    user: Administrator,
    code: Annotated[str, Path(min_length=1, max_length=50)],
    given: MatterIn,
    session: Session_,
    district: District_,
) -> Response:
    """Write one matter. Matters have no past: an answer of another day uses today's tree."""
    clock.stamp(session)
    frame = pd.DataFrame([{"code": code, **given.model_dump()}], dtype=object)
    return as_json(tally(matters.put(session, district, frame)))
