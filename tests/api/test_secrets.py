"""Passwords, keys, cookies and secrets of webhooks stand in no log line, audit event or refusal."""

import json
import time
from pathlib import Path

import httpx
from sqlalchemy import text

from boundaries.store.database import Database
from tests.api.conftest import PASSWORD, basic

NEW = "a password that nobody must read"
WRONG = "a password that is not theirs"


def test_no_secret_that_a_request_carries_stands_anywhere(
    live: str, live_log: Path, database: Database
) -> None:
    administrator = basic("administrator")
    answers: list[httpx.Response] = []
    with httpx.Client(base_url=live, timeout=60) as client:
        made = client.post("/v1/keys", json={"name": "leak", "role": "worker"}, headers=administrator)
        key = made.json()["key"]
        secret = key[len("yw_0123456789abcdef_") :]
        bearer = {"Authorization": f"Bearer {key}"}
        answers += [
            client.put("/v1/accounts/new", json={"password": NEW, "role": "worker"}, headers=administrator),
            client.put("/v1/accounts/new", json={"password": NEW, "role": "king"}, headers=administrator),
            client.put("/v1/accounts/new", json={"password": [NEW]}, headers=administrator),
            client.post("/v1/session", json={"name": "new", "password": WRONG}),
            client.post("/v1/session", json={"name": "new", "password": WRONG, "more": 1}),
            client.get("/v1/changes", headers=bearer),
            client.get("/v1/changes", headers={"Authorization": f"Bearer {key}x"}),
            client.get("/v1/duties", params={"api_key": key, "q": key}, headers=bearer),
            client.get("/v1/duties", headers=basic("new", WRONG)),
            client.post("/open311/v2/requests.json", data={"api_key": key, "service_code": "none"}),
        ]
        assert [reply.status_code for reply in answers[3:6]] == [401, 401, 200]
        signed = client.post("/v1/session", json={"name": "new", "password": NEW})
        assert signed.is_success, signed.text
        cookie = signed.headers["set-cookie"].split("=", 1)[1].split(";")[0]
        answers.append(client.get("/v1/session"))
        secrets = [NEW, WRONG, PASSWORD, secret, cookie, administrator["Authorization"].split()[1]]
        last = client.get("/v1/duties", headers=bearer).headers["x-request-id"]
    until = time.monotonic() + 120
    while last not in live_log.read_text() and time.monotonic() < until:
        time.sleep(0.05)
    logged = live_log.read_text()
    assert last in logged and logged.count("/v1/accounts/new") == 3
    told = "".join(reply.text for reply in answers)
    kept = ""
    while last not in kept and time.monotonic() < until:  # reads follow within a second
        with database.transaction() as session:
            events = session.execute(text("select to_jsonb(e) from yiwang.audit_event e")).scalars()
            kept = json.dumps(list(events), ensure_ascii=False)
        time.sleep(0.1)
    assert last in kept and '"key:leak"' in kept
    for each in secrets:
        for where, said in (("log", logged), ("audit", kept), ("answers", told)):
            assert each not in said, where
