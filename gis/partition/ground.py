"""What lies on the ground: border, barriers, footprints and present grids, noded into faces.

One snap-rounding pass on the lattice makes every crossing a common vertex. Nothing is clipped before and
nothing is cut after it: a barrier through a building parts the building's faces, which become one cell
again, and a barrier that ends nowhere bounds no face.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from gis.partition.lattice import Lattice, Longs, Shapes

WALL_STEPS = 108_000
"""Longest piece of a wall, steps (12 m): free space is divided between the ends of pieces."""
LINE_STEPS = 270_000
"""Longest piece of a barrier or border, 30 m."""
OVERLAP_STEPS2 = 5_000_000
"""Footprints with more ground in common (0.05 m²) are one building for every border."""

_HAIR_STEPS = 3.0


@dataclass(frozen=True, eq=False)
class Ground:
    """The faces of the community, in steps of the lattice.

    body_of_building: (b,) footprints fused where they overlap, -1 where nothing lies inside.
    body: (f,) the body that a face belongs to, -1 on free ground. zone: (f,) present grid, -1 in none.
    """

    lattice: Lattice
    outline: BaseGeometry
    faces: Shapes
    body: Longs
    zone: Longs
    body_of_building: Longs
    bodies: int
    barriers: Shapes


def lay_out(
    lattice: Lattice, community: BaseGeometry, buildings: Shapes, barriers: Shapes, zones: Shapes
) -> Ground:
    """Node everything once and sort the faces by what they belong to. All shapes in lon/lat."""
    outline = lattice.shapes(np.array([community], dtype=object))[0]
    footprints = lattice.shapes(buildings)
    lines = _near(lattice.shapes(barriers), outline)
    rings = shapely.boundary(lattice.shapes(zones))
    tree = shapely.STRtree(footprints)
    inside = np.zeros(len(footprints), dtype=bool)
    inside[tree.query(outline, predicate="intersects")] = True
    work = [
        shapely.segmentize(shapely.boundary(footprints[inside]), WALL_STEPS),
        shapely.segmentize(lines, LINE_STEPS),
        shapely.segmentize(rings, LINE_STEPS),
        shapely.segmentize(shapely.boundary([outline]), LINE_STEPS),
    ]
    noded = shapely.union_all(np.concatenate(work), grid_size=1.0)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    middles = shapely.point_on_surface(faces)
    shapely.prepare(outline)
    keep = shapely.intersects(outline, middles)
    faces, middles = faces[keep], middles[keep]
    building = _lowest(tree, middles)
    bodies, number = _fused(footprints, tree, outline)
    body = np.append(bodies, -1)[building]
    present = np.unique(body[body >= 0])
    renumber = np.full(number + 1, -1, dtype=np.int64)
    renumber[present] = np.arange(len(present))
    body_of_building = renumber[bodies] if len(bodies) else np.zeros(0, dtype=np.int64)
    zone = _zones(shapely.STRtree(lattice.shapes(zones)), faces, middles)
    return Ground(
        lattice, outline, faces, renumber[body], zone, body_of_building, len(present), np.asarray(lines)
    )


def _near(lines: Shapes, outline: BaseGeometry) -> Shapes:
    """The pieces of lines in the box of the outline, a margin kept so that they cross its border."""
    west, south, east, north = outline.bounds
    margin = 1000
    clipped = shapely.clip_by_rect(lines, west - margin, south - margin, east + margin, north + margin)
    return np.asarray(clipped, dtype=object)


def _lowest(tree: shapely.STRtree, points: NDArray[np.object_]) -> Longs:
    """For each point the lowest shape that covers it, -1 where none does."""
    found = np.full(len(points), np.iinfo(np.int64).max)
    position, shape = tree.query(points, predicate="intersects")
    np.minimum.at(found, position, shape)
    found[found == np.iinfo(np.int64).max] = -1
    return found


def _zones(tree: shapely.STRtree, faces: Shapes, middles: NDArray[np.object_]) -> Longs:
    """The zone of each face; a hair between lines that were rounded apart belongs to the zone beside it."""
    zone = _lowest(tree, middles)
    hair = np.flatnonzero((zone < 0) & (shapely.area(faces) < _HAIR_STEPS * shapely.length(faces)))
    face, beside = tree.query(faces[hair], predicate="dwithin", distance=_HAIR_STEPS)
    order = np.lexsort((-beside, face))
    zone[hair[face[order]]] = beside[order]
    return zone


def _fused(footprints: Shapes, tree: shapely.STRtree, outline: BaseGeometry) -> tuple[Longs, int]:
    """Overlapping footprints get one number."""
    first, second = tree.query(footprints, predicate="intersects")
    pair = first < second
    first, second = first[pair], second[pair]
    common = _taken(footprints[first], footprints[second], outline) > OVERLAP_STEPS2
    size = len(footprints)
    if size == 0:
        return np.zeros(0, dtype=np.int64), 0
    links = coo_matrix((np.ones(int(common.sum())), (first[common], second[common])), shape=(size, size))
    number, bodies = connected_components(links, directed=False)
    return bodies.astype(np.int64), int(number)


def _taken(lower: Shapes, upper: Shapes, outline: BaseGeometry) -> NDArray[np.float64]:
    """What the upper would lose if common ground were the lower's: that, and the tips that it cuts off."""
    whole = shapely.intersection(upper, outline)
    common = shapely.area(shapely.intersection(whole, lower))
    slight = np.flatnonzero((common > 0) & (common <= OVERLAP_STEPS2))
    rest = shapely.difference(whole[slight], lower[slight])
    common[slight] = _largest_parts(whole[slight]) - _largest_parts(rest)
    return np.asarray(common)


def _largest_parts(shapes: Shapes) -> NDArray[np.float64]:
    parts, of = shapely.get_parts(shapes, return_index=True)
    largest = np.zeros(len(shapes))
    np.maximum.at(largest, of, shapely.area(parts))
    return largest
