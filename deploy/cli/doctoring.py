"""`article6 doctor`: whether this installation is in order."""

from typing import Annotated

import typer

from deploy.cli.asking import run
from deploy.cli.distributed_options import Prefix
from deploy.cli.options import DataFolder, Json
from deploy.cli.showing import show_json, show_table
from deploy.settings import FOLDER


def doctor(
    data: DataFolder = FOLDER,
    mongodb: Annotated[
        str | None,
        typer.Option(
            "--mongodb",
            envvar="ARTICLE6_MONGODB",
            help="Examine a distributed installation instead: connection string of its MongoDB.",
            show_default=False,
        ),
    ] = None,
    prefix: Prefix = "article6",
    as_json: Json = False,
) -> None:
    """Examine the installation: versions, durability settings read back, disk, clock, lock, what lags or waits.

    Changes nothing, and works beside a running server. With --mongodb it asks the database itself whether it
    keeps its word: whether it looks at majorities, whether of rivals at one place exactly one wins, whose
    clock is off, what waits to be published. That writes into a database of its own, which is removed again.
    Exit code 1 where something is wrong.

    \b
    Examples:
      article6 doctor
      article6 doctor --mongodb mongodb://db.example/
    """
    if mongodb:
        from deploy.doctoring import examine_mongodb

        found = run(examine_mongodb(mongodb, prefix))
    else:
        from deploy.examining import examine

        found = run(examine(data))
    if as_json:
        show_json([{"name": one.name, "verdict": one.verdict, "words": one.words} for one in found])
    else:
        show_table(["What", "", "Found"], [[one.name, one.verdict, one.words] for one in found])
    if any(one.verdict == "wrong" for one in found):
        raise typer.Exit(1)
