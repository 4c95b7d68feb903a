"""`yiwang report`: what gathers where, as one file that opens without any network."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from api.cli.register import opened_at
from api.incidents_held import Happened
from api.reporting import report_of, write_report
from boundaries.affairs import gathering
from boundaries.affairs.columns import grid_codes, read
from boundaries.affairs.places import Places
from boundaries.affairs.question import Question, Rate
from boundaries.affairs.refusals import BadDensityQuestion
from boundaries.duty import snapshot as snapshots
from web_map.report import AssetsMissing
from web_map.report.data import Lang

app = typer.Typer(help="Reports that open from a USB stick.", no_args_is_help=True)

_FORMS = {".html": "html", ".pdf": "pdf", ".png": "png"}
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command()
def density(
    out: Annotated[Path, typer.Argument(help="report.html, .pdf or .png")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="first day")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="last day, included")],
    district: Annotated[str | None, typer.Option(help="needed where there are several")] = None,
    area: Annotated[str | None, typer.Option(help="a street or community; else the whole")] = None,
    matter: Annotated[str | None, typer.Option(help="with all below it; else all")] = None,
    rate: Annotated[str, typer.Option(help="count, km2, households or smoothed")] = "count",
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    public: Annotated[
        bool,
        typer.Option(
            help="for everybody: no points; sensitive matters only where named, without small counts"
        ),
    ] = False,
) -> None:
    """Density of incidents: map, hexagons, heat, series, top list and hot spots in one file."""
    form = _FORMS.get(out.suffix.lower())
    if form is None:
        raise typer.BadParameter(f"{out.name}: .html, .pdf or .png", param_hint="OUT")
    if rate not in ("count", "km2", "households", "smoothed") or lang not in ("zh", "en"):
        raise typer.BadParameter("rate is count, km2, households or smoothed; lang is zh or en")
    with opened_at(district) as (session, place):
        snapshot = snapshots.build(session, place.code)
        columns, _ = read(session, snapshot.district.id, snapshot.zone)
        places = Places.of(snapshot, columns, grid_codes(session, snapshot.district.id))
    hidden = frozenset(code for code, each in snapshot.matters.items() if each.sensitive and public)
    veiled = matter in hidden
    question = Question(
        "grid",
        cast(Rate, rate),
        first.date(),
        last.date(),
        matter=matter,
        area=area,
        exclude=frozenset() if veiled else hidden,
    )
    try:
        data = report_of(
            snapshot,
            Happened(snapshot, columns, places, stale=False),
            question,
            gathering.neighbours(snapshot),
            made_on=snapshot.at.astimezone(snapshot.zone).date(),
            veiled=veiled,
            points=not public,
            lang=cast(Lang, lang),
        )
        content = write_report(data, cast(Literal["html", "pdf", "png"], form))
    except (BadDensityQuestion, AssetsMissing) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(2) from None
    out.write_bytes(content)
    typer.echo(f"{out}: {data.total:,} incidents, {len(data.grids):,} grids, {len(content) / 1e6:.1f} MB")
