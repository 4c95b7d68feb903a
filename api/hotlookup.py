"""The short way to an answer: `GET /v1/lookup` for a point of the present, in front of FastAPI.

It answers what is plain: a point, a known datum, matter and language, an asker who is known already. The
reply is that of the documented route, byte for byte and header for header. Whatever else comes in
(another kind of place, a past instant, anything that is refused) goes on to that route untouched.
"""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access import identify_at_once, say_who
from api.answering import datum_of, to_wgs84
from api.context import Context
from api.metrics import SHORT_WAY
from api.routes.answers import unchanged
from api.routes.lookup import PRESENT, Question, present_tag
from boundaries.duty.rendering import Rendering
from boundaries.duty.snapshot import Snapshot
from boundaries.store.errors import Refusal
from gis.datums import Datum

PATH = "/v1/lookup"
ROLE = "reader"  # as the route declares it
_NUMBER = re.compile(r"-?\d{1,3}(\.\d{1,17})?", re.ASCII)
_DATUMS = frozenset(datum.value for datum in Datum)
_MEMBERS = frozenset(("lon", "lat", "datum", "matter", "lang"))
_HEADERS = [(name.lower().encode(), value.encode()) for name, value in PRESENT.items()]


class HotLookup:
    """ASGI middleware inside the front door, which gives every reply its id and headers of safety."""

    def __init__(self, app: ASGIApp, context: Callable[[], Context]) -> None:
        self._app = app
        self._context = context
        self._rendering: Rendering | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "GET":
            reply = self._reply(scope)
            if reply is not None:
                status, headers, body = reply
                scope[SHORT_WAY] = PATH
                await send({"type": "http.response.start", "status": status, "headers": headers})
                await send({"type": "http.response.body", "body": body})
                return
        await self._app(scope, receive, send)

    def _reply(self, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], bytes] | None:
        """Status, headers and body; None: the documented route answers."""
        question = _plain(scope["query_string"])
        if question is None or question.lon is None or question.lat is None:
            return None
        context, request = self._context(), Request(scope)
        held, stale = context.held.published, context.held.stale
        user = identify_at_once(context, request)
        if held is None or user is None or not user.may(ROLE):
            return None
        say_who(scope, user)
        told = question.told()
        tag = present_tag(held, told, question.lang, stale, user)
        headers = [(b"etag", tag.encode()), *_HEADERS]
        if "if-none-match" in request.headers and unchanged(request, tag):
            return 304, headers, b""
        try:
            lonlat = to_wgs84(question.lon, question.lat, datum_of(question.datum, user), held.atlas.bounds)
            body = self._of(held.snapshot).point(
                lonlat,
                matter=question.matter,
                lang=question.lang,
                query=told,
                stale=stale,
                sees_persons=user.sees_persons,
            )
        except Refusal:
            return None  # the route says it
        length = (b"content-length", str(len(body)).encode())
        return 200, [*headers, length, (b"content-type", b"application/json")], body

    def _of(self, snapshot: Snapshot) -> Rendering:
        """What was rendered of this snapshot; that of another is let go. Only the event loop comes here."""
        if self._rendering is None or self._rendering.snapshot is not snapshot:
            self._rendering = Rendering(snapshot)
        return self._rendering


def _plain(query: bytes) -> Question | None:
    """The question about a point, if every part of it is plain; None for anything else."""
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    given = dict(pairs)
    lon, lat = given.get("lon", ""), given.get("lat", "")
    if (
        len(given) != len(pairs)
        or not given.keys() <= _MEMBERS
        or not (_NUMBER.fullmatch(lon) and _NUMBER.fullmatch(lat))
    ):
        return None
    datum, matter, lang = given.get("datum"), given.get("matter"), given.get("lang", "zh")
    if (
        (datum is not None and datum not in _DATUMS)
        or lang not in ("zh", "en")
        or (matter is not None and not 0 < len(matter) <= 50)
    ):
        return None
    return Question(
        lon=float(lon),
        lat=float(lat),
        datum=datum,  # type: ignore[arg-type]
        matter=matter,
        lang="en" if lang == "en" else "zh",
    )
