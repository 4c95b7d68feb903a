"""立体 grids in a plan: from an edit over diff and publication to the answer, and back."""

from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty import snapshot
from boundaries.land import comparison, parts, plans
from boundaries.land.plans import drawing as drawings
from boundaries.land.plans import ground as grounds
from boundaries.land.plans.floors import floors_of
from boundaries.land.plans.refusals import PlanConflicts
from boundaries.land.refusals import MissingColumn, UnknownCode
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.tables import Plan
from gis.net.refusals import BadLine, CodeTaken, Locked, PartsMissing, PartsOverlap, UnknownGrid
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, B1, B2, PLANNER, approve, draft, line, publish
from tests.boundaries.towns import B, Town

S1, S2 = f"{B}003", f"{B}004"
STACK = {
    "building": "H6",
    "grids": [{"parts": ["1", "2"], "name": "一二单元"}, {"parts": ["3"]}],
    "kept_by_host": ["shop"],
}


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    """The town with a house H6 of 60 households in three 单元, and a shop that is nobody's home."""
    with database.transaction() as session:
        town = drawn.town_with_stairs(session)
        towns.appoint(session, town, [], [towns.duty("P3", "leader", B2)])
        return town


def ask(session: Session, **asked: Any) -> Any:
    return snapshot.build(session, towns.DISTRICT).answer_building("H6", **asked)


def test_parts_become_grids_with_their_own_leader_and_answer(session: Session, town: Town) -> None:
    plan = draft(session, town.district, ("stack", STACK), ("appoint", {"grid": S1, "party": "P2"}), scope=B)
    done = plans.all_edits(session, plan)[0]
    assert done.parameters["new_codes"] == [S1, S2] and done.changed == [B2, S1, S2]
    told = plans.diff(session, town.district, plan)
    rows = {row["code"]: row for row in told.grids}
    assert {code: row["change"] for code, row in rows.items()} == {B2: "changed", S1: "new", S2: "new"}
    assert rows[S1]["stack"] == {"host": B2, "building": "H6", "parts": ["1", "2"]}
    assert [rows[code]["after"]["households"] for code in (B2, S1, S2)] == [0, 45, 15]
    assert rows[B2]["before"]["households"] == 60
    assert [(each["code"], each["households"], each["household_share"]) for each in rows[S1]["parents"]] == [
        (B2, 45, 0.75)
    ]
    assert ("vacant-leader", S2) in {(each.code, each.grid) for each in told.problems}
    assert f"grid,{S1},{B2},{S1},new" in told.to_csv()
    before = ask(session, part="1")
    assert (before["grid"]["code"], before["status"]) == (B2, "owned")

    approve(session, town.district, plan)
    publish(session, town.district, plan)
    first, third, shop = (ask(session, part=part) for part in ("1", "3", "shop"))
    assert (first["grid"]["code"], first["grid"]["kind"], first["grid"]["host"]) == (S1, "立体", B2)
    assert (first["status"], first["owner"]["leader"]["name"]) == ("owned", "李芳")
    assert (third["grid"]["code"], third["status"]) == (S2, "vacant")
    assert (shop["grid"]["code"], shop["owner"]["leader"]["name"]) == (B2, "赵强")
    whole = ask(session)
    assert (whole["grid"]["code"], whole["status"]) == (B2, "needs_part")
    assert {each["part"]: each["grid"] for each in whole["candidates"]} == {
        "1": S1,
        "2": S1,
        "3": S2,
        "shop": B2,
    }
    point = snapshot.build(session, towns.DISTRICT).answer_point(towns.at(16.5, 2.5))
    assert (point["grid"]["code"], point["status"], len(point["candidates"])) == (B2, "needs_part", 4)
    assert (
        snapshot.build(session, towns.DISTRICT, at=towns.YEAR).answer_building("H6", part="1")["grid"]["code"]
        == B2
    )


