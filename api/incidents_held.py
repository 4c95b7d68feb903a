"""Holds all incidents of the district in memory, caught up with the register before each question."""

import threading
import time
from dataclasses import dataclass

from api.held import Held
from api.reach import UNREACHABLE
from boundaries.affairs import gathering
from boundaries.affairs.columns import IncidentColumns, caught_up, grid_codes, read
from boundaries.affairs.places import Places
from boundaries.duty.snapshot import Snapshot
from boundaries.store.database import Database
from gis.hotspots import Neighbours

FRESH_S = 1.0


@dataclass(frozen=True)
class Happened:
    """The incidents, where they lie in one snapshot's net, and whether the register was in reach."""

    snapshot: Snapshot
    columns: IncidentColumns
    places: Places
    stale: bool


class IncidentsHeld:
    """Catches up at most once a second; goes on with what it holds while the register is out of reach."""

    def __init__(self, database: Database, held: Held) -> None:
        self._database = database
        self._held = held
        self._lock = threading.Lock()
        self._columns: tuple[IncidentColumns, int] | None = None
        self._caught_up = 0.0
        self._stale = False
        self._codes: dict[int, str] = {}
        self._places: Places | None = None
        self._neighbours: tuple[Snapshot, Neighbours] | None = None

    def of(self, snapshot: Snapshot) -> Happened:
        """The incidents in this snapshot's net. Raises what the database raises if nothing is held yet."""
        with self._lock:
            columns = self._catch_up(snapshot)
            places = self._places
            if places is None or places.snapshot is not snapshot or places.columns is not columns:
                places = Places.of(snapshot, columns, self._codes)
                if snapshot is self._held.current.snapshot:
                    self._places = places
            return Happened(snapshot, columns, places, self._stale)

    def neighbours(self, snapshot: Snapshot) -> Neighbours:
        """Which grids of the snapshot lie beside which."""
        with self._lock:
            if self._neighbours is None or self._neighbours[0] is not snapshot:
                self._neighbours = (snapshot, gathering.neighbours(snapshot))
            return self._neighbours[1]

    def _catch_up(self, snapshot: Snapshot) -> IncidentColumns:
        if self._columns is not None and time.monotonic() - self._caught_up < FRESH_S:
            return self._columns[0]
        try:
            with self._database.transaction() as session:
                district = snapshot.district
                if self._columns is None:
                    self._columns = read(session, district.id, snapshot.zone)
                else:
                    self._columns = caught_up(session, *self._columns)
                self._codes = grid_codes(session, district.id)
            self._stale = False
        except UNREACHABLE:
            if self._columns is None:
                raise
            self._stale = True
        self._caught_up = time.monotonic()
        return self._columns[0]
