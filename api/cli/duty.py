"""`yiwang duty`: who is missing among those who answer, handing over, the workbook, 代管, aliases."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from api.cli.register import opened_at
from boundaries.duty import aliases, caretaking, duties, snapshot, workbook
from boundaries.duty import check as checking
from boundaries.land.refusals import NotAwareInstant, UnknownCode
from boundaries.store import clock

app = typer.Typer(help="Duties: who answers, who is missing, who takes over.", no_args_is_help=True)

Place = Annotated[str | None, typer.Option("--district", help="its code; needed where there are several")]
Since = Annotated[str | None, typer.Option(help="an instant with its time zone; else now")]
Area = Annotated[str | None, typer.Option(help="only what lies in this area and below it")]
Who = Annotated[str, typer.Option("--as", help="the account in whose name it is done", envvar="YIWANG_AS")]
INCOMPLETE = 1


def _instant(text: str | None, otherwise: datetime) -> datetime:
    if text is None:
        return otherwise
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise NotAwareInstant(value=found)
    return found


@app.command()
def check(
    district: Place = None,
    area: Area = None,
    at: Annotated[str | None, typer.Option(help="an instant with its time zone; else now")] = None,
    details: Annotated[bool, typer.Option(help="print every finding")] = False,
) -> None:
    """Count what is missing among those who answer. Exit status 1 if anything is."""
    with opened_at(district) as (session, place):
        when = None if at is None else _instant(at, datetime.now(UTC))
        held = snapshot.build(session, place.code, at=when)
        if area is not None and area not in held.areas:
            raise UnknownCode(kind="area", value=area)
        report = checking.check(held, session).within(area)
    for kind, count in report.counts.items():
        typer.echo(f"{count:6}  {kind}")
    if details:
        for each in report.findings:
            who = f" ({each.party})" if each.party else ""
            typer.echo(f"{each.kind}: {each.place_kind} {each.place} {each.name}{who}: {each.detail}")
    if not report.is_complete:
        raise typer.Exit(INCOMPLETE)


@app.command("handover")
def hand_over(
    from_party: Annotated[str, typer.Argument(help="code of the party that leaves")],
    to_party: Annotated[str, typer.Argument(help="code of the party that follows")],
    since: Since = None,
    district: Place = None,
) -> None:
    """All duties of a party go to another in one step."""
    with opened_at(district) as (session, place):
        stamp = clock.stamp(session)
        moved = duties.hand_over(
            session,
            place,
            from_party=from_party,
            to_party=to_party,
            valid_from=_instant(since, stamp),
            stamp=stamp,
        )
    typer.echo(f"{moved} duties handed over from {from_party} to {to_party}.")


@app.command()
def export(file: Path, district: Place = None, area: Area = None) -> None:
    """Write the duties in force as an Excel workbook with dropdowns."""
    with opened_at(district) as (session, place):
        file.write_bytes(workbook.export(snapshot.build(session, place.code), area=area))
    typer.echo(f"Wrote {file}.")


@app.command("import")
def import_(
    file: Path,
    district: Place = None,
    area: Area = None,
    since: Since = None,
    commit: Annotated[bool, typer.Option(help="write it; without, only the difference is shown")] = False,
    end_missing: Annotated[bool, typer.Option(help="duties that no row names end")] = False,
) -> None:
    """Show row by row what an edited workbook would change; with --commit, write it. Status 1 if refused."""
    rows = workbook.read(file.read_bytes())
    with opened_at(district) as (session, place), session.begin_nested() as savepoint:
        held = snapshot.build(session, place.code)
        stamp = clock.stamp(session)
        found = workbook.compare(
            session,
            place,
            held,
            rows,
            valid_from=_instant(since, stamp),
            stamp=stamp,
            area=area,
            end_missing=end_missing,
            commit=commit,
        )
        if not found.committed:
            savepoint.rollback()
    for each in found.changes:
        told = "; ".join(f"{name}: {a or '∅'} → {b or '∅'}" for name, (a, b) in each.fields.items())
        row = f"row {each.row}" if each.row is not None else "no row"
        typer.echo(f"{row}: {each.action} {each.party} {each.role} {each.place} {told}".rstrip())
    for refused in found.refused:
        typer.echo(f"row {refused['row']}, {refused['field']}: {refused['reason']}", err=True)
    typer.echo(
        f"{len(found.changes)} changes, {found.unchanged} rows unchanged, {len(found.refused)} refused;"
        f" {'written' if found.committed else 'nothing written'}."
    )
    if found.refused:
        raise typer.Exit(INCOMPLETE)


@app.command()
def care(
    area: Annotated[str, typer.Argument(help="the placeholder area (待设)")],
    caretaker: Annotated[str, typer.Argument(help="the community that takes care of it")],
    review: Annotated[str, typer.Option(help="day of review, such as 2027-01-01; it is no end")],
    act: Annotated[str, typer.Option(help="the paper by which it is so")],
    who: Who,
    reason: Annotated[str, typer.Option(help="needed where the two share no border")] = "",
    since: Since = None,
    district: Place = None,
) -> None:
    """A community takes care of a placeholder area (代管), or its review is set anew."""
    with opened_at(district) as (session, place):
        stamp = clock.stamp(session)
        row = {
            "area_code": area,
            "caretaker_code": caretaker,
            "review_on": review,
            "act": act,
            "reason": reason,
            "valid_from": _instant(since, stamp),
        }
        caretaking.put(session, place, pd.DataFrame([row], dtype=object), stamp=stamp, made_by=who)
    typer.echo(f"{caretaker} takes care of {area}; review by {review}.")


@app.command("care-end")
def care_end(
    area: str,
    act: Annotated[str, typer.Option(help="the paper by which it ends")],
    who: Who,
    since: Since = None,
    district: Place = None,
) -> None:
    """End a caretaking by an act."""
    with opened_at(district) as (session, place):
        stamp = clock.stamp(session)
        caretaking.end(
            session, place, area, valid_from=_instant(since, stamp), act=act, stamp=stamp, made_by=who
        )
    typer.echo(f"The caretaking of {area} ended.")


@app.command("aliases")
def import_aliases(
    file: Annotated[Path | None, typer.Argument(help="CSV: system, alias, matter_code, name")] = None,
    unmapped: Annotated[bool, typer.Option(help="print only codes that nobody has mapped")] = False,
    district: Place = None,
) -> None:
    """Read what codes of other systems mean from a CSV file, or print what is known."""
    with opened_at(district) as (session, place):
        if file is not None:
            frame = pd.read_csv(file, dtype=str, encoding="utf-8-sig").astype(object)
            frame.index = pd.RangeIndex(2, len(frame) + 2)  # rows as an editor counts them
            clock.stamp(session)
            told = aliases.put(session, place, frame.where(frame.notna(), None))
            typer.echo(f"{told.added} added, {told.changed} changed, {told.unchanged} unchanged.")
        else:
            for each in aliases.every(session, place, unmapped=unmapped):
                typer.echo(f"{each.system}\t{each.alias}\t{each.matter_code or '-'}\t{each.name}")
