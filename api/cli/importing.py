"""`yiwang import`: files of the district's offices into the register, and `yiwang district` before that."""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from api.cli.register import chosen
from boundaries.land import districts
from boundaries.land.importing import (
    KINDS,
    Examined,
    ImportBlocked,
    Request,
    Stated,
    codes_in,
    commit,
    dry_run,
)
from boundaries.land.importing import Progress as OnProgress
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from gis.datums import Datum

BLOCKED = 2  # the exit status of a file that cannot be imported as it is


def import_file(
    kind: Annotated[str, typer.Argument(help=", ".join(KINDS))],
    path: Annotated[Path, typer.Argument(help="GPKG, GeoJSON, SHP, FGB, Parquet, KML, DXF, XLSX, CSV, zip")],
    do_commit: Annotated[bool, typer.Option("--commit", help="import; without it only a dry run")] = False,
    district: Annotated[str | None, typer.Option(help="its code; needed where there are several")] = None,
    layer: Annotated[str | None, typer.Option(help="layer or sheet")] = None,
    encoding: Annotated[str | None, typer.Option(help="utf-8 or gb18030; else found out")] = None,
    crs: Annotated[str | None, typer.Option(help="of the coordinates, such as EPSG:4547")] = None,
    datum: Annotated[Datum | None, typer.Option(help="of degrees")] = None,
    swap: Annotated[bool, typer.Option("--swap", help="the second coordinate comes first")] = False,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="field=column; field= leaves it out")
    ] = None,
    constants: Annotated[list[str] | None, typer.Option("--set", help="field=value for empty cells")] = None,
    line: Annotated[str, typer.Option(help="code of the line, for lines")] = "",
    line_name: Annotated[str, typer.Option(help="name of the line")] = "",
    line_matters: Annotated[
        str | None, typer.Option("--matters", help="matters that go by the line: 0101,0102")
    ] = None,
    valid_from: Annotated[str | None, typer.Option(help="since when it holds, such as 2026-01-01")] = None,
    skip_refused: Annotated[bool, typer.Option("--skip-refused", help="import the good rows only")] = False,
    accept_faults: Annotated[
        bool, typer.Option("--accept-faults", help="import grids although they overlap")
    ] = False,
    faults: Annotated[Path | None, typer.Option(help="write the coverage faults here, as GeoJSON")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the report as JSON")] = False,
) -> None:
    """Check a file and print what is wrong with it; with --commit import it, all or nothing."""
    database = Database.open(Settings())
    with database.transaction() as session:
        place = chosen(session, district)
        code, zone = place.code, ZoneInfo(place.timezone)
    request = Request(
        kind=kind,
        layer=layer,
        encoding=encoding,
        frame=Stated(crs, datum, swap),
        mapping=_pairs(mapping, "--map"),
        constants=_pairs(constants, "--set"),
        line_code=line,
        line_name=line_name,
        line_matters=None if line_matters is None else codes_in(line_matters),
        valid_from=_instant(valid_from, zone),
        skip_refused=skip_refused,
        accept_faults=accept_faults,
    )
    if kind == "lines" and not line:
        raise typer.BadParameter("a line needs its code: --line police", param_hint="--line")
    examined: Examined | None = None
    try:
        with _progress() as on_progress, database.transaction() as session:
            if do_commit:
                examined = commit(session, code, path, request, by=_who(), on_progress=on_progress)
            else:
                examined = dry_run(session, code, path, request, on_progress)
        report = examined.report
    except ImportBlocked as blocked:
        report = blocked.found
    finally:
        database.close()
    if faults is not None and examined is not None and examined.coverage is not None:
        faults.write_text(examined.coverage.to_geojson(), encoding="utf-8")
    typer.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=1) if as_json else report.to_text())
    if not report.may_commit:
        raise typer.Exit(BLOCKED)


def create_district(
    code: Annotated[str, typer.Argument(help="such as 140502")],
    name: Annotated[str, typer.Option(help="such as 城区")],
    metric_crs: Annotated[int, typer.Option(help="EPSG number in which areas are measured, such as 4547")],
    scheme: Annotated[str, typer.Option(help="CN-12+3 or free")] = "CN-12+3",
    timezone: Annotated[str, typer.Option(help="of the district")] = "Asia/Shanghai",
) -> None:
    """Create a district, into which files can be imported; the same again changes nothing."""
    database = Database.open(Settings())
    try:
        with database.transaction() as session:
            made = districts.create(
                session, code=code, name=name, metric_crs=metric_crs, code_scheme=scheme, timezone=timezone
            )
            typer.echo(f"district {made.code} {made.name}, measured in EPSG:{made.metric_crs}")
    finally:
        database.close()


def _pairs(given: list[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for one in given or []:
        name, sign, value = one.partition("=")
        if not sign or not name:
            raise typer.BadParameter(f"“{one}” is not field=…", param_hint=option)
        pairs[name.strip()] = value.strip()
    return pairs


def _instant(given: str | None, zone: ZoneInfo) -> datetime | None:
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(f"“{given}” is no date", param_hint="--valid-from") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _who() -> str:
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # an account without a name, as in containers
        return "cli"


@contextmanager
def _progress() -> Iterator[OnProgress]:
    """A bar on the terminal, nothing where the output goes elsewhere."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("opening", total=None)

        def show(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield show
