"""Drawing a plan: edits, undo, who may, and what is refused with the plan untouched."""

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.land import buildings, plans
from boundaries.land.plans import Actor
from boundaries.land.plans import drawing as drawings
from boundaries.land.plans.refusals import (
    NothingLeft,
    NotInScope,
    StalePlan,
    StepNotAllowed,
)
from boundaries.land.refusals import MissingColumn, UnknownCode, ValueNotAllowed
from boundaries.store import clock
from boundaries.store.tables import Plan, PlanEdit
from gis.net import EditRefused
from gis.net.refusals import AcrossCommunities, BadLine, DoesNotCross, Locked, MovedTooFar
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4, B1, PLANNER, line, square
from tests.boundaries.towns import A, Town


@pytest.fixture
def plan(session: Session, town: Town) -> Plan:
    return plans.create(session, town.district, title="东街调整", scope=A, by=PLANNER)


def edit(session: Session, town: Town, plan: Plan, operation: str, **parameters: object) -> plans.Edited:
    return plans.edit(session, town.district, plan.code, operation, parameters, seen=plan.version, by=PLANNER)


def shapes(session: Session, town: Town, plan: Plan) -> dict[str, bytes]:
    net = plans.drawing_of(session, town.district, plan).net
    return {code: shapely.to_wkb(face.shape) for code, face in net.faces.items()}


# west to east through A001, above building H1 (6–7) and H2 (8–8.5)
ACROSS_A1 = line((-1, 7.5), (6, 7.5))


def test_split_keeps_the_code_where_more_people_live_and_numbers_the_other(
    session: Session, town: Town, plan: Plan
) -> None:
    done = edit(session, town, plan, "split", grid=A1, line=line((-1, 9), (5, 9)))
    # no building counts households, so the larger part keeps the code: the south, right of the line
    assert done.edit.parameters["new_codes"] == [f"{A}005", A1]
    assert done.change is not None
    assert done.change.after[A1].area_m2 == pytest.approx(4 * done.change.after[f"{A}005"].area_m2, rel=1e-3)
    assert (plan.version, plan.applied) == (2, 1)
    second = edit(session, town, plan, "split", grid=A3, line=line((-1, 2.5), (5, 2.5)), keep="none")
    assert second.edit.parameters["new_codes"] == [f"{A}006", f"{A}007"]


def test_codes_of_other_open_plans_are_not_given_again(session: Session, town: Town, plan: Plan) -> None:
    edit(session, town, plan, "split", grid=A1, line=ACROSS_A1)
    other = plans.create(session, town.district, title="另一个", scope=A, by=PLANNER)
    done = edit(session, town, other, "split", grid=A4, line=line((5, 4.5), (10, 4.5)))
    assert set(done.edit.parameters["new_codes"]) == {A4, f"{A}006"}


