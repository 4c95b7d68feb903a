"""Edits, undo and redo in any order on four squares with awkward buildings: hypothesis draws and shrinks.

The walks of `test_walk` go far over real nets; this goes everywhere on a small one, and gives the shortest
sequence that breaks something.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from shapely.geometry import LineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from gis.net import Buildings, EditRefused, Net, NetChange, Part, Restore
from tests.gis.net.test_edits import four, place, square
from tests.gis.net.test_walk import require_conserved, require_undone

Point = tuple[float, float]

COORDINATE = st.integers(-30, 230).map(lambda hundredth: hundredth / 100)
POINT = st.tuples(COORDINATE, COORDINATE)
WHICH = st.integers(0, 10_000)
LINE = st.lists(POINT, min_size=2, max_size=5)
RADII = st.lists(st.integers(2, 70).map(lambda hundredth: hundredth / 100), min_size=3, max_size=7)


def awkward_buildings() -> Buildings:
    """Two that lap, a row with party walls, one of two parts, one on a border, one half on bare land, a hall
    with a court, and one that stands outside."""
    court = box(*place(1.3, 1.3), *place(1.7, 1.7)).difference(box(*place(1.4, 1.4), *place(1.6, 1.6)))
    shapes = [
        square(0.30, 0.40, 0.1),
        square(0.38, 0.46, 0.1),
        *(square(0.2 + 0.05 * k, 0.8, 0.05) for k in range(6)),
        MultiPolygon([square(1.2, 0.3, 0.08), square(1.4, 0.33, 0.05)]),
        square(0.95, 0.6, 0.1),
        square(1.95, 0.5, 0.12),
        court,
        square(2.1, 1.5, 0.1),
    ]
    return Buildings.of(shapes, np.arange(3, 3 + len(shapes)))


class Edits(RuleBasedStateMachine):
    """The net, what undoes it, and what was undone."""

    accepted: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.first = four(
            buildings=awkward_buildings(), communities={"n1": "c", "n2": "d", "n3": "c", "n4": "d"}
        )
        self.net: Net = self.first
        self.covered: list[BaseGeometry] = []
        self.done: list[tuple[Restore, list[BaseGeometry]]] = []
        self.undone: list[tuple[Restore, list[BaseGeometry]]] = []
        self.made = 0

    def _try(self, kind: str, edit: Callable[[], NetChange]) -> NetChange | None:
        try:
            change = edit()
        except EditRefused as refusal:
            assert str(refusal)
            return None
        self.accepted[kind] += 1
        self.done.append((change.inverse, list(self.covered)))
        self.undone.clear()
        self.net = change.net
        assert change.moved_m <= 100.0
        before, after = change.before.values(), change.after.values()
        assert all(figures.area_m2 >= 1.0 or figures.parts == 0 for figures in after)
        assert {*change.before, *change.after} == set(change.changed) and len(before) + len(after) > 0
        return change

    def _code(self, which: int) -> str:
        codes = sorted(self.net.faces)
        return codes[which % len(codes)]

    def _new(self) -> str:
        self.made += 1
        return f"x{self.made}"

    def _pair(self, which: int) -> tuple[str, str]:
        """Two neighbours, if the grid has any."""
        code = self._code(which)
        others = sorted(c for c in self.net.faces if c != code and self.net.common_edges(code, c))
        return code, others[which // 7 % len(others)] if others else code

    @rule(which=WHICH, points=LINE, turned=st.booleans())
    def split(self, which: int, points: Sequence[Point], turned: bool) -> None:
        """Most lines lead from one side of the grid to the other, bent on the way."""
        code, new = self._code(which), self._new()
        west, south, east, north = self.net.faces[code].shape.bounds
        share = np.array(points)
        if which % 8:
            share[:, 0] = np.linspace(-0.1, 1.1, len(points))
            share[:, 1] = share[:, 1].clip(0.05, 0.95)
        share = share[:, ::-1] if turned else share
        drawn = LineString(np.array([west, south]) + share * [east - west, north - south])
        self._try("split", lambda: self.net.split(code, drawn, new_codes=(code, new)))

    @rule(which=WHICH)
    def merge(self, which: int) -> None:
        a, b = self._pair(which)
        self._try("merge", lambda: self.net.merge([a, b], keep=a, unlocked=which % 2 == 0))

    @rule(which=WHICH, points=LINE)
    def redraw(self, which: int, points: Sequence[Point]) -> None:
        a, b = self._pair(which)
        edges = sorted(self.net.common_edges(a, b))
        ends = [edges[0][0], edges[-1][1]] if edges else [place(0, 0), place(1, 1)]
        drawn = LineString([ends[0], *(place(*p) for p in points[1:-1]), ends[1]])
        self._try("redraw", lambda: self.net.redraw(a, b, drawn, unlocked=which % 2 == 0))

    @rule(which=WHICH, to=POINT)
    def move_node(self, which: int, to: Point) -> None:
        vertices = sorted(self.net.faces[self._code(which)].vertices)
        vertex = vertices[which // 3 % len(vertices)]
        aim = place(*to)
        near = tuple(0.8 * v + 0.2 * w for v, w in zip(vertex, aim, strict=True))
        self._try(
            "move_node", lambda: self.net.move_node(vertex, (near[0], near[1]), unlocked=which % 2 == 0)
        )

    @rule(centre=POINT, radii=RADII, pieces=st.booleans())
    def carve(self, centre: Point, radii: Sequence[float], pieces: bool) -> None:
        new, ring = self._new(), star(centre, radii)
        self._try("carve", lambda: self.net.carve(ring, new_code=new, accept_pieces=pieces))

    @rule(which=WHICH, centre=POINT, radii=RADII)
    def reassign(self, which: int, centre: Point, radii: Sequence[float]) -> None:
        code, ring = self._code(which), star(centre, radii)
        self._try("reassign", lambda: self.net.reassign(ring, to=code, unlocked=which % 2 == 0))

    @rule(centre=POINT, radii=RADII)
    def cover(self, centre: Point, radii: Sequence[float]) -> None:
        """A star beside the net, less the ground that is taken."""
        new, bare = self._new(), star(centre, radii)
        for face in self.net.faces.values():
            bare = bare.difference(face.shape)
        parts = [part for part in getattr(bare, "geoms", [bare]) if part.geom_type == "Polygon" and part.area]
        if not parts:
            return
        drawn = Polygon(max(parts, key=lambda part: part.area).exterior)
        if self._try("cover", lambda: self.net.cover(drawn, new_code=new)):
            self.covered.append(self.net.faces[new].shape)

    @rule(which=WHICH, floors=st.integers(2, 5))
    def stack(self, which: int, floors: int) -> None:
        building, new = which % len(self.net.buildings.footprints), self._new()
        each = int(self.net.buildings.households[building]) // floors
        parts = {f"{floor}F": Part(each, floor, floor) for floor in range(1, floors + 1)}
        claims = {new: sorted(parts)[1:]}
        self._try("stack", lambda: self.net.stack(building, parts, claims, kept_by_host=["1F"]))

    @rule(which=WHICH)
    def unstack(self, which: int) -> None:
        codes = sorted(self.net.stacks)
        if codes:
            self._try("unstack", lambda: self.net.unstack([codes[which % len(codes)]]))

    @rule(steps=st.integers(1, 3))
    def undo(self, steps: int) -> None:
        for _ in range(min(steps, len(self.done))):
            inverse, covered = self.done.pop()
            back = self.net.restore(inverse)
            self.undone.append((back.inverse, list(self.covered)))
            self.net, self.covered = back.net, covered

    @rule()
    def redo(self) -> None:
        if self.undone:
            inverse, covered = self.undone.pop()
            again = self.net.restore(inverse)
            self.done.append((again.inverse, list(self.covered)))
            self.net, self.covered = again.net, covered

    @invariant()
    def conserved(self) -> None:
        require_conserved(self.first, self)

    def undo_all(self) -> Net:
        """The net with every edit taken back."""
        net = self.net
        for inverse, _ in reversed(self.done):
            net = net.restore(inverse).net
        return net

    def teardown(self) -> None:
        require_undone(self.first, self)


def star(centre: Point, radii: Sequence[float]) -> Polygon:
    """A ring around a centre, its corners at equal angles."""
    angles = np.arange(len(radii)) * 2 * np.pi / len(radii)
    x, y = np.array(centre)[:, None] + np.array(radii) * np.array([np.cos(angles), np.sin(angles)])
    return Polygon([place(*p) for p in zip(x, y, strict=True)])


def run(examples: int, steps: int) -> Counter[str]:
    Edits.accepted = Counter()
    run_state_machine_as_test(
        Edits,
        settings=settings(
            deadline=None,
            max_examples=examples,
            stateful_step_count=steps,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Edits.accepted


def test_edits_undo_and_redo_in_any_order_conserve_a_small_net() -> None:
    assert run(examples=12, steps=20).total() >= 20


@pytest.mark.soak
def test_edits_undo_and_redo_in_any_order_at_length() -> None:
    accepted = run(examples=300, steps=80)
    print(f"\naccepted {accepted.total()}: {dict(accepted)}")
    kinds = {"split", "merge", "redraw", "move_node", "carve", "reassign", "cover", "stack", "unstack"}
    assert accepted.keys() == kinds
