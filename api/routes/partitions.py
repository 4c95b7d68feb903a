"""Partitions: a community divided into balanced grids by a job, looked at, and put into a plan."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Literal

import anyio.to_thread
from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import Planner, User
from api.context import Context, Context_, Session_
from api.jobs.requests import PARTITION
from api.plan_schemas import EditedOut
from api.reach import UNREACHABLE
from api.refusals import OutsideScope
from api.routes.answers import as_json, gives, refusals
from api.routes.plans import District_, Seen, as_edited
from api.schemas import Out, PolygonShape
from boundaries.land import plans
from boundaries.land.balancing import Weighing, changing, net_of
from boundaries.land.plans import Actor
from boundaries.land.plans.scopes import reaches
from boundaries.land.refusals import UnknownCode
from boundaries.store import jobs
from boundaries.store.tables import Area, District, Job

router = APIRouter(prefix="/v1/partitions", tags=["partitions"])
_READS = refusals(401, 403, 404, 422, 503)
_LOOK_S = 0.5
_QUIET_S = 15.0
_OPEN_S = 3600.0
Method = Literal["balanced", "squares", "hexagons", "stations", "blocks", "compounds"]


class PartitionIn(BaseModel):
    """What to divide, and how."""

    model_config = ConfigDict(extra="forbid")

    community: str = Field(min_length=1, max_length=64, examples=["140502006022"])
    plan: str | None = Field(None, max_length=64, description="divide the ground as this plan leaves it")
    chosen: list[str] | None = Field(
        None,
        max_length=1000,
        description="only these grids of the community, which hang together; all others stay as they are",
    )
    locked: list[str] = Field([], max_length=5000, description="grids that stay as they are")
    method: Method = Field(
        "balanced",
        description="all but `balanced` are plain divisions, which look at no building",
    )
    grids: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="how many in place of those that may change; without grids and bounds as many as now",
    )
    bounds: tuple[float, float] | None = Field(
        None, description="the least and the most of each grid", examples=[[300, 500]]
    )
    weigh: Weighing = Field(
        "households", description="workload: hours a year for households, elements and incidents"
    )
    proposals: list[Literal["balance", "roads", "least_change"]] = Field(
        ["balance", "roads", "least_change"], min_length=1, max_length=3
    )
    keep_compounds: bool = Field(True, description="a compound (小区) stays in one grid where that can be")
    side_m: float | None = Field(None, gt=0, description="of squares and hexagons, metres")
    points: list[tuple[float, float]] | None = Field(
        None, max_length=1000, description="stations, lon/lat in WGS 84"
    )
    roads: list[str] | None = Field(
        None, max_length=10_000, description="for blocks: codes of the features that divide; else all"
    )
    seed: int = Field(0, ge=0, le=2**31)
    time_limit_s: float = Field(180.0, gt=0, le=600)

    @model_validator(mode="after")
    def _whole(self) -> "PartitionIn":
        if self.grids is not None and self.bounds is not None:
            raise ValueError("either grids or bounds")
        if self.bounds is not None and not 0 <= self.bounds[0] <= self.bounds[1]:
            raise ValueError("bounds contradict: 0 <= low <= high")
        if self.method in ("squares", "hexagons") and self.side_m is None:
            raise ValueError("side_m is missing")
        if self.method == "stations" and not self.points:
            raise ValueError("points are missing")
        return self


class TakeIn(BaseModel):
    """Which proposal goes into which plan."""

    model_config = ConfigDict(extra="forbid")

    plan: str = Field(min_length=1, max_length=64)
    proposal: str = Field("balance", max_length=32)


class JobOut(Out):
    """A job without its result."""

    code: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    request: dict[str, Any]
    progress: dict[str, Any]
    problem: dict[str, Any]
    attempts: int
    made_by: str
    made_at: datetime
    ended_at: datetime | None


class ProposalFiguresOut(Out):
    """What a proposal is like; a plain division tells only how many grids."""

    grids: int
    max_deviation: float | None = None
    mean_compactness: float | None = None
    inner_border_m: float | None = None
    along_barriers: float | None = None
    border_cost_m: float | None = None
    moved_households: float | None = None
    least_moved: float | None = None
    relocated: list[str] | None = Field(
        None, description="grids of today that keep none of their ground: they go to where there are too many"
    )
    split_compounds: list[str] | None = None
    balanced_by: str | None = None


class BlockerOut(Out):
    """Why no better proposal is possible."""

    cause: str
    message: str


class ProposedGridOut(Out):
    """A GeoJSON feature; its properties are figures as the search counted them."""

    type: Literal["Feature"]
    id: int
    properties: dict[str, float | bool | None]
    geometry: PolygonShape


class ProposedNetOut(Out):
    """GeoJSON in WGS 84."""

    type: Literal["FeatureCollection"]
    features: list[ProposedGridOut]


class ProposalOut(Out):
    """One proposal. finished: the search ended before its time was up."""

    name: str
    finished: bool
    figures: ProposalFiguresOut
    blockers: list[BlockerOut]
    net: ProposedNetOut


class PartitionPreviewOut(Out):
    """The best so far of the proposal that is searched."""

    name: str
    number: int
    net: ProposedNetOut


class PartitionOut(JobOut):
    """A job with what it has found so far. grids: those that the proposals take the place of."""

    grids: list[str] = Field(default_factory=list)
    proposals: list[ProposalOut] = Field(default_factory=list)
    preview: PartitionPreviewOut | None = None
    left_out: dict[str, str] = Field(default_factory=dict)


@router.post("", status_code=202, responses=refusals(400, 401, 403, 404, 422, 429, 503))
def start_partition(
    context: Context_,
    user: Planner,
    given: PartitionIn,
    response: Response,
    district: District_,
) -> JobOut:
    """Divide a community, or some of its grids: 202 and the job, which a process of its own does.

    `GET` tells how far it is and what it has, `…/events` tells it as it happens.
    """
    with context.database.transaction() as session:  # written before the runner is woken
        _require(session, district, given.community, user)
        if given.plan is not None:
            plans.find(session, district, given.plan)
        if given.chosen is not None or given.locked:  # refused at once, not by the job
            net = net_of(session, district, given.plan)
            changing(net, given.community, chosen=given.chosen, locked=given.locked)
        request = given.model_dump(mode="json")
        job = jobs.submit(session, district.id, PARTITION, request, by=user.name)
    context.jobs.wake()
    response.headers["Location"] = f"/v1/partitions/{job.code}"
    return JobOut.model_validate(job)


@router.get("/{code}", response_class=Response, responses=gives(PartitionOut, "the job") | _READS)
def read_partition(user: Planner, code: str, session: Session_, district: District_) -> Response:
    """The job with its proposals: figures, blockers, and grids as GeoJSON in WGS 84. While it runs, `preview`
    is the best so far of the proposal that is searched, which cannot be taken yet."""
    job = _find(session, district, code, user)
    return as_json(JobOut.model_validate(job).model_dump(mode="json") | (job.result or job.interim))


@router.delete("/{code}", responses=_READS)
def cancel_partition(user: Planner, code: str, session: Session_, district: District_) -> JobOut:
    """Ask the job to end with the best that it has found; it says `cancelled` when it has."""
    _find(session, district, code, user)
    return JobOut.model_validate(jobs.cancel(session, code, kind=PARTITION))


@router.get(
    "/{code}/events",
    response_class=StreamingResponse,
    responses={200: {"description": "server-sent events", "content": {"text/event-stream": {}}}, **_READS},
)
def watch_partition(
    context: Context_, user: Planner, code: str, session: Session_, district: District_
) -> StreamingResponse:
    """Server-sent events: `progress` whenever it changes; `proposal` with the name of each new one, and with
    a number in `preview` where only the best so far can be looked at; `end`."""
    _find(session, district, code, user)
    return StreamingResponse(
        _events(context, code), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


@router.post("/{code}/edit", status_code=201, responses=refusals(400, 401, 403, 404, 409, 412, 422, 428, 503))
def take_partition(
    user: Planner,
    code: str,
    given: TakeIn,
    response: Response,
    session: Session_,
    district: District_,
    seen: Seen,
) -> EditedOut:
    """Put a proposal into a plan: one edit of the operation `balance`, and one undo. If-Match as in plans."""
    job = _find(session, district, code, user)
    told = job.result or job.interim
    chosen = [each for each in told.get("proposals", ()) if each["name"] == given.proposal]
    if not chosen:
        raise jobs.JobNotDone(code, job.state)
    polygons = [feature["geometry"] for feature in chosen[0]["net"]["features"]]
    done = plans.edit(
        session,
        district,
        given.plan,
        "balance",
        {"grids": told["grids"], "polygons": polygons},
        seen=seen,
        by=Actor(user.name, user.role, user.area_code),
    )
    return as_edited(session, done, response)


def _require(session: Session, district: District, community: str, user: User) -> None:
    """Raise UnknownCode or OutsideScope unless the community is there and in the account's area."""
    area = session.scalar(select(Area).where(Area.district_id == district.id, Area.code == community))
    if area is None or area.level != "community":
        raise UnknownCode(kind="community", value=community)
    if not reaches(session, area, user.area_code, "community"):
        raise OutsideScope(str(user.area_code), community)


