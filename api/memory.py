"""Keeps what is held for long out of the collector's way, and gives free pages back to the machine.

A collection of everything looks at a million objects of a net while every look-up waits: a third of a
second of CPU for the demo district. A snapshot needs none, as it goes with its last holder.
"""

import ctypes
import gc
import threading

_SLACK = 1.1  # so much may be set aside, beside what was alive at the last whole collection, before the next

_lock = threading.Lock()
_alive = 0


def settle() -> None:
    """After much was made that stays, and its forerunner let go: set everything aside that is alive now.

    Only what is new is collected first. What was set aside and became a circle of rubbish since is found
    when a tenth more has gathered.
    """
    global _alive
    with _lock:
        whole = gc.get_freeze_count() > _alive * _SLACK
        if whole:
            gc.unfreeze()
        gc.collect()
        gc.freeze()
        if whole:
            _alive = gc.get_freeze_count()
    give_back()


def give_back() -> None:
    """Return free pages in the middle of the heap to the operating system, where the C library can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
