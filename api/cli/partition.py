"""`yiwang partition`: divide a community of a file or of the register into balanced grids."""

import re
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import geopandas as gpd
import numpy as np
import shapely
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from api.cli import picture
from api.cli.register import opened_at
from api.net_files import read_net, write_net
from boundaries.land.balancing import Weighing, read_ground
from boundaries.land.importing.errors import UnknownField
from boundaries.land.importing.frame import Stated
from boundaries.store.errors import Refusal
from gis.datums import Datum, WrongFrame
from gis.frames import MetricFrame
from gis.net import EditRefused
from gis.partition import (
    NAMES,
    Partition,
    PartitionRefused,
    Proposal,
    blocks,
    compounds,
    hexagons,
    propose,
    squares,
    voronoi,
)
from gis.partition import Progress as Step

REFUSED = 1
"""Exit status when the request is refused; 2 when the words on the command line make no sense."""
Method = Literal["balanced", "squares", "hexagons", "stations", "blocks", "compounds"]


@dataclass(frozen=True, eq=False)
class _Ground:
    outline: Any
    buildings: NDArray[np.object_]
    weight: NDArray[np.float64]
    barriers: gpd.GeoDataFrame | None
    compounds: list[Any] | None
    present: NDArray[np.object_] | None
    metric_crs: int


def partition(
    community: Annotated[str, typer.Option(help="a file with its outline, or its code in the register")],
    out: Annotated[Path, typer.Option(help="the grids: .gpkg, .geojson, .fgb, .shp or .parquet")],
    households: Annotated[str | None, typer.Option(help="of each grid, such as 300-500")] = None,
    grids: Annotated[int | None, typer.Option(help="how many, instead of --households")] = None,
    chosen: Annotated[
        list[str] | None, typer.Option(help="code of a grid of the register; once for each that may change")
    ] = None,
    locked: Annotated[
        list[str] | None, typer.Option(help="code of a grid of the register that stays; once for each")
    ] = None,
    method: Annotated[Method, typer.Option(help="all but balanced are plain divisions")] = "balanced",
    proposal: Annotated[str, typer.Option(help="balance, roads, least_change, or all")] = "balance",
    buildings: Annotated[
        Path | None, typer.Option(help="file of footprints; else a layer 'buildings'")
    ] = None,
    barriers: Annotated[Path | None, typer.Option(help="file of lines; else a layer 'barriers'")] = None,
    present: Annotated[Path | None, typer.Option(help="file of today's grids, for least_change")] = None,
    stations: Annotated[Path | None, typer.Option(help="file of points, for --method stations")] = None,
    weight: Annotated[str, typer.Option(help="column of the buildings that is balanced")] = "households",
    weigh: Annotated[Weighing, typer.Option(help="what is balanced, from the register")] = "households",
    compound: Annotated[str | None, typer.Option(help="column that names the compound of a building")] = None,
    side: Annotated[float | None, typer.Option(help="metres, of squares and hexagons")] = None,
    crs: Annotated[str | None, typer.Option(help="of files that do not say it, such as EPSG:4547")] = None,
    datum: Annotated[Datum | None, typer.Option(help="of degrees in files that do not say it")] = None,
    district: Annotated[str | None, typer.Option(help="of the register; needed where it has several")] = None,
    image: Annotated[Path | None, typer.Option("--picture", help=".png or .svg of the result")] = None,
    seed: Annotated[int, typer.Option(help="another seed, another result; the same, the same")] = 0,
    time_limit: Annotated[float, typer.Option(help="seconds, then the best so far")] = 180.0,
) -> None:
    """Divide a community: grids that tile it, no building cut, borders along the barriers.

    Ctrl-C ends the search with the best plan so far. With --proposal all, each goes to a file of its own.
    """
    bounds = None if households is None else _band(households)
    if image is not None and image.suffix.lower() not in (".png", ".svg"):
        raise typer.BadParameter("a picture is an .svg or a .png", param_hint="--picture")
    if proposal not in (*NAMES, "all"):
        raise typer.BadParameter(f"one of {', '.join(NAMES)}, all", param_hint="--proposal")
    if Path(community).suffix and (chosen or locked):
        raise typer.BadParameter("grids are chosen in the register, not in a file", param_hint="--chosen")
    stated = Stated(crs, datum)
    try:
        ground = (
            _from_files(Path(community), buildings, barriers, present, weight, compound, stated)
            if Path(community).suffix
            else _from_register(community, district, weigh, chosen or None, locked or [])
        )
        if method != "balanced":
            points = None
            if stations is not None:
                points, _ = read_net(stations, code=None, stated=stated, metric_crs=None, layer=None)
            _plain(method, ground, side, points, out, image)
            return
        if bounds is None and grids is None:
            raise typer.BadParameter("--households or --grids", param_hint="--households")
        names = NAMES if proposal == "all" else tuple(name for name in NAMES if name == proposal)
        made, left_out = _search(ground, grids, bounds, names, seed, time_limit)
    except (PartitionRefused, EditRefused, Refusal, WrongFrame) as refused:
        told = refused.facts if isinstance(refused, PartitionRefused | EditRefused) else {}
        facts = "".join(f"; {name}: {value}" for name, value in told.items())
        typer.echo(f"{refused}{facts}", err=True)
        raise typer.Exit(REFUSED) from None
    for each in made:
        _save(each, ground, out, image, alone=len(made) == 1)
    for name, why in left_out.items():
        typer.echo(f"{name}: left out: {why}")


