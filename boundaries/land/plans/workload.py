"""Hours a year of the grids of a plan as it is drawn, weighed as balancing weighs them."""

import threading
import time
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from boundaries.affairs import building_work
from boundaries.land.plans.drawing import Drawing
from boundaries.store.tables import District
from gis.net import Buildings

_FRESH_S = 60.0
"""What happened meanwhile counts after so long: an edit moves buildings, not incidents."""


class _Shelf:
    """Hours of each building by the buildings that they are of; a cache, never truth."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: WeakKeyDictionary[Buildings, tuple[float, NDArray[np.float64]]] = WeakKeyDictionary()

    def get(self, buildings: Buildings) -> NDArray[np.float64] | None:
        with self._lock:
            made, hours = self._kept.get(buildings, (0.0, None))
        return hours if time.monotonic() - made < _FRESH_S else None

    def put(self, buildings: Buildings, hours: NDArray[np.float64]) -> None:
        with self._lock:
            self._kept[buildings] = (time.monotonic(), hours)


_shelf = _Shelf()


def workload(session: Session, district: District, drawing: Drawing) -> dict[str, float]:
    """Hours a year of the grids on the ground that the plan may change, by code.

    Of households, elements, and the incidents of the last year that lie near a building, each with the
    building's grid. Raises BadFlowSettings.
    """
    buildings = drawing.net.buildings
    if not len(buildings.footprints):
        return dict.fromkeys(drawing.net.free, 0.0)
    hours = _shelf.get(buildings)
    if hours is None:
        households = buildings.households.astype(np.float64)
        hours = building_work.hours(
            session, district, drawing.net.frame, buildings.footprints, drawing.ground.buildings, households
        )
        _shelf.put(buildings, hours)
    return drawing.net.sums(hours, drawing.net.free)
