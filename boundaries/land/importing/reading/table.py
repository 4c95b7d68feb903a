"""What every reader gives: rows as the file has them, with nothing decided yet."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from boundaries.land.importing.report import Finding


@dataclass
class Table:
    """One layer of one file.

    cells: one column per attribute, of objects, with a plain 0…n-1 index; None is an empty cell.
    rows: the number of each row as the user counts it. shapes: shapely geometries or None, 2D, in the
    file's own frame; absent where the format has no geometry. crs: what the file says, None if silent;
    by_definition: the format itself fixes it (GeoJSON, KML). broken: row position → what is wrong with
    it, for rows that could not be read whole.
    """

    format: str
    cells: pd.DataFrame
    rows: NDArray[np.int64]
    shapes: NDArray[np.object_] | None = None
    crs: CRS | None = None
    by_definition: bool = False
    layer: str | None = None
    encoding: str | None = None
    findings: list[Finding] = field(default_factory=list)
    broken: dict[int, tuple[str, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(str(column) for column in self.cells.columns)
