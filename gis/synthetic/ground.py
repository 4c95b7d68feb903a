"""The net: one planar arrangement of every border, its faces dissolved into grids that match edge to edge."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.synthetic import country
from gis.synthetic.blocks import Cut, Rect, TownPlan
from gis.synthetic.lattice import STEP, Lattice

SNAP_M = 0.01
SMALLEST_GRID_M2 = 5000.0


@dataclass(frozen=True)
class Net:
    """Grids on the plan (matched edge to edge), each with its community and what was drawn there.

    source: position in the list of blocks (of all towns in turn), then of village seeds.
    """

    polygons: NDArray[np.object_]
    source: NDArray[np.int64]


def town_outline(lattice: Lattice) -> shapely.Polygon:
    """The ring round a built-up part: the lattice's border with rounded corners."""
    ring = rect_polygons(lattice, [Rect(0, 0, lattice.columns, lattice.rows)])[0]
    r = lattice.sketch.corner_m
    return shapely.Polygon(shapely.buffer(shapely.buffer(ring, -r), r, quad_segs=12).exterior)


def rect_polygons(lattice: Lattice, rects: list[Rect]) -> list[shapely.Polygon]:
    """Lattice rectangles as plan polygons."""
    shapes = []
    for rect in rects:
        corners = [(rect.w, rect.s), (rect.e, rect.s), (rect.e, rect.n), (rect.w, rect.n), (rect.w, rect.s)]
        path = np.concatenate([_path(*a, *b)[:-1] for a, b in pairwise(corners)])
        shapes.append(path)
    counts = [len(path) for path in shapes]
    plan = lattice.plan(np.concatenate(shapes))
    return [shapely.Polygon(part) for part in np.split(plan, np.cumsum(counts)[:-1])]


def cut_lines(lattice: Lattice, cuts: list[Cut]) -> list[shapely.LineString]:
    """Roads of the lattice as plan lines, without the nodes where others end on them."""
    return [shapely.LineString(lattice.plan(_path(c.s0, c.t0, c.s1, c.t1))) for c in cuts]


def divide(
    district: shapely.Polygon,
    towns: list[TownPlan],
    outlines: list[shapely.Polygon],
    seeds: NDArray[np.float64],
    warp: country.Warp | None,
) -> Net:
    """Cut the district into faces and dissolve them into grids."""
    lines: list[shapely.Geometry] = [district.exterior, *(o.exterior for o in outlines)]
    shapes: list[shapely.Geometry] = []
    for town, outline in zip(towns, outlines, strict=True):
        lines.append(shapely.intersection(_noded(town), outline))
        shapes.extend(rect_polygons(town.lattice, [b.rect for b in town.blocks]))
    if len(seeds) and warp is not None:
        land = shapely.difference(district, shapely.union_all(outlines))
        edges, cells = country.cells(seeds, district)
        lines.append(shapely.intersection(shapely.union_all(warp.shapes(edges)), land))
        shapes.extend(warp.shapes(cells))
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines, grid_size=SNAP_M)]))
    n_blocks = sum(len(t.blocks) for t in towns)
    owner = _owners(faces, np.array(shapes, dtype=object), n_blocks, outlines)
    return _dissolved(faces, owner)


def _path(s0: float, t0: float, s1: float, t1: float) -> NDArray[np.float64]:
    """The lattice points of an axis-parallel line, one at every STEP and at both ends."""
    fixed, moving = (s0, (t0, t1)) if s0 == s1 else (t0, (s0, s1))
    low, high = sorted(moving)
    inside = np.arange(np.floor(low / STEP) + 1, np.ceil(high / STEP)) * STEP
    values = np.concatenate([[low], inside, [high]])
    if moving[0] > moving[1]:
        values = values[::-1]
    still = np.full(len(values), fixed)
    return np.column_stack([still, values] if s0 == s1 else [values, still])


