"""The command line: `yiwang …`, one file per group of commands."""

import sys

import typer

from api.cli import (
    accounts,
    affairs_settings,
    assign,
    audit,
    backup,
    db,
    demo,
    duty,
    elements,
    export,
    importing,
    incidents,
    keys,
    lines,
    net,
    partition,
    plans,
    register,
    report,
    scores,
    serve,
    webhooks,
    workload,
)
from boundaries.store import acting
from boundaries.store.errors import Refusal

app = typer.Typer(
    name="yiwang",
    help="Yiwang 一张网: one net over a whole district.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _remember(context: typer.Context) -> None:
    """Yiwang 一张网: one net over a whole district."""
    register.called.set(context.invoked_subcommand or "")


app.command("serve")(serve.serve)
app.command("district")(importing.create_district)
app.command("import")(importing.import_file)
app.command("assign")(assign.assign)
app.command("export")(export.export)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("archive")(backup.archive)
app.command("recover")(backup.recover)
app.command("partition")(partition.partition)
app.add_typer(net.app, name="net")
app.add_typer(duty.app, name="duty")
app.add_typer(lines.app, name="lines")
app.add_typer(elements.app, name="elements")
app.add_typer(incidents.app, name="incidents")
app.add_typer(plans.app, name="plan")
app.command("settings")(affairs_settings.settings)
app.command("workload")(workload.workload)
app.command("scores")(scores.scores)
app.add_typer(scores.visits, name="visits")
app.add_typer(report.app, name="report")
app.add_typer(db.app, name="db")
app.add_typer(accounts.app, name="account")
app.add_typer(keys.app, name="key")
app.add_typer(audit.app, name="audit")
app.add_typer(webhooks.app, name="webhook")
app.add_typer(demo.app, name="demo")


def main() -> None:
    """Run the command line. A refusal is one sentence and exit status 1, never a traceback."""
    acting.begin(acting.command_line())
    try:
        app()
    except Refusal as refusal:
        typer.echo(str(refusal), err=True)
        sys.exit(1)
