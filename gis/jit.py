"""How kernels are compiled: without the GIL, without fast-math, cached on disk where a place can be found.

Fast-math and fused multiply-add would change the sign of a predicate; numba fuses nothing unless told to.
"""

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numba
import numpy as np
from numba.core.caching import CacheImpl, UserProvidedCacheLocator
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int32]
Longs: TypeAlias = NDArray[np.int64]
Bits: TypeAlias = NDArray[np.uint64]
Flags: TypeAlias = NDArray[np.bool_]

Function = TypeVar("Function", bound=Callable[..., Any])
_config: Any = numba.config
_njit: Any = numba.njit  # a kernel keeps the type of the function that it was written as


class _OnlyRead(UserProvidedCacheLocator):
    """NUMBA_CACHE_DIR where it cannot be written: filled by somebody else, or on a read-only tree.

    Numba itself passes over such a folder, and every process would compile anew.
    """

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> "_OnlyRead | None":
        """Where this function's code would lie, if that folder is there and closed to us."""
        if not _config.CACHE_DIR:
            return None
        found: Any = cls(py_func, py_file)
        folder = Path(found.get_cache_path())
        return found if folder.is_dir() and not os.access(folder, os.W_OK) else None

    def ensure_cache_path(self) -> None:
        """Nothing to ensure: it is there, and nothing is written."""


if _OnlyRead not in CacheImpl._locator_classes:
    CacheImpl._locator_classes.insert(1, _OnlyRead)  # after NUMBA_CACHE_DIR itself, before tree and home


def kernel(function: Function) -> Function:
    """Compile on the first call, or read what an earlier process compiled."""
    try:
        compiled: Function = _njit(nogil=True, cache=True)(function)
        _renew_with_its_folder(compiled, Path(function.__code__.co_filename).parent)
        _save_only_where_allowed(compiled)
    except RuntimeError:  # neither NUMBA_CACHE_DIR nor the tree nor the home folder can be written
        compiled = _njit(nogil=True)(function)
    return compiled


def inlined(function: Function) -> Function:
    """A helper that only kernels call; it is compiled into them."""
    compiled: Function = _njit(nogil=True, inline="never", forceinline=True)(function)
    return compiled


def helper(function: Function) -> Function:
    """A helper that only kernels call, kept out of line: the rare path."""
    compiled: Function = _njit(nogil=True)(function)
    return compiled


def _renew_with_its_folder(compiled: Any, folder: Path) -> None:
    """Numba's cache looks at the file of the kernel alone, not at the helpers that it calls.

    So the stamp of every kernel is made of all the sources in its folder.
    """
    files: Any = getattr(compiled._cache, "_cache_file", None)
    if hasattr(files, "_source_stamp"):
        files._source_stamp = _sources(folder)


def _save_only_where_allowed(compiled: Any) -> None:
    """What is not in a cache that is only read is compiled for this process, and not saved."""
    if isinstance(compiled._cache._impl.locator, _OnlyRead):
        compiled._cache.save_overload = lambda signature, data: None


@cache
def _sources(folder: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))).hexdigest()
