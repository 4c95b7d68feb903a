"""Where every incident lies in one state of the net."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.affairs.columns import IncidentColumns

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

NEAR_BUILDING_M = 30.0


@dataclass(frozen=True)
class Places:
    """Where every incident lies in one state of the net: position among the ground grids, -1 outside.

    households: of each ground grid, those of stacked grids with their host. code_of_version: grid codes by
    the id of a version.
    """

    snapshot: "Snapshot"
    columns: IncidentColumns
    grid: NDArray[np.int64]
    areas_of_grid: list[frozenset[str]]
    households: NDArray[np.float64]
    code_of_version: Mapping[int, str]

    @classmethod
    def of(
        cls, snapshot: "Snapshot", columns: IncidentColumns, code_of_version: Mapping[int, str]
    ) -> "Places":
        """Look every incident up: some 50 ns each."""
        chains = {}
        for grid in snapshot.ground:
            if grid.community not in chains:
                chains[grid.community] = frozenset(snapshot.area_codes(grid.community))
        households = np.zeros(len(snapshot.ground))
        for building in snapshot.buildings.values():
            grid_record = snapshot.grids.get(building.grid or "")
            if grid_record is not None:
                position = snapshot.position.get(grid_record.host or grid_record.code)
                if position is not None:
                    households[position] += building.households or 0
        return cls(
            snapshot,
            columns,
            snapshot.locate(columns.lonlat).astype(np.int64)
            if len(columns)
            else np.array([], dtype=np.int64),
            [chains[grid.community] for grid in snapshot.ground],
            households,
            code_of_version,
        )

    @cached_property
    def building(self) -> NDArray[np.int64]:
        """Position in the snapshot's `building_list` of the nearest building within 30 m, -1 without one."""
        of_point = np.full(len(self.columns), -1, dtype=np.int64)
        if not self.snapshot.building_list or not len(of_point):
            return of_point
        frame = self.snapshot.frame
        doors, door_of = np.unique(self.columns.lonlat, axis=0, return_inverse=True)
        tree = shapely.STRtree(frame.project(self.snapshot.building_tree.geometries))
        points, buildings = tree.query_nearest(
            shapely.points(frame.points(doors)), max_distance=NEAR_BUILDING_M, all_matches=False
        )
        nearest = np.full(len(doors), -1, dtype=np.int64)
        nearest[points] = buildings
        of_point[:] = nearest[door_of.ravel()]
        return of_point
