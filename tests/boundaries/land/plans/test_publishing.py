"""From draft to the net in force: steps, lineage, people, conflicts, and ten plans at once."""

from datetime import UTC, datetime, timedelta

import pytest
import shapely
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.duty import snapshot
from boundaries.land import buildings, plans
from boundaries.land.plans.refusals import (
    EffectiveInThePast,
    EmptyPlan,
    PlanBlocked,
    PlanConflicts,
    ReasonMissing,
    StepNotAllowed,
    TwoPeopleNeeded,
    WrongState,
)
from boundaries.store import clock
from boundaries.store.tables import NetVersion
from tests.boundaries import towns
from tests.boundaries.land.plans.drawn import (
    A1,
    A2,
    A3,
    A4,
    APPROVER,
    B1,
    B2,
    PLANNER,
    REVIEWER,
    approve,
    draft,
    line,
    publish,
    square,
)
from tests.boundaries.towns import A, Town

A5, A6 = f"{A}005", f"{A}006"


# H1 lies between 6 and 7, H2 at 8 to 8.5 (its door is in A002)
SPLIT_A1 = ("split", {"grid": A1, "line": line((-1, 7.5), (5, 7.5))})


def households(session: Session, town: Town, **counts: int) -> None:
    frame = towns.building_frame()
    frame["households"] = [counts.get(code, 0) for code in frame["code"]]
    stamp = clock.stamp(session)
    buildings.put(session, town.district, frame, valid_from=towns.YEAR, stamp=stamp)


def test_the_diff_names_grids_buildings_and_people_before_anything_is_in_force(
    session: Session, town: Town
) -> None:
    households(session, town, H1=30)
    plan = draft(session, town.district, SPLIT_A1, ("merge", {"grids": [A3, A4], "keep": A4}))
    found = plans.diff(session, town.district, plan)
    by_code = {grid["code"]: grid for grid in found.grids}
    assert {code: grid["change"] for code, grid in by_code.items()} == {
        A1: "changed",  # the south, where the 30 households are
        A3: "retired",
        A4: "changed",
        A5: "new",
    }
    (parent,) = by_code[A5]["parents"]
    assert (parent["code"], parent["households"], parent["household_share"]) == (A1, 0, 0.0)
    assert parent["area_share"] == pytest.approx(0.5, abs=1e-4)  # of A001's 5–10, 7.5–10
    assert [child["code"] for child in by_code[A3]["children"]] == [A4]
    # H4 was A003's by the tie; H3 was in A004 already, H1 keeps its grid
    assert [(each["code"], each["from"], each["to"]) for each in found.buildings] == [("H4", A3, A4)]
    assert found.totals["retired"] == 1 and A2 in found.kept
    vacant = [problem.grid for problem in found.problems if problem.code == "vacant-leader"]
    assert vacant == [A4, A5]
    rows = found.to_csv().splitlines()
    assert rows[0].startswith("what,code,from,to,change")
    assert f"building,H4,{A3},{A4},moved,,,0" in rows


def test_publication_changes_the_owner_from_its_instant_and_not_before(session: Session, town: Town) -> None:
    households(session, town, H1=30)
    plan = draft(session, town.district, SPLIT_A1, ("appoint", {"grid": A5, "party": "P3"}))
    approve(session, town.district, plan)
    later = datetime.now(UTC) + timedelta(days=30)
    publish(session, town.district, plan, later)
    assert (plan.state, plan.applied) == ("published", 2)
    north = [towns.at(1, 9)]
    for at, grid, leader in ((None, A1, "王小明"), (later, A5, "赵强")):
        answers = snapshot.build(session, town.district.code, at=at)
        answer = answers.answer_point(north[0])
        assert answer["grid"] is not None and answer["owner"]["leader"] is not None
        assert (answer["grid"]["code"], answer["owner"]["leader"]["name"]) == (grid, leader)
        h1 = answers.answer_building("H1")
        assert h1["grid"] is not None and h1["grid"]["code"] == A1
    lineage = session.execute(
        text(
            "select p.code, c.code from yiwang.grid_lineage l join yiwang.grid p on p.id = l.parent_id"
            " join yiwang.grid c on c.id = l.child_id order by 1, 2"
        )
    ).all()
    assert [tuple(row) for row in lineage] == [(A1, A1), (A1, A5)]
    # only a vertex was put into A002's western border: a version that says so
    noded = session.scalars(
        text("select g.code from yiwang.grid_version v join yiwang.grid g on g.id = v.grid_id where v.noded")
    ).all()
    assert noded == [A2]


