"""`yiwang serve` as people start it: another process, a real socket, a signal to end."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from api.cli import app
from boundaries.store.database import Database
from tests.boundaries import towns

START_S = 180  # on a fresh machine the kernels are compiled first


@pytest.fixture
def environment(owner_url: str, database: Database, tmp_path: Path) -> dict[str, str]:
    """The register of this module, and a home of the test's own."""
    with database.transaction() as session:
        towns.found(session)
    return {
        **os.environ,
        "YIWANG_DATABASE_URL": owner_url,
        "YIWANG_HOME": str(tmp_path),
        "YIWANG_ANONYMOUS_READER": "true",
    }


@pytest.fixture
def served(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server's process and its URL, as it prints it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    url = re.search(r"http://\S+", process.stdout.readline())
    assert url is not None
    yield process, url.group()
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_it_prints_its_url_answers_and_ends_on_a_signal(served: tuple[subprocess.Popen[str], str]) -> None:
    process, url = served
    lon, lat = towns.at(2, 8)
    with httpx.Client(base_url=url, timeout=START_S) as client:
        health = client.get("/healthz")  # waits in the socket until the net is held
        assert (health.status_code, health.json()["status"]) == (200, "ok")
        answer = client.get("/v1/lookup", params={"lon": lon, "lat": lat, "datum": "wgs84"})
        assert answer.json()["grid"]["code"] == f"{towns.A}001"
        assert "server" not in answer.headers
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=120)
    assert "Traceback" not in log
    assert "path=/v1/lookup" in log.replace("'", "")


def test_a_taken_port_is_one_clear_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIWANG_HOME", str(tmp_path / "home"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(app, ["serve", "--port", str(port)])
    assert not (tmp_path / "home").exists()  # it is said before anything else is started
    assert result.exit_code == 1
    assert f"Port {port}" in result.output and "--port" in result.output
    assert "Traceback" not in result.output
