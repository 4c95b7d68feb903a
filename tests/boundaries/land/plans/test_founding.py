"""社区居委会增设: a community of whole grids, from the application to the day it stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty import caretaking, check, snapshot
from boundaries.duty.refusals import GridGone
from boundaries.land import areas, buildings, heirs, plans
from boundaries.land.codes import MalformedCode
from boundaries.land.plans import Actor
from boundaries.land.plans.refusals import (
    CommunitiesEnded,
    CommunityNotPossible,
    PlanBlocked,
    PlanConflicts,
    StepNotAllowed,
)
from boundaries.land.refusals import MissingValue, UnknownCode, ValueNotAllowed
from boundaries.store import clock
from boundaries.store.tables import Plan
from gis.net.refusals import EditRefused
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4, APPROVER, B1, B2, C1, PLANNER, REVIEWER, line
from tests.boundaries.towns import DISTRICT, YEAR, A, B, C, Town, duty, office, person

STREET = "140502001"
X = f"{STREET}003"  # 001 and 002 are taken
X1, X2 = f"{X}001", f"{X}002"
FOUND: dict[str, Any] = {"grids": [A1, A3], "name": "凤栖社区"}


def draft(session: Session, town: Town, *edits: tuple[str, dict[str, Any]], scope: str = STREET) -> Plan:
    plan = plans.create(
        session, town.district, title="增设凤栖社区", scope=scope, kind="community", by=PLANNER
    )
    for operation, parameters in edits:
        plans.edit(session, town.district, plan.code, operation, parameters, seen=plan.version, by=PLANNER)
    return plan


def publish(session: Session, town: Town, plan: Plan, when: datetime | None = None) -> Plan:
    drawn.approve(session, town.district, plan)
    return drawn.publish(session, town.district, plan, when)


def now(session: Session, town: Town) -> snapshot.Snapshot:
    return snapshot.build(session, town.district.code, at=clock.stamp(session))


def placeholder(session: Session, town: Town, code: str = B) -> None:
    frame = towns.area_frame().query("code == @code").assign(kind="待设", provisional=True)
    stamp = clock.stamp(session)
    areas.put(session, town.district, frame, valid_from=YEAR, stamp=stamp)
    care = {
        "area_code": code,
        "caretaker_code": A,
        "review_on": "2026-09-01",
        "act": "东街办〔2026〕3号",
        "valid_from": YEAR,
    }
    caretaking.put(session, town.district, pd.DataFrame([care]), stamp=stamp, made_by="test")


def test_whole_grids_become_a_community_under_new_codes_and_keep_ground_and_people(
    session: Session, town: Town
) -> None:
    before = {row[0]: row[1] for row in session.execute(_SHAPES)}
    plan = draft(session, town, ("found", FOUND))
    (edit,) = plans.all_edits(session, plan)
    assert edit.parameters["community"] == X and edit.parameters["street"] == STREET
    assert (edit.parameters["recoded"], edit.parameters["new_codes"]) == ([A1, A3], [X1, X2])
    publish(session, town, plan)
    after = {row[0]: row[1] for row in session.execute(_SHAPES)}
    assert (after[X1], after[X2]) == (before[A1], before[A3])  # not a bit moved
    assert after.keys() == {X1, X2, A2, A4, B1, B2, C1}
    answers = now(session, town)
    answer = answers.answer_point(towns.at(1, 9))
    assert answer["grid"] is not None and answer["grid"]["code"] == X1
    assert answer["areas"][0]["name"] == "凤栖社区"
    assert answer["owner"]["leader"] is not None and answer["owner"]["leader"]["name"] == "王小明"
    assert [each["name"] for each in answer["owner"]["staff"]] == ["赵强"]
    h1 = answers.answer_building("H1")
    assert h1["grid"] is not None and h1["grid"]["code"] == X1
    with pytest.raises(GridGone) as gone:
        answers.answer_grid(A1)
    assert gone.value.successors == (X1,)
    lineage = [tuple(row) for row in session.execute(_LINEAGE)]
    assert [row[:2] for row in lineage] == [(A1, X1), (A3, X2)]
    assert [row[2] for row in lineage] == pytest.approx([1.0, 1.0], abs=1e-9)
    (area,) = session.execute(_AREA, {"code": X}).all()
    published = session.execute(
        text("select effective_from from yiwang.net_version order by number desc limit 1")
    ).scalar_one()
    assert tuple(area) == ("居", False, published)


_SHAPES = text(
    "select g.code, st_asbinary(v.geom)::bytea from yiwang.grid_version v"
    " join yiwang.grid g on g.id = v.grid_id where upper_inf(v.recorded) and upper_inf(v.valid)"
)
_AREA = text(
    "select kind, provisional, lower(valid) from yiwang.area a"
    " join yiwang.area_version v on v.area_id = a.id where a.code = :code"
)
_LINEAGE = text(
    "select p.code, c.code, l.area_share from yiwang.grid_lineage l join yiwang.grid p on p.id = l.parent_id"
    " join yiwang.grid c on c.id = l.child_id order by 1, 2"
)


def test_until_the_day_it_stands_the_old_communities_answer(session: Session, town: Town) -> None:
    later = datetime.now(UTC) + timedelta(days=30)
    plan = draft(session, town, ("found", FOUND))
    publish(session, town, plan, later)
    today = now(session, town).answer_point(towns.at(1, 9))
    then = snapshot.build(session, DISTRICT, at=later).answer_point(towns.at(1, 9))
    assert [each["areas"][0]["code"] for each in (today, then)] == [A, X]
    assert today["next_change_at"] is not None


def test_a_community_is_split_from_one_along_a_line_and_the_names_follow(
    session: Session, town: Town
) -> None:
    split = ("split", {"grid": B1, "line": line((9, 5), (16, 5)), "keep": "left"})  # the north keeps it
    plan = draft(
        session,
        town,
        split,
        ("found", {"grids": [f"{B}003"], "name": "南苑社区", "community": f"{STREET}088", "kind": "村"}),
        ("name", {"grid": f"{STREET}088001", "name": "南苑第一网格"}),
        ("appoint", {"grid": f"{STREET}088001", "party": "P2"}),
    )
    publish(session, town, plan)
    answer = now(session, town).answer_point(towns.at(12, 2))
    assert answer["grid"] is not None
    assert (answer["grid"]["code"], answer["grid"]["name"]) == (f"{STREET}088001", "南苑第一网格")
    assert answer["owner"]["leader"] is not None and answer["owner"]["leader"]["name"] == "李芳"
    assert [tuple(row)[:2] for row in session.execute(_LINEAGE)] == [(B1, B1), (B1, f"{STREET}088001")]


def test_what_was_said_of_a_grid_before_it_was_recoded_holds_for_its_new_code(
    session: Session, town: Town
) -> None:
    plan = draft(
        session,
        town,
        ("appoint", {"grid": B2, "party": "P3"}),
        ("name", {"grid": B2, "name": "东片"}),
        ("micro", {"grid": B2, "micro": "一组", "buildings": ["H6"], "party": "P2"}),
        ("found", {"grids": [B2], "name": "东苑社区"}),
    )
    publish(session, town, plan)
    answer = now(session, town).answer_building("H6")
    assert answer["grid"] is not None and (answer["grid"]["code"], answer["grid"]["name"]) == (X1, "东片")
    assert answer["owner"]["leader"] is not None and answer["owner"]["leader"]["name"] == "赵强"
    assert answer["micro"] is not None and answer["micro"]["leader"]["name"] == "李芳"


def test_a_building_given_by_hand_follows_its_grid(session: Session, town: Town) -> None:
    stamp = clock.stamp(session)
    buildings.override(session, town.district, "H2", A3, valid_from=YEAR, stamp=stamp)
    publish(session, town, draft(session, town, ("found", FOUND)))
    h2 = now(session, town).answer_building("H2")
    assert h2["grid"] is not None and h2["grid"]["code"] == X2


def test_undoing_and_taking_it_back_give_the_former_net(session: Session, town: Town) -> None:
    plan = draft(session, town, ("found", FOUND))
    plans.undo(session, town.district, plan.code, seen=plan.version, by=PLANNER)
    assert plans.drawing_of(session, town.district, plan).touched() == []
    plans.redo(session, town.district, plan.code, seen=plan.version, by=PLANNER)
    publish(session, town, plan)
    back = plans.revert(session, town.district, plan.code, by=PLANNER)
    publish(session, town, back)
    answer = now(session, town).answer_point(towns.at(1, 9))
    assert answer["grid"] is not None and answer["grid"]["code"] == f"{A}005"  # a code is never used twice
    assert answer["owner"]["leader"] is not None and answer["owner"]["leader"]["name"] == "王小明"
    assert answer["areas"][0]["code"] == A and X not in now(session, town).areas


def test_a_placeholder_is_cared_for_until_its_community_stands(session: Session, town: Town) -> None:
    placeholder(session, town)
    towns.appoint(
        session,
        town,
        [office("S1", "南大街筹备组"), person("P4", "周丽")],
        [duty("S1", "desk", B, kind="area"), duty("P4", "leader", B, kind="area")],
    )
    assert now(session, town).answer_point(towns.at(12, 2))["acting"] is not None
    # the placeholder may give its name to what takes its place
    plan = draft(session, town, ("found", {"grids": [B1, B2], "name": "南大街社区"}))
    publish(session, town, plan)
    answers = now(session, town)
    answer = answers.answer_point(towns.at(12, 2))
    assert answer["acting"] is None and answer["areas"][0]["code"] == X
    expired = [each for each in check.check(answers, session).findings if each.kind == "expired_duty"]
    assert B not in {each.place for each in expired}  # the place itself ended
    acts = caretaking.acts(session, town.district, B)
    assert [(each["kind"], each["act"]) for each in acts][-1] == ("end", f"{plan.code} 增设凤栖社区")
    assert B not in answers.areas
    posts = session.execute(
        text(
            "select p.code, d.role from yiwang.duty d join yiwang.area a on a.id = d.area_id"
            " join yiwang.party p on p.id = d.party_id where a.code = :code and upper_inf(d.recorded)"
            " and upper_inf(d.valid) order by 1"
        ),
        {"code": X},
    ).all()
    assert [tuple(row) for row in posts] == [("P4", "leader"), ("S1", "desk")]


def test_a_caretaker_that_would_end_has_to_give_its_ward_away_first(session: Session, town: Town) -> None:
    placeholder(session, town)
    plan = draft(session, town, ("found", {"grids": [A1, A2, A3, A4], "name": "凤栖社区"}))
    drawn.approve(session, town.district, plan)
    with pytest.raises(PlanBlocked) as blocked:
        drawn.publish(session, town.district, plan)
    assert blocked.value.problems[0]["code"] == "ward-left"


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"community": A}, "code taken"),
        ({"name": "南大街社区"}, "name taken"),
        ({"community": "140502002009"}, "code under the street"),
        ({"street": "140502002"}, "street in scope"),
        ({"grids": [A1], "name": "笔峰寺社区"}, "name taken"),
    ],
)
def test_a_taken_name_or_code_or_another_street_is_refused(
    session: Session, town: Town, given: dict[str, Any], rule: str
) -> None:
    with pytest.raises(CommunityNotPossible) as refused:
        draft(session, town, ("found", FOUND | given))
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"name": " "}, MissingValue),
        ({"grids": []}, CommunityNotPossible),
        ({"grids": [C1]}, CommunityNotPossible),  # of another street: not in scope
        ({"grids": ["140502001001999"]}, EditRefused),
        ({"community": "14050200100"}, MalformedCode),
        ({"kind": "街道"}, ValueNotAllowed),
    ],
)
def test_what_makes_no_community_is_refused(
    session: Session, town: Town, given: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        draft(session, town, ("found", FOUND | given))


def test_grids_of_two_streets_need_a_scope_that_holds_both_and_a_named_street(
    session: Session, town: Town
) -> None:
    with pytest.raises(CommunityNotPossible) as refused:
        draft(session, town, ("found", {"grids": [B2, C1], "name": "东苑社区"}), scope=DISTRICT)
    assert refused.value.rule == "one street"
    given = {"grids": [B2, C1], "name": "东苑社区", "street": "140502002"}
    plan = draft(session, town, ("found", given), scope=DISTRICT)
    publish(session, town, plan)
    answer = now(session, town).answer_point(towns.at(18, 2))
    assert [each["code"] for each in answer["areas"][:2]] == ["140502002002", "140502002"]
    assert C not in now(session, town).areas  # it had one grid


def test_other_kinds_of_plan_found_nothing_and_this_one_moves_no_border(session: Session, town: Town) -> None:
    plan = plans.create(session, town.district, title="a", scope=STREET, by=PLANNER)
    with pytest.raises(CommunityNotPossible) as refused:
        plans.edit(session, town.district, plan.code, "found", FOUND, seen=None, by=PLANNER)
    assert refused.value.rule == "plan kind"
    with pytest.raises(EditRefused, match="different communities"):
        draft(session, town, ("merge", {"grids": [A2, B1]}))


def test_two_plans_cannot_hold_one_code_or_name(session: Session, town: Town) -> None:
    first = draft(session, town, ("found", FOUND))
    for given in ({"community": X, "name": "另一社区"}, {"name": "凤栖社区"}):
        with pytest.raises(CommunityNotPossible):
            draft(session, town, ("found", FOUND | given))
    other = draft(session, town, ("found", {"grids": [B1], "name": "另一社区"}))
    (edit,) = plans.all_edits(session, other)
    assert edit.parameters["community"] == f"{STREET}004"
    plans.step(session, town.district, first.code, "withdraw", seen=None, by=PLANNER)
    draft(session, town, ("found", FOUND))


def test_a_code_that_an_import_took_meanwhile_is_a_conflict(session: Session, town: Town) -> None:
    plan = draft(session, town, ("found", FOUND))
    drawn.approve(session, town.district, plan)
    row = {"code": X, "name": "进口社区", "level": "community", "parent_code": STREET}
    stamp = clock.stamp(session)
    areas.put(session, town.district, pd.DataFrame([row]), valid_from=stamp, stamp=stamp)
    with pytest.raises(PlanConflicts) as refused:
        drawn.publish(session, town.district, plan)
    assert refused.value.conflicts[0]["code"] == "community-not-possible"


def test_a_draft_is_put_on_a_net_that_has_moved_on(session: Session, town: Town) -> None:
    plan = draft(session, town, ("found", FOUND))
    other = drawn.draft(session, town.district, ("merge", {"grids": [A2, A4], "keep": A2}))
    drawn.approve(session, town.district, other)
    drawn.publish(session, town.district, other)
    publish(session, town, plan)
    answer = now(session, town).answer_point(towns.at(1, 9))
    assert answer["grid"] is not None and answer["grid"]["code"] == X1


def test_the_street_applies_civil_affairs_reviews_and_the_government_approves(
    session: Session, town: Town
) -> None:
    street = {"planner": Actor("p", "planner", STREET), "reviewer": Actor("r", "reviewer", STREET)}
    with pytest.raises(StepNotAllowed):
        plans.create(
            session, town.district, title="a", scope=STREET, kind="community",
            by=Actor("c", "planner", A),
        )  # fmt: skip
    plan = plans.create(
        session, town.district, title="a", scope=STREET, kind="community", by=street["planner"]
    )
    plans.edit(session, town.district, plan.code, "found", FOUND, seen=None, by=street["planner"])
    plans.step(session, town.district, plan.code, "submit", seen=None, by=street["planner"])
    with pytest.raises(StepNotAllowed) as refused:
        plans.step(session, town.district, plan.code, "review", seen=None, by=street["reviewer"])
    assert refused.value.body == "区民政局"
    plans.step(session, town.district, plan.code, "review", seen=None, by=REVIEWER)
    plans.step(session, town.district, plan.code, "approve", seen=None, by=APPROVER)
    plans.publish(session, town.district, plan.code, seen=None, by=APPROVER)
    with pytest.raises(StepNotAllowed) as unfit:
        filing = plans.Filing("城民备〔2026〕1号", datetime.now(UTC).date())
        plans.file(session, town.district, plan.code, filing, by=Actor("a", "approver", STREET))
    assert unfit.value.body == "区政府，报市备案"


def test_only_what_a_plan_founds_can_be_declared_of(session: Session, town: Town) -> None:
    plan = draft(session, town, ("found", FOUND))
    for given, refusal in (
        ({"community": A}, UnknownCode),
        ({"community": X, "occupancy": 53}, ValueNotAllowed),
        ({"community": X, "members": -1}, ValueNotAllowed),
        ({"community": X, "premises_m2": True}, ValueNotAllowed),
        ({"community": X, "documents": [{"link": "a"}]}, MissingValue),
    ):
        with pytest.raises(refusal):
            plans.edit(session, town.district, plan.code, "declare", given, seen=None, by=PLANNER)
    facts = {"community": X, "occupancy": 0.7, "members": 7, "documents": [{"title": "街道请示"}]}
    plans.edit(session, town.district, plan.code, "declare", facts, seen=None, by=PLANNER)
    made = plans.drawing_of(session, town.district, plan).founded[X]
    assert made.declared["occupancy"] == 0.7 and made.declared["documents"][0]["link"] == ""


def areas_with_duties(session: Session, role: str) -> dict[str, str]:
    """Who has this role in which area from now on."""
    rows = session.execute(
        text(
            "select a.code, p.code from yiwang.duty d join yiwang.area a on a.id = d.area_id"
            " join yiwang.party p on p.id = d.party_id where d.role = :role and upper_inf(d.recorded)"
            " and upper_inf(d.valid) order by 1, 2"
        ),
        {"role": role},
    ).all()
    return {str(row[0]): str(row[1]) for row in rows}


def area_id(session: Session, code: str) -> int:
    return int(session.execute(text("select id from yiwang.area where code = :c"), {"c": code}).scalar_one())


def test_a_community_that_ended_is_founded_again_when_the_plan_is_taken_back(
    session: Session, town: Town
) -> None:
    """B1 and B2 become a new community, so B ends; taken back, its name, ground and people stand again under
    a new code, what was founded ends, and an account of B follows both times."""
    towns.appoint(
        session,
        town,
        [person("P4", "周丽"), person("P5", "孙平")],
        [duty("P4", "leader", B, kind="area"), duty("P5", "desk", B, kind="area")],
    )
    shapes = {row[0]: row[1] for row in session.execute(_SHAPES)}
    plan = draft(session, town, ("found", {"grids": [B1, B2], "name": "凤栖社区"}))
    publish(session, town, plan)
    assert heirs.chain(session, area_id(session, B)) == (B, X)
    towns.appoint(session, town, [person("P6", "钱伟")], [duty("P6", "branch", X, kind="area")])
    with pytest.raises(CommunitiesEnded) as refused:  # only this kind of plan can
        plans.restore(session, town.district, to=YEAR, title="回", scope=STREET, by=PLANNER)
    assert refused.value.communities == [B]
    back = plans.revert(session, town.district, plan.code, by=PLANNER)
    again = f"{STREET}004"  # 001 to 003 were given
    made = plans.drawing_of(session, town.district, back).founded
    assert (made[again].name, made[again].instead_of) == ("南大街社区", B)
    publish(session, town, back)
    answers = now(session, town)
    assert {B, X} & answers.areas.keys() == set() and answers.areas[again].name == "南大街社区"
    after = {row[0]: row[1] for row in session.execute(_SHAPES)}
    for new, former in ((f"{again}001", B1), (f"{again}002", B2)):  # same ground; a neighbour's node may stay
        assert shapely.from_wkb(after[new]).equals(shapely.from_wkb(shapes[former]))
    assert answers.answer_point(towns.at(12, 2))["grid"]["code"] == f"{again}001"
    assert areas_with_duties(session, "leader") == {again: "P4"}
    assert areas_with_duties(session, "desk") == {again: "P5"}
    assert areas_with_duties(session, "branch") == {again: "P6"}  # new since, and it stays
    assert heirs.chain(session, area_id(session, B)) == (B, again)
    assert heirs.chain(session, area_id(session, X)) == (X, again)


def test_a_community_that_gave_its_ground_to_several_comes_back_with_the_people_it_had(
    session: Session, town: Town
) -> None:
    """B's grids go to two new communities; only one of them is its heir, and B has a leader that left."""
    towns.appoint(
        session,
        town,
        [person("P4", "周丽"), office("S1", "筹备组")],
        [duty("P4", "leader", B, kind="area"), duty("S1", "lead", B, kind="area")],
    )
    plan = draft(
        session,
        town,
        ("found", {"grids": [B1], "name": "凤栖社区"}),
        ("found", {"grids": [B2], "name": "东苑社区"}),
    )
    publish(session, town, plan)
    heir = heirs.chain(session, area_id(session, B))[-1]
    assert areas_with_duties(session, "leader") == {heir: "P4"}
    back = plans.revert(session, town.district, plan.code, by=PLANNER)
    again = f"{STREET}005"
    assert list(plans.drawing_of(session, town.district, back).founded) == [again]
    publish(session, town, back)
    assert areas_with_duties(session, "leader") == {again: "P4"}
    assert areas_with_duties(session, "lead") == {again: "S1"}
    assert now(session, town).answer_building("H6")["areas"][0]["code"] == again
    assert heirs.chain(session, area_id(session, B)) == (B, again)


