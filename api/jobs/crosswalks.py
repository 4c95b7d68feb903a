"""The job of crosswalks: lines laid over the net of an instant, each in a transaction of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.jobs.requests import CROSSWALK
from api.jobs.run import Run
from boundaries.land import crosswalks
from boundaries.store import jobs
from boundaries.store.errors import Refusal
from boundaries.store.tables import District, NetVersion, Plan
from gis.overlay import OverlayRefused


def build(run: Run, district_id: int, request: Mapping[str, Any]) -> dict[str, Any]:
    """request: lines, and at (ISO, None: now). The result names each line with what it got."""
    at = None if request["at"] is None else datetime.fromisoformat(request["at"])
    done: list[dict[str, Any]] = []
    for code in request["lines"]:
        if not run.tell({"lines": len(request["lines"]), "built": len(done)}, {"built": list(done)}):
            break
        with run.database.transaction() as session:
            done.append(_one(session, session.get_one(District, district_id), code, at))
    return {"built": done}


def _one(session: Session, district: District, code: str, at: datetime | None) -> dict[str, Any]:
    try:
        built = crosswalks.build(session, district, code, at=at)
    except (Refusal, OverlayRefused) as refused:  # this line has none; the others go on
        return {"line": code, "problem": {"code": getattr(refused, "code", ""), "detail": str(refused)}}
    return {
        "line": code,
        "net_version": built.net_version,
        "valid_from": built.valid_from.isoformat(),
        "valid_to": None if built.valid_to is None else built.valid_to.isoformat(),
        "rows": {name: getattr(built.tally, name) for name in ("added", "changed", "unchanged", "retired")},
    }


def follow(session: Session, plan: Plan, *, by: str) -> None:
    """After a publication: a job that builds the crosswalks of the new net, for the lines that have any.

    Where the queue is full they stay as they are and say that they are outdated.
    """
    district = session.get_one(District, plan.district_id)
    lines = crosswalks.built_lines(session, district)
    if lines:
        effective_from = session.get_one(NetVersion, plan.published_version_id).effective_from
        request = {"lines": lines, "at": effective_from.isoformat()}
        try:
            jobs.submit(session, district.id, CROSSWALK, request, by=by)
        except jobs.TooManyJobs:
            return
