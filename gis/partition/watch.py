"""Whether a search goes on: its time limit, and who is told how far it is."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gis.partition.aims import Aim, border_cost
from gis.partition.graph import Graph
from gis.partition.lattice import Longs


@dataclass(frozen=True)
class Progress:
    """How far the search is: share 0 to 1; worst deviation from the target, share; border cost, m."""

    share: float
    deviation: float
    cost_m: float


class Watch:
    """Time limit and callback in one: asked between chunks of work whether to go on."""

    def __init__(
        self,
        time_limit_s: float,
        on_progress: Callable[[Progress], bool | None] | None,
        *,
        begin: float = 0.0,
        end: float = 1.0,
    ) -> None:
        self._deadline = time.monotonic() + time_limit_s
        self._on_progress = on_progress
        self._begin, self._end = begin, end
        self._lock = threading.Lock()  # searches run side by side
        self._share = 0.0
        self._halted = threading.Event()  # one for the whole and its parts

    @property
    def left_s(self) -> float:
        """Seconds until the time limit."""
        return max(0.0, self._deadline - time.monotonic())

    def again(self, begin: float = 0.0, end: float = 1.0) -> "Watch":
        """The same for a part of the search, whose shares are told as from begin to end of the whole."""
        whole = self._end - self._begin
        part = Watch(
            self.left_s, self._on_progress, begin=self._begin + begin * whole, end=self._begin + end * whole
        )
        part._halted = self._halted
        return part

    @property
    def stopped(self) -> bool:
        """Whether this search, the whole or any part of it, was told to stop."""
        return self._halted.is_set()

    def go_on(self, share: float, graph: Graph, aim: Aim, label: Longs) -> bool:
        """Report, and say whether there is time and nobody has cancelled (the callback returned False)."""
        if self._on_progress is not None:
            held = np.bincount(label, graph.weight, len(aim.target))
            deviation = float(np.max(np.abs(held - aim.target) / aim.target))
            told = self._begin + share * (self._end - self._begin)
            progress = Progress(told, deviation, border_cost(graph, label))
            with self._lock:
                if share >= self._share and not self.stopped:  # the slower of two searches says nothing new
                    self._share = share
                    if self._on_progress(progress) is False:
                        self._halted.set()
        return self.in_time()

    def in_time(self) -> bool:
        """The same without a report."""
        if time.monotonic() > self._deadline:
            self._halted.set()
        return not self.stopped