def test_an_account_follows_on_the_day_and_not_before(session: Session, town: Town) -> None:
    later = datetime.now(UTC) + timedelta(days=30)
    publish(session, town, draft(session, town, ("found", {"grids": [B1, B2], "name": "凤栖社区"})), later)
    assert heirs.chain(session, area_id(session, B)) == (B,)
    assert heirs.chain(session, area_id(session, B), at=later) == (B, X)


def test_a_name_that_was_given_away_meanwhile_stands_against_founding_again(
    session: Session, town: Town
) -> None:
    publish(session, town, plan := draft(session, town, ("found", {"grids": [B1, B2], "name": "凤栖社区"})))
    publish(session, town, draft(session, town, ("found", {"grids": [A4], "name": "南大街社区"})))
    # the later community lies in the same street: the former net knows nothing of it, so it ends as well
    back = plans.revert(session, town.district, plan.code, by=PLANNER)
    assert [each.name for each in plans.drawing_of(session, town.district, back).founded.values()] == [
        "南大街社区"
    ]
    stamp = clock.stamp(session)
    row = {"code": f"{STREET}150", "name": "南大街社区", "level": "community", "parent_code": STREET}
    areas.put(session, town.district, pd.DataFrame([row]), valid_from=stamp, stamp=stamp)
    with pytest.raises(CommunityNotPossible) as refused:
        plans.revert(session, town.district, plan.code, by=PLANNER)
    assert refused.value.rule == "name taken"
