"""Where a drawn line meets the borders of the net, and the nodes that this gives both of them.

A node is the lattice point nearest to the intersection in lon/lat. A vertex that lies within SNAP of
the other side's edge is taken instead of making a second one next to it.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from gis.frames import LATTICE_DEG
from gis.net.face import Edge, Vertex, to_lattice

SNAP_DEG = 5 * LATTICE_DEG  # about half a millimetre


@dataclass(frozen=True)
class NodedLine:
    """A drawn line with a vertex wherever it meets a border.

    vertices: the line, in order. on_border: which of them lie on one.
    nodes: for each border edge that has to be split, its new vertices in its own direction.
    """

    vertices: tuple[Vertex, ...]
    on_border: frozenset[Vertex]
    nodes: Mapping[Edge, tuple[Vertex, ...]]

    def sections(self) -> list[tuple[Vertex, ...]]:
        """The pieces between one border vertex and the next; loose ends are left out."""
        out: list[tuple[Vertex, ...]] = []
        start: int | None = None
        for i, vertex in enumerate(self.vertices):
            if vertex not in self.on_border:
                continue
            if start is not None and i > start:
                out.append(self.vertices[start : i + 1])
            start = i
        return out


def node_line(xy: NDArray[np.float64], borders: Iterable[Edge]) -> NodedLine:
    """Meet a line (lattice vertices, lon/lat) with border edges."""
    edges = sorted({min(edge, (edge[1], edge[0])) for edge in borders})
    if not edges:
        return NodedLine(tuple(map(_vertex, xy)), frozenset(), {})
    ends = np.array(edges, dtype=np.float64)
    segments = np.stack([xy[:-1], xy[1:]], axis=1)
    tree = STRtree(shapely.linestrings(ends))
    which, against = tree.query(shapely.linestrings(segments), predicate="dwithin", distance=SNAP_DEG)

    along_line: dict[int, list[tuple[float, Vertex]]] = defaultdict(list)
    along_edge: dict[int, list[tuple[float, Vertex]]] = defaultdict(list)
    replaced: dict[Vertex, Vertex] = {}  # a line vertex that stands next to a border vertex
    on_border: set[Vertex] = set()
    for i, k in zip(which.tolist(), against.tolist(), strict=True):
        (p, q), (a, b) = segments[i], ends[k]
        for end in (a, b):  # border vertices on the line
            t, distance = _foot(end, p, q)
            if distance <= SNAP_DEG:
                on_border.add(_vertex(end))
                for vertex in (p, q):
                    if np.hypot(*(vertex - end)) <= SNAP_DEG:
                        replaced[_vertex(vertex)] = _vertex(end)
                        break
                else:
                    along_line[i].append((t, _vertex(end)))
        for vertex in (p, q):  # line vertices on the border
            s, distance = _foot(vertex, a, b)
            near_an_end = min(np.hypot(*(vertex - a)), np.hypot(*(vertex - b))) <= SNAP_DEG
            if distance <= SNAP_DEG and not near_an_end:
                on_border.add(_vertex(vertex))
                along_edge[k].append((s, _vertex(vertex)))
        crossing = _crossing(p, q, a, b)
        if crossing is None:
            continue
        t, s, node = crossing
        if min(np.hypot(*(node - end)) for end in (p, q, a, b)) <= SNAP_DEG:
            continue  # met above, at a vertex of one of them
        on_border.add(_vertex(node))
        along_line[i].append((t, _vertex(node)))
        along_edge[k].append((s, _vertex(node)))

    vertices = [_vertex(xy[0])]
    for i in range(len(segments)):
        vertices += [vertex for _, vertex in sorted(along_line[i])] + [_vertex(xy[i + 1])]
    vertices = [replaced.get(vertex, vertex) for vertex in vertices]
    kept = [v for v, before in zip(vertices, [None, *vertices[:-1]], strict=True) if v != before]
    nodes = {edges[k]: tuple(dict.fromkeys(v for _, v in sorted(found))) for k, found in along_edge.items()}
    return NodedLine(tuple(kept), frozenset(on_border), nodes)


def only(nodes: Mapping[Edge, Sequence[Vertex]], used: Iterable[Vertex]) -> dict[Edge, tuple[Vertex, ...]]:
    """The nodes of `used` vertices; a border that the edit does not use is left as it is."""
    wanted = set(used)
    kept = {edge: tuple(v for v in found if v in wanted) for edge, found in nodes.items()}
    return {edge: found for edge, found in kept.items() if found}


def split_edges(edges: Iterable[Edge], nodes: Mapping[Edge, Sequence[Vertex]]) -> list[Edge]:
    """Directed edges with the nodes put in."""
    out: list[Edge] = []
    for a, b in edges:
        between = nodes.get((a, b)) or tuple(reversed(nodes.get((b, a), ())))
        stops = [a, *between, b]
        out.extend(itertools.pairwise(stops))
    return out


def edges_of(vertices: Sequence[Vertex]) -> list[Edge]:
    """The edges along a sequence of vertices."""
    return list(itertools.pairwise(vertices))


def _vertex(xy: NDArray[np.float64]) -> Vertex:
    return float(xy[0]), float(xy[1])


def _foot(point: NDArray[np.float64], p: NDArray[np.float64], q: NDArray[np.float64]) -> tuple[float, float]:
    """Where on p–q (0 to 1) a point is nearest, and its distance."""
    d = q - p
    t = float(np.clip(np.dot(point - p, d) / np.dot(d, d), 0.0, 1.0))
    return t, float(np.hypot(*(p + t * d - point)))


def _crossing(
    p: NDArray[np.float64], q: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]
) -> tuple[float, float, NDArray[np.float64]] | None:
    """Positions on p–q and a–b and the lattice point where they cross, None where they do not."""
    d, e, f = q - p, b - a, a - p
    cross = d[0] * e[1] - d[1] * e[0]
    if cross == 0.0:
        return None
    t = (f[0] * e[1] - f[1] * e[0]) / cross
    s = (f[0] * d[1] - f[1] * d[0]) / cross
    if not (0.0 <= t <= 1.0 and 0.0 <= s <= 1.0):
        return None
    return float(t), float(s), to_lattice((p + t * d)[None, :])[0]
