"""The job of a partition: a community of the register to proposals that a plan can take."""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from api.jobs.previews import Previews
from api.jobs.run import Run
from boundaries.land.balancing import CommunityGround, read_ground, read_lines
from boundaries.store.tables import District
from gis.frames import MetricFrame
from gis.partition import (
    Blocker,
    Progress,
    Proposal,
    blocks,
    compounds,
    hexagons,
    propose,
    squares,
    voronoi,
)


def divide(run: Run, district_id: int, request: Mapping[str, Any]) -> dict[str, Any]:
    """request: as `PartitionIn`. The result is what the routes tell: grids of today, proposals, left_out;
    while it runs also the best so far of the proposal that is searched."""
    with run.database.transaction() as session:
        district = session.get_one(District, district_id)
        ground = read_ground(
            session,
            district,
            request["community"],
            plan=request["plan"],
            weigh=request["weigh"],
            chosen=request.get("chosen"),
            locked=request.get("locked", ()),
        )
        lines = read_lines(session, district, request["roads"]) if request["roads"] else ground.barriers
    if request["method"] != "balanced":
        return {
            "grids": list(ground.grids),
            "proposals": [plain(request["method"], ground, lines, request)],
            "left_out": {},
        }
    bounds, grids = request["bounds"], request["grids"]
    if bounds is None and grids is None:
        grids = len(ground.grids)
    desk = _Desk(run, ground)
    previews = Previews(desk.preview)
    try:
        found = propose(
            ground.outline,
            ground.buildings,
            ground.weight,
            ground.barriers,
            metric_crs=ground.metric_crs,
            grids=grids,
            bounds=None if bounds is None else (bounds[0], bounds[1]),
            present=ground.present,
            names=request["proposals"],
            keep_together=ground.compounds if request["keep_compounds"] else None,
            seed=request["seed"],
            on_progress=desk.progress,
            on_proposal=desk.proposal,
            on_better=previews.offer,
            time_limit_s=request["time_limit_s"],
        )
    finally:
        previews.close()
    return {"grids": list(ground.grids), "proposals": desk.told, "left_out": dict(found.left_out)}


class _Desk:
    """What is told while the search goes on: progress, proposals that stand, and the best so far."""

    def __init__(self, run: Run, ground: CommunityGround) -> None:
        self._run, self._ground = run, ground
        self._lock = threading.Lock()  # previews come from a thread of their own
        self._best: dict[str, Any] = {}
        self._preview: dict[str, Any] | None = None
        self.told: list[dict[str, Any]] = []

    def progress(self, progress: Progress) -> bool:
        """False if the job was cancelled."""
        with self._lock:
            self._best = vars(progress) | {"proposals": len(self.told)}
            return self._run.tell(self._best)

    def proposal(self, proposal: Proposal) -> None:
        """One that stands; its previews are over."""
        with self._lock:
            self.told.append(as_told(proposal, self._ground))
            self._preview = None
            self._publish()

    def preview(self, name: str, number: int, grids: gpd.GeoDataFrame) -> None:
        """The best so far of one that does not stand yet."""
        with self._lock:
            if all(each["name"] != name for each in self.told):
                rows = grids.drop(columns="geometry").to_dict("records")
                self._preview = {"name": name, "number": number, "net": _collection(grids.geometry, rows)}
                self._publish()

    def _publish(self) -> None:
        told = {"grids": list(self._ground.grids), "proposals": list(self.told)}
        if self._preview is not None:
            told["preview"] = self._preview
        self._run.tell(self._best | {"proposals": len(self.told)}, told)


def plain(
    method: str, ground: CommunityGround, lines: gpd.GeoDataFrame, request: Mapping[str, Any]
) -> dict[str, Any]:
    """A plain division as one proposal: which of its borders cut buildings is for the plan to refuse."""
    metric, outline = ground.metric_crs, ground.outline
    match method:
        case "squares":
            tiles = squares(outline, request["side_m"], metric_crs=metric)
        case "hexagons":
            tiles = hexagons(outline, request["side_m"], metric_crs=metric)
        case "stations":
            tiles = voronoi(outline, request["points"], metric_crs=metric)
        case "compounds":
            tiles = compounds(outline, ground.buildings, ground.compounds, metric_crs=metric)
        case _:
            tiles = blocks(outline, lines, metric_crs=metric)
    tiles = tiles[tiles.notna()]
    middles = shapely.point_on_surface(ground.buildings)
    tile, building = shapely.STRtree(middles).query(tiles.to_numpy(), predicate="intersects")
    held = np.bincount(tile, ground.weight[building], len(tiles))
    count = np.bincount(tile, minlength=len(tiles))
    area = MetricFrame.of(metric).area_m2(tiles.to_numpy())
    return {
        "name": method,
        "finished": True,
        "figures": {"grids": len(tiles)},
        "blockers": [],
        "net": _collection(
            tiles,
            [
                {"households": households, "buildings": buildings, "area_m2": area_m2}
                for households, buildings, area_m2 in zip(held, count, area, strict=True)
            ],
        ),
    }


def as_told(proposal: Proposal, ground: CommunityGround) -> dict[str, Any]:
    """A proposal as plain values: figures, blockers, and its grids as GeoJSON in WGS 84."""
    result = proposal.partition
    figures = result.figures
    rows = figures.grids.to_dict("records")
    return {
        "name": proposal.name,
        "finished": result.finished,
        "figures": {
            "grids": len(rows),
            "max_deviation": figures.max_deviation,
            "mean_compactness": figures.mean_compactness,
            "inner_border_m": figures.inner_border_m,
            "along_barriers": figures.along_barriers,
            "border_cost_m": figures.border_cost_m,
            "moved_households": figures.moved_households,
            "least_moved": figures.least_moved,
            "relocated": [ground.grids[position] for position in figures.relocated],
            "split_compounds": [str(name) for name in figures.split_compounds],
            "balanced_by": figures.balanced_by,
        },
        "blockers": [_blocker(each, ground) for each in result.blockers],
        "net": _collection(result.polygons, rows),
    }


def _collection(shapes: Iterable[BaseGeometry], rows: Iterable[Mapping[Any, Any]]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": position,
                "geometry": shapely.geometry.mapping(shape),
                "properties": {name: _number(value) for name, value in row.items()},
            }
            for position, (shape, row) in enumerate(zip(shapes, rows, strict=True))
        ],
    }


def _number(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _blocker(blocker: Blocker, ground: CommunityGround) -> dict[str, Any]:
    """A blocker with the codes of its buildings; one building over the band is a case for 立体 grids."""
    stacked = blocker.cause == "unit-over" and len(blocker.buildings) == 1
    return {
        "cause": blocker.cause,
        "message": blocker.message,
        "weight": blocker.weight,
        "bound": blocker.bound,
        "buildings": [ground.codes[position] for position in blocker.buildings],
        "grids": list(blocker.grids),
        "proposed_kind": "立体" if stacked else None,
    }