def test_whoever_had_a_grid_that_ends_follows_its_households(session: Session, town: Town) -> None:
    households(session, town, H1=30)
    split = ("split", {**SPLIT_A1[1], "keep": "none"})  # the north is A005, the south with H1 A006
    plan = draft(session, town.district, split)
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    now = snapshot.build(session, town.district.code, at=clock.stamp(session))
    south, north = now.answer_grid(A6)["owner"], now.answer_grid(A5)["owner"]
    assert south["leader"] is not None and south["leader"]["name"] == "王小明"
    assert [each["name"] for each in south["staff"]] == ["赵强"]
    assert north["leader"] is None and north["staff"] == []
    h1 = now.answer_building("H1")
    assert h1["grid"] is not None and h1["grid"]["code"] == A6


def test_a_merge_keeps_the_leader_of_the_grid_that_stays_and_all_staff(session: Session, town: Town) -> None:
    plan = draft(session, town.district, ("merge", {"grids": [A1, A2], "keep": A2}))
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    owner = snapshot.build(session, town.district.code, at=clock.stamp(session)).answer_grid(A2)["owner"]
    assert owner["leader"] is not None and owner["leader"]["name"] == "李芳"
    assert [each["name"] for each in owner["staff"]] == ["赵强"]
    again = draft(session, town.district, ("split", {"grid": A3, "line": line((0, 2.5), (5, 2.5))}))
    edit = plans.applied_edits(session, again)[0]
    assert A1 not in edit.parameters["new_codes"]  # a code that ended is never given again


def test_steps_come_in_order_and_from_two_people(session: Session, town: Town) -> None:
    district = town.district
    plan = draft(session, district, SPLIT_A1)

    def step(name: str, actor: plans.Actor, note: str = "") -> None:
        plans.step(session, district, plan.code, name, seen=plan.version, by=actor, note=note)

    with pytest.raises(WrongState):
        step("review", REVIEWER)
    step("submit", PLANNER)
    with pytest.raises(WrongState):
        plans.undo(session, district, plan.code, seen=plan.version, by=PLANNER)
    with pytest.raises(StepNotAllowed):
        step("review", plans.Actor("other", "planner"))
    with pytest.raises(TwoPeopleNeeded):
        step("review", plans.Actor("planner", "administrator"))
    with pytest.raises(ReasonMissing):
        step("return", REVIEWER)
    step("return", REVIEWER, "边界应沿东大街")
    step("submit", PLANNER)
    step("review", REVIEWER)
    with pytest.raises(TwoPeopleNeeded):
        step("approve", plans.Actor("planner", "administrator"))
    with pytest.raises(StepNotAllowed):  # a street does not approve
        step("approve", plans.Actor("street", "approver", "140502001"))
    step("approve", APPROVER)
    publish(session, district, plan)
    for name in ("submit", "withdraw"):
        with pytest.raises(WrongState):
            step(name, PLANNER)
    with pytest.raises(EmptyPlan):
        empty = draft(session, district)
        plans.step(session, district, empty.code, "submit", seen=1, by=PLANNER)


def test_a_plan_is_not_published_into_the_past_or_with_blocking_problems(
    session: Session, town: Town
) -> None:
    plan = draft(session, town.district, ("carve", {"polygon": square(2, 2, 2.05, 2.05), "name": "亭"}))
    approve(session, town.district, plan)  # 4.5 m × 5.5 m
    with pytest.raises(EffectiveInThePast):
        publish(session, town.district, plan, datetime(2026, 2, 1, tzinfo=UTC))
    with pytest.raises(PlanBlocked) as refused:
        publish(session, town.district, plan)
    (problem,) = refused.value.problems
    assert (problem["code"], problem["grid"]) == ("too-small", A5)
    assert problem["size"] == pytest.approx(4.5 * 5.5, rel=0.05)


