"""What is written about plans: remarks on their grids, filing records, and notices of publications."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from api.access import Planner, Reader
from api.context import Session_
from api.diff_schemas import ChecklistOut
from api.dossiers import sheet_of
from api.files import attachment
from api.plan_schemas import CommentIn, CommentOut, FilingIn, FilingOut
from api.routes.answers import as_json, gives, refusals
from api.routes.plans import Approver, District_, actor
from api.schemas import Out
from boundaries.land import plans
from web_map.report import render_sheet

router = APIRouter(tags=["plans"])
_PROBLEMS = refusals(400, 401, 403, 404, 409, 422, 503)


class NoticeOut(Out):
    """What a publication changed in one community."""

    id: int
    community: str
    name: str
    net_version: int
    effective_from: datetime
    plan: str | None
    title: str | None
    told: dict[str, Any]


@router.post("/v1/plans/{code}/comments", status_code=201, responses=_PROBLEMS)
def comment_plan(
    user: Planner, code: str, given: CommentIn, session: Session_, district: District_
) -> CommentOut:
    """A remark on a grid of the plan, or on the whole of it. The plan's version stays."""
    made = plans.comment(session, district, code, remark=given.remark, grid=given.grid, by=actor(user))
    return CommentOut.model_validate(made)


@router.post("/v1/plans/{code}/comments/{comment}/settlement", responses=_PROBLEMS)
def settle_comment(
    user: Planner, code: str, comment: int, session: Session_, district: District_
) -> CommentOut:
    """Say that a remark is dealt with."""
    return CommentOut.model_validate(plans.settle(session, district, code, comment, by=actor(user)))


@router.post("/v1/plans/{code}/filings", status_code=201, responses=_PROBLEMS)
def file_plan(
    user: Approver, code: str, given: FilingIn, session: Session_, district: District_
) -> list[FilingOut]:
    """备案: under which paper a published plan is filed. All records of the plan, the valid one last."""
    plan = plans.file(session, district, code, given.filing(), by=actor(user))
    return [FilingOut.model_validate(each) for each in plans.filings(session, plan)]


Day = Annotated[
    date | None, Query(description="whose rules count; without it: that of the publication, else today")
]


@router.get(
    "/v1/plans/{code}/checklist",
    response_class=Response,
    responses=gives(ChecklistOut, "every check") | refusals(401, 403, 404, 422, 503),
)
def read_checklist(
    user: Planner, code: str, session: Session_, district: District_, day: Day = None
) -> Response:
    """What is asked of the communities that a plan founds, by the rules in force: warnings, no refusals."""
    plan = plans.find(session, district, code)
    return as_json(plans.checklist(session, district, plan, day=day).told())


@router.get(
    "/v1/plans/{code}/dossier",
    response_class=Response,
    responses={
        200: {"description": "one printable document", "content": {"text/html": {}}},
        **refusals(401, 403, 404, 409, 422, 503),
    },
)
def read_dossier(
    user: Planner,
    code: str,
    session: Session_,
    district: District_,
    day: Day = None,
    lang: Literal["zh", "en"] = "zh",
) -> Response:
    """报批材料: the file of a new community as one HTML document that prints, with maps and checklist."""
    found = plans.dossier(session, district, plans.find(session, district, code), day=day)
    page = render_sheet(sheet_of(found, district, made_at=datetime.now(UTC), lang=lang))
    named = {**attachment(f"{found.plan}.html"), "Cache-Control": "private"}
    return Response(page, media_type="text/html; charset=utf-8", headers=named)


@router.get("/v1/notices", responses=refusals(400, 401, 403, 404, 503))
def list_notices(
    user: Reader,
    session: Session_,
    district: District_,
    area: Annotated[str | None, Query(description="only of communities in this area")] = None,
    before: Annotated[int | None, Query(description="only older ones: the last id that was seen")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[NoticeOut]:
    """What publications changed, community by community, the latest first.

    An account with an area reads those of its own area.
    """
    if area is not None:
        user.require([area, *plans.areas_above(session, district, area)], asked=area)
    found = plans.notices(session, district, area=area or user.area_code, before=before, limit=limit)
    return [NoticeOut.model_validate(each) for each in found]
