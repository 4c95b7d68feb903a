"""A campaign of kills over intake, imports, edits and jobs, beside that over publications (`kills`).

PostgreSQL, one of its backends, the application or a worker dies at a random instant after a write was
sent. A client's journal holds what was acknowledged. Afterwards every acknowledged write is there whole, the
unanswered one whole or not at all, and sent again with its key it is there once.
"""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from sqlalchemy.exc import SQLAlchemyError

from api import accounts
from boundaries.store import audit, cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.api.conftest import PASSWORD
from tests.api.kills import Server
from tests.api.writes import LED, Edit, Import, Intake, Write
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn

VICTIMS = ("postgres", "backend", "application", "postgres")


@dataclass
class Toll:
    """What came of a campaign."""

    kills: dict[str, int] = field(default_factory=dict)  # by write and victim
    unanswered: int = 0  # kills while a write had been sent and not been answered
    acknowledged: int = 0
    came_through: int = 0  # unanswered writes that were there afterwards
    workers_unfinished: int = 0  # workers killed while their job ran
    jobs_done: int = 0
    lookups: int = 0
    lookups_failed: int = 0  # while the application lived
    half_seen: int = 0
    memory_mib: float = 0.0  # the most that any of the applications held
    faults: list[str] = field(default_factory=list)

    @property
    def killed(self) -> int:
        """Kills in all."""
        return sum(self.kills.values())

    def count(self, what: str, victim: str) -> None:
        """One more kill."""
        name = f"{what}/{victim}"
        self.kills[name] = self.kills.get(name, 0) + 1

    def figures(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self) | {"killed": self.killed}


class Watcher(threading.Thread):
    """Looks up six grids in one question again and again: an import shows in all of them or in none."""

    def __init__(self, server: Server, toll: Toll) -> None:
        super().__init__(daemon=True)
        self.server, self.toll = server, toll
        self.stop, self.expected = threading.Event(), threading.Event()
        shapes = [towns.GRIDS[grid][1].centroid for grid in LED]
        self._asked = {"points": [{"lon": each.x, "lat": each.y} for each in shapes], "datum": "wgs84"}

    def run(self) -> None:
        with httpx.Client(timeout=120, auth=("worker", PASSWORD)) as client:
            while not self.stop.is_set():
                time.sleep(0.02)
                lives = self.expected.is_set()
                try:
                    reply = client.post(f"{self.server.url}/v1/lookup/batch", json=self._asked)
                except httpx.HTTPError:
                    self.toll.lookups_failed += lives and self.expected.is_set()
                    continue
                self.toll.lookups += 1
                if reply.status_code != 200:
                    self.toll.lookups_failed += lives
                    continue
                leaders = {row["leader"] for row in reply.json()["results"]}
                self.toll.half_seen += len(leaders) > 1


