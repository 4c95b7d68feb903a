"""Work on a file in a process of its own: whatever the file does to a reader in C or C++ ends there.

The child is a fresh interpreter, not a fork: a server has threads. It gives back one pickle, which only
our own code has written. Its memory goes with it.
"""

import pickle
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from boundaries.land.importing.errors import FileTooLarge, UnreadableFile
from boundaries.land.importing.reading.limits import DEFAULT, Limits
from boundaries.land.importing.reading.sniff import sniff
from boundaries.land.importing.reading.table import Table
from boundaries.store.errors import Refusal

T = TypeVar("T")
_OUT_OF_MEMORY = (b"MemoryError", b"bad_alloc", b"Unable to allocate")
"""Python's, C++'s (GEOS, GDAL, Arrow), numpy's."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """A refusal on its way between processes: exceptions with named arguments do not pickle."""

    kind: type[Refusal]
    message: str
    facts: dict[str, Any]

    def raised(self) -> Refusal:
        error = self.kind.__new__(self.kind)
        Exception.__init__(error, self.message)
        error.__dict__.update(self.facts)
        return error


def read_apart(
    path: Path, *, layer: str | None = None, encoding: str | None = None, limits: Limits = DEFAULT
) -> Table:
    """As `read`, in another process, which may take `limits.memory_bytes` and `limits.seconds`.

    Texts and sheets, which Python itself reads within the limits, are read here.

    Raises what `read` raises; FileTooLarge where memory or time did not suffice, UnreadableFile where the
    reader itself broke.
    """
    from boundaries.land.importing.reading import read  # the package reads this module first

    if sniff(path) in ("CSV", "XLSX", "GeoJSON"):
        return read(path, layer=layer, encoding=encoding, limits=limits)
    return call_apart(_read, path, layer, encoding, limits, of=path.name, limits=limits)


def call_apart(
    work: Callable[..., T], *arguments: Any, of: str, limits: Limits, seconds: int | None = None
) -> T:
    """What a function of ours gives, done in another process. of: the file's name.

    seconds: what it may take, else `limits.seconds`. Raises the refusals of the function; FileTooLarge
    where memory or time did not suffice, UnreadableFile where the process broke.
    """
    seconds = limits.seconds if seconds is None else seconds
    asked = pickle.dumps((work, arguments, limits.memory_bytes, seconds))
    with tempfile.TemporaryFile() as told:
        try:
            done = subprocess.run(
                [sys.executable, "-m", __name__],
                input=asked,
                stdout=told,
                stderr=subprocess.PIPE,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            raise FileTooLarge(
                of, f"reading took more than {seconds:,} s", hint="import it in parts"
            ) from None
        if done.returncode != 0:
            if any(sign in done.stderr for sign in _OUT_OF_MEMORY):
                raise FileTooLarge(
                    of, f"more than {limits.memory_bytes:,} bytes in memory", hint="import it in parts"
                )
            raise UnreadableFile(
                of, f"the reader broke on it (status {done.returncode})", hint="export or copy it again"
            )
        told.seek(0)
        given = pickle.load(told)
    if isinstance(given, _Refused):
        raise given.raised()
    found: T = given
    return found


def _read(path: Path, layer: str | None, encoding: str | None, limits: Limits) -> Table:
    from boundaries.land.importing.reading import read

    return read(path, layer=layer, encoding=encoding, limits=limits)


def answer(asked: bytes) -> Any:
    """What the pickled work gives, or its refusal, within its memory and time; in a process made for it."""
    work, arguments, memory_bytes, seconds = pickle.loads(asked)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (2 * seconds, 2 * seconds))  # should nobody wait any more
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        return work(*arguments)
    except Refusal as error:
        return _Refused(type(error), str(error), dict(vars(error)))


if __name__ == "__main__":
    # under its own name, so that what it pickles is found again
    from boundaries.land.importing.reading import apart

    pickle.dump(apart.answer(sys.stdin.buffer.read()), sys.stdout.buffer)
