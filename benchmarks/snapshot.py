"""How long until a change is in the answers: 3,000 grids, 30,000 buildings, 60 matters, 8,000 duties.

`./run bench snapshot`: an invented register of that size in a private PostGIS; then one leader changes, and
the snapshot is built anew, from nothing and from the one before; and one answer is timed on both.
"""

import os
import shutil
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import text

from benchmarks.measuring import circumstances
from boundaries.duty import duties, matters, parties, snapshot
from boundaries.land import addresses, areas, assignment, buildings, districts, grids, versions
from boundaries.store import clock, cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
WEST, SOUTH, STEP = 112.70, 35.40, 0.002
COLUMNS, ROWS = 60, 50
MATTERS = 60
DISTRICT = "140502"
Took = tuple[float, float, float]


def main(arguments: list[str]) -> None:
    """Print medians of wall clock and CPU over ten changes."""
    print(circumstances())
    home = Path(tempfile.mkdtemp(prefix="yiwang-bench-", dir="/tmp"))
    try:
        database = Database.open(Settings(home=home))
        _fill(database)
        _measure(database, changes=int(arguments[0]) if arguments else 10)
        database.close()
    finally:
        cluster.stop(home, immediately=True)
        shutil.rmtree(home, ignore_errors=True)


def _measure(database: Database, *, changes: int) -> None:
    with database.transaction() as session:
        held = snapshot.build(session, DISTRICT).warm()
    points = np.column_stack(
        [
            np.random.default_rng(1).uniform(WEST, WEST + COLUMNS * STEP, 2000),
            np.random.default_rng(2).uniform(SOUTH, SOUTH + ROWS * STEP, 2000),
        ]
    ).tolist()
    count = sum(len(each) for each in held.duties.by_place.values())
    sizes = (len(held.ground), len(held.buildings), len(held.matters), count)
    print("{} grids, {} buildings, {} matters, {} duties".format(*sizes))
    first = held
    whole: list[Took] = []
    again: list[Took] = []
    for number in range(changes):
        with database.transaction() as session:
            stamp = clock.stamp(session)
            district = districts.get(session, DISTRICT)
            row = _duty(f"P{number + 100:05d}", "leader", "grid", held.ground[number].code) | {
                "valid_from": stamp
            }
            duties.put(session, district, pd.DataFrame([row]), stamp=stamp)
        whole.append(_built(database, None)[1])
        held, took = _built(database, held)
        again.append(took)
        leader = next(held.duties.at([("grid", held.ground[number].code)], "leader"))
        assert leader.party == f"P{number + 100:05d}"
    for what, timings in (("from nothing", whole), ("from the one before", again)):
        wall, cpu, server = (statistics.median(each[position] for each in timings) for position in range(3))
        worst = max(each[0] for each in timings)
        print(
            f"rebuilt {what}, warm: {wall:.2f} s wall (worst {worst:.2f}),"
            f" {cpu:.2f} s CPU here and {server:.2f} s in PostgreSQL"
        )
    pairs = [(_answer_ms(first, points), _answer_ms(held, points)) for _ in range(5)]  # in turn, alike warm
    old, new = (statistics.median(each[position] for each in pairs) for position in (0, 1))
    print(f"one answer, CPU: {old:.3f} ms of the first snapshot, {new:.3f} ms of the last")


def _built(database: Database, before: snapshot.Snapshot | None) -> tuple[snapshot.Snapshot, Took]:
    """Seconds by the clock, of CPU here, and of CPU in the process of PostgreSQL that served us."""
    wall, cpu = time.perf_counter(), time.process_time()
    with database.transaction() as session:
        pid = session.scalar(text("select pg_backend_pid()"))
        server = _cpu_of(pid)
        made = snapshot.build(session, DISTRICT, before=before)
        server = _cpu_of(pid) - server
    made.warm()
    return made, (time.perf_counter() - wall, time.process_time() - cpu, server)


