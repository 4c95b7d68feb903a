"""Who owns the rows of a batch: one look at the index for each piece, one answer for each grid."""

import numpy as np
from numpy.typing import NDArray

from api.access import User
from api.answering import leader_of_grid
from api.batches.rows import Rows
from api.held import Published
from gis.datums import Datum, convert

COLUMNS = ("id", "grid", "community", "street", "leader", "status")
OWNED, OUTSIDE, ERROR, VACANT = "owned", "outside", "error", "vacant"
NOWHERE, FAULTY = -1, -2  # places of rows that no grid owns, and of rows without a point
Told = tuple[str | None, ...]  # every column but the id


class Answering:
    """The answers of one net version, as one asker may see them."""

    def __init__(self, held: Published, datum: Datum, user: User) -> None:
        self.held = held
        self._datum, self._user = datum, user
        self._told: dict[int, Told] = {
            NOWHERE: (None, None, None, None, OUTSIDE),
            FAULTY: (None, None, None, None, ERROR),
        }

    def places(self, rows: Rows) -> NDArray[np.int32]:
        """(n,) positions of the owning grids, NOWHERE, or FAULTY."""
        readable = np.ones(len(rows.ids), dtype=bool)
        readable[list(rows.faults)] = False
        places = np.full(len(rows.ids), FAULTY, dtype=np.int32)
        if readable.any():
            wgs84 = convert(rows.lonlat[readable], self._datum, Datum.WGS84)
            places[readable] = self.held.snapshot.locate(wgs84)
        return places

    def told(self, place: int) -> Told:
        """Grid, community, street, leader and status of a place."""
        told = self._told.get(place)
        if told is None:
            told = self._told[place] = self._of_grid(place)
        return told

    def _of_grid(self, position: int) -> Told:
        held = self.held
        code = held.snapshot.ground[position].code
        areas = held.atlas.above(held.atlas.grids[code])
        level = {area.level: area.code for area in areas}
        leader = leader_of_grid(held.snapshot, code, self._user, [area.code for area in areas])
        status = OWNED if leader is not None else VACANT
        return code, level.get("community"), level.get("street"), leader, status
