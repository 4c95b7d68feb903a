"""The other ways to find the owner of points, each over the same polygons: libraries in this process."""

import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from tests.oracles.owners import owners_by_covered_by

Points = NDArray[np.float64]
Shapes = NDArray[np.object_]
Owners = NDArray[np.int32]


@dataclass(frozen=True)
class Peer:
    """One way to ask. load: takes the points into the peer's own form, before the clock; ask: answers."""

    name: str
    load: Callable[[Points], Any]
    ask: Callable[[Any], Owners]
    cpu: Callable[[], float] = time.process_time
    share: float = 1.0  # of the points that the others are asked


def lowest(count: int, which: Any, positions: Any) -> Owners:
    """The lowest position of each of `count` points among the pairs (point, position); -1 for none."""
    owners = np.full(count, np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(owners, np.asarray(which), np.asarray(positions).astype(np.int32))
    owners[owners == np.iinfo(np.int32).max] = -1
    return owners


def sjoin(shapes: Shapes) -> Peer:
    """`geopandas.sjoin`."""
    frame = gpd.GeoDataFrame({"position": np.arange(len(shapes))}, geometry=shapes, crs=4326)

    def ask(points: gpd.GeoDataFrame) -> Owners:
        joined = gpd.sjoin(points, frame, how="left", predicate="covered_by")
        owners = joined.groupby(level=0)["position"].min()
        return owners.fillna(-1).to_numpy().astype(np.int32)

    return Peer("geopandas.sjoin", _frame, ask)


def strtree(shapes: Shapes) -> Peer:
    """`shapely.STRtree.query` over all points at once."""
    return Peer("STRtree.query", lambda points: points, lambda points: owners_by_covered_by(shapes, points))


def prepared_boxes(shapes: Shapes) -> Peer:
    """Points sorted by x; for each polygon the slice inside its box, then the prepared predicate."""
    shapely.prepare(shapes)
    bounds = shapely.bounds(shapes)

    def ask(points: Points) -> Owners:
        order = np.argsort(points[:, 0], kind="stable")
        x, y = points[order, 0], points[order, 1]
        starts, stops = np.searchsorted(x, bounds[:, 0], "left"), np.searchsorted(x, bounds[:, 2], "right")
        found = np.full(len(points), -1, dtype=np.int32)
        for position in range(len(shapes) - 1, -1, -1):
            part = slice(starts[position], stops[position])
            inside = (
                np.flatnonzero((y[part] >= bounds[position, 1]) & (y[part] <= bounds[position, 3]))
                + part.start
            )
            covered = shapely.intersects_xy(shapes[position], x[inside], y[inside])
            found[inside[covered]] = position
        owners = np.empty_like(found)
        owners[order] = found
        return owners

    # what it costs for each polygon must not weigh on few points
    return Peer("sorted boxes + prepared intersects_xy", lambda points: points, ask, share=10.0)


def sedona(shapes: Shapes) -> Peer:
    """SedonaDB's spatial join."""
    import sedonadb

    context = sedonadb.connect()
    context.create_data_frame(
        gpd.GeoDataFrame(
            {"position": np.arange(len(shapes), dtype=np.int32)}, geometry=gpd.GeoSeries(shapes, crs=4326)
        )
    ).to_memtable().to_view("grids")

    def load(points: Points) -> int:
        frame = _frame(points).rename_axis("i").reset_index()
        context.create_data_frame(frame).to_memtable().to_view("points", overwrite=True)
        return len(points)

    def ask(count: int) -> Owners:
        pairs = pa.RecordBatchReader.from_stream(
            context.sql(
                "select p.i, g.position from points p join grids g on st_intersects(g.geometry, p.geometry)"
            )
        ).read_all()
        return lowest(count, pairs["i"], pairs["position"])

    return Peer(f"SedonaDB {sedonadb.__version__}", load, ask)


def duckdb_spatial(shapes: Shapes) -> Peer:
    """DuckDB with its spatial extension, which comes as a wheel of its own for just that version of it."""
    duckdb: Any = importlib.import_module("duckdb")
    spatial = importlib.import_module("duckdb_extension_spatial")
    home = Path(str(spatial.__file__)).parent / "extensions" / f"v{duckdb.__version__}"
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    connection.execute(f"load '{home / 'spatial.duckdb_extension'}'")
    connection.execute("set threads = 1")
    connection.register(
        "given_grids",
        pa.table(
            {
                "position": pa.array(np.arange(len(shapes), dtype=np.int32)),
                "wkb": pa.array(shapely.to_wkb(shapes), pa.binary()),
            }
        ),
    )
    connection.execute("create table grids as select position, st_geomfromwkb(wkb) as geom from given_grids")

    def load(points: Points) -> int:
        frame = pd.DataFrame({"i": np.arange(len(points)), "x": points[:, 0], "y": points[:, 1]})
        connection.register("given", frame)
        connection.execute("create or replace table points as select i, st_point(x, y) as geom from given")
        return len(points)

    def ask(count: int) -> Owners:
        pairs = connection.execute(
            "select p.i, g.position from points p join grids g on st_intersects(g.geom, p.geom)"
        ).fetchnumpy()
        return lowest(count, pairs["i"], pairs["position"])

    return Peer(f"DuckDB {duckdb.__version__} spatial", load, ask)


def _frame(points: Points) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(points[:, 0], points[:, 1], crs=4326))
