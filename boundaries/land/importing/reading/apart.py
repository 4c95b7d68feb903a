"""Reading in a process of its own: whatever a file does to a reader in C or C++ ends there.

The child is a fresh interpreter, not a fork: a server has threads. It gives back one pickle, which only
our own code has written.
"""

import pickle
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boundaries.land.importing.errors import FileTooLarge, UnreadableFile
from boundaries.land.importing.reading.limits import DEFAULT, Limits
from boundaries.land.importing.reading.sniff import sniff
from boundaries.land.importing.reading.table import Table


@dataclass(frozen=True, slots=True)
class _Refused:
    """A refusal on its way between processes: exceptions with named arguments do not pickle."""

    kind: type[UnreadableFile]
    message: str
    facts: dict[str, Any]

    def raised(self) -> UnreadableFile:
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
    asked = pickle.dumps((path, layer, encoding, limits))
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__], input=asked, capture_output=True, timeout=limits.seconds
        )
    except subprocess.TimeoutExpired:
        raise FileTooLarge(
            path.name, f"reading took more than {limits.seconds:,} s", hint="import it in parts"
        ) from None
    if done.returncode != 0:
        if b"MemoryError" in done.stderr:
            raise FileTooLarge(
                path.name, f"more than {limits.memory_bytes:,} bytes in memory", hint="import it in parts"
            )
        raise UnreadableFile(
            path.name, f"the reader broke on it (status {done.returncode})", hint="export or copy it again"
        )
    answer = pickle.loads(done.stdout)
    if isinstance(answer, _Refused):
        raise answer.raised()
    assert isinstance(answer, Table)
    return answer


def _answer(asked: bytes) -> bytes:
    from boundaries.land.importing.reading import read

    path, layer, encoding, limits = pickle.loads(asked)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found: Table | _Refused = read(path, layer=layer, encoding=encoding, limits=limits)
    except UnreadableFile as error:
        found = _Refused(type(error), str(error), dict(vars(error)))
    return pickle.dumps(found)


if __name__ == "__main__":
    # under its own name, so that what it pickles is found again
    from boundaries.land.importing.reading import apart

    sys.stdout.buffer.write(apart._answer(sys.stdin.buffer.read()))
