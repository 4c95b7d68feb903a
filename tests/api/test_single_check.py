"""Many connections of one account at once compute its password once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2.exceptions import VerificationError
from fastapi.testclient import TestClient

from api import accounts
from boundaries.store.database import Database
from tests.api.conftest import PASSWORD, basic


def test_a_password_is_computed_once_for_many_at_the_same_time(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        accounts.put(session, name="crowd", password=PASSWORD, role="reader", datum=None, area=None)
    computed: list[str] = []
    accepts = accounts.Known.accepts

    def counted(known: accounts.Known, password: str) -> bool:
        computed.append(known.name)
        return accepts(known, password)

    monkeypatch.setattr(accounts.Known, "accepts", counted)
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: client.get("/v1/district", headers=basic("crowd")), range(32)))
    assert {reply.status_code for reply in replies} == {200}
    assert computed == ["crowd"]


def test_passwords_are_kept_with_all_the_work_that_the_library_advises() -> None:
    """The tests make theirs with less; this one was made as the application started."""
    kept = accounts._NOBODY.password_hash
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert accounts._NOBODY.accepts("nobody") and not accounts._NOBODY.accepts("somebody")


def test_passwords_of_many_accounts_are_computed_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 64 MiB: forty at once would be two and a half gigabytes, for anybody who asks."""
    at_once, most = 0, 0

    def verify(stored: str, password: str) -> bool:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.01)
        at_once -= 1
        return stored == password

    monkeypatch.setattr(accounts, "hasher", type("Slow", (), {"verify": staticmethod(verify)}))
    known = [accounts.Known(f"n{n}", "reader", f"p{n}", None, None) for n in range(12)]
    with ThreadPoolExecutor(12) as pool:
        accepted = list(pool.map(lambda each: each.accepts(each.password_hash), known))
    assert accepted == [True] * 12
    assert most == 1


def test_a_machine_without_memory_does_not_call_a_password_wrong(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        accounts.put(session, name="patient", password=PASSWORD, role="reader", datum=None, area=None)

    def fails(stored: str, password: str) -> bool:
        raise VerificationError("Memory allocation error")

    with monkeypatch.context() as patched:
        patched.setattr(accounts, "hasher", type("Failing", (), {"verify": staticmethod(fails)}))
        replies = [client.get("/v1/district", headers=basic("patient")) for _ in range(8)]
    assert {reply.status_code for reply in replies} == {503}
    assert replies[0].json()["code"] == "password-unchecked" and replies[0].headers["retry-after"]
    assert client.get("/v1/district", headers=basic("patient")).status_code == 200  # nothing was counted
