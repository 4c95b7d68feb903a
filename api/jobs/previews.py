"""The newest plan of a search, drawn while it goes on."""

import threading
import time
from collections.abc import Callable

import geopandas as gpd

from gis.partition import CellsBroken, Draw

LEAST_S = 1.0
"""Between two previews at least."""
_REST = 20
"""So many times as long as a drawing took rests the thread before the next one."""


class Previews:
    """A thread that draws what was offered last; what came between is never drawn.

    tell: called with the name of the proposal, the number of the preview from 1, and the grids.
    """

    def __init__(self, tell: Callable[[str, int, gpd.GeoDataFrame], None]) -> None:
        self._tell = tell
        self._next: tuple[str, Draw] | None = None
        self._changed, self._over = threading.Condition(), threading.Event()
        threading.Thread(target=self._work, name="previews", daemon=True).start()

    def offer(self, name: str, draw: Draw) -> None:
        """A plan that is better than those before it."""
        with self._changed:
            self._next = name, draw
            self._changed.notify()

    def close(self) -> None:
        """Draw no more."""
        self._over.set()
        with self._changed:
            self._changed.notify()

    def _work(self) -> None:
        number = 0
        while not self._over.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._next is not None or self._over.is_set())
                offered, self._next = self._next, None
            if offered is None:
                return
            began = time.thread_time()
            try:
                drawn = offered[1]()
            except CellsBroken:
                continue  # the next one may be drawn
            number += 1
            if not self._over.is_set():
                self._tell(offered[0], number, drawn)
            self._over.wait(max(LEAST_S, _REST * (time.thread_time() - began)))
