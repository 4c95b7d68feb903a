"""`Idempotency-Key` for every POST that changes something, without a word of it in the routes.

The key is claimed when the route's transaction begins, and the reply is kept in that transaction before it
commits: what was done and what was answered stand together or not at all.
"""

import hashlib
import re
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session
from starlette.types import Message, Receive

from api.refusals import BadIdempotencyKey
from boundaries.store import acting, repeats
from boundaries.store.repeats import Reply

HEADER = "Idempotency-Key"
LONGEST = 200
WITHOUT = frozenset(
    (
        "/v1/first-administrator",  # the link is good for one use, and the answer carries a cookie
        "/v1/keys",  # the answer holds a secret, which is kept nowhere; a name is never given twice
        "/v1/lookup/area",  # these only read
        "/v1/lookup/batch",
        "/v1/net/check",
        "/v1/net/repair",
        "/v1/session",  # signing in twice is two sessions
    )
)
_REPEAT = "yiwang.repeat"
_KEPT_HEADERS = ("content-type", "etag", "link", "location")
_KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST}}}")
_BOUNDARY = re.compile(r'boundary="?([^";,]{1,200})')
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class _Answered(Exception):
    """The request came before; this is what was answered."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__("answered before")


class _Repeat:
    """The key of a request, the digest of what it asks for, and its reply once there is one."""

    def __init__(self, request: Request, key: str) -> None:
        self.key = key
        self.response: Response | None = None
        media = request.headers.get("content-type", "")
        boundary = _BOUNDARY.search(media) if media.startswith("multipart/") else None
        # each sending has a boundary of its own, though the parts are the same
        self._boundary = boundary[1].encode("latin-1") if boundary else b""
        self._tail = b""
        self._digest = hashlib.sha256(
            "\n".join((request.method, request.url.path, request.url.query, media.partition(";")[0])).encode()
        )

    def feed(self, part: bytes) -> None:
        """The next bytes of the body."""
        if not self._boundary:
            self._digest.update(part)
            return
        whole = (self._tail + part).replace(self._boundary, b"")
        kept = min(len(self._boundary) - 1, len(whole))
        cut = len(whole) - kept
        self._digest.update(whole[:cut])
        self._tail = whole[cut:]

    def digest(self) -> str:
        """Of what was fed so far."""
        whole = self._digest.copy()
        whole.update(self._tail)
        return whole.hexdigest()


def install(routers: Iterable[APIRouter]) -> None:
    """Let every POST of these routers take the key, except those that are listed."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and "POST" in (route.methods or ()) and route.path not in WITHOUT:
                route.get_route_handler = _once(route.get_route_handler)  # type: ignore[method-assign]


def claim(request: Request, session: Session) -> None:
    """At the beginning of a route's transaction: go on, or leave with the answer of before.

    Raises KeyReused.
    """
    repeat: _Repeat | None = request.scope.get(_REPEAT)
    if repeat is None:
        return
    known = repeats.claim(session, actor=_actor(), key=repeat.key, digest=repeat.digest())
    if known is not None:
        raise _Answered(known)


def settle(request: Request, session: Session) -> None:
    """At its end, before the commit: keep the reply that is about to leave."""
    repeat: _Repeat | None = request.scope.get(_REPEAT)
    if repeat is None or repeat.response is None:
        return
    response = repeat.response
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    reply = Reply(response.status_code, headers, bytes(response.body))
    repeats.settle(session, reply, actor=_actor(), key=repeat.key)


def _once(handler_of: Callable[[], Handler]) -> Callable[[], Handler]:
    def made() -> Handler:
        handler = handler_of()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None:
                return await handler(request)
            if not _KEY.fullmatch(key):
                raise BadIdempotencyKey(LONGEST)
            repeat = _Repeat(request, key)
            request.scope[_REPEAT] = repeat
            try:
                # every route has read its body before its transaction begins, and knows then who asks
                repeat.response = await handler(Request(request.scope, _fed(request.receive, repeat)))
            except _Answered as answered:
                reply = answered.reply
                headers = {**reply.headers, "Idempotent-Replay": "true"}
                return Response(reply.body, reply.status, headers=headers)
            return repeat.response

        return once

    return made


def _fed(receive: Receive, repeat: _Repeat) -> Receive:
    async def fed() -> Message:
        message = await receive()
        repeat.feed(message.get("body", b""))
        return message

    return fed


def _actor() -> str:
    who = acting.current()  # the role of the route was asked for before its transaction began
    return who.actor if who is not None else ""
