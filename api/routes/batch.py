"""Who owns these places: up to 100,000 at once, as JSON or CSV."""

import email.message
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api import batches
from api.access import Reader
from api.answering import datum_of
from api.context import Context_
from api.refusals import UnknownMediaType
from api.routes.answers import as_json, refusals
from api.schemas import BatchIn, BatchOut, DatumName

router = APIRouter(prefix="/v1/lookup", tags=["the answer"])
JSON, CSV = "application/json", "text/csv"
_CSV_EXAMPLE = "id,lon,lat\r\na,112.8500,35.5000\r\n"
_CSV_ANSWER = (
    "id,grid,community,street,leader,status,error\r\na,140502006022003,140502006022,140502006,王**,owned,\r\n"
)


async def _raw(request: Request) -> bytes:
    return await request.body()


@router.post(
    "/batch",
    response_class=Response,
    responses={
        200: {
            "model": BatchOut,
            "description": "every row, in order",
            "content": {CSV: {"example": _CSV_ANSWER}},
        },
        **refusals(400, 401, 413, 415, 503),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": BatchIn.model_json_schema(ref_template="#/components/schemas/{model}")},
                CSV: {"schema": {"type": "string"}, "example": _CSV_EXAMPLE},
            },
        }
    },
)
def look_up_many(
    request: Request,
    context: Context_,
    user: Reader,
    body: Annotated[bytes, Depends(_raw)],
    datum: Annotated[
        DatumName | None, Query(description="of all points; JSON may say it in the body")
    ] = None,
) -> Response:
    """The grid, community, street and leader of many places. A row that cannot be read is listed, not lost.

    Content-Type says what comes in, Accept what goes out (without one, the same as came in).
    """
    kind, charset = _media_type(request.headers.get("content-type", ""))
    held = context.held.current
    if kind == JSON:
        stated, rows = batches.read_json(body)
    elif kind == CSV:
        stated, rows = None, batches.read_csv(body, charset)
    else:
        raise UnknownMediaType(kind, [JSON, CSV])
    answers = batches.answer(held, rows, datum_of(datum or stated, user), user)
    version = {"X-Yiwang-Net-Version": str(held.snapshot.net_version)}
    if _wanted(request.headers.get("accept", ""), kind) == CSV:
        return Response(batches.write_csv(rows, answers), media_type=CSV, headers=version)
    told: dict[str, Any] = {
        "net_version": held.snapshot.net_version,
        "stale": context.held.stale,
        "results": [dict(zip(batches.COLUMNS, answer, strict=True)) for answer in answers],
        "errors": batches.errors(rows),
    }
    return as_json(told, headers=version)


def _media_type(header: str) -> tuple[str, str | None]:
    message = email.message.Message()
    message["content-type"] = header or JSON
    charset = message.get_param("charset")
    return message.get_content_type(), charset if isinstance(charset, str) else None


def _wanted(accept: str, given: str) -> str:
    """The first of the two that Accept names; what came in where it names neither."""
    named = [part.partition(";")[0].strip() for part in accept.split(",")]
    return next((kind for kind in named if kind in (JSON, CSV)), given)
