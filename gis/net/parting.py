"""Parting a closed region of the net into two sides along given borders."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Polygon

from gis.net.face import (
    Edge,
    Shape,
    Vertex,
    assemble,
    chain_sum,
    pieces_inside,
)
from gis.net.noding import NodedLine, edges_of, node_line, only, split_edges
from gis.net.refusals import BuildingInTheWay


@dataclass(frozen=True)
class Parted:
    """Two sides of a region, the nodes put into its outline, and the border between the sides."""

    left: Shape
    right: Shape
    nodes: dict[Edge, tuple[Vertex, ...]]
    border: list[Edge]


def part_by_side(outline: Collection[Edge], side: Polygon) -> Parted:
    """Part the region inside `outline` (directed edges) so that `side` lies left of the new border.

    side: a lattice polygon whose edges may differ from the outline's where they run along it by a
    node or two. Raises BuildingInTheWay if no clean border comes of it.
    """
    cuts: list[list[Edge]] = []
    nodes: dict[Edge, set[Vertex]] = {}
    for ring in shapely.get_rings(side):
        noded = node_line(shapely.get_coordinates(ring), outline)
        sections = cutting_sections(noded, outline, closed=True)
        cuts.extend(edges_of(section) for section in sections)
        for edge, found in only(noded.nodes, [v for s in sections for v in (s[0], s[-1])]).items():
            nodes.setdefault(edge, set()).update(found)
    ordered = {edge: _along(edge, found) for edge, found in nodes.items()}
    border = [edge for cut in cuts for edge in cut]
    pieces = pieces_inside(split_edges(outline, ordered), border)
    shapely.prepare(side)
    halves = []
    for wanted in (True, False):
        within = [
            piece for piece in pieces if shapely.contains(side, piece.shape.point_on_surface()) == wanted
        ]
        shape = assemble(chain_sum(*(piece.edges for piece in within)))
        if shape is None:
            raise BuildingInTheWay("no border along the walls closes", place=side)
        halves.append(shape)
    return Parted(halves[0], halves[1], ordered, border)


def cutting_sections(
    noded: NodedLine, borders: Iterable[Edge], *, closed: bool = False
) -> list[tuple[Vertex, ...]]:
    """The sections of a noded line that do not run along existing borders.

    closed: the line is a ring, whose sections go over its first vertex.
    """
    existing = {frozenset(edge) for edge in split_edges(borders, noded.nodes)}
    sections = ring_sections(noded) if closed else noded.sections()
    return [s for s in sections if not (len(s) == 2 and frozenset(s) in existing)]


def ring_sections(noded: NodedLine) -> list[tuple[Vertex, ...]]:
    """The sections of a closed line between border vertices; the whole ring if it meets none."""
    ring = noded.vertices[:-1]
    first = next((i for i, vertex in enumerate(ring) if vertex in noded.on_border), None)
    if first is None:
        return [noded.vertices]
    turned = (*ring[first:], *ring[: first + 1])
    return NodedLine(turned, noded.on_border, noded.nodes).sections()


def _along(edge: Edge, nodes: Iterable[Vertex]) -> tuple[Vertex, ...]:
    start = np.array(edge[0])
    direction = np.array(edge[1]) - start
    return tuple(sorted(nodes, key=lambda v: float(np.dot(np.array(v) - start, direction))))
