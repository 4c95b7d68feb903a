"""`yiwang net check` and `yiwang net repair`: files, the register, faults as GeoJSON, exit status."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import Polygon, box
from typer.testing import CliRunner

from api.cli import app
from boundaries.store.database import Database
from gis.datums import Datum, convert
from tests.boundaries import towns

RUN = CliRunner()
SOUND = gpd.GeoDataFrame(
    {"code": ["001", "002"], "name": ["东", "西"]},
    geometry=[box(112.8, 35.5, 112.81, 35.51), box(112.81, 35.5, 112.82, 35.51)],
    crs=4326,
)
# 002 reaches 0.001° (90.7 m) into 001 over 0.01° (1,109 m): about 100,600 m².
TORN = SOUND.set_geometry([SOUND.geometry.iloc[0], box(112.809, 35.5, 112.82, 35.51)])


def _saved(frame: gpd.GeoDataFrame, path: Path) -> Path:
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    return path


def _run(*words: object) -> Any:
    return RUN.invoke(app, ["net", *map(str, words)])


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb", ".parquet"])
def test_a_sound_net_has_exit_status_0_in_every_format(tmp_path: Path, suffix: str) -> None:
    result = _run("check", _saved(SOUND, tmp_path / f"net{suffix}"), "--metric-crs", 4547)
    assert result.exit_code == 0, result.output
    assert "2 polygons: sound" in result.output


def test_faults_are_told_by_code_saved_as_geojson_and_have_exit_status_1(tmp_path: Path) -> None:
    faults = tmp_path / "faults.geojson"
    result = _run("check", _saved(TORN, tmp_path / "net.gpkg"), "--code", "code", "--faults", faults)
    assert result.exit_code == 1
    assert "001, 002: 100,6" in result.output
    assert "EPSG:4547" in result.output
    collection = json.loads(faults.read_text())
    (overlap,) = [f for f in collection["features"] if f["properties"]["fault"] == "overlaps"]
    assert overlap["properties"]["polygons"] == ["001", "002"]


def test_a_parent_is_compared_with(tmp_path: Path) -> None:
    parent = gpd.GeoDataFrame(geometry=[box(112.8, 35.5, 112.82, 35.512)], crs=4326)
    net = _saved(SOUND, tmp_path / "net.gpkg")
    result = _run("check", net, "--within", _saved(parent, tmp_path / "parent.gpkg"))
    assert result.exit_code == 1
    assert "uncovered parent 未覆盖: 1" in result.output


def test_projected_and_shifted_files_are_carried_to_lonlat(tmp_path: Path) -> None:
    projected = _saved(TORN.to_crs(4547), tmp_path / "projected.gpkg")
    told = _run("check", projected)
    assert told.exit_code == 1
    assert "overlaps 重叠: 1, 100,6" in told.output
    shifted = TORN.set_geometry(
        TORN.geometry.transform(lambda xy: convert(xy, Datum.WGS84, Datum.GCJ02)), crs=4326
    )
    told = _run("check", _saved(shifted, tmp_path / "shifted.gpkg"), "--datum", "gcj02", "--metric-crs", 4547)
    assert "overlaps 重叠: 1, 100,6" in told.output


def test_a_csv_of_wkt_needs_its_frame_stated(tmp_path: Path) -> None:
    path = tmp_path / "net.csv"
    lines = [f'{code},"{shape.wkt}"' for code, shape in zip(SOUND["code"], SOUND.geometry, strict=True)]
    path.write_text("\n".join(["code,wkt", *lines]))
    assert _run("check", path).exit_code == 2
    told = _run("check", path, "--datum", "cgcs2000", "--code", "code")
    assert told.exit_code == 0, told.output


@pytest.mark.parametrize(
    "content", [b"", b"no net at all", b'{"type": "FeatureCollection", "features": [{"type": ']
)
def test_what_cannot_be_read_has_exit_status_2_and_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.geojson"
    path.write_bytes(content)
    result = _run("check", path)
    assert result.exit_code == 2
    assert "broken.geojson" in result.output
    assert "Traceback" not in result.output


def test_a_malformed_polygon_is_refused_as_such(tmp_path: Path) -> None:
    # One parenthesis too many, as in the JTS case testDuplicateReversed.
    path = tmp_path / "net.csv"
    path.write_text(
        'code,wkt\na,"MULTIPOLYGON (((1 3, 1 1, 3 1, 3 3, 1 3))), ((5 3, 5 1, 3 1, 3 3, 5 3)))"\n'
    )
    result = _run("check", path, "--datum", "wgs84")
    assert result.exit_code == 2
    assert "row 2" in result.output


def test_an_unknown_column_or_frame_is_refused(tmp_path: Path) -> None:
    net = _saved(SOUND, tmp_path / "net.gpkg")
    unknown = _run("check", net, "--code", "nothing")
    assert unknown.exit_code == 2
    assert "code, name" in unknown.output
    assert _run("check", net, "--metric-crs", 3857).exit_code == 2
    assert _run("check").exit_code == 2


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".parquet"])
def test_a_repair_writes_the_mended_net_with_its_columns(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"mended{suffix}"
    result = _run("repair", _saved(TORN, tmp_path / "net.gpkg"), out, "--max-gap-width", 5, "--code", "code")
    assert result.exit_code == 0, result.output
    assert "+0.00 m², -100,6" in result.output
    mended = gpd.read_parquet(out) if suffix == ".parquet" else gpd.read_file(out)
    assert mended["name"].tolist() == ["东", "西"]
    assert mended.crs.to_epsg() == 4326
    assert _run("check", out).exit_code == 0


def test_a_repair_tells_what_remains(tmp_path: Path) -> None:
    ring = gpd.GeoDataFrame(
        {"code": ["001"]},
        geometry=[
            Polygon(
                box(112.8, 35.5, 112.81, 35.51).exterior, [box(112.804, 35.504, 112.806, 35.506).exterior]
            )
        ],
        crs=4326,
    )
    remaining = tmp_path / "remaining.geojson"
    result = _run(
        "repair",
        _saved(ring, tmp_path / "ring.gpkg"),
        tmp_path / "out.gpkg",
        "--max-gap-width",
        5,
        "--faults",
        remaining,
    )
    assert result.exit_code == 1
    assert [f["properties"]["fault"] for f in json.loads(remaining.read_text())["features"]] == ["gaps"]


def test_an_output_of_unknown_kind_is_refused(tmp_path: Path) -> None:
    result = _run("repair", _saved(TORN, tmp_path / "net.gpkg"), tmp_path / "out.docx", "--max-gap-width", 5)
    assert result.exit_code == 2
    assert not (tmp_path / "out.docx").exists()


def test_the_standing_net_of_a_district_is_checked(
    database: Database, owner_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        towns.found(session)
    monkeypatch.setenv("YIWANG_DATABASE_URL", owner_url)
    monkeypatch.setenv("YIWANG_HOME", str(tmp_path))
    faults = tmp_path / "faults.geojson"
    result = _run("check", "--district", towns.DISTRICT, "--faults", faults)
    # A's two grids in the east meet B's first in the middle of its edge: told, and nothing else.
    assert result.exit_code == 1, result.output
    assert f"{len(towns.GRIDS)} polygons: not sound" in result.output
    found = json.loads(faults.read_text())["features"]
    assert {f["properties"]["fault"] for f in found} == {"unmatched_edges"}
    named = {name for f in found for name in f["properties"]["polygons"]}
    assert f"{towns.B}001" in named
    assert _run("check", "--district", "nowhere").exit_code == 2
    sides = _run("sides", f"{towns.A}001")  # no roads are in this register
    assert (sides.exit_code, sides.output) == (0, f"{towns.A}001\t东至—，西至—，南至—，北至—\n")
    assert _run("sides", "140502001001999").exit_code == 2