def test_an_old_base_is_replayed_and_conflicts_are_told_edit_by_edit(session: Session, town: Town) -> None:
    district = town.district
    west = draft(session, district, SPLIT_A1)
    east = draft(session, district, ("split", {"grid": A4, "line": line((5, 2.5), (11, 2.5))}))
    clash = draft(
        session,
        district,
        ("name", {"grid": A2, "name": "北"}),
        ("split", {"grid": A4, "line": line((7.5, -1), (7.5, 6))}),
        ("merge", {"grids": [A3, A4], "keep": A4}),
    )
    merged = draft(session, district, ("merge", {"grids": [A1, A2], "keep": A2}))
    for plan in (west, east, clash, merged):
        approve(session, district, plan)
    publish(session, district, merged)  # A001 is gone now
    with pytest.raises(PlanConflicts) as refused, session.begin_nested():
        publish(session, district, west)
    (conflict,) = refused.value.conflicts
    assert (conflict["edit"], conflict["operation"], conflict["code"]) == (1, "split", "unknown-grid")
    session.refresh(west)
    assert west.state == "approved"
    publish(session, district, east)
    assert east.base_version_id == session.scalar(select(NetVersion.id).where(NetVersion.number == 2))
    # the line goes on across the half that A004 has left
    publish(session, district, clash)
    plan = draft(session, district, ("split", {"grid": A2, "line": line((2.5, 4), (2.5, 11))}))
    assert plans.diff(session, district, plan).base == 4
    net = plans.drawing_of(session, district, plan).net
    assert shapely.coverage_is_valid([face.shape for face in net.faces.values()])


def test_rebase_moves_a_draft_to_the_present_net(session: Session, town: Town) -> None:
    district = town.district
    plan = draft(session, district, ("split", {"grid": A4, "line": line((5, 2.5), (11, 2.5))}))
    first = draft(session, district, SPLIT_A1)
    approve(session, district, first)
    publish(session, district, first)
    before = plan.version
    plans.rebase(session, district, plan.code, seen=before, by=PLANNER)
    assert plan.version == before + 1
    assert plans.diff(session, district, plan).base == 2
    assert A5 in plans.drawing_of(session, district, plan).net.faces


def test_the_published_net_is_the_drawn_one_and_buildings_stand_as_a_full_assignment_says(
    session: Session, town: Town
) -> None:
    district = town.district
    plan = draft(
        session,
        district,
        SPLIT_A1,
        ("move_node", {"node": towns.at(5, 5), "to": towns.at(5.3, 4.6)}),
        ("carve", {"polygon": square(4.5, 2, 6, 4), "kind": "专属", "name": "市场"}),
        ("reassign", {"polygon": square(14, 8, 15, 10), "to": B2}),
        ("redraw", {"a": B1, "b": B2, "line": line((15, 0), (15.5, 2.5), (15, 5), (14, 10))}),
        ("merge", {"grids": [A2, A4]}),
        scope="140502001",
    )
    drawing = plans.drawing_of(session, district, plan)
    approve(session, district, plan)
    publish(session, district, plan)
    at = session.get_one(NetVersion, plan.published_version_id).effective_from
    assigned = buildings.assign(session, district, valid_from=at, stamp=clock.stamp(session))
    assert (assigned.added, assigned.changed, assigned.retired) == (0, 0, 0)
    after = plans.create(session, district, title="后", scope=A, by=PLANNER)
    standing = plans.drawing_of(session, district, after)
    assert {code: shapely.to_wkb(face.shape) for code, face in standing.net.faces.items()} == {
        code: shapely.to_wkb(face.shape) for code, face in drawing.net.faces.items()
    }
    market = next(code for code, facts in standing.ground.facts.items() if facts.kind == "专属")
    assert standing.ground.facts[market].name == "市场"
