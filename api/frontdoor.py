"""What every request passes first: an id, a size limit, one log line, a count, and the headers of safety."""

import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog
from fastapi import HTTPException, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import deprecation, problems
from api.access import ASKER, User
from api.auditor import Auditor
from api.journal import AuditUnavailable
from api.metrics import Metrics, route_of
from api.refusals import BodyTooLarge
from boundaries.store import acting
from boundaries.store.audit import Read

MIB = 2**20
BODY_LIMIT = 1 * MIB
BODY_LIMITS: Mapping[str, int] = {  # by beginning of the path
    "/v1/duties/workbook": 32 * MIB,
    "/v1/imports": 1024 * MIB,
    "/v1/incidents": 64 * MIB,
    "/v1/lookup/batch": 256 * MIB,
    "/v1/net/": 128 * MIB,
}
READING_POSTS = frozenset(("/v1/lookup/batch", "/v1/lookup/area"))  # ask much, and change nothing
WITHOUT_PERSONS = (  # beginnings of paths whose answers hold no person, whoever asks
    "/v1/areas/",
    "/v1/basemap/",
    "/v1/density",
    "/v1/district",
    "/v1/element-kinds",
    "/v1/matters",
    "/v1/net/",
    "/v1/partitions",
    "/v1/session",
    "/v1/tiles/",
)
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_SAFETY_OF = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(self), camera=(), microphone=()",
}
_SAFETY = [(name.encode(), value.encode()) for name, value in _SAFETY_OF.items()]
_ID, _NO_STORE = b"x-request-id", (b"cache-control", b"no-store")
_KEY_IN_QUERY = re.compile(r"(yw_[0-9a-f]{16}_)[A-Za-z0-9_-]+")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
log = structlog.get_logger("yiwang.access")


class _TooLarge(HTTPException):
    """Passes through FastAPI's body parsing unchanged and ends as the refusal that it carries."""

    def __init__(self, refusal: BodyTooLarge) -> None:
        super().__init__(413, str(refusal))


class FrontDoor:
    """ASGI middleware around the whole application. A failure inside is logged once and answered 500."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        auditor: Callable[[], Auditor],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._auditor = auditor
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = self._clock()
        headers = Headers(scope=scope)
        request_id = request_id_of(headers.get("x-request-id", ""))
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status, refused = 0, False
        self._metrics.began()
        acting.begin(acting.Acting(origin=(scope.get("client") or ("",))[0], request_id=request_id))

        async def answer(message: Message) -> None:
            nonlocal status, refused
            if refused:  # the rest of an answer that must not be given
                return
            if message["type"] == "http.response.start":
                read = read_of(scope, message["status"], request_id)
                if read is not None:
                    try:
                        self._auditor().note(read)
                    except AuditUnavailable as refusal:
                        await problems.of_refusal(Request(scope), refusal)(scope, receive, answer)
                        refused = True
                        return
                status = message["status"]
                _complete(message, request_id, private=scope["path"].startswith(("/v1/", "/ogc")))
                message["headers"] += deprecation.headers_of(scope)
            await send(message)

        limit = _limit(scope["path"])
        try:
            if _length(headers) > limit:
                await problems.of_refusal(Request(scope), BodyTooLarge(limit))(scope, receive, answer)
            elif "\0" in scope["path"] or b"%00" in scope["query_string"]:
                # no text of ours holds it, and PostgreSQL cannot
                await problems.problem(Request(scope), 400, detail="NUL in the address")(
                    scope, receive, answer
                )
            else:
                await self._app(scope, _counted(receive, limit), answer)
        except Exception as error:
            failure = problems.of_failure(Request(scope), error)
            if status:  # too late for another answer: end the connection instead of half an answer
                raise
            await failure(scope, receive, answer)
        finally:
            seconds = self._clock() - started
            self._metrics.ended(scope, status, seconds)
            code, detail = scope["state"].get("problem", (None, None))
            log.log(
                logging.WARNING if status >= 500 else logging.INFO,
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                milliseconds=round(seconds * 1000, 1),
                **({"code": code, "detail": detail} if code else {}),
            )
            structlog.contextvars.unbind_contextvars("request_id")


def ready(headers: list[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    """All headers of a reply whose own say how to keep it, and nothing that the door says."""
    return [*headers, (_ID, request_id.encode("latin-1")), *_SAFETY]


def read_of(scope: Scope, status: int, request_id: str) -> Read | None:
    """What the audit keeps of an answer in which persons may stand; None for any other."""
    user: User | None = scope.get(ASKER)
    if user is None or status >= 400 or not user.may("worker"):
        return None  # readers see every person masked
    path: str = scope["path"]
    if scope["method"] not in ("GET", "HEAD") and path not in READING_POSTS:
        return None  # a change: the register's triggers tell of it
    if path.startswith(WITHOUT_PERSONS) or not path.startswith(("/v1/", "/open311/")):
        return None
    query = scope["query_string"].decode("latin-1")
    if "yw_" in query:  # a key that a caller put where it does not belong
        query = _KEY_IN_QUERY.sub(r"\1…", query)
    return Read(
        at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        actor=user.name,
        via=user.via,
        origin=(scope.get("client") or ("",))[0],
        request_id=request_id,
        method=scope["method"],
        route=route_of(scope),
        asked=f"{path}?{query}" if query else path,
        status=status,
    )


def _complete(message: Message, request_id: str, *, private: bool) -> None:
    """Give the reply its id, and what it does not say itself of the headers of safety."""
    sent = [(name.lower(), value) for name, value in message.get("headers", ())]
    given = {name for name, _ in sent}
    if _ID in given:
        sent = [header for header in sent if header[0] != _ID]
    sent.append((_ID, request_id.encode("latin-1")))
    sent += [header for header in _SAFETY if header[0] not in given]
    if private and _NO_STORE[0] not in given:
        sent.append(_NO_STORE)
    message["headers"] = sent


def request_id_of(given: str) -> str:
    """The caller's id where it is harmless in a log, else a new one."""
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _length(headers: Headers) -> int:
    given = headers.get("content-length", "0")
    return int(given) if given.isdecimal() else 0


def _limit(path: str) -> int:
    return next((limit for start, limit in BODY_LIMITS.items() if path.startswith(start)), BODY_LIMIT)


def _counted(receive: Receive, limit: int) -> Receive:
    """A `receive` that stops a body which says no length, or a wrong one, at the limit."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise _TooLarge(BodyTooLarge(limit))
        return message

    return counted
