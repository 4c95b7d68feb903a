"""How long the demo district takes: inventing it, and building it into a private PostGIS.

`./run bench demo_build`; the bound is 30 s for the whole on two cores.
"""

import os
import platform
import shutil
import tempfile
import time
from pathlib import Path

from boundaries import demo
from boundaries.duty import matters
from boundaries.store import cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from gis.synthetic import make_town


def main(arguments: list[str]) -> None:
    """Print seconds of wall clock and of this process's CPU, step by step."""
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    wall, cpu = time.perf_counter(), time.process_time()
    make_town(demo.tree(), seed=demo.SEED, matters=matters.national())
    print(f"inventing: {time.perf_counter() - wall:.1f} s wall, {time.process_time() - cpu:.1f} s CPU")
    home = Path(tempfile.mkdtemp(prefix="yiwang-bench-", dir="/tmp"))
    try:
        database = Database.open(Settings(home=home))
        last = time.perf_counter()
        wall, cpu, before = last, time.process_time(), ""

        def show(what: str, number: int, total: int) -> None:
            nonlocal last, before
            now = time.perf_counter()
            if before:
                print(f"  {before}: {now - last:.2f} s")
            last, before = now, what

        demo.build(database, on_progress=show)
        show("", 0, 0)
        print(f"all: {time.perf_counter() - wall:.1f} s wall, {time.process_time() - cpu:.1f} s CPU here")
        database.close()
    finally:
        cluster.stop(home, immediately=True)
        shutil.rmtree(home, ignore_errors=True)
