"""Holds the published net in memory, so that answers outlive the database.

The whole of it (snapshot, atlas, tile sheet) is built as of one instant and swapped in by one
assignment: every answer comes from one net version. It is built anew when the register says that it
changed, when a poll sees that it did, when the connection is back, and when time alone changes the
answers (`next_change_at`).
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import structlog
from sqlalchemy.orm import Session

from api import memory
from api.reach import UNREACHABLE
from api.refusals import NothingHeld
from boundaries.duty import snapshot as snapshots
from boundaries.duty.snapshot import Snapshot
from boundaries.land import districts
from boundaries.land.atlas import Atlas
from boundaries.land.tiles import TileSheet
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.errors import Refusal

POLL_S = 3.0
PAST_KEPT = 4
log = structlog.get_logger("yiwang.api")


@dataclass(frozen=True, eq=False)
class Published:
    """One state of the net with all that answers from it. Immutable; atlas and sheet come at first use."""

    snapshot: Snapshot
    tag: str  # names this state in ETags: net version, revision, and the instant until which it holds

    @cached_property
    def atlas(self) -> Atlas:
        """Shapes, labels and figures of its areas and grids."""
        return Atlas.of(self.snapshot)

    @cached_property
    def sheet(self) -> TileSheet:
        """What its tiles are drawn from."""
        snapshot = self.snapshot
        return TileSheet(snapshot.district.id, self.atlas, at=snapshot.at, known_at=snapshot.known_at)

    def warm(self) -> "Published":
        """Prepare whatever is made at first use."""
        assert self.snapshot.warm() and self.atlas and self.sheet
        return self


class Held:
    """Keeps the present state and a few past ones. `start` and `close` frame its life."""

    def __init__(self, database: Database, district: str | None, *, poll_s: float = POLL_S) -> None:
        self._database = database
        self._district = district
        self._poll_s = poll_s
        self._stop = threading.Event()
        self._news = threading.Condition()
        self._heard: int | None = None  # the newest revision that the register told; None: out of reach
        self._reachable = False
        self._read_in_vain: int | None = None  # the revision at which there was no net to hold
        self._failed = False  # the last try to build what the register holds
        self._published: Published | None = None
        self._why_nothing = "The register has not been read yet."
        self._past: OrderedDict[tuple[datetime, datetime | int], Published] = OrderedDict()
        self._past_lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._listen, name="yiwang-listen", daemon=True),
            threading.Thread(target=self._keep, name="yiwang-keep", daemon=True),
        ]

    def start(self, *, wait_s: float = 120.0) -> None:
        """Begin to listen, and wait until there is a first answer, be it that there is no net."""
        for thread in self._threads:
            thread.start()
        until = time.monotonic() + wait_s
        with self._news:
            self._news.wait_for(
                lambda: (
                    self._published is not None or self._why_nothing != "The register has not been read yet."
                ),
                max(0.0, until - time.monotonic()),
            )

    def close(self) -> None:
        """Stop listening, within a fraction of a second."""
        self._stop.set()
        with self._news:
            self._news.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=10)

    @property
    def current(self) -> Published:
        """The present state. Raises NothingHeld while there is none."""
        published = self._published
        if published is None:
            raise NothingHeld(self._why_nothing)
        return published

    @property
    def published(self) -> Published | None:
        """The present state, or None."""
        return self._published

    @property
    def reachable(self) -> bool:
        """Whether the register was reached at the last try."""
        return self._reachable

    @property
    def stale(self) -> bool:
        """Whether the register may know more than is held here."""
        return not self._reachable or self._failed

    def at(self, at: datetime | None, known_at: datetime | None) -> Published:
        """The net of another instant, or as it was known then. The last few are kept.

        A kept one answers for every instant until the next change after it.
        Raises KnownAtBeyondHorizon, and what the database raises when it is out of reach.
        """
        held = self.current
        if at is None and known_at is None:
            return held
        # without known_at, what is known now counts, and a later write may change the past
        known = known_at or held.snapshot.revision
        with self._past_lock:
            for key, kept in self._past.items():
                if at is not None and key[1] == known and _holds(kept.snapshot, at):
                    self._past.move_to_end(key)
                    return kept
            with self._database.transaction() as session:
                found = _published(
                    snapshots.build(session, held.snapshot.district.code, at=at, known_at=known_at),
                    "" if known_at is None else known_at.isoformat(),
                )
            if at is not None:
                self._past[at, known] = found
                while len(self._past) > PAST_KEPT:
                    self._past.popitem(last=False)
            return found

    def wait_until(self, condition: Callable[["Held"], bool], timeout_s: float) -> bool:
        """Wait for the state to become so; for start-up and tests."""
        with self._news:
            return self._news.wait_for(lambda: condition(self), timeout_s)

    # --- the two threads -------------------------------------------------------------------------

    def _listen(self) -> None:
        for revision in self._database.listen(self._stop):
            with self._news:
                self._heard = revision
                self._reachable = revision is not None
                self._news.notify_all()

    def _keep(self) -> None:
        while not self._stop.is_set():
            if self._due():
                self._refresh()
            with self._news:
                self._news.wait_for(lambda: self._stop.is_set() or self._due(), self._pause_s())
            self._poll()

    def _due(self) -> bool:
        """Whether what is held is no longer what the register holds."""
        if not self._reachable or self._heard is None:
            return False
        held = self._published
        if held is None:
            return self._read_in_vain != self._heard
        return self._heard != held.snapshot.revision or _is_past(held.snapshot.next_change_at)

    def _pause_s(self) -> float:
        held = self._published
        change = held.snapshot.next_change_at if held else None
        if change is None:
            return self._poll_s
        return min(self._poll_s, max(0.01, (change - datetime.now(UTC)).total_seconds()))

    def _poll(self) -> None:
        """Read the revision, in case that its news was lost."""
        if self._stop.is_set() or not self._reachable:
            return
        try:
            with self._database.transaction() as session:
                revision = clock.revision(session)
        except UNREACHABLE:
            return  # the listener says so
        with self._news:
            if self._reachable:
                self._heard = revision

    def _refresh(self) -> None:
        started = time.perf_counter()
        heard = self._heard
        try:
            with self._database.transaction() as session:
                published = self._build(session)
        except UNREACHABLE as error:
            log.warning("the net could not be read", error=str(error).splitlines()[0])
            self._stop.wait(min(1.0, self._poll_s))
        except Refusal as refusal:  # no district, several, or an unknown one
            self._read_in_vain = heard
            self._say_nothing(str(refusal))
        except Exception:
            # what is held goes on answering; the same revision is not tried in a circle
            log.exception("the net could not be built")
            self._read_in_vain, self._failed = heard, True
            self._say_nothing("The net could not be built; see the log.")
            self._stop.wait(self._poll_s)
        else:
            with self._news:
                self._published, self._failed = published, False
                self._news.notify_all()
            memory.settle()
            log.info(
                "net held",
                district=published.snapshot.district.code,
                net_version=published.snapshot.net_version,
                revision=published.snapshot.revision,
                seconds=round(time.perf_counter() - started, 2),
            )

    def _say_nothing(self, why: str) -> None:
        with self._news:
            self._why_nothing = why
            self._news.notify_all()

    def _build(self, session: Session) -> Published:
        codes = [self._district] if self._district else districts.codes(session)
        if not codes:
            raise NothingHeld("The register holds no district yet: import one first.")
        if len(codes) > 1:
            raise NothingHeld(f"The register holds {len(codes)} districts: name one in YIWANG_DISTRICT.")
        before = self._published.snapshot if self._published is not None else None
        return _published(snapshots.build(session, codes[0], before=before)).warm()


def _published(snapshot: Snapshot, *marks: str) -> Published:
    until = snapshot.next_change_at.isoformat() if snapshot.next_change_at else ""
    return Published(snapshot, "-".join((str(snapshot.net_version), str(snapshot.revision), until, *marks)))


def _holds(snapshot: Snapshot, at: datetime) -> bool:
    """Whether nothing changes between the snapshot's instant and this later one."""
    change = snapshot.next_change_at
    return snapshot.at <= at and (change is None or at < change)


def _is_past(instant: datetime | None) -> bool:
    return instant is not None and instant <= datetime.now(UTC)
