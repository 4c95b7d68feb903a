"""Refusals and failures as RFC 9457 problems."""

import errno
import importlib
import pkgutil
from collections.abc import Iterator

import psycopg
import psycopg_pool
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

import api
import boundaries
import gis
from api.frontdoor import BODY_LIMIT
from api.problems import STATUS, TITLES, code_of, install, status_of
from boundaries.store.errors import Refusal
from gis.datums import WrongFrame
from gis.locate import PolygonsRefused
from gis.net.refusals import EditRefused
from tests.api.conftest import basic


def _import_all() -> None:
    for package in (gis, boundaries, api):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.endswith("__main__") and ".migrations" not in module.name:
                importlib.import_module(module.name)


def _below(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    for child in kind.__subclasses__():
        if child.__module__.split(".")[0] in ("gis", "boundaries", "api"):
            yield child
            yield from _below(child)


def _refusals() -> set[type[BaseException]]:
    _import_all()
    return {kind for root in (Refusal, WrongFrame, PolygonsRefused, EditRefused) for kind in _below(root)}


def test_every_refusal_has_a_status() -> None:
    without = sorted(
        kind.__qualname__ for kind in _refusals() if not any(base in STATUS for base in kind.__mro__)
    )
    assert without == []
    assert len(_refusals()) > 40


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes: dict[str, str] = {}
    for kind in sorted(_refusals(), key=lambda kind: kind.__qualname__):
        code = code_of(kind)
        assert code == code.lower() and code != "refused" and " " not in code, kind
        assert codes.setdefault(code, kind.__qualname__) == kind.__qualname__, code


def test_a_status_is_found_along_the_mro_and_missing_ones_are_noticed() -> None:
    class Nearer(WrongFrame):
        pass

    class Unlisted(Refusal):
        code = "unlisted-in-this-test"

    assert status_of(Nearer) == STATUS[WrongFrame]
    with pytest.raises(KeyError):
        status_of(Unlisted)
    assert set(STATUS.values()) <= set(TITLES)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/nothing", 404, "not-found"),
        ("GET", "/v1/areas/a%00b", 400, "bad-request"),
        ("GET", "/v1/search?q=a%00b", 400, "bad-request"),
        ("POST", "/v1/district", 405, "method-not-allowed"),
        ("GET", "/v1/search", 400, "invalid-parameter"),
        ("GET", "/v1/search?q=a&limit=many", 400, "invalid-parameter"),
        ("GET", "/v1/lookup?lon=1&lat=2&datum=mars", 400, "invalid-parameter"),
    ],
)
def test_also_the_frameworks_own_refusals_are_problems(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    reply = client.request(method, path)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    told = reply.json()
    assert (told["code"], told["status"]) == (code, status)
    assert told["type"] == f"urn:yiwang:problem:{code}"
    assert told["request_id"] == reply.headers["x-request-id"]
    assert told["title"] and told["detail"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (psycopg.errors.DiskFull("could not extend file"), 503),
        (psycopg.InterfaceError("the connection is lost"), 503),
        (psycopg_pool.PoolTimeout("no connection"), 503),
        (OSError(errno.ENOSPC, "No space left on device", "/parts/1"), 503),
        (OSError(errno.EACCES, "Permission denied", "/parts/1"), 500),
    ],
)
def test_what_the_machine_lacks_is_a_refusal_to_try_again_and_tells_no_path(
    error: Exception, status: int
) -> None:
    app = FastAPI()
    install(app)

    @app.get("/")
    def fail() -> None:
        raise error

    reply = TestClient(app, raise_server_exceptions=False).get("/")
    assert reply.status_code == status
    assert ("retry-after" in reply.headers) is (status == 503)
    assert "/parts" not in reply.text


def test_a_body_that_says_nothing_useful_is_422_with_the_place(client: TestClient) -> None:
    reply = client.post("/v1/session", json={"name": "x"})
    assert reply.status_code == 422
    assert reply.json()["errors"] == [
        {"where": "password", "in": "body", "reason": "Field required", "kind": "missing"}
    ]
    assert "input" not in reply.text  # what was typed is not sent back
    broken = client.post("/v1/session", content=b"{", headers={"Content-Type": "application/json"})
    assert broken.status_code == 422
    as_text = client.post(
        "/v1/session", content=b'{"name": "x", "password": "y"}', headers={"Content-Type": "text/plain"}
    )
    assert as_text.status_code == 422  # a form of another site cannot send application/json


def test_a_body_too_large_is_refused_with_and_without_its_length(client: TestClient) -> None:
    body = b"x" * (BODY_LIMIT + 1)
    said = client.post("/v1/session", content=body)
    assert (said.status_code, said.json()["code"], said.json()["limit_bytes"]) == (
        413,
        "body-too-large",
        BODY_LIMIT,
    )

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    unsaid = client.post("/v1/session", content=pieces(), headers={"Content-Type": "application/json"})
    assert (unsaid.status_code, unsaid.json()["code"]) == (413, "body-too-large")


def test_a_failure_is_logged_with_its_traceback_and_told_without(app: FastAPI, client: TestClient) -> None:
    def fail() -> None:
        raise RuntimeError("the secret of the house")

    app.add_api_route("/v1/test-failure", fail)
    with capture_logs() as logs:
        reply = client.get("/v1/test-failure")
    assert (reply.status_code, reply.json()["code"]) == (500, "internal-error")
    assert reply.headers["content-type"] == "application/problem+json"
    assert "secret" not in reply.text
    (failure,) = [line for line in logs if line["event"] == "failed"]
    assert "the secret of the house" in failure["traceback"]
    assert failure["log_level"] == "error"


def test_a_refusal_is_one_log_line(client: TestClient) -> None:
    with capture_logs() as logs:
        client.get("/v1/areas/999")
    (line,) = [line for line in logs if line["event"] != "net held"]  # of the thread that reads the net
    assert (line["event"], line["status"], line["code"]) == ("request", 404, "unknown-code")


def test_a_request_keeps_the_id_that_it_came_with(client: TestClient) -> None:
    kept = client.get("/healthz", headers={"X-Request-Id": "order-66-abcdef"})
    assert kept.headers["x-request-id"] == "order-66-abcdef"
    forged = client.get("/healthz", headers={"X-Request-Id": "a b\tc" * 40})
    assert len(forged.headers["x-request-id"]) == 16


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("POST", "/v1/plans", {"title": "NUL", "scope": "\0"}),
        ("GET", "/v1/incidents/x/photos/23046360951462788333568", None),
    ],
)
def test_what_postgresql_cannot_hold_is_refused_and_no_failure(
    method: str, address: str, body: object, client: TestClient
) -> None:
    reply = client.request(method, address, json=body, headers=basic("planner"))
    assert reply.status_code in (404, 422), reply.text
    assert reply.json()["code"] in ("value-out-of-range", "unknown-code")
