"""Which district a command is about, where none is named."""

import typer


def only(codes: list[str]) -> str:
    """The only district there is; else the user is asked to name one."""
    if len(codes) == 1:
        return codes[0]
    if not codes:
        raise typer.BadParameter("the register has no district yet: create one with `yiwang district`")
    raise typer.BadParameter("choose one of " + ", ".join(codes), param_hint="--district")
