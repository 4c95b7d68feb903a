"""Reading the request once: shapes and figures checked, compounds numbered, cells made."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gis.frames import Geometries, MetricCrs, MetricFrame, geometry_array
from gis.partition.assembly import assemble
from gis.partition.cells import BARRIER_COST, Cells, make_cells
from gis.partition.graph import Graph, connected, graph_of_cells
from gis.partition.ground import lay_out
from gis.partition.lattice import Floats, Lattice, Longs, Shapes
from gis.partition.refusals import BuildingsRefused, CommunityRefused, NetRefused, PartitionRefused

_STRAY_M2 = 0.05


@dataclass(frozen=True, eq=False)
class Request:
    """A community with everything in it, cut into cells and their graph of units.

    unit: (cells,) the unit of each cell; cells of a compound that hang together are one unit.
    weight: (b,) what is balanced. compound: (b,) numbered, -1 for none; names: their labels.
    """

    frame: MetricFrame
    community: BaseGeometry
    zones: Shapes
    given: Shapes
    cells: Cells
    graph: Graph
    unit: Longs
    weight: Floats
    balanced_by: Literal["households", "buildings", "area"]
    compound: Longs
    names: tuple[object, ...]

    def zone_of_units(self) -> Longs:
        """The present grid of each unit."""
        zone = np.full(len(self.graph), -1, dtype=np.int64)
        zone[self.unit] = self.cells.zone
        return zone

    def unit_of_buildings(self) -> Longs:
        """(b,) the unit of each building, -1 outside."""
        cell = self.cells.of_building
        return np.where(cell >= 0, self.unit[np.maximum(cell, 0)], -1).astype(np.int64)

    def polygons(self, label: Longs, grids: int) -> gpd.GeoSeries:
        """One polygon for each label of the units."""
        exact = np.concatenate([np.array([self.community], dtype=object), self.zones])
        shapes = assemble(self.cells, label[self.unit], grids, exact, self.given)
        return gpd.GeoSeries(shapes, crs=4326)


def read_request(
    community: Geometries | BaseGeometry,
    buildings: Geometries,
    households: ArrayLike,
    barriers: Geometries | None,
    *,
    metric_crs: MetricCrs,
    zones: Geometries | None,
    stiff: Longs | None,
    keep_together: Sequence[Hashable] | None,
) -> Request:
    """Check and cut up. zones: present or fixed grids; stiff: those that must not change (None: all)."""
    frame = MetricFrame.of(metric_crs)
    outline = outline_of(community)
    footprints = _buildings(buildings)
    weight = _households(households, len(footprints))
    lines, costs = lines_of(barriers)
    present = _zones(zones, outline, frame)
    lattice = lattice_of(outline)
    ground = lay_out(lattice, outline, footprints, lines, present)
    cells = make_cells(ground, frame, costs, stiff=np.arange(len(present)) if stiff is None else stiff)
    inside = cells.of_building >= 0
    balanced_by: Literal["households", "buildings", "area"] = "households"
    if not inside.any():
        balanced_by, of_cells = "area", cells.area_m2
    elif not weight[inside].sum() > 0:
        balanced_by, weight = "buildings", np.ones(len(weight))
        of_cells = cells.weights(weight)
    else:
        of_cells = cells.weights(weight)
    compound, names = _compounds(keep_together, len(footprints))
    graph = graph_of_cells(cells, of_cells)
    unit, group = _units(cells, graph, compound)
    given = np.concatenate([lattice.shapes(footprints), lattice.shapes(lines)])
    return Request(
        frame,
        outline,
        present,
        given,
        cells,
        graph.contracted(unit, group),
        unit,
        weight,
        balanced_by,
        compound,
        names,
    )


def outline_of(given: Geometries | BaseGeometry) -> BaseGeometry:
    """The one valid polygon that is given, 2D. Raises CommunityRefused."""
    shapes = geometry_array(given)
    if len(shapes) != 1 or shapes[0] is None:
        raise CommunityRefused("one community, please", shapes=len(shapes))
    shape = shapely.force_2d(shapes[0])
    if not isinstance(shape, (Polygon, MultiPolygon)) or shape.is_empty:
        raise CommunityRefused("the community is no polygon", kind=shape.geom_type)
    if not np.isfinite(shapely.get_coordinates(shape)).all() or not shape.is_valid:
        raise CommunityRefused("the community is invalid", reason=shapely.is_valid_reason(shape))
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise CommunityRefused("the community is not in lon/lat degrees", bounds=shape.bounds)
    return shape


def lattice_of(outline: BaseGeometry) -> Lattice:
    """The lattice around a community, whose border vertices must be apart on it."""
    lattice = Lattice.around(outline)
    for ring in shapely.get_rings(shapely.get_parts(outline)):
        steps = lattice.steps(shapely.get_coordinates(ring))
        twice = (steps[1:] == steps[:-1]).all(axis=1)
        if twice.any():
            place = shapely.get_coordinates(ring)[:-1][twice][0].tolist()
            raise CommunityRefused("two vertices of the border are within 0.1 mm", place=place)
    return lattice


def _buildings(given: Geometries) -> Shapes:
    shapes = np.asarray(shapely.force_2d(geometry_array(given)), dtype=object)
    wrong = ~np.isin(shapely.get_type_id(shapes), (3, 6)) | shapely.is_empty(shapes)
    if wrong.any():
        positions = np.flatnonzero(wrong)[:20].tolist()
        raise BuildingsRefused(f"{int(wrong.sum())} buildings have no footprint", positions=positions)
    coordinates, position = shapely.get_coordinates(shapes, return_index=True)
    if not np.isfinite(coordinates).all():
        bad = np.unique(position[~np.isfinite(coordinates).all(axis=1)])[:20].tolist()
        raise BuildingsRefused("footprints with coordinates that are no numbers", positions=bad)
    return shapes


def _households(given: ArrayLike, count: int) -> Floats:
    weight = np.asarray(given, dtype=np.float64)
    if weight.shape != (count,):
        raise BuildingsRefused("one figure of households for each building", buildings=count)
    wrong = ~np.isfinite(weight) | (weight < 0)
    if wrong.any():
        positions = np.flatnonzero(wrong)[:20].tolist()
        raise BuildingsRefused("households that are negative or no numbers", positions=positions)
    return weight


def lines_of(given: Geometries | None) -> tuple[Shapes, Floats]:
    """Lines and what a metre along each costs: the column `weight`, else 0.3."""
    shapes = geometry_array([] if given is None else given)
    costs = np.full(len(shapes), BARRIER_COST)
    if isinstance(given, gpd.GeoDataFrame) and "weight" in given.columns:
        costs = given["weight"].to_numpy(dtype=np.float64)
    if not np.isfinite(costs).all() or (costs < 0).any():
        raise PartitionRefused("weights of barriers are numbers from 0 up")
    keep = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    shapes, costs = shapes[keep], costs[keep]
    surface = shapely.get_dimensions(shapes) == 2
    shapes[surface] = shapely.boundary(shapes[surface])
    return np.asarray(shapely.force_2d(shapes), dtype=object), costs


def _zones(given: Geometries | None, outline: BaseGeometry, frame: MetricFrame) -> Shapes:
    shapes = geometry_array([] if given is None else given)
    for position, shape in enumerate(shapes):
        if not isinstance(shape, (Polygon, MultiPolygon)) or shape.is_empty or not shape.is_valid:
            raise NetRefused("a present grid is no valid polygon", position=position)
    stray = frame.area_m2(shapely.difference(shapes, outline)) if len(shapes) else np.zeros(0)
    if (stray > _STRAY_M2).any():
        raise NetRefused(
            "present grids reach outside the community", positions=np.flatnonzero(stray > _STRAY_M2).tolist()
        )
    if len(shapes):
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        pair = first < second
        first, second = first[pair], second[pair]
        common = frame.area_m2(shapely.intersection(shapes[first], shapes[second]))
        if (common > _STRAY_M2).any():
            at = int(common.argmax())
            raise NetRefused("present grids overlap", positions=[int(first[at]), int(second[at])])
    return np.asarray(shapely.force_2d(shapes), dtype=object)


def _compounds(given: Sequence[Hashable] | None, count: int) -> tuple[Longs, tuple[object, ...]]:
    if given is None:
        return np.full(count, -1, dtype=np.int64), ()
    if len(given) != count:
        raise BuildingsRefused("one compound (or none) for each building", buildings=count)
    labels: Any = pd.Series(list(given), dtype=object).replace("", None)
    number, names = pd.factorize(labels)
    return np.asarray(number, dtype=np.int64), tuple(names)


def _units(cells: Cells, graph: Graph, compound: Longs) -> tuple[Longs, Longs]:
    """Cells of a compound that hang together are one unit; all its units are one group.

    Returns the unit of each cell and the group of each unit: its compound, else its block.
    """
    of_cell: NDArray[np.int64] = np.full(len(cells), -1, dtype=np.int64)
    known = (compound >= 0) & (cells.of_building >= 0)
    of_cell[cells.of_building[known]] = compound[known]
    same = (of_cell[graph.first] >= 0) & (of_cell[graph.first] == of_cell[graph.second])
    same &= cells.zone[graph.first] == cells.zone[graph.second]
    number, unit = connected(len(cells), graph.first[same], graph.second[same])
    group = np.zeros(number, dtype=np.int64)
    blocks = int(cells.block.max(initial=0)) + 1
    group[unit] = np.where(of_cell >= 0, blocks + of_cell, cells.block)
    return unit, group
