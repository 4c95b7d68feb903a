"""`yiwang workload`: what grids and their staff have to do."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.register import opened_at, user_of
from api.incidents_shown import grids_in_force
from api.working import as_table, work_of
from boundaries.affairs.columns import grid_codes, read
from boundaries.affairs.places import Places
from boundaries.duty import snapshot as snapshots
from boundaries.export import replaced, write_table


def workload(
    by: Annotated[Literal["grid", "person"], typer.Option(help="whose")] = "grid",
    area: Annotated[str | None, typer.Option(help="only inside this area")] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="incidents of the year up to then; else today"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help=".csv, .xlsx or .parquet")] = None,
    force: Annotated[bool, typer.Option("--force", help="replace what is there")] = False,
    district: Annotated[str | None, typer.Option(help="its code; needed where there are several")] = None,
) -> None:
    """Print or write the workload (工作量): households, incidents and elements, and hours a year."""
    with opened_at(district) as (session, place):
        snapshot = snapshots.build(session, place.code)
        columns, _ = read(session, place.id, snapshot.zone)
        places = Places.of(snapshot, columns, grid_codes(session, place.id))
        grids = grids_in_force(user_of(session, None), snapshot, area)
    until = last.date() if last is not None else snapshot.at.astimezone(snapshot.zone).date()
    found = work_of(snapshot, columns, places, by=by, grids=grids, until=until)
    if out is not None:
        with replaced(out, replace=force) as made:
            write_table(as_table(found), made, out.suffix.lower().removeprefix("."), layer="workload")
        typer.echo(f"{out}: {len(found):,} rows")
        return
    typer.echo("\t".join(("code", "name", "households", "incidents", "elements", "hours")))
    for each in found:
        figures = (each.households, each.incidents, each.elements, each.hours)
        typer.echo("\t".join((each.code, each.name, *(f"{figure:,.1f}" for figure in figures))))
