"""The client examples of docs/examples, each in its own language, against the real server."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api import keys
from boundaries.store.database import Database
from tests.api.conftest import basic
from tests.boundaries import towns
from tests.conftest import REPOSITORY

EXAMPLES = REPOSITORY / "docs" / "examples"
CLIENTS = {
    "curl": ["sh", str(EXAMPLES / "yiwang.sh")],
    "python": [sys.executable, str(EXAMPLES / "yiwang_client.py")],
    "java": ["java", "-Xshare:auto", str(EXAMPLES / "YiwangClient.java")],
}
LON, LAT = towns.at(2, 8)
WHEN = "2026-05-01T08:00:00Z"


@pytest.fixture(scope="module")
def key(database: Database, town: towns.Town) -> str:
    with database.transaction() as session:
        return keys.create(session, name="examples", role="worker", made_by="test")[1]


@pytest.fixture(params=CLIENTS)
def example(request: pytest.FixtureRequest, live: str, key: str) -> Any:
    """Runs the example of one language; what it printed."""

    def run(*words: str, key: str = key) -> str:
        done = subprocess.run(
            [*CLIENTS[request.param], *words],
            env={**os.environ, "YIWANG_URL": live, "YIWANG_KEY": key},
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode:
            raise OSError(done.stdout + done.stderr)
        return done.stdout

    run.name = request.param  # type: ignore[attr-defined]
    return run


def test_each_example_looks_up_one_place_and_many(example: Any, live: str, tmp_path: Path) -> None:
    told = json.loads(example("lookup", str(LON), str(LAT), "wgs84"))
    assert (told["status"], told["grid"]["code"]) == ("owned", f"{towns.A}001")
    table = tmp_path / "points.csv"
    table.write_text(f"id,lon,lat\na,{LON},{LAT}\nb,{LON + 5},{LAT}\n")
    rows = [row.split(",") for row in example("batch", str(table), "wgs84").splitlines()]
    assert [(row[0], row[1], row[5]) for row in rows[1:]] == [
        ("a", f"{towns.A}001", "owned"),
        ("b", "", "outside"),
    ]


def feed_with(live: str, number: str) -> list[dict[str, Any]]:
    """The changes once the incident, which is numbered a second after it was committed, is among them."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        reply = httpx.get(
            f"{live}/v1/changes", params={"since": 0}, headers=basic("administrator"), timeout=60
        )
        changes: list[dict[str, Any]] = reply.json()["changes"]
        if number in [each["about"] for each in changes]:
            return changes
        time.sleep(0.05)
    raise AssertionError("the incident is not told")


def test_each_example_takes_in_an_incident_once_and_reads_it_in_the_feed(
    example: Any, live: str, database: Database
) -> None:
    words = ("report", "0102", str(LON), str(LAT), "wgs84", f"example-{example.name}", WHEN)
    first, again = json.loads(example(*words)), json.loads(example(*words))
    assert first == again and len(first["numbers"]) == 1
    with database.transaction() as session:
        asked = text("select count(*) from yiwang.incident where number = any(:numbers)")
        assert session.scalar(asked, {"numbers": first["numbers"]}) == 1
        kept = text("select count(*) from yiwang.request_key where key = :key")
        assert session.scalar(kept, {"key": f"example-{example.name}"}) == 1
    feed_with(live, first["numbers"][0])
    lines = [json.loads(line) for line in example("changes", "0").splitlines()]
    found = [each for line in lines for each in line.get("changes", [line])]
    assert [each["about"] for each in found if each["about"] in first["numbers"]] == first["numbers"]
    assert found == feed_with(live, first["numbers"][0])[: len(found)]


def test_an_offer_of_another_protocol_costs_no_body(live: str) -> None:
    """As Java's client makes it with every first request; the connection goes on after it."""
    offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA"
    host, port = live.removeprefix("http://").split(":")
    body = json.dumps({"datum": "wgs84", "points": [{"id": "Upgrade: h2c", "lon": LON, "lat": LAT}]})
    head = f"POST /v1/lookup/batch HTTP/1.1\r\nHost: x\r\n{offer}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        for sent in (head + body, head + body):
            connection.sendall(sent.encode())
            reply = http.client.HTTPResponse(connection, method="POST")
            reply.begin()
            assert reply.status == 200
            (row,) = json.loads(reply.read())["results"]
            assert (row["id"], row["status"]) == ("Upgrade: h2c", "owned")


def test_a_refusal_is_told_with_its_code(example: Any) -> None:
    with pytest.raises(OSError, match="wrong-key"):
        example("lookup", str(LON), str(LAT), "wgs84", key="yw_0123456789abcdef_" + "x" * 43)
