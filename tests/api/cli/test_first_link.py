"""A first start prints the link for the first administrator; `yiwang account link` makes another."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete
from typer.testing import CliRunner

from api import first_link
from api.cli import app
from api.cli.serve import welcome
from api.refusals import AdministratorExists
from boundaries.store.database import Database
from boundaries.store.tables import Account
from tests.api.cli.test_serve import START_S

PASSWORD = "correct horse"
_LINK = re.compile(r"(http://\S+)/#welcome=([\w-]{43})")


@pytest.fixture(autouse=True)
def _nobody(database: Database) -> None:
    """A register in which nobody may sign in."""
    with database.transaction() as session:
        session.execute(delete(Account))


class Served:
    """A server as people start it, over the module's register."""

    def __init__(self, owner_url: str, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api", "serve", "--port", "0"],
            env={**os.environ, "YIWANG_DATABASE_URL": owner_url, "YIWANG_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.printed = self.process.stdout.readline()
        url = re.search(r"http://\S+", self.printed)
        assert url is not None, self.process.communicate()
        self.url = url.group()
        assert httpx.get(f"{self.url}/healthz", timeout=START_S).status_code == 200

    def end(self) -> tuple[str, str]:
        """All that it printed, and its log."""
        self.process.terminate()
        printed, log = self.process.communicate(timeout=120)
        return self.printed + printed, log


@contextmanager
def served(owner_url: str, home: Path) -> Iterator[Served]:
    server = Served(owner_url, home)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.communicate()


def test_a_first_start_prints_one_link_that_lets_the_administrator_in(
    owner_url: str, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(owner_url, tmp_path) as server:
        assert server.process.stdout is not None
        server.printed += server.process.stdout.readline() + server.process.stdout.readline()
        found = _LINK.search(server.printed)
        assert found is not None and found[1] == server.url
        given = {"token": found[2], "name": "first", "password": PASSWORD}
        taken, again = (
            httpx.post(f"{server.url}/v1/first-administrator", json=given, timeout=60) for _ in range(2)
        )
        assert (taken.status_code, again.status_code) == (200, 410)
        printed, log = server.end()
    assert printed.count(found[2]) == printed.count("#welcome=") == 1
    assert "first-link-printed" in log and "/v1/first-administrator" in log
    assert found[2] not in log and PASSWORD not in log

    welcome(database, "http://localhost")  # what the next start does
    assert capsys.readouterr().out == ""


def test_another_link_is_made_on_the_machine(reached: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*more: str) -> str:
        done = CliRunner().invoke(app, ["account", "link", *more], catch_exceptions=False)
        assert done.exit_code == 0
        return done.stdout

    monkeypatch.setenv("YIWANG_PORT", "8123")
    old = _LINK.fullmatch(ask().strip())
    new = re.fullmatch(
        r"https://grid\.example\.cn/#welcome=([\w-]{43})\n", ask("--address", "https://grid.example.cn/")
    )
    assert old is not None and old[1] == "http://localhost:8123" and new is not None and new[1] != old[2]
    with reached.transaction() as session:
        assert first_link.use(session, new[1], name="first", password=PASSWORD).role == "administrator"
    with pytest.raises(AdministratorExists):
        ask()
