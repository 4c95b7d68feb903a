"""/metrics counts what was really asked; /readyz says where to send requests."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api import keys
from api.contract import declared_roles
from api.held import Held
from boundaries.store.database import Database
from tests.boundaries import towns

HERE = {"lon": towns.at(2, 5)[0], "lat": towns.at(2, 5)[1], "datum": "wgs84"}
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def scraper(database: Database, town: towns.Town) -> dict[str, str]:
    with database.transaction() as session:
        _, key = keys.create(session, name="prometheus", role="reader", made_by="t")
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def scrape(client: TestClient, scraper: dict[str, str]) -> Callable[[], Samples]:
    def scraped() -> Samples:
        reply = client.get("/metrics", headers=scraper)
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/plain; version=")
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(reply.text)
            for sample in family.samples
        }

    return scraped


def requests(samples: Samples, method: str, route: str, status: int) -> float:
    labels = {"method": method, "route": route, "status": str(status)}
    return samples.get(("yiwang_requests_total", frozenset(labels.items())), 0.0)


def test_look_ups_are_counted_on_the_short_way_and_on_the_route(
    client: TestClient, scrape: Callable[[], Samples]
) -> None:
    before = scrape()
    for _ in range(3):
        assert client.get("/v1/lookup", params=HERE).status_code == 200  # the short way
    assert client.get("/v1/lookup", params={"grid": f"{towns.A}001"}).status_code == 200  # the route
    assert client.get("/v1/lookup", params={"lon": 1}).status_code == 400
    after = scrape()

    def more(status: int) -> float:
        asked = ("GET", "/v1/lookup", status)
        return requests(after, *asked) - requests(before, *asked)

    assert (more(200), more(400)) == (4, 1)
    count = ("yiwang_request_seconds_count", frozenset({("route", "/v1/lookup")}))
    total = ("yiwang_request_seconds_sum", frozenset({("route", "/v1/lookup")}))
    assert after[count] - before.get(count, 0) == 5
    assert 0 < after[total] - before.get(total, 0) < 60
    assert after["yiwang_requests_running", frozenset()] == 1  # the scrape itself


def test_labels_are_declared_routes_whatever_is_asked(
    app: FastAPI, client: TestClient, scrape: Callable[[], Samples]
) -> None:
    for number in range(20):
        client.get(f"/v1/nothing/{number}")
        client.get(f"/v1/grids/made-up-{number}")
        client.request(f"VERB{number}", "/v1/district")
    samples = scrape()
    labels = [dict(key[1]) for key in samples if key[0] == "yiwang_requests_total"]
    routes = {path for _, path in declared_roles(app)} | {"none"}
    assert {label["route"] for label in labels} <= routes
    assert {label["method"] for label in labels} <= {"GET", "POST", "DELETE", "PUT", "other"}
    assert requests(samples, "GET", "/v1/grids/{code}", 404) == 20
    assert requests(samples, "GET", "none", 404) == 20


def test_the_net_that_is_held_is_told(app: FastAPI, scrape: Callable[[], Samples]) -> None:
    held: Held = app.state.context.held
    samples = {name: value for (name, labels), value in scrape().items() if not labels}
    assert samples["yiwang_net_held"] == 1
    assert samples["yiwang_net_version"] == held.current.snapshot.net_version
    assert samples["yiwang_register_revision"] == held.current.snapshot.revision
    assert 0 <= samples["yiwang_snapshot_age_seconds"] < 600
    assert (samples["yiwang_stale"], samples["yiwang_register_reachable"]) == (0, 1)
    assert samples["process_resident_memory_bytes"] > 1e7


def test_visitors_read_no_metrics_even_where_they_may_read(client: TestClient) -> None:
    assert client.get("/v1/district").status_code == 200
    reply = client.get("/metrics")
    assert (reply.status_code, reply.json()["code"]) == (401, "not-signed-in")


def test_readiness_tells_reads_from_writes(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").json() == {"reads": True, "writes": True}
    assert client.get("/readyz?writes=true").status_code == 200
    held: Held = app.state.context.held
    monkeypatch.setattr(held, "_reachable", False)
    lost = client.get("/readyz")
    assert (lost.status_code, lost.json()) == (200, {"reads": True, "writes": False})
    assert client.get("/readyz?writes=true").status_code == 503
    monkeypatch.setattr(held, "_published", None)
    assert client.get("/readyz").status_code == 503
