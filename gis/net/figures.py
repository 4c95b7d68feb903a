"""The figures of a grid that an edit shows before and after."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

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
    counted, lives = _held(codes, shapes, buildings, on_the_ground)
    out = {
        code: Figures(
            area_m2=float(areas[i]),
            perimeter_m=float(perimeters[i]),
            compactness=float(4 * math.pi * areas[i] / perimeters[i] ** 2),
            buildings=int(counted[i]),
            households=int(lives[i]),
            parts=faces[code].parts,
        )
        for i, code in enumerate(codes)
    }
    for code in above:
        out[code] = Figures(0.0, 0.0, 0.0, buildings=0, households=stacks[code].households, parts=0)
    return out


def _held(
    codes: Sequence[str],
    shapes: Sequence[BaseGeometry],
    buildings: Buildings,
    households: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Buildings and households of each grid."""
    at, inside = holders(codes, shapes, buildings)
    lives = np.zeros(len(codes), np.int64)
    np.add.at(lives, at, households[inside])
    return np.bincount(at, minlength=len(codes)), lives


def holders(
    codes: Sequence[str], shapes: Sequence[BaseGeometry], buildings: Buildings
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which grid (a place in `codes`) holds which building, each building once; an anchor on a border counts
    in the lowest code."""
    rank = np.empty(len(codes), np.int64)
    rank[sorted(range(len(codes)), key=codes.__getitem__)] = np.arange(len(codes))
    at, inside = buildings.anchor_tree.query(np.asarray(shapes, dtype=object), predicate="covers")
    order = np.lexsort((rank[at], inside))
    at, inside = at[order], inside[order]
    first = np.r_[True, inside[1:] != inside[:-1]] if len(inside) else np.zeros(0, dtype=bool)
    return at[first], inside[first]
