"""An invented district of any size in a private PostGIS, for benchmarks that need a large one."""

import math
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from boundaries import demo
from boundaries.duty import matters
from boundaries.store import cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from gis.synthetic import JINCHENG, Town, make_town

N_GRIDS, N_BUILDINGS = 3000, 100_000


@contextmanager
def register() -> Iterator[tuple[Database, Path]]:
    """An empty register of its own and its folder, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="yiwang-bench-", dir="/tmp"))
    try:
        database = Database.open(Settings(home=home))
        yield database, home
        database.close()
    finally:
        cluster.stop(home, immediately=True)
        shutil.rmtree(home, ignore_errors=True)


def large(n_grids: int = N_GRIDS, n_buildings: int = N_BUILDINGS, *, n_incidents: int = 5000) -> Town:
    """A district with about as many grids and at most as many buildings, five households each."""
    return make_town(
        demo.tree(),
        seed=1,
        layout=JINCHENG.enlarged(max(1.0, math.sqrt(n_buildings / 30_000))),
        matters=matters.national(),
        n_grids=n_grids,
        n_buildings=n_buildings,
        n_households=5 * n_buildings,
        n_incidents=n_incidents,
    )
