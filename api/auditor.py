"""Keeps the audit going: makes the journal durable, carries it to the register, chains what is new."""

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from api.journal import AuditUnavailable, Journal, entries_of, left_behind
from api.reach import UNREACHABLE
from boundaries.store import audit, changes, repeats
from boundaries.store.audit import Entry
from boundaries.store.database import Database

SYNC_S = 0.5  # with what a sync takes, a power failure loses less than a second
CARRY_S = 1.0
_SWEEP_S = 3600.0  # old keys of requests are forgotten
_AT_ONCE = 1000  # entries in one transaction
_TURN = 4 * 2**20  # bytes; a carried journal of that size is followed by a new one
log = structlog.get_logger("yiwang.audit")


class Auditor:
    """The journal of this process and the two threads behind it. Reads are written by the event loop,
    sign-ins by the threads of their routes."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._journal: Journal | None = None
        self._carried = 0
        self._swept = 0.0
        self._lock = threading.Lock()  # writing against turning to a new file
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._every, args=(SYNC_S, self._sync), name="journal", daemon=True),
            threading.Thread(target=self._every, args=(CARRY_S, self.carry), name="audit", daemon=True),
        ]

    def start(self) -> None:
        """Open a journal of this process' own and begin."""
        self._open()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End, having carried what can be carried; what cannot be stays in its file."""
        self._over.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=15)
        self.carry()
        with self._lock:
            journal, self._journal = self._journal, None
        if journal is not None:
            whole = journal.entries == self._carried
            journal.close()
            if whole:
                journal.path.unlink(missing_ok=True)

    def note(self, entry: Entry) -> None:
        """Write down one read or sign-in. Raises AuditUnavailable."""
        with self._lock:
            if self._journal is None:
                self._open()
            if self._journal is None:
                raise AuditUnavailable("the journal cannot be opened")
            self._journal.write(entry)

    @property
    def waiting(self) -> int:
        """Entries of this process that are not in the register yet."""
        journal = self._journal
        return journal.entries - self._carried if journal is not None else 0

    def carry(self) -> None:
        """Carry every journal that is ours or nobody's into the register, and chain what is there."""
        try:
            self._carry_own()
            for path in left_behind(self._folder):
                while self._take(path.stem, path):
                    pass
                path.unlink(missing_ok=True)
            while True:
                with self._database.transaction() as session:
                    if not audit.append(session):
                        break
            while True:
                with self._database.transaction() as session:
                    if not changes.append(session):
                        break
            if time.monotonic() - self._swept > _SWEEP_S:
                with self._database.transaction() as session:
                    repeats.forget_old(session)
                self._swept = time.monotonic()
        except UNREACHABLE as error:
            log.warning("audit-out-of-reach", error=type(error).__name__)

    def _carry_own(self) -> None:
        journal = self._journal
        if journal is None:
            return
        while self._carried < journal.entries:
            carried = self._take(journal.code, journal.path)
            if not carried:
                return
            self._carried += carried
        with self._lock:
            if journal.size < _TURN or self._carried < journal.entries:
                return
            self._journal = None
            self._open()
        journal.close()
        journal.path.unlink(missing_ok=True)

    def _take(self, code: str, path: Path) -> int:
        with self._database.transaction() as session:
            return _take(session, code, path)

    def _open(self) -> None:
        try:
            self._journal, self._carried = Journal(self._folder), 0
        except OSError as error:
            log.error("journal-cannot-be-opened", folder=str(self._folder), error=str(error))

    def _sync(self) -> None:
        journal = self._journal
        if journal is not None:
            with contextlib.suppress(OSError):
                journal.sync()

    def _every(self, seconds: float, work: Callable[[], None]) -> None:
        while not self._over.wait(seconds):
            try:
                work()
            except Exception:
                log.exception("audit-failed")


def _take(session: Session, code: str, path: Path) -> int:
    skip = audit.taken(session, code)
    entries = entries_of(path, skip=skip, limit=_AT_ONCE)
    if entries:
        audit.take(session, code, entries)
    return len(entries)
