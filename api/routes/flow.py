"""The flow of incidents: steps, their log, and figures from it."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Annotated, Literal

import pandas as pd
from fastapi import APIRouter, Query, Response

from api import stepping
from api.access import Reader
from api.context import Context_, Session_
from api.files import attachment
from api.flow_schemas import StepIn
from api.incidents_shown import areas_of, grids_for, local
from api.routes.answers import as_json, refusals
from api.writing import District_, Worker
from boundaries.affairs import asking, flow
from boundaries.affairs.figures import By, Figures, figures
from boundaries.affairs.steps import LEVELS, STATES, STEPS, WHO

router = APIRouter(prefix="/v1/incidents", tags=["what happens"])
about = APIRouter(prefix="/v1/affairs", tags=["what happens"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_READS = refusals(400, 401, 403, 404, 422, 503)
_PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}


@router.post(
    "/{number}/steps", response_class=Response, responses=refusals(400, 401, 403, 404, 409, 422, 503)
)
def take_step(
    context: Context_, user: Worker, session: Session_, district: District_, number: str, given: StepIn
) -> Response:
    """Take one step. A dispatch without a party goes to whom the answer names.

    What the table does not allow from the present state is refused with what is possible (409
    `step-not-possible`), what is another's to take with whose it is (403 `step-not-yours`).
    """
    snapshot = context.held.current.snapshot
    return as_json(stepping.take_step(session, district, user, snapshot, number, given), headers=_PRIVATE)


@router.get("/{number}/log", response_class=Response, responses=_READS)
def get_log(context: Context_, user: Worker, session: Session_, district: District_, number: str) -> Response:
    """Every step of an incident: from where to where, who, when, and the limit that was left behind."""
    snapshot = context.held.current.snapshot
    incident = asking.get(session, district, number)
    user.require(areas_of(snapshot, incident.grid_now), asked=f"incident {number}")
    steps = [
        {
            name: local(snapshot, value) if isinstance(value, datetime) else value
            for name, value in each.items()
        }
        for each in flow.log_of(session, incident.id)
    ]
    return as_json({"number": number, "state": incident.state, "steps": steps}, headers=_PRIVATE)


@about.get("/steps", response_class=Response, responses=_READS)
def list_steps(context: Context_, user: Reader) -> Response:
    """The table of steps: from which states to which, by whom, and what must be given."""
    return as_json(
        {
            "states": STATES,
            "levels": LEVELS,
            "who": WHO,
            "steps": [
                {
                    "step": step.name,
                    "name": step.chinese,
                    "from": step.sources,
                    "to": step.target,
                    "role": step.role,
                    "who": step.who,
                    "reach": step.reach,
                    "needs": step.needs,
                }
                for step in STEPS.values()
            ],
        }
    )


@about.get("/figures", response_class=Response, responses=_READS)
def list_figures(
    context: Context_,
    user: Worker,
    session: Session_,
    district: District_,
    by: Annotated[By, Query()] = "grid",
    first: Annotated[date | None, Query(alias="from", description="first day; else 30 days before")] = None,
    last: Annotated[date | None, Query(alias="to", description="last day, included; else today")] = None,
    area: Annotated[str | None, Query(max_length=100, description="only inside this area")] = None,
    format: Annotated[Literal["json", "csv", "xlsx"], Query()] = "json",
) -> Response:
    """On time, rightly dispatched, done again, still open: of what happened in these days, from the log."""
    snapshot = context.held.current.snapshot
    until = last or datetime.now(snapshot.zone).date()
    begin = first or until - timedelta(days=30)
    found = figures(
        session,
        district,
        by=by,
        since=datetime.combine(begin, datetime.min.time(), snapshot.zone),
        until=datetime.combine(until + timedelta(days=1), datetime.min.time(), snapshot.zone),
        now=datetime.now(UTC),
        grids=grids_for(user, snapshot, area, None),
    )
    if format != "json":
        return _as_file(found, format, f"figures-{by}-{begin}-{until}.{format}")
    return as_json(
        {"by": by, "from": begin, "to": until, "figures": [each.told() for each in found]}, headers=_PRIVATE
    )


def _as_file(found: list[Figures], format: str, name: str) -> Response:
    rows = []
    for each in found:
        told = each.told()
        steps = told.pop("steps")
        rows.append(told | {f"{state}_on_time_rate": step["on_time_rate"] for state, step in steps.items()})
    frame = pd.DataFrame(rows)
    out = BytesIO()
    if format == "csv":
        out.write(frame.to_csv(index=False).encode("utf-8-sig"))
    else:
        frame.to_excel(out, index=False)
    media = "text/csv" if format == "csv" else XLSX
    return Response(
        out.getvalue(),
        media_type=media,
        headers={**_PRIVATE, **attachment(name)},
    )