def _band(text: str) -> tuple[float, float]:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*[-–~]\s*(\d+(?:\.\d+)?)\s*", text)
    if found is None:
        raise typer.BadParameter("two numbers, such as 300-500", param_hint="--households")
    return float(found[1]), float(found[2])


def _from_files(
    community: Path,
    buildings: Path | None,
    barriers: Path | None,
    present: Path | None,
    weight: str,
    compound: str | None,
    stated: Stated,
) -> _Ground:
    """Raises the refusals of the import's readers, UnknownField."""

    def part(file: Path | None, layer: str) -> gpd.GeoDataFrame:
        name = layer if file is None and community.suffix.lower() == ".gpkg" else None
        return read_net(file or community, code=None, stated=stated, metric_crs=None, layer=name)[0]

    single = community.suffix.lower() == ".gpkg" and buildings is None
    outline, metric = read_net(
        community, code=None, stated=stated, metric_crs=None, layer="community" if single else None
    )
    if buildings is None and not single:
        raise typer.BadParameter("the file of the buildings", param_hint="--buildings")
    houses = part(buildings, "buildings")
    for column in (weight, compound):
        if column is not None and column not in houses.columns:
            raise UnknownField("column", column, "the buildings have " + ", ".join(map(str, houses.columns)))
    return _Ground(
        outline=outline.geometry,
        buildings=houses.geometry.to_numpy(),
        weight=_numbers(houses[weight].tolist()),
        barriers=part(barriers, "barriers") if barriers is not None or single else None,
        compounds=None if compound is None else houses[compound].tolist(),
        present=None if present is None else part(present, "").geometry.to_numpy(),
        metric_crs=metric,
    )


def _numbers(cells: list[Any]) -> NDArray[np.float64]:
    """Empty cells weigh nothing; what is no number is left for the partition to refuse with its row."""

    def number(cell: Any) -> float:
        if cell is None or cell == "":
            return 0.0
        try:
            return float(cell)
        except (TypeError, ValueError):
            return float("nan")

    return np.array([number(cell) for cell in cells], dtype=np.float64)


def _from_register(
    community: str, district: str | None, weigh: str, chosen: list[str] | None, locked: list[str]
) -> _Ground:
    with opened_at(district) as (session, place):
        found = read_ground(session, place, community, weigh=weigh, chosen=chosen, locked=locked)
    return _Ground(
        outline=found.outline,
        buildings=found.buildings,
        weight=found.weight,
        barriers=found.barriers,
        compounds=list(found.compounds),
        present=found.present,
        metric_crs=found.metric_crs,
    )


def _search(
    ground: _Ground,
    grids: int | None,
    bounds: tuple[float, float] | None,
    names: tuple[Any, ...],
    seed: int,
    time_limit: float,
) -> tuple[list[Proposal], dict[Any, str]]:
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    before = signal.signal(signal.SIGINT, stop)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(),
    )
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("dividing", total=1.0, told="")

            def tell(step: Step) -> bool:
                told = f"{100 * step.deviation:5.1f} % off, {step.cost_m / 1000:.1f} km"
                bar.update(task, completed=step.share, told=told)
                return not stopped

            found = propose(
                ground.outline,
                ground.buildings,
                ground.weight,
                ground.barriers,
                metric_crs=ground.metric_crs,
                grids=grids,
                bounds=bounds,
                present=ground.present,
                names=names,
                keep_together=ground.compounds,
                seed=seed,
                on_progress=tell,
                time_limit_s=time_limit,
            )
    finally:
        signal.signal(signal.SIGINT, before)
    return found.made, dict(found.left_out)


