"""Drawn polygons: carving a new grid out of others, giving ground to a neighbour, covering bare land."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from gis.frames import LATTICE_DEG
from gis.net.buildings import border_of
from gis.net.drawn import drawn_line
from gis.net.face import (
    Edge,
    Shape,
    Vertex,
    assemble,
    chain_sum,
    directed_edges,
    pieces_inside,
    polygons_of,
)
from gis.net.noding import edges_of, node_line, only, split_edges
from gis.net.parting import cutting_sections
from gis.net.refusals import (
    BadLine,
    BordersCross,
    BuildingInTheWay,
    CodeTaken,
    NothingThere,
    Overlaps,
    TooSmall,
)
from gis.net.sparing import moved_aside_m

if TYPE_CHECKING:
    from gis.net.net import Net, NetChange

_NOISE_M2 = 1e-3


def carve(
    net: "Net", polygon: Polygon, new_code: str, accept_pieces: bool, most_moved_m: float
) -> "NetChange":
    """See Net.carve."""
    if new_code in net.faces:
        raise CodeTaken(f"{new_code} is the code of another grid", grid=new_code)
    taken = _Taken(net, polygon, [], most_moved_m)
    net.require_one_community(taken.donors, unlocked=False)
    made = assemble(chain_sum(*taken.chains))
    if made is None:
        raise BordersCross("the drawn polygon does not close", place=polygon)
    shapes: dict[str, Shape | None] = {**taken.left_over, new_code: made}
    return net.changed_to(
        shapes,
        nodes=taken.nodes,
        communities={new_code: net.community(taken.donors[0])},
        may_fall_apart=accept_pieces,
        border=taken.border,
        moved_m=taken.moved_m,
    )


def reassign(net: "Net", polygon: Polygon, to: str, unlocked: bool, most_moved_m: float) -> "NetChange":
    """See Net.reassign."""
    receiver = net.face(to)
    taken = _Taken(net, polygon, [to], most_moved_m)
    net.require_one_community([*taken.donors, to], unlocked=unlocked)
    made = assemble(chain_sum(split_edges(receiver.edges, taken.nodes), *taken.chains))
    if made is None:
        raise BordersCross("the drawn polygon does not close", place=polygon)
    shapes: dict[str, Shape | None] = {**taken.left_over, to: made}
    return net.changed_to(shapes, nodes=taken.nodes, border=taken.border, moved_m=taken.moved_m)


def cover(net: "Net", polygon: Polygon, new_code: str, community: str) -> "NetChange":
    """See Net.cover."""
    if new_code in net.faces:
        raise CodeTaken(f"{new_code} is the code of another grid", grid=new_code)
    xy = _drawn_ring(polygon)
    polygon = Polygon(xy)
    near = [net.faces[code] for code in net.near(LineString(xy).buffer(1e-7))]
    covered = net.near(polygon)
    over = shapely.intersection(np.array([net.faces[c].shape for c in covered], dtype=object), polygon)
    for code, area, place in zip(covered, net.frame.area_m2(over), over, strict=True):
        if area > _tolerance_m2(net, polygon):
            raise Overlaps(
                f"grid {code} already covers {area:.1f} m² of it", place=place, grid=code, area_m2=float(area)
            )
    existing = {edge for face in near for edge in face.edges}
    noded = node_line(xy, existing)
    ring = Polygon(noded.vertices)
    inside = [face.shape for face in near]
    outer = [
        section
        for section in cutting_sections(noded, existing, closed=True)
        if not any(shape.contains(_middle(section)) for shape in inside)
    ]
    nodes = only(noded.nodes, [v for section in outer for v in (section[0], section[-1])])
    split = set(split_edges(existing, nodes))
    border = [edge for section in outer for edge in edges_of(section)]
    pieces = [
        piece
        for piece in polygons_of(sorted(split | set(border)))
        if ring.contains(piece.point_on_surface()) and not set(directed_edges(piece)) & split
    ]
    made = assemble(chain_sum(*(directed_edges(piece) for piece in pieces))) if pieces else None
    if made is None:
        raise NothingThere("the drawn polygon covers no bare land", place=polygon)
    return net.changed_to(
        {new_code: made}, nodes=nodes, communities={new_code: community}, adds_ground=True, border=border
    )


def _tolerance_m2(net: "Net", polygon: Polygon) -> float:
    """How much a drawn polygon may lap over covered ground: a millimetre along its border."""
    return max(_NOISE_M2, 1e-3 * float(net.frame.length_m([polygon.exterior])[0]))


class _Taken:
    """The pieces of each donor inside a drawn polygon.

    donors: codes that yield ground. chains: the edges of the pieces taken. left_over: what donors keep.
    nodes: new vertices on existing edges. border: the drawn edges that become a border.
    moved_m: how far buildings led it aside, where it is one.
    """

    def __init__(self, net: "Net", polygon: Polygon, except_for: Sequence[str], most_moved_m: float) -> None:
        polygon = Polygon(_drawn_ring(polygon))
        ring = _around_whole_buildings(net, polygon)
        xy = _drawn_ring(ring)
        codes = [code for code in net.near(ring) if code not in except_for]
        edges = {edge for code in codes for edge in net.faces[code].edges}
        noded = node_line(xy, edges)
        drawn = Polygon(noded.vertices)
        self.donors: list[str] = []
        self.chains: list[frozenset[Edge]] = []
        self.left_over: dict[str, Shape | None] = {}
        self.border: list[Edge] = []
        sections = cutting_sections(noded, edges, closed=True)
        owned = {
            code: [s for s in sections if shapely.contains_properly(net.faces[code].shape, _middle(s))]
            for code in codes
        }
        used = [s for found in owned.values() for s in found]
        self.nodes = only(noded.nodes, [v for s in used for v in (s[0], s[-1])])
        for code in codes:
            cuts = [edge for section in owned[code] for edge in edges_of(section)]
            pieces = pieces_inside(split_edges(net.faces[code].edges, self.nodes), cuts)
            taken = [piece for piece in pieces if drawn.contains(piece.shape.point_on_surface())]
            if not taken:
                continue
            kept = [piece for piece in pieces if piece not in taken]
            if not kept:
                raise TooSmall(
                    f"grid {code} would have nothing left",
                    place=net.faces[code].shape,
                    grid=code,
                    area_m2=0.0,
                )
            self.donors.append(code)
            self.chains.extend(piece.edges for piece in taken)
            self.left_over[code] = assemble(chain_sum(*(piece.edges for piece in kept)))
            if self.left_over[code] is None:
                raise BordersCross(f"the rest of grid {code} does not close", place=polygon, grid=code)
            self.border.extend(cuts)
        if not self.donors:
            raise NothingThere("no other grid has ground inside the polygon", place=polygon)
        self.moved_m = 0.0
        if ring is not polygon:
            crossed = np.array([net.faces[code].shape for code in codes], dtype=object)
            self.moved_m = moved_aside_m(
                shapely.geometrycollections(shapely.intersection(polygon.exterior, crossed)),
                border_of(self.border),
                net.frame,
                most_moved_m,
                stretches_of=(polygon.exterior, ring.exterior),
            )


def _checked(polygon: Polygon) -> Polygon:
    if polygon is None or polygon.is_empty or polygon.geom_type != "Polygon":
        raise BadLine("the drawn shape is no polygon", kind=getattr(polygon, "geom_type", "none"))
    if len(polygon.interiors):
        raise BadLine("the drawn polygon has holes", place=polygon)
    return polygon


def _drawn_ring(polygon: Polygon) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    xy = drawn_line(LineString(_checked(polygon).exterior.coords))
    if len(xy) < 4 or tuple(xy[0]) != tuple(xy[-1]):
        raise BadLine("the drawn polygon is too small", place=polygon)
    return xy


def _around_whole_buildings(net: "Net", polygon: Polygon) -> Polygon:
    """The polygon with each building on its border added or left out whole, whichever is nearer."""
    across = net.buildings.obstacles_at(polygon.exterior)
    shares = shapely.area(shapely.intersection(across, polygon)) / np.maximum(shapely.area(across), 1e-30)
    cut = (shares > 0) & (shares < 1)
    if not cut.any():
        return polygon
    with_them = shapely.union_all([polygon, *across[cut & (shares >= 0.5)]], grid_size=LATTICE_DEG)
    without = shapely.union_all(across[cut & (shares < 0.5)], grid_size=LATTICE_DEG)
    pieces = shapely.get_parts(shapely.difference(with_them, without, grid_size=LATTICE_DEG))
    largest = max(pieces, key=lambda piece: float(piece.area), default=Polygon())
    if largest.is_empty or largest.geom_type != "Polygon":
        raise BuildingInTheWay("the drawn polygon lies inside a building", place=polygon)
    return Polygon(largest.exterior)


def _middle(section: Sequence[Vertex]) -> shapely.Point:
    return LineString(section).interpolate(0.5, normalized=True)
