"""Columns find their fields by the names that people use."""

import pytest

from boundaries.land.importing import MappingIncomplete, UnknownField, UnknownKind
from boundaries.land.importing.kinds import BUILDINGS, GRIDS, INCIDENTS, KINDS, LEADERS, kind_named
from boundaries.land.importing.mapping import choose, suggest


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["网格编码", "所属社区"], {"code": "网格编码", "community_code": "所属社区"}),
        (["Grid_Code", "NAME"], {"code": "Grid_Code", "name": "NAME"}),
        (["编码", "网格编码"], {"code": "网格编码"}),
        ([" 网格 编码 ", "网格名称（全称）"], {"code": " 网格 编码 ", "name": "网格名称（全称）"}),
        (["网格编码", "经度", "纬度"], {"code": "网格编码", "lon": "经度", "lat": "纬度"}),
        (["甲", "乙"], {}),
    ],
)  # fmt: skip
def test_grids_are_recognised_by_chinese_and_english_names(
    columns: list[str], expected: dict[str, str]
) -> None:
    assert suggest(GRIDS, columns) == expected


def test_a_roster_of_leaders_is_recognised() -> None:
    assert suggest(LEADERS, ["序号", "网格编码", "网格长", "联系电话", "职务"]) == {
        "grid_code": "网格编码",
        "name": "网格长",
        "phone": "联系电话",
        "post": "职务",
    }


def test_counts_of_buildings_are_recognised() -> None:
    found = suggest(BUILDINGS, ["楼栋编码", "楼层数", "户数", "人数", "入口经度", "入口纬度"])
    assert (found["floors"], found["households"], found["residents"]) == ("楼层数", "户数", "人数")
    assert (found["entrance_lon"], found["entrance_lat"]) == ("入口经度", "入口纬度")


def test_a_column_serves_one_field() -> None:
    for kind in KINDS.values():
        names = [name for field in kind.fields for name in field.names]
        found = suggest(kind, names)
        assert len(set(found.values())) == len(found)


def test_what_is_stated_wins_over_what_was_kept_over_what_is_suggested() -> None:
    columns = ["网格编码", "旧编码", "别的"]
    assert choose(GRIDS, columns, stated={}, kept=None)["code"] == "网格编码"
    assert choose(GRIDS, columns, stated={}, kept={"code": "旧编码"})["code"] == "旧编码"
    assert choose(GRIDS, columns, stated={"code": "别的"}, kept={"code": "旧编码"})["code"] == "别的"


def test_a_field_can_be_left_out() -> None:
    assert "name" not in choose(GRIDS, ["网格编码", "网格名称"], stated={"name": ""}, kept=None)


def test_a_column_that_is_stated_for_one_field_is_taken_from_another() -> None:
    found = choose(GRIDS, ["网格编码", "网格名称"], stated={"community_code": "网格名称"}, kept=None)
    assert found == {"code": "网格编码", "community_code": "网格名称"}


def test_a_needed_field_without_a_column_is_named() -> None:
    with pytest.raises(MappingIncomplete) as refused:
        choose(INCIDENTS, ["甲"], stated={}, kept=None)
    assert refused.value.missing == ("external_ref", "happened_at")
    assert refused.value.columns == ("甲",)


@pytest.mark.parametrize("stated", [{"colour": "网格编码"}, {"code": "没有"}])
def test_unknown_fields_and_columns_are_refused(stated: dict[str, str]) -> None:
    with pytest.raises(UnknownField):
        choose(GRIDS, ["网格编码"], stated=stated, kept=None)


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownKind, match="grids"):
        kind_named("gird")
