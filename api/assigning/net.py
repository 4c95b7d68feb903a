"""The net to assign to: polygons of a file, or the grids of a district in the register."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from api.assigning.refusals import AssignRefused
from boundaries.duty import snapshot
from gis.locate import GridIndex, PolygonsRefused

WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class Net:
    """An index over polygons in WGS 84 degrees, and their codes: codes[position], sorted."""

    index: GridIndex
    codes: NDArray[np.object_]
    shapes: NDArray[np.object_]

    def frame(self) -> gpd.GeoDataFrame:
        """The polygons with their codes, for a file that `net_from_file` reads with the column `code`."""
        return gpd.GeoDataFrame({"code": self.codes}, geometry=self.shapes, crs=WGS84)


def net_from_file(path: Path, code_column: str, *, lowest_wins: bool = False) -> Net:
    """Polygons of any file that geopandas reads, by the codes in one of its columns.

    lowest_wins: accept overlapping polygons; the lowest code then owns the common ground.
    Raises AssignRefused: no such column, a code missing or twice, no CRS, overlapping or invalid polygons.
    """
    frame = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)
    if code_column not in frame.columns:
        columns = ", ".join(str(column) for column in frame.columns if column != frame.geometry.name)
        raise AssignRefused(f"{path.name} has no column {code_column}; it has: {columns}")
    if frame.crs is None:
        raise AssignRefused(f"{path.name} states no CRS")
    codes = frame[code_column]
    if codes.isna().any() or codes.duplicated().any():
        raise AssignRefused(f"{path.name}: every polygon needs a {code_column} of its own")
    frame = frame.assign(**{code_column: codes.astype(str)}).sort_values(code_column)
    if not frame.crs.is_geographic:
        frame = frame.to_crs(WGS84)
    try:
        index = GridIndex(frame.geometry, overlaps="lowest" if lowest_wins else "refuse")
    except PolygonsRefused as refused:
        raise AssignRefused(f"{path.name} (polygons in the order of {code_column}): {refused}") from refused
    codes = frame[code_column].to_numpy(dtype=object)
    return Net(index, codes, np.asarray(frame.geometry.to_numpy(), dtype=object))


def net_of_district(session: Session, district: str) -> Net:
    """The ground grids of a district as they are now. Raises UnknownDistrict."""
    current = snapshot.build(session, district)
    codes = np.array([grid.code for grid in current.ground], dtype=object)
    return Net(current.index, codes, np.asarray(current.shapes, dtype=object))
