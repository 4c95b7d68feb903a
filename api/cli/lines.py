"""`yiwang lines`: departments' own nets over the net: overlay, crosswalk, matters that go by them."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import pandas as pd
import typer

from api.cli.net_past import instant_of
from api.cli.register import acting_as, opened_at
from boundaries.land import crosswalks, lines, merging
from boundaries.store import clock
from gis import overlay
from gis.overlay import OverlayRefused

app = typer.Typer(help="Lines: departments' own nets, before they are one.", no_args_is_help=True)
SHOWN = 20
_T = TypeVar("_T")

Place = Annotated[str | None, typer.Option("--district", help="its code; needed where there are several")]
Day = Annotated[str | None, typer.Option("--at", help="a day or an instant; else now")]
LineCode = Annotated[str, typer.Argument(help="code of the line")]
Snap = Annotated[float, typer.Option("--snap", help="metres: what is narrower is a difference of drawing")]


@app.command("list")
def list_lines(at: Day = None, district: Place = None) -> None:
    """Every line: its areas, the matters that go by it, and of which net version its crosswalk is."""
    with opened_at(district) as (session, mine):
        when = instant_of(at, mine.timezone, "--at")
        for told in lines.listed(session, mine, when):
            state = crosswalks.state(session, mine, lines.get(session, mine, told["code"]), when)
            matters = " ".join(told["matters"]) or "none"
            typer.echo(
                f"{told['code']}\t{told['name']}\t{told['areas']} areas\tmatters: {matters}\t{_state(state)}"
            )


@app.command()
def crosswalk(
    line: LineCode,
    at: Annotated[
        str | None, typer.Option("--at", help="build that of a former day; else of the net in force")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="write it here, as CSV")] = None,
    district: Place = None,
) -> None:
    """Build the crosswalk of a line to the net, keep it in the register, and say what it holds."""
    with opened_at(district) as (session, mine):
        when = instant_of(at, mine.timezone, "--at")
        built = _or_exit(lambda: crosswalks.build(session, mine, line, at=when))
    until = f" until {built.valid_to.isoformat()}" if built.valid_to else ""
    typer.echo(
        f"{line} ↔ net version {built.net_version}, from {built.valid_from.isoformat()}{until}:"
        f" {built.tally.added} new, {built.tally.changed} changed, {built.tally.unchanged} unchanged,"
        f" {built.tally.retired} ended"
    )
    _say(built.laid.found)
    if out is not None:
        built.laid.found.shares.to_csv(out, index=False, encoding="utf-8-sig")


@app.command("overlay")
def lay_over(
    codes: Annotated[list[str], typer.Argument(help="codes of lines")],
    at: Day = None,
    snap_m: Snap = crosswalks.SNAP_M,
    out: Annotated[Path | None, typer.Option(help="every piece: .csv, .gpkg or .geojson")] = None,
    district: Place = None,
) -> None:
    """Lay lines over the net: where they agree, cut, conflict or leave out, most households first."""
    with opened_at(district) as (session, mine):
        when = instant_of(at, mine.timezone, "--at")
        laid = _or_exit(lambda: crosswalks.lay(session, mine, codes, at=when, snap_m=snap_m))
    typer.echo(f"net version {laid.version.number}")
    _say(laid.found)
    if out is not None:
        _write(laid.found, out)


@app.command()
def propose(
    codes: Annotated[list[str], typer.Argument(help="codes of lines")],
    scope: Annotated[str, typer.Option(help="of the plan: code of a community, street or district")],
    who: Annotated[str, typer.Option("--as", help="the account whose plan it is", envvar="YIWANG_AS")],
    title: Annotated[str, typer.Option(help="of the plan")] = "多网合一",
    kind: Annotated[str, typer.Option(help="grids, or boundary (区划调整)")] = "grids",
    snap_m: Snap = crosswalks.SNAP_M,
    out: Annotated[Path | None, typer.Option(help="which area each grid goes to, as CSV")] = None,
    district: Place = None,
) -> None:
    """One net out of several: a draft plan under which fewest households change grid or area."""
    with opened_at(district) as (session, mine):
        by = acting_as(session, who)
        found = _or_exit(
            lambda: merging.propose(
                session, mine, codes, title=title, scope=scope, by=by, kind=kind, snap_m=snap_m
            )
        )
        plan = None if found.plan is None else found.plan.code
    _say(found.laid.found)
    typer.echo(
        f"changes of grid or area, each household counted for each: {found.changes_before} with the net as it"
        f" is, {found.changes_after} with the plan; {found.moved} households change grid"
    )
    for each in found.refused:
        typer.echo(
            f"  refused\t{each.move.grid} → {each.move.to}\t{each.move.households} households"
            f"\t{each.code}: {each.reason}"
        )
    typer.echo(
        "nothing to gain by moving ground: the net stays as it is"
        if plan is None
        else f"plan {plan} with {len(found.taken)} edits; {len(found.refused)} refused"
    )
    if out is not None:
        found.laid.found.proposal.to_csv(out, index=False, encoding="utf-8-sig")


@app.command()
def matters(
    line: LineCode,
    codes: Annotated[list[str] | None, typer.Argument(help="matters; none: the line is merged")] = None,
    since: Annotated[str | None, typer.Option(help="a day or an instant; else now")] = None,
    district: Place = None,
) -> None:
    """From now on exactly these matters go by the line: who answers in its area leads there."""
    with opened_at(district) as (session, mine):
        stamp = clock.stamp(session)
        start = instant_of(since, mine.timezone, "--since") or stamp
        tally = lines.put_matters(session, mine, line, codes or [], valid_from=start, stamp=stamp)
    typer.echo(f"{line}: {tally.added + tally.changed} matters came, {tally.retired} went")


def _say(found: overlay.Crosswalk) -> None:
    for row in found.summary.to_dict("records"):
        strips = " (strips)" if row["narrow"] else ""
        typer.echo(
            f"{row['line']}\t{row['verdict']}{strips}\t{row['pieces']} pieces\t{row['area_m2'] / 1e6:.3f} km²"
            f"\t{row['buildings']} buildings\t{row['households']} households"
        )
    for name, metres in found.outside_m2.items():
        if metres >= 1.0:
            typer.echo(f"{name}\toutside the net\t{metres / 1e6:.3f} km²")
    moved = found.proposal.groupby("line", as_index=False)[["moved_households", "gained_households"]].sum()
    for row in moved.to_dict("records"):
        typer.echo(
            f"{row['line']}\tevery grid whole in one area: {row['moved_households']} households change"
            f" area, {row['gained_households']} get one"
        )
    hard = found.pieces[(found.pieces["verdict"] != "agree") & ~found.pieces["narrow"]]
    for row in hard.head(SHOWN).to_dict("records"):
        typer.echo(
            f"  {row['verdict']}\t{row['line']} {'/'.join(row['areas']) or '—'}"
            f"\tgrid {'/'.join(row['grids']) or '—'}"
            f"\t{row['households']} households\t{row['area_m2']:.0f} m²"
        )
    if len(hard) > SHOWN:
        typer.echo(f"  … and {len(hard) - SHOWN} more; --out FILE has them all")


def _write(found: overlay.Crosswalk, out: Path) -> None:
    plain = found.pieces.assign(
        areas=found.pieces["areas"].map("/".join), grids=found.pieces["grids"].map("/".join)
    )
    if out.suffix == ".csv":
        pd.DataFrame(plain.drop(columns="geometry")).to_csv(out, index=False, encoding="utf-8-sig")
    elif out.suffix in (".gpkg", ".geojson"):
        plain.to_file(out)
    else:
        raise typer.BadParameter(f"{out.name}: .csv, .gpkg or .geojson", param_hint="--out")


def _state(state: dict[str, object] | None) -> str:
    if state is None:
        return "no crosswalk"
    return f"crosswalk of net version {state['net_version']}" + (" (outdated)" if state["outdated"] else "")


def _or_exit(work: Callable[[], _T]) -> _T:
    try:
        return work()
    except OverlayRefused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(1) from None
