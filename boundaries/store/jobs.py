"""The queue of jobs: a row each, claimed by one process, that survives the death of whoever does it.

A worker beats while it works, and names its attempt, so that one that was given up writes nothing. A
job whose worker has been silent for too long goes back into the queue once; the second time it has failed.
Nothing here knows what a job does.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from boundaries.store.errors import Refusal
from boundaries.store.tables import Job

MOST_ATTEMPTS = 2
SILENT_S = 30.0
MOST_OPEN = 20


class UnknownJob(Refusal):
    """No job has this code."""

    code = "unknown-job"

    def __init__(self, value: str) -> None:
        self.value = value
        super().__init__(f"There is no job {value}.")


class TooManyJobs(Refusal):
    """So many jobs wait that one more would only wait as well."""

    code = "too-many-jobs"

    def __init__(self, open_jobs: int) -> None:
        self.open_jobs, self.retry_after_s = open_jobs, 30
        super().__init__(f"{open_jobs} jobs are waiting or running: please try again later.")


class JobNotDone(Refusal):
    """Its result was asked for before there was one."""

    code = "job-not-done"

    def __init__(self, job: str, state: str) -> None:
        self.job, self.state = job, state
        super().__init__(f"The job {job} is {state}: it has no such result.")


def submit(session: Session, district_id: int, kind: str, request: Mapping[str, Any], *, by: str) -> Job:
    """A new job at the end of the queue. Raises TooManyJobs."""
    waiting = session.scalar(text("select count(*) from yiwang.job where state in ('queued', 'running')"))
    if waiting >= MOST_OPEN:
        raise TooManyJobs(waiting)
    job = Job(
        district_id=district_id, code=secrets.token_hex(8), kind=kind, request=dict(request), made_by=by
    )
    session.add(job)
    session.flush()
    session.refresh(job)
    return job


def find(session: Session, code: str, *, kind: str | None = None) -> Job:
    """The job with this code, as it is now. Raises UnknownJob."""
    query = select(Job).where(Job.code == code).execution_options(populate_existing=True)
    job = session.scalar(query if kind is None else query.where(Job.kind == kind))
    if job is None:
        raise UnknownJob(code)
    return job


def claim(session: Session) -> Job | None:
    """The oldest job that waits, now running and nobody else's; None if there is none."""
    job = session.scalar(
        select(Job).where(Job.state == "queued").order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    )
    if job is None:
        return None
    job.state = "running"
    job.attempts += 1
    session.execute(text("update yiwang.job set beat_at = clock_timestamp() where id = :id"), {"id": job.id})
    session.flush()
    return job


def beat(
    session: Session,
    code: str,
    attempt: int,
    *,
    progress: Mapping[str, Any],
    interim: Mapping[str, Any] | None = None,
) -> bool:
    """A sign of life with how far it is; says whether to go on: False if it was cancelled or taken away."""
    values: dict[str, Any] = {"progress": dict(progress), "beat_at": text("clock_timestamp()")}
    if interim is not None:
        values["interim"] = dict(interim)
    cancel = session.execute(
        update(Job)
        .where(Job.code == code, Job.state == "running", Job.attempts == attempt)
        .values(values)
        .returning(Job.cancel)
    ).scalar()
    return cancel is False


def cancel(session: Session, code: str, *, kind: str) -> Job:
    """Ask a job to end with the best it has; one that waits ends at once, one that has ended stays so."""
    job = find(session, code, kind=kind)
    session.execute(
        text(
            "update yiwang.job set cancel = true,"
            " state = case when state = 'queued' then 'cancelled' else state end,"
            " ended_at = case when state = 'queued' then clock_timestamp() else ended_at end"
            " where id = :id and state in ('queued', 'running')"
        ),
        {"id": job.id},
    )
    return find(session, code, kind=kind)


def end(
    session: Session,
    code: str,
    attempt: int,
    state: str,
    *,
    result: Mapping[str, Any] | None = None,
    problem: Mapping[str, Any] | None = None,
) -> None:
    """A running job has ended: done, cancelled or failed."""
    session.execute(
        update(Job)
        .where(Job.code == code, Job.state == "running", Job.attempts == attempt)
        .values(
            state=state,
            result=dict(result or {}),
            problem=dict(problem or {}),
            ended_at=text("clock_timestamp()"),
        )
    )


def died(session: Session, code: str, why: str) -> None:
    """The process of a running job is gone: once more into the queue, the second time it has failed."""
    job = session.scalar(select(Job).where(Job.code == code, Job.state == "running").with_for_update())
    if job is None:
        return
    if job.attempts < MOST_ATTEMPTS and not job.cancel:
        job.state = "queued"
        session.flush()
    else:
        end(session, code, job.attempts, "failed", problem={"code": "worker-died", "detail": why})


def recover(session: Session, *, silent_s: float = SILENT_S) -> list[str]:
    """Treat running jobs that have been silent for so long as dead; their codes."""
    silent = list(
        session.scalars(
            text(
                "select code from yiwang.job where state = 'running'"
                " and beat_at < clock_timestamp() - make_interval(secs => :silent)"
            ),
            {"silent": silent_s},
        )
    )
    for code in silent:
        died(session, code, f"no sign of life for {silent_s:.0f} seconds")
    return silent
