"""`yiwang net sides`: 四至, what bounds a grid."""

from typing import Annotated

import typer

from boundaries.duty import snapshot as snapshots
from boundaries.land import districts
from boundaries.land.refusals import UnknownCode
from boundaries.land.siding import sides_of
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from gis.sides import sides_text

UNKNOWN = 2


def grid_sides(
    grids: Annotated[list[str] | None, typer.Argument(help="codes; without any: every grid")] = None,
    district: Annotated[str | None, typer.Option(help="needed where there are several")] = None,
) -> None:
    """Print what bounds grids in force: code, tab, 东至…，西至…，南至…，北至…."""
    settings = Settings()
    database = Database.open(settings)
    try:
        with database.transaction() as session:
            codes = districts.codes(session)
            code = district or settings.district or (codes[0] if len(codes) == 1 else None)
            if code is None:
                raise typer.BadParameter(f"one of {', '.join(codes) or 'none yet'}", param_hint="--district")
            state = snapshots.build(session, code)
    finally:
        database.close()
    for grid in grids or sorted(state.position):
        try:
            found = sides_of(state, grid)
        except UnknownCode as unknown:
            typer.echo(str(unknown), err=True)
            raise typer.Exit(UNKNOWN) from None
        typer.echo(f"{grid}\t{'立体' if found is None else sides_text(found)}")
