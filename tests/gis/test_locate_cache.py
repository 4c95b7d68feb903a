"""What is compiled once is read later, by anybody, and never when it has become stale."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from numba.core.caching import UserProvidedCacheLocator
from shapely import box

from gis import jit
from gis.locate import GridIndex
from gis.locate.kernels import lookup
from gis.locate.kernels.lookup import locate_point, locate_points
from gis.partition import annealing

_ASK = """
from shapely import box
from gis.locate import GridIndex
from gis.locate.kernels import lookup
index = GridIndex([box(0, 0, 1, 1)])
assert index.locate([(0.5, 0.5), (2, 2)]).tolist() == [0, -1]
assert index.locate([(0.5, 0.5)]).tolist() == [0]
print(sum(lookup.locate_points.stats.cache_hits.values()), sum(lookup.locate_point.stats.cache_hits.values()))
"""


def test_every_kernel_is_stamped_with_the_sources_of_its_folder() -> None:
    for module, compiled in ((lookup, locate_points), (lookup, locate_point), (annealing, annealing.anneal)):
        stamp = compiled._cache._cache_file._source_stamp  # type: ignore[attr-defined]
        assert stamp == jit._sources(Path(module.__file__).parent)


def test_a_cache_that_cannot_be_written_is_read(tmp_path: Path) -> None:
    kernel: Any = locate_points
    locator: Any = UserProvidedCacheLocator
    GridIndex([box(0, 0, 1, 1)]).locate([(0.5, 0.5), (2, 2)])  # compiled and saved by now
    GridIndex([box(0, 0, 1, 1)]).locate([(0.5, 0.5)])
    subfolder = locator.get_suitable_cache_subpath(lookup.__file__)
    # other workers may be writing: what is unfinished goes as it came
    unfinished = shutil.ignore_patterns("*.tmp.*")
    shutil.copytree(kernel._cache.cache_path, tmp_path / subfolder, ignore=unfinished)
    before = sorted(path.name for path in (tmp_path / subfolder).iterdir())
    for path in (*(tmp_path / subfolder).iterdir(), tmp_path / subfolder, tmp_path):
        path.chmod(0o555 if path.is_dir() else 0o444)
    # root writes everywhere, unless it gives that up
    as_anybody = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    try:
        told = subprocess.run(
            [*as_anybody, sys.executable, "-c", _ASK],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert told.split() == ["1", "1"]
        assert sorted(path.name for path in (tmp_path / subfolder).iterdir()) == before
    finally:
        for path in (tmp_path, tmp_path / subfolder):
            path.chmod(0o755)


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
