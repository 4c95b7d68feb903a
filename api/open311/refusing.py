"""Refusals as the error array that GeoReport v2 asks for."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api import problems
from api.open311.writing import told
from api.refusals import NotSignedIn, WrongKey
from boundaries.store.errors import Refusal


class GeoReportRoute(APIRoute):
    """Every refusal leaves as `[{"code": 404, "description": "…"}]`, or as the same in XML."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def refusing(request: Request) -> Response:
            try:
                return await answer(request)
            except RequestValidationError as error:
                first = error.errors()[0]
                return _error(request, 400, "invalid-parameter", f"{first['loc'][-1]}: {first['msg']}")
            except HTTPException as error:
                return _error(request, error.status_code, f"http-{error.status_code}", str(error.detail))
            except Refusal as error:
                status = problems.status_of(type(error))
                if status == 500:
                    raise
                # GeoReport knows 403 for a missing and for a wrong key, and 400 for all that is wrong
                status = (
                    403 if isinstance(error, NotSignedIn | WrongKey) else 400 if status == 422 else status
                )
                return _error(request, status, problems.code_of(type(error)), str(error))

        return refusing


def _error(request: Request, status: int, code: str, detail: str) -> Response:
    request.scope.setdefault("state", {})["problem"] = (code, detail)  # for the front door's log line
    format = "xml" if request.url.path.endswith(".xml") else "json"
    return told(
        format, "errors", "error", [{"code": status, "description": f"{code}: {detail}"}], status=status
    )
