"""`yiwang demo`: an invented district under the real names and codes of 晋城市城区, and its accounts."""

import time
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.orm import Session

from api import accounts
from api.cli import serve as serving
from boundaries import demo
from boundaries.store.database import Database
from boundaries.store.settings import Settings

app = typer.Typer(help="The demo district: build it, serve it.", no_args_is_help=True)

# The password is the name. These accounts exist in a demo only.
ACCOUNTS = ("worker", "clerk", "dispatcher", "planner", "reviewer", "approver", "administrator")

Seed = Annotated[int, typer.Option(help="another seed invents another town under the same names")]


@app.command()
def build(seed: Seed = demo.SEED) -> None:
    """Put the demo district into the register, unless it is there."""
    database = Database.open(Settings())
    try:
        _build_if_absent(database, seed)
    finally:
        database.close()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="the address to listen on; YIWANG_HOST")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="YIWANG_PORT; 0: a free one")] = None,
    seed: Seed = demo.SEED,
) -> None:
    """Serve the demo district until Ctrl-C; build it first if it is absent. Anybody may look."""
    settings = Settings()
    settings = settings.model_copy(
        update={"district": settings.district or demo.DISTRICT, "anonymous_reader": True}
    )
    database = Database.open(settings)
    _build_if_absent(database, seed)
    typer.echo("The demo district 140502 晋城市城区: real names and codes, invented ground and people.")
    typer.echo(
        f"Sign in as {', '.join(ACCOUNTS)}: the password is the name. Without signing in you may look."
    )
    serving.run(settings, host=host, port=port, database=database)


def _build_if_absent(database: Database, seed: int) -> None:
    if demo.is_built(database):
        return
    started = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("the demo district", total=None)

        def show(what: str, number: int, total: int) -> None:
            bar.update(task, description=f"the demo district: {what}", completed=number - 1, total=total)

        demo.build(database, seed=seed, on_progress=show, beside=_put_accounts)
    typer.echo(f"Built the demo district in {time.monotonic() - started:.0f} s.")


def _put_accounts(session: Session) -> None:
    for name in ACCOUNTS:
        accounts.put(session, name=name, password=name, role=name)
