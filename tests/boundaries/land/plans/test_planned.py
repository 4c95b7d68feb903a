"""A plan compared with any state: as it is drawn it is the state that its publication makes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from boundaries.duty import planned, snapshot
from boundaries.duty.planned import Side
from boundaries.duty.snapshot import Snapshot
from boundaries.land import comparison, plans
from boundaries.land.plans import Diff
from boundaries.store.database import Database
from boundaries.store.tables import Plan
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4, B2, PLANNER, approve, draft, line, publish
from tests.boundaries.towns import A, B, Town

A5, S1, S2 = f"{A}005", f"{B}003", f"{B}004"
SPLIT = {"grid": A1, "line": line((-1, 7.5), (5, 7.5)), "keep": "right"}
STACK = {
    "building": "H6",
    "grids": [{"parts": ["1", "2"], "name": "一二单元"}, {"parts": ["3"]}],
    "kept_by_host": ["shop"],
}
LIST = {"grid": S2, "micro": "W1", "buildings": ["H6/3"], "party": "P2"}
IN_A: tuple[Any, ...] = (
    ("split", SPLIT),
    ("merge", {"grids": [A3, A4], "keep": A4}),
    ("name", {"grid": A2, "name": "东苑"}),
    ("appoint", {"grid": A5, "party": "P3"}),
    ("appoint", {"grid": A2, "party": "P1"}),
)
IN_B: tuple[Any, ...] = (("stack", STACK), ("micro", LIST), ("appoint", {"grid": S1, "party": "P2"}))


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    """The town with a house H6 of 60 households in three 单元, and a leader of A003, which others end."""
    with database.transaction() as session:
        town = drawn.town_with_stairs(session)
        towns.appoint(session, town, [], [towns.duty("P3", "leader", A3), towns.duty("P2", "staff", B2)])
        return town


def reading(session: Session) -> Callable[[datetime | None], Snapshot]:
    return lambda at: snapshot.build(session, towns.DISTRICT, at=at)


def side(session: Session, town: Town, plan: Plan) -> Side:
    return planned.side_of(session, town.district, plan, reading(session))


def against(session: Session, town: Town, plan: Plan, before: Snapshot) -> Diff:
    return planned.compare(Side(before), side(session, town, plan))


def changes(found: Diff) -> dict[str, str]:
    return {row["code"]: row["change"] for row in found.grids}


@pytest.mark.parametrize(("scope", "edits"), [(A, IN_A), (B, IN_B)])
def test_a_plan_as_drawn_is_the_state_that_its_publication_makes(
    session: Session, town: Town, scope: str, edits: tuple[Any, ...]
) -> None:
    plan = draft(session, town.district, *edits, scope=scope)
    as_published(session, town, plan)


def test_a_new_community_with_stacked_grids_as_drawn_is_what_is_published(
    session: Session, town: Town
) -> None:
    made = draft(session, town.district, *IN_B, scope=B)
    approve(session, town.district, made)
    publish(session, town.district, made)
    plan = plans.create(session, town.district, title="增设", scope=B[:9], kind="community", by=PLANNER)
    found = {"grids": [B2], "name": "东苑社区"}
    plans.edit(session, town.district, plan.code, "found", found, seen=None, by=PLANNER)
    as_published(session, town, plan)


def as_published(session: Session, town: Town, plan: Plan) -> None:
    """The plan as drawn tells of the state before it what its publication then does."""
    first = snapshot.build(session, towns.DISTRICT)
    state = planned.as_planned(session, town.district, plan, first, at=None)
    told = comparison.compare(first, state)
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    last = snapshot.build(session, towns.DISTRICT)
    for name, value in comparison.compare(first, last).to_dict().items():
        if name not in ("grids", "figures"):
            assert told.to_dict()[name] == value, name
    apart = comparison.compare(state, last)
    assert (apart.grids, apart.buildings, apart.duties, apart.micros) == ([], [], [], [])
    assert told.grids and told.duties
    # the net that it put into force is what a published plan is
    after = against(session, town, plan, last)
    assert (after.grids, after.duties, after.plan) == ([], [], plan.code)


@pytest.mark.parametrize(("scope", "edits"), [(A, IN_A), (B, IN_B)])
def test_against_its_base_it_tells_what_its_diff_tells(
    session: Session, town: Town, scope: str, edits: tuple[Any, ...]
) -> None:
    plan = draft(session, town.district, *edits, scope=scope)
    told = plans.diff(session, town.district, plan)
    first = snapshot.build(session, towns.DISTRICT)
    found = against(session, town, plan, first)
    assert (found.kept, found.buildings, found.micros) == (told.kept, told.buildings, told.micros)
    assert [(row["code"], row["change"]) for row in found.grids] == [
        (row["code"], row["change"]) for row in told.grids
    ]
    for row, drawn_ in zip(found.grids, told.grids, strict=True):
        for name in ("name", "kind", "community", "group", "stack"):
            assert row[name] == drawn_[name], (row["code"], name)
        for side in ("before", "after"):
            # a drawing counts a house across a border where its middle is, a state at its owner
            figure = "buildings" if scope == B else "households"
            assert (row[side] or {}).get(figure) == (drawn_[side] or {}).get(figure), row["code"]
        lineage = [[(each["code"], each["households"]) for each in side["parents"]] for side in (row, drawn_)]
        assert row["change"] == "renamed" or lineage[0] == lineage[1], row["code"]
    assert found.totals["people_moved"] >= told.totals["people_moved"] > 0


def test_a_plan_on_an_older_net_tells_its_own_changes_and_those_that_it_does_not_have(
    session: Session, town: Town
) -> None:
    early = draft(session, town.district, *IN_B, scope=B)
    before = snapshot.build(session, towns.DISTRICT)
    other = draft(session, town.district, *IN_A)
    approve(session, town.district, other)
    publish(session, town.district, other)
    now = snapshot.build(session, towns.DISTRICT)

    own = {B2: "changed", S1: "new", S2: "new"}
    assert changes(against(session, town, early, before)) == own
    undone = {A1: "changed", A2: "renamed", A3: "new", A4: "changed", A5: "retired"}
    assert changes(against(session, town, early, now)) == {**own, **undone}
    late = draft(session, town.district, ("name", {"grid": A1, "name": "西苑"}))
    found = against(session, town, late, before)
    assert changes(found) == {
        A1: "changed", A2: "renamed", A3: "retired", A4: "changed", A5: "new"
    }  # fmt: skip
    assert {row["code"]: row["name"] for row in found.grids}[A1] == "西苑"


def test_a_plan_against_another_takes_back_the_one_and_makes_the_other(session: Session, town: Town) -> None:
    one = draft(session, town.district, *IN_A)
    other = draft(session, town.district, *IN_B, scope=B)
    first, last = side(session, town, one), side(session, town, other)
    found = planned.compare(first, last)
    assert (found.plan_before, found.plan) == (one.code, other.code)
    undone = {A1: "changed", A2: "renamed", A3: "new", A4: "changed", A5: "retired"}
    assert changes(found) == {**undone, B2: "changed", S1: "new", S2: "new"}
    posts = [(row["party"], row["role"], row["from"], row["to"]) for row in found.duties]
    assert ("P3", "leader", A5, A3) in posts and ("P2", "leader", None, S1) in posts
    assert [row["micro"] for row in found.micros] == ["W1"]
    now = planned.compare(first, Side(snapshot.build(session, towns.DISTRICT)))
    assert (now.plan_before, now.plan, changes(now)) == (one.code, None, undone)
    assert changes(planned.compare(last, last)) == {}
