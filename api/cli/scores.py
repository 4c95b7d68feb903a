"""`yiwang scores` and `yiwang visits`: the score sheet of a month, and grids that nobody visits."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.answering import datum_of, to_wgs84
from api.cli.net_past import instant_of
from api.cli.register import opened_at, user_of
from api.incidents_shown import grids_in_force, local
from api.scoring import sheet_of, workbook_of
from api.visiting import add_visit
from boundaries.affairs import visits as visiting
from boundaries.duty import snapshot as snapshots
from boundaries.export import replaced

visits = typer.Typer(help="Visits: note one, and which grids nobody visits.", no_args_is_help=True)

Place = Annotated[str | None, typer.Option("--district", help="its code; needed where there are several")]
Area = Annotated[str | None, typer.Option(help="only inside this area")]
_PARTS = ("on_time", "correct_dispatch", "rework", "closed", "visits")


def scores(
    month: Annotated[str, typer.Argument(help="such as 2026-10")],
    by: Annotated[Literal["grid", "leader"], typer.Option(help="whom to score")] = "grid",
    area: Area = None,
    out: Annotated[Path | None, typer.Option(help=".xlsx, with the incidents behind each figure")] = None,
    force: Annotated[bool, typer.Option("--force", help="replace what is there")] = False,
    district: Place = None,
) -> None:
    """Print the score sheet (考核) of a month, or write it as a workbook."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        raise typer.BadParameter("a month is 2026-10", param_hint="MONTH")
    if out is not None and out.suffix.lower() != ".xlsx":
        raise typer.BadParameter("a workbook is an .xlsx", param_hint="--out")
    with opened_at(district) as (session, place):
        snapshot = snapshots.build(session, place.code)
        grids = grids_in_force(user_of(session, None), snapshot, area)
        sheet = sheet_of(session, place, snapshot, month=month, by=by, grids=grids)
        if out is not None:
            with replaced(out, replace=force) as made:
                made.write_bytes(workbook_of(session, place, snapshot, sheet))
            typer.echo(f"{out}: {len(sheet.scores):,} scores")
            return
    typer.echo("\t".join(("key", "name", "incidents", "backlog", *_PARTS, "score")))
    for row in sheet.rows:
        parts = ["-" if row[part] is None else f"{100 * row[part]:.1f} %" for part in _PARTS]
        score = "-" if row["score"] is None else f"{row['score']:.1f}"
        cells = (row["key"], row["name"], str(row["incidents"]), str(row["backlog"]), *parts, score)
        typer.echo("\t".join(cells))


@visits.command()
def add(
    kind: Annotated[str, typer.Argument(help=" or ".join(visiting.KINDS))],
    lon: Annotated[float, typer.Argument()],
    lat: Annotated[float, typer.Argument()],
    who: Annotated[str, typer.Option("--as", help="the account that notes it", envvar="YIWANG_AS")],
    datum: Annotated[str | None, typer.Option(help="of the place; else that of the account")] = None,
    at: Annotated[str | None, typer.Option(help="when; else now")] = None,
    party: Annotated[str | None, typer.Option(help="who was there; else for whom the account acts")] = None,
    note: Annotated[str, typer.Option(help="what was seen")] = "",
    district: Place = None,
) -> None:
    """Note a visit (走访 or 巡查) at a place, guarded as over HTTP."""
    with opened_at(district) as (session, place):
        snapshot = snapshots.build(session, place.code)
        user = user_of(session, who)
        told = add_visit(
            session,
            place,
            user,
            snapshot,
            to_wgs84(lon, lat, datum_of(datum, user), None),
            kind=kind,
            party=party,
            note=note,
            visited_at=instant_of(at, place.timezone, "--at"),
        )
    typer.echo(f"{told['grid']}\t{told['building'] or '-'}\t{told['party'] or '-'}\t{told['visited_at']}")


@visits.command()
def missing(
    days: Annotated[int, typer.Option(min=1, max=3660)] = 30, area: Area = None, district: Place = None
) -> None:
    """Print the grids that nobody visited for so many days, those never visited first."""
    with opened_at(district) as (session, place):
        snapshot = snapshots.build(session, place.code)
        grids = grids_in_force(user_of(session, None), snapshot, area)
        found = visiting.not_visited(session, place, grids, days=days, now=datetime.now(UTC))
        rows = [(each["grid"], local(snapshot, each["last_visit"]) or "never") for each in found]
    for grid, last in rows:
        typer.echo(f"{grid}\t{snapshot.grids[grid].name}\t{last}")
    typer.echo(f"{len(rows)} of {len(grids)} grids without a visit in {days} days", err=True)
