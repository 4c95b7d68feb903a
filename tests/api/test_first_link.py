"""The link for the first administrator: one at a time, for an hour and one use, on every replica."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import delete, select, text

from api import accounts, first_link
from api.app import create_app
from api.refusals import AdministratorExists
from api.throttle import FREE_ATTEMPTS
from boundaries.store import audit
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from boundaries.store.tables import Account, AuditEvent, FirstLink
from tests.api.conftest import PASSWORD, basic, stand_still
from tests.boundaries import towns

ROUTE = "/v1/first-administrator"


@pytest.fixture
def register(database: Database, town: towns.Town) -> Database:
    """The town without an administrator of the whole district and without a link."""
    with database.transaction() as session:
        session.execute(delete(Account).where(Account.role == "administrator", Account.area_id.is_(None)))
        session.execute(text("update yiwang.first_link set secret_hash = 'none'"))
    return database


@pytest.fixture
def fresh(register: Database, tmp_path: Path) -> Iterator[TestClient]:
    """A replica of the test's own, in which nobody tried anything yet."""
    with TestClient(create_app(Settings(home=tmp_path), register), raise_server_exceptions=False) as client:
        yield client


def made(database: Database, *, age: timedelta | None = None) -> str:
    """The token of a link that was made just now, or `age` ago."""
    with database.transaction() as session:
        return first_link.make(session, now=datetime.now(UTC) - age if age else None)


def come(client: TestClient, token: str, name: str = "first", **more: Any) -> Response:
    return client.post(ROUTE, json={"token": token, "name": name, "password": PASSWORD, **more})


