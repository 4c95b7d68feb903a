"""The short way to an answer: `GET /v1/lookup` for a point of the present, in front of FastAPI.

It answers what is plain: a point, a known datum, matter and language, an asker who is known already. The
reply is that of the documented route, byte for byte and header for header. Whatever else comes in
(another kind of place, a past instant, anything that is refused) goes on to that route untouched.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import structlog
from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import Scope, Send

from api.access import identify_at_once, say_who
from api.answering import Lang, datum_of, to_wgs84
from api.context import Context
from api.frontdoor import log as access_log
from api.frontdoor import read_of, ready, request_id_of
from api.journal import AuditUnavailable
from api.metrics import SHORT_WAY, Metrics
from api.routes.answers import unchanged
from api.routes.lookup import PRESENT, present_tag
from boundaries.duty.rendering import Rendering
from boundaries.duty.snapshot import Snapshot
from boundaries.store.errors import Refusal
from gis.datums import Datum

PATH = "/v1/lookup"
ROLE = "reader"  # as the route declares it
_NUMBER = re.compile(r"-?\d{1,3}(\.\d{1,17})?", re.ASCII)
_UNESCAPED = re.compile(rb"[A-Za-z0-9_.*&=-]*")
_OF_A_BODY = frozenset((b"content-length", b"transfer-encoding"))  # the front door measures it
_DATUMS = frozenset(datum.value for datum in Datum)
_MEMBERS = frozenset(("lon", "lat", "datum", "matter", "lang"))
log = structlog.get_logger("yiwang.api")
_HEADERS = [(name.lower().encode(), value.encode()) for name, value in PRESENT.items()]


class HotLookup:
    """What stands before the application. What it answers gets its id, headers of safety, count and log line
    here, as the front door gives them to all the rest."""

    def __init__(
        self, context: Callable[[], Context], metrics: Metrics, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._context = context
        self._metrics = metrics
        self._clock = clock
        self._rendering: Rendering | None = None

    async def answer(self, scope: Scope, send: Send) -> bool:
        """Answer a request at once, if it can be; False: nothing was done, and the application answers."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "GET":
            return False
        started = self._clock()
        try:
            reply = self._reply(scope)
        except Exception:
            log.exception("the short way failed")
            return False  # the documented route meets it again, and tells it
        if reply is None:
            return False
        status, headers, body = reply
        scope[SHORT_WAY] = PATH
        request_id = request_id_of(Headers(scope=scope).get("x-request-id", ""))
        read = read_of(scope, status, request_id)
        if read is not None:
            try:
                self._context().auditor.note(read)
            except AuditUnavailable:
                del scope[SHORT_WAY]
                return False  # the front door meets it again, and refuses
        try:
            await send(
                {"type": "http.response.start", "status": status, "headers": ready(headers, request_id)}
            )
            await send({"type": "http.response.body", "body": body})
        finally:
            seconds = self._clock() - started
            self._metrics.count(scope, status, seconds)
            access_log.info(
                "request",
                request_id=request_id,
                method="GET",
                path=PATH,
                status=status,
                milliseconds=round(seconds * 1000, 1),
            )
        return True

    def _reply(self, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], bytes] | None:
        """Status, headers and body; None: the documented route answers."""
        question = _plain(scope["query_string"])
        if question is None or any(name in _OF_A_BODY for name, _ in scope["headers"]):
            return None
        context, request = self._context(), Request(scope)
        held, stale = context.held.published, context.held.stale
        user = identify_at_once(context, request)
        if held is None or user is None or not user.may(ROLE):
            return None
        say_who(scope, user)
        tag = present_tag(held, question.told, question.lang, stale, user)
        headers = [(b"etag", tag.encode()), *_HEADERS]
        if "if-none-match" in request.headers and unchanged(request, tag):
            return 304, headers, b""
        try:
            lonlat = to_wgs84(question.lon, question.lat, datum_of(question.datum, user), held.atlas.bounds)
            body = self._of(held.snapshot).point(
                lonlat,
                matter=question.matter,
                lang=question.lang,
                query=question.told,
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


@dataclass(frozen=True, slots=True)
class _Plain:
    """A question about a point of the present. told: as `Question.told` says it."""

    lon: float
    lat: float
    datum: str | None
    matter: str | None
    lang: Lang
    told: dict[str, Any]


def _plain(query: bytes) -> _Plain | None:
    """The question about a point, if every part of it is plain; None for anything else."""
    pairs = _pairs(query)
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
    told: dict[str, Any] = {"lon": float(lon), "lat": float(lat)}
    if datum is not None:
        told["datum"] = datum
    told |= {"matter": matter, "at": None, "known_at": None}
    return _Plain(told["lon"], told["lat"], datum, matter, "en" if lang == "en" else "zh", told)


def _pairs(query: bytes) -> list[tuple[str, str]]:
    """Names and values of a query string in ASCII; none at all where it cannot be read."""
    if _UNESCAPED.fullmatch(query):  # as nearly all are: nothing to decode
        parts = [part.partition("=") for part in query.decode().split("&") if part]
        return [(name, value) for name, _, value in parts]
    try:
        return parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        return []
