"""`yiwang net`: is this a net, and if not, mend it. Exit status: 0 sound, 1 faults, 2 cannot be read."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from api.cli.net_past import as_of, compare_states
from api.cli.net_sides import grid_sides
from api.cli.net_table import from_table
from api.net_files import read_net, write_net
from boundaries.land import districts
from boundaries.land.importing.frame import Stated
from boundaries.land.standing import standing_net
from boundaries.store.database import Database
from boundaries.store.errors import Refusal
from boundaries.store.settings import Settings
from gis.coverage import CoverageReport, check_coverage, repair_coverage
from gis.datums import Datum, WrongFrame

app = typer.Typer(help="Check a net of polygons, and mend it.", no_args_is_help=True)

app.command("from-table")(from_table)
app.command("sides")(grid_sides)

FAULTS = 1
UNREADABLE = 2

Source = Annotated[Path | None, typer.Argument(help="GPKG, GeoJSON, SHP, FGB, Parquet, KML, DXF, CSV, zip")]
Within = Annotated[Path | None, typer.Option(help="the parent: the net must tile it")]
Code = Annotated[str | None, typer.Option(help="the column that names the polygons; else row numbers")]
MetricCrs = Annotated[int | None, typer.Option(help="EPSG number of the CRS to measure in, such as 4547")]
CrsText = Annotated[str | None, typer.Option(help="of the coordinates, such as EPSG:4547")]
DatumName = Annotated[Datum | None, typer.Option(help="of degrees")]
Layer = Annotated[str | None, typer.Option(help="of a file with several")]
Faults = Annotated[Path | None, typer.Option(help="write the faults here, as GeoJSON")]
Sliver = Annotated[float, typer.Option(help="metres: parts narrower than this are listed as slivers")]

_Result = TypeVar("_Result")


@app.command("check")
def check(
    file: Source = None,
    district: Annotated[str | None, typer.Option(help="today's grids of this district instead")] = None,
    within: Within = None,
    code: Code = None,
    metric_crs: MetricCrs = None,
    crs: CrsText = None,
    datum: DatumName = None,
    layer: Layer = None,
    faults: Faults = None,
    sliver_width: Sliver = 1.0,
) -> None:
    """Print overlaps, gaps, unmatched edges, slivers, strays, uncovered land and invalid polygons."""
    if (file is None) == (district is None):
        raise typer.BadParameter("name a file, or --district", param_hint="FILE")
    stated = Stated(crs, datum)
    if file is not None:
        polygons, metric, parent = _or_exit(
            lambda: _from_files(file, within, code, stated, metric_crs, layer)
        )
    else:
        polygons, metric, parent = _or_exit(lambda: _from_register(str(district), within, stated, metric_crs))
    report = _or_exit(lambda: check_coverage(polygons, parent, metric_crs=metric, sliver_width=sliver_width))
    typer.echo(report.to_text())
    typer.echo(f"measured in EPSG:{metric}")
    _save_faults(report, faults)
    raise typer.Exit(0 if report.is_sound else FAULTS)


@app.command("repair")
def repair(
    file: Annotated[Path, typer.Argument(help="a net, in any format that the import reads")],
    out: Annotated[Path, typer.Argument(help="the mended net: .gpkg, .geojson, .fgb, .shp or .parquet")],
    max_gap_width: Annotated[float, typer.Option(help="metres: enclosed gaps narrower than this are filled")],
    snap: Annotated[float, typer.Option(help="metres: loose corners closer than this become one")] = 0.0,
    collapse: Annotated[
        bool, typer.Option(help="also take away spikes and polygons thinner than --snap")
    ] = False,
    within: Within = None,
    code: Code = None,
    metric_crs: MetricCrs = None,
    crs: CrsText = None,
    datum: DatumName = None,
    layer: Layer = None,
    faults: Faults = None,
) -> None:
    """Write the net with borders noded, overlaps given to one, thin gaps filled; print what changed.

    The output is in lon/lat (EPSG:4326), with all columns. --faults gets what remains. Grids in the
    register are changed by plans, not by this.
    """
    stated = Stated(crs, datum)
    polygons, metric, parent = _or_exit(lambda: _from_files(file, within, code, stated, metric_crs, layer))

    def mended() -> Any:
        net, report = repair_coverage(
            polygons, parent, metric_crs=metric, max_gap_width=max_gap_width, snap=snap, collapse=collapse
        )
        write_net(net, out)
        return report

    report = _or_exit(mended)
    typer.echo(report.to_text())
    typer.echo(f"measured in EPSG:{metric}; written to {out}")
    _save_faults(report.remaining, faults)
    raise typer.Exit(0 if report.is_sound else FAULTS)


def _from_files(
    file: Path,
    within: Path | None,
    code: str | None,
    stated: Stated,
    metric_crs: int | None,
    layer: str | None,
) -> tuple[Any, int, Any]:
    polygons, metric = read_net(file, code=code, stated=stated, metric_crs=metric_crs, layer=layer)
    return polygons, metric, _parent(within, stated, metric)


def _from_register(
    code: str, within: Path | None, stated: Stated, metric_crs: int | None
) -> tuple[Any, int, Any]:
    database = Database.open(Settings())
    try:
        with database.transaction() as session:
            district = districts.get(session, code)
            net, outlines = standing_net(session, district)
            metric = metric_crs or district.metric_crs
    finally:
        database.close()
    return net, metric, outlines if within is None else _parent(within, stated, metric)


def _parent(within: Path | None, stated: Stated, metric: int) -> Any:
    if within is None:
        return None
    return read_net(within, code=None, stated=stated, metric_crs=metric, layer=None)[0]


def _or_exit(work: Callable[[], _Result]) -> _Result:
    try:
        return work()
    except (Refusal, WrongFrame) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(UNREADABLE) from None


def _save_faults(report: CoverageReport, path: Path | None) -> None:
    if path is not None:
        path.write_text(report.to_geojson(), encoding="utf-8")


app.command("as-of")(as_of)
app.command("compare")(compare_states)
