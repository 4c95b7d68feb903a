"""`yiwang settings`: what a district sets for its affairs."""

import json
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from api.cli.register import opened_at
from boundaries.affairs import terms
from boundaries.store import clock


def settings(
    file: Annotated[
        Path | None,
        typer.Argument(help='JSON: {"flow": {…}, "workload": {…}}', exists=True, dir_okay=False),
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="print who changed what when")] = False,
    who: Annotated[str, typer.Option("--as", help="who changes it", envvar="YIWANG_AS")] = "command line",
    district: Annotated[str | None, typer.Option(help="its code; needed where there are several")] = None,
) -> None:
    """Print limits, calendar and weights of a district's affairs, or replace the parts that a file has."""
    try:
        given = {} if file is None else json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise typer.BadParameter(f"no JSON: {error}", param_hint="FILE") from None
    if not isinstance(given, dict):
        raise typer.BadParameter("an object with flow and workload", param_hint="FILE")
    with opened_at(district) as (session, place):
        if given:
            terms.put(session, place, given, stamp=clock.stamp(session), by=who)
        if history:
            for each in terms.history(session, place):
                made_at = each.made_at.astimezone(ZoneInfo(place.timezone)).isoformat(timespec="seconds")
                told = json.dumps(each.terms, ensure_ascii=False)
                typer.echo(f"{made_at}\t{each.made_by or '-'}\t{each.part}\t{told}")
            return
        typer.echo(json.dumps(terms.of(place), ensure_ascii=False, indent=2))