def _noded(town: TownPlan) -> shapely.Geometry:
    """All roads of a town, noded on the lattice, where crossings are exact, then carried to the plan."""
    over = STEP / 2  # ends on the ring are cut off there
    lattice, lines = town.lattice, []
    for cut in town.cuts:
        s0 = cut.s0 - over * (cut.s0 == 0) * (cut.s1 != 0)
        t0 = cut.t0 - over * (cut.t0 == 0) * (cut.t1 != 0)
        s1 = cut.s1 + over * (cut.s1 == lattice.columns) * (cut.s0 != lattice.columns)
        t1 = cut.t1 + over * (cut.t1 == lattice.rows) * (cut.t0 != lattice.rows)
        lines.append(shapely.LineString(_path(s0, t0, s1, t1)))
    return shapely.transform(shapely.union_all(lines), lattice.plan)


def _owners(
    faces: NDArray[np.object_], shapes: NDArray[np.object_], n_blocks: int, outlines: list[shapely.Polygon]
) -> NDArray[np.int64]:
    """Which block (inside a town) or village seed (outside) each face belongs to; the lowest wins."""
    points = shapely.point_on_surface(faces)
    in_town = np.zeros(len(faces), dtype=bool)
    for outline in outlines:
        in_town |= shapely.contains(outline, points)
    face, shape = shapely.STRtree(shapes).query(points, predicate="intersects")
    fits = in_town[face] == (shape < n_blocks)
    owner = np.full(len(faces), -1, dtype=np.int64)
    order = np.lexsort((-shape[fits], face[fits]))
    owner[face[fits][order]] = shape[fits][order]
    return owner


def _dissolved(faces: NDArray[np.object_], owner: NDArray[np.int64]) -> Net:
    """Faces to grids: strays (a second piece, a remnant) go to the neighbour with the longest shared edge."""
    a, b, length = shared_edges(faces)
    area = shapely.area(faces)
    for _ in range(20):
        stray = _strays(owner, area, a, b)
        if not stray.any():
            break
        gives, takes = np.concatenate([a, b]), np.concatenate([b, a])
        usable = stray[gives] & ~stray[takes]
        if not usable.any():
            break
        order = np.lexsort((owner[takes[usable]], -np.concatenate([length, length])[usable], gives[usable]))
        face, first = np.unique(gives[usable][order], return_index=True)
        owner[face] = owner[takes[usable][order][first]]
    kept = np.unique(owner)
    polygons = np.empty(len(kept), dtype=object)
    for k, number in enumerate(kept):
        mine = faces[owner == number]
        polygons[k] = mine[0] if len(mine) == 1 else shapely.coverage_union_all(mine)
    polygons = np.array(
        [g if g.geom_type == "Polygon" else shapely.union_all(g) for g in polygons], dtype=object
    )
    return Net(polygons, kept)


def _strays(
    owner: NDArray[np.int64], area: NDArray[np.float64], a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.bool_]:
    same = owner[a] == owner[b]
    n = len(owner)
    piece = connected_components(coo_array((np.ones(same.sum()), (a[same], b[same])), shape=(n, n)), False)[1]
    size = np.bincount(piece, area)
    best = np.zeros(owner.max() + 1)
    np.maximum.at(best, owner[owner >= 0], size[piece][owner >= 0])
    return np.asarray((owner < 0) | (size[piece] < best[owner]) | (size[piece] < SMALLEST_GRID_M2))


def shared_edges(
    polygons: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of polygons that share edges, and the length in common; edge-matched input."""
    rings, ring_owner = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    start, end = xy[:-1], xy[1:]
    inside = ring[:-1] == ring[1:]
    start, end, owner = start[inside], end[inside], ring_owner[ring[:-1][inside]]
    length = np.hypot(*(end - start).T)
    p, q = start[:, 0] + 1j * start[:, 1], end[:, 0] + 1j * end[:, 1]
    swap = (p.real > q.real) | ((p.real == q.real) & (p.imag > q.imag))
    p, q = np.where(swap, q, p), np.where(swap, p, q)
    order = np.lexsort((owner, q.imag, q.real, p.imag, p.real))
    twin = (p[order][1:] == p[order][:-1]) & (q[order][1:] == q[order][:-1])
    first, second = order[:-1][twin], order[1:][twin]
    keys, inverse = np.unique(owner[first] * len(polygons) + owner[second], return_inverse=True)
    first_of, second_of = (keys // len(polygons)).astype(np.int64), (keys % len(polygons)).astype(np.int64)
    return first_of, second_of, np.bincount(inverse, length[first]).astype(np.float64)
