"""The local journal of reads of persons and of sign-ins: written before the answer leaves, carried to the
register later.

One file for each process. An entry is one line, `crc32 json`, handed to the operating system before the
answer leaves: a process that is killed loses none. A thread makes the file durable every half a second:
a power failure loses less than a second. When the disk is full no persons are shown.
"""

import contextlib
import fcntl
import os
import secrets
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from boundaries.store.audit import Entry, Read, SignIn
from boundaries.store.errors import Refusal

SUFFIX = ".journal"
_SIGN_IN = "sign-in"  # begins the entry of one; that of a read begins with its instant


class AuditUnavailable(Refusal):
    """The read could not be written down, so nothing about persons is told."""

    code = "audit-unavailable"

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"Reads of persons cannot be written down at the moment ({why}).")


class Journal:
    """The journal of this process. One thread writes; another may sync."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError where the folder cannot be written."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.code = f"{int(time.time()):x}-{secrets.token_hex(8)}"
        self.path = folder / (self.code + SUFFIX)
        # whoever gets the lock of a file takes its process for dead: it has its name only once it is locked
        unnamed = folder / (self.code + ".new")
        self._file = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        unnamed.rename(self.path)
        self._size = 0
        self._synced = 0
        self.entries = 0
        _sync_folder(folder)

    @property
    def size(self) -> int:
        """Bytes written."""
        return self._size

    def write(self, entry: Entry) -> None:
        """Hand one entry to the operating system. Raises AuditUnavailable, then nothing is left of it."""
        line = encode(entry)
        try:
            if os.write(self._file, line) != len(line):
                raise OSError("the entry was written in part only")
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._size)
            raise AuditUnavailable(error.strerror or str(error)) from error
        self._size += len(line)
        self.entries += 1

    def sync(self) -> None:
        """Make durable what was written. Raises OSError."""
        size = self._size
        if size != self._synced:
            os.fdatasync(self._file)
            self._synced = size

    def close(self) -> None:
        """Make it durable and let go of it; the file stays until it was carried away."""
        with contextlib.suppress(OSError):
            self.sync()
        os.close(self._file)


def encode(entry: Entry) -> bytes:
    """One line of a journal."""
    told = msgspec.json.encode((_SIGN_IN, *entry) if isinstance(entry, SignIn) else tuple(entry))
    return b"%08x %b\n" % (zlib.crc32(told), told)


def decode(line: bytes) -> Entry | None:
    """The entry of a line; None where it is damaged or torn."""
    crc, _, told = line.rstrip(b"\n").partition(b" ")
    try:
        if not line.endswith(b"\n") or int(crc, 16) != zlib.crc32(told):
            return None
        members = msgspec.json.decode(told)
        return SignIn(*members[1:]) if members[:1] == [_SIGN_IN] else Read(*members)
    except (ValueError, TypeError, msgspec.DecodeError):
        return None


def entries_of(path: Path, *, skip: int, limit: int) -> list[Entry | None]:
    """The entries of a file behind the first `skip`, at most `limit`; None for each that is damaged."""
    with path.open("rb") as file:
        for _ in range(skip):
            if not file.readline():
                return []
        return [decode(line) for _, line in zip(range(limit), file, strict=False)]


def left_behind(folder: Path) -> Iterator[Path]:
    """The journals of processes that are gone, each held while the caller looks at it."""
    for path in sorted(folder.glob("*" + SUFFIX)):
        try:
            file = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue  # another process carried it away
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue  # its process lives
        else:
            if path.exists():
                yield path
        finally:
            os.close(file)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
