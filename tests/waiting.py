"""Waiting for what comes about by itself."""

import time
from collections.abc import Callable


def until(holds: Callable[[], bool], complaint: str, *, within_s: float = 120, every_s: float = 0.05) -> None:
    """Until it holds; the time only guards against hanging."""
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, complaint
        time.sleep(every_s)
