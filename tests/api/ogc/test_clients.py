"""Clients that other people wrote, against `yiwang serve` as people start it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyogrio
import pytest
from sqlalchemy import text

from boundaries.store.database import Database
from tests.boundaries import towns
from tests.conftest import REPOSITORY

PEERS = REPOSITORY / ".venv-peers" / "bin" / "python"


@pytest.fixture(scope="module")
def live(owner_url: str, town: towns.Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server of its own over the module's town."""
    log = tmp_path_factory.mktemp("log") / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve", "--port", "0"],
            env={
                **os.environ,
                "YIWANG_DATABASE_URL": owner_url,
                "YIWANG_HOME": str(tmp_path_factory.mktemp("home")),
                "YIWANG_ANONYMOUS_READER": "true",
            },
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert process.stdout is not None
            url = re.search(r"http://\S+", process.stdout.readline())
            assert url is not None, log.read_text()
            assert httpx.get(f"{url.group()}/healthz", timeout=180).status_code == 200
            yield url.group()
        finally:
            process.terminate()
            process.communicate(timeout=30)


@pytest.mark.parametrize("collection", ["areas", "grids", "buildings"])
def test_gdal_reads_every_collection_whole(live: str, database: Database, collection: str) -> None:
    layers = {name for name, _ in pyogrio.list_layers(f"OAPIF:{live}/ogc")}
    assert layers == {"areas", "grids", "buildings"}
    frame = pyogrio.read_dataframe(f"OAPIF:{live}/ogc", layer=collection, PAGE_SIZE=3)
    with database.transaction() as session:
        codes = session.scalars(text(f"select code from ogc.{collection}")).all()
    assert sorted(frame["code"]) == sorted(codes)
    assert frame.crs is not None and frame.crs.to_authority() in (("OGC", "CRS84"), ("EPSG", "4326"))


def test_gdal_keeps_every_coordinate(live: str) -> None:
    frame = pyogrio.read_dataframe(f"OAPIF:{live}/ogc", layer="grids").set_index("code")
    for code, (_, shape) in towns.GRIDS.items():
        assert frame.geometry[code].equals(shape), code


def test_the_conformance_suite_passes_core_and_geojson(live: str, tmp_path: Path) -> None:
    if not PEERS.exists():
        pytest.skip("the peers' environment is not installed (requirements-peers.lock)")
    told = subprocess.run(
        [PEERS, "-m", "ogctests", "features/core", "--instance-url", f"{live}/ogc"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
    )
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    passed = re.search(r"(\d+) passed", told.stdout)
    assert passed is not None and int(passed.group(1)) >= 20, told.stdout
