"""What a district sets for its affairs."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Administrator
from api.context import Session_
from api.routes.answers import as_json, refusals
from api.writing import District_, Reviewer
from boundaries.affairs import terms
from boundaries.store import clock

router = APIRouter(prefix="/v1/affairs", tags=["what happens"])


class TermsIn(BaseModel):
    """The parts to replace; an empty one goes back to the usual."""

    model_config = ConfigDict(extra="forbid")

    flow: dict[str, Any] | None = Field(
        None, description="limits, hours, calendar, off, on, weights, visits_a_month"
    )
    workload: dict[str, Any] | None = Field(None, description="household, incident, element, matters, kinds")


@router.get("/settings", response_class=Response, responses=refusals(401, 403, 503))
def read_settings(user: Reviewer, district: District_) -> Response:
    """Limits and calendar of the flow, weights of the score sheet and of the workload, as the district has
    set them."""
    return as_json(terms.of(district))


@router.put("/settings", response_class=Response, responses=refusals(400, 401, 403, 409, 422, 503))
def put_settings(user: Administrator, session: Session_, district: District_, given: TermsIn) -> Response:
    """Replace them. What makes no sense is refused by its name and changes nothing."""
    clock.stamp(session)
    return as_json(terms.put(session, district, given.model_dump(exclude_none=True)))
