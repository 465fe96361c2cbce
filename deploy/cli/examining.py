"""`article6 doctor`: whether this installation is in order."""

import typer

from deploy.cli.asking import run
from deploy.cli.options import DataFolder, Json
from deploy.cli.showing import show_json, show_table
from deploy.settings import FOLDER


def doctor(data: DataFolder = FOLDER, as_json: Json = False) -> None:
    """Examine the installation: versions, durability settings read back, disk, clock, lock, what lags or waits.

    Changes nothing, and works beside a running server. Exit code 1 where something is wrong.
    """
    from deploy.examining import examine

    found = run(examine(data))
    if as_json:
        show_json([{"name": one.name, "verdict": one.verdict, "words": one.words} for one in found])
    else:
        show_table(["What", "", "Found"], [[one.name, one.verdict, one.words] for one in found])
    if any(one.verdict == "wrong" for one in found):
        raise typer.Exit(1)
