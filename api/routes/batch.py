"""Who owns these places: up to a million at once, as JSON, NDJSON, CSV or Arrow."""

import email.message
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import IO, Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from api import batches
from api.access import Reader
from api.answering import datum_of
from api.batches import ARROW, CSV, JSON, NDJSON, Answering, Rows
from api.bodies import IN_MEMORY, spooled
from api.context import Context_
from api.refusals import UnknownMediaType
from api.routes.answers import refusals
from api.schemas import BatchIn, BatchOut, DatumName

router = APIRouter(prefix="/v1/lookup", tags=["the answer"])
_KINDS = (JSON, NDJSON, CSV, ARROW)
_CHUNK = 2**16
_CSV_EXAMPLE = "id,lon,lat\r\na,112.8500,35.5000\r\n"
_CSV_ANSWER = (
    "id,grid,community,street,leader,status,error\r\na,140502006022003,140502006022,140502006,王**,owned,\r\n"
)
_NDJSON_EXAMPLE = '{"id":"a","lon":112.85,"lat":35.5}\n'
_NDJSON_ANSWER = (
    '{"id":"a","grid":"140502006022003","community":"140502006022","street":"140502006","leader":"王**",'
    '"status":"owned","error":null}\n'
)


async def _body(request: Request) -> AsyncIterator[IO[bytes]]:
    async with spooled(request) as file:
        yield file


@router.post(
    "/batch",
    response_class=Response,
    responses={
        200: {
            "model": BatchOut,
            "description": "every row, in order",
            "content": {
                NDJSON: {"example": _NDJSON_ANSWER},
                CSV: {"example": _CSV_ANSWER},
                ARROW: {"schema": {"type": "string", "format": "binary"}},
            },
        },
        **refusals(400, 401, 413, 415, 503),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": BatchIn.model_json_schema(ref_template="#/components/schemas/{model}")},
                NDJSON: {"schema": {"type": "string"}, "example": _NDJSON_EXAMPLE},
                CSV: {"schema": {"type": "string"}, "example": _CSV_EXAMPLE},
                ARROW: {"schema": {"type": "string", "format": "binary"}},
            },
        }
    },
)
def look_up_many(
    request: Request,
    context: Context_,
    user: Reader,
    body: Annotated[IO[bytes], Depends(_body, scope="function")],
    datum: Annotated[
        DatumName | None, Query(description="of all points; JSON may say it in the body")
    ] = None,
) -> Response:
    """The grid, community, street and leader of many places. A row that cannot be read is listed, not lost.

    Content-Type says what comes in, Accept what goes out (without one, the same as came in). JSON takes
    100,000 points, the others 1,000,000: they pass through in pieces, and all are answered from one net
    version before the reply begins, so that a refusal is never half an answer.
    """
    kind, charset = _media_type(request.headers.get("content-type", ""))
    held, stale = context.held.current, context.held.stale
    stated, pieces = _read(kind, charset, body)
    answering = Answering(held, datum_of(datum or stated, user), user)
    wanted = _wanted(request.headers.get("accept", ""), kind)
    with ExitStack() as until_told:
        told = until_told.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY))
        _writer(wanted, stale)(told, pieces, answering)
        until_told.pop_all()  # from here on the reply closes it
    headers = {
        "X-Yiwang-Net-Version": str(held.snapshot.net_version),
        "X-Yiwang-Stale": str(stale).lower(),
        "Content-Length": str(told.tell()),
    }
    told.seek(0)
    return StreamingResponse(_chunks(told), media_type=wanted, headers=headers)


def _read(kind: str, charset: str | None, body: IO[bytes]) -> tuple[str | None, Iterator[Rows]]:
    """The datum that the body states, and its rows. Raises UnknownMediaType and what the readers raise."""
    if kind == JSON:
        return batches.read_json(body)
    if kind == CSV:
        return None, batches.read_csv(body, charset)
    if kind == NDJSON:
        return None, batches.read_ndjson(body)
    if kind == ARROW:
        return None, batches.read_arrow(body)
    raise UnknownMediaType(kind, list(_KINDS))


def _writer(kind: str, stale: bool) -> Callable[[IO[bytes], Iterable[Rows], Answering], None]:
    if kind == JSON:
        return lambda out, pieces, answering: batches.write_json(out, pieces, answering, stale=stale)
    return {CSV: batches.write_csv, NDJSON: batches.write_ndjson, ARROW: batches.write_arrow}[kind]


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _media_type(header: str) -> tuple[str, str | None]:
    message = email.message.Message()
    message["content-type"] = header or JSON
    charset = message.get_param("charset")
    return message.get_content_type(), charset if isinstance(charset, str) else None


def _wanted(accept: str, given: str) -> str:
    """The first of the four that Accept names; what came in where it names none."""
    named = [part.partition(";")[0].strip() for part in accept.split(",")]
    return next((kind for kind in named if kind in _KINDS), given)
