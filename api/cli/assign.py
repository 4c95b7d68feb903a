"""`yiwang assign`: which grid owns each row of a file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from api.assigning import (
    AssignRefused,
    Net,
    Outcome,
    Reading,
    assign_file,
    assign_folder,
    net_from_file,
    net_of_district,
    on_dask,
)
from boundaries.land import districts
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from gis.datums import Datum


class Engine(StrEnum):
    """Who does the parts: this process, or the workers of a Dask cluster."""

    HERE = "here"
    DASK = "dask"


def assign(
    source: Annotated[Path, typer.Argument(help="points: a file, or a folder of .parquet")],
    target: Annotated[
        Path, typer.Argument(help="the same rows with their grid: a file, or a folder for Parquet in parts")
    ],
    net: Annotated[Path | None, typer.Option(help="polygons of a file instead of the register")] = None,
    code: Annotated[str | None, typer.Option(help="the column of --net that holds the codes")] = None,
    lowest_wins: Annotated[
        bool, typer.Option("--lowest-wins", help="accept a --net that overlaps: the lowest code owns")
    ] = False,
    district: Annotated[str | None, typer.Option(help="grids of this district of the register")] = None,
    lon: Annotated[str | None, typer.Option(help="column of longitudes")] = None,
    lat: Annotated[str | None, typer.Option(help="column of latitudes")] = None,
    wkt: Annotated[str | None, typer.Option(help="column of points as WKT")] = None,
    datum: Annotated[
        Datum | None, typer.Option(help="of the degrees; needed unless the file states it")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="of a GeoPackage with several")] = None,
    encoding: Annotated[str, typer.Option(help="of a CSV: utf-8 or gb18030")] = "utf-8",
    column: Annotated[str, typer.Option("--as", help="name of the new column")] = "grid",
    engine: Annotated[Engine, typer.Option(help="who does the parts of a folder")] = Engine.HERE,
    scheduler: Annotated[str | None, typer.Option(help="of a Dask cluster, as tcp://host:port")] = None,
    workers: Annotated[int, typer.Option(help="Dask processes here, without --scheduler", min=1)] = 2,
) -> None:
    """Copy a file of points of any size with the code of the grid that owns each.

    .csv, .ndjson, .parquet, .arrow (.feather), .arrows (a stream) and .gpkg, each to each. Rows without a
    usable point go to <target>.rejected.csv with the reason. The output appears at the end, whole, or not
    at all. Parquet into a folder goes part by part: a run that was killed goes on where it stopped.
    """
    chosen = _net(net, code, lowest_wins, district)
    reading = Reading(lon=lon, lat=lat, wkt=wkt, datum=datum)
    if engine is Engine.DASK or source.is_dir() or not target.suffix:
        with _progress() as progress:
            task = progress.add_task(source.name, total=None)
            outcome, checksum = assign_folder(
                source,
                target,
                chosen,
                reading,
                column=column,
                engine=on_dask(scheduler=scheduler, workers=workers) if engine is Engine.DASK else None,
                on_progress=lambda done, total: progress.update(task, completed=done, total=total),
            )
        typer.echo(f"{_told(outcome, target)}; checksum {checksum[:16]}")
        return
    with _progress() as progress:
        task = progress.add_task(source.name, total=None)
        outcome = assign_file(
            source,
            target,
            chosen,
            reading,
            column=column,
            layer=layer,
            encoding=encoding,
            on_progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    typer.echo(_told(outcome, target))


def _net(net: Path | None, code: str | None, lowest_wins: bool, district: str | None) -> Net:
    if net is not None:
        if code is None or district is not None:
            raise AssignRefused("--net needs --code, the column of the codes, and no --district")
        return net_from_file(net, code, lowest_wins=lowest_wins)
    settings = Settings()
    database = Database.open(settings)
    try:
        with database.transaction() as session:
            known = districts.codes(session)
            chosen = district or settings.district or (known[0] if len(known) == 1 else None)
            if chosen is None:
                raise AssignRefused("name the net: --district " + (" or ".join(known) or "…") + ", or --net")
            return net_of_district(session, chosen)
    finally:
        database.close()


def _told(outcome: Outcome, target: Path) -> str:
    told = (
        f"{outcome.rows} rows: {outcome.owned} owned, {outcome.outside} outside, {outcome.rejected} rejected"
    )
    return f"{told} ({outcome.rejects})" if outcome.rejects else f"{told}; written to {target}"


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
