"""`yiwang net as-of` and `compare`: the net of another day as a file, and any two states compared."""

import json
import re
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import typer
from sqlalchemy.orm import Session

from api.cli.register import opened_at
from api.net_files import write_net
from boundaries.duty import planned
from boundaries.duty import snapshot as snapshots
from boundaries.duty.planned import Side
from boundaries.duty.snapshot import Snapshot
from boundaries.land import plans
from boundaries.land.plans import Diff
from boundaries.store.tables import District


class Forms(StrEnum):
    """The forms of a difference."""

    json = "json"
    csv = "csv"
    xlsx = "xlsx"
    geojson = "geojson"


Form = Annotated[Forms, typer.Option("--format", help="xlsx needs --out")]
Day = Annotated[str, typer.Argument(help="such as 2026-05-03 (its beginning) or 2026-05-03T06:00")]
Named = Annotated[str, typer.Argument(help="a day, such as 2026-05-03, or a plan, such as P00007")]
KnownAt = Annotated[str | None, typer.Option(help="as the register knew it then; without it: now")]
DistrictCode = Annotated[str | None, typer.Option("--district", help="needed where there are several")]


def as_of(
    day: Day,
    out: Annotated[Path, typer.Option(help="the net: .gpkg, .geojson, .fgb, .shp or .parquet")],
    known_at: KnownAt = None,
    district: DistrictCode = None,
) -> None:
    """Write the grids that were in force on a day: code, community, name, kind, households."""
    with opened_at(district) as (session, place):
        state = _state(session, place, day, known_at)
    write_net(_frame(state), out)
    typer.echo(f"net version {state.net_version} with {len(state.grids)} grids; written to {out}")


def compare_states(
    before: Named,
    after: Named,
    form: Form = Forms.json,
    out: Annotated[Path | None, typer.Option(help="write it here")] = None,
    known_at: KnownAt = None,
    district: DistrictCode = None,
) -> None:
    """What became of grids, buildings and posts between two states, each of a day or as a plan makes it.

    --known-at is for days: a plan is what it is now.
    """
    with opened_at(district) as (session, place):
        first, last = (_side(session, place, named, known_at) for named in (before, after))
    write_diff(planned.compare(first, last), form, out)


def write_diff(found: Diff, form: str, out: Path | None) -> None:
    """A difference to a file, or to standard output."""
    if form == "xlsx":
        if out is None:
            raise typer.BadParameter("a workbook needs --out", param_hint="--format")
        out.write_bytes(found.to_xlsx())
        return
    if form == "csv":
        text = found.to_csv()
    else:
        told = found.to_dict() if form == "json" else found.to_geojson()
        text = json.dumps(told, ensure_ascii=False, indent=1, default=str)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text, encoding="utf-8-sig" if form == "csv" else "utf-8")


def instant_of(given: str | None, timezone: str | None, hint: str) -> datetime | None:
    """A day or instant as typed; one without a zone is in `timezone`, or this machine's for None."""
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(f"“{given}” is no date", param_hint=hint) from None
    if found.tzinfo:
        return found
    return found.replace(tzinfo=ZoneInfo(timezone)) if timezone else found.astimezone()


def _side(session: Session, district: District, named: str, known_at: str | None) -> Side:
    if not re.fullmatch(r"P\d+", named):
        return Side(_state(session, district, named, known_at))
    plan = plans.find(session, district, named)
    return planned.side_of(session, district, plan, lambda at: snapshots.build(session, district.code, at=at))


def _state(session: Session, district: District, day: str, known_at: str | None) -> Snapshot:
    return snapshots.build(
        session,
        district.code,
        at=instant_of(day, district.timezone, "DAY"),
        known_at=instant_of(known_at, district.timezone, "--known-at"),
    )


def _frame(state: Snapshot) -> gpd.GeoDataFrame:
    households: dict[str, int] = {}
    for building in state.buildings.values():
        if building.grid is not None:
            households[building.grid] = households.get(building.grid, 0) + (building.households or 0)
    rows: list[dict[str, Any]] = [
        {
            "code": grid.code,
            "name": grid.name,
            "kind": grid.kind,
            "community": grid.community,
            "group": grid.group,
            "area_m2": grid.area_m2,
            "households": households.get(grid.code, 0),
            "net_version": grid.net_version,
            "valid_from": None if grid.since is None else grid.since.isoformat(),
            "valid_to": None if grid.until is None else grid.until.isoformat(),
        }
        for grid in state.ground
    ]
    return gpd.GeoDataFrame(rows, geometry=list(state.shapes), crs=4326)
