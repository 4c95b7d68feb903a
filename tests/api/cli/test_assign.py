"""`yiwang assign`: every format in and out, frames, rejected rows, all or nothing."""

import json
import resource
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.ipc
import pyarrow.parquet
import pytest
import shapely
from shapely.geometry import box
from typer.testing import CliRunner

from api.assigning import AssignRefused
from api.cli import app
from gis.datums import Datum, convert
from tests.oracles.owners import owners_by_covered_by

# Two grids side by side, B west of A; the border at 112.81 goes to A, the lower code.
NET = gpd.GeoDataFrame(
    {"code": ["B", "A"]},
    geometry=[box(112.8, 35.5, 112.81, 35.51), box(112.81, 35.5, 112.82, 35.51)],
    crs=4326,
)
ROWS = pd.DataFrame(
    {
        "id": [1, 2, 3, 4],
        "lon": [112.805, 112.815, 112.81, 112.9],
        "lat": [35.505, 35.505, 35.505, 35.505],
    }
)
EXPECTED = ["B", "A", "A", None]
Run = Callable[..., str]


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.gpkg"
    NET.to_file(path)
    return path


@pytest.fixture
def run(net: Path) -> Run:
    def run(source: Path, target: Path, *options: str) -> str:
        arguments = ["assign", str(source), str(target), "--net", str(net), "--code", "code", *options]
        result = CliRunner().invoke(app, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return run


def _write(frame: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    elif path.suffix == ".ndjson":
        frame.to_json(path, orient="records", lines=True, double_precision=15)
    elif path.suffix == ".arrow":
        frame.to_feather(path)
    elif path.suffix == ".arrows":
        table = pyarrow.Table.from_pandas(frame)
        with pyarrow.ipc.new_stream(str(path), table.schema) as writer:
            writer.write_table(table)
    else:
        points = gpd.points_from_xy(frame["lon"], frame["lat"], crs=4326)
        gpd.GeoDataFrame(frame[["id"]], geometry=points).to_file(path)
    return path


def _read(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path)
    if path.suffix == ".ndjson":
        return pd.read_json(path, lines=True)
    if path.suffix == ".arrow":
        return pyarrow.ipc.open_file(str(path)).read_all().to_pandas()
    if path.suffix == ".arrows":
        with pyarrow.ipc.open_stream(str(path)) as reader:
            return reader.read_all().to_pandas()
    return pd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)


def _grids(frame: pd.DataFrame) -> list[str | None]:
    return [None if pd.isna(code) else code for code in frame["grid"]]


_KINDS = ["csv", "ndjson", "parquet", "arrow", "arrows", "gpkg"]


@pytest.mark.parametrize("target", [f"out.{kind}" for kind in _KINDS])
@pytest.mark.parametrize("source", [f"in.{kind}" for kind in _KINDS])
def test_every_format_goes_to_every_format(tmp_path: Path, run: Run, source: str, target: str) -> None:
    told = run(_write(ROWS, tmp_path / source), tmp_path / target, "--datum", "wgs84")
    assert "4 rows: 3 owned, 1 outside, 0 rejected" in told
    found = _read(tmp_path / target)
    assert _grids(found) == EXPECTED
    assert found["id"].astype(int).tolist() == [1, 2, 3, 4]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({source, target, "net.gpkg"})


def test_geometry_keeps_its_frame_and_its_shapes(tmp_path: Path, run: Run) -> None:
    metric = gpd.GeoDataFrame(
        ROWS[["id"]], geometry=gpd.points_from_xy(ROWS["lon"], ROWS["lat"], crs=4326).to_crs(4547)
    )
    metric.to_file(tmp_path / "in.gpkg")
    metric.to_parquet(tmp_path / "in.parquet")
    for source in ("in.gpkg", "in.parquet"):
        for target in ("out.gpkg", "geo.parquet"):
            run(tmp_path / source, tmp_path / target)
            path = tmp_path / target
            found = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)
            assert found.crs == metric.crs
            assert shapely.equals_exact(found.geometry, metric.geometry).all()
            # the point on the border has moved by less than a nanometre: it lies with one of the two
            assert [code for k, code in enumerate(_grids(found)) if k != 2] == ["B", "A", None]


def test_points_in_arrow_keep_their_frame(tmp_path: Path, run: Run) -> None:
    metric = gpd.GeoDataFrame(
        ROWS[["id"]], geometry=gpd.points_from_xy(ROWS["lon"], ROWS["lat"], crs=4326).to_crs(4547)
    )
    metric.to_file(tmp_path / "in.gpkg")
    run(tmp_path / "in.gpkg", tmp_path / "a.arrow")
    run(tmp_path / "a.arrow", tmp_path / "b.arrows", "--as", "again")
    run(tmp_path / "b.arrows", tmp_path / "out.parquet", "--as", "third")
    found = gpd.read_parquet(tmp_path / "out.parquet")
    assert found.crs == metric.crs
    assert shapely.equals_exact(found.geometry, metric.geometry).all()
    assert found["grid"].equals(found["again"]) and found["grid"].notna().sum() == 3
    run(tmp_path / "a.arrow", tmp_path / "out.ndjson", "--as", "again")
    assert _read(tmp_path / "out.ndjson")["geom"].str.startswith("POINT (").all()


