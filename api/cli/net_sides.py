"""`yiwang net sides`: 四至, what bounds a grid."""

from typing import Annotated

import typer

from api.cli.register import opened_at
from boundaries.duty import snapshot as snapshots
from boundaries.land.refusals import UnknownCode
from boundaries.land.siding import sides_of
from gis.sides import sides_text

UNKNOWN = 2


def grid_sides(
    grids: Annotated[list[str] | None, typer.Argument(help="codes; without any: every grid")] = None,
    district: Annotated[str | None, typer.Option(help="needed where there are several")] = None,
) -> None:
    """Print what bounds grids in force: code, tab, 东至…，西至…，南至…，北至…."""
    with opened_at(district) as (session, place):
        state = snapshots.build(session, place.code)
    for grid in grids or sorted(state.position):
        try:
            found = sides_of(state, grid)
        except UnknownCode as unknown:
            typer.echo(str(unknown), err=True)
            raise typer.Exit(UNKNOWN) from None
        typer.echo(f"{grid}\t{'立体' if found is None else sides_text(found)}")
