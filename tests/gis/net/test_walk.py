"""Whatever is drawn, in whatever order: the net stays whole, and undoing everything gives it back."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.net import Net
from gis.net.buildings import CUT_M2
from tests.gis.net.nets import brooklyn, demo_district, little_town, single_member_districts
from tests.gis.net.walk import Edited, Walk

LATTICE_M = 1e-4  # 0.1 mm, the step of the lattice on the ground
KINDS = {"split", "merge", "redraw", "move_node", "carve", "reassign", "cover", "stack"}


def cut_buildings(net: Net) -> set[int]:
    """Positions of the buildings with more than 0.05 m² in two grids, or in one and on bare land: counted
    the slow way."""
    footprints = net.buildings.footprints
    shapes = np.array([face.shape for face in net.faces.values()], dtype=object)
    house, grid = shapely.STRtree(shapes).query(footprints, predicate="intersects")
    areas = net.frame.area_m2(shapely.intersection(footprints[house], shapes[grid]))
    sides = np.bincount(house[areas > CUT_M2], minlength=len(footprints))
    covered = np.bincount(house, areas, minlength=len(footprints))
    sides += net.frame.area_m2(footprints) - covered > CUT_M2
    return set(np.flatnonzero(sides > 1).tolist())


def require_conserved(first: Net, walk: Edited) -> None:
    """What no sequence of edits may change."""
    now = walk.net
    shapes = now.polygons().to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert bool(shapely.is_valid(shapes).all())
    # every inner edge once in each direction; what is left over is the outline, as it was
    directed = [edge for face in now.faces.values() for edge in face.edges]
    assert len(directed) == len(set(directed))
    outline = shapely.union_all([shapely.coverage_union_all(first.polygons().to_numpy()), *walk.covered])
    union = shapely.coverage_union_all(shapes)
    drift = now.frame.area_m2([shapely.symmetric_difference(outline, union)])[0]
    assert drift <= LATTICE_M * now.frame.length_m([outline.boundary])[0]
    assert cut_buildings(now) <= cut_buildings(first)
    shapely.prepare(outline)
    within = shapely.intersects(outline, first.buildings.anchors)
    assert sum(f.households for f in now.figures().values()) == first.buildings.households[within].sum()


def require_undone(first: Net, walk: Edited) -> None:
    """Undoing every edit gives the first net back, bit for bit."""
    back = walk.undo_all()
    assert back.faces.keys() == first.faces.keys()
    assert back.stacks == first.stacks and back.communities == first.communities
    for code, face in first.faces.items():
        assert shapely.to_wkb(back.faces[code].shape) == shapely.to_wkb(face.shape)


def walked(net: Net, seed: int, steps: int, most_faces: int, *, look_every: int = 10**9) -> Walk:
    """A walk from a net, looked at in between, at its end, and after undoing it."""
    walk = Walk(net, np.random.default_rng(seed), most_faces)
    for step in range(1, steps + 1):
        walk.step()
        if step % look_every == 0 and step < steps:
            require_conserved(net, walk)
    require_conserved(net, walk)
    require_undone(net, walk)
    return walk


def test_a_walk_over_a_real_net_conserves_it(shared_data: Path) -> None:
    walk = walked(single_member_districts(shared_data), 1, 200, most_faces=350)
    assert walk.accepted.total() >= 120, (walk.accepted, walk.refused)


def test_a_walk_among_real_buildings_cuts_none(shared_data: Path) -> None:
    walk = walked(brooklyn(shared_data, 25), 3, 120, most_faces=60)
    assert walk.accepted.total() >= 72, (walk.accepted, walk.refused)


def test_a_walk_over_an_invented_town_conserves_it() -> None:
    walk = walked(little_town(), 4, 300, most_faces=80)
    assert walk.accepted.total() >= 180, (walk.accepted, walk.refused)
    assert walk.accepted.keys() == KINDS


def require_ten_thousand(name: str, net: Net, seed: int, most_faces: int) -> None:
    walk = walked(net, seed, 10_000, most_faces, look_every=1_000)
    median, p95, p99 = np.percentile(walk.seconds, [50, 95, 99]) * 1e3
    print(f"\n{name}: {len(net.faces)} grids at first, {len(walk.net.faces)} at last")
    print(f"accepted {walk.accepted.total()} of 10,000: {dict(walk.accepted)}")
    print(f"refused: {dict(walk.refused.most_common())}")
    print(f"CPU of an edit, ms: median {median:.1f}, p95 {p95:.1f}, p99 {p99:.1f}")
    print(f"led aside at most {walk.moved_m:.1f} m")
    assert walk.accepted.total() >= 6_000
    assert walk.accepted.keys() == KINDS and min(walk.accepted.values()) >= 500


@pytest.mark.soak
def test_ten_thousand_edits_of_a_real_net(shared_data: Path) -> None:
    require_ten_thousand("dc", single_member_districts(shared_data), 10, most_faces=500)


@pytest.mark.soak
def test_ten_thousand_edits_among_real_buildings(shared_data: Path) -> None:
    require_ten_thousand("nyc", brooklyn(shared_data, 60), 11, most_faces=150)


@pytest.mark.soak
def test_ten_thousand_edits_of_the_demo_district() -> None:
    require_ten_thousand("demo", demo_district(), 12, most_faces=1_300)
