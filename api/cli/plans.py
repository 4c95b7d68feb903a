"""`yiwang plan`: plans from the command line. Whoever runs it names the account in whose name it is done."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.orm import Session

from api.cli.net_past import Form, Forms, instant_of, write_diff
from api.cli.plan_common import (
    REFUSED,
    As,
    Code,
    Operation,
    Parameters,
    Place,
    json_object,
    register_for_plans,
)
from api.cli.plan_reads import net, preview, problems
from api.cli.register import acting_as
from api.dossiers import sheet_of
from api.drawn import lines_in_wgs84
from api.jobs.crosswalks import follow
from boundaries.land import plan_tables, plans
from boundaries.land.importing.reading import read
from boundaries.store.tables import District, Plan
from gis.datums import Datum
from web_map.report import render_sheet
from web_map.report.data import Lang

app = typer.Typer(help="Plans: draw, review, approve and publish changes to the net.", no_args_is_help=True)

Note = Annotated[str, typer.Option(help="a word about it")]
Day = Annotated[str | None, typer.Option(help="whose rules count, such as 2026-01-01; without it: today")]

app.command()(net)
app.command()(problems)
app.command()(preview)


@app.command("list")
def list_(
    state: Annotated[str | None, typer.Option(help="only those")] = None, district: Place = None
) -> None:
    """Print all plans."""
    with register_for_plans(district) as (session, place):
        for plan in plans.every(session, place, state=state):
            typer.echo(_line(session, plan))


@app.command()
def create(
    title: str,
    scope: Annotated[str, typer.Option(help="code of a community, street or district")],
    who: As,
    kind: Annotated[str, typer.Option(help="grids, boundary (区划调整) or community (增设)")] = "grids",
    note: Note = "",
    restore: Annotated[
        str | None, typer.Option(help="begin with the net that the scope had then, such as 2026-05-03")
    ] = None,
    district: Place = None,
) -> None:
    """A new draft on the net that was published last; prints its code."""
    with register_for_plans(district) as (session, place):
        former = instant_of(restore, place.timezone, "--restore")
        actor = acting_as(session, who)
        if former is None:
            plan = plans.create(session, place, title=title, scope=scope, kind=kind, note=note, by=actor)
        else:
            plan = plans.restore(
                session, place, to=former, title=title, scope=scope, kind=kind, note=note, by=actor
            )
        typer.echo(plan.code)


@app.command()
def revert(code: Code, who: As, district: Place = None) -> None:
    """A new draft that takes a published plan back: its scope as it was just before; prints its code."""
    with register_for_plans(district) as (session, place):
        typer.echo(plans.revert(session, place, code, by=acting_as(session, who)).code)


@app.command()
def comment(
    code: Code,
    remark: str,
    who: As,
    grid: Annotated[str | None, typer.Option(help="else on the whole plan")] = None,
    district: Place = None,
) -> None:
    """A remark on a grid of a plan; prints its number."""
    with register_for_plans(district) as (session, place):
        made = plans.comment(session, place, code, remark=remark, grid=grid, by=acting_as(session, who))
        typer.echo(made.id)


@app.command()
def settle(
    code: Code,
    number: Annotated[int, typer.Argument(help="of the remark")],
    who: As,
    district: Place = None,
) -> None:
    """Say that a remark is dealt with."""
    with register_for_plans(district) as (session, place):
        plans.settle(session, place, code, number, by=acting_as(session, who))


@app.command("file")
def file_(
    code: Code,
    number: Annotated[str, typer.Argument(help="of the paper")],
    who: As,
    filed_on: Annotated[str, typer.Option("--on", help="such as 2026-03-01")],
    note: Note = "",
    district: Place = None,
) -> None:
    """备案: under which paper a published plan is filed."""
    with register_for_plans(district) as (session, place):
        plans.file(session, place, code, _filing(number, filed_on, note), by=acting_as(session, who))


@app.command()
def notices(
    area: Annotated[str | None, typer.Option(help="only of communities in this area")] = None,
    limit: int = 50,
    district: Place = None,
) -> None:
    """What publications changed, community by community, the latest first."""
    with register_for_plans(district) as (session, place):
        for each in plans.notices(session, place, area=area, limit=limit):
            grids = "; ".join(f"{what} {' '.join(codes)}" for what, codes in each.told["grids"].items())
            typer.echo(f"{_clock(each.effective_from, place)}\t{each.community} {each.name}\t{grids}")


@app.command()
def show(code: Code, district: Place = None) -> None:
    """Print a plan, its edits and its steps."""
    with register_for_plans(district) as (session, place):
        plan = plans.find(session, place, code)
        typer.echo(_line(session, plan))
        for edit in plans.all_edits(session, plan):
            undone = "" if edit.number <= plan.applied else " (undone)"
            typer.echo(f"  {edit.number}\t{edit.operation}\t{' '.join(edit.changed)}\t{edit.made_by}{undone}")
        for event in plans.events(session, plan):
            typer.echo(f"  {_clock(event.made_at, place)}\t{event.step}\t{event.made_by}\t{event.note}")
        for each in plans.comments(session, plan):
            settled = "" if each.settled_by is None else f" (settled by {each.settled_by})"
            typer.echo(f"  #{each.id}\t{each.grid_code or ''}\t{each.made_by}\t{each.remark}{settled}")
        for filing in plans.filings(session, plan):
            typer.echo(f"  备案 {filing.number}\t{filing.filed_on}\t{filing.note}")


@app.command()
def edit(
    code: Code,
    operation: Operation,
    who: As,
    parameters: Parameters = "-",
    district: Place = None,
) -> None:
    """One more edit; prints what it changed."""
    given = json_object(sys.stdin.read() if parameters == "-" else parameters)
    with register_for_plans(district) as (session, place):
        done = plans.edit(session, place, code, operation, given, seen=None, by=acting_as(session, who))
        if done.change is not None:
            for grid, figures in done.change.after.items():
                typer.echo(f"{grid}\t{figures.area_m2:.0f} m²\t{figures.households} households")
            if done.change.moved_m:
                typer.echo(f"the border was led up to {done.change.moved_m:.1f} m aside")
        typer.echo(_line(session, done.plan))


@app.command()
def table(
    code: Code,
    file: Annotated[
        Path, typer.Argument(help=".csv or .xlsx: 网格, 楼栋, 单元, 类型, 微网格, 专属组, 负责人")
    ],
    who: As,
    community: Annotated[
        str | None, typer.Option(help="whose ground the lists of buildings divide; else the plan's scope")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="the sheet of a workbook with several")] = None,
    skip_unused: Annotated[
        bool, typer.Option("--skip-unused", help="draw what can be drawn of the lists of buildings")
    ] = False,
    district: Place = None,
) -> None:
    """Draw a table of grids into a draft; a row at fault is told by its number and field, nothing drawn."""
    with register_for_plans(district) as (session, place):
        try:
            found = read(file, layer=layer)
            rows = plan_tables.rows_of(found.cells, found.rows.tolist())
            made = plan_tables.draw(
                session,
                place,
                code,
                rows,
                seen=None,
                by=acting_as(session, who),
                community=community,
                skip_unused=skip_unused,
            )
        except plan_tables.TableRefused as refused:
            for fault in refused.rows:
                typer.echo(_fault_line(fault), err=True)
            raise typer.Exit(REFUSED) from None
        for unused in made.unused:
            typer.echo("not used: " + _fault_line(unused.told()))
        for edit in made.edits:
            typer.echo(f"{edit.operation}\t{' '.join(edit.changed)}")
        if made.unlisted:
            typer.echo(f"{len(made.unlisted)} buildings stand in no row and went with the ground around them")
        typer.echo(_line(session, made.plan))


def _fault_line(fault: dict[str, Any]) -> str:
    return f"row {fault['row']}: {fault['field']} {fault['value']!r}: {fault['reason']}"


@app.command()
def guide(
    code: Code,
    who: As,
    to: Annotated[
        list[str] | None,
        typer.Option(help="road, river …, building, feature:CODE, plan:CODE or line:CODE; may be repeated"),
    ] = None,
    file: Annotated[Path | None, typer.Option(help="GeoJSON with lines")] = None,
    datum: Annotated[Datum, typer.Option(help="of the file's coordinates")] = Datum.WGS84,
    tolerance_m: Annotated[float | None, typer.Option(help="how near they must be; else 20")] = None,
    district: Place = None,
) -> None:
    """Draw the plan against other lines: its edits snap to them. Without --to and --file: to none."""
    given: dict[str, Any] = {"to": to or [], "tolerance_m": tolerance_m}
    if file is not None:
        given["lines"] = lines_in_wgs84(_lines(file), datum)
    with register_for_plans(district) as (session, place):
        said = {name: value for name, value in given.items() if value}
        plan = plans.set_guide(session, place, code, said, seen=None, by=acting_as(session, who))
        typer.echo(_line(session, plan))


@app.command()
def undo(code: Code, who: As, district: Place = None) -> None:
    """Take back the last edit."""
    with register_for_plans(district) as (session, place):
        plan = plans.undo(session, place, code, seen=None, by=acting_as(session, who))
        typer.echo(_line(session, plan))


@app.command()
def redo(code: Code, who: As, district: Place = None) -> None:
    """Put the edit that was undone last on again."""
    with register_for_plans(district) as (session, place):
        plan = plans.redo(session, place, code, seen=None, by=acting_as(session, who))
        typer.echo(_line(session, plan))


@app.command()
def rebase(code: Code, who: As, district: Place = None) -> None:
    """Put the draft on the net that was published last, or list the edits that conflict."""
    with register_for_plans(district) as (session, place):
        plan = plans.rebase(session, place, code, seen=None, by=acting_as(session, who))
        typer.echo(_line(session, plan))


@app.command()
def step(
    code: Code,
    name: Annotated[str, typer.Argument(help="submit, review, approve, return or withdraw")],
    who: As,
    note: Note = "",
    district: Place = None,
) -> None:
    """申请, 审核, 批复; or give the plan back (with --note) or up."""
    if name not in ("submit", "review", "approve", "return", "withdraw"):
        raise typer.BadParameter("submit, review, approve, return or withdraw", param_hint="NAME")
    with register_for_plans(district) as (session, place):
        plan = plans.step(session, place, code, name, seen=None, by=acting_as(session, who), note=note)
        typer.echo(_line(session, plan))


@app.command()
def publish(
    code: Code,
    who: As,
    effective_from: Annotated[
        str | None, typer.Option(help="such as 2027-01-01 or 2027-01-01T06:00; without it: now")
    ] = None,
    note: Note = "",
    filing: Annotated[str | None, typer.Option(help="备案: the number of the paper")] = None,
    filed_on: Annotated[str | None, typer.Option(help="its date; without it: today")] = None,
    district: Place = None,
) -> None:
    """Put an approved plan into force, all of it in one instant."""
    with register_for_plans(district) as (session, place):
        plan = plans.publish(
            session,
            place,
            code,
            seen=None,
            by=acting_as(session, who),
            effective_from=instant_of(effective_from, place.timezone, "--effective-from"),
            note=note,
            filing=None if filing is None else _filing(filing, filed_on, ""),
        )
        follow(session, plan, by=who)
        typer.echo(_line(session, plan))


@app.command()
def diff(
    code: Code,
    form: Form = Forms.json,
    out: Annotated[Path | None, typer.Option(help="write it here")] = None,
    district: Place = None,
) -> None:
    """Grids, buildings, people and open incidents that the plan changes, and its problems."""
    with register_for_plans(district) as (session, place):
        found = plans.diff(session, place, plans.find(session, place, code))
    write_diff(found, form, out)


@app.command()
def checklist(code: Code, day: Day = None, district: Place = None) -> None:
    """What is asked of a new community by the rules in force; status 1 if anything is to be looked at."""
    with register_for_plans(district) as (session, place):
        found = plans.checklist(session, place, plans.find(session, place, code), day=_day(day, "--day"))
    for each in found.communities:
        sides = [
            "—"
            if side is None
            else f"{side.grids} grids, {side.area_m2 / 1e6:.3f} km², {side.households} households"
            for side in (each.before, each.after)
        ]
        typer.echo(f"{each.code} {each.name}\t{each.change}\t{sides[0]}\t→ {sides[1]}")
    for check in found.checks:
        limit = "" if check.limit is None else "–".join("" if n is None else f"{n:g}" for n in check.limit)
        told = [check.community, check.item, check.state, check.value, limit, check.rule, check.detail]
        typer.echo("\t".join("" if value is None else str(value) for value in told))
    if any(check.state != "met" for check in found.checks):
        raise typer.Exit(REFUSED)


@app.command()
def dossier(
    code: Code,
    out: Annotated[Path, typer.Argument(help="such as file.html")],
    day: Day = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    district: Place = None,
) -> None:
    """报批材料: the file of a new community as one HTML document that prints."""
    if lang not in ("zh", "en"):
        raise typer.BadParameter("zh or en", param_hint="--lang")
    with register_for_plans(district) as (session, place):
        found = plans.dossier(session, place, plans.find(session, place, code), day=_day(day, "--day"))
        sheet = sheet_of(found, place, made_at=datetime.now(UTC), lang=cast(Lang, lang))
    out.write_text(render_sheet(sheet), encoding="utf-8")
    typer.echo(f"{out}: {', '.join(each.name for each in found.founded)}")


def _line(session: Session, plan: Plan) -> str:
    scope, base, published = plans.context_of(session, plan)
    became = "" if published is None else f" → net version {published}"
    return f"{plan.code}\t{plan.state}\t{scope}\t{plan.applied} edits on {base}{became}\t{plan.title}"


def _clock(instant: datetime, district: District) -> str:
    """As a clock in the district shows it."""
    return f"{instant.astimezone(ZoneInfo(district.timezone)):%Y-%m-%d %H:%M}"


def _filing(number: str, filed_on: str | None, note: str) -> plans.Filing:
    return plans.Filing(number, _day(filed_on, "--filed-on") or date.today(), note)


def _day(given: str | None, option: str) -> date | None:
    try:
        return None if given is None else date.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(f"“{given}” is no date", param_hint=option) from None


def _lines(file: Path) -> list[dict[str, Any]]:
    """The lines of a GeoJSON file, whatever else it holds left out."""
    told = json_object(file.read_text(encoding="utf-8"))
    features = told.get("features", [told])
    shapes = [each.get("geometry", each) for each in features if isinstance(each, dict)]
    lines = [each for each in shapes if each and each.get("type") in ("LineString", "MultiLineString")]
    if not lines:
        raise typer.BadParameter(f"{file} holds no line", param_hint="--file")
    return lines