def told(reply: Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["code"]


def administrators(database: Database) -> list[str]:
    with database.transaction() as session:
        every = accounts.every(session)
    return [known.name for known in every if known.role == "administrator" and known.area_code is None]


def test_whoever_has_the_link_is_the_first_administrator_and_signed_in(
    register: Database, fresh: TestClient
) -> None:
    assert fresh.get("/v1/session", headers=basic("first")).status_code == 401  # seen as unknown
    reply = come(fresh, made(register))
    assert reply.status_code == 200, reply.text
    assert reply.json() == {
        "signed_in": True,
        "name": "first",
        "role": "administrator",
        "datum": None,
        "area": None,
    }
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie
    assert fresh.get("/v1/accounts").status_code == 200
    fresh.cookies.clear()
    assert fresh.get("/v1/accounts", headers=basic("first")).status_code == 200
    with register.transaction() as session:
        rows = session.execute(
            select(AuditEvent)
            .where(AuditEvent.about.like("%account"), AuditEvent.actor == "first")
            .order_by(AuditEvent.id.desc())
        )
        event = rows.scalars().first()
    assert event is not None and event.via == "first link" and event.operation.lower() == "insert"
    assert "administrator" in str(event.details) and "argon2" not in str(event.details)
    assert come(fresh, "never-made", name="guesser").status_code == 403
    fresh.app.state.context.auditor.carry()  # type: ignore[attr-defined]
    with register.transaction() as session:
        found = audit.page(session, audit.Wanted(kind="sign-in", about=ROUTE))
    assert {("guesser", "first link", "refused"), ("first", "first link", "let-in")} <= {
        (each.actor, each.via, each.operation) for each in found
    }


def test_the_register_holds_no_token_and_the_audit_neither(register: Database, fresh: TestClient) -> None:
    token = made(register)
    come(fresh, token)
    with register.transaction() as session:
        kept = session.execute(
            text(
                "select (select string_agg(l::text, '') from yiwang.first_link l)"
                " || (select string_agg(e::text, '') from yiwang.audit_event e)"
            )
        ).scalar_one()
    assert "first_link" in kept and token not in kept
    assert len(token) == 43  # 256 bits


def test_a_wrong_or_replaced_link_is_refused_and_soon_waited_for(
    register: Database, fresh: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_still(monkeypatch, fresh.app.state.context.throttles.first_links)  # type: ignore[attr-defined]
    assert told(come(fresh, "never-made")) == (403, "wrong-first-link")
    old, new = made(register), made(register)
    assert told(come(fresh, old)) == (403, "wrong-first-link")
    for _ in range(FREE_ATTEMPTS - 2):
        assert come(fresh, new[:-1]).status_code == 403
    waits = come(fresh, new)
    assert told(waits) == (429, "too-many-attempts") and int(waits.headers["retry-after"]) >= 1
    # passwords are counted apart
    assert fresh.get("/v1/session", headers=basic("planner")).status_code == 200
    assert administrators(register) == []


def test_an_hour_after_it_was_made_a_link_is_over(register: Database, fresh: TestClient) -> None:
    reply = come(fresh, made(register, age=first_link.LIFETIME))
    assert told(reply) == (410, "first-link-expired") and reply.json()["expired_at"]
    assert administrators(register) == []
    assert come(fresh, made(register, age=first_link.LIFETIME - timedelta(minutes=1))).status_code == 200


def test_a_link_is_used_once_though_the_administrator_is_gone(register: Database, fresh: TestClient) -> None:
    token = made(register)
    assert come(fresh, token).status_code == 200
    assert told(come(fresh, token, "second")) == (410, "first-link-used")
    with register.transaction() as session:
        accounts.remove(session, "first")
    assert told(come(fresh, token, "second")) == (410, "first-link-used")
    assert administrators(register) == []


def test_a_link_is_useless_where_there_is_an_administrator(register: Database, fresh: TestClient) -> None:
    token = made(register)
    with register.transaction() as session:
        accounts.put(session, name="other", password=PASSWORD, role="administrator")
    assert told(come(fresh, token)) == (409, "administrator-exists")
    assert administrators(register) == ["other"]
    with pytest.raises(AdministratorExists), register.transaction() as session:
        first_link.make(session)


@pytest.mark.parametrize(
    "wrong",
    [{"name": "a b"}, {"name": "a:b"}, {"name": "a/b"}, {"name": ""}, {"password": "seven77"}, {"token": ""}],
    ids=str,
)
def test_a_bad_name_or_password_is_refused_and_the_link_stays_good(
    register: Database, fresh: TestClient, wrong: dict[str, str]
) -> None:
    token = made(register)
    reply = come(fresh, **{"token": token, "name": "first", **wrong})
    assert told(reply) == (422, "invalid")
    assert token not in reply.text
    assert come(fresh, token).status_code == 200


def test_nobodys_account_is_taken_over(register: Database, fresh: TestClient) -> None:
    token = made(register)
    assert told(come(fresh, token, "planner")) == (409, "account-name-taken")
    assert fresh.get("/v1/session", headers=basic("planner")).json()["role"] == "planner"
    assert come(fresh, token).status_code == 200  # it was not used up


def test_of_many_at_once_one_wins_on_two_replicas(
    register: Database, fresh: TestClient, tmp_path: Path
) -> None:
    token = made(register)
    barrier = Barrier(4)

    def at_once(client: TestClient, name: str) -> Response:
        barrier.wait()
        return come(client, token, name)

    with (
        TestClient(create_app(Settings(home=tmp_path), register), raise_server_exceptions=False) as other,
        ThreadPoolExecutor(4) as threads,
    ):
        replicas = (fresh, other, fresh, other)
        asked = [threads.submit(at_once, client, f"one-{i}") for i, client in enumerate(replicas)]
        replies = [each.result() for each in asked]
        won = [reply for reply in replies if reply.status_code == 200]
        assert len(won) == 1
        assert {told(reply) for reply in replies if reply not in won} == {(410, "first-link-used")}
        assert administrators(register) == [won[0].json()["name"]]
        name = won[0].json()["name"]
        for client in (fresh, other):
            assert client.get("/v1/accounts", headers=basic(name)).status_code == 200


def test_there_is_one_link_at_a_time(register: Database) -> None:
    for _ in range(3):
        made(register)
    with register.transaction() as session:
        assert session.query(FirstLink).count() == 1
