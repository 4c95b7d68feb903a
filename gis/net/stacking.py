"""立体 grids: parts of a building that are grids of their own above the ground of a host.

A stacked grid has no ground. Its host is the grid that holds the building, now and after every edit:
no edit cuts a whole building, so there is always one.
"""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import Polygon

from gis.net.buildings import CUT_M2
from gis.net.refusals import (
    CodeTaken,
    NoHost,
    NotCurrent,
    NothingThere,
    PartsMissing,
    PartsOverlap,
    UnknownGrid,
)

if TYPE_CHECKING:
    from gis.net.net import Net, NetChange


@dataclass(frozen=True)
class Part:
    """A 单元 or a range of floors: lowest and highest floor, both taken, and its ground where it has less
    than the whole footprint (lon/lat)."""

    households: int
    lowest: int
    highest: int
    footprint: Polygon | None = None


@dataclass(frozen=True)
class Stack:
    """One 立体 grid: the building (position), the codes of its parts, their households."""

    building: int
    parts: tuple[str, ...]
    households: int


def stack(
    net: "Net",
    building: int,
    parts: Mapping[str, Part],
    claims: Mapping[str, Sequence[str]],
    kept_by_host: Collection[str],
) -> "NetChange":
    """See Net.stack."""
    if not 0 <= building < len(net.buildings.footprints):
        raise PartsMissing(f"there is no building {building}", building=building)
    footprint = net.buildings.footprints[building]
    if not claims or any(not claimed for claimed in claims.values()):
        raise NothingThere("a stacked grid takes at least one part", place=footprint, building=building)
    for code in claims:
        if code in net.faces or code in net.stacks:
            raise CodeTaken(f"{code} is the code of another grid", grid=code)
    host = host_of(net, building)
    net.require_free([host])
    claimed = [part for codes in claims.values() for part in codes]
    unknown = sorted({*claimed, *kept_by_host} - parts.keys())
    if unknown:
        raise PartsMissing(
            f"the building has no part {unknown[0]}", place=footprint, building=building, parts=unknown
        )
    held = [part for other in net.stacks.values() if other.building == building for part in other.parts]
    every = [*claimed, *held, *kept_by_host]
    twice = sorted({part for part in every if every.count(part) > 1})
    if twice:
        raise PartsOverlap(f"part {twice[0]} is taken twice", place=footprint, building=building, parts=twice)
    left = sorted(parts.keys() - set(every))
    if left:
        raise PartsMissing(
            f"part {left[0]} goes to no grid and is not kept by the host",
            place=footprint,
            building=building,
            parts=left,
        )
    _require_apart(net, building, parts)
    total, counted = int(net.buildings.households[building]), sum(part.households for part in parts.values())
    if counted > total:
        raise PartsOverlap(
            f"the parts count {counted} households, the building {total}",
            place=footprint,
            building=building,
            households=[counted, total],
        )
    made = {
        code: Stack(building, tuple(sorted(codes)), sum(parts[part].households for part in codes))
        for code, codes in claims.items()
    }
    return net.restacked({host}, made)


def unstack(net: "Net", codes: Collection[str]) -> "NetChange":
    """See Net.unstack."""
    unknown = sorted(set(codes) - net.stacks.keys())
    if unknown or not codes:
        raise UnknownGrid(f"there is no stacked grid {(unknown or [''])[0]}", grids=unknown)
    hosts = {host_of(net, net.stacks[code].building) for code in codes}
    net.require_free(hosts)
    return net.restacked(hosts, dict.fromkeys(codes))


def host_of(net: "Net", building: int) -> str:
    """The grid that holds a building, the lowest code on a border. Raises NoHost."""
    anchor = net.buildings.anchors[building]
    held = [code for code in net.near(anchor) if net.faces[code].shape.covers(anchor)]
    if not held:
        raise NoHost("no grid holds the building", place=anchor, building=building)
    return min(held)


def require_held_once(stacks: Mapping[str, Stack], codes: Collection[str]) -> None:
    """Raise NotCurrent if one of the grids `codes` holds a part that another stacked grid holds."""
    for code in sorted(codes):
        for other, stack in stacks.items():
            common = sorted(set(stack.parts) & set(stacks[code].parts))
            if other != code and common and stack.building == stacks[code].building:
                raise NotCurrent(f"grid {other} holds part {common[0]} now", grid=other, parts=common)


def _require_apart(net: "Net", building: int, parts: Mapping[str, Part]) -> None:
    """Two parts may share floors or ground, never both."""
    whole = net.buildings.footprints[building]
    for (a, first), (b, second) in itertools.combinations(sorted(parts.items()), 2):
        if first.lowest > second.highest or second.lowest > first.highest:
            continue
        common = shapely.intersection(first.footprint or whole, second.footprint or whole)
        area_m2 = float(net.frame.area_m2(np.array([common], dtype=object))[0])
        if area_m2 > CUT_M2:
            raise PartsOverlap(
                f"parts {a} and {b} share {area_m2:.2f} m² on the same floors",
                place=common,
                building=building,
                parts=[a, b],
                area_m2=area_m2,
            )
    for code, part in sorted(parts.items()):
        if part.lowest > part.highest:
            raise PartsMissing(
                f"part {code} has no floor: {part.lowest} to {part.highest}",
                place=whole,
                building=building,
                parts=[code],
            )