def _cpu_of(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _answer_ms(held: snapshot.Snapshot, points: list[list[float]]) -> float:
    for point in points[:200]:
        held.answer_point(point)
    taken = []
    for _ in range(3):
        cpu = time.process_time()
        for point in points:
            held.answer_point(point)
        taken.append((time.process_time() - cpu) / len(points) * 1e3)
    return statistics.median(taken)


def _fill(database: Database) -> None:
    rng = np.random.default_rng(0)
    communities = [f"{DISTRICT}{street:03d}{number:03d}" for street in range(1, 7) for number in range(1, 26)]
    tree = [{"code": DISTRICT, "name": "城区", "level": "district", "parent_code": None}]
    tree += [
        {
            "code": f"{DISTRICT}{street:03d}",
            "name": f"第{street}街道",
            "level": "street",
            "parent_code": DISTRICT,
        }
        for street in range(1, 7)
    ]
    tree += [
        {"code": code, "name": f"第{code[-6:]}社区", "level": "community", "parent_code": code[:9]}
        for code in communities
    ]
    cells = [
        shapely.box(
            *np.round([WEST + i * STEP, SOUTH + j * STEP, WEST + (i + 1) * STEP, SOUTH + (j + 1) * STEP], 9)
        )
        for i in range(COLUMNS)
        for j in range(ROWS)
    ]
    per = len(cells) // len(communities)
    codes = [f"{communities[k // per]}{k % per + 1:03d}" for k in range(len(cells))]
    net = gpd.GeoDataFrame(
        {"code": codes, "community_code": [code[:12] for code in codes], "name": ""}, geometry=cells, crs=4326
    )
    corners = np.array([(cell.bounds[0], cell.bounds[1]) for cell in cells for _ in range(10)])
    spots = corners + rng.uniform(0.0001, STEP - 0.0004, corners.shape)
    houses = gpd.GeoDataFrame(
        {
            "code": [f"H{number:05d}" for number in range(len(spots))],
            "name": "",
            "households": rng.integers(10, 60, len(spots)),
        },
        geometry=[shapely.box(*np.round([x, y, x + 0.0002, y + 0.0002], 9)) for x, y in spots],
        crs=4326,
    )
    people = [
        {"code": f"P{number:05d}", "kind": "person", "name": f"王{number}", "phone": f"138{number:08d}"}
        for number in range(6000)
    ]
    posts = [_duty(f"P{k:05d}", "leader", "grid", code) for k, code in enumerate(codes)]
    posts += [_duty(f"P{k + 3000:05d}", "staff", "grid", code) for k, code in enumerate(codes)]
    posts += [_duty(f"P{k:05d}", "deputy", "grid", code) for k, code in enumerate(codes[:1790])]
    posts += [_duty(f"P{k:05d}", "desk", "area", code) for k, code in enumerate(communities)]
    classes = matters.national().head(MATTERS)
    posts += [_duty("P00001", "lead", "area", DISTRICT, matter) for matter in classes["code"]]
    with database.transaction() as session:
        stamp = clock.stamp(session)
        district = districts.create(session, code=DISTRICT, name="城区", metric_crs=4547, ground="invented")
        dated = {"valid_from": SINCE, "stamp": stamp}
        areas.put(session, district, pd.DataFrame(tree), **dated)
        version = versions.open_version(
            session, district, effective_from=SINCE, stamp=stamp, cause="import", made_by="benchmark"
        )
        grids.put(session, district, net, version=version, stamp=stamp)
        buildings.put(session, district, houses, **dated)
        assignment.assign(session, district, **dated)
        texts = pd.DataFrame(
            {"building_code": houses["code"], "text": [f"第{n % 97}路{n}号" for n in range(len(houses))]}
        )
        addresses.put(session, district, texts, **dated)
        matters.put(session, district, classes)
        parties.put(session, district, pd.DataFrame(people), **dated)
        duties.put(session, district, pd.DataFrame(posts), stamp=stamp)


def _duty(party: str, role: str, kind: str, place: str, matter: str = "*") -> dict[str, object]:
    return {
        "party_code": party,
        "role": role,
        "place_kind": kind,
        "place_code": place,
        "matter_code": matter,
        "valid_from": SINCE,
    }
