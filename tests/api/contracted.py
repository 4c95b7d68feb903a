"""Every JSON answer that a test gets is held against the contract."""

import re
from functools import cache
from typing import Any

import httpx
import jsonschema_rs

from api.app import create_app
from api.contract import document
from boundaries.store.settings import Settings

_JSON = "application/json"


def check(response: httpx.Response) -> None:
    """Fail where an answer that is no refusal is not what its route declares. For `event_hooks`."""
    if not response.is_success or response.headers.get("content-type", "").partition(";")[0] != _JSON:
        return
    asked = response.request
    validator = _validator(asked.method.lower(), _route(asked.url.path), response.status_code)
    if validator is None:
        return
    response.read()
    found = validator.iter_errors(response.json())
    wrong = [f"{'/'.join(map(str, each.instance_path))}: {each.message[:300]}" for each in found]
    assert wrong == [], f"{asked.method} {asked.url} is not as declared: {wrong[:5]}"


@cache
def _contract() -> dict[str, Any]:
    return document(create_app(Settings()))


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The routes, those with fewer parameters first."""
    paths = sorted(_contract()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(path)) + "$"), path) for path in paths]


def _route(path: str) -> str | None:
    return next((route for pattern, route in _patterns() if pattern.match(path)), None)


@cache
def _validator(method: str, route: str | None, status: int) -> Any:
    """Of the answer of a route; None where the contract says nothing of it."""
    operation = _contract()["paths"].get(route, {}).get(method, {})
    content = operation.get("responses", {}).get(str(status), {}).get("content", {})
    given = content.get(_JSON, {}).get("schema")
    if not given:
        return None
    return jsonschema_rs.Draft202012Validator({**given, "components": _contract()["components"]})
