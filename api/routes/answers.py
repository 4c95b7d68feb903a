"""What several routes share: problems for OpenAPI, ETags, and JSON from plain values."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec
from fastapi import Request, Response


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route with these problems; `api.contract` gives them their shape."""
    return {status: {"description": "refused"} for status in statuses}


def gives(model: Any, description: str, *, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that writes its answer itself: the contract's word for what it is."""
    return {status: {"model": model, "description": description}}


def etag(*parts: object) -> str:
    """A strong ETag of what an answer depends on."""
    digest = blake2b("\0".join(str(part) for part in parts).encode(), digest_size=12)
    return f'"{digest.hexdigest()}"'


def unchanged(request: Request, tag: str) -> bool:
    """Whether the caller already holds what this ETag names."""
    given = request.headers.get("if-none-match", "")
    return given == "*" or tag in (part.strip().removeprefix("W/") for part in given.split(","))


def not_modified(tag: str, headers: Mapping[str, str]) -> Response:
    """304, with the headers that a 200 would have had."""
    return Response(status_code=304, headers={"ETag": tag, **headers})


def as_json(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Plain values as JSON, without a model in between."""
    return Response(
        msgspec.json.encode(value), status, media_type="application/json", headers=dict(headers or {})
    )
