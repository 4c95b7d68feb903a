"""Tables that districts keep, drawn into plans: grids by buildings, 立体, 微网格 and 专属."""

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from sqlalchemy.orm import Session

from boundaries.duty import snapshot
from boundaries.land import buildings, parts, plans
from boundaries.land.plan_tables import Tabled, TableRefused, draw, rows_of
from boundaries.land.refusals import MissingColumn
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.tables import Plan
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, B1, B2, PLANNER, approve, draft, publish
from tests.boundaries.towns import A, B, Town


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    """The town with H6 of three 单元 and a shop in B002, and three houses 11 to 13号楼 west of it in B."""
    with database.transaction() as session:
        town = drawn.town(session)
        stamp = clock.stamp(session)
        frame = gpd.GeoDataFrame(
            {"code": ["H11", "H12", "H13"], "name": ["11号楼", "12号楼", "13号楼"]},
            geometry=[towns.box(11, 7, 12, 8), towns.box(13, 7, 14, 8), towns.box(11, 2, 12, 3)],
            crs=4326,
        )
        buildings.put(session, town.district, frame, valid_from=towns.YEAR, stamp=stamp)
        buildings.assign(session, town.district, valid_from=towns.YEAR, stamp=stamp)
        rows = [{"building_code": "H6", "code": code, "households": 5} for code in ("1", "2", "3", "shop")]
        parts.put(session, town.district, pd.DataFrame(rows), valid_from=towns.YEAR, stamp=stamp)
        return town


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows)).astype(object)


def put(session: Session, town: Town, plan: Plan, cells: pd.DataFrame, **more: Any) -> Tabled:
    rows = rows_of(cells, range(2, 2 + len(cells)))  # the heading is row 1
    return draw(session, town.district, plan.code, rows, seen=plan.version, by=PLANNER, **more)


def refused(session: Session, town: Town, cells: pd.DataFrame, scope: str = B) -> list[tuple[int, str, str]]:
    plan = draft(session, town.district, scope=scope)
    with pytest.raises(TableRefused) as caught, session.begin_nested():
        put(session, town, plan, cells)
    session.expire_all()
    assert plans.all_edits(session, plan) == [] and plan.applied == 0
    return [(each["row"], each["field"], each["reason"]) for each in caught.value.rows]


STACKED = [
    {"网格": "六号楼一二单元", "楼栋": "六号楼", "单元": "1-2单元", "宿主网格": B2, "负责人": "P1"},
    {"网格": "六号楼三单元", "楼栋": "H6", "单元": "3"},
    {"网格": "宿主", "楼栋": "6号楼", "单元": "shop"},
]


def test_rows_of_parts_become_stacked_grids_with_their_host(session: Session, town: Town) -> None:
    plan = draft(session, town.district, scope=B)
    made = put(session, town, plan, table(*STACKED))
    assert [edit.operation for edit in made.edits] == ["stack", "appoint"]
    drawing = plans.drawing_of(session, town.district, plan)
    found = {drawing.facts_of(code).name: stack.parts for code, stack in drawing.net.stacks.items()}
    assert found == {"六号楼一二单元": ("1", "2"), "六号楼三单元": ("3",)}
    assert {drawing.host(code) for code in drawing.net.stacks} == {B2}
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    answer = snapshot.build(session, towns.DISTRICT).answer_building("H6", part="2")
    assert (answer["grid"]["name"], answer["owner"]["leader"]["name"]) == ("六号楼一二单元", "王小明")


def test_lists_of_buildings_become_micro_grids_and_a_tile_joins_a_group(session: Session, town: Town) -> None:
    plan = draft(session, town.district, scope=B)
    made = put(
        session,
        town,
        plan,
        table(
            {"网格": B1, "微网格": "一组", "楼栋": "11号楼、H12", "负责人": "李芳"},
            {"网格": B1, "微网格": "一组", "楼栋": "13号楼"},
            {"网格": B2, "微网格": "二组", "楼栋": "六号楼", "单元": "1、2单元", "负责人": "P3"},
            {"网格": B2, "类型": "专属", "专属组": "市场"},
        ),
    )
    drawing = plans.drawing_of(session, town.district, plan)
    assert {key: (m.places, m.party) for key, m in drawing.micros.items()} == {
        (B1, "一组"): (("H11", "H12", "H13"), "P2"),
        (B2, "二组"): (("H6/1", "H6/2"), "P3"),
    }
    assert (drawing.facts_of(B2).kind, drawing.facts_of(B2).group_code) == ("专属", "市场")
    assert len(made.edits) == 3


