"""`yiwang backup` and `yiwang restore`: the whole register as a folder, and back."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from api.cli.db import admin_url
from boundaries.store import backup as copies
from boundaries.store.addresses import APP_ROLE, sqlalchemy_url
from boundaries.store.settings import Settings


def backup(
    folder: Annotated[Path, typer.Argument(help="a new folder; it appears when the copy is whole")],
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="afterwards leave only so many copies beside it, the newest"),
    ] = None,
) -> None:
    """Copy the whole register, as it is at one instant, while work goes on; then read the copy back."""
    settings = Settings()
    try:
        copies.take(admin_url(settings), folder, bindir=settings.pg_bindir)
    except FileExistsError as error:
        raise typer.BadParameter(str(error), param_hint="FOLDER") from None
    found = copies.verify(folder, bindir=settings.pg_bindir)
    typer.echo(f"{folder}: {_told(found)}, verified.")
    for old in copies.beside(folder)[:-keep] if keep else ():
        shutil.rmtree(old)
        typer.echo(f"{old}: removed, {keep} newer copies are here.")


def restore(
    folder: Annotated[Path, typer.Argument(help="a copy that `yiwang backup` wrote")],
    into: Annotated[
        str | None,
        typer.Option(help="a new database, as postgresql://…; without it the one that the settings name"),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="only verify the copy, restore nothing")] = False,
) -> None:
    """Make a register anew from a copy, then count and sum every table against it. Overwrites nothing."""
    settings = Settings()
    if check:
        typer.echo(f"{folder}: {_told(copies.verify(folder, bindir=settings.pg_bindir))}, verified.")
        return
    app_user = sqlalchemy_url(settings.database_url).username if settings.database_url else None
    found = copies.restore(
        folder, into or admin_url(settings), app_user=app_user or APP_ROLE, bindir=settings.pg_bindir
    )
    typer.echo(f"Restored {_told(found)}; every table is as it was.")


def _told(manifest: copies.Manifest) -> str:
    rows = sum(manifest.contents.rows.values())
    return (
        f"the register of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC, {rows:,} rows in"
        f" {len(manifest.contents.rows)} tables, {manifest.bytes / 1e6:,.1f} MB"
    )

