"""The process of one job. It is started by `spawn`, so that nothing of the server comes along."""

import traceback
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import URL

from api.jobs import crosswalks, partitions
from api.jobs.requests import CROSSWALK, PARTITION
from api.jobs.run import Run
from boundaries.store import acting, jobs
from boundaries.store.database import Database
from boundaries.store.errors import Refusal
from gis.net import EditRefused
from gis.partition import PartitionRefused

Handler = Callable[[Run, int, Mapping[str, Any]], dict[str, Any]]
HANDLERS: Mapping[str, Handler] = {PARTITION: partitions.divide, CROSSWALK: crosswalks.build}


def work(url: URL, code: str, attempt: int) -> None:
    """Do a claimed job and write what came of it. A refusal is an answer, anything else a failure."""
    acting.begin(acting.Acting(actor=f"job:{code}", via="job"))
    database = Database.at(url)
    with database.transaction() as session:
        job = jobs.find(session, code)
        kind, district_id, request = job.kind, job.district_id, dict(job.request)
    run = Run(database, code, attempt)
    state, result, problem = "failed", dict[str, Any](), dict[str, Any]()
    try:
        result = HANDLERS[kind](run, district_id, request)
        state = "cancelled" if run.cancelled else "done"
    except (Refusal, PartitionRefused, EditRefused) as refused:
        problem = {"code": refused.code, "detail": str(refused), "facts": _plain(refused.facts)}
    except Exception:
        problem = {"code": "internal-error", "detail": "Something went wrong here"}
        traceback.print_exc()
    finally:
        run.close()
    with database.transaction() as session:
        jobs.end(session, code, attempt, state, result=result, problem=problem)
    database.close()


def _plain(value: Any) -> Any:
    """Facts as JSON can hold them."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