def _find(session: Session, district: District, code: str, user: User) -> Job:
    job = jobs.find(session, code, kind=PARTITION)
    if job.district_id != district.id:
        raise jobs.UnknownJob(code)
    _require(session, district, job.request["community"], user)
    return job


async def _events(context: Context, code: str) -> AsyncIterator[str]:
    told: dict[str, Any] = {}
    proposals, preview, begun, spoken = 0, None, time.monotonic(), time.monotonic()
    while time.monotonic() - begun < _OPEN_S:
        try:
            job = await anyio.to_thread.run_sync(_look, context, code)
        except UNREACHABLE:
            job = None  # the client goes on waiting, as the job does
        if job is not None:
            now = {"state": job["state"], **job["progress"]}
            if now != told:
                told, spoken = now, time.monotonic()
                yield _event("progress", told)
            if job["preview"] not in (None, preview):
                preview = job["preview"]
                yield _event("proposal", preview)
            for name in job["names"][proposals:]:
                yield _event("proposal", {"name": name})
            proposals = max(proposals, len(job["names"]))
            if job["ended"]:
                yield _event("end", {"state": job["state"], "problem": job["problem"]})
                return
        if time.monotonic() - spoken > _QUIET_S:
            spoken = time.monotonic()
            yield ": still there\n\n"
        await asyncio.sleep(_LOOK_S)


def _look(context: Context, code: str) -> dict[str, Any]:
    with context.database.transaction() as session:
        job = jobs.find(session, code)
        preview = None if job.ended_at is not None else job.interim.get("preview")
        return {
            "state": job.state,
            "progress": job.progress,
            "names": [each["name"] for each in (job.result or job.interim).get("proposals", ())],
            "preview": preview and {"name": preview["name"], "preview": preview["number"]},
            "ended": job.ended_at is not None,
            "problem": job.problem,
        }


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
