"""`./run` as people meet it: the demo district is built, served, and there again at the second start."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

START_S = 300


@pytest.fixture(scope="module")
def environment(owner_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An empty register, and a home of the module's own."""
    home = tmp_path_factory.mktemp("home")
    return {**os.environ, "YIWANG_DATABASE_URL": owner_url, "YIWANG_HOME": str(home)}


@contextmanager
def _started(environment: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The URL that it prints, and the lines before that."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "demo", "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        if "http://" in line:
            yield line[line.index("http://") :].split()[0], said
            break
        said.append(line)
    else:
        pytest.fail(f"it ended before it served: {said} {process.communicate()[1]}")
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=120)
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in log


def test_the_first_start_builds_the_district_and_the_second_finds_it(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with _started(environment) as (url, said), httpx.Client(base_url=url, timeout=START_S) as client:
        assert any(line.startswith("Built the demo district") for line in said)
        assert any("invented ground" in line for line in said)
        assert any(line.startswith("Sign in as worker") and "administrator" in line for line in said)
        known = {"name": "administrator", "password": "administrator"}
        assert client.post("/v1/session", json=known).json()["role"] == "administrator"
        district = client.get("/v1/district").json()
        assert (district["code"], district["ground"]) == ("140502", "invented")
        found = client.get("/v1/lookup", params={"lon": 112.85, "lat": 35.5, "datum": "wgs84"})
        assert found.json()["status"] == "owned"
        assert found.json()["areas"][0]["code"].startswith("140502")
        page = client.get("/")
        assert page.status_code == 200 and "<script" in page.text
        first = found.json()["grid"]["code"]
    with _started(environment) as (url, said), httpx.Client(base_url=url, timeout=START_S) as client:
        assert not any(line.startswith("Built") for line in said)
        again = client.get("/v1/lookup", params={"grid": first})
        assert again.json()["grid"]["code"] == first
