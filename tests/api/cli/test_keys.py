"""`yiwang key`: made, used, listed, revoked."""

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.cli import app as commands
from api.refusals import UnknownRole


@pytest.fixture(autouse=True)
def _register(owner_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIWANG_DATABASE_URL", owner_url)


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(commands, ["key", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def test_a_key_from_the_command_line_opens_the_door_until_it_is_revoked(client: TestClient) -> None:
    status, key, told = run("create", "exchange", "--role", "dispatcher", "--datum", "bd09", "--days", "30")
    assert (status, key.count("\n")) == (0, 1)  # the key alone on stdout, to be piped
    assert "exchange may ask as dispatcher until" in told
    sent = {"Authorization": f"Bearer {key.strip()}"}
    assert client.get("/v1/session", headers=sent).json()["datum"] == "bd09"
    _, listed, _ = run("list")
    (line,) = [line for line in listed.splitlines() if "exchange" in line]
    assert line.endswith("in force") and key.strip() not in listed
    code = line.split("\t")[0]
    assert run("revoke", code)[1] == "The key of exchange is revoked.\n"
    assert run("list")[1].splitlines()[0].endswith("revoked")
    client.app.state.context.keys.forget(code)  # type: ignore[attr-defined]
    assert client.get("/v1/session", headers=sent).status_code == 401


def test_a_bad_name_or_role_is_refused() -> None:
    assert run("create", "a b")[0] == 1
    with pytest.raises(UnknownRole):
        run("create", "x", "--role", "administrator")
