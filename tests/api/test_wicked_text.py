"""Text that is a statement, a script or a formula elsewhere is text here: in every field, of every route."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from api import accounts
from api.contract import document
from boundaries.store.database import Database
from tests.api.conftest import PASSWORD, basic, operations
from tests.boundaries import towns

WICKED = (
    "'; drop table yiwang.grid; --",
    '"><img src=x onerror=alert(1)><script>alert(1)</script>',
    "{{7*7}}${7*7}%(x)s %s \\'",
    "=cmd|' /C calc'!A0",
)
# passwords that are wrong wait; what ends a session or starts minutes of work is no matter of text
_LEFT_OUT = {("post", "/v1/session"), ("delete", "/v1/session"), ("post", "/v1/partitions")}
_NO_TEXT = {"/v1/affairs/settings"}  # numbers and days only
_WHO = "administrator-of-texts"
_JSON = ("application/json", "application/geo+json")


@pytest.fixture(scope="module")
def contract(app: FastAPI) -> dict[str, Any]:
    return document(app)


@pytest.fixture(scope="module")
def known(running: TestClient, database: Database, town: towns.Town) -> dict[str, str]:
    """What paths name, so that the text comes behind 404."""
    with database.transaction() as session:
        accounts.put(session, name=_WHO, password=PASSWORD, role="administrator")
    draft = running.post("/v1/plans", json={"title": "t", "scope": towns.A}, headers=basic(_WHO))
    lon, lat = towns.at(5, 5)
    one = {"lon": lon, "lat": lat, "datum": "wgs84", "matter": "0102", "source": "x"}
    sent = running.post("/v1/incidents", json={**one, "happened_at": _now()}, headers=basic(_WHO))
    return {"code": draft.json()["code"], "number": sent.json()["numbers"][0], "format": "json"}


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_gone(owner_url: str, database: Database, town: towns.Town) -> Iterator[None]:
    """Tables, columns and the rows of the net are those of before."""

    def standing() -> tuple[Any, ...]:
        with database.transaction() as session:
            columns = "select count(*) from information_schema.columns where table_schema = 'yiwang'"
            return (
                session.scalar(text(columns)),
                session.scalar(text("select count(*) from yiwang.grid_version")),
                session.scalar(text("select count(*) from yiwang.building_version")),
            )

    before = standing()
    yield
    assert standing() == before


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _made(
    schema: dict[str, Any], schemas: dict[str, Any], wicked: str, found: list[str], name: str = ""
) -> Any:
    """A value that fits the schema with the wicked text in every string that is free; `found` names them."""
    if "$ref" in schema:
        return _made(schemas[schema["$ref"].rpartition("/")[2]], schemas, wicked, found, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            inner = next((each for each in schema[several] if each.get("type") != "null"), schema[several][0])
            return _made(inner, schemas, wicked, found, name)
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        made = {
            key: _made(inner, schemas, wicked, found, key)
            for key, inner in schema.get("properties", {}).items()
        }
        more = schema.get("additionalProperties")
        if isinstance(more, dict):
            made[wicked[:20]] = _made(more, schemas, wicked, found, name)
        return made
    if kind == "array":
        return [_made(schema.get("items", {}), schemas, wicked, found, name)]
    if kind in ("number", "integer"):
        return max(1, schema.get("minimum", 1))
    if kind == "boolean":
        return False
    return _string(schema, wicked, found, name)


def _string(schema: dict[str, Any], wicked: str, found: list[str], name: str) -> str:
    if schema.get("format") == "date-time":
        return _now()
    if schema.get("format") == "date":
        return _now()[:10]
    cut = wicked[: schema.get("maxLength", len(wicked))]
    if "pattern" not in schema or re.search(schema["pattern"], cut):
        found.append(name)
    return cut


def _ask(
    client: TestClient, contract: dict[str, Any], known: dict[str, str], method: str, path: str, wicked: str
) -> tuple[Response, list[str]]:
    operation = contract["paths"][path][method]
    schemas = contract["components"]["schemas"]
    found: list[str] = []
    query = {}
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query" and parameter["name"] not in ("limit", "offset"):
            query[parameter["name"]] = _made(parameter["schema"], schemas, wicked, found, parameter["name"])
    contents = operation.get("requestBody", {}).get("content", {})
    body: dict[str, Any] = {}
    json_kind = next((kind for kind in contents if kind in _JSON), None)
    if json_kind is not None:
        body = {"json": _made(contents[json_kind].get("schema", {}), schemas, wicked, found)}
    elif contents:
        kind = next(iter(contents))
        body = {"content": wicked.encode(), "headers": {"Content-Type": kind}}
        found.append(kind)
    where = re.sub(r"\{(\w+)[^}]*\}", lambda part: known.get(part[1], "x"), path)
    headers = {**body.pop("headers", {}), **basic(_WHO)}
    return client.request(method, where, params=query, headers=headers, **body), found


@pytest.mark.parametrize(("method", "path"), operations(_LEFT_OUT))
def test_wicked_text_in_every_field_is_taken_or_refused_as_text(
    client: TestClient, contract: dict[str, Any], known: dict[str, str], method: str, path: str
) -> None:
    fields = 0
    for wicked in WICKED:
        reply, found = _ask(client, contract, known, method, path, wicked)
        fields += len(found)
        assert reply.status_code < 500, (found, reply.text)
        kind = reply.headers.get("content-type", "")
        if "html" in kind:  # pages for people hold what they were told as text
            assert "<script>alert" not in reply.text and "<img src=x" not in reply.text
        else:
            assert reply.headers["x-content-type-options"] == "nosniff"
            assert not kind or kind.startswith(("application/", "text/", "image/")), kind
    takes_body = "requestBody" in contract["paths"][path][method]
    assert fields or not takes_body or path in _NO_TEXT, "no field of it was tried"


@pytest.mark.parametrize("wicked", WICKED)
def test_what_was_written_is_read_as_it_was(
    client: TestClient, app: FastAPI, town: towns.Town, wicked: str
) -> None:
    who = {"headers": basic("administrator")}
    lon, lat = towns.at(5, 5)
    incident = {"lon": lon, "lat": lat, "datum": "wgs84", "matter": "0102", "happened_at": _now()}
    told = {"source": "x", "description": wicked}
    sent = client.post("/v1/incidents", json={**incident, **told}, **who)
    assert sent.status_code == 201, sent.text
    shown = client.get(f"/v1/incidents/{sent.json()['numbers'][0]}", **who).json()
    assert shown["description"] == wicked
    plan = client.post("/v1/plans", json={"title": wicked, "scope": towns.A}, **who)
    assert client.get(plan.headers["location"], **who).json()["title"] == wicked
    party = {"kind": "person", "name": wicked, "post": wicked, "phone": "13800001111"}
    assert client.put("/v1/parties/PX", json=party, **who).is_success
    held = app.state.context.held
    assert held.wait_until(
        lambda held: getattr(held.current.snapshot.parties.get("PX"), "name", "") == wicked, 30
    )
    (listed,) = [each for each in client.get("/v1/parties", **who).json()["parties"] if each["code"] == "PX"]
    assert (listed["name"], listed["post"]) == (wicked, wicked)
