"""`yiwang incidents export`, `count` and `surface`: incidents and their figures as files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, cast, get_args

import msgspec
import typer

from api.cli.net_past import instant_of
from api.cli.register import opened_at, user_of
from api.incidents_shown import wanted_by
from boundaries.affairs import series, surfaces
from boundaries.affairs.columns import grid_codes, read
from boundaries.affairs.exports import incident_rows, write_figures
from boundaries.affairs.places import Places
from boundaries.affairs.question import Bucket, Question, Rate, Unit
from boundaries.duty import snapshot as snapshots
from boundaries.export import replaced, write_table

Out = Annotated[Path, typer.Argument(help=".csv, .xlsx, .parquet or .gpkg")]
Place = Annotated[str | None, typer.Option("--district", help="its code; needed where there are several")]
Area = Annotated[str | None, typer.Option(help="only inside this area")]
Matter = Annotated[str | None, typer.Option(help="with all below it; else all")]
Public = Annotated[bool, typer.Option("--public", help="for everybody")]
Force = Annotated[bool, typer.Option("--force", help="replace what is there")]
Who = Annotated[
    str | None, typer.Option("--as", help="what this account may have; else everything", envvar="YIWANG_AS")
]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])]


def export(
    out: Out,
    since: Annotated[str | None, typer.Option("--from", help="happened then or later")] = None,
    until: Annotated[str | None, typer.Option("--to", help="happened before")] = None,
    area: Area = None,
    matter: Matter = None,
    state: Annotated[str | None, typer.Option(help="of the flow: collected, filed, …")] = None,
    public: Public = False,
    who: Who = None,
    force: Force = False,
    district: Place = None,
) -> None:
    """Write incidents of any number; with --public no places, words, persons, and nothing sensitive."""
    with opened_at(district) as (session, place):
        snapshot = snapshots.build(session, place.code)
        user = user_of(session, who)
        wanted = wanted_by(
            user,
            snapshot,
            area=area,
            grid=None,
            matter=matter,
            state=state,
            since=instant_of(since, place.timezone, "--from"),
            before=instant_of(until, place.timezone, "--to"),
        )
        whole = user.may("worker") and not public
        with replaced(out, replace=force) as made:
            rows = incident_rows(session, place, snapshot, wanted, whole=whole)
            count = write_table(rows, made, _form(out), layer="incidents", kind="Point")
    typer.echo(f"{out}: {count:,} incidents")


def count(
    out: Out,
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="first day")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="last day, included")],
    unit: Annotated[str, typer.Option(help="grid, community, street, building, h3 or square")] = "grid",
    rate: Annotated[str, typer.Option(help="count, km2, households or smoothed")] = "count",
    bucket: Annotated[str, typer.Option(help="none, day, week, month or year")] = "none",
    size: Annotated[float | None, typer.Option(help="H3 resolution 5–12, or metres of a square")] = None,
    area: Area = None,
    matter: Matter = None,
    public: Public = False,
    force: Force = False,
    district: Place = None,
) -> None:
    """Count incidents by place and time, as `/v1/density` does; --public masks ones and twos of what is
    sensitive, which counts only where it is asked for by its own name."""
    for value, known, hint in ((unit, Unit, "--unit"), (rate, Rate, "--rate"), (bucket, Bucket, "--bucket")):
        if value not in get_args(known):
            raise typer.BadParameter(f"one of {', '.join(get_args(known))}", param_hint=hint)
    with opened_at(district) as (session, place):
        snapshot = snapshots.build(session, place.code)
        columns, _ = read(session, place.id, snapshot.zone)
        places = Places.of(snapshot, columns, grid_codes(session, place.id))
    hidden = frozenset(code for code, each in snapshot.matters.items() if each.sensitive and public)
    veiled = matter in hidden
    question = Question(
        cast(Unit, unit),
        cast(Rate, rate),
        first.date(),
        last.date(),
        bucket=cast(Bucket, bucket),
        matter=matter,
        area=area,
        size=size,
        exclude=frozenset() if veiled else hidden,
    )
    found = series.frames(snapshot, columns, question, places)
    if veiled:
        found = series.masked(found)
    with replaced(out, replace=force) as made:
        rows = write_figures(snapshot, found, question.unit, made, _form(out))
    typer.echo(f"{out}: {rows:,} rows, {len(found.codes):,} cells in {len(found.buckets)} buckets")


def surface(
    out: Annotated[Path, typer.Argument(help=".geojson")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="first day")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="last day, included")],
    bucket: Annotated[str, typer.Option(help="none, day, week, month or year")] = "none",
    bandwidth: Annotated[float, typer.Option(help="of the kernel, metres")] = surfaces.BANDWIDTH_M,
    area: Area = None,
    matter: Matter = None,
    public: Public = False,
    force: Force = False,
    district: Place = None,
) -> None:
    """Draw how dense it is anywhere, as `/v1/density/surface` does; --public is made of squares of 250 m,
    those with fewer than three left out."""
    if bucket not in get_args(Bucket):
        raise typer.BadParameter(f"one of {', '.join(get_args(Bucket))}", param_hint="--bucket")
    if out.suffix.lower() != ".geojson":
        raise typer.BadParameter(f"{out.name}: .geojson", param_hint="OUT")
    with opened_at(district) as (session, place):
        snapshot = snapshots.build(session, place.code)
        columns, _ = read(session, place.id, snapshot.zone)
        places = Places.of(snapshot, columns, grid_codes(session, place.id))
    hidden = frozenset(code for code, each in snapshot.matters.items() if each.sensitive and public)
    found = surfaces.surface_frames(
        snapshot,
        columns,
        Question(
            "grid",
            "count",
            first.date(),
            last.date(),
            bucket=cast(Bucket, bucket),
            matter=matter,
            area=area,
            exclude=frozenset() if matter in hidden else hidden,
        ),
        places,
        bandwidth_m=bandwidth,
        coarse=public,
    )
    drawn = surfaces.as_dict(found)["surface"]
    with replaced(out, replace=force) as made:
        made.write_bytes(msgspec.json.encode(drawn))
    typer.echo(f"{out}: {len(drawn['features']):,} bands of {len(found.buckets):,} surfaces")


def _form(out: Path) -> str:
    return out.suffix.lower().removeprefix(".")
