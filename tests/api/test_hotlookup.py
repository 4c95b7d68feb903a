"""The short way to an answer gives what the documented route gives, byte for byte, or steps aside."""

import itertools
import random
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import hotlookup
from api.contract import declared_roles
from api.frontdoor import BODY_LIMIT
from api.hotlookup import HotLookup
from boundaries.store.database import Database
from gis.datums import Datum, convert
from tests.api.conftest import PASSWORD, basic, stand_still
from tests.boundaries import towns
from tests.oracles.answers.sameness import assert_same
from tests.oracles.answers.whole import whole_answer

# the route ignores a parameter that it does not know; the short way leaves such a question to it
ASIDE = {"aside": "1"}
ASKERS: dict[str, dict[str, str]] = {
    "anybody": {},
    "reader": basic("reader"),
    "dispatcher": basic("dispatcher"),
    "east": basic("east"),
}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One entry a lookup: whether it was answered the short way."""
    taken: list[bool] = []
    inner = HotLookup._reply

    def told(self: HotLookup, scope: Any) -> Any:
        reply = inner(self, scope)
        taken.append(reply is not None)
        return reply

    monkeypatch.setattr(HotLookup, "_reply", told)
    return taken


def places(count: int, seed: int) -> list[tuple[float, float]]:
    """Anywhere in and around the drawing, or exactly on a border or corner of it."""
    rng = random.Random(seed)
    on_borders = list(itertools.product(range(0, 31, 5), range(0, 11, 5)))
    anywhere = [(rng.uniform(-2, 40), rng.uniform(-2, 12)) for _ in range(count)]
    return [towns.at(east, north) for east, north in (*on_borders, *anywhere)]


def same(client: TestClient, params: dict[str, Any], headers: dict[str, str]) -> int:
    """Ask both ways; the status, and nothing differs but the request's id."""
    ours = client.get("/v1/lookup", params=params, headers=headers)
    theirs = client.get("/v1/lookup", params=params | ASIDE, headers=headers)
    assert ours.status_code == theirs.status_code, params
    if ours.status_code < 400:
        assert ours.content == theirs.content, params
        untold = [
            [header for header in reply.headers.raw if header[0] != b"x-request-id"]
            for reply in (ours, theirs)
        ]
        assert untold[0] == untold[1]
    else:
        told = [reply.json() for reply in (ours, theirs)]
        for problem in told:  # these name the request
            for name in ("request_id", "instance"):
                problem.pop(name, None)
        assert told[0] == told[1], params
    return ours.status_code


def test_its_role_is_the_one_that_the_route_declares(app: FastAPI) -> None:
    assert declared_roles(app)["GET", hotlookup.PATH] == hotlookup.ROLE


def test_every_plain_question_has_the_same_bytes_both_ways(
    client: TestClient, app: FastAPI, short: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_still(monkeypatch, app.state.context.accounts)
    rng = random.Random(5)
    for headers in ASKERS.values():  # the first time an account is seen, the route checks its password
        client.get("/v1/lookup", params={"grid": f"{towns.A}001"}, headers=headers)
    short.clear()
    answered = 0
    for lon, lat in places(40, seed=4):
        datum = rng.choice(list(Datum))
        there = convert([(lon, lat)], Datum.WGS84, datum)[0]
        params = {"lon": float(there[0]), "lat": float(there[1]), "datum": datum.value}
        if rng.random() < 0.5:
            params["matter"] = rng.choice(["0102", "01", "1101", "*"])
        if rng.random() < 0.5:
            params["lang"] = rng.choice(["zh", "en"])
        for headers in (ASKERS["anybody"], rng.choice(list(ASKERS.values()))):
            for _ in range(2):  # rendered now, and kept
                status = same(client, params, headers)
                assert status in (200, 404)  # 404: the drawn town does not know that matter
                answered += status == 200
                assert status == 200 or not short[-2]
                assert not short[-1]
    # once a minute the route checks a password anew
    assert answered > 100 and sum(short) > 0.9 * answered


def test_who_has_the_answer_is_told_so_both_ways(client: TestClient, short: list[bool]) -> None:
    lon, lat = towns.at(2, 8)
    params = {"lon": lon, "lat": lat, "datum": "wgs84"}
    tag = client.get("/v1/lookup", params=params).headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        assert same(client, params, {"If-None-Match": given}) == 304
    assert same(client, params, {"If-None-Match": '"other"'}) == 200
    assert any(short)


def test_a_session_cookie_is_known_the_short_way(client: TestClient, short: list[bool]) -> None:
    lon, lat = towns.at(2, 8)
    params = {"lon": lon, "lat": lat, "datum": "wgs84"}
    signed = client.post(
        "/v1/session", json={"name": "dispatcher", "password": PASSWORD}, headers={"X-Yiwang": "1"}
    )
    assert signed.status_code in (200, 201, 204), signed.text
    for _ in range(3):
        assert same(client, params, {}) == 200
    assert any(short)
    assert "王小明" in client.get("/v1/lookup", params=params).text


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"lon": "112.85"},
        {"lon": "nan", "lat": "35", "datum": "wgs84"},
        {"lon": "1e2", "lat": "35", "datum": "wgs84"},
        {"lon": "181", "lat": "35", "datum": "wgs84"},
        {"lon": "112.85", "lat": "35.5"},
        {"lon": "112.85", "lat": "35.5", "datum": "utm"},
        {"lon": "112.85", "lat": "35.5", "datum": "wgs84", "matter": "none such"},
        {"lon": "112.85", "lat": "35.5", "datum": "wgs84", "matter": ""},
        {"lon": "112.85", "lat": "35.5", "datum": "wgs84", "lang": "fr"},
        {"lon": "112.85", "lat": "35.5", "datum": "wgs84", "grid": "1"},
        {"lon": ["112.85", "112.86"], "lat": "35.5", "datum": "wgs84"},
        {"lon": "１１２", "lat": "35.5", "datum": "wgs84"},
        {"lon": "112.85", "lat": "35.5", "datum": "wgs84", "at": "2025-06-01T00:00:00+08:00"},
        {"lon": str(towns.at(2, 8)[1]), "lat": str(towns.at(2, 8)[0]), "datum": "wgs84"},
    ],
)
def test_what_is_not_plain_goes_to_the_route(
    client: TestClient, short: list[bool], params: dict[str, Any]
) -> None:
    same(client, params, {})
    assert short == [False, False]


