"""Ground that may go to a neighbouring grid, so that fewer households change hands when nets become one.

Every household counts once for its grid if that becomes another, and once for each line in which its area
becomes another. A piece that a line cuts off a grid either stays, and its households change area, or goes to
a grid of that area beside it, and they change grid. The second is better where several lines cut alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gis.frames import LATTICE_DEG, Geometries, geometry_array
from gis.locate import GridIndex
from gis.overlay.crosswalk import Crosswalk

Ints = NDArray[np.int64]
NOWHERE = -1
_EDGE_DEG = 1e-5  # a metre: less is a corner


@dataclass(frozen=True, slots=True)
class Move:
    """A piece of ground (lon/lat) of one grid for another.

    line, area: whose border it follows. households: those in it, who change grid. gain: how many changes
    fewer there are in all.
    """

    polygon: shapely.Polygon
    grid: str
    to: str
    line: str
    area: str
    households: int
    gain: int


@dataclass(frozen=True, eq=False)
class Bearing:
    """Who changes what, dwelling by dwelling. points: lon/lat; households: of each.

    grid: position in `grids` of today, -1 outside. lawful: per line, the positions (in `areas` of the line)
    that each dwelling may be found in without a change; empty where the line leaves it out.
    """

    grids: tuple[str, ...]
    households: Ints
    grid: Ints
    areas: Mapping[str, tuple[str, ...]]
    lawful: Mapping[str, tuple[frozenset[int], ...]]

    def at(self, code: str) -> int:
        """The position of a grid."""
        return self._positions[code]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {code: position for position, code in enumerate(self.grids)}

    def changes(self, grid: Ints, area_of_grid: Mapping[str, Ints]) -> Ints:
        """Changes of each dwelling (households × what changes) if `grid` is its grid.

        area_of_grid: per line, the position of the area that each grid is given to, -1 for none.
        """
        found = np.where((grid != self.grid) & (self.grid >= 0), 1, 0)
        for line, lawful in self.lawful.items():
            given = np.where(grid >= 0, area_of_grid[line][grid], NOWHERE)
            found = found + np.array(
                [bool(own) and int(now) not in own for own, now in zip(lawful, given, strict=True)]
            )
        return np.asarray(found * self.households, dtype=np.int64)

    def best_areas(self, grid: Ints) -> dict[str, Ints]:
        """Per line, the area of each grid that most of its households have already; ties: the lowest code."""
        best: dict[str, Ints] = {}
        for line, lawful in self.lawful.items():
            votes = np.zeros((len(self.grids), len(self.areas[line])), dtype=np.int64)
            for own, now, count in zip(lawful, grid.tolist(), self.households.tolist(), strict=True):
                for area in own if now >= 0 else ():
                    votes[now, area] += count
            top = votes.argmax(axis=1)
            best[line] = np.where(votes.max(axis=1) > 0, top, NOWHERE) if votes.size else top
        return best


def bearing(nets: Mapping[str, gpd.GeoSeries], points: NDArray[np.object_], households: Any) -> Bearing:
    """The dwellings in every net; the first is the net, its codes and those of the lines in byte order."""
    base, *lines = nets
    xy = shapely.get_coordinates(points)
    grids = nets[base].sort_index()
    areas, lawful = {}, {}
    for line in lines:
        net = nets[line].sort_index()
        areas[line] = tuple(str(code) for code in net.index)
        owners: list[set[int]] = [set() for _ in range(len(points))]
        tree = shapely.STRtree(net.to_numpy())
        point, area = tree.query(points, predicate="intersects")
        for at, who in zip(point.tolist(), area.tolist(), strict=True):
            owners[at].add(who)
        lawful[line] = tuple(frozenset(own) for own in owners)
    return Bearing(
        tuple(str(code) for code in grids.index),
        np.asarray(households, dtype=np.int64),
        GridIndex(grids.to_numpy(), overlaps="lowest").locate(xy).astype(np.int64),
        areas,
        lawful,
    )


def moves(
    found: Crosswalk,
    nets: Mapping[str, gpd.GeoSeries],
    buildings: Geometries,
    households: Any,
    *,
    within: Mapping[str, str] | None = None,
) -> list[Move]:
    """The moves that save most, each after those before it; a move that saves nothing is none.

    within: what each grid lies in, such as its community; ground then stays in it.

    nets, buildings, households: as `merge_nets` was given them (the lines in `found`). No two moves share
    ground. Where nothing is gained by moving ground, the net stays as it is.
    """
    points = np.asarray(shapely.point_on_surface(geometry_array(buildings)), dtype=object)
    dwellings = bearing(nets, points, households)
    best = _chosen(found, dwellings)
    homes = shapely.STRtree(points)
    now = dwellings.grid.copy()
    taken: list[shapely.Geometry] = []
    made: list[Move] = []
    grids = nets[found.base].sort_index().to_numpy()
    waiting = sorted(
        _candidates(found, dwellings, best, grids, homes, now), key=lambda one: (-one.gain, one.grid, one.to)
    )
    for one in waiting:
        ground = one.polygon
        if within is not None and within[one.grid] != within[one.to]:
            continue
        lapped = [other for other in taken if shapely.intersects(other, ground)]
        if lapped:
            ground = _largest(shapely.difference(ground, shapely.union_all(lapped), grid_size=LATTICE_DEG))
            if ground is None:
                continue
        gain, count = _gain(dwellings, best, homes, now, ground, one.grid, one.to)
        if gain <= 0:
            continue
        inside = homes.query(ground, predicate="intersects")
        now[inside[now[inside] == dwellings.at(one.grid)]] = dwellings.at(one.to)
        taken.append(ground)
        made.append(Move(ground, one.grid, one.to, one.line, one.area, count, gain))
    return made


def _chosen(found: Crosswalk, dwellings: Bearing) -> dict[str, Ints]:
    """The areas that the proposal gives each grid to, as positions."""
    best = {line: np.full(len(dwellings.grids), NOWHERE) for line in dwellings.areas}
    at = {code: position for position, code in enumerate(dwellings.grids)}
    for row in found.proposal.to_dict("records"):
        if row["area"] is not None:
            best[row["line"]][at[row["grid"]]] = dwellings.areas[row["line"]].index(row["area"])
    return best


def _candidates(
    found: Crosswalk,
    dwellings: Bearing,
    best: Mapping[str, Ints],
    grids: NDArray[np.object_],
    homes: shapely.STRtree,
    now: Ints,
) -> list[Move]:
    tree = shapely.STRtree(grids)
    out = []
    pieces = found.pieces[(found.pieces["households"] > 0) & ~found.pieces["narrow"]]
    for row in pieces.to_dict("records"):
        if len(row["areas"]) != 1 or len(row["grids"]) != 1:
            continue
        line, area, grid = row["line"], row["areas"][0], row["grids"][0]
        wanted = dwellings.areas[line].index(area)
        if best[line][dwellings.at(grid)] == wanted:
            continue
        for part in shapely.get_parts(row["geometry"]):
            part = _without_crumbs(grids[dwellings.at(grid)], part)
            if part is None:
                continue
            inside = homes.query(part, predicate="intersects")
            if not dwellings.households[inside].any():
                continue
            fitting = best[line] == wanted
            for to in _beside(tree, grids, part, fitting):
                gain, count = _gain(dwellings, best, homes, now, part, grid, dwellings.grids[to])
                if gain > 0:
                    out.append(Move(part, grid, dwellings.grids[to], line, area, count, gain))
    return out


def _beside(
    tree: shapely.STRtree, grids: NDArray[np.object_], part: shapely.Polygon, fitting: NDArray[np.bool_]
) -> Sequence[int]:
    """Those of the fitting grids that have an edge in common with a piece, not a mere corner."""
    near = np.sort(tree.query(part, predicate="intersects"))
    near = near[fitting[near]]
    # nodes of a piece lie on the lattice, up to half a step beside the border that it follows
    shared = shapely.intersection(shapely.boundary(grids[near]), shapely.buffer(part, 5 * LATTICE_DEG))
    return [int(at) for at in near[shapely.length(shared) > _EDGE_DEG]]


def _gain(
    dwellings: Bearing,
    best: Mapping[str, Ints],
    homes: shapely.STRtree,
    now: Ints,
    ground: shapely.Polygon,
    grid: str,
    to: str,
) -> tuple[int, int]:
    """Changes saved if what lies in `ground` and is of `grid` now goes to another; and the households."""
    here = np.sort(homes.query(ground, predicate="intersects"))
    here = here[now[here] == dwellings.at(grid)]
    if not len(here):
        return 0, 0
    part = Bearing(
        dwellings.grids,
        dwellings.households[here],
        dwellings.grid[here],
        dwellings.areas,
        {line: tuple(lawful[at] for at in here) for line, lawful in dwellings.lawful.items()},
    )
    stays = part.changes(now[here], best).sum()
    goes = part.changes(np.full(len(here), dwellings.at(to)), best).sum()
    return int(stays - goes), int(part.households.sum())


def _without_crumbs(grid: shapely.Geometry, part: shapely.Polygon) -> shapely.Polygon | None:
    """The piece with what it would leave of its grid beside the main part, and with the grid's own border.

    A line that nearly follows a border leaves crumbs between the two, and a grid must not fall into pieces.
    """
    rest = shapely.get_parts(shapely.difference(grid, part))
    if not len(rest):
        return None
    main = max(rest, key=lambda one: float(one.area))
    return _largest(shapely.difference(grid, main, grid_size=LATTICE_DEG))


def _largest(ground: shapely.Geometry) -> shapely.Polygon | None:
    parts = [part for part in shapely.get_parts(ground) if part.geom_type == "Polygon"]
    if not parts:
        return None
    largest = max(parts, key=lambda part: float(part.area))
    return shapely.Polygon(largest.exterior)
