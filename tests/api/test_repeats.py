"""The same POST twice, in a row or at once: done once, answered alike."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import text

from api import repeats
from api.context import writing_session
from api.contract import document
from boundaries.store.database import Database
from boundaries.store.repeats import forget_old
from tests.api.conftest import basic
from tests.boundaries import towns

GEOJSON = b'{"type": "FeatureCollection", "features": []}'


def count(database: Database, table: str) -> int:
    with database.transaction() as session:
        return int(session.scalar(text(f"select count(*) from yiwang.{table}")) or 0)


@pytest.fixture
def plan(town: towns.Town) -> dict[str, str]:
    return {"kind": "grids", "title": "东区", "scope": towns.A}


def ask(client: TestClient, key: str, given: object, who: str = "planner"):  # type: ignore[no-untyped-def]
    return client.post("/v1/plans", json=given, headers={**basic(who), "Idempotency-Key": key})


def test_the_same_request_twice_is_done_once_and_answered_alike(
    client: TestClient, database: Database, plan: dict[str, str]
) -> None:
    before = count(database, "plan")
    first, again = ask(client, "k-1", plan), ask(client, "k-1", plan)
    assert first.status_code in (200, 201), first.text
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotent-replay"] == "true" and "idempotent-replay" not in first.headers
    assert again.headers["content-type"] == first.headers["content-type"]
    assert count(database, "plan") == before + 1


def test_another_request_with_the_same_key_is_refused_and_another_asker_has_keys_of_its_own(
    client: TestClient, plan: dict[str, str]
) -> None:
    assert ask(client, "k-2", plan).is_success
    refused = ask(client, "k-2", {**plan, "title": "西区"})
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency-key-reused")
    assert ask(client, "k-2", {**plan, "title": "西区"}, "administrator").is_success


def test_a_refused_request_leaves_its_key_free(client: TestClient, plan: dict[str, str]) -> None:
    assert ask(client, "k-3", {**plan, "scope": "nowhere"}).status_code in (404, 422)
    assert ask(client, "k-3", plan).is_success


def test_eight_at_once_are_one(client: TestClient, database: Database, plan: dict[str, str]) -> None:
    before = count(database, "plan")
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: ask(client, "k-4", plan), range(8)))
    assert {(reply.status_code, reply.content) for reply in replies} == {
        (replies[0].status_code, replies[0].content)
    }
    assert replies[0].is_success
    assert count(database, "plan") == before + 1


def test_a_key_that_cannot_be_kept_is_refused(client: TestClient, plan: dict[str, str]) -> None:
    for key in ("", "x" * 201, "two words"):
        assert ask(client, key, plan).json()["code"] == "bad-idempotency-key"


def test_a_form_is_the_same_whatever_its_boundary(client: TestClient) -> None:
    headers = {**basic("planner"), "Idempotency-Key": "k-5"}
    sent = {"data": {"kind": "grids", "datum": "wgs84"}, "files": {"file": ("g.geojson", GEOJSON)}}
    first, again = (client.post("/v1/imports", headers=headers, **sent) for _ in range(2))  # type: ignore[arg-type]
    assert first.status_code == again.status_code
    if first.is_success:
        assert again.headers["idempotent-replay"] == "true"
        other = client.post(
            "/v1/imports", headers=headers, data=sent["data"], files={"file": ("g.geojson", GEOJSON + b" ")}
        )
        assert other.status_code == 409


def test_the_body_counts_in_whatever_pieces_it_comes() -> None:
    class Asked:
        method = "POST"
        headers = {"content-type": 'multipart/form-data; boundary="--abc"'}  # noqa: RUF012

        class url:  # noqa: N801
            path, query = "/v1/imports", ""

    def digest(*pieces: bytes) -> str:
        repeat = repeats._Repeat(Asked(), "k")  # type: ignore[arg-type]
        for piece in pieces:
            repeat.feed(piece)
        return repeat.digest()

    whole = b"--abc one --abc two --abc"
    assert {digest(whole[:cut], whole[cut:]) for cut in range(len(whole))} == {digest(whole)}
    assert digest(whole) != digest(whole.replace(b"one", b"six"))


def test_every_post_that_writes_takes_the_key_and_says_so(app: FastAPI) -> None:
    def calls(dependant: object) -> list[object]:
        found = [call for child in dependant.dependencies for call in calls(child)]  # type: ignore[attr-defined]
        return [*found, dependant.call]  # type: ignore[attr-defined]

    told, seen = document(app)["paths"], 0
    for route in iter_route_contexts(app.routes):
        if "POST" not in (route.methods or ()) or route.path in repeats.WITHOUT:
            continue
        assert writing_session in calls(route.dependant), route.path  # type: ignore[attr-defined]
        if route.path in told:  # GeoReport has a document of its own
            names = [each["name"] for each in told[route.path]["post"]["parameters"]]
            assert repeats.HEADER in names, route.path
        seen += 1
    assert seen > 20


def test_keys_are_forgotten_after_a_month(database: Database, owner_url: str) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into yiwang.request_key (actor, key, digest, made_at)"
            " values ('x', 'old', '', now() - interval '31 days'), ('x', 'new', '', now())"
        )
    with database.transaction() as session:
        forget_old(session)  # unless the application, which does so every hour, was there first
        left = session.scalars(text("select key from yiwang.request_key where actor = 'x'")).all()
    assert left == ["new"]
