"""Moving borders: redrawing the one between two grids, and dragging a vertex."""

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Point

from gis.net.buildings import border_of
from gis.net.drawn import drawn_line
from gis.net.face import Edge, Shape, Vertex, assemble, chain_sum, reverse, to_lattice
from gis.net.noding import edges_of, node_line
from gis.net.parting import part_by_side
from gis.net.refusals import (
    AcrossCommunities,
    BadLine,
    BordersCross,
    BuildingInTheWay,
    LeavesTheGrids,
    NotAdjacent,
    NothingThere,
    UnknownGrid,
)
from gis.net.sparing import moved_aside_m, spare

if TYPE_CHECKING:
    from gis.net.net import Net, NetChange


def redraw(net: "Net", a: str, b: str, line: LineString, unlocked: bool, most_moved_m: float) -> "NetChange":
    """See Net.redraw."""
    if a == b:
        raise NotAdjacent("a border has two sides", grids=[a, b])
    net.require_one_community([a, b], unlocked=unlocked)
    arcs = _arcs(net.common_edges(a, b))
    if not arcs:
        raise NotAdjacent(f"grids {a} and {b} share no border", grids=[a, b])
    arc, xy = _meant(arcs, drawn_line(line))
    new = _with_ends(xy, arc[0], arc[-1])
    if not LineString(new).is_simple:
        raise BadLine("the line crosses itself", place=LineString(new))
    _require_inside(net, a, b, arc, new)
    old_edges, new_edges = edges_of(arc), edges_of([(float(x), float(y)) for x, y in new])
    if old_edges == new_edges:
        raise NothingThere("the border is already there", place=LineString(arc), grids=[a, b])
    shapes: dict[str, Shape] = {}
    for code, out, into in (
        (a, old_edges, new_edges),
        (b, [reverse(e) for e in old_edges], [reverse(e) for e in new_edges]),
    ):
        shape = assemble(chain_sum((set(net.face(code).edges) - set(out)), into))
        if shape is None:
            raise BordersCross(f"the borders of grid {code} would cross", place=LineString(new), grid=code)
        shapes[code] = shape
    side = spare(shapes[a], shapes[b], LineString(new), net.buildings, net.frame)
    if side is None:
        return net.changed_to(shapes, border=new_edges)
    if shapes[a].geom_type != "Polygon" or shapes[b].geom_type != "Polygon":
        raise BuildingInTheWay(
            "a building is in the way, and a grid has several pieces", place=LineString(new)
        )
    parted = part_by_side(chain_sum(net.face(a).edges, net.face(b).edges), side)
    moved_m = moved_aside_m(LineString(new), border_of(parted.border), net.frame, most_moved_m)
    return net.changed_to(
        {a: parted.left, b: parted.right}, nodes=parted.nodes, border=parted.border, moved_m=moved_m
    )


def move_node(net: "Net", node: Vertex, to: Vertex, unlocked: bool) -> "NetChange":
    """See Net.move_node."""
    start = (float(node[0]), float(node[1]))
    target = np.array([to], dtype=np.float64)
    if not np.isfinite(target).all():
        raise BadLine("the new place is no number")
    lattice = to_lattice(target)[0]
    end = (float(lattice[0]), float(lattice[1]))
    codes = net.owners(start)
    if not codes:
        raise UnknownGrid("no grid has a vertex there", place=Point(start))
    if start == end:
        raise NothingThere("the vertex is already there", place=Point(start))
    if any(end in net.face(code).vertices for code in codes):
        raise BordersCross("another vertex is already there", place=Point(end), grids=codes)
    around = chain_sum(*(net.face(code).edges for code in codes))
    if any(start in edge for edge in around):
        raise AcrossCommunities(
            "the vertex lies on the outer border of the net", place=Point(start), grids=codes
        )
    net.require_one_community(codes, unlocked=unlocked)
    shapes: dict[str, Shape | None] = {code: _with_vertex(net.face(code).shape, start, end) for code in codes}
    border = [
        (end if p == start else p, end if q == start else q)
        for code in codes
        for p, q in net.face(code).edges
        if start in (p, q)
    ]
    return net.changed_to(shapes, border=border)


def _with_vertex(shape: Shape, start: Vertex, end: Vertex) -> Shape:
    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        out = xy.copy()
        out[(xy == start).all(axis=1)] = end
        return out

    return shapely.transform(shape, moved)


def _arcs(edges: list[Edge]) -> list[list[Vertex]]:
    """Directed edges joined into chains of vertices, each as long as it goes."""
    following = dict(edges)
    inner = set(following.values()) & set(following)
    starts = sorted(set(following) - inner) or sorted(following)[:1]
    arcs = []
    while following:
        start = starts.pop(0) if starts else min(following)
        arc = [start]
        while arc[-1] in following:
            arc.append(following.pop(arc[-1]))
        arcs.append(arc)
    return arcs


def _meant(arcs: list[list[Vertex]], xy: NDArray[np.float64]) -> tuple[list[Vertex], NDArray[np.float64]]:
    """The arc whose ends are nearest to the line's, and the line in the arc's direction."""

    def distance(arc: list[Vertex], line: NDArray[np.float64]) -> float:
        return float(np.hypot(*(line[0] - arc[0])) + np.hypot(*(line[-1] - arc[-1])))

    ways = [
        (distance(arc, line), i, j) for i, arc in enumerate(arcs) for j, line in enumerate((xy, xy[::-1]))
    ]
    _, i, j = min(ways)
    if arcs[i][0] == arcs[i][-1]:
        raise NotAdjacent("one grid encloses the other: their border has no ends", place=LineString(arcs[i]))
    return arcs[i], (xy, xy[::-1])[j]


def _with_ends(xy: NDArray[np.float64], start: Vertex, end: Vertex) -> NDArray[np.float64]:
    """The line between the two nodes, its own ends drawn to them."""
    inner = [tuple(p) for p in xy.tolist() if tuple(p) not in (start, end)]
    return np.array([start, *inner, end], dtype=np.float64)


def _require_inside(net: "Net", a: str, b: str, arc: list[Vertex], xy: NDArray[np.float64]) -> None:
    """The new border may touch the remaining borders of the two grids only in its two ends."""
    old = {frozenset(edge) for edge in edges_of(arc)}
    rest = [edge for code in (a, b) for edge in net.face(code).edges if frozenset(edge) not in old]
    noded = node_line(xy, rest)
    met = [vertex for vertex in noded.vertices[1:-1] if vertex in noded.on_border]
    outside = [
        p
        for p, q in edges_of(noded.vertices)
        if not any(
            net.face(code).shape.covers(Point((p[0] + q[0]) / 2, (p[1] + q[1]) / 2)) for code in (a, b)
        )
    ]
    places = met or outside
    if places:
        raise LeavesTheGrids(
            "the line leaves the two grids or meets their other borders", place=Point(places[0])
        )
