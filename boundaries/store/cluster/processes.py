"""What runs on a data folder: the postmaster that its pid file names, and backends left behind."""

import os
import signal
import time
from pathlib import Path

_PROC = Path("/proc")


def has_proc() -> bool:
    """Whether this system tells about processes in /proc (macOS does not)."""
    return (_PROC / "self" / "stat").exists()


def postmaster_pid(data: Path) -> int | None:
    """The number in postmaster.pid, whoever has it today; None if there is none or it is broken."""
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def serves(pid: int, data: Path) -> bool:
    """Whether a process is alive and a postgres working in `data`.

    A killed postmaster whose parent does not reap it stays a zombie, and a number is given to
    strangers later: both count as not alive, though kill(pid, 0) says otherwise.
    """
    process = _PROC / str(pid)
    try:
        state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
        if state in "ZX":
            return False
        return (process / "cwd").resolve(strict=True) == data.resolve() and "postgres" in (
            process / "comm"
        ).read_text()
    except OSError:
        return False


def end_orphans(data: Path, *, within_s: float) -> None:
    """End the backends of a dead postmaster, which hold its shared memory and could still commit.

    They get SIGQUIT, as in an immediate shutdown, then SIGKILL; recovery follows at the next start.
    Call it only under the cluster's lock and with no postmaster alive.
    """
    end = time.monotonic() + within_s
    while orphans := [pid for pid in _all_pids() if serves(pid, data)]:
        late = time.monotonic() > end - within_s / 2
        for pid in orphans:
            try:
                os.kill(pid, signal.SIGKILL if late else signal.SIGQUIT)
            except ProcessLookupError:
                continue
        if time.monotonic() > end:
            raise RuntimeError(f"processes {orphans} of the former server in {data} do not end")
        time.sleep(0.05)


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal()] if has_proc() else []
