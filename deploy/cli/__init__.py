"""The command line `article6`. What a command needs is loaded when it is called, so that `--help` is quick."""

from typing import Annotated

import typer

from deploy.cli import (
    backing_up,
    care,
    computing,
    deadlines,
    doctoring,
    filling,
    forgetting,
    importing,
    lists,
    migrating,
    near,
    people_keys,
    processes,
    proving,
    rebuilding,
    serving,
    states,
    tokens,
)
from deploy.cli.errors import ClearErrors
from deploy.settings import product_version

app = typer.Typer(
    name="article6",
    cls=ClearErrors,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Article Six: who is near completion and needs small help, under the two treaties on "
    "cluster munitions and anti-personnel mines.",
    epilog="Begin with `article6 serve`, then open the address that it prints.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"article6 {product_version()}")
        raise typer.Exit()


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


_RUN = "Run"
app.command("serve", rich_help_panel=_RUN)(serving.serve)
app.command("import", rich_help_panel=_RUN)(importing.import_tables)
app.command("exercise", rich_help_panel=_RUN)(serving.exercise)
app.command("service", rich_help_panel=_RUN)(processes.service)
app.command("gateway", rich_help_panel=_RUN)(processes.gateway)
app.command("fill", rich_help_panel=_RUN)(filling.fill)

_ASK = "Ask (all take --json)"
app.command("near-completion", rich_help_panel=_ASK)(near.near_completion)
app.command("ask-next", rich_help_panel=_ASK)(near.ask_next)
app.command("backtest", rich_help_panel=_ASK)(near.backtest)
app.command("state", rich_help_panel=_ASK)(states.state)
app.command("deadlines", rich_help_panel=_ASK)(deadlines.deadlines)
app.command("compute", rich_help_panel=_ASK)(computing.compute)
app.command("requests", rich_help_panel=_ASK)(lists.requests)
app.command("pledges", rich_help_panel=_ASK)(lists.pledges)
app.command("coalitions", rich_help_panel=_ASK)(lists.coalitions)

_CARE = "Look after it"
app.command("verify", rich_help_panel=_CARE)(care.verify)
app.command("prove", rich_help_panel=_CARE)(proving.prove)
app.command("public-key", rich_help_panel=_CARE)(proving.public_key)
app.command("check-views", rich_help_panel=_CARE)(rebuilding.check_views)
app.command("rebuild", rich_help_panel=_CARE)(rebuilding.rebuild)
app.command("doctor", rich_help_panel=_CARE)(doctoring.doctor)
app.command("token", rich_help_panel=_CARE)(tokens.token)
app.command("backup", rich_help_panel=_CARE)(backing_up.backup)
app.command("export", rich_help_panel=_CARE)(care.export)
app.command("restore", rich_help_panel=_CARE)(care.restore)
app.add_typer(migrating.app, name="migrate", rich_help_panel=_CARE)
app.command("forget", rich_help_panel=_CARE)(forgetting.forget)
app.command("export-keys", rich_help_panel=_CARE)(people_keys.export_keys)
app.command("restore-keys", rich_help_panel=_CARE)(people_keys.restore_keys)
