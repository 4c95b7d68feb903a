"""Plans: drafts of changes to the net, drawn edit by edit, reviewed, approved and published."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import shapely
from fastapi import APIRouter, Body, Depends, Header, Query, Response
from sqlalchemy.orm import Session

from api.access import Planner, User, needs
from api.answering import aware, datum_of
from api.context import Context_, Session_
from api.diff_schemas import DrawnNetOut, GridFiguresOut, PlanNetOut, PlanProblemOut
from api.diffs import DIFF_GIVEN, DiffForm, diff_as
from api.drawn import in_wgs84, lines_in_wgs84
from api.jobs.crosswalks import follow
from api.plan_schemas import (
    CommentOut,
    EditedOut,
    EditIn,
    FilingOut,
    GuideIn,
    PlanIn,
    PlanOut,
    PlanWhole,
    PreviewOut,
    PublicationIn,
    StepIn,
    edit_out,
    event_outs,
    guide_out,
    plan_facts,
)
from api.refusals import IfMatchMissing
from api.routes.answers import as_json, gives, refusals
from api.schemas import DatumName
from boundaries.duty import planned
from boundaries.land import districts, plans
from boundaries.land.plans import Actor
from boundaries.store.tables import District, Plan
from gis.datums import Datum, convert
from gis.net import Figures

router = APIRouter(prefix="/v1/plans", tags=["plans"])
Reviewer = Annotated[User, Depends(needs("reviewer"))]
Approver = Annotated[User, Depends(needs("approver"))]
_WRITES = refusals(400, 401, 403, 404, 409, 412, 422, 428, 503)
_READS = refusals(401, 403, 404, 422, 503)
_LEFT_OUT = ("snap", "most_moved_m", "tolerance_m")  # where nothing is said of them


def _seen(
    if_match: Annotated[str | None, Header(description='the version that was seen, such as "7"')] = None,
) -> int:
    """The plan's version that the caller saw. Raises IfMatchMissing."""
    found = re.fullmatch(r'\s*(?:W/)?"(\d{1,9})"\s*', if_match or "")
    if found is None:
        raise IfMatchMissing
    return int(found[1])


Seen = Annotated[int, Depends(_seen)]


def _served(context: Context_, session: Session_) -> District:
    return districts.get(session, context.held.current.snapshot.district.code)


District_ = Annotated[District, Depends(_served)]


class Writing:
    """A write to the plan `code`, made on the version that was `seen`."""

    def __init__(
        self, code: str, session: Session_, district: District_, seen: Seen, response: Response
    ) -> None:
        self.on, self.seen, self._response = (session, district, code), seen, response

    def step(self, name: str, user: User, given: StepIn) -> PlanWhole:
        """Take a step of the way into force."""
        return self.done(plans.step(*self.on, name, seen=self.seen, by=actor(user), note=given.note))

    def done(self, plan: Plan) -> PlanWhole:
        """The plan as it is now, its new version in the ETag."""
        return _whole(self.on[0], plan, self._response)


Writing_ = Annotated[Writing, Depends()]


@router.get("", responses=_READS)
def list_plans(
    user: Planner,
    session: Session_,
    district: District_,
    state: Annotated[str | None, Query(description="only those in this state")] = None,
) -> list[PlanOut]:
    """All plans of the district, the one written last first."""
    return [PlanOut(**_facts(session, plan)) for plan in plans.every(session, district, state=state)]


@router.post("", status_code=201, responses=refusals(400, 401, 403, 404, 409, 422, 503))
def create_plan(
    user: Planner,
    given: PlanIn,
    response: Response,
    session: Session_,
    district: District_,
) -> PlanWhole:
    """A new draft on the net that was published last, be it in force yet or not.

    With `restore` its first edit gives the scope the net that it had at that instant.
    """
    facts: dict[str, Any] = given.model_dump(exclude={"restore"})
    former = aware(given.restore)
    if former is None:
        plan = plans.create(session, district, **facts, by=actor(user))
    else:
        plan = plans.restore(session, district, to=former, **facts, by=actor(user))
    return _made(session, plan, response)


@router.post("/{code}/reversion", status_code=201, responses=refusals(400, 401, 403, 404, 409, 422, 503))
def revert_plan(
    user: Planner, code: str, response: Response, session: Session_, district: District_
) -> PlanWhole:
    """A new draft that takes a published plan back: its scope as it was just before."""
    return _made(session, plans.revert(session, district, code, by=actor(user)), response)


