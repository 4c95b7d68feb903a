"""`yiwang assign` into a folder: parts, going on after a kill, and Dask workers that die."""

import json
import os
import signal
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from shapely.geometry import box
from typer.testing import CliRunner

from api.assigning import AssignRefused, Reading, assign_folder, net_from_file, on_dask
from api.assigning.net import Net
from api.assigning.shards import SUMMARY_FILE, Job, assign_shard, plan_shards
from api.cli import app
from gis.datums import Datum
from tests.oracles.owners import owners_by_covered_by

NET = gpd.GeoDataFrame(
    {"code": [f"G{n:03}" for n in range(100)]},
    geometry=[
        box(112.8 + n % 10 / 100, 35.5 + n // 10 / 100, 112.81 + n % 10 / 100, 35.51 + n // 10 / 100)
        for n in range(100)
    ],
    crs=4326,
)
ROWS, SHARD = 40_000, 2_000
READING = Reading(datum=Datum.WGS84)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shards")


@pytest.fixture(scope="module")
def source(folder: Path) -> Path:
    """Points over the net and around it, every thousandth without a latitude, in small row groups."""
    points = np.random.default_rng(3).uniform((112.79, 35.49), (112.91, 35.61), (ROWS, 2))
    points[::1_000, 1] = np.nan
    table = pa.table({"id": np.arange(ROWS), "lon": points[:, 0], "lat": points[:, 1]})
    pa.parquet.write_table(table, folder / "in.parquet", row_group_size=500)
    return folder / "in.parquet"


@pytest.fixture(scope="module")
def net(folder: Path) -> Net:
    NET.to_file(folder / "net.gpkg")
    return net_from_file(folder / "net.gpkg", "code", lowest_wins=True)


@pytest.fixture(scope="module")
def expected(folder: Path, source: Path, net: Net) -> tuple[tuple[int, int, int, int], str]:
    """Counts and checksum as one process gives them, compared with shapely's."""
    outcome, checksum = assign_folder(source, folder / "one", net, READING, shard_rows=SHARD)
    parts = pd.concat(pd.read_parquet(path) for path in sorted((folder / "one").glob("part-*.parquet")))
    rows = pd.read_parquet(source).dropna()
    owners = owners_by_covered_by(NET.geometry.to_numpy(), rows[["lon", "lat"]].to_numpy())
    codes = [None if owner < 0 else NET["code"].iloc[owner] for owner in owners]
    assert parts["id"].tolist() == rows["id"].tolist()
    assert [None if pd.isna(code) else code for code in parts["grid"]] == codes
    rejected = pd.concat(pd.read_csv(path) for path in sorted((folder / "one").glob("*.rejected.csv")))
    assert rejected["row"].tolist() == [n + 1 for n in range(0, ROWS, 1_000)]
    summary = json.loads((folder / "one" / SUMMARY_FILE).read_text())
    assert summary["checksum"] == checksum and summary["shards"] == ROWS // SHARD
    return (outcome.rows, outcome.owned, outcome.outside, outcome.rejected), checksum


def test_a_run_that_was_killed_goes_on_where_it_stopped(
    tmp_path: Path, source: Path, net: Net, expected: tuple[tuple[int, int, int, int], str]
) -> None:
    done: list[int] = []

    def dying(job: Job, shards: object) -> object:
        for shard in shards:  # type: ignore[attr-defined]
            if len(done) == 7:
                raise KeyboardInterrupt
            done.append(shard.number)
            yield assign_shard(job, shard)

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        assign_folder(source, out, net, READING, engine=dying, shard_rows=SHARD)  # type: ignore[arg-type]
    assert not (out / SUMMARY_FILE).exists()
    (out / "part-00003.json").unlink()  # killed between the part and its receipt
    stamps = {path: path.stat().st_mtime_ns for path in out.glob("part-*.parquet")}
    outcome, checksum = assign_folder(source, out, net, READING, shard_rows=SHARD)
    assert ((outcome.rows, outcome.owned, outcome.outside, outcome.rejected), checksum) == expected
    kept = [path.name for path, stamp in stamps.items() if path.stat().st_mtime_ns == stamp]
    assert sorted(kept) == [f"part-{number:05}.parquet" for number in (0, 1, 2, 4, 5, 6)]
    # made of something else: nothing is kept, and parts of a longer run do not stay behind
    outcome, _ = assign_folder(source, out, net, READING, column="owner", shard_rows=2 * SHARD)
    assert len(list(out.glob("part-*.parquet"))) == ROWS // SHARD // 2
    assert "owner" in pd.read_parquet(out / "part-00000.parquet").columns


def test_a_worker_that_is_killed_in_the_middle_changes_nothing(
    tmp_path: Path, source: Path, net: Net, expected: tuple[tuple[int, int, int, int], str]
) -> None:
    from distributed import LocalCluster

    killed: list[int] = []
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:

        def kill_one(done: int, total: int | None) -> None:
            if done >= 2 * SHARD and not killed:
                killed.append(cluster.workers[0].pid)
                os.kill(killed[0], signal.SIGKILL)

        engine = on_dask(scheduler=cluster.scheduler_address)
        outcome, checksum = assign_folder(
            source, tmp_path / "out", net, READING, engine=engine, shard_rows=SHARD, on_progress=kill_one
        )
    assert len(killed) == 1
    assert ((outcome.rows, outcome.owned, outcome.outside, outcome.rejected), checksum) == expected
    parts = sorted(path.name for path in (tmp_path / "out").glob("part-*.parquet"))
    assert parts == [f"part-{number:05}.parquet" for number in range(ROWS // SHARD)]


def test_the_command_takes_a_folder_and_says_the_checksum(tmp_path: Path, source: Path, net: Net) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / f"{name}.parquet").symlink_to(source)
    arguments = ["--net", str(source.parent / "net.gpkg"), "--code", "code", "--datum", "wgs84"]
    command = ["assign", str(tmp_path / "in"), str(tmp_path / "out"), *arguments, "--lowest-wins"]
    told = CliRunner().invoke(app, command, catch_exceptions=False).output
    assert f"{2 * ROWS} rows:" in told and "checksum" in told
    assert len(list((tmp_path / "out").glob("part-*.parquet"))) == 2


def test_what_cannot_be_cut_into_shards_is_refused(tmp_path: Path, source: Path, net: Net) -> None:
    (tmp_path / "in.csv").write_text("lon,lat\n1,2\n")
    with pytest.raises(AssignRefused, match="shards are made of"):
        list(plan_shards(tmp_path / "in.csv"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "part-00000.parquet").write_text("of another program")
    with pytest.raises(AssignRefused, match="holds other things"):
        assign_folder(source, tmp_path / "mine", net, READING)
    with pytest.raises(AssignRefused, match="folder of their own"):
        assign_folder(source, source.parent, net, READING)
    with pytest.raises(AssignRefused, match="no Dask scheduler answers"):
        engine = on_dask(scheduler="tcp://127.0.0.1:9", timeout_s=1)
        assign_folder(source, tmp_path / "out", net, READING, engine=engine)
