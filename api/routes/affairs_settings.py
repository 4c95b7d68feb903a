"""What a district sets for its affairs."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Administrator
from api.context import Context_, Session_
from api.incidents_shown import local
from api.routes.answers import as_json, refusals
from api.schemas import JsonObject
from api.writing import District_, Reviewer
from boundaries.affairs import terms
from boundaries.store import clock

router = APIRouter(prefix="/v1/affairs", tags=["what happens"])


class TermsIn(BaseModel):
    """The parts to replace; an empty one goes back to the usual."""

    model_config = ConfigDict(extra="forbid")

    flow: JsonObject | None = Field(
        None, description="limits, hours, calendar, off, on, weights, visits_a_month"
    )
    workload: JsonObject | None = Field(None, description="household, incident, element, matters, kinds")


@router.get("/settings", response_class=Response, responses=refusals(401, 403, 503))
def read_settings(user: Reviewer, district: District_) -> Response:
    """Limits and calendar of the flow, weights of the score sheet and of the workload, as the district has
    set them."""
    return as_json(terms.of(district))


@router.put("/settings", response_class=Response, responses=refusals(400, 401, 403, 409, 422, 503))
def put_settings(user: Administrator, session: Session_, district: District_, given: TermsIn) -> Response:
    """Replace them. What makes no sense is refused by its name and changes nothing."""
    stamp = clock.stamp(session)
    told = terms.put(session, district, given.model_dump(exclude_none=True), stamp=stamp, by=user.name)
    return as_json(told)


@router.get("/settings/history", response_class=Response, responses=refusals(401, 403, 503))
def read_history(user: Reviewer, context: Context_, session: Session_, district: District_) -> Response:
    """Every change of a part: what it was set to, when and by whom. Nothing here is ever rewritten."""
    snapshot = context.held.current.snapshot
    return as_json(
        {
            "changes": [
                {
                    "part": each.part,
                    "terms": each.terms,
                    "made_at": local(snapshot, each.made_at),
                    "made_by": each.made_by,
                }
                for each in terms.history(session, district)
            ]
        }
    )
