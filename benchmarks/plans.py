"""What planning costs over the API: an edit, opening a plan, its diff, its publication, and a past lookup.

`./run bench plans [GRIDS BUILDINGS]`: an invented district of 3,000 grids and 100,000 buildings in a private
PostGIS; every figure is one request to the real application, by the clock, sign-in included, and beside it
the processor time of application and client, without the database.
`./run bench plans demo`: the same on the demo district.
`./run bench plans history [N]`: N publications (1,000) of the drawn town, then lookups now and then.
"""

import base64
import logging
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import structlog
from fastapi.testclient import TestClient
from sqlalchemy import text

from api import accounts
from api.app import create_app
from benchmarks.large_town import large, register
from benchmarks.measuring import circumstances
from boundaries import demo
from boundaries.duty import matters
from boundaries.land import districts, plans
from boundaries.land.plans import Actor
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from gis.synthetic import Town, make_town

PASSWORD = "correct horse"
ROLES = ("planner", "reviewer", "approver")
EDITS = 200


def main(arguments: list[str]) -> None:
    """Print medians and 95th percentiles in milliseconds."""
    print(circumstances(), flush=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with register() as (database, _):
        if arguments[:1] == ["history"]:
            _history(database, int(arguments[1]) if len(arguments) > 1 else 1000)
        elif arguments[:1] == ["demo"]:
            _planning(database, make_town(demo.tree(), seed=demo.SEED, matters=matters.national()))
        else:
            _planning(database, large(*(int(each) for each in arguments)))


@contextmanager
def _served(database: Database) -> Iterator[TestClient]:
    with database.transaction() as session:
        for role in ROLES:
            accounts.put(session, name=role, password=PASSWORD, role=role, datum=None, area=None)
    home = Path(tempfile.mkdtemp(prefix="yiwang-bench-home-", dir="/tmp"))
    try:
        with TestClient(create_app(Settings(home=home), database)) as client:
            yield client
    finally:
        shutil.rmtree(home, ignore_errors=True)


class _Desk:
    """One plan over HTTP; every call keeps its milliseconds under a name."""

    def __init__(self, client: TestClient) -> None:
        self.client, self.path, self.tag = client, "", ""
        self.took: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}

    def call(self, what: str, method: str, path: str, *, by: str = "planner", body: Any = None) -> Any:
        headers = {
            "Authorization": "Basic " + base64.b64encode(f"{by}:{PASSWORD}".encode()).decode(),
            "If-Match": self.tag,
        }
        started, worked = time.perf_counter(), time.process_time()
        reply = self.client.request(method, path, json=body, headers=headers)
        took, cpu = 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - worked)
        if reply.status_code < 300:
            self.tag = reply.headers.get("etag", self.tag)
        else:
            what = f"{what}, refused {reply.json()['code']}"
        self.took.setdefault(what, []).append(took)
        self.cpu.setdefault(what, []).append(cpu)
        return reply

    def open(self, scope: str, what: str = "make a plan") -> None:
        reply = self.call(what, "POST", "/v1/plans", body={"title": "调整", "scope": scope})
        assert reply.status_code == 201, reply.text
        self.path = reply.headers["location"]

    def edit(self, what: str, body: dict[str, Any]) -> Any:
        return self.call(what, "POST", f"{self.path}/edits?datum=wgs84", body=body)

    def publish(self) -> None:
        for step, by in (("submission", "planner"), ("review", "reviewer"), ("approval", "approver")):
            assert self.call(step, "POST", f"{self.path}/{step}", by=by, body={}).status_code == 200
        reply = self.call("publication", "POST", f"{self.path}/publication", by="approver", body={})
        assert reply.status_code == 200, reply.text

    def show(self) -> None:
        for what, took in self.took.items():
            p50, p95 = statistics.median(took), float(np.percentile(took, 95))
            cpu50, cpu95 = statistics.median(self.cpu[what]), float(np.percentile(self.cpu[what], 95))
            print(
                f"{what}: {len(took)} × p50 {p50:.0f} ms, p95 {p95:.0f} ms, worst {max(took):.0f} ms;"
                f" processor p50 {cpu50:.0f} ms, p95 {cpu95:.0f} ms"
            )


