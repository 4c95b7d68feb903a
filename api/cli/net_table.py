"""`yiwang net from-table`: a net from a table that says which buildings belong to which grid."""

import csv
from pathlib import Path
from typing import Annotated, Any

import geopandas as gpd
import typer

from api.net_files import read_net, write_net
from boundaries.land.importing.errors import UnknownField
from boundaries.land.importing.frame import Stated
from boundaries.land.importing.reading import Table, read
from boundaries.store.errors import Refusal
from gis.allotment import Allotment, net_from_table
from gis.datums import Datum, WrongFrame
from gis.partition import PartitionRefused

NOT_ALL_USED = 1
UNREADABLE = 2


def from_table(
    table: Annotated[Path, typer.Argument(help="rows grid, buildings: .csv or .xlsx")],
    community: Annotated[Path, typer.Option(help="one polygon: the ground that the grids shall tile")],
    buildings: Annotated[Path, typer.Option(help="footprints")],
    out: Annotated[Path, typer.Option(help="the net: .gpkg, .geojson, .fgb, .shp or .parquet")],
    barriers: Annotated[Path | None, typer.Option(help="roads, rivers: land is divided along them")] = None,
    grid_column: Annotated[str, typer.Option(help="of the table")] = "网格",
    list_column: Annotated[str, typer.Option(help="of the table, such as 1–8号楼")] = "楼栋",
    name_column: Annotated[str, typer.Option(help="of the buildings, such as 3号楼")] = "name",
    compound_column: Annotated[str | None, typer.Option(help="of the buildings: the 小区")] = None,
    unmatched: Annotated[Path | None, typer.Option(help="write what was not used here, as CSV")] = None,
    metric_crs: Annotated[int | None, typer.Option(help="EPSG number of the CRS to measure in")] = None,
    crs: Annotated[str | None, typer.Option(help="of the coordinates, such as EPSG:4547")] = None,
    datum: Annotated[Datum | None, typer.Option(help="of degrees")] = None,
) -> None:
    """Tile a community by the buildings of each grid; list the rows that could not be used.

    Exit status: 0 every row was used, 1 some were not (the net is written all the same), 2 nothing written.
    """
    stated = Stated(crs, datum)
    try:
        rows = read(table, layer=None)
        ground, metric = read_net(community, code=None, stated=stated, metric_crs=metric_crs, layer=None)
        houses, _ = read_net(buildings, code=None, stated=stated, metric_crs=metric, layer=None)
        lines = None
        if barriers is not None:
            lines = read_net(barriers, code=None, stated=stated, metric_crs=metric, layer=None)[0].geometry
        made = net_from_table(
            list(zip(_texts(rows.cells, grid_column), _texts(rows.cells, list_column), strict=True)),
            ground.geometry,
            houses.geometry,
            _texts(houses, name_column),
            lines,
            metric_crs=metric,
            compounds=None if compound_column is None else _texts(houses, compound_column),
        )
        write_net(_frame(made), out)
    except (Refusal, WrongFrame, PartitionRefused) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(UNREADABLE) from None
    _tell(made, rows, out)
    if unmatched is not None:
        with unmatched.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["row", "text", "reason"])
            writer.writerows([rows.rows[one.row], one.text, one.reason] for one in made.unmatched)
    raise typer.Exit(NOT_ALL_USED if made.unmatched or made.empty else 0)


def _texts(frame: Any, column: str) -> list[str]:
    """A column as texts, '' where a cell is empty; 3.0, as spreadsheets keep numbers, is 3."""
    if column not in frame.columns:
        have = ", ".join(str(name) for name in frame.columns if name != "geometry")
        raise UnknownField("column", column, f"the file has {have or 'no columns'}")
    cells = frame[column].tolist()
    return [
        "" if cell is None or cell != cell else str(int(cell) if _is_whole(cell) else cell) for cell in cells
    ]


def _is_whole(cell: Any) -> bool:
    return isinstance(cell, float) and cell.is_integer()


def _frame(made: Allotment) -> gpd.GeoDataFrame:
    listed = [sum(1 for at in made.grid_of_building if at == i) for i in range(len(made.grids))]
    frame = gpd.GeoDataFrame(
        {"grid": list(made.grids), "buildings": listed}, geometry=made.polygons.to_numpy(), crs=4326
    )
    return frame[frame.geometry.notna()]


def _tell(made: Allotment, rows: Table, out: Path) -> None:
    for one in made.unmatched:
        typer.echo(f"row {rows.rows[one.row]}: {one.text!r} not used: {one.reason}")
    for i in made.empty:
        typer.echo(f"{made.grids[i]}: no building found, no ground")
    for i in made.in_pieces:
        typer.echo(f"{made.grids[i]}: its buildings lie apart, it has {_parts(made, i)} pieces")
    if made.shared_cell:
        typer.echo(f"{len(made.shared_cell)} buildings overlap one of another grid and went with it")
    if made.unlisted:
        typer.echo(f"{len(made.unlisted)} buildings stand in no row and went with the ground around them")
    typer.echo(f"{len(made.grids) - len(made.empty)} grids written to {out}")


def _parts(made: Allotment, position: int) -> int:
    return len(made.polygons.iloc[position].geoms)
