"""How kernels are compiled: without the GIL, without fast-math, cached on disk where a place can be found.

Fast-math and fused multiply-add would change the sign of a predicate; numba fuses nothing unless told to.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile on the first call, or read what an earlier process compiled."""
    try:
        compiled = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # neither NUMBA_CACHE_DIR nor the tree nor the home folder can be written
        return numba.njit(nogil=True)(function)
    _renew_with_any_kernel(compiled)
    return compiled


def inlined(function: Function) -> Function:
    """A helper that only kernels call; it is compiled into them."""
    return numba.njit(nogil=True, inline="never", forceinline=True)(function)


def helper(function: Function) -> Function:
    """A helper that only kernels call, kept out of line: the rare path."""
    return numba.njit(nogil=True)(function)


def _renew_with_any_kernel(compiled: Any) -> None:
    """Numba's cache looks at the file of the kernel alone, not at the helpers that it calls.

    So the stamp of every kernel is made of all the sources in this folder.
    """
    files = getattr(compiled._cache, "_cache_file", None)
    if hasattr(files, "_source_stamp"):
        files._source_stamp = _sources()


@cache
def _sources() -> str:
    folder = Path(__file__).parent
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))).hexdigest()