def test_a_wrong_password_or_cookie_is_for_the_route(client: TestClient, short: list[bool]) -> None:
    lon, lat = towns.at(2, 8)
    params = {"lon": lon, "lat": lat, "datum": "wgs84"}
    for headers in (basic("dispatcher", "wrong"), {"Authorization": "Basic ???"}, {"Authorization": "Basic"}):
        assert same(client, params, headers) == 401
    assert same(client, params, {"Cookie": "yiwang_session=forged"}) == 200  # an anonymous reader
    assert not any(short)


def test_the_whole_answer_is_the_one_that_sql_builds(
    client: TestClient, app: FastAPI, database: Database, short: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_still(monkeypatch, app.state.context.accounts)
    client.get("/v1/lookup", params={"grid": f"{towns.A}001"}, headers=ASKERS["dispatcher"])
    seen = set()
    for number, (lon, lat) in enumerate(places(40, seed=6)):
        params = {"lon": lon, "lat": lat, "datum": "wgs84"} | ({"matter": "0102"} if number % 3 == 0 else {})
        reply = client.get("/v1/lookup", params=params, headers=ASKERS["dispatcher"]).json()
        held = app.state.context.held.current.snapshot
        with database.transaction() as session:
            expected = whole_answer(
                session,
                (lon, lat),
                at=held.at,
                known_at=held.known_at,
                srid=held.district.metric_crs,
                matter=params.get("matter"),
            )
        assert_same(reply, expected, params)
        seen |= {reply["status"], *(["feature"] if reply["feature"] else [])}
    assert seen >= {"owned", "vacant", "fallback", "outside", "feature"}
    assert sum(short) > 50


def test_the_callers_id_comes_back_the_short_way(client: TestClient, short: list[bool]) -> None:
    lon, lat = towns.at(2, 8)
    params = {"lon": lon, "lat": lat, "datum": "wgs84"}
    given = client.get("/v1/lookup", params=params, headers={"X-Request-Id": "call-00000017"})
    assert given.headers["x-request-id"] == "call-00000017"
    harmful = client.get("/v1/lookup", params=params, headers={"X-Request-Id": "a b"})
    assert len(harmful.headers["x-request-id"]) == 16
    assert short == [True, True]


def test_a_request_with_a_body_is_for_the_front_door_to_measure(
    client: TestClient, short: list[bool]
) -> None:
    lon, lat = towns.at(2, 8)
    params = {"lon": lon, "lat": lat, "datum": "wgs84"}
    for size, status in ((1, 200), (BODY_LIMIT + 1, 413)):
        assert client.request("GET", "/v1/lookup", params=params, content=b"x" * size).status_code == status
    assert short == [False, False]


def test_what_fails_the_short_way_is_answered_by_the_route(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(self: HotLookup, scope: Any) -> Any:
        raise LookupError(scope["path"])

    monkeypatch.setattr(HotLookup, "_reply", failing)
    lon, lat = towns.at(2, 8)
    reply = client.get("/v1/lookup", params={"lon": lon, "lat": lat, "datum": "wgs84"})
    assert reply.status_code == 200 and reply.json()["grid"]["code"] == f"{towns.A}001"
