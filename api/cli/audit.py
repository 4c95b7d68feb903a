"""`yiwang audit`: who did what, and whether anybody touched that record."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from api.cli.net_past import instant_of
from api.cli.register import opened
from boundaries.store import audit

app = typer.Typer(
    help="Who changed what, who read of persons, who signed in: list, verify.",
    no_args_is_help=True,
)


@app.command()
def verify(
    head: Annotated[
        str | None,
        typer.Option(help="a PLACE:HASH that an earlier call printed: shows a chain cut off or made anew"),
    ] = None,
) -> None:
    """Chain what waits, then walk the whole chain. Exits with 1 if anything was removed or altered."""
    try:
        noted = audit.Head.parse(head) if head else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--head") from error
    with opened() as session:
        while audit.append(session):
            pass
        found = audit.verify(session, head=noted)
    for finding in found.findings:
        typer.echo(str(finding))
    if found.findings:
        typer.echo("The audit is not as it was written.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{found.head.place:,} events, nothing removed, nothing altered.", err=True)
    typer.echo(str(found.head))


@app.command("list")
def list_(
    actor: Annotated[str | None, typer.Option(help="an account, or key:NAME")] = None,
    about: Annotated[str | None, typer.Option(help="a table or a route")] = None,
    kind: Annotated[str | None, typer.Option(help="write, read or sign-in")] = None,
    since: Annotated[str | None, typer.Option(help="such as 2026-05-03T09:59 (this machine's time)")] = None,
    until: Annotated[str | None, typer.Option(help="the same")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
) -> None:
    """Print events as one JSON object a line, the latest first."""
    wanted = audit.Wanted(
        actor=actor,
        about=about,
        kind=kind,
        since=instant_of(since, None, "--since"),
        until=instant_of(until, None, "--until"),
    )
    with opened() as session:
        for event in audit.page(session, wanted, limit=limit):
            typer.echo(json.dumps(asdict(event), ensure_ascii=False, default=str))
