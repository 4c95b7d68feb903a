"""The figures of a grid that an edit shows before and after."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gis.frames import MetricFrame
from gis.net.buildings import Buildings
from gis.net.face import Face
from gis.net.stacking import Stack


@dataclass(frozen=True)
class Figures:
    """One grid: area in m², perimeter in m, compactness 4πA/P² (1 is a circle), buildings, households."""

    area_m2: float
    perimeter_m: float
    compactness: float
    buildings: int
    households: int
    parts: int


def figures_of(
    codes: Sequence[str],
    faces: Mapping[str, Face],
    frame: MetricFrame,
    buildings: Buildings,
    stacks: Mapping[str, Stack],
) -> dict[str, Figures]:
    """Figures of some grids. A building whose anchor lies on a shared border counts in the lowest code.

    A stacked grid has households and no ground; its host counts the households that are left.
    """
    above = [code for code in codes if code in stacks]
    codes = [code for code in codes if code not in stacks]
    lifted = np.zeros(len(buildings.footprints), np.int64)
    for stack in stacks.values():
        lifted[stack.building] += stack.households
    on_the_ground = buildings.households - lifted
    shapes = [faces[code].shape for code in codes]
    metric = frame.project(shapes)
    areas, perimeters = shapely.area(metric), shapely.length(metric)
    taken: set[int] = set()
    held: dict[str, list[int]] = {}
    for code in sorted(codes):
        mine = [i for i in buildings.inside(faces[code].shape).tolist() if i not in taken]
        taken.update(mine)
        held[code] = mine
    out = {
        code: Figures(
            area_m2=float(areas[i]),
            perimeter_m=float(perimeters[i]),
            compactness=float(4 * math.pi * areas[i] / perimeters[i] ** 2),
            buildings=len(held[code]),
            households=int(np.sum(on_the_ground[held[code]])),
            parts=faces[code].parts,
        )
        for i, code in enumerate(codes)
    }
    for code in above:
        out[code] = Figures(0.0, 0.0, 0.0, buildings=0, households=stacks[code].households, parts=0)
    return out
