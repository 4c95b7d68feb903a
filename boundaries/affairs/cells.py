"""The cells that a question counts in: grids, areas, buildings, hexagons, squares."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from boundaries.affairs.columns import IncidentColumns
from boundaries.affairs.places import Places
from boundaries.affairs.question import Question
from boundaries.affairs.refusals import BadDensityQuestion
from gis.density import Cells, hexagons, squares

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot


@dataclass(frozen=True)
class Counted:
    """Cells with what rates need; of_point as `gis.density.Cells`. shapes: lon/lat, where at hand."""

    codes: list[str]
    names: list[str]
    area_m2: NDArray[np.float64]
    households: NDArray[np.float64] | None
    of_point: NDArray[np.int64]
    shapes: NDArray[np.object_] | None = None


def cells_of(
    snapshot: "Snapshot",
    columns: IncidentColumns,
    question: Question,
    places: Places,
    chosen: NDArray[np.int64],
) -> Counted:
    if question.unit in ("h3", "square"):
        return _regular(snapshot, columns.lonlat[chosen], question)
    if question.unit == "building":
        return _buildings(snapshot, places.building[chosen])
    if question.unit == "grid" and question.net == "day":
        return _grids_of_the_day(columns.grid_version[chosen], places)
    grid = places.grid[chosen]
    area_m2 = np.array([one.area_m2 or 0.0 for one in snapshot.ground])
    if question.unit == "grid":
        kept = _of_area(places, question.area, len(snapshot.ground))
        number = np.full(len(snapshot.ground) + 1, -1, dtype=np.int64)
        number[np.flatnonzero(kept)] = np.arange(int(kept.sum()))
        ground = [one for one, keep in zip(snapshot.ground, kept, strict=True) if keep]
        return Counted(
            [one.code for one in ground],
            [one.name for one in ground],
            area_m2[kept],
            places.households[kept],
            number[grid],
        )
    return _areas(snapshot, question, places, grid, area_m2)


def _grids_of_the_day(version: NDArray[np.int64], places: Places) -> Counted:
    """Grids as they were called when it happened; a grid that is gone has no ground and no households now."""
    ids, which = np.unique(version, return_inverse=True)
    names = [places.code_of_version.get(number, "") for number in ids.tolist()]
    codes = sorted({name for name in names if name})
    position = {code: number for number, code in enumerate(codes)}
    of_id = np.array([position.get(name, -1) for name in names], dtype=np.int64)
    snapshot = places.snapshot
    standing = [snapshot.position.get(code) for code in codes]
    return Counted(
        codes,
        [snapshot.grids[code].name if code in snapshot.grids else "" for code in codes],
        np.array([0.0 if at is None else snapshot.ground[at].area_m2 or 0.0 for at in standing]),
        np.array([0.0 if at is None else places.households[at] for at in standing]),
        of_id[which.ravel()] if len(ids) else which.ravel(),
    )


def _of_area(places: Places, area: str | None, count: int) -> NDArray[np.bool_]:
    if area is None:
        return np.ones(count, dtype=bool)
    return np.array([area in chain for chain in places.areas_of_grid], dtype=bool)


def _areas(
    snapshot: "Snapshot",
    question: Question,
    places: Places,
    grid: NDArray[np.int64],
    area_m2: NDArray[np.float64],
) -> Counted:
    codes = sorted(
        code
        for code, area in snapshot.areas.items()
        if area.level == question.unit
        and (question.area is None or question.area in snapshot.area_codes(code))
    )
    position = {code: number for number, code in enumerate(codes)}
    of_grid = np.array(
        [next((position[code] for code in chain if code in position), -1) for chain in places.areas_of_grid]
        + [-1],
        dtype=np.int64,
    )
    inside = of_grid[:-1] >= 0

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.bincount(of_grid[:-1][inside], weights=values[inside], minlength=len(codes))
        return np.asarray(total, dtype=np.float64)

    return Counted(
        codes,
        [snapshot.areas[code].name for code in codes],
        summed(area_m2),
        summed(places.households),
        of_grid[grid],
    )


def _regular(snapshot: "Snapshot", lonlat: NDArray[np.float64], question: Question) -> Counted:
    try:
        cells: Cells = (
            hexagons(lonlat, int(question.size or 9), metric_crs=snapshot.frame)
            if question.unit == "h3"
            else squares(lonlat, question.size or 250.0, metric_crs=snapshot.frame)
        )
    except (ValueError, OverflowError) as error:
        raise BadDensityQuestion("size", str(question.size), str(error)) from None
    return Counted(cells.codes, cells.codes, cells.area_m2, None, cells.of_point, cells.shapes)


def _buildings(snapshot: "Snapshot", of_point: NDArray[np.int64]) -> Counted:
    listed = snapshot.building_list
    return Counted(
        [one.code for one in listed],
        [one.name for one in listed],
        snapshot.frame.area_m2(snapshot.building_tree.geometries),
        np.array([one.households or 0 for one in listed], dtype=np.float64),
        of_point,
        np.asarray(snapshot.building_tree.geometries, dtype=object),
    )
