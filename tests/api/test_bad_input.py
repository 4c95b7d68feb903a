"""Whatever a form of GeoReport or a kind of element holds: it is taken, or refused as its contract says."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api import keys
from boundaries.duty import matters
from boundaries.land import districts
from boundaries.store.database import Database
from tests.api.conftest import basic
from tests.boundaries import towns

REQUESTS = "/open311/v2/requests"
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
FEWER = settings(FEW, max_examples=20)  # each that is taken makes the served register be read anew
LON, LAT = towns.at(1.5, 6.5)
SENT = {"service_code": "0102", "lat": str(LAT), "long": str(LON), "description": "坏了"}
WORDS = st.text(max_size=12) | st.sampled_from(
    ("", "0102", "*", "H1", "nan", "-0", "1e999", "２", "\0", "x" * 3_000)
)
FIELDS = st.sampled_from(
    (
        *SENT,
        "address_string",
        "address_id",
        "jurisdiction_id",
        "api_key",
        "first_name",
        "media_url",
        "attribute[A]",
    )
)
CHARSETS = st.sampled_from(
    ("utf-8", "gb18030", "unicode_escape", "utf-7", "idna", "punycode", "undefined", "hex", "?")
)


@pytest.fixture(scope="module")
def key(database: Database, town: towns.Town) -> str:
    with database.transaction() as session:
        matters.put(session, districts.get(session, towns.DISTRICT), matters.national())
        return keys.create(session, name="any-app", role="worker", made_by="t", per_minute=6000)[1]


def is_georeport(status: int, content_type: str, body: bytes) -> bool:
    """Taken, or refused with the status that GeoReport's own array of errors repeats."""
    if "xml" in content_type:
        return status < 500
    told = json.loads(body)
    return status in (200, 201) or (400 <= status < 500 and told[0]["code"] == status)


@FEW
@given(st.dictionaries(FIELDS, WORDS, max_size=5), st.sampled_from(("json", "xml")))
@example({"description": "\0"}, "json")
@example({"long": "nan", "lat": "inf"}, "xml")
def test_any_words_in_a_form_are_taken_or_refused(
    running: TestClient, key: str, given_: dict[str, str], format: str
) -> None:
    reply = running.post(f"{REQUESTS}.{format}", data={"api_key": key, **SENT, **given_})
    assert is_georeport(reply.status_code, reply.headers["content-type"], reply.content), reply.text


@FEW
@given(
    st.binary(max_size=200) | st.binary(max_size=20).map(lambda value: b"service_code=" + value),
    st.sampled_from(
        ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "multipart/form-data", "")
    ),
)
def test_any_bytes_as_a_form_are_taken_or_refused(
    running: TestClient, key: str, body: bytes, content_type: str
) -> None:
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {key}"}
    reply = running.post(f"{REQUESTS}.json", content=body, headers=headers)
    assert is_georeport(reply.status_code, reply.headers["content-type"], reply.content), reply.text


@FEW
@given(FIELDS, st.binary(max_size=40), CHARSETS)
@example("description", rb"\ud800", "unicode_escape")
@example("description", b"\xff", "idna")
@example("service_code", rb"\ud800", "unicode_escape")
def test_any_charset_of_a_form_is_taken_or_refused(
    running: TestClient, key: str, field: str, value: bytes, charset: str
) -> None:
    parts = {**{name: told.encode() for name, told in SENT.items()}, field: value}
    lines = [
        b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (n.encode(), v)
        for n, v in parts.items()
    ]
    headers = {
        "Content-Type": f"multipart/form-data; boundary=b; charset={charset}",
        "Authorization": f"Bearer {key}",
    }
    reply = running.post(f"{REQUESTS}.json", content=b"".join(lines) + b"--b--\r\n", headers=headers)
    assert is_georeport(reply.status_code, reply.headers["content-type"], reply.content), reply.text