@router.get("/{code}", responses=_READS)
def read_plan(
    user: Planner,
    code: str,
    response: Response,
    session: Session_,
    district: District_,
) -> PlanWhole:
    """One plan with its edits and steps; its version is the ETag that a write must name."""
    return _whole(session, plans.find(session, district, code), response)


@router.get("/{code}/net", response_class=Response, responses=gives(PlanNetOut, "GeoJSON") | _READS)
def read_plan_net(
    user: Planner,
    code: str,
    session: Session_,
    district: District_,
) -> Response:
    """The grids in the plan's scope as the plan leaves them: GeoJSON in WGS 84, each with its figures."""
    plan = plans.find(session, district, code)
    drawing = plans.drawing_of(session, district, plan)
    codes = drawing.net.free
    told = _features(drawing, codes, plans.live_of(session, plan, drawing))
    told["stacked"] = _stacked(
        drawing, [code for code in drawing.net.stacks if code not in drawing.net.locked]
    )
    bands = plans.bands_of(session, district, drawing, codes)
    for feature in told["features"]:
        feature["properties"]["band"] = bands.get(feature["id"])
    return as_json(told, headers=_tag(plan))


@router.get("/{code}/workload", responses=_READS)
def read_plan_workload(
    user: Planner, code: str, session: Session_, district: District_, response: Response
) -> dict[str, float]:
    """Hours a year (工作量) of the grids in the plan's scope as it is drawn, by code: of households, elements
    and the incidents of the last year near a building, by the weights of the district."""
    plan = plans.find(session, district, code)
    drawing = plans.drawing_of(session, district, plan)
    response.headers.update(_tag(plan))
    return {code: round(hours, 1) for code, hours in plans.workload(session, district, drawing).items()}


@router.get("/{code}/grid", response_class=Response, responses=refusals(400, 401, 403, 404, 422, 503))
def read_plan_grid(
    user: Planner,
    code: str,
    session: Session_,
    district: District_,
    lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)],
    datum: Annotated[DatumName | None, Query(description="of the place; else the account's own")] = None,
) -> Response:
    """The grid at a place as the plan leaves it, with its figures; null where no grid is."""
    lonlat = convert([[lon, lat]], datum_of(datum, user), Datum.WGS84)[0].tolist()
    plan = plans.find(session, district, code)
    drawing = plans.drawing_of(session, district, plan)
    live = plans.live_of(session, plan, drawing)
    grid = live.grid_at(drawing, *lonlat)
    told = None if grid is None else _features(drawing, [grid], live)["features"][0]["properties"]
    return as_json({"grid": told}, headers=_tag(plan))


@router.get(
    "/{code}/diff",
    response_class=Response,
    responses={**DIFF_GIVEN, **_READS},
)
def read_plan_diff(
    user: Planner,
    code: str,
    context: Context_,
    session: Session_,
    district: District_,
    against: Annotated[
        Literal["now"] | datetime | None,
        Query(description="what to compare with: an instant, or `now`; without it: the plan's base"),
    ] = None,
    form: DiffForm = "json",
) -> Response:
    """Grids changed, new and retired with their lineage; buildings, people and open incidents that move.

    With `against` the difference from that state, as between two instants: no problems, no incidents.
    """
    plan = plans.find(session, district, code)
    if against is None:
        return diff_as(plans.diff(session, district, plan), form, plan.code, headers=_tag(plan))
    instant = None if against == "now" else aware(against)
    before = context.held.at(instant, None).snapshot
    made = planned.side_of(session, district, plan, lambda at: context.held.at(at, None).snapshot)
    found = planned.compare(planned.Side(before), made)
    if not user.sees_persons([before.district.code]):
        found = found.without_persons()
    return diff_as(found, form, f"{plan.code}-{before.at:%Y%m%d}", headers=_tag(plan))


@router.get(
    "/{code}/problems", response_class=Response, responses=gives(list[PlanProblemOut], "worst first") | _READS
)
def read_plan_problems(
    user: Planner,
    code: str,
    session: Session_,
    district: District_,
) -> Response:
    """What to look at before publication, each with grid, place, size and whether it blocks."""
    plan = plans.find(session, district, code)
    found = plans.diff(session, district, plan).problems
    return as_json([problem.told() for problem in found], headers=_tag(plan))


