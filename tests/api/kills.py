"""A campaign of kills: the application or PostgreSQL dies while plans are published over HTTP.

The client keeps a journal of what was acknowledged; a reader asks all the time. Afterwards every
acknowledged write must be there, every version whole, and no answer may have mixed two versions.
"""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from api import accounts
from boundaries.duty import snapshot
from boundaries.land import districts
from boundaries.land.plans.ground import ground_of
from boundaries.land.versions import latest
from boundaries.store.cluster import processes
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.api.conftest import PASSWORD
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, A2, line
from tests.boundaries.towns import A

REPOSITORY = Path(__file__).resolve().parents[2]
STEPS = (("submission", "planner"), ("review", "reviewer"), ("approval", "approver"))
_LATE = (0, 2, 5)  # of every eight kills: those that wait for the commit
_WHOLE = """
select (select count(*) from yiwang.building_grid where upper_inf(valid) and upper_inf(recorded)),
  (select count(*) from yiwang.plan where state = 'published'),
  (select count(*) from yiwang.notice), (select count(distinct net_version_id) from yiwang.grid_lineage),
  (select count(*) from yiwang.plan_event where step = 'publish'),
  (select max(number) from yiwang.net_version),
  (select count(*) from yiwang.net_version)
"""


@dataclass
class Toll:
    """What came of a campaign."""

    kills: int = 0
    of_postgres: int = 0
    unanswered: int = 0  # kills while a write had been sent and not been answered
    after_commit: int = 0  # of those: the new version was in the database already
    acknowledged: int = 0
    publications: int = 0
    came_through: int = 0  # unanswered publications that were in force afterwards
    reads: int = 0
    faults: list[str] = field(default_factory=list)


class Server:
    """The real `yiwang serve` on a private PostGIS, in a process of its own. settings: of its environment."""

    def __init__(self, home: Path, *, port: int = 0, settings: Mapping[str, str] | None = None) -> None:
        self.home, self.process, self.url = home, None, ""  # type: ignore[var-annotated]
        self.port, self.settings = port, settings or {}

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = {**os.environ, "YIWANG_HOME": str(self.home), "YIWANG_ANONYMOUS_READER": "true"}
        environment |= self.settings
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api", "serve", "--port", str(self.port)],
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for row in self.process.stdout:
            if "http://localhost:" in row:
                self.url = row.split("http://localhost:")[1].split()[0].rstrip("/")
                self.url = f"http://127.0.0.1:{self.url}"
                break
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.wait()

    def wait(self) -> None:
        """Until it answers from the register; on a fresh machine the kernels are compiled first."""
        until = time.monotonic() + 300
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=5).json()["status"] == "ok":
                    return
            except (httpx.HTTPError, ValueError, KeyError):
                pass
            time.sleep(0.05)
        raise AssertionError("the server does not come back")

    def kill(self) -> None:
        """As a power cut does it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def kill_postgres(self) -> None:
        """SIGKILL to the postmaster, and the end of the backends that outlive it."""
        pid = processes.postmaster_pid(self.home / "data")
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        processes.end_orphans(self.home / "data", within_s=20)


@contextmanager
def served_town(home: Path, *roles: str) -> Iterator[Server]:
    """The real server over the drawn town; each role has an account of its name."""
    database = Database.open(Settings(home=home))
    with database.transaction() as session:
        drawn.town(session)
        for role in roles:
            accounts.put(session, name=role, password=PASSWORD, role=role, datum=None, area=None)
    database.close()
    server = Server(home)
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Client:
    """Makes one plan after the other; `journal` holds what was acknowledged."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.number = 0
        self.sent: str | None = None  # the write that is under way
        self.sent_publication = threading.Event()  # stays set: whoever looks late finds it answered
        self.took: list[float] = []
        self.journal: list[tuple[str, int, int]] = []  # plan, plan version, edits that count
        self.published: dict[int, str] = {}  # net version: the name that it gave to both grids
        self.unanswered: list[tuple[str, str]] = []  # plan, name: a publication without an answer

    def write(self, path: str, body: Any, *, by: str, tag: str = "") -> httpx.Response:
        self.sent = path
        try:
            reply = httpx.post(
                f"{self.server.url}{path}",
                json=body,
                headers={"If-Match": tag},
                auth=(by, PASSWORD),
                timeout=60,
            )
        finally:
            self.sent = None
        if reply.status_code == 503 or reply.status_code >= 500:
            raise httpx.ReadError(reply.text)
        assert reply.status_code < 300, reply.text
        return reply

    def persist(self) -> None:
        """Rounds until a publication was sent, be it answered or not."""
        while True:
            try:
                self.round()
                return
            except httpx.HTTPError:
                if self.unanswered:  # the answer that never came
                    return
                time.sleep(0.1)  # the server is not back yet: the draft is left as it is

    def round(self) -> None:
        """One plan from draft into force. Raises httpx.HTTPError where an answer is missing."""
        self.number += 1
        name = f"n{self.number}"
        made = self.write("/v1/plans", {"title": name, "scope": A}, by="planner")
        path, tag = made.headers["location"], made.headers["etag"]
        code = path.rsplit("/", 1)[1]
        edits = [
            {"operation": "redraw", "a": A1, "b": A2, "line": _border(self.number)},
            {"operation": "name", "grid": A1, "name": name},
            {"operation": "name", "grid": A2, "name": name},
        ]
        for count, edit in enumerate(edits, 1):
            tag = self.write(f"{path}/edits?datum=wgs84", edit, by="planner", tag=tag).headers["etag"]
            self.journal.append((code, int(tag.strip('"')), count))
        for step, by in STEPS:
            tag = self.write(f"{path}/{step}", {}, by=by, tag=tag).headers["etag"]
            self.journal.append((code, int(tag.strip('"')), 3))
        started = time.perf_counter()
        self.unanswered.append((code, name))
        self.sent_publication.set()
        told = self.write(f"{path}/publication", {}, by="approver", tag=tag).json()
        self.unanswered.pop()
        self.took.append(time.perf_counter() - started)
        self.published[told["published"]] = name
        self.journal.append((code, told["version"], 3))


