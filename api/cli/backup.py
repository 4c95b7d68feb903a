"""`yiwang backup`, `restore`, `archive`, `recover`: copies of the register, and registers from them."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from api.cli.db import admin_url
from api.cli.net_past import instant_of
from api.cli.register import tell_audit
from boundaries.store import backup as copies
from boundaries.store import cluster
from boundaries.store.addresses import APP_ROLE, sqlalchemy_url
from boundaries.store.cluster import archive as archives
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
    tell_audit()  # who takes a copy has read everything; told before, so that it stands in the copy itself
    copies.take(admin_url(settings), folder, bindir=settings.pg_bindir)
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


def archive(
    folder: Annotated[Path, typer.Argument(help="where every change is kept from now on; on another disk")],
) -> None:
    """Keep every change of the private PostGIS; each call adds a whole copy, the first restarts it."""
    settings = Settings()
    if settings.database_url:
        raise typer.BadParameter(
            "YIWANG_DATABASE_URL names a server: its archiving is set up there (docs/operations.md)"
        )
    tell_audit()
    instant = archives.keep(
        settings.data_home, folder, bindir=settings.pg_bindir, account=settings.pg_account
    )
    typer.echo(f"{folder}: recovers from {instant.isoformat(timespec='seconds')} on.")


def recover(
    folder: Annotated[Path, typer.Argument(help="the folder that `yiwang archive` fills")],
    home: Annotated[Path, typer.Argument(help="a new folder for the recovered PostGIS")],
    to: Annotated[
        str | None,
        typer.Option(
            help="such as 2026-05-03T09:59 (this machine's time); without it: the last that is kept"
        ),
    ] = None,
) -> None:
    """Make a private PostGIS as the archived one was at an instant; serve it with YIWANG_HOME=HOME."""
    settings = Settings()
    wanted = instant_of(to, None, "--to")
    archives.recover(folder, home, to=wanted, bindir=settings.pg_bindir, account=settings.pg_account)
    typer.echo(f"Recovered: serve it with YIWANG_HOME={home.resolve()} ./run yiwang serve")
    cluster.stop(home, bindir=settings.pg_bindir, account=settings.pg_account)


def _told(manifest: copies.Manifest) -> str:
    rows = sum(manifest.contents.rows.values())
    return (
        f"the register of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC, {rows:,} rows in"
        f" {len(manifest.contents.rows)} tables, {manifest.bytes / 1e6:,.1f} MB"
    )
