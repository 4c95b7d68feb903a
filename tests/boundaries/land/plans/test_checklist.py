"""What is asked of a new community: rule sets by their day, the register's own figures, warnings only."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from boundaries.land import buildings, plans
from boundaries.land.plans import standards
from boundaries.land.plans.checklist import Check
from boundaries.land.plans.refusals import FoundsNothing
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.tables import Plan
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4, B1, PLANNER
from tests.boundaries.land.plans.test_founding import STREET, X1, X2, X, draft, placeholder, publish
from tests.boundaries.towns import A, B, Town

MAY, LAST_YEAR = date(2026, 5, 1), date(2025, 12, 31)
DECLARED: dict[str, Any] = {
    "community": X,
    "occupancy": 0.4,
    "premises_m2": 100,
    "members": 7,
    "documents": [{"title": "居民意见", "link": "档〔2026〕7号"}],
}


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    """H1 (in A001) has 600 households and 1,500 residents, H3 (in A004) 40 households, nobody counted."""
    with database.transaction() as session:
        made = drawn.town(session)
        frame = towns.building_frame()
        frame["households"] = [{"H1": 600, "H3": 40}.get(code, 0) for code in frame["code"]]
        frame["residents"] = [1500 if code == "H1" else None for code in frame["code"]]
        buildings.put(session, made.district, frame, valid_from=towns.YEAR, stamp=clock.stamp(session))
        return made


def found(
    session: Session, town: Town, *edits: tuple[str, dict[str, Any]], grids: tuple[str, ...] = (A1, A3)
) -> Plan:
    return draft(session, town, ("found", {"grids": list(grids), "name": "凤栖社区"}), *edits)


def checks(session: Session, town: Town, plan: Plan, day: date | None = None) -> dict[str, Check]:
    listed = plans.checklist(session, town.district, plan, day=day)
    return {f"{each.item} {each.rule}".strip(): each for each in listed.checks}


def test_population_and_ground_before_and_after_add_up(session: Session, town: Town) -> None:
    listed = plans.checklist(session, town.district, found(session, town))
    new, old = listed.communities
    assert (new.code, new.change, old.code, old.change) == (X, "new", A, "changed")
    assert new.before is None and new.after is not None
    assert old.before is not None and old.after is not None
    assert (new.after.grids, old.before.grids, old.after.grids) == (2, 4, 2)
    assert (old.before.households, new.after.households, old.after.households) == (640, 600, 40)
    assert (new.after.residents, old.after.residents) == (1500, None)  # nobody counted the others
    # H1 in A001, H4 by the tie in A003; H2 by its door in A002, H3 in A004
    assert (new.after.buildings, old.after.buildings, old.before.buildings) == (2, 2, 4)
    assert new.after.area_m2 + old.after.area_m2 == pytest.approx(old.before.area_m2, rel=1e-9)


def test_the_law_of_the_day_counts(session: Session, town: Town) -> None:
    plan = found(session, town)
    new, old = checks(session, town, plan, MAY), checks(session, town, plan, LAST_YEAR)
    assert new["households national-2026"].state == "warning"  # 600 of 1,000 to 3,000
    assert new["households national-2026"].limit == (1000, 3000)
    assert old["households national-1990"].state == "met"  # 100 to 700
    assert "households national-1990" not in new and "households national-2026" not in old


def test_what_is_declared_is_measured_and_what_is_not_is_unknown(session: Session, town: Town) -> None:
    bare = checks(session, town, found(session, town), MAY)
    assert {bare[f"{item} local"].state for item in ("members", "occupancy", "premises")} == {"unknown"}
    plans_open = plans.every(session, town.district)[0]
    plans.edit(session, town.district, plans_open.code, "declare", DECLARED, seen=None, by=PLANNER)
    told = checks(session, town, plans_open, MAY)
    assert told["members local"].state == "met"
    assert told["occupancy local"].state == "warning"
    # 30 m² for each 100 of 600 households
    assert (told["premises local"].state, told["premises local"].limit) == ("warning", (180.0, None))
    papers = {each.value: each.state for each in plans.checklist(
        session, town.district, plans_open, day=MAY).checks if each.item == "document"}  # fmt: skip
    assert papers == {"街道请示": "warning", "居民意见": "met", "社区四至说明": "warning"}


def test_pieces_vacant_leaders_and_old_names_are_told(session: Session, town: Town) -> None:
    apart = checks(session, town, found(session, town, grids=(A1, A4)), MAY)  # they meet in one point
    assert (apart["contiguity local"].value, apart["contiguity local"].state) == (2, "warning")
    assert (apart["leaders"].state, apart["leaders"].detail) == ("warning", X2)
    assert apart["grid names"].detail == f"{X1} {X2}"
    renamed = [("name", {"grid": code, "name": "新"}) for code in (X1, X2)]
    plans.step(
        session, town.district, plans.every(session, town.district)[0].code, "withdraw", seen=None, by=PLANNER
    )
    whole = checks(
        session, town, found(session, town, *renamed, ("appoint", {"grid": X2, "party": "P2"})), MAY
    )
    assert whole["contiguity local"].state == "met" and whole["leaders"].state == "met"
    assert "grid names" not in whole


def test_a_district_sets_rules_of_its_own_with_their_days(session: Session, town: Town) -> None:
    rules = [
        {
            "code": "jc-2026",
            "name": "晋城",
            "from": "2026-03-01",
            "to": "2026-06-01",
            "households": [300, 900],
        },
        {"code": "jc-2027", "name": "晋城", "from": "2026-06-01", "premises_m2": 500, "kinds": ["居", "村"]},
    ]
    town.district.settings = {"plans": {"communities": {"rules": rules, "documents": []}}}
    session.flush()
    plan = found(session, town)
    spring, summer = checks(session, town, plan, MAY), checks(session, town, plan, date(2026, 6, 1))
    assert spring["households jc-2026"].state == "met" and "premises jc-2027" not in spring
    assert summer["premises jc-2027"].state == "unknown" and "households jc-2026" not in summer
    assert "document" not in spring and "members local" not in spring
    assert [rule.code for rule in standards.in_force(town.district, date(2026, 6, 1), "村")] == ["jc-2027"]


def test_the_caretaker_is_named_until_the_community_stands(session: Session, town: Town) -> None:
    placeholder(session, town)
    plan = draft(session, town, ("found", {"grids": [B1], "name": "东苑社区"}))
    care = checks(session, town, plan, MAY)["caretaker"]
    assert (care.community, care.value, care.state) == (B, A, "met")
    assert checks(session, town, plan, date(2026, 9, 2))["caretaker"].state == "warning"  # the review is past


def test_the_list_of_a_published_plan_stays_as_it_was(session: Session, town: Town) -> None:
    plan = found(session, town, ("declare", DECLARED))
    before = plans.checklist(session, town.district, plan)
    publish(session, town, plan, datetime.now(UTC) + timedelta(days=1))
    after = plans.checklist(session, town.district, plan, day=before.day)
    assert after.communities == before.communities
    gone = {"code", "name"}  # they are its own now
    assert list(after.checks) == [each for each in before.checks if each.item not in gone]


def test_the_dossier_holds_what_is_decided_on(session: Session, town: Town) -> None:
    plan = found(session, town, ("declare", DECLARED), ("appoint", {"grid": X2, "party": "P2"}))
    plans.step(session, town.district, plan.code, "submit", seen=None, by=PLANNER, note="请予审批")
    made = plans.dossier(session, town.district, plan, day=MAY)
    assert [(row.code, list(row.comes_from), row.households, row.leader) for row in made.grids] == [
        (X1, [A1], 600, "王小明"),
        (X2, [A3], 0, "李芳"),
    ]
    assert [(row.step, row.body, row.note) for row in made.steps][-1] == ("submit", "街道", "请予审批")
    assert {each.grid for each in made.before} == {A1, A2, A3, A4}
    assert {each.grid for each in made.after} == {X1, X2, A2, A4}
    assert made.streets[STREET] == "东街街道" and made.duties == 3  # 2 leaders, 1 staff
    empty = draft(session, town)
    with pytest.raises(FoundsNothing):
        plans.dossier(session, town.district, empty)
