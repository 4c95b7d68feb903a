"""What every search stands on: compiled kernels."""

import numpy as np
import pytest

from gis.partition import partition, rebalance
from tests.gis.partition.towns import FRAME, terraces


@pytest.fixture(scope="session", autouse=True)
def _compiled():
    """On a fresh machine compiling takes longer than a search has; no clock of a test runs meanwhile."""
    community, houses, streets = terraces(8, 5)
    plan = partition(
        community, houses, np.ones(40), streets, metric_crs=FRAME, grids=5, seed=7, time_limit_s=900
    )
    grown = np.arange(40) % 7 + 1
    rebalance(
        plan.polygons,
        houses,
        grown,
        streets,
        metric_crs=FRAME,
        tolerance=0.05,
        seed=7,
        thorough=True,
        time_limit_s=900,
    )
