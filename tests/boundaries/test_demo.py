"""The demo district: the real tree of codes, invented ground, all of it in the register."""

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries import demo
from boundaries.duty import matters
from boundaries.store.database import Database
from gis.synthetic import make_town, small_town


def test_the_tree_holds_the_143_real_codes() -> None:
    tree = demo.tree()
    assert tree["code"].is_unique
    assert tree["level"].value_counts().to_dict() == {"district": 1, "street": 8, "community": 134}
    assert tree["kind"].value_counts()[["居", "村"]].to_dict() == {"居": 85, "村": 49}
    below = tree[tree["parent_code"].notna()]
    assert all(
        code.startswith(parent) for code, parent in zip(below["code"], below["parent_code"], strict=True)
    )
    assert set(tree.loc[tree["code"] == "140502006022", "name"]) == {"笔峰寺社区"}


def test_the_demo_ground_is_a_sound_net_of_the_promised_size() -> None:
    town = make_town(demo.tree(), seed=demo.SEED, n_incidents=0)
    grids = town.grids.geometry.to_numpy()
    assert abs(len(grids) - 1000) <= 15
    assert len(town.buildings) == 30_000
    assert town.buildings["households"].sum() == 150_000
    assert shapely.coverage_is_valid(grids)
    union = shapely.coverage_union_all(grids)
    assert union.geom_type == "Polygon"
    assert len(union.interiors) == 0
    metric = town.areas.set_geometry("geometry").to_crs(town.metric_crs)
    by_level = metric.area.groupby(metric["level"]).sum() / 1e6
    assert by_level.round(1).to_dict() == {"community": 142.6, "district": 142.6, "street": 142.6}
    assert (town.areas.geom_type == "Polygon").all()
    house = shapely.STRtree(town.buildings.geometry.to_numpy()).query(grids, predicate="contains_properly")[1]
    assert len(set(house)) == 30_000


def test_a_town_goes_into_the_register_whole(session: Session) -> None:
    classes = matters.national()
    town = small_town(0, n_incidents=300, matters=classes)
    district = demo.put(session, town, classes)
    assert district.ground == "invented"

    def count(query: str) -> int:
        return int(session.execute(text(query)).scalar_one())

    assert count("select count(*) from yiwang.grid") == len(town.grids)
    assert count("select count(*) from yiwang.building_grid where because = 'within'") == 800
    assert count("select count(*) from yiwang.address") == len(town.addresses)
    assert count("select count(*) from yiwang.element") == len(town.elements) > 100
    assert count("select count(*) from yiwang.incident where grid_version_id is not null") == 300
    leads = (
        "select count(*) from yiwang.duty where role = 'lead' and area_id is not null and matter_code <> '*'"
    )
    assert count(leads) == (classes["code"].str.fullmatch(r"\d\d")).sum()


def test_building_twice_leaves_one_district(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "make_town", lambda tree, *, seed, matters: small_town(seed, matters=matters))
    written: list[int] = []
    demo.build(database, beside=lambda session: written.append(1))
    demo.build(database, beside=lambda session: written.append(2))
    assert written == [1]
    with database.transaction() as session:
        assert session.execute(text("select count(*) from yiwang.net_version")).scalar_one() == 1
