"""Rows of the register that every request needs, as this process last saw them."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

import structlog
from sqlalchemy.orm import Session

from api.reach import UNREACHABLE
from boundaries.store.database import Database

FRESH_S = 10.0  # a change reaches every process within this time
_KEPT = 5_000

Found = TypeVar("Found")
log = structlog.get_logger("yiwang.api")


class Seen(Generic[Found]):
    """What `read` finds by name, asked again after FRESH_S.

    While the register cannot be reached, what was seen before goes on as it was.
    """

    def __init__(
        self,
        database: Database,
        read: Callable[[Session, str], Found | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[float, Found | None]] = OrderedDict()

    def find(self, name: str) -> Found | None:
        """What has that name, or None.

        Raises what the database raises for one never seen while it is out of reach.
        """
        with self._lock:
            seen = self._seen.get(name)
        if seen is not None and self._clock() - seen[0] < FRESH_S:
            return seen[1]
        try:
            with self._database.transaction() as session:
                found = self._read(session, name)
        except UNREACHABLE:
            if seen is None:
                raise
            log.warning("not refreshed", name=name)
            return seen[1]
        with self._lock:
            self._seen[name] = (self._clock(), found)
            self._seen.move_to_end(name)
            while len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
        return found

    def fresh(self, name: str) -> Found | None:
        """What was seen within FRESH_S, without asking the register; None: ask `find`."""
        seen = self._seen.get(name)
        return seen[1] if seen is not None and self._clock() - seen[0] < FRESH_S else None

    def forget(self, name: str) -> None:
        """Read this one again at the next request (it has just been changed here)."""
        with self._lock:
            self._seen.pop(name, None)
