"""`yiwang incidents list`, `show` and `step`: what happened, and its way to the end."""

from datetime import datetime
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from api.cli.net_past import instant_of
from api.cli.register import opened_at, user_of
from api.flow_schemas import RulingIn, StepIn
from api.incidents_shown import local, may_see, shown, wanted_by
from api.stepping import take_step
from boundaries.affairs import asking, flow
from boundaries.affairs.steps import STATES, STEPS, possible
from boundaries.duty import snapshot as snapshots
from boundaries.land.refusals import UnknownCode

Place = Annotated[str | None, typer.Option("--district", help="its code; needed where there are several")]
Number = Annotated[str, typer.Argument(help="of the incident, such as 20260501-000042")]
Seer = Annotated[
    str | None, typer.Option("--as", help="what this account sees; else everything", envvar="YIWANG_AS")
]
Actor = Annotated[str, typer.Option("--as", help="the account in whose name it is done", envvar="YIWANG_AS")]


def list_(
    state: Annotated[str | None, typer.Option(help=f"one of {', '.join(STATES)}")] = None,
    light: Annotated[str | None, typer.Option(help="green, yellow or red")] = None,
    area: Annotated[str | None, typer.Option(help="only inside this area")] = None,
    grid: Annotated[str | None, typer.Option(help="that deals with it now")] = None,
    matter: Annotated[str | None, typer.Option(help="with all below it")] = None,
    party: Annotated[str | None, typer.Option(help="who deals with it now")] = None,
    since: Annotated[str | None, typer.Option("--from", help="happened then or later")] = None,
    only_open: Annotated[bool, typer.Option("--open", help="not resolved yet")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    who: Seer = None,
    district: Place = None,
) -> None:
    """Print incidents, the latest written first: number, state, light, time, matter, grid, who has it."""
    if state is not None and state not in STATES:
        raise typer.BadParameter(f"one of {', '.join(STATES)}", param_hint="--state")
    if light not in (None, "green", "yellow", "red"):
        raise typer.BadParameter("green, yellow or red", param_hint="--light")
    with opened_at(district) as (session, place):
        snapshot = snapshots.build(session, place.code)
        user = user_of(session, who)
        wanted = wanted_by(
            user,
            snapshot,
            area=area,
            grid=grid,
            matter=matter,
            state=state,
            party=party,
            since=instant_of(since, place.timezone, "--from"),
            is_open=True if only_open or light is not None else None,
        )
        found = asking.page(session, place, wanted, limit=limit)
        rows = [shown(user, snapshot, each) for each in found if may_see(user, snapshot, each)]
    for row in rows:
        if light in (None, row["light"]):
            typer.echo("\t".join(_columns(row)))


def show(number: Number, who: Seer = None, district: Place = None) -> None:
    """Print one incident, the steps that it took and those that lead on."""
    with opened_at(district) as (session, place):
        snapshot = snapshots.build(session, place.code)
        user = user_of(session, who)
        incident = asking.get(session, place, number)
        if not may_see(user, snapshot, incident):
            raise UnknownCode(kind="incident", value=number)
        told = shown(user, snapshot, incident)
        steps = flow.log_of(session, incident.id) if user.may("worker") else []
        taken = [
            f"{each['place']}\t{local(snapshot, each['made_at'])}\t{each['step']}\t{each['source']} → "
            f"{each['state']}\t{each['made_by']}\t{each['party'] or '-'}\t{each['reason']}".rstrip()
            for each in steps
        ]
    for name, value in told.items():
        if value not in (None, "", []):
            typer.echo(f"{name}: {_said(value)}")
    for line in taken:
        typer.echo(line)
    typer.echo(f"possible: {', '.join(possible(told['state'])) or 'nothing more'}")


def step(
    number: Number,
    name: Annotated[str, typer.Argument(metavar="STEP", help=", ".join(STEPS))],
    who: Actor,
    reason: Annotated[str, typer.Option(help="why")] = "",
    party: Annotated[str | None, typer.Option(help="its code; else whom the answer names")] = None,
    until: Annotated[str | None, typer.Option(help="of an extension")] = None,
    into: Annotated[str | None, typer.Option(help="the number into which this one is merged")] = None,
    duty: Annotated[
        str | None, typer.Option(help="with rule: KIND:CODE of the place for which the ruling holds")
    ] = None,
    district: Place = None,
) -> None:
    """Take one step in the name of an account, guarded as over HTTP."""
    with opened_at(district) as (session, place):
        given = _given(name, reason, party, instant_of(until, place.timezone, "--until"), into, duty)
        snapshot = snapshots.build(session, place.code)
        told = take_step(session, place, user_of(session, who), snapshot, number, given)
    due = f", due {told['step_due_at']}" if told["step_due_at"] else ""
    has = f", {told['party']['party']}" if told["party"] else ""
    typer.echo(f"{number}: {told['from']} → {told['state']}{has}{due}")


def _given(
    name: str,
    reason: str,
    party: str | None,
    until: datetime | None,
    into: str | None,
    duty: str | None,
) -> StepIn:
    ruling = None
    if duty is not None:
        kind, colon, code = duty.partition(":")
        if not colon:
            raise typer.BadParameter("KIND:CODE, such as grid:140502001001001", param_hint="--duty")
        place, _, part = code.partition("/")
        ruling = RulingIn.model_validate({"place_kind": kind, "place_code": place, "part_code": part or None})
    try:
        return StepIn(step=name, reason=reason, party=party, until=until, into=into, duty=ruling)
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _columns(row: dict[str, Any]) -> list[str]:
    party = row["party"]["party"] if row["party"] else None
    matter = f"{row['matter']} {row['matter_name'] or ''}".rstrip()
    cells = (row["number"], row["state"], row["light"], row["happened_at"], matter, row["grid_now"], party)
    return [str(cell or "-") for cell in cells]


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(each)}" for name, each in value.items() if each is not None)
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
