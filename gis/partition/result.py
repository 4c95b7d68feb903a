"""What comes out: polygons, who is where, how good it is, and what stood in the way."""

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import pandas as pd

from gis.partition.lattice import Longs

Cause = Literal["unit-over", "part-under", "part-over", "no-number-fits", "fits-nowhere", "not-reached"]


@dataclass(frozen=True)
class Blocker:
    """Why a band is not kept.

    unit-over: the buildings (one, or a compound that stays together) weigh more than the upper bound:
    a 立体 grid would divide them. part-under: a disconnected part of the ground weighs less than the lower
    bound, part-over: fewer grids were given to it than it would need. no-number-fits: no whole number of
    grids between weight/high and weight/low. fits-nowhere: whatever connected ground is taken with the
    buildings weighs less than the lower bound or more than the upper. Each of these can be checked, from
    weight and bound or from the cells around the buildings.
    not-reached: the search found nothing better; no proof that there is none.
    """

    cause: Cause
    message: str
    weight: float
    bound: float
    buildings: tuple[int, ...] = ()
    grids: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class PartitionFigures:
    """How good a partition is.

    grids: one row for each polygon: households (what was balanced), target, deviation (share of the
    target), low, high, kept, area_m2, perimeter_m, compactness (4πA/P²), buildings, moved_households.
    along_barriers: share of the inner border. border_cost_m: J, a metre along a barrier counted by its
    weight. least_moved: households above their upper bound before, the fewest that any plan must move.
    relocated: present grids that keep none of their ground: they were moved to where the surplus is.
    """

    grids: pd.DataFrame
    balanced_by: Literal["households", "buildings", "area"]
    inner_border_m: float
    along_barriers: float
    border_cost_m: float
    moved_households: float
    least_moved: float
    split_compounds: tuple[object, ...]
    relocated: tuple[int, ...]

    @property
    def max_deviation(self) -> float:
        """The largest deviation of any grid that was not fixed, as a share of its target."""
        return float(self.grids["deviation"].abs().max())

    @property
    def mean_compactness(self) -> float:
        """Mean 4πA/P² of all grids."""
        return float(self.grids["compactness"].mean())


@dataclass(frozen=True, eq=False)
class Partition:
    """A community divided.

    polygons: lon/lat, fixed or present grids first in their order, then new ones from north to south.
    grid_of_building: (b,) positions in polygons, -1 for a building outside the community.
    finished: False if the time limit or the callback ended the search; the plan is whole all the same.
    """

    polygons: gpd.GeoSeries
    grid_of_building: Longs
    figures: PartitionFigures
    blockers: tuple[Blocker, ...]
    finished: bool