def test_undo_and_redo_give_the_same_bits_also_in_a_process_that_has_nothing_cached(
    session: Session, town: Town, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = [shapes(session, town, plan)]
    for operation, parameters in (
        ("split", {"grid": A1, "line": ACROSS_A1}),
        ("merge", {"grids": [A3, A4]}),
        ("move_node", {"node": list(towns.at(5, 5)), "to": list(towns.at(5.001, 4.999))}),
        ("name", {"grid": A2, "name": "花园"}),
    ):
        edit(session, town, plan, operation, **parameters)
        states.append(shapes(session, town, plan))
    for forget in (False, True):
        for number in (3, 2, 1, 0):
            plans.undo(session, town.district, plan.code, seen=plan.version, by=PLANNER)
            if forget:
                monkeypatch.setattr(drawings, "_shelf", type(drawings._shelf)())
            assert shapes(session, town, plan) == states[number]
        with pytest.raises(NothingLeft):
            plans.undo(session, town.district, plan.code, seen=plan.version, by=PLANNER)
        for number in (1, 2, 3, 4):
            plans.redo(session, town.district, plan.code, seen=plan.version, by=PLANNER)
            assert shapes(session, town, plan) == states[number]
        with pytest.raises(NothingLeft):
            plans.redo(session, town.district, plan.code, seen=plan.version, by=PLANNER)


def test_an_edit_after_undo_drops_what_was_undone(session: Session, town: Town, plan: Plan) -> None:
    edit(session, town, plan, "split", grid=A1, line=ACROSS_A1)
    plans.undo(session, town.district, plan.code, seen=plan.version, by=PLANNER)
    edit(session, town, plan, "merge", grids=[A1, A2])
    rows = session.scalars(select(PlanEdit.operation).where(PlanEdit.plan_id == plan.id)).all()
    assert rows == ["merge"]
    assert set(shapes(session, town, plan)) == set(towns.GRIDS) - {A2}


@pytest.mark.parametrize(
    ("operation", "parameters", "refusal"),
    [
        ("split", {"grid": A1, "line": line((1, 6), (2, 7))}, DoesNotCross),
        ("split", {"grid": A1, "line": {"type": "LineString", "coordinates": [[1.0, 2.0]]}}, BadLine),
        ("split", {"grid": A1, "line": {"type": "Point", "coordinates": [1.0, 2.0]}}, BadLine),
        (
            "split",
            {"grid": A1, "line": {"type": "LineString", "coordinates": [[float("nan"), 2], [1, 2]]}},
            BadLine,
        ),
        ("split", {"grid": "140502001001999", "line": ACROSS_A1}, EditRefused),
        ("split", {"grid": B1, "line": line((9, 5), (16, 5))}, Locked),
        ("merge", {"grids": [A2, B1]}, AcrossCommunities),
        ("name", {"grid": B1, "name": "x"}, Locked),
        ("cover", {"polygon": square(31, 1, 35, 5), "community": towns.C}, NotInScope),
        ("appoint", {"grid": A1, "party": "nobody"}, UnknownCode),
        ("split", {"grid": A1, "line": ACROSS_A1, "keep": "both"}, ValueNotAllowed),
        ("carve", {"polygon": square(1, 6, 2, 7), "kind": "立体"}, ValueNotAllowed),
        ("split", {"grid": A1}, MissingColumn),
        ("move_node", {"node": "here", "to": [1.0, 2.0]}, BadLine),
        ("move_node", {"node": towns.at(5, 5), "to": [float("nan"), 2.0]}, BadLine),
        ("explode", {"grid": A1}, ValueNotAllowed),
    ],
)
def test_a_refused_edit_leaves_the_plan_as_it_was(
    session: Session,
    town: Town,
    plan: Plan,
    operation: str,
    parameters: dict[str, object],
    refusal: type[Exception],
) -> None:
    before = shapes(session, town, plan)
    with pytest.raises(refusal), session.begin_nested():
        edit(session, town, plan, operation, **parameters)
    session.refresh(plan)
    assert (plan.version, plan.applied) == (1, 0)
    assert shapes(session, town, plan) == before


def test_a_write_on_an_older_version_is_refused_with_both(session: Session, town: Town, plan: Plan) -> None:
    edit(session, town, plan, "split", grid=A1, line=ACROSS_A1)
    with pytest.raises(StalePlan) as refused:
        plans.undo(session, town.district, plan.code, seen=1, by=PLANNER)
    assert (refused.value.seen, refused.value.present) == (1, 2)


def test_scope_and_area_of_the_account_decide_who_may_draft(session: Session, town: Town) -> None:
    east = Actor("east", "planner", "140502001")  # the street of A and B
    assert plans.create(session, town.district, title="a", scope=A, by=east).kind == "grids"
    for actor, scope, kind in (
        (east, towns.C, "grids"),  # another street's
        (Actor("clerk", "clerk"), A, "grids"),
        (Actor("a", "planner", A), "140502001", "grids"),  # wider than the account
        (Actor("a", "planner", "140502001"), "140502", "boundary"),
    ):
        with pytest.raises(StepNotAllowed):
            plans.create(session, town.district, title="a", scope=scope, kind=kind, by=actor)
    with pytest.raises(NotInScope):
        plans.create(session, town.district, title="a", scope=A, kind="boundary", by=PLANNER)


def test_only_a_boundary_adjustment_moves_the_border_of_communities(session: Session, town: Town) -> None:
    border = {"a": A2, "b": B1, "line": line((10, 10), (9.8, 7.5), (10, 5))}
    plain = plans.create(session, town.district, title="a", scope="140502001", by=PLANNER)
    with pytest.raises(AcrossCommunities):
        edit(session, town, plain, "redraw", **border)
    adjusted = plans.create(
        session, town.district, title="区划", scope="140502001", kind="boundary", by=PLANNER
    )
    done = edit(session, town, adjusted, "redraw", **border)
    assert done.change is not None and done.change.changed == (A2, B1)


def test_a_border_led_far_aside_is_accepted_when_asked_and_again_when_replayed(
    session: Session, town: Town
) -> None:
    # a hall of 272 × 333 m: a border through its middle is led along a side, more than 100 m away
    hall = gpd.GeoDataFrame({"code": ["H9"], "name": ["大厅"]}, geometry=[towns.box(1, 1, 4, 4)], crs=4326)
    buildings.put(session, town.district, hall, valid_from=towns.YEAR, stamp=clock.stamp(session))
    street = plans.create(session, town.district, title="a", scope="140502001", by=PLANNER)
    through = {"grid": A3, "line": line((-1, 2.4), (5, 2.4))}
    with pytest.raises(MovedTooFar), session.begin_nested():
        edit(session, town, street, "split", **through)
    done = edit(session, town, street, "split", **through, most_moved_m=250)
    assert 100 < done.edit.moved_m < 250
    # an edit from before there was a limit has none in its parameters
    done.edit.parameters = {k: v for k, v in done.edit.parameters.items() if k != "most_moved_m"}
    session.flush()
    other = drawn.draft(session, town.district, ("split", {"grid": A4, "line": line((5, 2.4), (10, 2.4))}))
    drawn.approve(session, town.district, other)
    drawn.publish(session, town.district, other)  # A003 gets a vertex: the edit is done again
    moved_m = done.edit.moved_m
    plans.rebase(session, town.district, street.code, seen=None, by=PLANNER)
    session.refresh(done.edit)
    assert done.edit.moved_m == pytest.approx(moved_m, abs=0.01)
    assert done.edit.parameters["most_moved_m"] >= moved_m
