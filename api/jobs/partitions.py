"""The job of a partition: a community of the register to proposals that a plan can take."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

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
    """request: as `PartitionIn`. The result is what the routes tell: grids of today, proposals, left_out."""
    with run.database.transaction() as session:
        district = session.get_one(District, district_id)
        ground = read_ground(
            session, district, request["community"], plan=request["plan"], weigh=request["weigh"]
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
    told: list[dict[str, Any]] = []
    best: dict[str, Any] = {}

    def on_progress(progress: Progress) -> bool:
        nonlocal best
        best = vars(progress) | {"proposals": len(told)}
        return run.tell(best)

    def on_proposal(proposal: Proposal) -> None:
        told.append(as_told(proposal, ground))
        run.tell(best | {"proposals": len(told)}, {"grids": list(ground.grids), "proposals": list(told)})

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
        on_progress=on_progress,
        on_proposal=on_proposal,
        time_limit_s=request["time_limit_s"],
    )
    return {"grids": list(ground.grids), "proposals": told, "left_out": dict(found.left_out)}


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
        "net": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": position,
                    "geometry": shapely.geometry.mapping(shape),
                    "properties": {
                        "households": float(held[position]),
                        "buildings": int(count[position]),
                        "area_m2": float(area[position]),
                    },
                }
                for position, shape in enumerate(tiles)
            ],
        },
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
            "split_compounds": [str(name) for name in figures.split_compounds],
            "balanced_by": figures.balanced_by,
        },
        "blockers": [_blocker(each, ground) for each in result.blockers],
        "net": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": position,
                    "geometry": shapely.geometry.mapping(shape),
                    "properties": {name: _number(value) for name, value in row.items()},
                }
                for position, (shape, row) in enumerate(zip(result.polygons, rows, strict=True))
            ],
        },
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