class Watcher(threading.Thread):
    """Reads the whole net again and again: every answer must be one version, and always the same one."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.server, self.stop = server, threading.Event()
        self.seen: dict[int, str] = {}
        self.reads = 0
        self.faults: list[str] = []

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                reply = httpx.get(f"{self.server.url}/v1/grids?geometry=true", timeout=120)
                if reply.status_code != 200:
                    continue
                told = reply.json()
            except httpx.HTTPError:
                time.sleep(0.02)
                continue
            time.sleep(0.02)
            self.reads += 1
            version = told["net_version"]
            names = {each["id"]: each["properties"]["name"] for each in told["features"]}
            if version > 1 and names[A1] != names[A2]:
                self.faults.append(f"version {version} names {names[A1]} and {names[A2]}")
            digest = _digest({each["id"]: (names[each["id"]], each["geometry"]) for each in told["features"]})
            if self.seen.setdefault(version, digest) != digest:
                self.faults.append(f"version {version} was answered in two ways")


def campaign(home: Path, *, kills: int, seed: int, within_s: float = float("inf")) -> Toll:
    """Kill so often, or until the time is over, and judge. `home`: of a private cluster, not made yet."""
    until = time.monotonic() + within_s
    chance, toll = random.Random(seed), Toll()
    database = Database.open(Settings(home=home))
    with database.transaction() as session:
        drawn.town(session)
        for role in ("planner", "reviewer", "approver"):
            accounts.put(session, name=role, password=PASSWORD, role=role, datum=None, area=None)
    server = Server(home)
    server.start()
    client, watcher = Client(server), Watcher(server)
    watcher.start()
    try:
        client.round()
        client.round()  # warm: now the usual length of a publication is known
        for number in range(kills):
            if time.monotonic() > until:
                break
            instant = _Committed(database) if number % 8 in _LATE else _Drawn(client, chance)
            _kill_in_a_publication(server, client, instant, toll, postgres=number % 4 != 0)
            _judge(database, client, toll)
            if number % 10 == 9:
                print(toll, flush=True)  # what is known, should the campaign be cut short
        client.persist()
        _judge(database, client, toll)
        watcher.stop.set()
        watcher.join(120)
        _judge_reads(database, watcher, toll)
    finally:
        watcher.stop.set()
        server.kill()
        database.close()
    toll.acknowledged = len(client.journal)
    toll.publications = len(client.published)
    return toll


class _Drawn:
    """A random instant after the publication was sent, before the quickest of late would be answered."""

    def __init__(self, client: Client, chance: random.Random) -> None:
        self.delay = chance.uniform(0, min(client.took[-9:]))

    def wait(self, client: Client) -> bool:
        """Until then; whether the new version is known to be in the database."""
        time.sleep(self.delay)
        return False


class _Committed:
    """The instant at which the new version can be seen in the database, before its reply arrives."""

    def __init__(self, database: Database) -> None:
        self.connection = database.connect()
        self.connection.autocommit = True
        self.before = self._versions()

    def wait(self, client: Client) -> bool:
        """Until then, or until the publication is answered; whether the version was there first."""
        with self.connection:
            while client.sent is not None:
                if self._versions() > self.before:
                    return client.sent is not None
        return False

    def _versions(self) -> int:
        row = self.connection.execute("select max(number) from yiwang.net_version").fetchone()
        assert row is not None
        return int(row[0])


def _kill_in_a_publication(
    server: Server, client: Client, instant: _Drawn | _Committed, toll: Toll, *, postgres: bool
) -> None:
    failed: list[BaseException] = []

    def work() -> None:
        try:
            client.persist()
        except BaseException as error:
            failed.append(error)

    client.sent_publication.clear()
    worker = threading.Thread(target=work)
    worker.start()
    while not client.sent_publication.wait(0.5):
        assert worker.is_alive(), failed
    toll.after_commit += instant.wait(client)
    toll.unanswered += client.sent is not None
    toll.kills += 1
    if postgres:
        toll.of_postgres += 1
        server.kill_postgres()
    else:
        server.kill()
    worker.join(120)
    if failed:
        raise failed[0]
    if postgres:
        server.wait()
    else:
        server.start()


def _border(number: int) -> dict[str, Any]:
    """A border between A001 and A002 that no plan had before; H2 goes from one to the other and back."""
    x = (4.2, 5.6)[number % 2] - number * 1e-4
    return line((5, 10), (x, 8.7), (x, 7.8), (5, 5))


def _judge(database: Database, client: Client, toll: Toll) -> None:
    """Nothing acknowledged is lost, and whatever is there is there whole."""
    with database.transaction() as session:
        rows = session.execute(
            text(
                "select p.code, p.version, p.applied, p.state, v.number from yiwang.plan p"
                " left join yiwang.net_version v on v.id = p.published_version_id"
            )
        ).all()
        plans = {row[0]: row for row in rows}
        for code, version, applied in client.journal:
            if code not in plans or plans[code][1] < version or plans[code][2] < applied:
                toll.faults.append(f"plan {code}: acknowledged version {version} is lost")
        names = {row[4]: "" for row in rows if row[4] is not None}
        for code, name in client.unanswered:
            number = plans[code][4] if code in plans else None
            if number is not None:
                toll.came_through += 1
                client.published[number] = name
        client.unanswered.clear()
        if set(client.published) != set(names):
            toll.faults.append(f"versions {sorted(names)} are not those of the journal")
        buildings, published, notices, lineages, events, last, versions = session.execute(text(_WHOLE)).one()
        if not published == notices == lineages == events == versions - 1 == last - 1:
            toll.faults.append(f"half a publication: {published} {notices} {lineages} {events} {versions}")
        if buildings != 5:
            toll.faults.append(f"{buildings} of 5 buildings have one grid")
        district = districts.get(session, towns.DISTRICT)
        version = latest(session, district)
        assert version is not None
        ground = ground_of(session, district, version)  # refuses what is no net
        if set(ground.net.faces) != set(towns.GRIDS):
            toll.faults.append(f"grids {sorted(ground.net.faces)}")
        name = client.published.get(version.number)
        if {ground.facts[code].name for code in (A1, A2)} != {name}:
            toll.faults.append(f"version {version.number} should be called {name}")


def _judge_reads(database: Database, watcher: Watcher, toll: Toll) -> None:
    """What was read under a version's number is that version, as the register tells it now."""
    toll.reads = watcher.reads
    toll.faults += watcher.faults
    with database.transaction() as session:
        rows = session.execute(text("select number, effective_from from yiwang.net_version")).all()
        for number, instant in rows:
            if number not in watcher.seen:
                continue
            state = snapshot.build(session, towns.DISTRICT, at=instant)
            told = {
                grid.code: (grid.name, shape.__geo_interface__)
                for grid, shape in zip(state.ground, state.shapes, strict=True)
            }
            if _digest(told) != watcher.seen[number]:
                toll.faults.append(f"version {number} was answered otherwise than it is")


def _digest(told: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
