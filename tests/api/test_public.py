"""The board of a grid, read by anybody who scans its code."""

import pytest
from fastapi.testclient import TestClient

from api.refusals import TooManyVisits
from api.throttle import VISITS, VISITS_PER_S, Visits
from tests.boundaries import towns

A1 = f"{towns.A}001"


def test_a_grid_is_told_without_an_account_and_without_persons(client: TestClient) -> None:
    reply = client.get(f"/v1/public/grids/{A1}")
    told = reply.json()
    assert reply.status_code == 200, reply.text
    assert told["name"] == "笔峰寺第1网格"
    assert [area["level"] for area in told["areas"]][:2] == ["community", "street"]
    assert told["people"][0]["name"] == "王**"
    assert told["geometry"]["type"] == "MultiPolygon"
    assert "王小明" not in reply.text and "1380000" not in reply.text


def test_an_unknown_grid_is_404(client: TestClient) -> None:
    assert client.get("/v1/public/grids/140502999999999").status_code == 404


def test_the_pages_in_the_hand_are_the_same_bundle(client: TestClient) -> None:
    index = client.get("/")
    for path in ("/m", f"/g/{A1}"):
        assert (client.get(path).status_code, client.get(path).text) == (index.status_code, index.text)


def test_an_address_that_asks_too_fast_waits_and_others_do_not() -> None:
    now = [0.0]
    visits = Visits(clock=lambda: now[0])
    for _ in range(VISITS):
        visits.count("10.0.0.1")
    with pytest.raises(TooManyVisits) as refused:
        visits.count("10.0.0.1")
    assert refused.value.retry_after_s >= 1
    visits.count("10.0.0.2")
    now[0] += 2 / VISITS_PER_S
    visits.count("10.0.0.1")