@router.post("/{code}/edits", status_code=201, responses=_WRITES)
def edit_plan(
    user: Planner,
    code: str,
    given: Annotated[EditIn, Body()],
    response: Response,
    session: Session_,
    district: District_,
    seen: Seen,
    datum: Annotated[
        DatumName | None, Query(description="of the coordinates; else the account's own")
    ] = None,
) -> EditedOut:
    """One more edit. It is in the register when the reply leaves; a refused one changes nothing.

    A refusal is 422 with the `place` (GeoJSON) and the `facts`.
    """
    parameters = _parameters(given, datum, user)
    done = plans.edit(session, district, code, given.operation, parameters, seen=seen, by=actor(user))
    return as_edited(session, done, response)


def as_edited(session: Session, done: plans.Edited, response: Response) -> EditedOut:
    """What an edit did, as its route tells it."""
    response.headers.update(_tag(done.plan))
    change = done.change
    there = [each for each in change.changed if each in change.net.faces] if change else []
    return EditedOut(
        plan=PlanOut(**_facts(session, done.plan)),
        edit=edit_out(done.edit, done.plan.applied),
        noded=list(change.noded) if change else [],
        before=_figures(change.before if change else {}),
        after=_figures(change.after if change else {}),
        net=DrawnNetOut.model_validate(_features(done.drawing, there)),
    )


@router.post("/{code}/preview", responses=refusals(400, 401, 403, 404, 409, 422, 503))
def preview_edit(
    user: Planner,
    code: str,
    given: Annotated[EditIn, Body()],
    response: Response,
    session: Session_,
    district: District_,
    datum: Annotated[
        DatumName | None, Query(description="of the coordinates; else the account's own")
    ] = None,
) -> PreviewOut:
    """What this edit would do, or why it is refused; nothing is written. The ETag names the version."""
    parameters = _parameters(given, datum, user)
    done = plans.preview(session, district, code, given.operation, parameters, by=actor(user))
    response.headers.update(_tag(done.plan))
    change = done.change
    there = [each for each in change.changed if each in change.net.faces] if change else []
    return PreviewOut(
        moved_m=done.edit.moved_m,
        noded=list(change.noded) if change else [],
        before=_figures(change.before if change else {}),
        after=_figures(change.after if change else {}),
        net=DrawnNetOut.model_validate(_features(done.drawing, there)),
    )


@router.put("/{code}/guide", responses=_WRITES)
def guide_plan(
    user: Planner,
    writing: Writing_,
    given: GuideIn,
    datum: Annotated[DatumName | None, Query(description="of the lines; else the account's own")] = None,
) -> PlanWhole:
    """Draw the plan against roads, rivers, buildings, another plan, a department's net or a file's lines.

    The lines of its edits snap to them from now on. `{}`: to none.
    """
    guide = {name: value for name, value in given.model_dump().items() if value}
    if given.lines:
        guide["lines"] = lines_in_wgs84(given.lines, datum_of(datum, user))
    return writing.done(plans.set_guide(*writing.on, guide, seen=writing.seen, by=actor(user)))


@router.post("/{code}/undo", responses=_WRITES)
def undo_edit(user: Planner, writing: Writing_) -> PlanWhole:
    """Take back the last edit that counts."""
    return writing.done(plans.undo(*writing.on, seen=writing.seen, by=actor(user)))


@router.post("/{code}/redo", responses=_WRITES)
def redo_edit(user: Planner, writing: Writing_) -> PlanWhole:
    """Put the edit that was undone last on again."""
    return writing.done(plans.redo(*writing.on, seen=writing.seen, by=actor(user)))


@router.post("/{code}/rebase", responses=_WRITES)
def rebase_plan(user: Planner, writing: Writing_) -> PlanWhole:
    """Put the draft on the net that was published last; 409 with the conflicts, edit by edit."""
    return writing.done(plans.rebase(*writing.on, seen=writing.seen, by=actor(user)))


@router.post("/{code}/submission", responses=_WRITES)
def submit_plan(user: Planner, writing: Writing_, given: StepIn) -> PlanWhole:
    """申请: apply for the plan; from now on nobody edits it."""
    return writing.step("submit", user, given)


@router.post("/{code}/review", responses=_WRITES)
def review_plan(user: Reviewer, writing: Writing_, given: StepIn) -> PlanWhole:
    """审核: somebody else than the authors has looked at it."""
    return writing.step("review", user, given)


