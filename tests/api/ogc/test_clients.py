"""Clients that other people wrote, against `yiwang serve` as people start it."""

import json
import re
import subprocess
from pathlib import Path

import httpx
import pyogrio
import pytest
from sqlalchemy import text

from api import keys
from boundaries.duty import matters
from boundaries.land import districts
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.conftest import REPOSITORY

PEERS = REPOSITORY / ".venv-peers" / "bin" / "python"


def test_a_published_open311_client_reads_what_was_sent(live: str, database: Database) -> None:
    """The package georeport, in both formats, over its own HTTP library."""
    if not PEERS.exists():
        pytest.skip("no .venv-peers: ./run test sets it up")
    with database.transaction() as session:
        matters.put(session, districts.get(session, towns.DISTRICT), matters.national())
        key = keys.create(session, name="city-app", role="worker", made_by="t")[1]
    lon, lat = towns.at(1.5, 6.5)
    form = {"api_key": key, "service_code": "0102", "lat": lat, "long": lon, "description": "井盖缺失"}
    sent = httpx.post(f"{live}/open311/v2/requests.json", data=form, timeout=60)
    assert sent.status_code == 201, sent.text
    number = sent.json()[0]["service_request_id"]
    script = """
import json, sys
from georeport import GeoReport
told = {}
for format in ("json", "xml"):
    client = GeoReport(sys.argv[1], jurisdiction="140502", output_format=format)
    services = client.get_service_list()
    many = client.get_service_requests(service_code="0102", status="open")
    told[format] = {
        "services": len(services),
        "definition": client.get_service_definition("0102")["service_code"],
        "many": [each["service_request_id"] for each in (many if isinstance(many, list) else [many])],
        "one": client.get_service_request(sys.argv[2]),
    }
print(json.dumps(told))
"""
    done = subprocess.run(
        [PEERS, "-c", script, f"{live}/open311/v2", number], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    for format in ("json", "xml"):
        read = told[format]
        assert read["services"] > 50 and read["definition"] == "0102" and number in read["many"]
        one = read["one"]
        assert (one["service_request_id"], one["status"], one["service_code"]) == (number, "open", "0102")
        assert float(one["lat"]) == pytest.approx(lat) and float(one["long"]) == pytest.approx(lon)


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
