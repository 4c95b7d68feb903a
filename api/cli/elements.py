"""`yiwang elements`: kinds of elements, and what the register holds. Files: `yiwang import elements`."""

import csv
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.register import opened_at
from boundaries.affairs import element_kinds
from boundaries.duty import snapshot
from boundaries.duty.element_answers import areas_of, counted, told
from boundaries.land.refusals import UnknownCode
from boundaries.store import clock

app = typer.Typer(help="Elements (人地事物组织): kinds, and what there is.", no_args_is_help=True)
Place = Annotated[str | None, typer.Option("--district", help="its code; needed where there are several")]
_COLUMNS = ("code", "kind", "kind_name", "name", "count", "grid", "building", "compound", "lon", "lat")


@app.command()
def kinds(district: Place = None) -> None:
    """List the kinds: code, category, matter, name, fields."""
    with opened_at(district) as (session, place):
        held = snapshot.build(session, place.code)
    for kind in held.element_kinds.values():
        fields = ", ".join(kind.fields.get("properties", {}))
        typer.echo(f"{kind.code:12} {kind.category:12} {kind.matter:6} {kind.name}  {fields}")


@app.command()
def define(
    path: Annotated[
        Path | None,
        typer.Argument(help="JSON: a list of kinds; none: those shipped", exists=True, dir_okay=False),
    ] = None,
    district: Place = None,
) -> None:
    """Define kinds: code, category, name, matter, fields (a JSON Schema), sensitive. All or none."""
    found: Any = element_kinds.shipped()
    if path is not None:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise typer.BadParameter(f"{path.name} is no JSON: {error}") from None
    needed = {"code", "category", "name", "matter"}
    if not isinstance(found, list) or any(not isinstance(one, dict) or needed - set(one) for one in found):
        raise typer.BadParameter(f"a list of objects with {', '.join(sorted(needed))} is wanted")
    with opened_at(district) as (session, place):
        clock.stamp(session)
        written = element_kinds.put(session, place, found)
    typer.echo(f"{len(found)} kinds, {written} new or changed")


@app.command("list")
def list_elements(
    district: Place = None,
    kind: Annotated[str | None, typer.Option(help="only this kind")] = None,
    area: Annotated[str | None, typer.Option(help="only what lies in this area and below it")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="every element as a row of CSV; else counts")] = False,
) -> None:
    """Count the elements of each kind, or list them with who answers."""
    with opened_at(district) as (session, place):
        held = snapshot.build(session, place.code)
    if area is not None and area not in held.areas:
        raise UnknownCode(kind="area", value=area)
    if kind is not None and kind not in held.element_kinds:
        raise UnknownCode(kind="kind of element", value=kind)
    found = [
        bound
        for bound in held.bound_elements.every
        if kind in (None, bound.element.kind) and (area is None or area in areas_of(held, bound))
    ]
    if not as_csv:
        for each in counted(held, found):
            people = "" if each["people"] is None else f", {each['people']:,} people"
            typer.echo(f"{each['elements']:6,}  {each['kind']} {each['name']}{people}")
        return
    rows = csv.writer(sys.stdout)
    rows.writerow((*_COLUMNS, "department", "person", "phone", "fields"))
    for bound in found:
        one = told(held, bound)
        department, person = one["department"] or {}, one["person"] or {}
        rows.writerow(
            [
                *(one[name] for name in _COLUMNS),
                department.get("name"),
                person.get("name"),
                person.get("phone"),
                json.dumps(one["fields"], ensure_ascii=False),
            ]
        )
