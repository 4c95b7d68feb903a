"""A small district to import into, and the files that its office would send.

Two communities side by side under one street, each 0.01° × 0.01°, to be filled with four and two grids.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy.orm import Session

from boundaries.land import areas, districts
from boundaries.store import clock
from boundaries.store.tables import District
from tests.boundaries.towns import STREETS, YEAR, A, B, box

CODES = [f"{A}001", f"{A}002", f"{A}003", f"{A}004", f"{B}001", f"{B}002"]
SHAPES = [
    box(0, 5, 5, 10),
    box(5, 5, 10, 10),
    box(0, 0, 5, 5),
    box(5, 0, 10, 5),
    box(10, 0, 15, 10),
    box(15, 0, 20, 10),
]
STREET = next(iter(STREETS))


def found(session: Session) -> District:
    """The district with its two communities and their outlines, and no grid yet."""
    district = districts.create(session, code="140502", name="城区", metric_crs=4547)
    frame = pd.DataFrame(
        {
            "code": ["140502", STREET, A, B],
            "name": ["城区", "东街街道", "笔峰寺社区", "南大街社区"],
            "level": ["district", "street", "community", "community"],
            "parent_code": [None, "140502", STREET, STREET],
            "geometry": [None, None, box(0, 0, 10, 10), box(10, 0, 20, 10)],
        }
    )
    areas.put(session, district, frame, valid_from=YEAR, stamp=clock.stamp(session))
    return district


def grid_frame(**columns: Any) -> gpd.GeoDataFrame:
    """The six grids as a sound file has them; `columns` replace or add some."""
    names = [f"第{n}网格" for n in "一二三四五六"]
    data = {"网格编码": CODES, "网格名称": names, "geometry": SHAPES} | columns
    return gpd.GeoDataFrame(data, geometry="geometry", crs=4490)


def gpkg(folder: Path, frame: gpd.GeoDataFrame, name: str = "grids.gpkg") -> Path:
    """The frame as a GeoPackage."""
    frame.to_file(folder / name, driver="GPKG")
    return folder / name


def endless(folder: Path) -> Path:
    """A GeoPackage of a few kilobytes whose layer is a view that counts on for ever."""
    path = gpkg(folder, grid_frame(), "endless.gpkg")
    with closing(sqlite3.connect(path)) as base:
        base.execute(
            "create view more as with recursive n(i) as (select 1 union all select i + 1 from n)"
            " select n.i as fid, g.geom as geom, g.网格编码 as 网格编码 from n, endless g"
        )
        for table in ("gpkg_contents", "gpkg_geometry_columns"):
            columns = [row[1] for row in base.execute(f"pragma table_info({table})")]
            others = ", ".join(column for column in columns if column not in ("table_name", "identifier"))
            names, values = "table_name, ", "'more', "
            if "identifier" in columns:
                names, values = "table_name, identifier, ", "'more', 'more', "
            base.execute(f"insert into {table} ({names}{others}) select {values}{others} from {table}")
        base.commit()
    return path


def csv(folder: Path, text: str, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    """A text as a file."""
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name