def test_stacked_grids_follow_their_building_and_end_with_their_people_at_the_host(
    session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = draft(session, town.district, ("stack", STACK), ("appoint", {"grid": S1, "party": "P2"}), scope=B)
    approve(session, town.district, made)
    publish(session, town.district, made)
    towns.appoint(session, town, [], [towns.duty("P1", "staff", S1)])
    # the south of B002, H6 on it, becomes a grid of its own: the house has another host
    plan = draft(
        session,
        town.district,
        ("split", {"grid": B2, "line": line((14, 5), (21, 5)), "keep": "left"}),
        scope=B,
    )
    new = plans.all_edits(session, plan)[0].parameters["new_codes"][1]
    for shelf in (drawings, grounds):  # as another process sees it
        monkeypatch.setattr(shelf, "_shelf", type(shelf._shelf)())
    rows = {row["code"]: row for row in plans.diff(session, town.district, plan).grids}
    assert rows[S1]["stack"]["host"] == new and rows[S1]["change"] == "changed"
    plans.edit(session, town.district, plan.code, "unstack", {"grids": [S1]}, seen=None, by=PLANNER)
    plans.undo(session, town.district, plan.code, seen=None, by=PLANNER)
    plans.redo(session, town.district, plan.code, seen=None, by=PLANNER)
    told = plans.diff(session, town.district, plan)
    assert {(d["party"], d["role"]): d["to"] for d in told.duties if d["from"] == S1} == {
        ("P1", "staff"): new,
        ("P2", "leader"): new,  # it begins with this plan, and nobody else is named for it
    }
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    answers = {part: ask(session, part=part)["grid"] for part in ("1", "3")}
    assert (answers["1"]["code"], answers["3"]["code"], answers["3"]["host"]) == (new, S2, new)
    kept = session.execute(
        text(
            "select p.part_code, g.code from yiwang.part_grid p join yiwang.grid g on g.id = p.grid_id"
            " where upper_inf(p.recorded) and upper_inf(p.valid) order by 1"
        )
    ).all()
    assert [tuple(row) for row in kept] == [("3", S2)]


def test_a_reversion_dissolves_stacked_grids_and_one_of_that_makes_them_again(
    session: Session, town: Town
) -> None:
    made = draft(session, town.district, ("stack", STACK), ("appoint", {"grid": S1, "party": "P2"}), scope=B)
    approve(session, town.district, made)
    publish(session, town.district, made)
    back = plans.revert(session, town.district, made.code, by=PLANNER)
    assert plans.drawing_of(session, town.district, back).net.stacks == {}
    approve(session, town.district, back)
    publish(session, town.district, back)
    answer = ask(session)
    assert (answer["grid"]["code"], answer["status"], answer["owner"]["leader"]["name"]) == (
        B2,
        "owned",
        "赵强",
    )
    again = plans.revert(session, town.district, back.code, by=PLANNER)
    net = plans.drawing_of(session, town.district, again).net
    t1, t2 = f"{B}005", f"{B}006"  # no code comes back
    assert {code: stack.parts for code, stack in net.stacks.items()} == {t1: ("1", "2"), t2: ("3",)}
    assert again.note == f"revert of {back.code}"
    approve(session, town.district, again)
    publish(session, town.district, again)
    first, shop = (ask(session, part=part) for part in ("1", "shop"))
    assert (first["grid"]["code"], first["grid"]["name"], first["owner"]["leader"]["name"]) == (
        t1,
        "一二单元",
        "李芳",
    )
    assert shop["grid"]["code"] == B2


def test_two_days_compared_tell_stacked_grids_and_lists_as_the_diff_of_their_plan_did(
    session: Session, town: Town
) -> None:
    lists = {"grid": S2, "micro": "W1", "buildings": ["H6/3"], "party": "P2"}
    plan = draft(session, town.district, ("stack", STACK), ("micro", lists), scope=B)
    told = plans.diff(session, town.district, plan)
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    first = snapshot.build(session, towns.DISTRICT, at=towns.YEAR)
    last = snapshot.build(session, towns.DISTRICT)
    found = comparison.compare(first, last)
    for row, planned in zip(found.grids, told.grids, strict=True):
        for name in ("code", "change", "name", "kind", "community", "group", "stack", "parents", "children"):
            assert row[name] == planned[name], (row["code"], name)
        for side in ("before", "after"):
            kept = planned[side] and {name: planned[side][name] for name in ("households", "buildings")}
            assert (row[side] and {name: row[side][name] for name in ("households", "buildings")}) == kept
    assert found.micros == told.micros and found.kept == told.kept
    back = comparison.compare(last, first)
    assert {row["code"]: row["change"] for row in back.grids} == {B2: "changed", S1: "retired", S2: "retired"}
    assert back.micros[0]["leaves"] == ["H6/3"]
    assert {row["code"]: [each["code"] for each in row["children"]] for row in back.grids}[S1] == [B2]


def test_stacked_grids_that_did_not_change_stay_in_a_reversion(session: Session, town: Town) -> None:
    made = draft(session, town.district, ("stack", STACK), scope=B)
    approve(session, town.district, made)
    publish(session, town.district, made)
    named = draft(session, town.district, ("name", {"grid": B1, "name": "新"}), scope=B)
    approve(session, town.district, named)
    publish(session, town.district, named)
    back = plans.revert(session, town.district, named.code, by=PLANNER)
    assert [each.operation for each in plans.all_edits(session, back)] == ["restore"]
    assert set(plans.drawing_of(session, town.district, back).net.stacks) == {S1, S2}


def test_a_part_that_is_gone_is_told_where_its_stacked_grid_cannot_come_back(
    session: Session, town: Town
) -> None:
    made = draft(session, town.district, ("stack", STACK), scope=B)
    approve(session, town.district, made)
    publish(session, town.district, made)
    dissolved = draft(session, town.district, ("unstack", {"grids": [S1, S2]}), scope=B)
    approve(session, town.district, dissolved)
    publish(session, town.district, dissolved)
    session.execute(
        text(
            "update yiwang.building_part set recorded = tstzrange(lower(recorded), clock_timestamp())"
            " where code = '1'"
        )
    )
    back = plans.revert(session, town.district, dissolved.code, by=PLANNER)
    assert plans.drawing_of(session, town.district, back).net.stacks == {}
    assert [(each.made_by, S1 in each.remark) for each in plans.comments(session, back)] == [
        ("planner", True)
    ]


def test_a_stacking_is_replayed_on_a_newer_net(session: Session, town: Town) -> None:
    plan = draft(session, town.district, ("stack", STACK), scope=B)
    other = draft(
        session,
        town.district,
        ("split", {"grid": B2, "line": line((14, 5), (21, 5)), "keep": "left"}),
        scope=B,
    )
    approve(session, town.district, other)
    publish(session, town.district, other)
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    host = plans.all_edits(session, other)[0].parameters["new_codes"][1]
    assert ask(session, part="1")["grid"]["host"] == host


def test_no_part_is_held_by_two_grids(session: Session, town: Town) -> None:
    """Within one edit, by a second edit, and by a second plan that is published later."""
    plan = plans.create(session, town.district, title="a", scope=B, by=PLANNER)
    twice = {
        "building": "H6",
        "grids": [{"parts": ["1", "2"]}, {"parts": ["2", "3"]}],
        "kept_by_host": ["shop"],
    }
    with pytest.raises(PartsOverlap) as refused, session.begin_nested():
        plans.edit(session, town.district, plan.code, "stack", twice, seen=None, by=PLANNER)
    assert refused.value.facts["parts"] == ["2"]
    plans.edit(session, town.district, plan.code, "stack", STACK, seen=None, by=PLANNER)
    again = {"building": "H6", "grids": [{"parts": ["3"]}], "kept_by_host": ["shop"]}
    with pytest.raises(PartsOverlap) as refused, session.begin_nested():
        plans.edit(session, town.district, plan.code, "stack", again, seen=None, by=PLANNER)
    assert refused.value.facts["parts"] == ["3"]
    other = draft(session, town.district, ("stack", STACK), scope=B)
    for each in (plan, other):
        approve(session, town.district, each)
    publish(session, town.district, plan)
    with pytest.raises(PlanConflicts), session.begin_nested():
        publish(session, town.district, other)
    held = session.execute(
        text(
            "select part_code, count(*) from yiwang.part_grid where upper_inf(recorded) group by 1 order by 1"
        )
    ).all()
    assert [tuple(row) for row in held] == [("1", 1), ("2", 1), ("3", 1)]


def test_parts_whose_codes_name_a_common_floor_are_refused(session: Session, town: Town) -> None:
    """H1 has the floors 2 to 5, and a part of 5 and 6; in H3 the latter is of 6 only."""
    laps, apart = ("B1层", "1层", "2-5层", "5-6层"), ("B1层", "1层", "2-5层", "6层")
    rows = [
        {"building_code": house, "code": code}
        for house, codes in (("H1", laps), ("H3", apart))
        for code in codes
    ]
    stamp = clock.stamp(session)
    parts.put(session, town.district, pd.DataFrame(rows), valid_from=towns.YEAR, stamp=stamp)
    plan = plans.create(session, town.district, title="a", scope=towns.A, by=PLANNER)
    asked: dict[str, Any] = {
        "building": "H1",
        "grids": [{"parts": ["2-5层"]}, {"parts": ["5-6层"]}],
        "kept_by_host": ["1层", "B1层"],
    }
    with pytest.raises(PartsOverlap) as refused, session.begin_nested():
        plans.edit(session, town.district, plan.code, "stack", asked, seen=None, by=PLANNER)
    assert refused.value.facts["parts"] == ["2-5层", "5-6层"]
    asked |= {"building": "H3", "grids": [{"parts": ["2-5层"]}, {"parts": ["6层"]}]}
    plans.edit(session, town.district, plan.code, "stack", asked, seen=None, by=PLANNER)
    assert len(plans.drawing_of(session, town.district, plan).net.stacks) == 2


@pytest.mark.parametrize(
    ("code", "floors"),
    [
        ("3层", (3, 3)),
        ("第12层", (12, 12)),
        ("2-5层", (2, 5)),
        ("5层至2层", (2, 5)),
        ("1F", (1, 1)),
        ("B2-1F", (-2, 1)),
        ("负1层", (-1, -1)),
        ("地下1-3层", (-3, -1)),
        ("负1-3层", (-1, 3)),
        ("1", None),
        ("2单元", None),
        ("1-2单元", None),
        ("1单元3层", None),
        ("shop", None),
    ],
)
def test_the_floors_that_a_code_names(code: str, floors: tuple[int, int] | None) -> None:
    assert floors_of(code) == floors


def test_what_cannot_be_stacked_is_refused_and_the_plan_stays(session: Session, town: Town) -> None:
    plan = plans.create(session, town.district, title="a", scope=B, by=PLANNER)
    refused: list[tuple[str, dict[str, Any], type[Exception]]] = [
        ("stack", {**STACK, "building": "H99"}, UnknownCode),
        ("stack", {**STACK, "building": "H1"}, Locked),  # in another community
        ("stack", {**STACK, "kept_by_host": []}, PartsMissing),  # whose is the shop?
        ("stack", {**STACK, "kept_by_host": ["shop", "1"]}, PartsOverlap),
        ("stack", {**STACK, "grids": [{"name": "x"}]}, BadLine),
        ("stack", {"building": "H6"}, MissingColumn),
        ("unstack", {"grids": [B1]}, UnknownGrid),
        ("unstack", {"grids": []}, UnknownGrid),
    ]
    for operation, parameters, refusal in refused:
        with pytest.raises(refusal), session.begin_nested():
            plans.edit(session, town.district, plan.code, operation, parameters, seen=None, by=PLANNER)
    elsewhere: Plan = plans.create(session, town.district, title="a", scope=towns.A, by=PLANNER)
    with pytest.raises(Locked), session.begin_nested():
        plans.edit(session, town.district, elsewhere.code, "stack", STACK, seen=None, by=PLANNER)
    session.refresh(plan)
    assert (plan.version, plan.applied) == (1, 0)
    plans.edit(session, town.district, plan.code, "stack", STACK, seen=None, by=PLANNER)
    with pytest.raises((CodeTaken, PartsOverlap)), session.begin_nested():
        plans.edit(session, town.district, plan.code, "stack", STACK, seen=None, by=PLANNER)
    assert A1 in plans.drawing_of(session, town.district, plan).net.faces


def test_stacked_grids_go_into_a_new_community_with_their_host_parts_and_people(
    session: Session, town: Town
) -> None:
    made = draft(session, town.district, ("stack", STACK), ("appoint", {"grid": S1, "party": "P2"}), scope=B)
    approve(session, town.district, made)
    publish(session, town.district, made)
    plan = plans.create(session, town.district, title="增设", scope=B[:9], kind="community", by=PLANNER)
    found = {"grids": [B2], "name": "东苑社区"}
    plans.edit(session, town.district, plan.code, "found", found, seen=None, by=PLANNER)
    host, first, second = (f"{B[:9]}003{n:03d}" for n in (1, 2, 3))
    (edit,) = plans.all_edits(session, plan)
    assert dict(zip(edit.parameters["recoded"], edit.parameters["new_codes"], strict=True)) == {
        B2: host,
        S1: first,
        S2: second,
    }
    rows = {row["code"]: row for row in plans.diff(session, town.district, plan).grids}
    assert [(each["code"], each["household_share"]) for each in rows[first]["parents"]] == [(S1, 1.0)]
    assert rows[first]["stack"] == {"host": host, "building": "H6", "parts": ["1", "2"]}
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    answer = ask(session, part="1")
    assert (answer["grid"]["code"], answer["grid"]["host"]) == (first, host)
    assert answer["owner"]["leader"]["name"] == "李芳"
    assert ask(session, part="shop")["grid"]["code"] == host
