"""The figures of a plan, from its polygons and its borders."""

import math

import numpy as np
import pandas as pd
import shapely

from gis.partition.aims import Aim
from gis.partition.lattice import Floats, Longs, Shapes
from gis.partition.request import Request
from gis.partition.result import Blocker, PartitionFigures
from gis.partition.settling import fits_nowhere


def figures_of(
    request: Request, label: Longs, polygons: Shapes, aim: Aim, home: Longs | None
) -> PartitionFigures:
    """label, home: (units,) the grid and the present grid (-1 none) of each unit; aim: of each grid."""
    grids = len(aim.target)
    graph, cells = request.graph, request.cells
    held = np.bincount(label, graph.weight, grids)
    metric = request.frame.project(polygons)
    area, perimeter = shapely.area(metric), shapely.length(metric)
    unit = request.unit_of_buildings()
    of_building = np.where(unit >= 0, label[np.maximum(unit, 0)], -1)
    present = np.full(len(graph), -1, dtype=np.int64) if home is None else home
    moved = (present >= 0) & (present != label)
    edges = cells.edges
    of_cell = label[request.unit]
    inner = (edges.right >= 0) & (of_cell[edges.left] != of_cell[np.maximum(edges.right, 0)])
    metres = float(edges.metres[inner].sum())
    frame = pd.DataFrame(
        {
            "households": held,
            "target": aim.target,
            "deviation": np.divide(held - aim.target, aim.target, out=np.zeros(grids), where=aim.target > 0),
            "low": aim.low,
            "high": aim.high,
            "kept": (held >= aim.low) & (held <= aim.high),
            "area_m2": area,
            "perimeter_m": perimeter,
            "compactness": 4 * math.pi * area / perimeter**2,
            "buildings": np.bincount(of_building[of_building >= 0], minlength=grids),
            "moved_households": np.bincount(label[moved], graph.weight[moved], grids),
        }
    )
    return PartitionFigures(
        grids=frame,
        balanced_by=request.balanced_by,
        inner_border_m=metres,
        along_barriers=float(edges.metres[inner & edges.along].sum()) / metres if metres else 1.0,
        border_cost_m=float(edges.cost[inner].sum()),
        moved_households=float(graph.weight[moved].sum()),
        least_moved=_least_moved(graph.weight, present, aim),
        split_compounds=_split(request, of_building),
        relocated=_relocated(present, label, grids),
    )


def _least_moved(weight: Floats, home: Longs, aim: Aim) -> float:
    if (home < 0).all():
        return 0.0
    before = np.bincount(home[home >= 0], weight[home >= 0], len(aim.target))
    return float(np.maximum(before - aim.high, 0).sum())


def _relocated(home: Longs, label: Longs, grids: int) -> tuple[int, ...]:
    stay = home == label
    before, kept = (np.bincount(home[each], minlength=grids) > 0 for each in (home >= 0, stay))
    return tuple(np.flatnonzero(before & ~kept).tolist())


def _split(request: Request, of_building: Longs) -> tuple[object, ...]:
    """Compounds whose buildings lie in more than one grid."""
    known = (request.compound >= 0) & (of_building >= 0)
    pairs = np.unique(np.stack([request.compound[known], of_building[known]], axis=1), axis=0)
    names, count = np.unique(pairs[:, 0], return_counts=True)
    return tuple(request.names[name] for name in names[count > 1])


def blockers_of(
    request: Request, label: Longs, aim: Aim, known: list[Blocker], free: Longs, *, prove: bool
) -> tuple[Blocker, ...]:
    """Certificates for the bands that are not kept, and the grids for which there is none. free: grids;
    prove: look for units that fit into no grid, the bands being the same for all."""
    out = list(known)
    held = np.bincount(label, request.graph.weight, len(aim.target))
    unit = request.unit_of_buildings()
    excused = set()
    for heavy in np.flatnonzero(request.graph.weight > aim.high[label]).tolist():
        if label[heavy] not in free:
            continue
        excused.add(int(label[heavy]))
        out.append(
            Blocker(
                "unit-over",
                "buildings that stay together weigh more than the upper bound",
                float(request.graph.weight[heavy]),
                float(aim.high[label[heavy]]),
                buildings=tuple(np.flatnonzero(unit == heavy).tolist()),
                grids=(int(label[heavy]),),
            )
        )
    excused.update(grid for blocker in known for grid in blocker.grids)
    if prove:
        missed = (held < aim.low) | (held > aim.high)
        out += _fitting_nowhere(request, label, aim, [g for g in free.tolist() if missed[g]], free, excused)
    for grid in free.tolist():
        over, under = held[grid] > aim.high[grid], held[grid] < aim.low[grid]
        if (over or under) and grid not in excused:
            bound = aim.high[grid] if over else aim.low[grid]
            out.append(
                Blocker(
                    "not-reached",
                    "the search found none better",
                    float(held[grid]),
                    float(bound),
                    (),
                    (grid,),
                )
            )
    return tuple(out)


def _fitting_nowhere(
    request: Request, label: Longs, aim: Aim, out: list[int], free: Longs, excused: set[int]
) -> list[Blocker]:
    """For each grid out of its band the first of its units with a building that no connected free ground
    within the band holds, if there is one; adds the grids to those excused."""
    here = np.flatnonzero(np.isin(label, free))
    graph, of_building = request.graph.part(here), request.unit_of_buildings()
    built = np.isin(here, of_building)
    blockers = []
    for grid in out:
        low, high = float(aim.low[grid]), float(aim.high[grid])
        for unit in np.flatnonzero(built & (label[here] == grid)).tolist() if grid not in excused else []:
            if fits_nowhere(graph, unit, low, high):
                excused.add(grid)
                blockers.append(
                    Blocker(
                        "fits-nowhere",
                        "no connected ground with these buildings lies within the bounds",
                        float(graph.weight[unit]),
                        low,
                        buildings=tuple(np.flatnonzero(of_building == here[unit]).tolist()),
                        grids=(grid,),
                    )
                )
                break
    return blockers
