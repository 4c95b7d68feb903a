"""The database is restarted while people look up and write: no look-up fails, every write gets through."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from boundaries.store import cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests import figures
from tests.api.kills import Server, served_town
from tests.api.writes import Intake
from tests.boundaries import towns
from tests.waiting import until

ASKING, RESTARTS = 4, 3
LON, LAT = towns.at(2, 8)
LOOKUP = {"lon": LON, "lat": LAT, "datum": "wgs84"}


@pytest.fixture
def served(register_home: Path) -> Iterator[Server]:
    with served_town(register_home, "worker") as server:
        yield server


class _Asking(threading.Thread):
    """Looks up again and again; counts the answers by status, and those that say that they are stale."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._url, self.over = server.url, threading.Event()
        self.statuses, self.stale, self.slowest_s = list[int](), 0, 0.0

    def run(self) -> None:
        with httpx.Client(timeout=60) as http:
            while not self.over.is_set():
                started = time.perf_counter()
                try:
                    reply = http.get(f"{self._url}/v1/lookup", params=LOOKUP)
                except httpx.HTTPError:
                    self.statuses.append(0)
                    continue
                self.slowest_s = max(self.slowest_s, time.perf_counter() - started)
                self.statuses.append(reply.status_code)
                self.stale += reply.status_code == 200 and reply.json()["stale"]
                time.sleep(0.005)


class _Writing(threading.Thread):
    """Sends one write after the other, each again until it is taken."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._url, self.over, self.write = server.url, threading.Event(), Intake()
        self.taken, self.refused, self.wrong = 0, 0, list[str]()

    def run(self) -> None:
        while not self.over.is_set() and not self.wrong:
            asked = self.write.sent(self.taken + 1)
            reply = httpx.post(**asked | {"url": self._url + asked["url"]}, timeout=60)
            if reply.status_code == 201:
                self.taken += 1
            elif reply.status_code == 503 and int(reply.headers.get("retry-after", 0)) > 0:
                self.refused += 1
                time.sleep(0.1)
            else:
                self.wrong.append(f"{reply.status_code} {reply.text[:300]}")


def test_a_restart_of_the_database_fails_no_look_up_and_loses_no_write(served: Server) -> None:
    asking, writing = [_Asking(served) for _ in range(ASKING)], _Writing(served)
    for each in (*asking, writing):
        each.start()
    for _ in range(RESTARTS):
        taken = writing.taken
        until(lambda taken=taken: writing.taken > taken, "no write is taken")
        cluster.stop(served.home)
        refused, stale = writing.refused, sum(each.stale for each in asking)
        until(lambda refused=refused: writing.refused > refused, "no write is refused")
        until(lambda stale=stale: sum(each.stale for each in asking) > stale, "no answer is stale")
        cluster.ensure(served.home)
    taken = writing.taken
    until(lambda: writing.taken > taken, "no write is taken after the last restart")
    for each in (*asking, writing):
        each.over.set()
        each.join(120)
    statuses = [status for each in asking for status in each.statuses]
    stale = sum(each.stale for each in asking)
    assert writing.wrong == []
    assert set(statuses) == {200}
    numbers = range(1, writing.taken + 1)
    database = Database.open(Settings(home=served.home))
    try:
        with database.transaction() as session:
            found = writing.write.found(session, numbers)
    finally:
        database.close()
    assert found == dict.fromkeys(numbers, writing.write.parts)
    figures.keep(
        "database-restart",
        restarts=RESTARTS,
        lookups=len(statuses),
        failed=0,
        stale=stale,
        slowest_s=round(max(each.slowest_s for each in asking), 2),
        refused=writing.refused,
        writes=writing.taken,
        lost=0,
    )