def _save(each: Proposal, ground: _Ground, out: Path, image: Path | None, *, alone: bool) -> None:
    result = each.partition
    target = out if alone else out.with_stem(f"{out.stem}-{each.name}")
    rows = result.figures.grids
    frame = gpd.GeoDataFrame({"grid": range(1, len(rows) + 1)} | dict(rows.items()), geometry=result.polygons)
    write_net(frame, target)
    typer.echo(_told(each.name, result, target))
    if image is not None:
        chosen = image if alone else image.with_stem(f"{image.stem}-{each.name}")
        _draw(chosen, frame, ground)


def _told(name: str, result: Partition, target: Path) -> str:
    figures = result.figures
    held = figures.grids["households"]
    lines = [
        f"{name}: {len(held)} grids in {target}; {held.min():,.0f} to {held.max():,.0f}"
        f" {figures.balanced_by}, at most {100 * figures.max_deviation:.2f} % off;"
        f" {figures.inner_border_m / 1000:.1f} km of inner"
        f" border, {100 * figures.along_barriers:.0f} % along barriers; compactness"
        f" {figures.mean_compactness:.2f}"
    ]
    if name == "least_change":
        lines[0] += (
            f"; {figures.moved_households:,.0f} households moved (at least {figures.least_moved:,.0f} had to)"
        )
    if figures.relocated:
        numbers = ", ".join(str(grid + 1) for grid in figures.relocated)
        lines.append(f"  moved away from all of their present ground: grids {numbers}")
    if not result.finished:
        lines.append("  ended early: the best that was found until then")
    for blocker in result.blockers[:20]:
        kind = ": 立体 grids would divide it" if blocker.cause == "unit-over" else ""
        lines.append(
            f"  {blocker.cause}: {blocker.message} ({blocker.weight:,.0f} against {blocker.bound:,.0f};"
            f" grids {[grid + 1 for grid in blocker.grids]}, rows {list(blocker.buildings)[:5]}){kind}"
        )
    return "\n".join(lines)


def _plain(
    method: str, ground: _Ground, side: float | None, stations: Any, out: Path, image: Path | None
) -> None:
    if method in ("squares", "hexagons"):
        if side is None:
            raise typer.BadParameter("metres are needed", param_hint="--side")
        divide = squares if method == "squares" else hexagons
        tiles = divide(ground.outline, side, metric_crs=ground.metric_crs)
    elif method == "stations":
        if stations is None:
            raise typer.BadParameter("a file of points is needed", param_hint="--stations")
        places = shapely.get_coordinates(stations.geometry.to_numpy())
        tiles = voronoi(ground.outline, places, metric_crs=ground.metric_crs)
    elif method == "compounds":
        if ground.compounds is None:
            raise typer.BadParameter("the column of the compounds is needed", param_hint="--compound")
        tiles = compounds(ground.outline, ground.buildings, ground.compounds, metric_crs=ground.metric_crs)
    else:
        lines = gpd.GeoSeries([], crs=4326) if ground.barriers is None else ground.barriers
        tiles = blocks(ground.outline, lines, metric_crs=ground.metric_crs)
    tiles = tiles[tiles.notna()]
    tile, house = shapely.STRtree(shapely.point_on_surface(ground.buildings)).query(
        tiles.to_numpy(), predicate="intersects"
    )
    held = np.bincount(tile, ground.weight[house], len(tiles))
    frame = gpd.GeoDataFrame(
        {"grid": range(1, len(tiles) + 1), "households": held}, geometry=list(tiles), crs=4326
    )
    write_net(frame, out)
    typer.echo(f"{method}: {len(tiles)} grids in {out}; {held.min():,.0f} to {held.max():,.0f} households")
    if image is not None:
        _draw(image, frame, ground)


def _draw(path: Path, frame: gpd.GeoDataFrame, ground: _Ground) -> None:
    lines = np.empty(0, dtype=object) if ground.barriers is None else ground.barriers.geometry.to_numpy()
    picture.draw(
        path,
        frame.geometry.to_numpy(),
        [f"{held:,.0f}" for held in frame["households"]],
        ground.buildings,
        lines,
        MetricFrame.of(ground.metric_crs),
    )
