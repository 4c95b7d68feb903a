"""What a handler knows of its job: how to say how far it is, and whether to go on."""

import threading
from collections.abc import Mapping
from typing import Any

from boundaries.store import jobs
from boundaries.store.database import Database

BEAT_S = 0.5


class Run:
    """One attempt at a job. A thread writes the sign of life, so that a handler may be silent for long."""

    def __init__(self, database: Database, code: str, attempt: int) -> None:
        self.database, self.code, self.attempt = database, code, attempt
        self.cancelled = False
        self._progress: Mapping[str, Any] = {}
        self._interim: Mapping[str, Any] | None = None
        self._lock, self._over = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._beat, name="beat", daemon=True)
        self._thread.start()

    def tell(self, progress: Mapping[str, Any], interim: Mapping[str, Any] | None = None) -> bool:
        """Keep what shall be told next; False if the job was cancelled."""
        with self._lock:
            self._progress = progress
            self._interim = self._interim if interim is None else interim
        return not self.cancelled

    def close(self) -> None:
        """No more signs of life."""
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_S):
            with self._lock:
                progress, interim, self._interim = self._progress, self._interim, None
            with self.database.transaction() as session:
                going = jobs.beat(session, self.code, self.attempt, progress=progress, interim=interim)
            self.cancelled |= not going
