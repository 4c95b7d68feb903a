"""CSV of no features: tipg takes the header from the first row and fails in the middle of its answer."""

from collections.abc import Sequence
from contextvars import ContextVar
from typing import cast

from fastapi import FastAPI, Request, Response
from tipg.dependencies import ItemsOutputType
from tipg.resources.enums import MediaType

_csv_wanted: ContextVar[bool] = ContextVar("ogc_csv_wanted", default=False)


class EmptyTable(Exception):
    """Nothing matched and a table was asked for: answered by its header alone."""

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__("no rows")
        self.columns = ["collectionId", "itemId", *columns]


def note_form(request: Request) -> None:
    """Remember for this request whether its answer is to be CSV."""
    form = request.query_params.get("f")
    wanted = form == "csv" if form else ItemsOutputType(request, None) == MediaType.csv
    _csv_wanted.set(wanted)


def refuse_empty_csv(rows: Sequence[object], columns: Sequence[str]) -> None:
    """Raise EmptyTable if CSV was asked for and there are no rows."""
    if not rows and _csv_wanted.get():
        raise EmptyTable(columns)


def install(app: FastAPI) -> None:
    """Answer EmptyTable by a header line."""
    app.add_exception_handler(EmptyTable, _header_alone)


def _header_alone(request: Request, error: Exception) -> Response:
    header = ",".join(cast(EmptyTable, error).columns) + "\r\n"
    return Response(
        header, media_type=MediaType.csv, headers={"Content-Disposition": "attachment;filename=items.csv"}
    )
