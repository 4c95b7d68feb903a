"""微网格 as lists of buildings, and 专属 as tiles of a group, in plans."""

from typing import Any

import geopandas as gpd
import pytest
from sqlalchemy.orm import Session

from boundaries.duty import snapshot
from boundaries.land import buildings, plans
from boundaries.land.refusals import MissingValue, UnknownCode, ValueNotAllowed
from boundaries.store import clock
from boundaries.store.database import Database
from gis.net.refusals import InAnotherGrid, Locked
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import (
    A1,
    A2,
    A3,
    A4,
    B1,
    PLANNER,
    approve,
    draft,
    line,
    publish,
    square,
)
from tests.boundaries.towns import A, Town


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    """The town with one more house in A001: H2 is its neighbour's, whose side the door is on."""
    with database.transaction() as session:
        town = drawn.town(session)
        house = gpd.GeoDataFrame(
            {"code": ["H9"], "name": ["九号楼"]}, geometry=[towns.box(3, 6, 4, 7)], crs=4326
        )
        stamp = clock.stamp(session)
        buildings.put(session, town.district, house, valid_from=towns.YEAR, stamp=stamp)
        buildings.assign(session, town.district, valid_from=towns.YEAR, stamp=stamp)
        return town


LIST = {"grid": A1, "micro": "W1", "buildings": ["H1", "H9"], "party": "P3"}


def micro_of(session: Session, building: str) -> Any:
    return snapshot.build(session, towns.DISTRICT).answer_building(building)["micro"]


def test_a_list_of_buildings_has_its_leader_in_answers_and_changes_no_owner(
    session: Session, town: Town
) -> None:
    plan = draft(session, town.district, ("micro", LIST))
    told = plans.diff(session, town.district, plan)
    assert told.micros == [
        {
            "micro": "W1",
            "grid": A1,
            "party": "P3",
            "places": ["H1", "H9"],
            "joins": ["H1", "H9"],
            "leaves": [],
        }
    ]
    assert "micro,H1,,W1,joined" in told.to_csv() and told.grids == []
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    answer = snapshot.build(session, towns.DISTRICT).answer_building("H1")
    assert (answer["micro"]["code"], answer["micro"]["leader"]["name"]) == ("W1", "赵强")
    assert (answer["grid"]["code"], answer["owner"]["leader"]["name"]) == (A1, "王小明")

    # the list gets another leader and loses H9; a split that parts a list is told
    split = {"grid": A1, "line": line((2.5, 4), (2.5, 11)), "keep": "left"}
    plan = draft(session, town.district, ("split", split))
    apart = [each for each in plans.diff(session, town.district, plan).problems if each.code == "micro-apart"]
    assert [each.size for each in apart] == [2]
    plan = draft(session, town.district, ("micro", {**LIST, "buildings": ["H1"], "party": "P2"}))
    assert plans.diff(session, town.district, plan).micros[0]["leaves"] == ["H9"]
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    assert micro_of(session, "H1")["leader"]["name"] == "李芳" and micro_of(session, "H9") is None
    plan = draft(session, town.district, ("micro", {**LIST, "buildings": []}))
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    assert micro_of(session, "H1") is None


def test_a_list_of_elsewhere_of_nobody_or_of_what_is_not_there_is_refused(
    session: Session, town: Town
) -> None:
    plan = plans.create(session, town.district, title="a", scope=A, by=PLANNER)
    refused: list[tuple[dict[str, Any], type[Exception]]] = [
        ({**LIST, "buildings": ["H1", "H3"]}, InAnotherGrid),
        ({**LIST, "buildings": ["H1", "H2"]}, InAnotherGrid),
        ({**LIST, "buildings": ["H99"]}, UnknownCode),
        ({**LIST, "buildings": ["H1/9"]}, UnknownCode),
        ({**LIST, "party": "nobody"}, UnknownCode),
        ({**LIST, "party": None}, MissingValue),
        ({**LIST, "grid": B1}, InAnotherGrid),
        ({**LIST, "grid": B1, "buildings": []}, Locked),
    ]
    for parameters, refusal in refused:
        with pytest.raises(refusal), session.begin_nested():
            plans.edit(session, town.district, plan.code, "micro", parameters, seen=None, by=PLANNER)
    session.refresh(plan)
    assert (plan.version, plan.applied) == (1, 0)