def _planning(database: Database, town: Town) -> None:
    with database.transaction() as session:
        demo.put(session, town, matters.national())
    print(f"{len(town.grids)} grids, {len(town.buildings)} buildings", flush=True)
    with _served(database) as client:
        desk = _Desk(client)
        desk.open(town.code, "make the first plan of a version")
        rng = np.random.default_rng(1)
        shapes = dict(zip(town.grids["code"], town.grids.geometry, strict=True))
        chosen = rng.choice(sorted(shapes), size=len(shapes), replace=False).tolist()
        made = 0
        for code in chosen:
            reply = desk.edit(
                "edit: split", {"operation": "split", "grid": code, "line": across(shapes[code])}
            )
            if reply.status_code != 201:
                continue
            made += 1
            grid = reply.json()["edit"]["changed"]
            if made % 4 == 0:
                desk.edit("edit: merge", {"operation": "merge", "grids": grid})
            elif made % 4 == 1:
                desk.edit("edit: name", {"operation": "name", "grid": grid[0], "name": "新"})
            elif made % 4 == 2:
                desk.call("undo", "POST", f"{desk.path}/undo")
            if made >= EDITS:
                break
        edits = [took for what, each in desk.took.items() if what.startswith("edit") and "refused" not in what
                 for took in each]  # fmt: skip
        p50, p95 = statistics.median(edits), np.percentile(edits, 95)
        worked = [cpu for what, each in desk.cpu.items() if what.startswith("edit") and "refused" not in what
                  for cpu in each]  # fmt: skip
        cpu50, cpu95 = statistics.median(worked), np.percentile(worked, 95)
        print(
            f"edits of all kinds: {len(edits)} × p50 {p50:.0f} ms, p95 {p95:.0f} ms;"
            f" processor p50 {cpu50:.0f} ms, p95 {cpu95:.0f} ms"
        )
        desk.call("read a plan of many edits", "GET", desk.path)
        desk.call("withdraw", "POST", f"{desk.path}/withdrawal", body={})
        desk.open(town.code)
        done = 0
        for code in chosen:
            done += (
                desk.edit("edit: split", {"operation": "split", "grid": code, "line": across(shapes[code])})
                .status_code == 201
            )  # fmt: skip
            if done == 25:  # 50 grids: 25 changed, 25 new
                break
        for _ in range(5):
            desk.call("open a plan", "GET", desk.path)
            desk.call("its whole net", "GET", f"{desk.path}/net")
            desk.call("diff", "GET", f"{desk.path}/diff")
            desk.call("problems", "GET", f"{desk.path}/problems")
        changed = len(desk.call("diff", "GET", f"{desk.path}/diff").json()["grids"])
        desk.publish()
        print(f"published with {changed} changed grids")
        desk.show()


def across(shape: Any) -> dict[str, Any]:
    """A line from west to east through the middle of a grid, or from south to north if that is shorter."""
    west, south, east, north = shape.bounds
    x, y = shapely.point_on_surface(shape).coords[0]
    reach = 0.0003
    line = (
        [[west - reach, y], [east + reach, y]]
        if north - south > east - west
        else [[x, south - reach], [x, north + reach]]
    )
    return {"type": "LineString", "coordinates": line}


def _history(database: Database, count: int) -> None:
    from tests.boundaries import towns
    from tests.boundaries.land.plans import drawn

    with database.transaction() as session:
        drawn.town(session)
    people = {role: Actor(role, role) for role in ROLES}
    started = time.perf_counter()
    for number in range(count):
        with database.transaction() as session:
            district = districts.get(session, towns.DISTRICT)
            plan = plans.create(session, district, title="名", scope=towns.A, by=people["planner"])
            # a border vertex that goes to and fro, so that every version has other shapes
            edits = (
                (
                    "redraw",
                    {
                        "a": drawn.A1,
                        "b": drawn.A2,
                        "line": drawn.line((5, 10), (4.2, 8.7), (4.2, 7.8), (5, 5)),
                    },
                ),
                (
                    "redraw",
                    {
                        "a": drawn.A1,
                        "b": drawn.A2,
                        "line": drawn.line((5, 10), (5.6, 8.7), (5.6, 7.8), (5, 5)),
                    },
                ),
            )
            plans.edit(session, district, plan.code, *edits[number % 2], seen=None, by=people["planner"])
            for step, role in (("submit", "planner"), ("review", "reviewer"), ("approve", "approver")):
                plans.step(session, district, plan.code, step, seen=None, by=people[role])
            plans.publish(session, district, plan.code, seen=None, by=people["approver"])
    print(f"{count} publications in {time.perf_counter() - started:.0f} s", flush=True)
    with _served(database) as client:
        lon, lat = towns.at(1, 6)
        with database.transaction() as session:
            then = session.execute(
                text("select effective_from from yiwang.net_version where number = :n"),
                {"n": count // 2},
            ).scalar_one()
        asked = {"lon": lon, "lat": lat, "datum": "wgs84"}
        header = {"Authorization": "Basic " + base64.b64encode(f"planner:{PASSWORD}".encode()).decode()}
        for what, more in (
            ("first lookup at a past instant", {"at": (then + timedelta(microseconds=1)).isoformat()}),
        ):
            print(f"{what}: {_ms(client, asked | more, header):.1f} ms")
        now, past = [], []
        for _ in range(500):  # in turns, so that both see the same machine
            now.append(_ms(client, asked, header))
            past.append(_ms(client, asked | {"at": (then + timedelta(microseconds=2)).isoformat()}, header))
        print(
            f"lookup now p50 {statistics.median(now):.2f} ms, at= p50 {statistics.median(past):.2f} ms,"
            f" ratio {statistics.median(past) / statistics.median(now):.2f} ({datetime.now(UTC):%Y-%m-%d})"
        )


def _ms(client: TestClient, asked: dict[str, Any], header: dict[str, str]) -> float:
    started = time.perf_counter()
    reply = client.get("/v1/lookup", params=asked, headers=header)
    took = 1000 * (time.perf_counter() - started)
    assert reply.status_code == 200, reply.text
    return took


if __name__ == "__main__":
    main(sys.argv[1:])
