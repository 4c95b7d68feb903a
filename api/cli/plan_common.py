"""What the commands of `yiwang plan` share: arguments, and a register that tells refusals in a sentence."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from api.cli.register import opened_at
from boundaries.store.tables import District
from gis.net import EditRefused

Code = Annotated[str, typer.Argument(help="of the plan, such as P00001")]
As = Annotated[str, typer.Option("--as", help="the account in whose name it is done", envvar="YIWANG_AS")]
Place = Annotated[str | None, typer.Option("--district", help="its code; needed where there are several")]
Operation = Annotated[
    str,
    typer.Argument(
        help="split, split_along, merge, redraw, move_node, carve, reassign, cover, balance, name,"
        " appoint, stack, unstack, designate, micro, found, declare"
    ),
]
Parameters = Annotated[
    str, typer.Argument(help="JSON as in POST /v1/plans/{code}/edits, WGS 84; - reads standard input")
]
REFUSED = 1
BLOCKED = 1  # something keeps the plan unpublished


@contextmanager
def register_for_plans(district: str | None) -> Iterator[tuple[Session, District]]:
    """One transaction; a refused edit is one sentence and its place, never a traceback."""
    try:
        with opened_at(district) as register:
            yield register
    except EditRefused as refused:
        where = "" if refused.place is None else f" at {refused.place.representative_point().wkt}"
        typer.echo(f"{refused}{where}", err=True)
        raise typer.Exit(REFUSED) from None


def json_object(text: str) -> dict[str, Any]:
    """A JSON object as typed. Raises BadParameter."""
    try:
        given = json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"this is no JSON: {error}", param_hint="PARAMETERS") from None
    if not isinstance(given, dict):
        raise typer.BadParameter("a JSON object is needed", param_hint="PARAMETERS")
    return given