def test_lists_of_buildings_divide_the_ground_of_a_community(session: Session, town: Town) -> None:
    plan = draft(session, town.district, scope=B)
    made = put(
        session,
        town,
        plan,
        table(
            {"网格": "北网格", "楼栋": "11-12号楼", "负责人": "P1"},
            {"网格": "南网格", "楼栋": "13号楼"},
            {"网格": "东网格", "楼栋": "H6", "专属组": "市场"},
        ),
    )
    assert made.edits[0].operation == "balance" and made.unlisted == ()
    drawing = plans.drawing_of(session, town.district, plan)
    grids = {drawing.facts_of(code).name: code for code, of in drawing.net.communities.items() if of == B}
    assert set(grids) == {"北网格", "南网格", "东网格"}
    assert drawing.facts_of(grids["东网格"]).group_code == "市场"
    assert drawing.parties == {grids["北网格"]: "P1"}
    live = plans.live_of(session, plan, drawing)
    for name, place in (("北网格", (11.5, 7.5)), ("北网格", (13.5, 7.5)), ("南网格", (11.5, 2.5))):
        assert live.grid_at(drawing, *towns.at(*place)) == grids[name]
    whole = sum(each.area_m2 for each in drawing.net.figures(list(grids.values())).values())
    assert whole == pytest.approx(
        sum(each.area_m2 for each in drawing.ground.net.figures([B1, B2]).values()), abs=0.1
    )


def test_every_row_at_fault_is_told_with_its_field_and_nothing_is_drawn(session: Session, town: Town) -> None:
    cells = table(
        {"网格": "", "微网格": "一组", "楼栋": "11号楼", "负责人": "P1"},
        {"网格": B1, "微网格": "一组", "楼栋": "99号楼", "负责人": "P1"},
        {"网格": B1, "微网格": "二组", "楼栋": "11号楼", "负责人": "谁"},
        {"网格": B1, "类型": "圆形", "楼栋": "11号楼"},
        {"网格": "塔楼", "楼栋": "六号楼", "单元": "9单元"},
        {"网格": "塔楼", "楼栋": "六号楼", "单元": "1-2", "宿主网格": B1},
        {"网格": "没有", "专属组": "市场"},
    )
    found = refused(session, town, cells)
    assert {(row, field) for row, field, _ in found} >= {
        (2, "grid"),
        (3, "buildings"),
        (4, "party"),
        (5, "kind"),
        (6, "parts"),
        (7, "host"),
        (8, "grid"),
    }
    assert (6, "parts", "H6 has 1, 2, 3, shop") in found
    assert (7, "host", f"H6 lies in {B2}") in found


def test_parts_in_two_rows_or_in_none_are_refused(session: Session, town: Town) -> None:
    twice = table(
        {"网格": "甲", "楼栋": "H6", "单元": "1-2"}, {"网格": "乙", "楼栋": "H6", "单元": "2、3、shop"}
    )
    assert refused(session, town, twice) == [(3, "parts", "part 2 of H6 stands in two rows")]
    left = table({"网格": "甲", "楼栋": "H6", "单元": "1-2"})
    assert refused(session, town, left) == [(2, "parts", "parts 3, shop of H6 stand in no row")]


def test_a_micro_grid_of_another_grids_building_is_refused_by_its_row(session: Session, town: Town) -> None:
    cells = table({"网格": B1, "微网格": "一组", "楼栋": "H6", "负责人": "P1"})
    assert refused(session, town, cells) == [(2, "buildings", f"H6 lies in grid {B2}")]


def test_buildings_that_are_not_known_can_be_skipped_and_are_listed(session: Session, town: Town) -> None:
    cells = table({"网格": "西", "楼栋": "11-14号楼"}, {"网格": "东", "楼栋": "六号楼"})
    assert refused(session, town, cells) == [(2, "buildings", "no such building")]
    plan = draft(session, town.district, scope=B)
    made = put(session, town, plan, cells, skip_unused=True)
    assert [(each.row, each.value) for each in made.unused] == [(2, "14")]


def test_a_table_without_grids_is_refused(session: Session, town: Town) -> None:
    with pytest.raises(MissingColumn):
        rows_of(table({"楼": "1"}), [2])
    assert refused(session, town, table({"网格": A1, "楼栋": ""}), scope=A) == [
        (2, "buildings", "is needed: the row asks for nothing")
    ]
