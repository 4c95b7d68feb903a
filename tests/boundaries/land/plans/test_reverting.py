"""The former net comes back through a plan: bit for bit where it can, and with its people."""

from datetime import UTC, datetime, timedelta

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty import snapshot
from boundaries.land import plans
from boundaries.land.plans.refusals import NothingThen, NotPublished, PlanConflicts
from gis.net.refusals import AcrossCommunities
from tests.boundaries import towns
from tests.boundaries.land.plans.drawn import (
    A1,
    A2,
    A3,
    A4,
    B1,
    B2,
    PLANNER,
    approve,
    draft,
    line,
    publish,
    square,
)
from tests.boundaries.towns import A, Town


def test_a_published_plan_is_taken_back_by_a_new_one(session: Session, town: Town) -> None:
    before = snapshot.build(session, towns.DISTRICT)
    plan = draft(
        session,
        town.district,
        ("split", {"grid": A1, "line": line((-1, 7.5), (5, 7.5)), "keep": "right"}),
        ("merge", {"grids": [A3, A4], "keep": A4}),
        ("name", {"grid": A2, "name": "新名"}),
    )
    with pytest.raises(NotPublished):
        plans.revert(session, town.district, plan.code, by=PLANNER)
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    back = plans.revert(session, town.district, plan.code, by=PLANNER)
    drawing = plans.drawing_of(session, town.district, back)
    shapes = {grid.code: shape for grid, shape in zip(before.ground, before.shapes, strict=True)}
    new = f"{A}006"  # A003 was retired: its ground comes back under a new code
    assert set(drawing.net.faces) == set(shapes) - {A3} | {new}
    for code, face in drawing.net.faces.items():
        former = shapes[A3 if code == new else code]
        assert shapely.area(face.shape ^ former) * 1e10 < 0.5
    assert drawing.facts_of(A2).name != "新名"
    approve(session, town.district, back)
    publish(session, town.district, back)
    now = snapshot.build(session, towns.DISTRICT)
    for place in ((1, 6), (1, 9), (6, 6), (1, 1), (9, 1)):
        was = before.answer_point(towns.at(*place))["grid"]["code"]
        assert now.answer_point(towns.at(*place))["grid"]["code"] == (new if was == A3 else was)
    assert now.answer_grid(A1)["owner"]["leader"]["name"] == "王小明"
    lineage = session.execute(
        text(
            "select p.code, c.code from yiwang.grid_lineage l join yiwang.grid p on p.id = l.parent_id"
            " join yiwang.grid c on c.id = l.child_id where c.code = :code"
        ),
        {"code": new},
    ).all()
    assert [tuple(row) for row in lineage] == [(A4, new)]


def test_a_retired_grid_comes_back_with_the_leader_of_that_day(session: Session, town: Town) -> None:
    plan = draft(session, town.district, ("merge", {"grids": [A1, A2], "keep": A2}))
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    back = plans.revert(session, town.district, plan.code, by=PLANNER)
    drawing = plans.drawing_of(session, town.district, back)
    assert dict(drawing.parties) == {f"{A}005": "P1"}
    assert drawing.facts_of(f"{A}005").name == "笔峰寺第1网格"


def test_undoing_a_restored_net_gives_the_present_one_back_bit_for_bit(session: Session, town: Town) -> None:
    since = datetime.now(UTC)
    plan = draft(session, town.district, ("split", {"grid": A1, "line": line((-1, 7.5), (5, 7.5))}))
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    back = plans.restore(session, town.district, to=since, title="回", scope=A, by=PLANNER)
    present = plans.drawing_of(session, town.district, back).ground.net
    for _ in range(back.applied):
        plans.undo(session, town.district, back.code, seen=None, by=PLANNER)
    undone = plans.drawing_of(session, town.district, back)
    assert {c: shapely.to_wkb(f.shape) for c, f in undone.net.faces.items()} == {
        c: shapely.to_wkb(f.shape) for c, f in present.faces.items()
    }
    assert undone.touched() == []
    plans.redo(session, town.district, back.code, seen=None, by=PLANNER)
    assert plans.drawing_of(session, town.district, back).touched() != []


def test_a_restored_net_is_replayed_on_a_newer_one(session: Session, town: Town) -> None:
    since = datetime.now(UTC)
    plan = draft(session, town.district, ("split", {"grid": A1, "line": line((-1, 7.5), (5, 7.5))}))
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    back = plans.restore(session, town.district, to=since, title="回", scope=A, by=PLANNER)
    later = draft(session, town.district, ("split", {"grid": A3, "line": line((-1, 2.5), (6, 2.5))}))
    approve(session, town.district, later)
    publish(session, town.district, later)
    plans.rebase(session, town.district, back.code, seen=None, by=PLANNER)
    after = {c for c in plans.drawing_of(session, town.district, back).net.faces if c.startswith(A)}
    assert after == {A1, A2, A3, A4, f"{A}006"}  # what was published since stays
    touching = draft(session, town.district, ("merge", {"grids": [A1, A2], "keep": A1}))
    approve(session, town.district, touching)
    publish(session, town.district, touching)
    with pytest.raises(PlanConflicts) as refused:
        plans.rebase(session, town.district, back.code, seen=None, by=PLANNER)
    assert refused.value.conflicts[0]["code"] == "not-current"


def test_nothing_is_restored_from_before_there_was_a_net(session: Session, town: Town) -> None:
    long_ago = towns.YEAR - timedelta(days=1)
    with pytest.raises(NothingThen):
        plans.restore(session, town.district, to=long_ago, title="回", scope=A, by=PLANNER)


def test_a_community_with_other_borders_then_needs_a_boundary_plan(session: Session, town: Town) -> None:
    since = datetime.now(UTC)
    moved = plans.create(session, town.district, title="界", scope="140502001", kind="boundary", by=PLANNER)
    plans.edit(
        session, town.district, moved.code, "reassign",
        {"polygon": square(10, 0, 11, 10), "to": A2}, seen=None, by=PLANNER,
    )  # fmt: skip
    approve(session, town.district, moved)
    publish(session, town.district, moved)
    with pytest.raises(AcrossCommunities) as refused:
        plans.restore(session, town.district, to=since, title="回", scope=A, by=PLANNER)
    assert refused.value.place is not None and refused.value.facts["area_m2"] > 1e5
    back = plans.revert(session, town.district, moved.code, by=PLANNER)
    faces = plans.drawing_of(session, town.district, back).net.faces
    assert faces[B1].shape.bounds[0] == pytest.approx(towns.at(10, 0)[0], abs=1e-9)
    assert {B1, B2} <= set(faces)
