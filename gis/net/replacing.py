"""Other grids on the same ground: what a partition found takes the place of what is there."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis.frames import LATTICE_DEG
from gis.net.buildings import border_of
from gis.net.face import Edge, Face, Shape, Vertex, chain_sum, reverse
from gis.net.refusals import BadLine, BordersCross

if TYPE_CHECKING:
    from gis.net.net import Net, NetChange

_BESIDE = 1.5 * LATTICE_DEG


def rearrange(
    net: "Net", codes: Sequence[str], shapes: Mapping[str, Shape], new_communities: Mapping[str, str]
) -> "NetChange":
    """The work behind `Net.rearrange`."""
    if not codes or not shapes:
        raise BadLine("grids to replace, and polygons in their place, are needed")
    old = [net.face(code) for code in codes]
    net.require_one_community(codes, unlocked=False)
    faces = {code: Face(shape) for code, shape in shapes.items()}
    before, after = (chain_sum(*(face.edges for face in each)) for each in (old, faces.values()))
    nodes = _inserted(before - after, after - before)
    known = {edge for face in old for edge in face.edges}
    all_new = {edge for face in faces.values() for edge in face.edges}
    inner = sorted(edge for edge in all_new - known if reverse(edge) in all_new and edge < reverse(edge))
    gone: dict[str, Shape | None] = {code: None for code in codes if code not in shapes}
    same = {
        code
        for code, face in zip(codes, old, strict=True)
        if code in shapes and shapely.to_wkb(face.shape) == shapely.to_wkb(shapes[code])
    }
    changed = {code: shape for code, shape in shapes.items() if code not in same}
    return net.changed_to({**gone, **changed}, nodes=nodes, communities=new_communities, border=inner)


def _inserted(lost: set[Edge], found: set[Edge]) -> dict[Edge, tuple[Vertex, ...]]:
    """The vertices that the new outline has on each edge of the old one that it lacks."""
    following: dict[Vertex, list[Vertex]] = {}
    for a, b in sorted(found):
        following.setdefault(a, []).append(b)
    nodes: dict[Edge, tuple[Vertex, ...]] = {}
    for a, b in sorted(lost):
        line, here = shapely.LineString([a, b]), a
        passed: list[Vertex] = []
        while here != b:
            ahead = [v for v in following.get(here, ()) if line.distance(shapely.Point(v)) <= _BESIDE]
            if not ahead or len(passed) > len(found):
                raise BordersCross(
                    "the new grids do not cover the ground of the old ones", place=border_of([(a, b)])
                )
            far = [float(np.hypot(v[0] - here[0], v[1] - here[1])) for v in ahead]
            here = ahead[int(np.argmin(far))]
            passed.append(here)
        nodes[a, b] = tuple(passed[:-1])
    return nodes
