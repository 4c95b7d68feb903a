"""Large files examined in a process of its own: their memory and their work are not the server's."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL

from boundaries.land import districts
from boundaries.land.importing import examine, run
from boundaries.land.importing.examine import Examined
from boundaries.land.importing.reading import call_apart
from boundaries.land.importing.report import ImportReport
from boundaries.land.importing.request import Request
from boundaries.store.database import Database

LARGE_BYTES = 1 << 20
T = TypeVar("T")


def is_large(path: Path) -> bool:
    """Whether a process of its own is worth its start, some two seconds."""
    return path.stat().st_size > LARGE_BYTES


def dry_run_apart(register: URL, district_code: str, path: Path, request: Request) -> ImportReport:
    """The report of `dry_run`, from another process with a transaction of its own.

    It may take `request.limits.memory_bytes` and `work_seconds`. Raises what `dry_run` raises;
    FileTooLarge where they did not suffice, UnreadableFile where the process broke.
    """
    return _apart(_dry_run, register, district_code, path, request)


def examine_apart(register: URL, district_code: str, path: Path, request: Request) -> Examined:
    """What `examine` finds, without the faults' shapes, from another process; raises as `dry_run_apart`."""
    return _apart(_examine, register, district_code, path, request)


def _apart(
    work: Callable[[URL, str, Path, Request], T],
    register: URL,
    district_code: str,
    path: Path,
    request: Request,
) -> T:
    """Done in a process that is apart already: it starts none of its own to read."""
    limits = request.limits
    here = replace(request, apart=False)
    return call_apart(
        work, register, district_code, path, here, of=path.name, limits=limits, seconds=limits.work_seconds
    )


def _dry_run(register: URL, district_code: str, path: Path, request: Request) -> ImportReport:
    database = Database.at(register)
    with database.transaction() as session:
        return run.dry_run(session, district_code, path, request).report


def _examine(register: URL, district_code: str, path: Path, request: Request) -> Examined:
    database = Database.at(register)
    with database.transaction() as session:
        district = districts.get(session, district_code)
        return replace(examine.examine(session, district, path, request), coverage=None)
