"""The plain divisions that people expect: squares, hexagons, stations, one grid for each block.

Each tiles the community edge to edge, its border as it was. Only `partition` looks at buildings: here a
border may run through one.
"""

import math
from collections.abc import Hashable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gis.frames import Geometries, MetricCrs, MetricFrame, geometry_array
from gis.partition.assembly import on_the_ground
from gis.partition.lattice import Floats, Longs, Shapes
from gis.partition.refusals import BadTarget, BuildingsRefused
from gis.partition.request import lattice_of, lines_of, outline_of

MOST_TILES = 20_000
_WALL_M = 5.0
_BEYOND_M = 5.0
"""How far lines reach over the border: one that ends on it may end short of it and divide nothing."""


def squares(community: Geometries | BaseGeometry, side_m: float, *, metric_crs: MetricCrs) -> gpd.GeoSeries:
    """Squares of `side_m` metres along the axes of the metric CRS, clipped; from north to south.

    A square that the border parts gives a tile for each part. Raises BadTarget beyond 20,000 tiles.
    """
    frame, outline, (west, south, east, north) = _in_metres(community, metric_crs)
    _few_enough((east - west) * (north - south), side_m, side_m**2)
    xs, ys = _ticks(west, east, side_m), _ticks(south, north, side_m)
    lines = [[(x, south - _BEYOND_M), (x, north + _BEYOND_M)] for x in xs]
    lines += [[(west - _BEYOND_M, y), (east + _BEYOND_M, y)] for y in ys]
    return _from_north(_tiles(outline, _drawn(lines, frame)))


def hexagons(community: Geometries | BaseGeometry, side_m: float, *, metric_crs: MetricCrs) -> gpd.GeoSeries:
    """Regular hexagons of side `side_m` metres, a corner to the north, clipped; otherwise as `squares`."""
    frame, outline, (west, south, east, north) = _in_metres(community, metric_crs)
    _few_enough((east - west) * (north - south), side_m, 2.598 * side_m**2)
    wide = math.sqrt(3) * side_m
    lines = []
    for row in range(-1, math.ceil((north - south) / (1.5 * side_m)) + 2):
        for column in range(-1, math.ceil((east - west) / wide) + 2):
            x, y = west + (column + row % 2 / 2) * wide, south + 1.5 * row * side_m
            upper_left, upper_right = (x - wide / 2, y + side_m / 2), (x + wide / 2, y + side_m / 2)
            lines.append([(x - wide / 2, y - side_m / 2), upper_left, (x, y + side_m), upper_right])
    return _from_north(_tiles(outline, _drawn(lines, frame)))


def voronoi(
    community: Geometries | BaseGeometry, points: ArrayLike, *, metric_crs: MetricCrs
) -> gpd.GeoSeries:
    """For each of (n, 2) lon/lat points the ground that is nearer to it than to any other, in metres.

    In the order of the points; in more than one piece where the border cuts it off; None for a point with
    no ground in the community. Raises BadTarget for points within 1 mm of one another, or none.
    """
    frame, outline, _ = _in_metres(community, metric_crs)
    places = frame.points(np.asarray(points, dtype=np.float64).reshape(-1, 2))
    if len(places) == 0 or not np.isfinite(places).all():
        raise BadTarget("points are needed, and all of them finite", points=len(places))
    if len(np.unique(np.rint(places * 1000), axis=0)) < len(places):
        raise BadTarget("two points at the same place")
    around = shapely.box(*frame.project([outline])[0].buffer(1000).bounds)
    edges = shapely.voronoi_polygons(shapely.multipoints(places), extend_to=around, only_edges=True)
    tiles = _tiles(outline, frame.unproject(shapely.get_parts([edges])))
    middles = frame.points(shapely.get_coordinates(shapely.point_on_surface(tiles)))
    nearest = shapely.STRtree(shapely.points(places)).nearest(shapely.points(middles))
    return gpd.GeoSeries([_joined(tiles[nearest == i]) for i in range(len(places))], crs=4326)


def blocks(
    community: Geometries | BaseGeometry, lines: Geometries, *, metric_crs: MetricCrs
) -> gpd.GeoSeries:
    """One tile for each block that the lines (roads, rivers, or compounds by their edges) enclose.

    From north to south. Lines that end inside a block divide nothing.
    """
    _, outline, _ = _in_metres(community, metric_crs)
    return _from_north(_tiles(outline, lines_of(lines)[0]))


