"""`yiwang audit`: listed, verified, and found out."""

import json

import psycopg
import pytest
from typer.testing import CliRunner

from api import accounts
from api.cli import app as commands
from boundaries.store.database import Database
from tests.boundaries import towns


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(commands, ["audit", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.usefixtures("reached")
def test_a_removed_row_is_found(database: Database, owner_url: str) -> None:
    with database.transaction() as session:
        accounts.put(session, name="anna", password="long enough a password", role="clerk")
    status, head, told = run("verify")
    assert status == 0 and "nothing removed" in told
    assert run("verify", "--head", head.strip())[0] == 0
    listed = [json.loads(line) for line in run("list", "--about", "account")[1].splitlines()]
    assert listed[0]["details"]["rows"][0]["after"]["name"] == "anna"
    assert run("verify", "--head", "1:nonsense")[0] == 2
    with psycopg.connect(owner_url) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("delete from yiwang.audit_event where id = %s", (listed[0]["number"],))
    status, findings, _ = run("verify")
    assert status == 1
    assert findings == f"removed: place {listed[0]['place']}, event {listed[0]['number']}\n"


@pytest.mark.usefixtures("reached")
def test_a_command_that_prints_persons_is_written_down_and_others_are_not(database: Database) -> None:
    with database.transaction() as session:
        towns.found(session)
    runner = CliRunner()
    assert runner.invoke(commands, ["duty", "check"]).exit_code in (0, 1)  # 1: posts are vacant
    assert runner.invoke(commands, ["key", "list"]).exit_code == 0
    reads = [json.loads(line) for line in run("list", "--kind", "read")[1].splitlines()]
    about = [(each["about"], each["actor"].partition(":")[0], each["via"]) for each in reads]
    assert [each[0] for each in about[:2]] == ["yiwang audit", "yiwang duty"]
    assert "yiwang key" not in [each[0] for each in about]
    assert {each[1:] for each in about} == {("command line", "command")}
