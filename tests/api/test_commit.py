"""A write is committed before its answer leaves."""

from collections.abc import Iterator

import psycopg
import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import basic

BODY = {"password": "long enough", "role": "reader"}


@pytest.fixture
def failing_commit(owner_url: str) -> Iterator[None]:
    """The database refuses at COMMIT, when the route has long returned."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(
            "create function yiwang.refuse() returns trigger language plpgsql as"
            " $$ begin raise exception 'refused at commit'; end $$"
        )
        connection.execute(
            "create constraint trigger refuse_at_commit after insert or update on yiwang.account"
            " deferrable initially deferred for each row execute function yiwang.refuse()"
        )
    yield
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("drop trigger refuse_at_commit on yiwang.account")
        connection.execute("drop function yiwang.refuse()")


def test_a_commit_that_fails_is_never_a_success(client: TestClient, failing_commit: None) -> None:
    reply = client.put("/v1/accounts/late", json=BODY, headers=basic("administrator"))
    assert reply.status_code == 500
    assert reply.headers["content-type"] == "application/problem+json"
    assert "refused at commit" not in reply.text
    names = [account["name"] for account in client.get("/v1/accounts", headers=basic("administrator")).json()]
    assert "late" not in names


def test_a_success_can_be_read_by_others_at_once(client: TestClient, owner_url: str) -> None:
    reply = client.put("/v1/accounts/prompt", json=BODY, headers=basic("administrator"))
    assert reply.status_code == 200
    with psycopg.connect(owner_url) as connection:
        found = connection.execute("select role from yiwang.account where name = 'prompt'").fetchone()
    assert found == ("reader",)
