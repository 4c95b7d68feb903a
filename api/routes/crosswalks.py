"""Crosswalks of departments' nets, built by a job: on demand, and after each publication."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import User, needs
from api.answering import aware
from api.context import Context_, Session_
from api.jobs.requests import CROSSWALK
from api.routes.answers import as_json, refusals
from api.routes.partitions import JobOut
from api.routes.plans import District_
from boundaries.land import crosswalks, lines
from boundaries.store import jobs

router = APIRouter(prefix="/v1/crosswalks", tags=["lines"])
Builder = Annotated[User, Depends(needs("planner", whole_district=True))]
Code = Annotated[str, Field(min_length=1, max_length=100)]


class CrosswalksIn(BaseModel):
    """Which lines to lay over the net of which instant."""

    model_config = ConfigDict(extra="forbid")

    lines: list[Code] | None = Field(
        None, min_length=1, max_length=100, description="without it: all that ever had one"
    )
    at: datetime | None = Field(None, description="with its time zone; without it: now")


@router.post("", status_code=202, responses=refusals(400, 401, 403, 404, 422, 429, 503))
def start_crosswalks(
    context: Context_, user: Builder, given: CrosswalksIn, response: Response, district: District_
) -> JobOut:
    """Build the crosswalks anew: 202 and the job. Publications start one by themselves."""
    at = aware(given.at)
    with context.database.transaction() as session:  # written before the runner is woken
        codes = crosswalks.built_lines(session, district) if given.lines is None else given.lines
        for code in codes:
            lines.get(session, district, code)
        request = {"lines": codes, "at": None if at is None else at.isoformat()}
        job = jobs.submit(session, district.id, CROSSWALK, request, by=user.name)
    context.jobs.wake()
    response.headers["Location"] = f"/v1/crosswalks/{job.code}"
    return JobOut.model_validate(job)


@router.get("/{code}", response_class=Response, responses=refusals(401, 403, 404, 503))
def read_crosswalks(user: Builder, code: str, session: Session_, district: District_) -> Response:
    """The job: `built` names each line with the net version and while it holds, or with its problem."""
    job = jobs.find(session, code, kind=CROSSWALK)
    if job.district_id != district.id:
        raise jobs.UnknownJob(code)
    return as_json(JobOut.model_validate(job).model_dump(mode="json") | (job.result or job.interim))
