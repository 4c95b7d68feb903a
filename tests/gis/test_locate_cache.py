"""What is compiled once is read later, by anybody, and never when it has become stale."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gis.locate.kernels import jit
from gis.locate.kernels.lookup import locate_point, locate_points

_ASK = """
from shapely import box
from gis.locate import GridIndex
from gis.locate.kernels import lookup
index = GridIndex([box(0, 0, 1, 1)])
assert index.locate([(0.5, 0.5), (2, 2)]).tolist() == [0, -1]
assert index.locate([(0.5, 0.5)]).tolist() == [0]
print(sum(lookup.locate_points.stats.cache_hits.values()), sum(lookup.locate_point.stats.cache_hits.values()))
"""


def test_every_kernel_is_stamped_with_the_sources_of_all() -> None:
    for compiled in (locate_points, locate_point):
        assert compiled._cache._cache_file._source_stamp == jit._sources()  # type: ignore[attr-defined]


@pytest.mark.soak
def test_a_second_process_compiles_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    told = [
        subprocess.run(
            [sys.executable, "-c", _ASK], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert [line.split() for line in told] == [["0", "0"], ["1", "1"]]
    compiled = sorted(path.name for path in tmp_path.rglob("*.nbc"))
    assert compiled and sorted(path.name for path in tmp_path.rglob("*.nbc")) == compiled
