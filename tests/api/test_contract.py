"""Whatever fits the OpenAPI document, and much that does not, gets a documented answer and no failure."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from api import accounts
from api.contract import document
from boundaries.store.database import Database
from tests import figures
from tests.api.conftest import PASSWORD, basic, operations
from tests.boundaries import towns

# signing in is a matter of its own tests: wrong passwords wait longer each time
_LEFT_OUT = {("post", "/v1/session"), ("delete", "/v1/session")}
_SEED = int(os.environ.get("CONTRACT_SEED", "20261128"))
_WHO = "administrator-whom-nobody-guesses"
_TRIED: dict[str, int] = {}  # operations, and with how many requests
_HELD: set[str] = set()
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@schemathesis.serializer(_WORKBOOK)
def _as_bytes(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """A workbook travels as the bytes that were made for it; most are none."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def known(running: TestClient, database: Database, town: towns.Town) -> dict[str, list[str]]:
    """Values that name something, so that the doors behind 404 are tried as well."""
    with database.transaction() as session:
        accounts.put(session, name=_WHO, password=PASSWORD, role="administrator")
    lon, lat = towns.at(5, 5)
    happened = datetime.now(UTC).isoformat()
    one = {"matter": "0102", "happened_at": happened, "lon": lon, "lat": lat, "datum": "wgs84", "source": "x"}
    incident = running.post("/v1/incidents", json=one, headers=basic(_WHO))
    assert incident.status_code == 201, incident.text
    draft = running.post("/v1/plans", json={"title": "draft", "scope": towns.A}, headers=basic(_WHO))
    assert draft.is_success, draft.text
    return {
        "code": [f"{towns.A}001", towns.A, draft.json()["code"], "P1", "0102"],
        "number": incident.json()["numbers"],
        "area": [towns.A, towns.DISTRICT],
        "scope": [towns.A],
        "grid": [f"{towns.A}001"],
        "matter": ["0102", "*"],
        "party": ["P1", "D1"],
        "plan": [draft.json()["code"]],
        "community": [towns.A],
        "name": ["reader"],
        "place": ["1"],
        "comment": ["1"],
    }


@pytest.fixture(scope="module")
def served(app: FastAPI, running: TestClient) -> Iterator[tuple[Any, TestClient]]:
    schema = schemathesis.openapi.from_dict(document(app))
    schema.config.update(base_url="http://testserver")
    yield schema, running


def _filled(case: Case, known: dict[str, list[str]], draw: st.DrawFn) -> None:
    """Half of the members that may name something name something that is there."""
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict):
            for name in place:
                if name in known and draw(st.booleans()):
                    place[name] = draw(st.sampled_from(known[name]))


def _as_parts(files: Any) -> Any:
    """Parts as they travel: the generator also makes numbers of what is a file."""

    def part(given: Any) -> Any:
        if isinstance(given, tuple):
            return (given[0], part(given[1]), *given[2:])
        return given if isinstance(given, bytes | str) else str(given)

    pairs = files.items() if isinstance(files, dict) else files
    return [(name, part(given)) for name, given in pairs] if files else None


def _send(client: TestClient, case: Case) -> tuple[int, str]:
    sent = case.as_transport_kwargs(base_url="http://testserver")
    headers = {
        name: value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
        for name, value in (sent.get("headers") or {}).items()
        if name.lower() not in ("authorization", "user-agent", "x-request-id")
    }
    client.cookies.clear()
    reply = client.request(
        sent["method"],
        sent["url"],
        params=sent.get("params"),
        json=sent.get("json"),
        content=sent["data"] if isinstance(sent.get("data"), bytes | str) else None,
        data=sent["data"] if isinstance(sent.get("data"), dict) else None,
        files=_as_parts(sent.get("files")),
        headers={**headers, **basic(_WHO)},
    )
    return reply.status_code, reply.text


def _walk(
    served: tuple[Any, TestClient], known: dict[str, list[str]], method: str, path: str, examples: int
) -> None:
    schema, client = served
    operation = schema[path][method]
    documented = set(operation.definition.raw["responses"])
    strategy = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @seed(_SEED)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(strategy, st.data())
    def holds(case: Case, data: st.DataObject) -> None:
        _filled(case, known, data.draw)
        status, text = _send(client, case)
        assert status < 500, f"{case.as_curl_command()}\n{text}"
        assert str(status) in documented, f"{status} is not documented\n{case.as_curl_command()}\n{text}"

    _TRIED[f"{method} {path}"] = examples
    holds()
    _HELD.add(f"{method} {path}")


@pytest.fixture(scope="module", autouse=True)
def _tell() -> Iterator[None]:
    """How much was tried, and of how many operations an answer was wrong."""
    yield
    if _TRIED:
        failed = sorted(_TRIED.keys() - _HELD)
        figures.keep(
            "contract",
            operations=len(_TRIED),
            requests=sum(_TRIED.values()),
            failed=len(failed),
            failures=failed,
        )


@pytest.mark.parametrize(("method", "path"), operations(_LEFT_OUT))
def test_a_few_of_everything(
    method: str, path: str, served: tuple[Any, TestClient], known: dict[str, list[str]]
) -> None:
    _walk(served, known, method, path, int(os.environ.get("CONTRACT_FEW", "8")))


@pytest.mark.soak
@pytest.mark.parametrize(("method", "path"), operations(_LEFT_OUT))
def test_much_of_everything(
    method: str, path: str, served: tuple[Any, TestClient], known: dict[str, list[str]]
) -> None:
    _walk(served, known, method, path, int(os.environ.get("CONTRACT_EXAMPLES", "300")))
