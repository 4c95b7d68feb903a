"""Households: who lives where, in total exactly as many as asked for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.synthetic.footprints import KINDS, Sites

_HOMES = KINDS.index("residential")
_HOUSES = (KINDS.index("house"), KINDS.index("village"))


@dataclass(frozen=True)
class Dwellings:
    """Counts by building, and the households of every 单元 of the buildings that have them."""

    households: NDArray[np.int64]
    residents: NDArray[np.int64]
    part_building: NDArray[np.int64]
    part_number: NDArray[np.int64]  # from 1
    part_households: NDArray[np.int64]


def settle(sites: Sites, group: NDArray[np.int64], n_households: int, rng: np.random.Generator) -> Dwellings:
    """Fill houses with one household or a few, and share the rest among flats.

    group: buildings of one group (a compound) are equally full.
    """
    n = len(sites)
    house, flats = np.isin(sites.kind, _HOUSES), sites.kind == _HOMES
    households = np.where(house, 1 + np.where(sites.floors >= 3, rng.integers(0, 3, n), 0), 0)
    fullness = rng.uniform(0.72, 0.98, int(group.max(initial=0)) + 1)[group]
    doors = np.where(flats, sites.floors * sites.units * sites.flats, 0) * fullness
    rest = n_households - int(households.sum())
    if rest > 0 and doors.sum() > 0:
        households = households + _apportion(doors, rest)
    residents = np.round(households * rng.uniform(2.3, 3.1, n)).astype(np.int64)

    owner = np.repeat(np.flatnonzero(flats), sites.units[flats])
    starts = np.repeat(np.cumsum(sites.units[flats]) - sites.units[flats], sites.units[flats])
    number = np.arange(len(owner)) - starts + 1
    each, over = households[owner] // sites.units[owner], households[owner] % sites.units[owner]
    return Dwellings(households, residents, owner, number, each + (number <= over))


def _apportion(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers in proportion to the weights that add up to `total` (largest remainders)."""
    exact = weights * (total / weights.sum())
    whole = np.floor(exact).astype(np.int64)
    missing = total - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:missing]] += 1
    return np.asarray(whole)
