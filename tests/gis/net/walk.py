"""A random walk over the edits of a net: what is drawn is random, what must hold is not."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from gis.net import EditRefused, Net, NetChange, Part, Restore
from gis.net.bordering import _arcs as arcs_of

Vertex = tuple[float, float]


class Edited(Protocol):
    """A net after some edits, the ground that they covered anew, and the way back."""

    net: Net
    covered: list[shapely.Geometry]

    def undo_all(self) -> Net:
        """The net with every edit taken back."""
        ...


@dataclass
class Walk:
    """The state of a walk: the net, what was accepted and refused, and how to undo it all."""

    net: Net
    rng: np.random.Generator
    most_faces: int
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    inverses: list[Restore] = field(default_factory=list)
    moved_m: float = 0.0  # the farthest that a border was led aside
    covered: list[shapely.Geometry] = field(default_factory=list)
    rim: list[str] = field(
        default_factory=list
    )  # grids that had a stretch of the outer border when last seen
    seconds: list[float] = field(default_factory=list)  # of CPU, each step
    made: int = 0

    def step(self) -> None:
        kinds: dict[str, Callable[[], NetChange]] = {
            "split": self._split,
            "merge": self._merge,
            "redraw": self._redraw,
            "move_node": self._move_node,
            "carve": self._carve,
            "reassign": self._reassign,
            "cover": self._cover,
            "stack": self._stack,
        }
        names = list(kinds)
        # of what is drawn at random among houses, new grids are refused most often
        weights = np.array([1.5 if name in ("carve", "cover") else 1.0 for name in names])
        if len(self.net.faces) > self.most_faces:
            weights[names.index("merge")] = 4.0
        kind = str(self.rng.choice(names, p=weights / weights.sum()))
        started = time.process_time()
        try:
            change = kinds[kind]()
        except EditRefused as refusal:
            self.refused[f"{kind}: {refusal.code}"] += 1
            return
        finally:
            self.seconds.append(time.process_time() - started)
        self.accepted[kind] += 1
        self.inverses.append(change.inverse)
        self.moved_m = max(self.moved_m, change.moved_m)
        if kind == "cover":
            self.covered.append(change.net.faces[change.changed[0]].shape)
        self.net = change.net

    def undo_all(self) -> Net:
        net = self.net
        for inverse in reversed(self.inverses):
            net = net.restore(inverse).net
        return net

    # --- what is drawn -----------------------------------------------------------------------

    def _code(self) -> str:
        codes = list(self.net.faces)
        return codes[self.rng.integers(len(codes))]

    def _new_code(self) -> str:
        self.made += 1
        return f"n{self.made:06d}"

    def _pair(self) -> tuple[str, str] | None:
        code = self._code()
        shape = self.net.faces[code].shape
        others = [c for c in self.net.near(shape) if c != code and self.net.common_edges(code, c)]
        return (code, others[self.rng.integers(len(others))]) if others else None

    def _need_pair(self) -> tuple[str, str]:
        for _ in range(50):
            pair = self._pair()
            if pair:
                return pair
        raise AssertionError("a net of single islands")

    def _inside(self, shape: shapely.Geometry) -> Point:
        west, south, east, north = shape.bounds
        for _ in range(30):
            point = Point(self.rng.uniform(west, east), self.rng.uniform(south, north))
            if shape.contains(point):
                return point
        return shape.point_on_surface()

    def _split(self) -> NetChange:
        code = self._code()
        shape = self.net.faces[code].shape
        middle = self._inside(shape)
        reach = float(np.hypot(shape.bounds[2] - shape.bounds[0], shape.bounds[3] - shape.bounds[1]))
        angle = self.rng.uniform(0, np.pi)
        step = reach * np.array([np.cos(angle), np.sin(angle)])
        bend = self.rng.normal(0, 0.02 * reach, 2)
        start, end = np.array(middle.coords[0]) - step, np.array(middle.coords[0]) + step
        line = LineString([start, np.array(middle.coords[0]) + bend, end])
        return self.net.split(code, line, new_codes=(code, self._new_code()))

    def _merge(self) -> NetChange:
        a, b = self._need_pair()
        return self.net.merge([a, b], keep=min(a, b), unlocked=True)

    def _redraw(self) -> NetChange:
        a, b = self._need_pair()
        arcs = arcs_of(self.net.common_edges(a, b))
        arc = np.array(arcs[self.rng.integers(len(arcs))])
        lengths = np.hypot(*np.diff(arc, axis=0).T)
        shift = self.rng.normal(0, 0.1 * lengths.min(), arc.shape)
        shift[[0, -1]] = 0
        moved = arc + shift
        if len(arc) == 2:
            middle = arc.mean(axis=0) + self.rng.normal(0, 0.05 * lengths[0], 2)
            moved = np.array([arc[0], middle, arc[1]])
        return self.net.redraw(a, b, LineString(moved), unlocked=True)

    def _move_node(self) -> NetChange:
        a, b = self._need_pair()
        edges = self.net.common_edges(a, b)
        (x, y), (u, v) = edges[self.rng.integers(len(edges))]
        reach = 0.2 * float(np.hypot(x - u, y - v))
        step = self.rng.normal(0, reach, 2)
        return self.net.move_node((x, y), (x + step[0], y + step[1]), unlocked=True)

    def _disc(self, centre: Vertex, radius: float) -> Polygon:
        corners = int(self.rng.integers(3, 9))
        angles = np.sort(self.rng.uniform(0, 2 * np.pi, corners)) + self.rng.uniform(0, 1)
        ring = np.array(centre) + radius * np.c_[np.cos(angles), np.sin(angles)]
        return Polygon(ring)

    def _carve(self) -> NetChange:
        shape = self.net.faces[self._code()].shape
        centre = max((self._inside(shape) for _ in range(3)), key=shape.boundary.distance)
        radius = shape.boundary.distance(centre) * self.rng.uniform(0.3, 1.1)
        return self.net.carve(self._disc(centre.coords[0], radius), new_code=self._new_code())

    def _reassign(self) -> NetChange:
        a, b = self._need_pair()
        edges = self.net.common_edges(a, b)
        (x, y), (u, v) = max(edges, key=lambda e: float(np.hypot(e[0][0] - e[1][0], e[0][1] - e[1][1])))
        share = self.rng.uniform(0.3, 0.7)
        centre = (x + share * (u - x), y + share * (v - y))
        radius = 0.3 * float(np.hypot(x - u, y - v))
        return self.net.reassign(self._disc(centre, radius), to=b, unlocked=True)

    def _cover(self) -> NetChange:
        """A tile on the outer border: its foot is a stretch of one edge, or a disc less what is covered."""
        for _ in range(2):
            standing = [code for code in self.rim if code in self.net.faces]
            for _ in range(20 if standing else 0):
                code = standing[self.rng.integers(len(standing))]
                shape = self.net.faces[code].shape
                near = {e for c in self.net.near(shape) if c != code for e in self.net.faces[c].edges}
                outer = sorted(e for e in self.net.faces[code].edges if (e[1], e[0]) not in near)
                if outer:
                    break
            else:
                every = {e for face in self.net.faces.values() for e in face.edges}
                self.rim = [
                    code
                    for code, face in self.net.faces.items()
                    if any((e[1], e[0]) not in every for e in face.edges)
                ]
                continue
            break
        else:
            raise AssertionError("a net without an outer border")
        lengths = np.hypot(*np.diff(np.array(outer), axis=1)[:, 0].T)
        a, b = np.array(outer[self.rng.choice(len(outer), p=lengths / lengths.sum())])
        along = b - a
        out = np.array([along[1], -along[0]])  # the inside is on the left
        if self.rng.random() < 0.5:
            low, high = np.sort(self.rng.uniform(0, 1, 2))
            apex = a + self.rng.uniform(0.2, 0.8) * along + self.rng.uniform(0.1, 0.6) * out
            drawn = Polygon([a + low * along, a + high * along, apex])
        else:
            disc = self._disc(tuple(a + 0.5 * along), 0.3 * float(np.hypot(*along)))
            near_it = [self.net.faces[c].shape for c in self.net.near(disc)]
            bare = shapely.get_parts(disc.difference(shapely.union_all(near_it)))
            drawn = max(bare, key=lambda part: float(part.area), default=disc)
        return self.net.cover(drawn, new_code=self._new_code())

    def _stack(self) -> NetChange:
        """Floors of a building become one or two grids; the ground floor is kept by the host."""
        building = int(self.rng.integers(len(self.net.buildings.footprints)))
        floors = int(self.rng.integers(2, 7))
        each = int(self.net.buildings.households[building]) // floors
        parts = {f"{floor}F": Part(each, floor, floor) for floor in range(1, floors + 1)}
        above = sorted(parts)[1:]
        cut = int(self.rng.integers(0, len(above)))
        claims = {self._new_code(): claimed for claimed in (above[:cut], above[cut:]) if claimed}
        return self.net.stack(building, parts, claims, kept_by_host=["1F"])