class Campaign:
    """One server, one client that writes one thing after the other, one watcher."""

    def __init__(self, home: Path, *, seed: int) -> None:
        self.home, self.chance, self.toll = home, random.Random(seed), Toll()
        self.database = Database.open(Settings(home=home))
        self._people()
        self.server = Server(home)
        self.watcher = Watcher(self.server, self.toll)
        self.journal: dict[str, list[int]] = {}
        self.took: dict[str, list[float]] = {}
        self.under_way: float | None = None  # since when a write waits for its answer
        self._first_refused, self._go_on = threading.Event(), threading.Event()

    def run(self, writes: dict[str, int], *, workers: int, within_s: float = float("inf")) -> Toll:
        """Kill so often in each sort of write, and so many workers, or until the time is over."""
        until = time.monotonic() + within_s
        self._start()
        try:
            sorts: list[Write] = [Intake(), Import(), Edit(self._plan())]
            for write in sorts:
                self.journal[write.name] = []
                for _ in range(2):  # warm: the usual time of such a write is known
                    self._send(write, self._next(write))
            self.watcher.start()
            rounds: list[Write | None] = [None] * workers
            rounds += [write for write in sorts for _ in range(writes.get(write.name, 0))]
            self.chance.shuffle(rounds)
            for number, round_ in enumerate(rounds):
                if time.monotonic() > until:
                    break
                if round_ is None:
                    self._kill_worker()
                else:
                    self._kill_in(round_, VICTIMS[number % len(VICTIMS)], sorts)
                if number % 10 == 9:
                    print(self.toll, flush=True)
            self._judge(sorts)
            self._judge_audit()
        finally:
            self.watcher.expected.clear()
            self.watcher.stop.set()
            if self.watcher.is_alive():
                self.watcher.join(130)
            self.server.kill()
            self.database.close()
            self.toll.acknowledged = sum(map(len, self.journal.values()))
        return self.toll

    def _people(self) -> None:
        with self.database.transaction() as session:
            drawn.town(session)
            for role in ("planner", "worker"):
                accounts.put(session, name=role, password=PASSWORD, role=role, datum=None, area=None)

    def _start(self) -> None:
        self.server.start()
        self.watcher.expected.set()

    def _plan(self) -> str:
        made = self._post({"url": "/v1/plans", "json": {"title": "k", "scope": towns.A}}, by="planner")
        return str(made.json()["code"])

    def _next(self, write: Write) -> int:
        return len(self.journal[write.name]) + 1

    def _send(self, write: Write, number: int) -> None:
        """Send until it is acknowledged. The same request with the same key, as a careful client does."""
        until = time.monotonic() + 120
        while True:
            started = time.perf_counter()
            self.under_way = started
            try:
                asked = write.sent(number)
                reply = httpx.post(**asked | {"url": self.server.url + asked["url"]}, timeout=60)
            except httpx.HTTPError:
                reply = None
            finally:
                self.under_way = None
            if reply is not None and reply.status_code < 300:
                break
            if reply is not None and not (reply.status_code == 503 and "retry-after" in reply.headers):
                raise AssertionError(f"{write.name} {number}: {reply.status_code} {reply.text}")
            if time.monotonic() > until:
                raise AssertionError(f"{write.name} {number} is not taken")
            if self._first_refused.is_set():
                time.sleep(0.05)
            else:
                self._first_refused.set()
                self._go_on.wait(300)  # what the register holds is looked at before it is sent again
                until = time.monotonic() + 120
        if "idempotent-replay" not in reply.headers and not self._first_refused.is_set():
            self.took.setdefault(write.name, []).append(time.perf_counter() - started)
        self.journal[write.name].append(number)

    def _kill_in(self, write: Write, victim: str, sorts: Sequence[Write]) -> None:
        """Kill at a random instant after a write was sent, most often before it is answered."""
        number = self._next(write)
        delay = self.chance.uniform(0, min(self.took[write.name][-9:]))
        self._first_refused.clear()
        self._go_on.clear()
        failed: list[BaseException] = []

        def work() -> None:
            try:
                self._send(write, number)
            except BaseException as error:
                failed.append(error)

        worker = threading.Thread(target=work)
        worker.start()
        while self.under_way is None and worker.is_alive():
            time.sleep(0.0002)
        time.sleep(delay)
        self.toll.unanswered += self.under_way is not None
        self.toll.count(write.name, victim)
        self._kill(victim)
        while worker.is_alive() and not self._first_refused.wait(0.05):
            pass
        self._recovered(victim)
        if self._first_refused.is_set():
            self._judge_unanswered(write, number)
        self._go_on.set()
        worker.join(400)
        if failed:
            raise failed[0]
        self._judge(sorts)

    def _kill(self, victim: str) -> None:
        self.toll.memory_mib = max(self.toll.memory_mib, _memory_mib(self.server.process.pid))
        if victim == "postgres":
            self.server.kill_postgres()
        elif victim == "backend":
            self._kill_backend()
        else:
            self.watcher.expected.clear()
            self.server.kill()

    def _kill_backend(self) -> None:
        """SIGKILL to a backend of the application: PostgreSQL ends all others and recovers."""
        asked = (
            "select pid from pg_stat_activity where application_name = 'yiwang' and pid <> pg_backend_pid()"
            " order by state = 'idle', random() limit 1"
        )
        with psycopg.connect(cluster.url(self.home), autocommit=True) as connection:
            row = connection.execute(asked).fetchone()
        if row is not None:
            with contextlib.suppress(ProcessLookupError):  # a connection beyond the pool's own was let go of
                os.kill(row[0], signal.SIGKILL)

    def _recovered(self, victim: str) -> None:
        if victim == "application":
            self._start()
        else:
            self.server.wait()

    def _judge_unanswered(self, write: Write, number: int) -> None:
        found = self._found(write, [number])[number]
        if found not in (0, write.parts):
            self.toll.faults.append(f"{write.name} {number}: {found} of {write.parts} parts")
        self.toll.came_through += found == write.parts

    def _judge(self, sorts: Sequence[Write]) -> None:
        """Every acknowledged write is there whole, and once."""
        for write in sorts:
            for number, parts in self._found(write, self.journal[write.name]).items():
                if parts != write.parts:
                    self.toll.faults.append(f"{write.name} {number}: {parts} of {write.parts} parts are left")

    def _judge_audit(self) -> None:
        """The chain of the audit is whole after all that."""
        with self.database.transaction() as session:
            self.toll.faults += map(str, audit.verify(session).findings)

    def _found(self, write: Write, numbers: Sequence[int]) -> dict[int, int]:
        until = time.monotonic() + 120
        while True:
            try:
                with self.database.transaction() as session:
                    return write.found(session, numbers)
            except SQLAlchemyError:  # a connection of the pool may be from before the kill
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def _kill_worker(self) -> None:
        """SIGKILL to the process of a job: the job is done all the same, by its second attempt."""
        asked = {"url": "/v1/partitions", "json": {"community": towns.A, "grids": 2}}
        path = self._post(asked, by="planner").headers["location"]
        until = time.monotonic() + 120
        while not (workers := _workers(self.server.process.pid)) and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(self.chance.uniform(0, 1.5))
        before = self._job(path)
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):  # it was done already
                os.kill(pid, signal.SIGKILL)
        self.toll.count("job", "worker")
        self.toll.workers_unfinished += before["ended_at"] is None
        until = time.monotonic() + 300
        while (told := self._job(path))["ended_at"] is None and time.monotonic() < until:
            time.sleep(0.1)
        whole = told["state"] == "done" and bool(told["proposals"])
        self.toll.jobs_done += whole
        if not whole or told["attempts"] > 2:
            self.toll.faults.append(f"job {path}: {told['state']} after {told['attempts']} attempts")

    def _job(self, path: str) -> dict[str, Any]:
        told: dict[str, Any] = httpx.get(
            f"{self.server.url}{path}", auth=("planner", PASSWORD), timeout=120
        ).json()
        return told

    def _post(self, asked: dict[str, Any], *, by: str) -> httpx.Response:
        reply = httpx.post(**asked | {"url": self.server.url + asked["url"]}, auth=(by, PASSWORD), timeout=60)
        assert reply.status_code < 300, reply.text
        return reply


def _workers(server: int) -> list[int]:
    """The processes of jobs that a server has started."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == server and b"spawn_main" in command:
            found.append(int(entry.name))
    return found


def _memory_mib(pid: int) -> float:
    """The most memory that a process has held."""
    for row in Path(f"/proc/{pid}/status").read_text().splitlines():
        if row.startswith("VmHWM:"):
            return int(row.split()[1]) / 1024
    return 0.0
