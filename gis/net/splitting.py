"""Splitting a grid by a drawn line."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon

from gis.frames import MetricFrame
from gis.net.buildings import border_of
from gis.net.drawn import drawn_line
from gis.net.face import Edge, Face, Shape, Vertex, assemble, chain_sum, pieces_inside, reverse
from gis.net.noding import SNAP_DEG, edges_of, node_line, only, split_edges
from gis.net.parting import Parted, cutting_sections, part_by_side
from gis.net.refusals import CodeTaken, DoesNotCross, TooManyParts
from gis.net.sparing import moved_aside_m, spare

if TYPE_CHECKING:
    from gis.net.net import Net, NetChange


def split(
    net: "Net",
    code: str,
    line: LineString,
    new_codes: tuple[str, str],
    minimum_m2: float,
    most_moved_m: float,
) -> "NetChange":
    """See Net.split."""
    face = net.face(code)
    _require_new(net, code, new_codes)
    halves = _halves(face, line, code, net.frame)
    parted, moved_m = halves.parted, 0.0
    side = spare(halves.left, halves.right, border_of(parted.border), net.buildings, net.frame)
    if side is not None:
        drawn = border_of(parted.border)
        parted = part_by_side(face.edges - halves.rest, side)
        moved_m = moved_aside_m(drawn, border_of(parted.border), net.frame, most_moved_m)
    left, right = _with_rest(parted, halves.rest)
    if left is None or right is None:
        raise DoesNotCross("the line does not part the grid", place=line, grid=code)
    shapes: dict[str, Shape | None] = {code: None, new_codes[0]: left, new_codes[1]: right}
    return net.changed_to(
        shapes,
        nodes=parted.nodes,
        communities={new: net.community(code) for new in new_codes},
        border=parted.border,
        moved_m=moved_m,
        minimum_m2=minimum_m2,
    )


@dataclass(frozen=True)
class _Halves:
    """The two sides of a drawn line, and the edges of pieces of the grid that it does not meet."""

    left: Polygon
    right: Polygon
    parted: Parted
    rest: frozenset[Edge]


def _halves(face: Face, line: LineString, code: str, frame: MetricFrame) -> _Halves:
    cuts, nodes = _cuts(face, line, code, frame)
    border = [edge for cut in cuts for edge in edges_of(cut)]
    pieces = pieces_inside(split_edges(face.edges, nodes), border)
    forward, backward = set(border), {reverse(edge) for edge in border}
    left = [piece for piece in pieces if piece.edges & forward]
    right = [piece for piece in pieces if piece.edges & backward]
    if not left or not right or any(piece in right for piece in left):
        raise DoesNotCross("the line does not part the grid", place=line, grid=code)
    if len(left) > 1 or len(right) > 1:
        raise TooManyParts(
            f"the line cuts the grid into {len(left) + len(right)} parts",
            place=MultiPolygon([piece.shape for piece in [*left, *right]]),
            grid=code,
            parts=len(left) + len(right),
        )
    untouched = [piece.edges for piece in pieces if piece is not left[0] and piece is not right[0]]
    parted = Parted(left[0].shape, right[0].shape, nodes, border)
    return _Halves(left[0].shape, right[0].shape, parted, frozenset(chain_sum(*untouched)))


def _cuts(
    face: Face, line: LineString, code: str, frame: MetricFrame
) -> tuple[list[tuple[Vertex, ...]], dict[Edge, tuple[Vertex, ...]]]:
    """The sections of the line that run through the inside of the face, and the nodes of their ends."""
    noded = node_line(drawn_line(line), face.edges)
    shapely.prepare(face.shape)
    cuts = [
        section
        for section in cutting_sections(noded, face.edges)
        if shapely.contains_properly(face.shape, LineString(section).interpolate(0.5, normalized=True))
    ]
    if not cuts:
        raise _no_way_through(face, line, code, frame)
    return cuts, only(noded.nodes, [v for cut in cuts for v in (cut[0], cut[-1])])


def _no_way_through(face: Face, line: LineString, code: str, frame: MetricFrame) -> DoesNotCross:
    """Why a line does not lead from border to border: it misses the grid, touches it, or ends inside."""
    gap = shapely.shortest_line(line, face.shape)
    apart = shapely.length(gap) > SNAP_DEG
    away_m = float(frame.length_m([gap])[0]) if apart else 0.0
    if shapely.intersects(line, shapely.buffer(face.shape, -SNAP_DEG)):
        why, place = "it ends inside", line
    elif not apart:
        why, place = "it only touches the border or runs along it", line
    else:
        why, place = f"it misses the grid by {away_m:.0f} m", gap
    return DoesNotCross(
        f"the line does not lead from border to border of the grid: {why}",
        place=place,
        grid=code,
        away_m=round(away_m, 3),
    )


def _with_rest(parted: Parted, rest: frozenset[Edge]) -> tuple[Shape | None, Shape | None]:
    """Pieces of the grid that the line does not meet stay with the larger half."""
    if not rest:
        return parted.left, parted.right
    if parted.left.area >= parted.right.area:
        return assemble(chain_sum(Face(parted.left).edges, rest)), parted.right
    return parted.left, assemble(chain_sum(Face(parted.right).edges, rest))


def _require_new(net: "Net", code: str, new_codes: tuple[str, str]) -> None:
    taken = [new for new in new_codes if new != code and new in net.faces]
    if taken or new_codes[0] == new_codes[1]:
        raise CodeTaken(
            f"{(taken or new_codes)[0]} is the code of another grid", grid=(taken or new_codes)[0]
        )
