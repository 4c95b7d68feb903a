"""`yiwang incidents`: what happened, from and to files, and its way to the end."""

import csv
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd
import typer

from api.cli import incident_files, incident_flow
from api.cli.importing import BLOCKED, _pairs
from api.cli.register import chosen
from boundaries.affairs import incidents
from boundaries.affairs.incidents_sieve import Sifted, sift
from boundaries.land.importing.reading import read
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from gis.datums import Datum

app = typer.Typer(help="Incidents: what happened, where, and in whose grid.", no_args_is_help=True)
app.command("list")(incident_flow.list_)
app.command("show")(incident_flow.show)
app.command("step")(incident_flow.step)
app.command("export")(incident_files.export)
app.command("count")(incident_files.count)
app.command("surface")(incident_files.surface)
SHOWN = 20


@app.command("import")
def import_incidents(
    path: Annotated[Path, typer.Argument(help="CSV, XLSX or Parquet", exists=True, dir_okay=False)],
    datum: Annotated[Datum, typer.Option(help="of lon and lat")],
    do_commit: Annotated[bool, typer.Option("--commit", help="import; without it only a dry run")] = False,
    district: Annotated[str | None, typer.Option(help="its code; needed where there are several")] = None,
    source: Annotated[str, typer.Option(help="for rows without one, such as 12345")] = "",
    system: Annotated[str | None, typer.Option(help="matters are codes of this system (aliases)")] = None,
    zone: Annotated[str | None, typer.Option(help="of times written without one: Asia/Shanghai")] = None,
    mapping: Annotated[list[str] | None, typer.Option("--map", help="field=column")] = None,
    skip_refused: Annotated[bool, typer.Option("--skip-refused", help="import the good rows only")] = False,
    refused: Annotated[Path | None, typer.Option(help="write the refused rows here, as CSV")] = None,
) -> None:
    """Check a file of incidents and say what is wrong with it; with --commit import it."""
    frame, numbers = _read(path, _pairs(mapping, "--map"))
    stated = _zone(zone)
    database = Database.open(Settings())
    try:
        with database.transaction() as session:
            mine = chosen(session, district)
            stamp = clock.hold(session)
            dry = session.begin_nested()
            sifted = sift(
                session, mine, frame, now=stamp, datum=datum, source=source, system=system, zone=stated
            )
            may = bool(len(sifted.rows)) and (skip_refused or not sifted.refused)
            tally = incidents.put(session, mine, sifted.rows, stamp=stamp, by="yiwang") if may else None
            if do_commit:
                dry.commit()
            else:
                dry.rollback()
    finally:
        database.close()
    _say(sifted, numbers)
    if refused is not None:
        _write(refused, sifted, numbers)
    if tally is None:
        typer.echo("nothing was written")
        raise typer.Exit(BLOCKED)
    done = "imported" if do_commit else "dry run, nothing was written"
    typer.echo(f"{done}: {tally.added:,} new, {tally.changed:,} changed, {tally.unchanged:,} unchanged")


def _read(path: Path, mapping: dict[str, str]) -> tuple[pd.DataFrame, list[int]]:
    """The rows, and the number of each as the user counts it."""
    if path.suffix.lower() in (".parquet", ".pq"):
        try:
            frame = pd.read_parquet(path)
        except (OSError, ValueError) as error:
            raise typer.BadParameter(f"{path.name} cannot be read as Parquet: {error}") from None
        frame, numbers = frame.reset_index(drop=True), list(range(1, len(frame) + 1))
    else:
        table = read(path)
        frame, numbers = table.cells, [int(row) for row in table.rows]
    missing = [column for column in mapping.values() if column and column not in frame.columns]
    if missing:
        raise typer.BadParameter(f"{path.name} has no column {missing[0]}", param_hint="--map")
    taken = {field: frame[column] for field, column in mapping.items() if column}
    left_out = [field for field, column in mapping.items() if not column and field in frame.columns]
    return frame.drop(columns=left_out).assign(**taken), numbers


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        raise typer.BadParameter(f"“{name}” is no time zone", param_hint="--zone") from None


def _say(sifted: Sifted, numbers: list[int]) -> None:
    typer.echo(f"rows: {len(numbers):,} read, {len(sifted.rows):,} good, {len(sifted.refused):,} refused")
    for each in sifted.refused[:SHOWN]:
        typer.echo(f"  row {numbers[each.row]}, {each.field}: {each.reason} (“{each.value}”)")
    if len(sifted.refused) > SHOWN:
        typer.echo(f"  … and {len(sifted.refused) - SHOWN:,} more; --refused FILE lists them all")


def _write(path: Path, sifted: Sifted, numbers: list[int]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("row", "field", "reason", "value"))
        rows.writerows((numbers[each.row], each.field, each.reason, each.value) for each in sifted.refused)
