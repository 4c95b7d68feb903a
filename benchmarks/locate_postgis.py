"""PostGIS as a peer of the point index: a private cluster, one backend, its CPU time."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psycopg
import shapely

from benchmarks.locate_peers import Owners, Peer, Points, Shapes, lowest
from benchmarks.measuring import cpu_of
from boundaries.store import cluster


@contextmanager
def postgis(shapes: Shapes) -> Iterator[Peer]:
    """`ST_Covers` by a GiST index over the grids, in one backend."""
    home = Path(tempfile.mkdtemp(prefix="yiwang-bench-", dir="/tmp"))
    try:
        cluster.ensure(home)
        with psycopg.connect(cluster.url(home).replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("create extension if not exists postgis")
            connection.execute("set max_parallel_workers_per_gather = 0")
            connection.execute("create temp table grids (position int, geom geometry)")
            with connection.cursor().copy("copy grids from stdin") as copy:
                for position, wkb in enumerate(shapely.to_wkb(shapes, hex=True, include_srid=False)):
                    copy.write_row((position, wkb))
            connection.execute("create index on grids using gist (geom)")
            connection.execute("analyze grids")
            yield _peer(connection)
    finally:
        cluster.stop(home, immediately=True)
        shutil.rmtree(home, ignore_errors=True)


def _peer(connection: psycopg.Connection) -> Peer:
    backend = connection.info.backend_pid
    version = connection.execute("select postgis_lib_version()").fetchone()
    assert version is not None

    def load(points: Points) -> int:
        connection.execute("drop table if exists points")
        connection.execute("create temp table points (i int, geom geometry)")
        hexed = shapely.to_wkb(shapely.points(points), hex=True)
        with connection.cursor().copy("copy points from stdin") as copy:
            for i, wkb in enumerate(hexed):
                copy.write_row((i, wkb))
        connection.execute("analyze points")
        return len(points)

    def ask(count: int) -> Owners:
        with connection.cursor(binary=True) as cursor:
            cursor.execute("select p.i, g.position from points p join grids g on st_covers(g.geom, p.geom)")
            pairs = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 2)
        return lowest(count, pairs[:, 0], pairs[:, 1])

    return Peer(f"PostGIS {version[0]}", load, ask, cpu=lambda: cpu_of(backend), share=0.1)