def test_lines_of_json_keep_their_kinds_and_a_broken_one_is_named(tmp_path: Path, run: Run) -> None:
    lines = [
        '{"id": 1, "lon": 112.805, "lat": 35.505, "tags": ["a"], "late": null}',
        "",
        '{"lon": 113, "lat": 35, "id": 18446744073709551616, "new": true}',
        '{"lon": "x", "lat": 35, "id": 3}',
    ]
    source = tmp_path / "in.ndjson"
    source.write_text("\n".join(lines))
    told = run(source, tmp_path / "out.ndjson", "--datum", "wgs84")
    assert "3 rows: 1 owned, 1 outside, 1 rejected" in told
    first, second = (json.loads(line) for line in (tmp_path / "out.ndjson").read_text().splitlines())
    assert first["tags"] == '["a"]' and first["grid"] == "B" and first["new"] is None
    assert second["id"] == "18446744073709551616" and second["new"] is True
    assert "lon is no number" in (tmp_path / "out.ndjson.rejected.csv").read_text()
    source.write_text(lines[0] + "\n[1]\n")
    with pytest.raises(AssignRefused, match="line 2: no JSON object"):
        run(source, tmp_path / "other.ndjson", "--datum", "wgs84")


def test_gcj02_points_are_carried_to_the_net(tmp_path: Path, run: Run) -> None:
    lon, lat = convert(ROWS[["lon", "lat"]], Datum.WGS84, Datum.GCJ02).T
    shifted = ROWS.assign(lon=lon, lat=lat)
    source = _write(shifted, tmp_path / "in.csv")
    run(source, tmp_path / "out.csv", "--datum", "gcj02")
    kept = [0, 1, 3]  # not the one on the border
    assert [_grids(_read(tmp_path / "out.csv"))[k] for k in kept] == [EXPECTED[k] for k in kept]
    run(source, tmp_path / "wrong.csv", "--datum", "wgs84")
    assert _grids(_read(tmp_path / "wrong.csv"))[0] == "A"  # 0.6 km further east


def test_chinese_columns_in_gb18030_and_wkt_are_read(tmp_path: Path, run: Run) -> None:
    text = "编号,名称,经度,纬度\n1,笔峰寺,112.805,35.505\n"
    (tmp_path / "in.csv").write_bytes(text.encode("gb18030"))
    run(tmp_path / "in.csv", tmp_path / "out.csv", "--datum", "cgcs2000", "--encoding", "gb18030")
    assert _read(tmp_path / "out.csv").to_dict("records") == [
        {"编号": 1, "名称": "笔峰寺", "经度": 112.805, "纬度": 35.505, "grid": "B"}
    ]
    (tmp_path / "wkt.csv").write_text('id,wkt\n007,"POINT (112.815 35.505)"\n')
    run(tmp_path / "wkt.csv", tmp_path / "out.csv", "--datum", "wgs84", "--as", "owner")
    assert (tmp_path / "out.csv").read_text().splitlines()[1].replace(
        '"', ""
    ) == "007,POINT (112.815 35.505),A"


def test_bad_rows_go_to_a_file_of_their_own_with_the_reason(tmp_path: Path, run: Run) -> None:
    (tmp_path / "in.csv").write_text(
        "id,lon,lat\n1,112.805,35.505\n2,,35.5\n3,abc,35.5\n4,nan,35.5\n5,112.8,inf\n6,35.5,112.8\n7,112.815,35.505\n"
    )
    told = run(tmp_path / "in.csv", tmp_path / "out.csv", "--datum", "wgs84")
    assert "7 rows: 2 owned, 0 outside, 5 rejected" in told
    assert _grids(_read(tmp_path / "out.csv")) == ["B", "A"]
    rejected = pd.read_csv(tmp_path / "out.csv.rejected.csv", dtype=str, keep_default_na=False)
    assert rejected[["row", "reason", "id"]].to_numpy().tolist() == [
        ["2", "no lon", "2"],
        ["3", "lon is no number", "3"],
        ["4", "not a finite number", "4"],
        ["5", "not a finite number", "5"],
        ["6", "not on the globe: lon beyond ±180° or lat beyond ±90°", "6"],
    ]
    assert rejected["lon"].tolist() == ["", "abc", "nan", "112.8", "35.5"]
    run(_write(ROWS, tmp_path / "in.csv"), tmp_path / "out.csv", "--datum", "wgs84")
    assert not (tmp_path / "out.csv.rejected.csv").exists()


