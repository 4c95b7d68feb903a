"""A difference between two nets in the form that was asked for."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import Query, Response

from api.diff_schemas import DiffOut
from api.files import attachment
from api.routes.answers import as_json
from boundaries.land.plans import Diff

DiffForm = Annotated[Literal["json", "csv", "xlsx", "geojson"], Query(alias="format")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GEOJSON = "application/geo+json"
DIFF_GIVEN: dict[int | str, dict[str, Any]] = {
    200: {
        "model": DiffOut,
        "description": "the difference",
        "content": {"text/csv": {}, XLSX: {}, GEOJSON: {}},
    }
}


def diff_as(found: Diff, form: str, name: str, *, headers: Mapping[str, str]) -> Response:
    """JSON, or a file called `name`: CSV (UTF-8 with its mark, for spreadsheets), XLSX or GeoJSON."""
    if form == "json":
        return as_json(found.to_dict(), headers=headers)
    named = {**headers, **attachment(f"{name}.{form}")}
    if form == "csv":
        return Response("\ufeff" + found.to_csv(), media_type="text/csv; charset=utf-8", headers=named)
    if form == "xlsx":
        return Response(found.to_xlsx(), media_type=XLSX, headers=named)
    reply = as_json(found.to_geojson(), headers=named)
    reply.headers["Content-Type"] = GEOJSON
    return reply
