"""Wrong passwords, links and codes in a row wait longer each time; visitors ask only so often."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from api.refusals import TooManyAttempts, TooManyVisits

FREE_ATTEMPTS = 5  # for one name from one address
FREE_ATTEMPTS_PER_ADDRESS = 30  # for any names: guessing many names from one place
LONGEST_WAIT_S = 900
_KEPT = 10_000
VISITS = 40  # public questions of one address at once, and then
VISITS_PER_S = 0.5


class Throttle:
    """Counts what failed per (address, name) and per address, in this process only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def check(self, address: str, name: str) -> None:
        """Raise TooManyAttempts while this address and name, or this address alone, must wait."""
        with self._lock:
            wait_s = max(
                self._wait_s((address, name), FREE_ATTEMPTS),
                self._wait_s((address, ""), FREE_ATTEMPTS_PER_ADDRESS),
            )
        if wait_s > 0:
            raise TooManyAttempts(int(wait_s) + 1)

    def failed(self, address: str, name: str) -> None:
        """Remember one failure."""
        with self._lock:
            for key in ((address, name), (address, "")):
                count, since = self._wrong.get(key, (0, 0.0))
                if self._clock() - since > LONGEST_WAIT_S:
                    count = 0
                self._wrong[key] = (count + 1, self._clock())
                self._wrong.move_to_end(key)
            while len(self._wrong) > _KEPT:
                self._wrong.popitem(last=False)

    def succeeded(self, address: str, name: str) -> None:
        """Forget the failures of this name from this address."""
        with self._lock:
            self._wrong.pop((address, name), None)

    def _wait_s(self, key: tuple[str, str], free: int) -> float:
        count, since = self._wrong.get(key, (0, 0.0))
        if count < free:
            return 0.0
        return since + min(LONGEST_WAIT_S, 2.0 ** (count - free + 1)) - self._clock()


@dataclass(frozen=True, slots=True)
class Throttles:
    """One count for each way to sign in: whoever guesses in one keeps nobody out of another."""

    passwords: Throttle = field(default_factory=Throttle)
    first_links: Throttle = field(default_factory=Throttle)
    codes: Throttle = field(default_factory=Throttle)  # of the OpenID provider
    provider_errors: Throttle = field(default_factory=Throttle)


class Visits:
    """Public questions per address: a bucket that fills slowly, in this process only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def count(self, address: str) -> None:
        """Count one question of this address. Raises TooManyVisits."""
        with self._lock:
            now = self._clock()
            left, since = self._left.get(address, (float(VISITS), now))
            left = min(float(VISITS), left + (now - since) * VISITS_PER_S)
            self._left[address] = (max(0.0, left - 1), now)
            self._left.move_to_end(address)
            while len(self._left) > _KEPT:
                self._left.popitem(last=False)
        if left < 1:
            raise TooManyVisits(int((1 - left) / VISITS_PER_S) + 1)
