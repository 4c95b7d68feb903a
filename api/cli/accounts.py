"""`yiwang account`: who may sign in."""

from typing import Annotated

import typer

from api import accounts, first_link
from api.cli.register import opened
from api.cli.serve import page_url
from boundaries.store.settings import Settings
from boundaries.store.tables import ACCOUNT_ROLES

app = typer.Typer(help="Accounts: add, list, remove, and the link for the first.", no_args_is_help=True)


@app.command()
def add(
    name: str,
    password: Annotated[
        str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True, envvar="YIWANG_PASSWORD")
    ],
    role: Annotated[str, typer.Option(help=", ".join(ACCOUNT_ROLES))] = "reader",
    datum: Annotated[str | None, typer.Option(help="what a bare lon/lat of this account means")] = None,
    area: Annotated[str | None, typer.Option(help="an area's code: confined to it and its children")] = None,
    party: Annotated[str | None, typer.Option(help="its code: for which it acts in the flow")] = None,
) -> None:
    """Add an account, or replace the one of that name."""
    if len(password) < 8:
        typer.echo("The password needs at least 8 characters.", err=True)
        raise typer.Exit(1)
    with opened() as session:
        accounts.put(session, name=name, password=password, role=role, datum=datum, area=area, party=party)
    typer.echo(f"{name} may sign in as {role}.")


@app.command()
def link(
    address: Annotated[str | None, typer.Option(help="of the page, such as https://grid.example.cn")] = None,
) -> None:
    """Print a new link for the first administrator, good for an hour and one use; the one before ends."""
    settings = Settings()
    with opened() as session:
        token = first_link.make(session)
    typer.echo(
        first_link.address(address or settings.public_url or page_url(settings.host, settings.port), token)
    )


@app.command("list")
def list_() -> None:
    """Print all accounts."""
    with opened() as session:
        for known in accounts.every(session):
            told = (known.name, known.role, known.datum, known.area_code, known.party_code)
            typer.echo("\t".join(each or "-" for each in told))


@app.command()
def remove(name: str) -> None:
    """Remove an account."""
    with opened() as session:
        found = accounts.remove(session, name)
    if not found:
        typer.echo(f"There is no account {name}.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{name} is removed.")
