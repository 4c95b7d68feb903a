"""Polygons out of faces, with the bits that their vertices had."""

from itertools import pairwise

import numpy as np
import shapely

from gis.coverage.arrangement import Ints, lattice_keys
from gis.coverage.plane import Polygons, transformed
from gis.frames import STEPS_PER_DEGREE, Floats

Key = tuple[int, int]
Memory = dict[Key, tuple[float, float]]


def assembled(faces: Polygons, owner: Ints, originals: Polygons, first: Ints) -> Polygons:
    """One shape per original: the union of the faces that it owns, empty if it owns none.

    A vertex that some original had comes back with its bits, those of the positions in `first` before
    others. An original whose own shape is kept comes back ring by ring as it was, with the nodes that
    neighbours need put in; the very same object if there are none.
    """
    memory = _remembered([*originals[first], *originals])
    order = np.argsort(owner, kind="stable")
    start = np.searchsorted(owner[order], np.arange(len(originals)))
    end = np.searchsorted(owner[order], np.arange(len(originals)), side="right")
    out = np.empty(len(originals), dtype=object)
    for row, original in enumerate(originals):
        own = faces[order[start[row] : end[row]]]
        merged = shapely.coverage_union_all(own) if len(own) else shapely.Polygon()
        kept = _with_nodes(original, merged, memory)
        out[row] = kept if kept is not None else _like(original, _recalled(merged, memory))
    return out


def _like(original: shapely.Geometry, shape: shapely.Geometry) -> shapely.Geometry:
    """A multipolygon stays one, also with a single part: layers hold one type."""
    if original.geom_type == "MultiPolygon" and shape.geom_type == "Polygon" and not shape.is_empty:
        return shapely.multipolygons([shape])
    return shape


def _remembered(originals: list[shapely.Geometry]) -> Memory:
    xy = shapely.get_coordinates(np.array(originals, dtype=object))
    memory: Memory = {}
    for key, bits in zip(map(tuple, lattice_keys(xy).tolist()), map(tuple, xy.tolist()), strict=True):
        memory.setdefault(key, bits)
    return memory


def _recalled(shape: shapely.Geometry, memory: Memory) -> shapely.Geometry:
    return transformed(np.array([shape], dtype=object), lambda xy: _bits(xy, memory))[0]


def _bits(xy: Floats, memory: Memory) -> Floats:
    keys = map(tuple, lattice_keys(xy).tolist())
    places = [memory.get(key, at) for key, at in zip(keys, map(tuple, xy.tolist()), strict=True)]
    return np.array(places, dtype=np.float64).reshape(-1, 2)


def _with_nodes(
    original: shapely.Geometry, merged: shapely.Geometry, memory: Memory
) -> shapely.Geometry | None:
    """The original with what `merged` has between its vertices put in; None if more has changed."""
    follows = _neighbours(merged)
    rings = [_keys(ring) for part in shapely.get_parts(original) for ring in _rings(part)]
    corners = {key for ring in rings for key in ring}
    if not corners <= follows.keys():
        return None
    inserted: list[list[list[Key]]] = []
    used = 0
    for ring in rings:
        chains = []
        for here, there in pairwise(ring):
            chain = [] if here == there else _chain(here, there, follows, corners)
            if chain is None or not _on_the_way(here, there, chain):
                return None
            used += 0 if here == there else len(chain) + 1
            chains.append(chain)
        inserted.append(chains)
    if used != sum(len(ends) for ends in follows.values()) // 2:
        return None
    if not any(chain for chains in inserted for chain in chains):
        return original if _same_bits(original, memory) else _recalled(original, memory)
    return _rebuilt(original, inserted, memory)


def _same_bits(original: shapely.Geometry, memory: Memory) -> bool:
    xy = shapely.get_coordinates(original)
    return bool(np.array_equal(xy, _bits(xy, memory)))


def _rebuilt(original: shapely.Geometry, inserted: list[list[list[Key]]], memory: Memory) -> shapely.Geometry:
    at = 0
    parts = []
    for part in shapely.get_parts(original):
        loops = []
        for ring in _rings(part):
            xy = shapely.get_coordinates(ring)
            places: list[tuple[float, float]] = []
            for here, chain in zip(_bits(xy, memory)[:-1].tolist(), inserted[at], strict=True):
                places.append((here[0], here[1]))
                places.extend(
                    memory.get(key, (key[0] / STEPS_PER_DEGREE, key[1] / STEPS_PER_DEGREE)) for key in chain
                )
            loops.append([*places, places[0]])
            at += 1
        parts.append(shapely.Polygon(loops[0], loops[1:]))
    return parts[0] if original.geom_type == "Polygon" else shapely.multipolygons(parts)


def _chain(here: Key, there: Key, follows: dict[Key, list[Key]], corners: set[Key]) -> list[Key] | None:
    """The new nodes between two neighbouring corners, None if no such way leads along the border."""
    if there in follows[here]:
        return []
    for step in follows[here]:
        before, at, chain = here, step, [step]
        while at not in corners and len(follows[at]) == 2:
            ahead = follows[at][0] if follows[at][0] != before else follows[at][1]
            if ahead == there:
                return chain
            before, at = at, ahead
            chain.append(at)
    return None


def _on_the_way(here: Key, there: Key, chain: list[Key]) -> bool:
    """Whether the new nodes lie within a step of the lattice of the straight edge."""
    east, north = there[0] - here[0], there[1] - here[1]
    length = float(np.hypot(east, north))
    return all(abs(east * (y - here[1]) - north * (x - here[0])) <= length for x, y in chain)


def _neighbours(shape: shapely.Geometry) -> dict[Key, list[Key]]:
    follows: dict[Key, list[Key]] = {}
    for part in shapely.get_parts(shape):
        for ring in _rings(part):
            keys = _keys(ring)
            for here, there in pairwise(keys):
                follows.setdefault(here, []).append(there)
                follows.setdefault(there, []).append(here)
    return follows


def _rings(part: shapely.Polygon) -> list[shapely.LinearRing]:
    return [] if part.is_empty else [part.exterior, *part.interiors]


def _keys(ring: shapely.LinearRing) -> list[Key]:
    return [(x, y) for x, y in lattice_keys(shapely.get_coordinates(ring)).tolist()]
