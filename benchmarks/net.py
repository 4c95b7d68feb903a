"""What a net costs that is as large as a big district: building it, and one edit on it, without the register.

`./run bench net [GRIDS BUILDINGS]`: an invented town of 3,000 grids and 100,000 buildings. CPU time of this
process; an edit counts with the figures before and after of the grids it changed.
"""

import math
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from shapely.geometry import LineString, Point

from benchmarks.measuring import circumstances
from boundaries import demo
from gis.net import Buildings, EditRefused, Net, NetChange
from gis.synthetic import JINCHENG, Town, make_town

EDITS = 200
T = TypeVar("T")


def main(arguments: list[str]) -> None:
    """Print what was built and the edits by kind."""
    print(circumstances(), flush=True)
    n_grids, n_buildings = (int(each) for each in arguments) if arguments else (3000, 100_000)
    town, took_s = _timed(lambda: _town(n_grids, n_buildings))
    print(f"inventing the town: {took_s:.1f} s")
    net, took_s = _timed(lambda: _net(town))
    print(f"a net of {len(net.faces)} grids and {len(net.buildings.footprints)} buildings: {took_s:.2f} s")
    _, took_s = _timed(lambda: _edit(net, "split", next(iter(net.faces)), "x", [])())
    print(f"the first edit, which makes the indexes of the buildings: {took_s:.2f} s", flush=True)
    rng = np.random.default_rng(0)
    halves: list[tuple[str, str]] = []
    for kind in ("split", "carve", "merge"):
        took_ms, refused = [], 0
        for number, code in enumerate(rng.choice(sorted(net.faces), EDITS, replace=False)):
            edit = _edit(net, kind, str(code), f"{kind}{number}", halves)
            try:
                change, edit_s = _timed(lambda edit=edit: _with_figures(edit))  # type: ignore[misc]
            except EditRefused:
                refused += 1
                continue
            took_ms.append(1000 * edit_s)
            if kind == "split":
                halves.append((str(code), f"{kind}{number}"))
            net = change.net
        p50, p95 = np.percentile(took_ms, [50, 95])
        print(f"{kind}: {len(took_ms)} × p50 {p50:.1f} ms, p95 {p95:.1f} ms, {refused} refused", flush=True)


def _town(n_grids: int, n_buildings: int) -> Town:
    return make_town(
        demo.tree(), seed=1, layout=JINCHENG.enlarged(max(1.0, math.sqrt(n_buildings / 30_000))),
        n_grids=n_grids, n_buildings=n_buildings, n_households=5 * n_buildings, n_incidents=0,
    )  # fmt: skip


def _net(town: Town) -> Net:
    ground = town.grids[town.grids.geometry.notna()]
    return Net.from_polygons(
        list(ground.code),
        ground.geometry,
        metric_crs=town.metric_crs,
        buildings=Buildings.of(town.buildings.geometry.to_numpy(), town.buildings.households.fillna(0)),
        communities=dict(zip(ground.code, ground.community_code, strict=True)),
    )


def _edit(net: Net, kind: str, code: str, new: str, halves: list[tuple[str, str]]) -> Callable[[], NetChange]:
    if kind == "merge":
        pair = halves.pop()
        return lambda: net.merge(pair, keep=pair[0])
    if kind == "split":
        _, line, codes = _halved(net, code, new)
        return lambda: net.split(code, line, new_codes=codes)
    shape = net.faces[code].shape
    middle = shape.point_on_surface()
    disc = Point(middle).buffer(0.6 * shape.boundary.distance(middle), quad_segs=4)
    return lambda: net.carve(disc, new_code=new)


def _halved(net: Net, code: str, new: str) -> tuple[str, LineString, tuple[str, str]]:
    """A line across the shorter way of a grid, through its middle."""
    shape = net.faces[code].shape
    west, south, east, north = shape.bounds
    x, y = shape.point_on_surface().coords[0]
    along = [(west - 3e-4, y), (east + 3e-4, y)] if north - south > east - west else None
    return code, LineString(along or [(x, south - 3e-4), (x, north + 3e-4)]), (code, new)


def _with_figures(edit: Callable[[], NetChange]) -> NetChange:
    change = edit()
    assert change.figures
    return change


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.process_time()
    made = work()
    return made, time.process_time() - started
