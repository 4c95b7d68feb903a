"""A disk that fills up under the register and the journal: look-ups go on, nothing acknowledged is lost."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from boundaries.store import cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests import figures
from tests.api.conftest import PASSWORD
from tests.api.kills import Server, served_town
from tests.api.writes import Intake
from tests.boundaries import towns
from tests.conftest import _cluster_home

MIB = 2**20
SIZE = 320 * MIB
LON, LAT = towns.at(2, 8)
LOOKUP = {"lon": LON, "lat": LAT, "datum": "wgs84"}


@contextmanager
def _small_disk() -> Iterator[Path]:
    """The home of a private cluster on a disk of its own."""
    with _cluster_home() as home:
        options = f"size={SIZE},mode=0755"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(home)], capture_output=True, check=False
        )
        if mounted.returncode != 0:
            pytest.skip("only an administrator of the machine can make a small disk")
        try:
            yield home
        finally:
            cluster.stop(home, immediately=True)
            subprocess.run(["umount", "-l", str(home)], check=True)


@pytest.fixture
def served() -> Iterator[Server]:
    """The real server and its register on the small disk."""
    with _small_disk() as home, served_town(home, "worker") as server:
        yield server


def _fill(home: Path, leaving: int) -> Path:
    """Take what room there is but for so many bytes."""
    ballast, piece = home / "ballast", bytes(4096)
    told = os.statvfs(home)
    with ballast.open("ab", buffering=0) as file:
        os.posix_fallocate(file.fileno(), 0, max(told.f_bavail * told.f_frsize - max(leaving, 2 * MIB), 1))
        with contextlib.suppress(OSError):
            while not leaving:
                file.write(piece)
    return ballast


def _take(server: Server, write: Intake, number: int) -> httpx.Response:
    asked = write.sent(number)
    return httpx.post(**asked | {"url": server.url + asked["url"]}, timeout=60)


def _look_up(server: Server, *, by: str | None = None) -> httpx.Response:
    auth = (by, PASSWORD) if by else None
    return httpx.get(f"{server.url}/v1/lookup", params=LOOKUP, auth=auth, timeout=120)


def test_a_full_disk_refuses_writes_loses_none_and_look_ups_go_on(served: Server) -> None:
    write = Intake()
    assert _take(served, write, 1).status_code == 201
    ballast = _fill(served.home, leaving=6 * MIB)
    taken, refused = [1], None
    for number in range(2, 100):
        reply = _take(served, write, number)
        if reply.status_code != 201:
            refused = number
            break
        taken.append(number)
    assert refused is not None, "the disk is not full"
    assert reply.status_code == 503, reply.text
    assert int(reply.headers["retry-after"]) > 0
    until, looked_up = time.monotonic() + 5, 0
    while time.monotonic() < until:
        assert _look_up(served).status_code == 200
        looked_up += 1
        assert _take(served, write, refused).status_code in (201, 503)
    ballast.unlink()
    until = time.monotonic() + 120
    while (again := _take(served, write, refused)).status_code != 201:
        assert again.status_code == 503, again.text
        assert time.monotonic() < until, "there is room again, and writes are still refused"
        time.sleep(0.2)
    taken.append(refused)
    database = Database.open(Settings(home=served.home))
    try:
        with database.transaction() as session:
            assert write.found(session, taken) == dict.fromkeys(taken, write.parts)
    finally:
        database.close()
    figures.keep("full-disk", acknowledged=len(taken), lost=0, lookups=looked_up, lookups_failed=0)


def test_no_person_is_told_while_the_journal_has_no_room(served: Server) -> None:
    assert _look_up(served, by="worker").status_code == 200
    statuses = []
    for _ in range(200):  # some more fit into the page that was begun
        ballast = _fill(served.home, leaving=0)  # PostgreSQL may have let go of a file meanwhile
        reply = _look_up(served, by="worker")
        statuses.append(reply.status_code)
        if reply.status_code == 503:
            assert reply.json()["code"] == "audit-unavailable"
            break
    assert statuses[-1] == 503
    assert _look_up(served).status_code == 200
    ballast.unlink()
    assert _look_up(served, by="worker").status_code == 200
