"""`yiwang export`: the whole net in force as files."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.register import chosen, opened
from boundaries.export import read_layers, write_layers


def export(
    target: Annotated[Path, typer.Argument(help="net.gpkg, or a folder for the other formats")],
    form: Annotated[str | None, typer.Option("--format", help="gpkg, fgb, parquet or csv")] = None,
    phones: Annotated[bool, typer.Option("--phones", help="with the phones of those who answer")] = False,
    force: Annotated[bool, typer.Option("--force", help="replace what is there")] = False,
    district: Annotated[str | None, typer.Option(help="its code; needed where there are several")] = None,
) -> None:
    """Write areas, grids, buildings, addresses and duties in force, all from one instant."""
    wanted = form or ("gpkg" if target.suffix.lower() == ".gpkg" else "")
    with opened() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})  # one state
        layers = read_layers(session, chosen(session, district), phones=phones)
    write_layers(layers, target, wanted, replace=force)
    counts = ", ".join(f"{len(layer)} {name}" for name, layer in layers.items())
    typer.echo(f"{target}: {counts}.")
