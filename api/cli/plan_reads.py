"""`yiwang plan problems`, `preview` and `net`: a plan looked at without the page."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import geopandas as gpd
import typer

from api.cli.plan_common import (
    BLOCKED,
    As,
    Code,
    Operation,
    Parameters,
    Place,
    json_object,
    register_for_plans,
)
from api.cli.register import acting_as
from api.net_files import write_net
from boundaries.land import plans
from gis.net import Figures

_FORMS = ".gpkg, .geojson, .fgb, .shp or .parquet"


def problems(code: Code, district: Place = None) -> None:
    """What to look at before publication, with size and place (lon, lat); status 1 if anything blocks."""
    with register_for_plans(district) as (session, place):
        found = plans.diff(session, place, plans.find(session, place, code)).problems
    for each in found:
        size = "" if each.size is None else f"{each.size:g} {each.unit}".strip()
        where = "" if each.place is None else "{:.6f}, {:.6f}".format(*each.place)
        severity = "blocks" if each.blocks else each.severity
        typer.echo(f"{severity}\t{each.code}\t{each.grid}\t{size}\t{where}\t{each.detail}")
    if any(each.blocks for each in found):
        raise typer.Exit(BLOCKED)


def preview(
    code: Code,
    operation: Operation,
    who: As,
    parameters: Parameters = "-",
    out: Annotated[Path | None, typer.Option(help=f"the grids that it would change: {_FORMS}")] = None,
    district: Place = None,
) -> None:
    """The figures that an edit would give, before → after, or why it is refused; nothing is written.

    New grids are named *1, *2 … until the edit is made.
    """
    given = json_object(sys.stdin.read() if parameters == "-" else parameters)
    with register_for_plans(district) as (session, place):
        done = plans.preview(session, place, code, operation, given, by=acting_as(session, who))
    change = done.change
    if change is None:
        typer.echo("no ground changes")
        return
    for grid in change.changed:
        typer.echo(f"{grid}\t{_told(change.before.get(grid))} → {_told(change.after.get(grid))}")
    if change.noded:
        typer.echo(f"only a vertex more: {' '.join(change.noded)}")
    if done.edit.moved_m:
        typer.echo(f"the border was led up to {done.edit.moved_m:.1f} m aside")
    if out is not None:
        write_net(_frame(done.drawing, [each for each in change.changed if each in change.net.faces]), out)


def net(
    code: Code,
    out: Annotated[Path, typer.Option(help=f"the net: {_FORMS}")],
    district: Place = None,
) -> None:
    """Write the grids in the plan's scope as the plan leaves them, with their figures."""
    with register_for_plans(district) as (session, place):
        drawing = plans.drawing_of(session, place, plans.find(session, place, code))
        codes = sorted(drawing.net.free)
        frame = _frame(drawing, codes)
        bands = plans.bands_of(session, place, drawing, codes)
    frame["least"], frame["most"] = ([bands.get(each, (None, None))[end] for each in codes] for end in (0, 1))
    write_net(frame, out)
    typer.echo(f"{len(codes)} grids, {int(frame['changed'].sum())} of them changed; written to {out}")
    stacked = sorted(drawing.net.stacks.keys() - drawing.net.locked)
    if stacked:
        typer.echo(f"立体, without ground and not in the file: {' '.join(stacked)}")


def _told(figures: Figures | None) -> str:
    if figures is None:
        return "none"
    return f"{figures.area_m2:.0f} m², {figures.buildings} buildings, {figures.households} households"


def _frame(drawing: plans.Drawing, codes: Sequence[str]) -> gpd.GeoDataFrame:
    """One row for each grid with ground: names, figures, shape in WGS 84."""
    figures = drawing.net.figures(codes)
    rows: list[dict[str, Any]] = [
        {
            "code": code,
            "name": facts.name,
            "kind": facts.kind,
            "community": drawing.net.community(code),
            "group": facts.group_code,
            "changed": code in drawing.changed,
            **vars(figures[code]),
        }
        for code in codes
        for facts in (drawing.facts_of(code),)
    ]
    return gpd.GeoDataFrame(rows, geometry=[drawing.net.faces[code].shape for code in codes], crs=4326)
