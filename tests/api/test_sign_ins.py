"""Who signs in, or tries to, is in the audit: which name, which way, when, from where; never a password."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.sign_ins import LONGEST_NAME, told_name
from boundaries.store import audit
from boundaries.store.database import Database
from tests.api.conftest import PASSWORD, basic

WRONG = "a password that is not theirs"


class Attempt(NamedTuple):
    """One attempt as the audit tells it, but for its instant."""

    via: str
    about: str
    outcome: str
    origin: str
    request_id: str
    code: str


def attempts(app: FastAPI, database: Database, name: str) -> list[Attempt]:
    """Every attempt under this name, in the order of their instants."""
    app.state.context.auditor.carry()
    with database.transaction() as session:
        found = audit.page(session, audit.Wanted(kind="sign-in", actor=name), limit=1000)
        assert audit.verify(session).findings == ()
    told = [
        (at, Attempt(each.via, each.about, each.operation, each.origin, request_id, code))
        for each in found
        for at, request_id, code in each.details["attempts"]
    ]
    assert all(datetime.now(UTC) - datetime.fromisoformat(at) < timedelta(minutes=10) for at, _ in told)
    return [attempt for _, attempt in sorted(told)]


def sign_in(client: TestClient, name: str, password: str, request_id: str) -> int:
    given = {"name": name, "password": password}
    return client.post("/v1/session", json=given, headers={"X-Request-Id": request_id}).status_code


def test_sign_ins_by_password_are_told_with_who_when_and_from_where(
    client: TestClient, app: FastAPI, database: Database
) -> None:
    assert sign_in(client, "planner", WRONG, "wrong-one") == 401
    assert sign_in(client, "planner", PASSWORD, "right-one") == 200
    assert sign_in(client, "planner", PASSWORD, "known-one") == 200  # the password is remembered
    assert sign_in(client, "nobody-here", WRONG, "unknown-one") == 401
    by_password = ("password", "/v1/session")
    assert attempts(app, database, "planner") == [
        (*by_password, "refused", "testclient", "wrong-one", "wrong-credentials"),
        (*by_password, "let-in", "testclient", "right-one", ""),
        (*by_password, "let-in", "testclient", "known-one", ""),
    ]
    assert attempts(app, database, "nobody-here") == [
        (*by_password, "refused", "testclient", "unknown-one", "wrong-credentials")
    ]
    told = client.get("/v1/audit", params={"kind": "sign-in"}, headers=basic("administrator"))
    assert {"planner", "nobody-here"} <= {each["actor"] for each in told.json()["events"]}
    assert PASSWORD not in told.text and WRONG not in told.text


def test_basic_is_told_when_the_password_is_checked_and_not_with_each_request(
    client: TestClient, app: FastAPI, database: Database
) -> None:
    for _ in range(3):
        assert client.get("/v1/session", headers=basic("east")).status_code == 200
    assert client.get("/v1/district", headers=basic("east", WRONG)).status_code == 401
    let_in, refused = attempts(app, database, "east")
    assert (let_in.via, let_in.outcome, let_in.about) == ("basic", "let-in", "/v1/session")
    assert (refused.via, refused.outcome, refused.about) == ("basic", "refused", "/v1/district")


def test_a_name_that_nobody_can_have_is_cut_and_made_harmless(
    client: TestClient, app: FastAPI, database: Database
) -> None:
    long = "x" * 5000
    assert client.get("/v1/district", headers=basic(long, WRONG)).status_code == 401
    assert client.get("/v1/district", headers=basic("a\0b\x1b[2J\n", WRONG)).status_code == 401
    assert len(attempts(app, database, "x" * (LONGEST_NAME - 1) + "…")) == 1
    assert len(attempts(app, database, "a\ufffdb\ufffd[2J\ufffd")) == 1
    assert told_name("\ud800") == "\ufffd" and told_name("张三 " + "y" * 197) == "张三 " + "y" * 197


def test_a_journal_without_room_keeps_nobody_out_and_the_log_has_it(
    client: TestClient, app: FastAPI, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("ab", buffering=0) as full:  # a real device without room
        monkeypatch.setattr(app.state.context.auditor._journal, "_file", full.fileno())
        with structlog.testing.capture_logs() as logged:
            assert sign_in(client, "dispatcher", PASSWORD, "without-room") == 200
        monkeypatch.undo()
    (line,) = [each for each in logged if each["event"] == "sign-in-not-in-the-audit"]
    assert (line["name"], line["request_id"], line["log_level"]) == ("dispatcher", "without-room", "error")
    assert attempts(app, database, "dispatcher") == []
