"""Mixed work on one server: look-ups, incidents, edits of plans, and now and then a publication."""

import asyncio
import itertools
import random
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.api.conftest import PASSWORD
from tests.api.kills import Server

SHARES = (("lookup", 0.95), ("intake", 0.04), ("edit", 0.01))
DESKS = 6
HAPPENED = "2026-05-01T08:00:00+00:00"
STEPS = (
    ("submission", "planner"),
    ("review", "reviewer"),
    ("approval", "approver"),
    ("publication", "approver"),
)


@dataclass
class Grid:
    """A grid that is worked on, with a point in it."""

    code: str
    community: str
    lon: float
    lat: float


@dataclass
class Work:
    """What was done."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # seconds
    errors: list[str] = field(default_factory=list)
    memory_mib: list[tuple[float, float]] = field(default_factory=list)  # seconds since the start, MiB

    def figures(self, *, warm_s: float) -> dict[str, Any]:
        """Counts, p50 and p99 in milliseconds, and memory. warm_s: from then on memory must not grow."""
        told: dict[str, Any] = {"errors": len(self.errors)}
        for what, seconds in sorted(self.took.items()):
            ordered = sorted(seconds)
            told[what] = {
                "count": len(ordered),
                "p50_ms": round(1000 * ordered[len(ordered) // 2], 1),
                "p99_ms": round(1000 * ordered[int(len(ordered) * 0.99)], 1),
            }
        first = max(mib for at, mib in self.memory_mib if at <= warm_s)
        after = [mib for at, mib in self.memory_mib if at > warm_s] or [first]
        told |= {
            "memory_first_mib": round(first),
            "memory_most_after_mib": round(max(after)),
            "memory_last_mib": round(after[-1]),
            "memory_growth_percent": round(100 * (max(after) / first - 1), 1),
        }
        return told


@dataclass
class Desk:
    """A planner's: one plan, edited by one at a time."""

    grid: Grid
    plan: tuple[str, str] | None = None  # path and tag
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Load:
    """So many clients for so long. The accounts dispatcher, planner, reviewer and approver exist."""

    def __init__(self, server: Server, *, clients: int, pause_s: float, publish_s: float, seed: int) -> None:
        self._server, self._clients, self._pause_s, self._publish_s = server, clients, pause_s, publish_s
        self._chance, self._numbers = random.Random(seed), itertools.count(1)
        self._grids: list[Grid] = []
        self.work = Work()

    def run(self, seconds: float) -> Work:
        """Work for so long."""
        asyncio.run(self._run(seconds))
        return self.work

    async def _run(self, seconds: float) -> None:
        limits = httpx.Limits(max_connections=self._clients + 4)
        async with httpx.AsyncClient(base_url=self._server.url, limits=limits, timeout=60) as http:
            self._http = http
            await self._learn()
            self._desks = [Desk(self._chance.choice(self._grids)) for _ in range(DESKS)]
            for desk in self._desks:  # they have been at it since the morning
                desk.plan = await self._edit(None, desk.grid)
            self._started = time.monotonic()
            self._until = self._started + seconds
            tasks = [self._client(number) for number in range(self._clients)]
            await asyncio.gather(*tasks, self._publish(), self._watch())

    async def _learn(self) -> None:
        told = (await self._http.get("/v1/grids", params={"geometry": "true"}, auth=_as("planner"))).json()
        for each in told["features"]:
            if each["geometry"] is None:
                continue
            ring = each["geometry"]["coordinates"][0]
            ring = ring[0] if isinstance(ring[0][0], list) else ring
            lon, lat = (sum(axis) / len(ring) for axis in zip(*ring, strict=True))
            self._grids.append(Grid(each["id"], each["properties"]["community"], lon, lat))

    async def _client(self, number: int) -> None:
        chance = random.Random(self._chance.random())
        await asyncio.sleep(chance.uniform(0, self._pause_s))
        while time.monotonic() < self._until:
            (what,) = chance.choices(*zip(*SHARES, strict=True))
            started = time.perf_counter()
            try:
                if what == "lookup":
                    await self._look_up(chance.choice(self._grids), chance)
                elif what == "intake":
                    await self._report(chance.choice(self._grids))
                else:
                    desk = chance.choice(self._desks)
                    async with desk.lock:
                        desk.plan = await self._edit(desk.plan, desk.grid)
                self.work.took[what].append(time.perf_counter() - started)
            except (httpx.HTTPError, AssertionError) as error:
                self.work.errors.append(f"{what}: {error!r}")
            await asyncio.sleep(chance.uniform(0.5, 1.5) * self._pause_s)

    async def _look_up(self, grid: Grid, chance: random.Random) -> None:
        near = {"lon": grid.lon + chance.gauss(0, 1e-3), "lat": grid.lat + chance.gauss(0, 1e-3)}
        asked: dict[str, Any] = {**near, "datum": chance.choice(("wgs84", "gcj02", "bd09"))}
        _well(await self._http.get("/v1/lookup", params=asked, auth=_as("dispatcher")))

    async def _report(self, grid: Grid) -> None:
        one = {"matter": "0102", "happened_at": HAPPENED, "lon": grid.lon, "lat": grid.lat, "source": "load"}
        _well(
            await self._http.post(
                "/v1/incidents",
                json={**one, "datum": "wgs84"},
                headers={"Idempotency-Key": f"load-{next(self._numbers)}"},
                auth=_as("dispatcher"),
            )
        )

    async def _edit(self, plan: tuple[str, str] | None, grid: Grid) -> tuple[str, str]:
        """An edit of a plan, or of a new one: its path and tag."""
        if plan is None:
            made = _well(
                await self._http.post(
                    "/v1/plans", json={"title": "load", "scope": grid.community}, auth=_as("planner")
                )
            )
            plan = made.headers["location"], made.headers["etag"]
        path, tag = plan
        done = _well(await self._named(path, tag, grid))
        return path, done.headers["etag"]

    async def _named(self, path: str, tag: str, grid: Grid) -> httpx.Response:
        edit = {"operation": "name", "grid": grid.code, "name": f"n{next(self._numbers)}"}
        return await self._http.post(
            f"{path}/edits",
            params={"datum": "wgs84"},
            json=edit,
            headers={"If-Match": tag},
            auth=_as("planner"),
        )

    async def _publish(self) -> None:
        while time.monotonic() + self._publish_s / 2 < self._until:
            await asyncio.sleep(self._publish_s / 2)
            started = time.perf_counter()
            try:
                path, tag = await self._edit(None, self._chance.choice(self._grids))
                for step, by in STEPS:
                    headers = {"If-Match": tag}
                    done = await self._http.post(f"{path}/{step}", json={}, headers=headers, auth=_as(by))
                    tag = _well(done).headers["etag"]
                self.work.took["publication"].append(time.perf_counter() - started)
            except (httpx.HTTPError, AssertionError) as error:
                self.work.errors.append(f"publication: {error!r}")
            await asyncio.sleep(max(0.0, self._publish_s / 2 - (time.perf_counter() - started)))

    async def _watch(self) -> None:
        status = Path(f"/proc/{self._server.process.pid}/status")
        while (now := time.monotonic()) < self._until:
            row = next(row for row in status.read_text().splitlines() if row.startswith("VmRSS"))
            self.work.memory_mib.append((now - self._started, int(row.split()[1]) / 1024))
            await asyncio.sleep(0.5)


def _as(name: str) -> httpx.BasicAuth:
    return httpx.BasicAuth(name, PASSWORD)


def _well(reply: httpx.Response) -> httpx.Response:
    assert reply.status_code < 300, f"{reply.request.url} {reply.status_code} {reply.text[:300]}"
    return reply
