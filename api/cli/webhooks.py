"""`yiwang webhook`: where changes are sent to, and how far each has them."""

import json
from dataclasses import asdict

import typer

from api import hooks
from api.cli.register import opened_at
from boundaries.store.settings import Settings

app = typer.Typer(help="Webhooks of the operator's file: list.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Webhooks of the operator's file."""


@app.command("list")
def list_() -> None:
    """Print one JSON object a line: the last number delivered, how many wait, since when it fails."""
    known = hooks.read(Settings().webhooks)
    if not known:
        typer.echo("No webhook: YIWANG_WEBHOOKS names no file, or an empty one.", err=True)
        return
    with opened_at(None) as (session, district):
        for each in hooks.states(session, district.id, known):
            typer.echo(json.dumps(asdict(each), ensure_ascii=False, default=str))
