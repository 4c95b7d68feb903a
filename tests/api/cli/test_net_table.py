"""`yiwang net from-table`: table and footprints in, a tiling net out, what was not used listed by row."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, box
from typer.testing import CliRunner

from api.cli import app

RUN = CliRunner()
COMMUNITY = box(112.80, 35.50, 112.82, 35.51)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    houses = [box(112.802 + i * 0.004, 35.504, 112.803 + i * 0.004, 35.505) for i in range(5)]
    for name, frame in {
        "community": gpd.GeoDataFrame({"code": ["1"]}, geometry=[COMMUNITY], crs=4326),
        "buildings": gpd.GeoDataFrame({"name": [f"{i}号楼" for i in range(1, 6)]}, geometry=houses, crs=4326),
        "roads": gpd.GeoDataFrame(
            {"name": ["路"]}, geometry=[LineString([(112.812, 35.4), (112.812, 35.6)])], crs=4326
        ),
    }.items():
        frame.to_file(tmp_path / f"{name}.gpkg")
    return tmp_path


def run(files: Path, table: Path, *more: str):  # type: ignore[no-untyped-def]
    given = ["--community", files / "community.gpkg", "--buildings", files / "buildings.gpkg"]
    given += ["--barriers", files / "roads.gpkg", "--out", files / "net.gpkg", *more]
    return RUN.invoke(app, ["net", "from-table", str(table), *map(str, given)])


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_table_becomes_a_net_along_the_road(files: Path, suffix: str) -> None:
    table = files / f"table{suffix}"
    rows = pd.DataFrame({"网格": ["1号网格", "2号网格"], "楼栋": ["1–3号楼", "4-5栋"]})
    rows.to_excel(table, index=False) if suffix == ".xlsx" else rows.to_csv(table, index=False)
    result = run(files, table)
    assert result.exit_code == 0, result.output
    net = gpd.read_file(files / "net.gpkg").set_index("grid")
    assert net.buildings.to_dict() == {"1号网格": 3, "2号网格": 2}
    assert net.geometry["1号网格"].equals(box(112.80, 35.50, 112.812, 35.51))
    checked = RUN.invoke(
        app, ["net", "check", str(files / "net.gpkg"), "--within", str(files / "community.gpkg")]
    )
    assert checked.exit_code == 0, checked.output


def test_rows_that_could_not_be_used_are_listed_by_their_number(files: Path) -> None:
    table = files / "table.csv"
    table.write_text('网格,楼栋\n1号网格,"1-3号楼、9号楼"\n2号网格,4号楼2单元\n', encoding="utf-8")
    result = run(files, table, "--unmatched", str(files / "left.csv"))
    assert result.exit_code == 1
    left = pd.read_csv(files / "left.csv")
    assert left.row.tolist() == [2, 3]
    assert left.reason.tolist() == ["no such building", "a part of a building"]
    assert "2号网格: no building found" in result.output


def test_a_column_that_is_not_there_is_named(files: Path) -> None:
    table = files / "table.csv"
    table.write_text("甲,楼栋\n1号网格,1号楼\n", encoding="utf-8")
    result = run(files, table)
    assert (result.exit_code, "网格" in result.output) == (2, True)
    assert not (files / "net.gpkg").exists()
