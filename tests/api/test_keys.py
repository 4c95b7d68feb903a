"""Other systems ask with a key: shown once, hashed, expiring, revocable, counted, within an area."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from api import keys
from api.keys import Keys
from api.rates import Rates
from api.refusals import KeyNameTaken, TooManyRequests, UnknownRole, WrongKey
from boundaries.store.database import Database
from tests.api.conftest import basic, stand_still
from tests.boundaries import towns

ADMINISTRATOR = basic("administrator")
HERE = {"lon": towns.at(2, 5)[0], "lat": towns.at(2, 5)[1]}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def made(client: TestClient, name: str, **more: object) -> dict[str, str]:
    reply = client.post("/v1/keys", json={"name": name, "role": "reader", **more}, headers=ADMINISTRATOR)
    assert reply.status_code == 201, reply.text
    told: dict[str, str] = reply.json()
    return told


def test_a_system_asks_with_its_key_role_datum_and_area(client: TestClient) -> None:
    key = made(client, "hotline", role="dispatcher", datum="wgs84", area="140502001")["key"]
    told = client.get("/v1/session", headers=bearer(key)).json()
    assert told == {
        "signed_in": True,
        "name": "key:hotline",
        "role": "dispatcher",
        "datum": "wgs84",
        "area": "140502001",
    }
    # its datum is declared, so bare coordinates are understood, and persons of its area are seen whole
    answer = client.get("/v1/lookup", params=HERE, headers=bearer(key))
    assert answer.status_code == 200
    assert answer.json()["owner"]["leader"]["name"] == "王小明"
    reader = made(client, "statistics", datum="wgs84")["key"]
    masked = client.get("/v1/lookup", params=HERE, headers=bearer(reader)).json()
    assert masked["owner"]["leader"]["name"] != "王小明"
    assert masked["grid"] == answer.json()["grid"]


def test_the_short_way_and_the_route_know_the_same_keys(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_still(monkeypatch, app.state.context.rates)
    told = made(client, "both-ways", datum="wgs84", role="dispatcher", per_minute=5)
    # the first request reads the key by the route, the second finds it in memory and goes the short way
    replies = [client.get("/v1/lookup", params=HERE, headers=bearer(told["key"])) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].content == replies[1].content and "王小明" in replies[1].text
    # visitors may read here, but a wrong key is no visitor
    forged = bearer(told["key"][:-1] + ("A" if told["key"][-1] != "A" else "B"))
    assert client.get("/v1/lookup", params={**HERE, "datum": "wgs84"}, headers=forged).status_code == 401
    # what the short way hands on is counted once: the swapped point is the third of five requests
    swapped = {"lon": HERE["lat"], "lat": HERE["lon"]}
    assert client.get("/v1/lookup", params=swapped, headers=bearer(told["key"])).status_code == 400
    last = [client.get("/v1/lookup", params=HERE, headers=bearer(told["key"])).status_code for _ in range(3)]
    assert last == [200, 200, 429]
    client.delete(f"/v1/keys/{told['code']}", headers=ADMINISTRATOR)
    assert client.get("/v1/lookup", params=HERE, headers=bearer(told["key"])).status_code == 401


def test_a_key_is_shown_once_and_kept_as_a_hash(client: TestClient, database: Database) -> None:
    told = made(client, "once")
    secret = told["key"].split("_", 2)[2]
    assert secret not in client.get("/v1/keys", headers=ADMINISTRATOR).text
    with database.transaction() as session:
        row = session.execute(
            text("select to_jsonb(k)::text from yiwang.api_key k where code = :code"), {"code": told["code"]}
        ).scalar_one()
    assert secret not in row
    (listed,) = [k for k in client.get("/v1/keys", headers=ADMINISTRATOR).json() if k["name"] == "once"]
    assert listed["made_by"] == "administrator" and "key" not in listed and "secret_hash" not in listed


def test_a_revoked_key_is_refused_and_stays_in_the_list(client: TestClient) -> None:
    told = made(client, "short-lived")
    assert client.get("/v1/district", headers=bearer(told["key"])).status_code == 200
    for _ in range(2):  # twice is not worse than once
        assert client.delete(f"/v1/keys/{told['code']}", headers=ADMINISTRATOR).status_code == 204
    reply = client.get("/v1/district", headers=bearer(told["key"]))
    assert (reply.status_code, reply.json()["code"]) == (401, "wrong-key")
    assert reply.headers["www-authenticate"].startswith("Bearer")
    (listed,) = [k for k in client.get("/v1/keys", headers=ADMINISTRATOR).json() if k["name"] == told["name"]]
    assert listed["revoked_at"] is not None
    unknown = client.delete("/v1/keys/0123456789abcdef", headers=ADMINISTRATOR)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-code")


def test_a_key_expires(database: Database) -> None:
    with database.transaction() as session:
        known, key = keys.create(session, name="a-day", role="reader", made_by="t", days=1)
    _, secret = keys.parse(key)
    now = time.time()
    assert known.expires_at - datetime.now(UTC) < timedelta(days=1, seconds=1)
    assert known.accepts(secret, now=now)
    assert known.accepts(secret, now=now + 86_000)
    assert not known.accepts(secret, now=now + 86_401)
    assert not known.accepts(secret[:-1] + ("A" if secret[-1] != "A" else "B"), now=now)


@pytest.mark.parametrize(
    "token", ["", "x", "yw_", "yw_0123456789abcdef_" + "A" * 43, "yw_é", "a" * 5000, "yw_'; drop table x;_--"]
)
def test_what_is_no_key_is_refused_and_not_taken_for_a_visitor(client: TestClient, token: str) -> None:
    reply = client.get("/v1/district", headers={"Authorization": f"Bearer {token}".encode()})
    assert (reply.status_code, reply.json()["code"]) == (401, "wrong-key")


def test_the_secret_of_one_key_does_not_open_another(client: TestClient) -> None:
    first, second = made(client, "first"), made(client, "second")
    mixed = f"yw_{first['code']}_{second['key'].split('_', 2)[2]}"
    assert client.get("/v1/district", headers=bearer(mixed)).status_code == 401


def test_a_key_writes_without_the_header_that_cookies_need(client: TestClient) -> None:
    key = made(client, "writer", role="clerk")["key"]
    reply = client.post("/v1/duties", json={}, headers=bearer(key))
    assert reply.status_code == 422, reply.text  # past the doors; the body says nothing


def test_a_key_asks_as_often_as_it_may_and_is_told_when_to_come_back(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_still(monkeypatch, app.state.context.rates)
    told = made(client, "eager", per_minute=3)
    other = made(client, "calm", per_minute=3)
    replies = [client.get("/v1/session", headers=bearer(told["key"])) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
    assert replies[-1].json()["code"] == "too-many-requests"
    assert 1 <= int(replies[-1].headers["retry-after"]) <= 20
    assert client.get("/v1/session", headers=bearer(other["key"])).status_code == 200


def test_requests_come_back_evenly_and_never_above_a_minutes_worth() -> None:
    now = 0.0
    rates = Rates(lambda: now)
    for _ in range(60):
        rates.take("k", 60)
    with pytest.raises(TooManyRequests) as refused:
        rates.take("k", 60)
    assert refused.value.retry_after_s == 1
    now += 2.5
    rates.take("k", 60)
    rates.take("k", 60)
    with pytest.raises(TooManyRequests):
        rates.take("k", 60)
    now += 86_400
    for _ in range(60):
        rates.take("k", 60)
    with pytest.raises(TooManyRequests):
        rates.take("k", 60)


def test_many_threads_do_not_get_more_than_one_would() -> None:
    rates, granted = Rates(lambda: 0.0), []

    def ask() -> None:
        for _ in range(50):
            try:
                rates.take("k", 100)
            except TooManyRequests:
                continue
            granted.append(1)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 100


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "x", "role": "king"}, 422, "unknown-role"),
        ({"name": "x", "role": "administrator"}, 422, "unknown-role"),
        ({"name": "x", "role": "approver"}, 422, "unknown-role"),
        ({"name": "a b", "role": "reader"}, 422, "invalid"),
        ({"name": "key:x", "role": "reader"}, 422, "invalid"),
        ({"name": "x", "role": "reader", "area": "999"}, 404, "unknown-code"),
        ({"name": "x", "role": "reader", "datum": "mars"}, 422, "invalid"),
        ({"name": "x", "role": "reader", "days": 0}, 422, "invalid"),
        ({"name": "x", "role": "reader", "per_minute": 0}, 422, "invalid"),
    ],
)
def test_a_key_that_cannot_be_is_refused(
    client: TestClient, body: dict[str, object], status: int, code: str
) -> None:
    reply = client.post("/v1/keys", json=body, headers=ADMINISTRATOR)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


def test_a_name_is_never_given_twice_not_even_after_revocation(client: TestClient) -> None:
    told = made(client, "unique")
    client.delete(f"/v1/keys/{told['code']}", headers=ADMINISTRATOR)
    again = client.post("/v1/keys", json={"name": "unique", "role": "reader"}, headers=ADMINISTRATOR)
    assert (again.status_code, again.json()["code"]) == (409, "key-name-taken")


def test_keys_are_made_by_people_only(client: TestClient) -> None:
    key = made(client, "planner-system", role="planner")["key"]
    reply = client.post("/v1/keys", json={"name": "child", "role": "reader"}, headers=bearer(key))
    assert (reply.status_code, reply.json()["code"]) == (403, "role-too-low")


def test_the_app_cannot_lengthen_or_raise_a_key(database: Database) -> None:
    for change in ("expires_at = 'infinity'", "role = 'planner'", "secret_hash = ''"):
        with database.engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
            connection.execute(text(f"update yiwang.api_key set {change}"))


def test_a_key_seen_before_goes_on_while_the_register_is_away(database: Database) -> None:
    now = 0.0
    with database.transaction() as session:
        known, _ = keys.create(session, name="steady", role="reader", made_by="t")
    gone = Database.at("postgresql://nobody@127.0.0.1:1/none")
    seen = Keys(database, lambda: now)
    assert seen.find(known.code) == known
    seen._database = gone
    now = 60.0
    assert seen.find(known.code) == known
    with pytest.raises(Exception, match="refused"):
        seen.find("0123456789abcdef")


def test_the_text_of_a_key_parses_back(database: Database) -> None:
    with database.transaction() as session:
        for number in range(50):  # secrets with '_' and '-' among them
            known, key = keys.create(session, name=f"many-{number}", role="reader", made_by="t")
            code, secret = keys.parse(key)
            assert code == known.code and known.accepts(secret, now=time.time())
        with pytest.raises(KeyNameTaken):
            keys.create(session, name="many-0", role="reader", made_by="t")
        with pytest.raises(UnknownRole):
            keys.create(session, name="x", role="reviewer", made_by="t")
    with pytest.raises(WrongKey):
        keys.parse(key + "x")
