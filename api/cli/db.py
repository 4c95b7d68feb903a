"""`yiwang db`: the register's schema."""

from typing import Annotated

import typer

from boundaries.store import cluster, migrate
from boundaries.store.addresses import APP_ROLE, sqlalchemy_url
from boundaries.store.settings import Settings

app = typer.Typer(help="The register's database: migrate it up or down.", no_args_is_help=True)


@app.command()
def upgrade(revision: Annotated[str, typer.Argument(help="a revision; else the newest")] = "head") -> None:
    """Migrate up; nothing happens if it is done already."""
    settings = Settings()
    url = admin_url(settings)
    user = sqlalchemy_url(settings.database_url).username if settings.database_url else None
    migrate.upgrade(url, revision, app_user=user or APP_ROLE)
    typer.echo(f"The register is at revision {migrate.current(url)}.")


@app.command()
def downgrade(
    revision: Annotated[str, typer.Argument(help="a revision, or 'base': drops every table and all in it")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Migrate down, which loses what the newer revisions hold."""
    if not yes:
        typer.confirm(f"Migrate down to '{revision}' and lose what the newer revisions hold?", abort=True)
    url = admin_url(Settings())
    migrate.downgrade(url, revision)
    typer.echo(f"The register is at revision {migrate.current(url) or 'none'}.")


@app.command()
def current() -> None:
    """Print the revision."""
    typer.echo(migrate.current(admin_url(Settings())) or "none")


def admin_url(settings: Settings) -> str:
    """The address of the role that owns the tables; starts the private PostGIS if no server is named."""
    if settings.database_url:
        return settings.admin_database_url or settings.database_url
    return cluster.ensure(settings.data_home, bindir=settings.pg_bindir, account=settings.pg_account)
