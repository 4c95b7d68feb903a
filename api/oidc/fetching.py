"""Requests to the provider: no redirection followed, no proxy used, little time, few bytes."""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from api.oidc.refusals import ProviderUnavailable
from api.posting import opener

TIMEOUT_S = 5.0
LARGEST = 256 * 1024  # bytes; keys and discovery of real providers are a few KB
_open = opener().open


def fetch(
    url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Status and JSON object of what is at `url`; with a form: of the POST of it.

    A 400 or 401 is an answer as well. Raises ProviderUnavailable for any other, and for no answer.
    """
    request = urllib.request.Request(
        url,
        data=None if form is None else urlencode(form).encode(),
        headers={"Accept": "application/json", "User-Agent": "yiwang", **(headers or {})},
    )
    until = time.monotonic() + TIMEOUT_S
    try:
        try:
            reply = _open(request, timeout=TIMEOUT_S)
        except urllib.error.HTTPError as error:
            if error.code not in (400, 401):
                error.close()
                raise ProviderUnavailable(f"it answered {error.code}") from None
            reply = error
        with reply:
            return int(reply.status), _object(_read(reply, until))
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise ProviderUnavailable(f"it cannot be reached: {type(reason).__name__}") from error


def _read(reply: Any, until: float) -> bytes:
    """The whole body. Raises ProviderUnavailable for one too large or too slow."""
    body = b""
    while piece := reply.read1(65_536):
        body += piece
        if len(body) > LARGEST:
            raise ProviderUnavailable(f"its answer is longer than {LARGEST} bytes")
        if time.monotonic() > until:
            raise ProviderUnavailable("its answer took too long")
    return body


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ProviderUnavailable("its answer is no JSON object")
    return found
