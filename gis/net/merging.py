"""Merging grids: their common borders vanish."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapely.geometry import MultiPolygon

from gis.net.face import Shape, assemble, chain_sum
from gis.net.refusals import BordersCross, NotAdjacent, NothingThere, UnknownGrid

if TYPE_CHECKING:
    from gis.net.net import Net, NetChange


def merge(net: "Net", codes: Sequence[str], keep: str, unlocked: bool) -> "NetChange":
    """See Net.merge."""
    wanted = list(dict.fromkeys(codes))
    if len(wanted) < 2:
        raise NothingThere("a merge takes at least two grids", grids=wanted)
    if keep not in wanted:
        raise UnknownGrid(f"{keep} is none of the grids to merge", grid=keep)
    faces = [net.face(code) for code in wanted]
    net.require_one_community(wanted, unlocked=unlocked)
    require_adjacent(net, wanted)
    shape = assemble(chain_sum(*(face.edges for face in faces)))
    if shape is None:
        raise BordersCross("the grids do not close to one", grids=wanted)
    shapes: dict[str, Shape | None] = dict.fromkeys(wanted)
    shapes[keep] = shape
    return net.changed_to(shapes)


def require_adjacent(net: "Net", codes: list[str]) -> None:
    """Raise NotAdjacent if no chain of common borders leads from the first grid to each of the others."""
    lonely = _not_reached(net, codes)
    if lonely:
        raise NotAdjacent(
            f"grid {lonely[0]} shares no border with the others",
            place=MultiPolygon(
                [p for code in lonely for p in getattr(net.face(code).shape, "geoms", [net.face(code).shape])]
            ),
            grids=lonely,
        )


def _not_reached(net: "Net", codes: list[str]) -> list[str]:
    """Codes that no chain of common borders leads to from the first."""
    reached, rest = [codes[0]], codes[1:]
    for code in reached:
        found = [other for other in rest if net.common_edges(code, other)]
        reached.extend(found)
        rest = [other for other in rest if other not in found]
    return rest