def test_shapes_that_are_no_points_are_rejected(tmp_path: Path, run: Run) -> None:
    shapes = [shapely.Point(112.805, 35.505), None, box(112.8, 35.5, 112.9, 35.6)]
    gpd.GeoDataFrame({"id": [1, 2, 3]}, geometry=shapes, crs=4326).to_parquet(tmp_path / "in.parquet")
    run(tmp_path / "in.parquet", tmp_path / "out.csv")
    reasons = pd.read_csv(tmp_path / "out.csv.rejected.csv")["reason"].tolist()
    assert reasons == ["no geometry", "geometry is not a point"]
    assert _read(tmp_path / "out.csv")["geometry"].tolist() == ["POINT (112.805 35.505)"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ([], "state it with --datum"),
        (["--datum", "wgs84", "--lon", "x"], "no column x"),
        (["--datum", "wgs84", "--lon", "lon"], "belong together"),
        (["--datum", "wgs84", "--as", "id"], "has a column id already"),
        (["--datum", "wgs84", "--code", "name"], "no column name"),
    ],
)
def test_what_is_not_clear_is_refused_and_leaves_nothing(
    tmp_path: Path, run: Run, options: list[str], reason: str
) -> None:
    source = _write(ROWS, tmp_path / "in.csv")
    with pytest.raises(AssignRefused, match=reason):
        run(source, tmp_path / "out.csv", *options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "net.gpkg"]


def test_an_overlapping_net_is_refused_unless_the_lowest_code_wins(
    tmp_path: Path, net: Path, run: Run
) -> None:
    pd.concat(
        [NET, gpd.GeoDataFrame({"code": ["C"]}, geometry=[box(112.8, 35.5, 112.9, 35.51)], crs=4326)]
    ).to_file(net)
    source = _write(ROWS, tmp_path / "in.csv")
    with pytest.raises(AssignRefused, match="2 overlapping pair"):
        run(source, tmp_path / "out.csv", "--datum", "wgs84")
    run(source, tmp_path / "out.csv", "--datum", "wgs84", "--lowest-wins")
    assert _grids(_read(tmp_path / "out.csv")) == ["B", "A", "A", "C"]


def test_a_file_that_breaks_in_the_middle_leaves_the_old_output(tmp_path: Path, run: Run) -> None:
    good = "112.805,35.505\n" * 900_000  # more than one block of the reader
    (tmp_path / "in.csv").write_text("lon,lat\n" + good + "112.8,35.5,too,many\n")
    (tmp_path / "out.parquet").write_text("kept")
    with pytest.raises(AssignRefused, match="cannot be read"):
        run(tmp_path / "in.csv", tmp_path / "out.parquet", "--datum", "wgs84")
    assert (tmp_path / "out.parquet").read_text() == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "net.gpkg", "out.parquet"]


def test_millions_of_rows_pass_in_constant_memory(tmp_path: Path, run: Run) -> None:
    rows, parts, steady = 250_000, 20, 4  # after so many parts the allocators have what they want
    rng = np.random.default_rng(1)
    source = tmp_path / "in.parquet"
    schema = pyarrow.schema([("lon", pyarrow.float64()), ("lat", pyarrow.float64())])
    expected = 0
    with pyarrow.parquet.ParquetWriter(source, schema) as writer:
        for _ in range(parts):
            points = rng.uniform((112.795, 35.495), (112.825, 35.515), (rows, 2))
            sample = points[:2_000]
            expected += int((owners_by_covered_by(NET.geometry.to_numpy(), sample) >= 0).sum())
            writer.write_table(pyarrow.table([points[:, 0], points[:, 1]], schema=schema))
    with pyarrow.parquet.ParquetWriter(tmp_path / "few.parquet", schema) as writer:
        for part in range(steady):
            writer.write_table(pyarrow.parquet.ParquetFile(source).read_row_group(part))
    run(tmp_path / "few.parquet", tmp_path / "warm.parquet", "--datum", "wgs84")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = run(source, tmp_path / "out.parquet", "--datum", "wgs84")
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert f"{rows * parts} rows" in told
    assert grown_mb < 40  # the coordinates of the parts beyond are 64 MB, what is written of them as much
    grids = (
        pd.read_parquet(tmp_path / "out.parquet", columns=["grid"])["grid"].to_numpy().reshape(parts, rows)
    )
    assert int(pd.notna(grids[:, :2_000]).sum()) == expected


def test_wards_own_the_real_requests_as_the_city_says(tmp_path: Path, shared_data: Path) -> None:
    """The ward that the city wrote on each request agrees for 99.1 % of them."""
    target = tmp_path / "out.parquet"
    requests = shared_data / "dc" / "requests_311_2016.parquet"
    arguments = ["assign", str(requests), str(target), "--net", str(shared_data / "dc" / "wards.gpkg")]
    result = CliRunner().invoke(
        app, [*arguments, "--code", "WARD", "--datum", "wgs84"], catch_exceptions=False
    )
    assert result.exit_code == 0
    found = pd.read_parquet(target)
    labelled = found[found["label_ward"] != "NULL"]
    agreeing = labelled["grid"] == labelled["label_ward"]
    assert len(found) == 22_576 and agreeing.mean() > 0.991
