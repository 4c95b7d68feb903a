"""How often a key may ask."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from api.refusals import TooManyRequests

_KEPT = 10_000


class Rates:
    """A bucket per key: a minute's requests at once at most, filled evenly. In this process only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # requests left, as of when

    def take(self, key: str, per_minute: int) -> None:
        """Count one request. Raises TooManyRequests; a refused request counts for nothing."""
        per_second = per_minute / 60
        with self._lock:
            now = self._clock()
            left, since = self._left.get(key, (float(per_minute), now))
            left = min(float(per_minute), left + (now - since) * per_second)
            granted = left >= 1
            self._left[key] = (left - 1 if granted else left, now)
            self._left.move_to_end(key)
            while len(self._left) > _KEPT:
                self._left.popitem(last=False)
        if not granted:
            raise TooManyRequests(per_minute, max(1, ceil((1 - left) / per_second)))