@router.post("/{code}/approval", responses=_WRITES)
def approve_plan(user: Approver, writing: Writing_, given: StepIn) -> PlanWhole:
    """批复: the plan may be published."""
    return writing.step("approve", user, given)


@router.post("/{code}/return", responses=_WRITES)
def return_plan(user: Reviewer, writing: Writing_, given: StepIn) -> PlanWhole:
    """Give the plan back to its authors, with the reason in `note`."""
    return writing.step("return", user, given)


@router.post("/{code}/withdrawal", responses=_WRITES)
def withdraw_plan(user: Planner, writing: Writing_, given: StepIn) -> PlanWhole:
    """Give the plan up; its new codes are free again."""
    return writing.step("withdraw", user, given)


@router.post("/{code}/publication", responses=_WRITES)
def publish_plan(
    context: Context_, user: Approver, writing: Writing_, given: PublicationIn, session: Session_
) -> PlanWhole:
    """Put an approved plan into force, now or later, all of it in one instant.

    The crosswalks of departments' nets follow by a job.
    """
    plan = plans.publish(
        *writing.on,
        seen=writing.seen,
        by=actor(user),
        effective_from=aware(given.effective_from),
        note=given.note,
        filing=None if given.filing is None else given.filing.filing(),
    )
    follow(session, plan, by=user.name)
    context.jobs.wake()
    return writing.done(plan)


def actor(user: User) -> Actor:
    return Actor(user.name, user.role, user.area_code)


def _tag(plan: Plan) -> dict[str, str]:
    return {"ETag": f'"{plan.version}"'}


def _facts(session: Session, plan: Plan) -> dict[str, Any]:
    return plan_facts(plan, *plans.context_of(session, plan))


def _made(session: Session, plan: Plan, response: Response) -> PlanWhole:
    response.headers["Location"] = f"/v1/plans/{plan.code}"
    return _whole(session, plan, response)


def _whole(session: Session, plan: Plan, response: Response) -> PlanWhole:
    response.headers.update(_tag(plan))
    return PlanWhole(
        **_facts(session, plan),
        guide=guide_out(plan),
        edits=[edit_out(edit, plan.applied) for edit in plans.all_edits(session, plan)],
        events=event_outs(plans.events(session, plan)),
        comments=[CommentOut.model_validate(each) for each in plans.comments(session, plan)],
        filings=[FilingOut.model_validate(each) for each in plans.filings(session, plan)],
    )


def _parameters(given: EditIn, datum: str | None, user: User) -> dict[str, Any]:
    """What an edit asks for, with what is drawn in WGS 84."""
    drawn = {"line", "polygon", "node", "to"} & {
        name for name in given.model_fields_set if not isinstance(getattr(given, name), str | None)
    }
    parameters = given.model_dump(exclude={"operation"})
    if drawn:
        parameters |= in_wgs84({name: parameters[name] for name in drawn}, datum_of(datum, user))
    snap = parameters.get("snap")
    if snap and snap["lines"]:
        snap["lines"] = lines_in_wgs84(snap["lines"], datum_of(datum, user))
    return {name: value for name, value in parameters.items() if value is not None or name not in _LEFT_OUT}


def _figures(told: Mapping[str, Figures]) -> dict[str, GridFiguresOut]:
    return {code: GridFiguresOut.model_validate(each) for code, each in told.items()}


def _stacked(drawing: plans.Drawing, codes: list[str]) -> list[dict[str, Any]]:
    """立体 grids, which have no ground: their host, building and parts."""
    return [
        {
            "code": code,
            "name": drawing.facts_of(code).name,
            "host": drawing.host(code),
            "building": drawing.ground.buildings[stack.building],
            "parts": list(stack.parts),
            "households": stack.households,
        }
        for code in codes
        for stack in (drawing.net.stacks[code],)
    ]


def _features(drawing: plans.Drawing, codes: list[str], live: plans.Live | None = None) -> dict[str, Any]:
    figures = drawing.net.figures(codes) if live is None else live.figures(drawing, codes)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": code,
                "properties": {
                    "code": code,
                    "name": drawing.facts_of(code).name,
                    "kind": drawing.facts_of(code).kind,
                    "group": drawing.facts_of(code).group_code,
                    "community": drawing.net.community(code),
                    "changed": code in drawing.changed,
                    **vars(figures[code]),
                },
                "geometry": shapely.geometry.mapping(drawing.net.faces[code].shape),
            }
            for code in codes
        ],
    }
