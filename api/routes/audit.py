"""The audit, for administrators of the whole district."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.access import Administrator
from api.answering import aware
from api.context import Session_
from api.routes.answers import refusals
from api.trust_schemas import AuditEventOut, AuditPageOut
from boundaries.store import audit

router = APIRouter(prefix="/v1/audit", tags=["trust"])
_NUMBER = Query(ge=0, le=2**63 - 1, description="the `next` of the page before")


@router.get("", responses=refusals(400, 401, 403, 503))
def list_events(
    user: Administrator,
    session: Session_,
    actor: Annotated[str | None, Query(max_length=200)] = None,
    about: Annotated[str | None, Query(max_length=200, description="a table or a route")] = None,
    kind: Annotated[str | None, Query(pattern="^(write|read|sign-in)$")] = None,
    request_id: Annotated[str | None, Query(max_length=64)] = None,
    since: Annotated[datetime | None, Query(description="an instant with its time zone")] = None,
    until: Annotated[datetime | None, Query(description="an instant with its time zone")] = None,
    before: Annotated[int | None, _NUMBER] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> AuditPageOut:
    """Who changed what, with before and after, who read of persons, who signed in; the latest first."""
    wanted = audit.Wanted(
        actor=actor, about=about, kind=kind, request_id=request_id, since=aware(since), until=aware(until)
    )
    found = audit.page(session, wanted, limit=limit, before=before)
    return AuditPageOut(
        events=[AuditEventOut.model_validate(each, from_attributes=True) for each in found],
        next=found[-1].number if len(found) == limit else None,
    )
