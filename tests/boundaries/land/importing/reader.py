"""A process like the one that reads files apart, kept open for many of them."""

import os
import pickle
import select
import struct
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Self

from boundaries.land.importing.reading import Limits, apart, read

_READY = b"ready"
LIMITS = Limits(memory_bytes=2 << 30, rows=100_000)
_ROOT = Path(__file__).resolve().parents[4]
_HANGS_AFTER_S = 120.0  # also on a machine that is busy with other tests


class Broke(AssertionError):
    """Something other than a refusal came out; the text is its traceback."""


class ReaderDied(Exception):
    """The process ended, by a signal as a rule: for a server that is a refusal."""


class Reader:
    """Does what `apart` does, without a new interpreter for each file; a dead one is followed by another."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def call(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """What the function gives. Raises its refusals, Broke, ReaderDied; TimeoutError where it hangs."""
        child = self._process or self._begin()
        assert child.stdin is not None and child.stdout is not None
        try:
            _send(child.stdin, pickle.dumps((work, arguments, LIMITS.memory_bytes, LIMITS.seconds)))
            ready, _, _ = select.select([child.stdout], [], [], _HANGS_AFTER_S)
            if not ready:
                raise TimeoutError(f"nothing within {_HANGS_AFTER_S:.0f} s")
            told = pickle.loads(_receive(child.stdout))
        except (EOFError, BrokenPipeError, TimeoutError) as error:
            self._end()
            if isinstance(error, TimeoutError):
                raise
            raise ReaderDied from error
        if isinstance(told, apart._Refused):
            raise told.raised()
        if isinstance(told, Broke):
            raise told
        return told

    def _begin(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.boundaries.land.importing.reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
        )
        assert self._process.stdout is not None
        assert _receive(self._process.stdout) == _READY
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def rows_of(path: Path) -> int:
    """How many rows a file has, after a look at what its reader promises of them."""
    table = read(path, limits=LIMITS)
    assert len(table.rows) == len(table.cells) == len(table)
    assert table.shapes is None or len(table.shapes) == len(table)
    assert all(
        0 <= at < len(table) and value is not None and why for at, (value, why) in table.broken.items()
    )
    assert all(isinstance(name, str) for name in table.columns)
    return len(table)


def _send(file: IO[bytes], message: bytes) -> None:
    file.write(struct.pack(">Q", len(message)) + message)
    file.flush()


def _receive(file: IO[bytes]) -> bytes:
    head = file.read(8)
    if len(head) < 8:
        raise EOFError
    return file.read(struct.unpack(">Q", head)[0])


def _serve() -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the libraries print is no answer
    _send(out, _READY)
    while True:
        try:
            asked = _receive(sys.stdin.buffer)
        except EOFError:
            return
        try:
            told = apart.answer(asked)
        except MemoryError:
            raise  # as in `apart`, where the process ends and the server says that the file is too large
        except Exception:
            told = Broke(traceback.format_exc())
        _send(out, pickle.dumps(told))


if __name__ == "__main__":
    from tests.boundaries.land.importing import reader  # under its own name: what it pickles is found

    reader._serve()
