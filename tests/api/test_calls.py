"""A dispatcher's text over HTTP: understood, doubted, pasted, and kept as an alias."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.held import Held
from tests.api.conftest import basic

DISPATCHER = basic("dispatcher")


@pytest.fixture
def held(running: TestClient, app: FastAPI) -> Held:
    held: Held = app.state.context.held
    return held


def _asked(client: TestClient, q: str, **params: str) -> dict:  # type: ignore[type-arg]
    reply = client.get("/v1/places", params={"q": q, **params})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def test_a_text_is_understood_with_its_doubts(client: TestClient) -> None:
    assert _asked(client, "火星")["meant"] == []
    found = _asked(client, "我在一号楼门口")
    assert (found["certain"], found["quality"], found["meant"][0]["code"]) == (True, "composed", "H1")
    assert not _asked(client, "一号楼对面")["certain"]


def test_pasted_coordinates_come_back_in_wgs84_and_ask_for_a_datum_without_one(client: TestClient) -> None:
    bare = _asked(client, "35.505,112.805")
    assert (bare["certain"], bare["meant"][0]["datum"]) == (False, None)
    stated = _asked(client, "35.505,112.805", datum="wgs84")["meant"][0]
    assert (stated["lon"], stated["lat"], stated["datum"]) == (112.805, 35.505, "wgs84")
    link = _asked(client, "https://uri.amap.com/marker?position=112.81,35.505")["meant"][0]
    assert 0.005 < 112.81 - link["lon"] < 0.008  # GCJ-02 lies some 570 m to the east here


def test_a_short_link_is_refused_with_a_plain_sentence(client: TestClient) -> None:
    reply = client.get("/v1/places", params={"q": "https://surl.amap.com/x1y2"})
    assert (reply.status_code, reply.json()["code"]) == (422, "short-link")


def test_search_offers_what_the_words_mean_before_what_holds_them(client: TestClient) -> None:
    results = client.get("/v1/search", params={"q": "请问1号楼那边"}).json()["results"]
    assert results[0]["code"] == "H1"


def test_a_confirmed_choice_is_kept_as_an_alias(client: TestClient, held: Held) -> None:
    alias = {"text": "大槐树红房子", "building": "H2"}
    assert client.post("/v1/places/aliases", json=alias).status_code == 401
    assert client.post("/v1/places/aliases", json=alias, headers=basic("reader")).status_code == 403
    for code in ("X9", ""):
        strange = client.post("/v1/places/aliases", json={**alias, "building": code}, headers=DISPATCHER)
        assert (strange.status_code, strange.json()["code"]) == (404, "unknown-code")
    before = held.current.snapshot.revision
    kept = client.post("/v1/places/aliases", json=alias, headers=DISPATCHER)
    assert (kept.status_code, kept.json()["added"]) == (201, True)
    assert held.wait_until(lambda held: held.current.snapshot.revision > before, 120)
    answer = client.get("/v1/lookup", params={"address": "我在大槐树红房子门口"}).json()
    assert (answer["building"]["code"], answer["match"]["via"]) == ("H2", "address")
    again = client.post("/v1/places/aliases", json=alias, headers=DISPATCHER)
    assert again.json()["added"] is False
