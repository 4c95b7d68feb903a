"""What a district needs of a machine: memory, disk and processor of the real server, for districts that grow.

`./run bench sizing [GRIDS,BUILDINGS …]`: an invented district of each size in a private PostGIS of its own,
`yiwang serve` over it as it runs in service, and look-ups by 400 places in turn over one connection.
Processor time and memory are read from /proc, so other work on the machine counts little.
"""

import base64
import itertools
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
import psycopg

from api import accounts
from benchmarks.measuring import circumstances, cpu_of
from boundaries import demo
from boundaries.duty import matters
from boundaries.store import cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from gis.synthetic import JINCHENG, make_town

SIZES = ("300,10000", "1000,30000", "3000,100000")
LOOKUPS = 4000
_HEADER = (
    "| grids | buildings | start, s CPU | memory, MiB | after look-ups, MiB | register, MB | µs CPU each |"
)


def main(arguments: list[str]) -> None:
    """Print a table with a row for each size."""
    print(circumstances(), flush=True)
    print(_HEADER, "|" + "---|" * 7, sep="\n", flush=True)
    for size in arguments or SIZES:
        grids, buildings = (int(each) for each in size.split(","))
        home = Path(tempfile.mkdtemp(prefix="yiwang-bench-", dir="/tmp"))
        try:
            places = _fill(home, grids, buildings)
            print(_measured(home, places), flush=True)
        finally:
            cluster.stop(home, immediately=True)
            shutil.rmtree(home, ignore_errors=True)


def _fill(home: Path, n_grids: int, n_buildings: int) -> list[tuple[float, float]]:
    """The district, and 400 places of it as lon, lat."""
    town = make_town(
        demo.tree(),
        seed=1,
        layout=JINCHENG.enlarged(max(1.0, math.sqrt(n_buildings / 30_000))),
        matters=matters.national(),
        n_grids=n_grids,
        n_buildings=n_buildings,
        n_households=5 * n_buildings,
        n_incidents=5000,
    )
    database = Database.open(Settings(home=home))
    with database.transaction() as session:
        demo.put(session, town, matters.national())
        accounts.put(session, name="size", password="size", role="dispatcher")
    database.close()
    chosen = np.random.default_rng(1).choice(len(town.buildings), 400, replace=False)
    middles = town.buildings.geometry.iloc[chosen].representative_point()
    return list(zip(middles.x.tolist(), middles.y.tolist(), strict=True))


def _measured(home: Path, places: list[tuple[float, float]]) -> str:
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "serve", "--port", "0"],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "YIWANG_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = "http://127.0.0.1:" + process.stdout.readline().split("http://localhost:")[1].split()[0].strip(
            "/ "
        )
        sign = {"Authorization": "Basic " + base64.b64encode(b"size:size").decode()}
        with httpx.Client(base_url=url, headers=sign, timeout=300) as client:
            while client.get("/readyz").status_code != 200:
                time.sleep(0.2)
            time.sleep(2)  # what is made ready behind the first answer
            started, resident = cpu_of(process.pid), _resident_mib(process.pid)
            counts = client.get("/v1/district").json()
            each = _each_us(client, process.pid, places)
        after = _resident_mib(process.pid)
    finally:
        process.terminate()
        process.wait()
    grids, buildings = counts["counts"]["grids"], counts["counts"]["buildings"]
    return (
        f"| {grids:,} | {buildings:,} | {started:.1f} | {resident:.0f} | {after:.0f} |"
        f" {_register_mb(home):.0f} | {each:.0f} |"
    )


def _each_us(client: httpx.Client, pid: int, places: list[tuple[float, float]]) -> float:
    asked = [f"/v1/lookup?lon={lon:.7f}&lat={lat:.7f}&datum=wgs84" for lon, lat in places]
    for path in asked:  # not counted: the first answer of a place renders it
        client.get(path).raise_for_status()
    before = cpu_of(pid)
    for path in itertools.islice(itertools.cycle(asked), LOOKUPS):
        client.get(path).raise_for_status()
    return (cpu_of(pid) - before) / LOOKUPS * 1e6


def _resident_mib(pid: int) -> float:
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(row for row in rows if row.startswith("VmRSS")).split()[1]) / 1024


def _register_mb(home: Path) -> float:
    with psycopg.connect(cluster.ensure(home)) as connection:
        row = connection.execute("select pg_database_size(current_database())").fetchone()
        assert row is not None
        return float(row[0]) / 1e6
