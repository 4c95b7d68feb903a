"""Ground for grids known only by their buildings: cells dissolved, the rest shared along barriers."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gis.allotment.matching import Match, Unmatched, match_rows
from gis.frames import Geometries, MetricCrs
from gis.partition.refusals import PartitionRefused
from gis.partition.request import Request, read_request

_ACROSS_M = 1e5  # crossing a barrier is worth any way round it


class NothingAllotted(PartitionRefused):
    """No row of the table names a building of the community. facts: rows not matched, buildings."""


@dataclass(frozen=True, eq=False)
class Allotment:
    """A tiling net of a community by the buildings of each grid.

    polygons: one for each grid, in lon/lat, in the order of `grids`; a grid whose buildings lie apart has
    several parts (`in_pieces`, positions). grid_of_building: (b,) position, also of buildings that the table
    does not name, -1 outside the community. shared_cell: buildings that touch one of another grid and went
    with it. empty: grids without ground, their polygon is None.
    """

    grids: tuple[str, ...]
    polygons: gpd.GeoSeries
    grid_of_building: NDArray[np.int64]
    in_pieces: tuple[int, ...]
    empty: tuple[int, ...]
    shared_cell: tuple[int, ...]
    unlisted: tuple[int, ...]
    unmatched: tuple[Unmatched, ...] = ()


def net_from_table(
    rows: Sequence[tuple[str, str]],
    community: Geometries | BaseGeometry,
    buildings: Geometries,
    names: Sequence[str],
    barriers: Geometries | None,
    *,
    metric_crs: MetricCrs,
    compounds: Sequence[str] | None = None,
) -> Allotment:
    """A net from rows (grid, list of buildings): `match_rows`, then `allot`.

    names, compounds: as in `match_rows`, one for each building. Raises what the two raise.
    """
    match = match_rows(rows, names, compounds)
    return allot(match, community, buildings, barriers, metric_crs=metric_crs)


def allot(
    match: Match,
    community: Geometries | BaseGeometry,
    buildings: Geometries,
    barriers: Geometries | None,
    *,
    metric_crs: MetricCrs,
) -> Allotment:
    """Tile a community (lon/lat) with the grids of its buildings; no building is cut.

    Each listed building brings its cell; ground that nobody claims goes to the grid that is nearest on
    foot without crossing a barrier, across one only where there is none on its side.
    Raises NothingAllotted, and CommunityRefused and BuildingsRefused of `gis.partition`.
    """
    home = match.grid_of_building
    request = read_request(
        community,
        buildings,
        np.zeros(len(home)),
        barriers,
        metric_crs=metric_crs,
        zones=None,
        stiff=None,
        keep_together=None,
    )
    cell = request.cells.of_building
    listed = np.flatnonzero((home >= 0) & (cell >= 0))
    if len(listed) == 0:
        raise NothingAllotted(
            "no row of the table names a building of the community",
            unmatched=len(match.unmatched),
            buildings=len(home),
        )
    of_cell = np.full(len(request.cells), -1, dtype=np.int64)
    for building in listed[::-1].tolist():  # of several in one cell the first building decides
        of_cell[cell[building]] = home[building]
    shared = tuple(int(i) for i in listed if of_cell[cell[i]] != home[i])
    of_cell = _shared_out(request, of_cell)
    polygons, pieces = _dissolved(request, of_cell, len(match.grids))
    return Allotment(
        grids=match.grids,
        polygons=polygons,
        grid_of_building=np.where(cell >= 0, of_cell[np.maximum(cell, 0)], -1).astype(np.int64),
        in_pieces=tuple(np.flatnonzero(pieces > 1).tolist()),
        empty=tuple(np.flatnonzero(pieces == 0).tolist()),
        shared_cell=shared,
        unlisted=tuple(np.flatnonzero((home < 0) & (cell >= 0)).tolist()),
        unmatched=match.unmatched,
    )


def _shared_out(request: Request, of_cell: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every cell with the grid of the claimed cell from which the way is shortest."""
    cells = request.cells
    edges = cells.edges
    inner = edges.right >= 0
    left, right = edges.left[inner], edges.right[inner]
    metres = np.hypot(*(cells.centre[left] - cells.centre[right]).T)
    # a pair of cells may have edges along a barrier and beside it: the open one counts
    cost = metres + np.where(edges.along[inner], _ACROSS_M, 0.0) + 1e-6
    size = len(of_cell)
    low, high = np.minimum(left, right), np.maximum(left, right)
    order = np.lexsort((cost, high, low))
    low, high, cost = low[order], high[order], cost[order]
    first = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])]
    graph = coo_array((cost[first], (low[first], high[first])), shape=(size, size)).tocsr()
    seeds = np.flatnonzero(of_cell >= 0)
    _, _, source = dijkstra(graph, directed=False, indices=seeds, return_predecessors=True, min_only=True)
    out = np.where(source >= 0, of_cell[np.maximum(source, 0)], -1)
    if (out < 0).any():  # an island without a listed building goes to the nearest grid as the crow flies
        lost = np.flatnonzero(out < 0)
        tree = shapely.STRtree(shapely.points(cells.centre[seeds]))
        out[lost] = of_cell[seeds[tree.nearest(shapely.points(cells.centre[lost]))]]
    return np.asarray(out, dtype=np.int64)


def _dissolved(
    request: Request, of_cell: NDArray[np.int64], grids: int
) -> tuple[gpd.GeoSeries, NDArray[np.int64]]:
    """One shape for each grid and the number of its parts."""
    edges = request.cells.edges
    inner = edges.right >= 0
    left, right = edges.left[inner], edges.right[inner]
    same = of_cell[left] == of_cell[right]
    size = len(of_cell)
    graph = coo_array((np.ones(same.sum(), np.int8), (left[same], right[same])), shape=(size, size))
    count, piece = connected_components(graph, directed=False)
    of_piece = np.zeros(count, dtype=np.int64)
    of_piece[piece] = of_cell
    of_unit = np.zeros(len(request.graph), dtype=np.int64)
    of_unit[request.unit] = piece
    shapes = request.polygons(of_unit, count).to_numpy()
    joined = [_one(shapes[of_piece == grid]) for grid in range(grids)]
    return gpd.GeoSeries(joined, crs=4326), np.bincount(of_piece, minlength=grids).astype(np.int64)


def _one(pieces: NDArray[np.object_]) -> BaseGeometry | None:
    if len(pieces) < 2:
        return pieces[0] if len(pieces) else None
    return MultiPolygon(list(pieces))