def test_tiles_of_one_group_are_linked_and_two_in_one_community_are_told(
    session: Session, town: Town
) -> None:
    campus = {"polygon": square(3, 1, 4, 2), "kind": "专属", "group": "校园", "name": "校园东"}
    plan = draft(
        session,
        town.district,
        ("carve", campus),
        ("designate", {"grid": B1, "kind": "专属", "group": "校园"}),
        scope="140502001",
    )
    tile = plans.all_edits(session, plan)[0].parameters["new_codes"][0]
    told = plans.diff(session, town.district, plan)
    assert {row["code"]: row["group"] for row in told.grids} == {A3: None, tile: "校园", B1: "校园"}
    assert "group-twice" not in {each.code for each in told.problems}
    plans.edit(
        session, town.district, plan.code, "designate", {"grid": A4, "kind": "专属", "group": "校园"},
        seen=None, by=PLANNER,
    )  # fmt: skip
    twice = {
        each.grid for each in plans.diff(session, town.district, plan).problems if each.code == "group-twice"
    }
    assert twice == {tile, A4}
    plans.undo(session, town.district, plan.code, seen=None, by=PLANNER)
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    answer = snapshot.build(session, towns.DISTRICT).answer_point(towns.at(3.5, 1.5))
    assert (answer["grid"]["code"], answer["grid"]["kind"], answer["grid"]["group"]) == (tile, "专属", "校园")
    plan = plans.create(session, town.district, title="a", scope=A, by=PLANNER)
    with pytest.raises(ValueNotAllowed), session.begin_nested():
        plans.edit(
            session, town.district, plan.code, "designate", {"grid": A2, "kind": "综合", "group": "校园"},
            seen=None, by=PLANNER,
        )  # fmt: skip


def test_a_reversion_gives_lists_back_and_dissolves_new_ones(session: Session, town: Town) -> None:
    first = draft(session, town.district, ("micro", LIST))
    approve(session, town.district, first)
    publish(session, town.district, first)
    other = {"grid": A2, "micro": "W2", "buildings": ["H2"], "party": "P3"}
    second = draft(
        session, town.district, ("micro", {**LIST, "buildings": ["H1"], "party": "P2"}), ("micro", other)
    )
    approve(session, town.district, second)
    publish(session, town.district, second)
    assert (micro_of(session, "H9"), micro_of(session, "H2")["code"]) == (None, "W2")
    back = plans.revert(session, town.district, second.code, by=PLANNER)
    asked = [each.parameters for each in plans.all_edits(session, back) if each.operation == "micro"]
    assert [(each["grid"], each["micro"], each["buildings"], each["party"]) for each in asked] == [
        (A1, "W1", ["H1", "H9"], "P3"),
        (A2, "W2", [], None),
    ]
    approve(session, town.district, back)
    publish(session, town.district, back)
    assert micro_of(session, "H2") is None
    for building in ("H1", "H9"):
        now = micro_of(session, building)
        assert (now["code"], now["leader"]["name"]) == ("W1", "赵强")


def test_lists_that_did_not_change_stay_though_their_grid_comes_back_under_a_new_code(
    session: Session, town: Town
) -> None:
    first = draft(session, town.district, ("micro", LIST))
    approve(session, town.district, first)
    publish(session, town.district, first)
    merged = draft(session, town.district, ("merge", {"grids": [A1, A2], "keep": A2}))
    approve(session, town.district, merged)
    publish(session, town.district, merged)
    back = plans.revert(session, town.district, merged.code, by=PLANNER)
    assert "micro" not in {each.operation for each in plans.all_edits(session, back)}
    approve(session, town.district, back)
    publish(session, town.district, back)
    assert micro_of(session, "H1")["code"] == micro_of(session, "H9")["code"] == "W1"
