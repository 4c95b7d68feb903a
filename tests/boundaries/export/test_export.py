"""The whole net as files reads back equal, in every format, with no phone that was not asked for."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from sqlalchemy import text

from boundaries.export import FORMATS, LAYERS, TargetExists, UnknownExport, read_layers, write_layers
from boundaries.land import addresses
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns


@pytest.fixture(scope="module")
def town(database: Database) -> towns.Town:
    with database.transaction() as session:
        founded = towns.found(session)
        towns.build_up(session, founded)
        towns.appoint(
            session,
            founded,
            [towns.person("P1", "王小明"), towns.office("D1", '=HYPERLINK 消防, "大队"\n一')],
            [
                towns.duty("P1", "leader", f"{towns.A}001"),
                towns.duty("D1", "lead", towns.DISTRICT, kind="area"),
            ],
        )
        frame = pd.DataFrame(
            {
                "building_code": ["H1", "H6"],
                "text": ["东大街1号", "东大街6号"],
                "kind": "standard",
                "source": "test",
            }
        )
        addresses.put(session, founded.district, frame, valid_from=towns.YEAR, stamp=clock.stamp(session))
    return founded


@pytest.fixture
def layers(database: Database, town: towns.Town) -> Iterator[dict[str, pd.DataFrame]]:
    with database.transaction() as session:
        yield read_layers(session, town.district)


def test_the_layers_hold_what_is_in_force(layers: dict[str, pd.DataFrame], database: Database) -> None:
    assert tuple(layers) == LAYERS
    with database.transaction() as session:
        for name in ("areas", "grids", "buildings"):
            assert len(layers[name]) == session.scalar(text(f"select count(*) from ogc.{name}")) > 0
    assert list(layers["addresses"]["building"]) == ["H1", "H6"]
    assert list(layers["duties"]["place"]) == [towns.DISTRICT, f"{towns.A}001"]
    grids = layers["grids"].set_index("code")
    assert all(grids.geometry[code].equals(shape) for code, (_, shape) in towns.GRIDS.items())


def read_back(target: Path, form: str, name: str) -> pd.DataFrame:
    found: pd.DataFrame
    if form == "gpkg":
        found = pyogrio.read_dataframe(target, layer=name)
        return found
    if form == "parquet":
        path = target / f"{name}.parquet"
        return pd.read_parquet(path) if name == "duties" else gpd.read_parquet(path)
    if form == "fgb" and name != "duties":
        found = pyogrio.read_dataframe(target / f"{name}.fgb")
        return found
    return pd.read_csv(target / f"{name}.csv", dtype=str, keep_default_na=False)


def plain(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Rows in plain values, in one order; absent is empty, as in CSV; shapes as WKB."""
    rows = []
    for row in frame.to_dict("records"):
        told: dict[str, object] = {}
        for name, value in ((str(key), value) for key, value in row.items()):
            if name == "geometry":
                shape = shapely.from_wkt(value or None) if value is None or isinstance(value, str) else value
                told[name] = None if shape is None else shapely.to_wkb(shape)
            elif value is None or pd.isna(value):
                told[name] = ""
            else:
                told[name] = str(float(value)) if isinstance(value, float) else str(value)
        rows.append(told)
    return sorted(rows, key=str)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_reads_back_equal(layers: dict[str, pd.DataFrame], tmp_path: Path, form: str) -> None:
    target = tmp_path / ("net.gpkg" if form == "gpkg" else "net")
    write_layers(layers, target, form)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    for name, layer in layers.items():
        back = read_back(target, form, name)
        whole = [column for column in layer if str(layer[column].dtype) == "Int64"]
        for column in whole:  # a column with gaps comes back as floats or text
            back[column] = pd.to_numeric(back[column]).astype("Int64")
        assert plain(back) == plain(layer), name
        if isinstance(back, gpd.GeoDataFrame):
            assert back.crs.to_epsg() == 4326


def test_phones_stand_there_only_when_asked(database: Database, town: towns.Town, tmp_path: Path) -> None:
    with database.transaction() as session:
        without = read_layers(session, town.district)["duties"]
        asked = read_layers(session, town.district, phones=True)["duties"]
    assert "phone" not in without.columns
    assert "1380000" not in without.to_csv()
    assert set(asked["phone"]) == {"13800001234", "0356-2020202"}


def test_a_target_that_is_there_stays_unless_it_may_be_replaced(
    layers: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    target = tmp_path / "net"
    write_layers(layers, target, "csv")
    with pytest.raises(TargetExists, match="--force replaces"):
        write_layers(layers, target, "csv")
    (target / "mine.txt").write_text("kept")
    with pytest.raises(TargetExists, match=r"mine\.txt"):
        write_layers(layers, target, "csv", replace=True)
    (target / "mine.txt").unlink()
    write_layers(layers, target, "parquet", replace=True)
    assert sorted(path.name for path in target.iterdir()) == sorted(f"{name}.parquet" for name in LAYERS)
    with pytest.raises(UnknownExport):
        write_layers(layers, tmp_path / "x", "shp")


def test_a_district_without_anything_gives_empty_layers(
    layers: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    write_layers({name: layer.iloc[:0] for name, layer in layers.items()}, tmp_path / "net.gpkg", "gpkg")
    assert {name for name, _ in pyogrio.list_layers(tmp_path / "net.gpkg")} == set(LAYERS)
