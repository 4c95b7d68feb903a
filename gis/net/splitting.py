"""Splitting a grid by a drawn line."""

from typing import TYPE_CHECKING

import shapely
from shapely.geometry import LineString, MultiPolygon

from gis.net.detour import around_buildings
from gis.net.face import Edge, Face, Shape, assemble, chain_sum, polygons_of, reverse
from gis.net.noding import NodedLine, drawn_line, edges_of, node_line, only, split_edges
from gis.net.refusals import CodeTaken, DoesNotCross, TooManyParts

if TYPE_CHECKING:
    from gis.net.net import Net, NetChange


def split(
    net: "Net", code: str, line: LineString, new_codes: tuple[str, str], minimum_m2: float
) -> "NetChange":
    """See Net.split."""
    face = net.face(code)
    _require_new(net, code, new_codes)
    detour = around_buildings(drawn_line(line), face.shape, net.buildings, net.frame)
    noded = node_line(detour.xy, face.edges)
    cuts = sections_inside(noded, face)
    if not cuts:
        raise DoesNotCross("the line does not lead from border to border of the grid", place=line, grid=code)
    nodes = only(noded.nodes, [v for cut in cuts for v in (cut[0], cut[-1])])
    border = [edge for cut in cuts for edge in edges_of(cut)]
    left, right = _halves(face, split_edges(face.edges, nodes), border, line, code)
    communities = {new: net.community(code) for new in new_codes}
    shapes: dict[str, Shape | None] = {code: None, new_codes[0]: left, new_codes[1]: right}
    return net.changed_to(
        shapes,
        nodes=nodes,
        communities=communities,
        border=border,
        moved_m=detour.moved_m,
        minimum_m2=minimum_m2,
    )


def sections_inside(noded: NodedLine, face: Face) -> list[tuple[tuple[float, float], ...]]:
    """The sections of a noded line that run through the inside of a face, not along its border."""
    shapely.prepare(face.shape)
    out = []
    for section in noded.sections():
        edges = edges_of(section)
        if len(edges) == 1 and (edges[0] in face.edges or reverse(edges[0]) in face.edges):
            continue
        middle = LineString(section).interpolate(0.5, normalized=True)
        if shapely.contains_properly(face.shape, middle):
            out.append(section)
    return out


def _halves(
    face: Face, edges: list[Edge], border: list[Edge], line: LineString, code: str
) -> tuple[Shape, Shape]:
    """The parts left and right of the border edges, pieces on one side together."""
    own = set(edges)
    undirected = own | set(border)
    pieces = [Face(piece) for piece in polygons_of(sorted(undirected))]
    pieces = [piece for piece in pieces if not any(reverse(edge) in own for edge in piece.edges)]
    forward, backward = set(border), {reverse(edge) for edge in border}
    left = [piece for piece in pieces if piece.edges & forward]
    right = [piece for piece in pieces if piece.edges & backward]
    if not left or not right or any(piece in right for piece in left):
        raise DoesNotCross("the line does not part the grid", place=line, grid=code)
    if len(left) > 1 or len(right) > 1:
        raise TooManyParts(
            f"the line cuts the grid into {len(left) + len(right)} parts",
            place=MultiPolygon([p.shape for p in [*left, *right]]),
            grid=code,
            parts=len(left) + len(right),
        )
    # parts of a grid in several pieces that the line does not meet stay with the larger half
    rest = [piece.edges for piece in pieces if piece not in left and piece not in right]
    halves = [left[0].edges, right[0].edges]
    larger = 0 if left[0].shape.area >= right[0].shape.area else 1
    halves[larger] = frozenset(chain_sum(halves[larger], *rest))
    made = [assemble(half) for half in halves]
    if made[0] is None or made[1] is None:
        raise DoesNotCross("the line does not part the grid", place=line, grid=code)
    return made[0], made[1]


def _require_new(net: "Net", code: str, new_codes: tuple[str, str]) -> None:
    taken = [new for new in new_codes if new != code and new in net.faces]
    if taken or new_codes[0] == new_codes[1]:
        raise CodeTaken(
            f"{(taken or new_codes)[0]} is the code of another grid", grid=(taken or new_codes)[0]
        )
