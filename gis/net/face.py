"""One tile of the net as a closed chain of directed edges, its interior on the left.

All coordinates lie on the 1e-9° lattice, where a place has exactly one pair of doubles, so that
vertices are compared as they are. The chains of neighbouring faces cancel edge by edge; that is
what makes "the net is closed" a statement about sets and not about tolerances.
"""

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

from gis.frames import LATTICE_DEG

Vertex: TypeAlias = tuple[float, float]
Edge: TypeAlias = tuple[Vertex, Vertex]
Shape: TypeAlias = Polygon | MultiPolygon

_PER_DEGREE = round(1 / LATTICE_DEG)


def to_lattice(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lattice points nearest to (n, 2) degrees."""
    return np.asarray(np.rint(xy * _PER_DEGREE) / _PER_DEGREE, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Face:
    """A valid polygon of the net, in lon/lat, as it came; its edges are derived."""

    shape: Shape

    @cached_property
    def edges(self) -> frozenset[Edge]:
        """Directed edges, interior on the left."""
        return frozenset(directed_edges(self.shape))

    @cached_property
    def parts(self) -> int:
        """How many pieces it has."""
        return int(shapely.get_num_geometries(self.shape))

    @cached_property
    def vertices(self) -> frozenset[Vertex]:
        """Every vertex once."""
        return frozenset(a for a, _ in self.edges)


def directed_edges(shape: Shape) -> list[Edge]:
    """The edges of a polygon, interior on the left."""
    edges: list[Edge] = []
    for ring in shapely.get_rings(shapely.get_parts(shapely.orient_polygons(shape))):
        vertices = [(x, y) for x, y in shapely.get_coordinates(ring).tolist()]
        edges.extend((a, b) for a, b in itertools.pairwise(vertices) if a != b)
    return edges


def reverse(edge: Edge) -> Edge:
    """The same edge in the other direction."""
    return edge[1], edge[0]


def chain_sum(*chains: Iterable[Edge]) -> set[Edge]:
    """Edges of all chains together; an edge and its reverse cancel."""
    total: set[Edge] = set()
    for chain in chains:
        for edge in chain:
            if reverse(edge) in total:
                total.discard(reverse(edge))
            else:
                total.add(edge)
    return total


def assemble(edges: Iterable[Edge]) -> Shape | None:
    """The polygon whose interior lies on the left of the edges, or None if they close no such one.

    Touching itself in a point gives a hole or a second part, as the standard wants it.
    """
    edge_set = set(edges)
    if not edge_set:
        return None
    ordered = sorted(edge_set)
    pieces = [piece for piece in polygons_of(ordered) if _first_edge(piece) in edge_set]
    if not pieces or sum(len(directed_edges(piece)) for piece in pieces) != len(edge_set):
        return None
    return pieces[0] if len(pieces) == 1 else MultiPolygon(pieces)


def polygons_of(edges: Iterable[Edge]) -> list[Polygon]:
    """The minimal polygons that noded edges enclose."""
    lines = shapely.linestrings(np.array(list(edges), dtype=np.float64))
    return list(shapely.get_parts(shapely.polygonize(lines)))


def pieces_inside(outline: Collection[Edge], cuts: Iterable[Edge]) -> list[Face]:
    """The pieces into which cuts part the inside of a noded outline; what lies outside of it is left out."""
    own = set(outline)
    pieces = [Face(piece) for piece in polygons_of(sorted(own | set(cuts)))]
    return [piece for piece in pieces if not any(reverse(edge) in own for edge in piece.edges)]


def _first_edge(piece: Polygon) -> Edge:
    xy = shapely.get_coordinates(shapely.orient_polygons(piece).exterior)[:2].tolist()
    return (xy[0][0], xy[0][1]), (xy[1][0], xy[1][1])


def insert_nodes(shape: Shape, nodes: Mapping[Edge, Sequence[Vertex]]) -> Shape:
    """The same polygon with vertices put into its edges; everything else keeps its bits and order.

    nodes: for an edge in either direction, the vertices in the order of that direction.
    """

    def ring(line: shapely.LinearRing) -> list[Vertex]:
        vertices: list[Vertex] = [(x, y) for x, y in shapely.get_coordinates(line).tolist()]
        out = vertices[:1]
        for a, b in itertools.pairwise(vertices):
            if (a, b) in nodes:
                out.extend(nodes[a, b])
            elif (b, a) in nodes:
                out.extend(reversed(nodes[b, a]))
            out.append(b)
        return out

    def one(polygon: Polygon) -> Polygon:
        return Polygon(ring(polygon.exterior), [ring(hole) for hole in polygon.interiors])

    if isinstance(shape, MultiPolygon):
        return MultiPolygon([one(part) for part in shape.geoms])
    return one(shape)
