"""`yiwang audit`: listed, verified, and found out."""

import json

import psycopg
import pytest
from typer.testing import CliRunner

from api import accounts
from api.cli import app as commands
from boundaries.store.database import Database


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
