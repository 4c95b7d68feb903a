"""The thread of the server that claims jobs and starts a process for each, one at a time."""

import multiprocessing
import threading
import time
from multiprocessing.process import BaseProcess

import structlog
from sqlalchemy.exc import SQLAlchemyError

from boundaries.store import jobs
from boundaries.store.database import Database

POLL_S = 5.0
CANCEL_S = 20.0
"""A job that does not end within this after it was cancelled is ended by force."""
log = structlog.get_logger("yiwang.jobs")


class Runner:
    """Claims and watches over jobs until it is closed. Several servers may share one register."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._woken, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._serve, name="jobs", daemon=True)
        self.process: BaseProcess | None = None

    def start(self) -> None:
        """Begin with what waits in the queue, also from before this process."""
        self._thread.start()

    def wake(self) -> None:
        """There is a new job."""
        self._woken.set()

    def close(self) -> None:
        """Claim nothing more. A job that runs is ended, and goes back into the queue."""
        self._over.set()
        self._woken.set()
        self._thread.join(timeout=30)

    def _serve(self) -> None:
        recovered = 0.0
        while not self._over.is_set():
            self._woken.clear()
            try:
                if time.monotonic() - recovered > jobs.SILENT_S / 3:
                    with self._database.transaction() as session:
                        jobs.recover(session)
                    recovered = time.monotonic()
                if self._one():
                    continue
            except SQLAlchemyError as error:
                log.warning("jobs-out-of-reach", error=type(error).__name__)
            self._woken.wait(POLL_S)

    def _one(self) -> bool:
        with self._database.transaction() as session:
            job = jobs.claim(session)
            if job is None:
                return False
            code, attempt = job.code, job.attempts
        from api.jobs.worker import work  # the spatial engine is loaded where it works

        process = multiprocessing.get_context("spawn").Process(
            target=work, args=(self._database.url, code, attempt), daemon=True
        )
        process.start()
        self.process = process
        self._watch(process, code)
        with self._database.transaction() as session:
            jobs.died(session, code, f"its process ended with {process.exitcode}")
        return True

    def _watch(self, process: BaseProcess, code: str) -> None:
        cancelled_at: float | None = None
        while process.is_alive():
            process.join(0.25 if cancelled_at is None else 0.05)
            if self._over.is_set():
                process.terminate()
                process.join(5)
                if process.is_alive():
                    process.kill()
                    process.join()
                return
            if cancelled_at is None and self._cancelled(code):
                cancelled_at = time.monotonic()
            if cancelled_at is not None and time.monotonic() - cancelled_at > CANCEL_S:
                process.kill()
                process.join()

    def _cancelled(self, code: str) -> bool:
        try:
            with self._database.transaction() as session:
                return jobs.find(session, code).cancel
        except SQLAlchemyError:
            return False