@FEW
@given(
    st.dictionaries(
        st.sampled_from(
            ("status", "start_date", "end_date", "service_code", "service_request_id", "jurisdiction_id")
        ),
        st.text(max_size=12)
        | st.sampled_from(
            ("open", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "1e30", "2026-02-30")
        ),
        max_size=4,
    )
)
@example({"start_date": "9999-12-31T00:00:00Z"})
@example({"end_date": "0001-01-01T00:00:00+14:00"})
def test_any_question_for_requests_is_answered_or_refused(running: TestClient, asked: dict[str, str]) -> None:
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items() if "\0" not in value)
    reply = running.get(f"{REQUESTS}.json?{query}")
    assert is_georeport(reply.status_code, reply.headers["content-type"], reply.content), reply.text


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
SCHEMA_WORDS = st.sampled_from(
    (
        "type",
        "title",
        "enum",
        "minimum",
        "multipleOf",
        "minLength",
        "maxLength",
        "format",
        "examples",
        "$ref",
        "pattern",
    )
)
LOOSE = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCHEMA_WORDS, inner, max_size=3),
    max_leaves=6,
)
ONE_FIELD = st.fixed_dictionaries(
    {"type": st.sampled_from(("string", "integer", "number", "boolean", "array"))},
    optional={
        "enum": st.lists(LOOSE, max_size=3) | LOOSE,
        "minimum": st.integers() | st.floats(),
        "maxLength": st.integers() | LOOSE,
        "format": st.sampled_from(("date", "uri", "email", "regex")) | LOOSE,
        "examples": LOOSE,
        "title": LOOSE,
    },
)
SCHEMAS = LOOSE | st.fixed_dictionaries(
    {},
    optional={
        "type": st.just("object") | LOOSE,
        "properties": st.dictionaries(st.text(max_size=8), ONE_FIELD | LOOSE, max_size=3) | LOOSE,
        "required": st.lists(LOOSE, max_size=3) | LOOSE,
        "additionalProperties": LOOSE,
    },
)


def as_problem(reply: Any) -> bool:
    """Taken, or a problem with a code."""
    return reply.status_code in (200, 201) or (400 <= reply.status_code < 500 and bool(reply.json()["code"]))


@FEWER
@given(SCHEMAS, st.sampled_from(("thing", "people", "document")), st.text(min_size=1, max_size=5))
@example({"properties": {"a": {"type": "number"}}, "required": [[]]}, "thing", "n")
@example({"properties": {"a": {"type": "number", "minimum": float("nan")}}}, "thing", "n")
@example({"properties": {"a": {"type": "string", "enum": ["\ud800"]}}}, "thing", "n")
@example({"properties": {"\ud800": {"type": "string"}}}, "people", "n")
@example({"properties": {"a": {"type": "string", "title": "\0"}}}, "thing", "n")
@example({"properties": {"a": {"type": "integer", "minimum": 10**400}}}, "thing", "n")
@example({"\ud800": 1}, "thing", "\ud800")
def test_any_kind_of_element_is_taken_or_refused(
    running: TestClient, key: str, fields: Any, category: str, name: str
) -> None:
    told = json.dumps({"category": category, "name": name, "matter": "0102", "fields": fields})
    headers = {**basic("administrator"), "Content-Type": "application/json"}
    reply = running.put("/v1/element-kinds/any", content=told, headers=headers)
    assert as_problem(reply), reply.text


@FEWER
@given(st.dictionaries(st.sampled_from(("height", "built", "link", "state", "\ud800")), LOOSE, max_size=4))
@example({"height": float("inf")})
@example({"height": 10**400})
@example({"link": "\ud800"})
@example({"\ud800": 1})
def test_any_fields_of_an_element_are_taken_or_refused(
    running: TestClient, lamps: None, fields: dict[str, Any]
) -> None:
    told = json.dumps({"kind": "any-lamp", "name": "灯", "lon": LON, "lat": LAT, "fields": fields})
    headers = {**basic("administrator"), "Content-Type": "application/json"}
    reply = running.put("/v1/elements/ANY1", content=told, headers=headers)
    assert as_problem(reply), reply.text


@pytest.fixture(scope="module")
def lamps(running: TestClient, key: str) -> None:
    properties = {
        "height": {"type": "number", "minimum": 0},
        "built": {"type": "string", "format": "date"},
        "link": {"type": "string", "format": "uri"},
        "state": {"type": "string", "enum": ["on", "off"]},
    }
    kind = {"category": "thing", "name": "灯", "matter": "0102", "fields": {"properties": properties}}
    reply = running.put("/v1/element-kinds/any-lamp", json=kind, headers=basic("administrator"))
    assert reply.status_code == 200, reply.text
