"""`yiwang key`: which other systems may ask."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from api import keys
from api.cli.register import opened
from boundaries.store.tables import KEY_ROLES
from gis.datums import Datum

app = typer.Typer(help="Keys of other systems: create, list, revoke.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="of the system, such as 12345-hotline; never given twice")],
    role: Annotated[str, typer.Option(help=", ".join(KEY_ROLES))] = "reader",
    datum: Annotated[Datum | None, typer.Option(help="what a bare lon/lat of this system means")] = None,
    area: Annotated[str | None, typer.Option(help="an area's code: confined to it and its children")] = None,
    party: Annotated[str | None, typer.Option(help="its code: for which it acts in the flow")] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="until it expires")] = 365,
    per_minute: Annotated[int, typer.Option(min=1, max=1_000_000, help="requests")] = 600,
    who: Annotated[str, typer.Option("--as", help="who makes it", envvar="YIWANG_AS")] = "command line",
) -> None:
    """Make a key and print it. It is shown this once: the register holds its hash only."""
    if not name or any(c.isspace() or c in ":/" for c in name):
        typer.echo("The name holds no space, ':' or '/'.", err=True)
        raise typer.Exit(1)
    with opened() as session:
        known, key = keys.create(
            session,
            name=name,
            role=role,
            made_by=who,
            datum=datum.value if datum else None,
            area=area,
            party=party,
            days=days,
            per_minute=per_minute,
        )
    typer.echo(f"{name} may ask as {role} until {known.expires_at:%Y-%m-%d}; its key, shown once:", err=True)
    typer.echo(key)


@app.command("list")
def list_() -> None:
    """Print all keys: code, name, role, datum, area, party, requests a minute, expiry, state."""
    with opened() as session:
        for known in keys.every(session):
            ended = "expired" if known.expires_at <= datetime.now(UTC) else "in force"
            told = (
                known.code,
                known.name,
                known.role,
                known.datum or "-",
                known.area_code or "-",
                known.party_code or "-",
                str(known.per_minute),
                f"{known.expires_at:%Y-%m-%d}",
                "revoked" if known.revoked_at else ended,
            )
            typer.echo("\t".join(told))


@app.command()
def revoke(code: Annotated[str, typer.Argument(help="the public half, as `list` prints it")]) -> None:
    """End a key for good; running servers know within ten seconds."""
    with opened() as session:
        known = keys.revoke(session, code)
    typer.echo(f"The key of {known.name} is revoked.")
