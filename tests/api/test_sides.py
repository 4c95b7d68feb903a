"""四至 over HTTP."""

import pytest
from fastapi.testclient import TestClient

from tests.boundaries import towns


def test_the_main_street_bounds_a_grid_to_the_south(client: TestClient) -> None:
    # grid A001 reaches from 0 to 5 east and from 5 to 10 north; 东大街 runs along 5 north
    reply = client.get(f"/v1/grids/{towns.A}001/sides")
    assert reply.status_code == 200
    told = reply.json()
    assert told["text"] == "东至—，西至—，南至东大街，北至—"
    assert told["sides"]["南"][0]["share"] == pytest.approx(1.0)
    assert told["sides"]["南"][0]["metres"] == pytest.approx(453, rel=0.02)  # 0.005° of longitude


def test_an_unknown_grid_has_no_sides(client: TestClient) -> None:
    assert client.get("/v1/grids/140502001001999/sides").status_code == 404
