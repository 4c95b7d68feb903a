"""A small pool of our own for kernels that run without the GIL: no OpenMP, no numba threading layer."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

PART = 1 << 17
"""Points that one thread takes at a time: some milliseconds of work."""


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_in_parts(work: Callable[[int, int], object], size: int, threads: int | None = None) -> None:
    """Call work(start, stop) for parts of range(size), on `threads` threads (default: all cores)."""
    threads = cores() if threads is None else threads
    if threads <= 1 or size <= PART:
        work(0, size)
        return
    starts = range(0, size, PART)
    for _ in _pool(threads).map(lambda start: work(start, min(start + PART, size)), starts):
        pass


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="yiwang-locate")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a child has none of its parent's threads