def compounds(
    community: Geometries | BaseGeometry,
    buildings: Geometries,
    names: Sequence[Hashable],
    *,
    metric_crs: MetricCrs,
) -> gpd.GeoSeries:
    """One tile for each compound, with all the ground that is nearer to one of its buildings than to others'.

    names: (b,) the compound of each building, None or "" for none: such a building divides nothing. From
    north to south; a compound apart gives a tile for each part. Raises BadTarget without any compound,
    BuildingsRefused for other lengths.
    """
    frame, outline, _ = _in_metres(community, metric_crs)
    shapes = geometry_array(buildings)
    if len(names) != len(shapes):
        raise BuildingsRefused("one compound (or none) for each building", buildings=len(shapes))
    known = np.array([name is not None and name != "" for name in names], dtype=bool)
    if not known.any():
        raise BadTarget("no building belongs to a compound", buildings=len(shapes))
    walls = frame.project(shapely.force_2d(shapes[known]))
    labels = [name for name, there in zip(names, known, strict=True) if there]
    corners = shapely.get_coordinates(shapely.segmentize(shapely.convex_hull(walls), _WALL_M))
    around = shapely.box(*frame.project([outline])[0].buffer(1000).bounds)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.multipoints(np.unique(np.rint(corners * 100) / 100, axis=0)), extend_to=around
        )
    )
    owner = shapely.STRtree(walls).nearest(shapely.centroid(cells))
    number = np.asarray(pd.factorize(pd.Series(labels, dtype=object))[0], dtype=np.int64)
    of = number[owner]
    edges = [
        shapely.boundary(shapely.union_all(cells[of == i], grid_size=0.001)) for i in range(of.max() + 1)
    ]
    return _from_north(_tiles(outline, frame.unproject(np.array(edges, dtype=object))))


def _in_metres(
    community: Geometries | BaseGeometry, metric_crs: MetricCrs
) -> tuple[MetricFrame, BaseGeometry, tuple[float, float, float, float]]:
    frame, outline = MetricFrame.of(metric_crs), outline_of(community)
    return frame, outline, frame.project([outline])[0].bounds


def _few_enough(ground_m2: float, side_m: float, tile_m2: float) -> None:
    if not (math.isfinite(side_m) and side_m > 0) or ground_m2 / tile_m2 > MOST_TILES:
        raise BadTarget(f"a side that gives at most {MOST_TILES} tiles", side_m=side_m)


def _ticks(first: float, last: float, step: float) -> Floats:
    return np.asarray(first + step * np.arange(1, math.ceil((last - first) / step)), dtype=np.float64)


def _drawn(lines: list[list[tuple[float, float]]], frame: MetricFrame) -> Shapes:
    """Metric lines in lon/lat, 100 m pieces, so that they stay straight in metres."""
    return frame.unproject(shapely.segmentize(np.array([shapely.LineString(xy) for xy in lines]), 100.0))


def _tiles(outline: BaseGeometry, lines: Shapes) -> Shapes:
    """The faces of border and lines inside the border, in lon/lat."""
    lattice = lattice_of(outline)
    inside = lattice.shapes(np.array([outline], dtype=object))[0]
    west, south, east, north = inside.bounds
    near = shapely.clip_by_rect(lattice.shapes(lines), west - 1000, south - 1000, east + 1000, north + 1000)
    noded = shapely.union_all(np.concatenate([near, [inside.boundary]]), grid_size=1.0)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    faces = faces[shapely.intersects(inside, shapely.point_on_surface(faces))]
    return on_the_ground(lattice, faces, shapely.get_coordinates(outline))


def _from_north(tiles: Shapes) -> gpd.GeoSeries:
    middles = shapely.get_coordinates(shapely.point_on_surface(tiles))
    order: Longs = np.lexsort((middles[:, 0], -middles[:, 1]))
    return gpd.GeoSeries(tiles[order], crs=4326)


def _joined(pieces: Shapes) -> BaseGeometry | None:
    if len(pieces) < 2:
        return pieces[0] if len(pieces) else None
    return MultiPolygon(list(pieces))
