"""The flow of incidents: steps, their log, and figures from it."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from api.access import Reader, User
from api.answering import aware
from api.context import Context_, Session_
from api.flow_schemas import RulingIn, StepIn
from api.incidents_shown import areas_of, grids_for, limits_of, lineage_of, local, shown
from api.refusals import NotAllowed
from api.routes.answers import as_json, refusals
from api.writing import District_, Worker, require_places, since
from boundaries.affairs import asking, flow
from boundaries.affairs.figures import By, Figures, figures
from boundaries.affairs.refusals import StepIncomplete
from boundaries.affairs.steps import LEVELS, STATES, STEPS
from boundaries.duty import duties
from boundaries.duty.snapshot import Snapshot
from boundaries.land.refusals import UnknownCode
from boundaries.store import clock
from boundaries.store.tables import District

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
    """Take one step. What the table of steps does not allow from the present state is refused with what
    is possible (409 `step-not-possible`). A dispatch without a party goes to whom the answer names.
    """
    step = STEPS.get(given.step)
    if step is not None and not user.may(step.role):
        raise NotAllowed(step.role, user.role)
    snapshot = context.held.current.snapshot
    # the register's lock comes before the incident's: two rulings or a correction cannot wait in a circle
    stamp = clock.stamp(session) if given.duty is not None else None
    incident = asking.get(session, district, number, lock=True)
    user.require(areas_of(snapshot, incident.grid_now), asked=f"incident {number}")
    party = given.party or (_named(snapshot, incident) if given.step == "dispatch" else None)
    if party is not None and party not in snapshot.parties:
        raise UnknownCode(kind="party", value=party)
    into = asking.get(session, district, given.into) if given.into is not None else None
    if into is not None:
        user.require(areas_of(snapshot, into.grid_now), asked=f"incident {into.number}")
    matter = snapshot.matters.get(incident.matter)
    details: dict[str, Any] = {}
    if given.duty is not None:
        if given.step != "rule":
            raise StepIncomplete(given.step, "duty", "belongs to a ruling")
        assert stamp is not None
        details["duty"] = _rule(session, district, user, snapshot, given.duty, incident.matter, party, stamp)
    taken = flow.take(
        session,
        incident,
        flow.Given(given.step, given.reason.strip(), party, aware(given.until), into, details),
        limits=limits_of(snapshot),
        lineage=lineage_of(snapshot, incident.matter),
        limit_hours=matter.limit_hours if matter is not None else None,
        by=user.name,
        now=stamp or datetime.now(UTC),
    )
    after = asking.get(session, district, number)
    return as_json(
        {"step": taken.step, "from": taken.source} | shown(user, snapshot, after), headers=_PRIVATE
    )


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
            "steps": [
                {
                    "step": step.name,
                    "name": step.chinese,
                    "from": step.sources,
                    "to": step.target,
                    "role": step.role,
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
    until = last or snapshot.at.astimezone(snapshot.zone).date()
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


def _named(snapshot: Snapshot, incident: asking.IncidentRecord) -> str | None:
    """Whom the answer names today: the lead department, else the grid's leader."""
    owner = snapshot.answer_point((incident.lon, incident.lat), matter=incident.matter)["owner"]
    for party in (owner["department"], owner["leader"]):
        if party is not None:
            return party["code"]
    return None


def _rule(
    session: Session,
    district: District,
    user: User,
    snapshot: Snapshot,
    given: RulingIn,
    matter: str,
    party: str | None,
    stamp: datetime,
) -> dict[str, Any]:
    """Write a ruling as a duty: before every other department for this place and matter."""
    if party is None:
        raise StepIncomplete("rule", "party", "is missing")
    code = given.place_code if given.part_code is None else f"{given.place_code}/{given.part_code}"
    require_places(user, snapshot, [(given.place_kind, code)])
    begins = since(given.valid_from, stamp)
    row = {
        "party_code": party,
        "role": "ruling",
        "matter_code": given.matter or matter,
        "place_kind": given.place_kind,
        "place_code": given.place_code,
        "part_code": given.part_code,
        "valid_from": begins,
        "valid_to": None,
    }
    duties.put(session, district, pd.DataFrame([row]), stamp=stamp)
    return {name: value for name, value in row.items() if isinstance(value, str)} | {
        "valid_from": begins.isoformat()
    }


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
        headers={**_PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'},
    )
