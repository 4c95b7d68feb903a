"""A file of grids with far more vertices than any has: answered in bounded memory, and others go on."""

import math
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import httpx
import numpy as np
import pytest
import shapely

from tests import figures
from tests.api.conftest import basic
from tests.api.kills import Server
from tests.api.test_faults import LOOKUP, _growth, served

__all__ = ["served"]


def _file(folder: Path, polygons: int, vertices: int) -> Path:
    """A GeoPackage of grids that lie side by side, each a wavy circle."""
    turn = np.linspace(0, 2 * math.pi, vertices, endpoint=False)
    wave = 1 + 0.05 * np.sin(turn * 40)
    side = math.ceil(math.sqrt(polygons))
    step = 0.01 / side

    def shapes() -> Iterator[shapely.Polygon]:
        for number in range(polygons):
            middle = 112.80 + step * (number % side + 0.5), 35.50 + step * (number // side + 0.5)
            ring = np.column_stack([np.cos(turn), np.sin(turn)]) * (wave * step * 0.4)[:, None] + middle
            yield shapely.Polygon(ring)

    codes = [f"140502001001{number:03d}" for number in range(1, polygons + 1)]
    frame = gpd.GeoDataFrame({"code": codes}, geometry=list(shapes()), crs=4326)
    path = folder / "many.gpkg"
    frame.to_file(path, layer="grids", driver="GPKG")
    return path


def _asked(server: Server, path: Path) -> tuple[int, float, int, list[int]]:
    """(status of the dry run, its seconds, look-ups meanwhile, the statuses of those that failed)."""
    over, statuses = threading.Event(), list[int]()

    def ask() -> None:
        while not over.is_set():
            statuses.append(httpx.get(f"{server.url}/v1/lookup", params=LOOKUP, timeout=120).status_code)
            time.sleep(0.05)

    asking = threading.Thread(target=ask)
    asking.start()
    started = time.monotonic()
    try:
        with path.open("rb") as file:
            reply = httpx.post(
                f"{server.url}/v1/imports",
                files={"file": ("many.gpkg", file)},
                data={"kind": "grids"},
                headers=basic("planner"),
                timeout=1200,
            )
    finally:
        over.set()
        asking.join()
    failed = [status for status in statuses if status != 200]
    return reply.status_code, time.monotonic() - started, len(statuses), failed


@pytest.mark.parametrize(
    ("polygons", "vertices"), [(30, 10_000), pytest.param(999, 10_000, marks=pytest.mark.soak)]
)
def test_many_vertices_are_judged_in_bounded_memory_while_others_ask(
    served: Server, tmp_path: Path, polygons: int, vertices: int
) -> None:
    path = _file(tmp_path, polygons, vertices)
    with _growth(served) as grown:
        status, seconds, lookups, failed = _asked(served, path)
    assert status in (200, 413, 422), status
    assert failed == [] and lookups > 0
    assert grown["grown_mib"] <= 150  # a large file is examined in a process of its own
    if polygons > 100:
        figures.keep(
            "many-vertices",
            polygons=polygons,
            vertices=vertices,
            status=status,
            seconds=round(seconds, 1),
            lookups=lookups,
            failed=len(failed),
            **grown,
        )
