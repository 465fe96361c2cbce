"""`python -m tests.faults`: prints a table of what was done and found; ends with 1 if anything was amiss."""

import asyncio
import math
import os
import random
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.faults.kinds import KINDS
from tests.faults.run import Outcome, run
from tests.faults.table import HEAD, markdown, rows, total

_FEW = 36
_MOST_NAMED = 20


def main(
    rounds: Annotated[int, typer.Option(envvar="ROUNDS", min=1, help="How many; each begins and ends settled.")] = _FEW,
    kind: Annotated[str, typer.Option(envvar="KIND", help="Which, as F1,F3; all unless told.")] = ",".join(KINDS),
    seed: Annotated[
        int, typer.Option(envvar="SEED", help="What is sent and which faults come; 0: another each time.")
    ] = 0,
    minutes: Annotated[float, typer.Option(envvar="MINUTES", help="Begin no round after these; 0: no limit.")] = 0,
) -> None:
    """Kill, starve and confuse a real server, and hold its history against what was acknowledged and read.

    TMPDIR names where the folders are.
    """
    kinds = kind.split(",")
    if unknown := [one for one in kinds if one not in KINDS]:
        raise typer.BadParameter(f"{unknown[0]} is none of {', '.join(KINDS)}")
    seed = seed or random.randrange(1, 10**6)
    console = Console(soft_wrap=True)
    console.print(f"{rounds} rounds of {', '.join(kinds)}, seed {seed}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("F", total=rounds)

        def progress(number: int, which: str) -> None:
            bar.update(task, completed=number - 1, description=which)

        outcome = asyncio.run(run(rounds, kinds, seed, progress, minutes or math.inf))
        bar.update(task, completed=total(outcome.tallies).rounds)
    _show(console, outcome)
    sys.exit(1 if outcome.amiss else 0)


def _show(console: Console, outcome: Outcome) -> None:
    if console.is_terminal:
        table = Table(*HEAD)
        for row in rows(outcome.tallies):
            table.add_row(*row)
        console.print(table)
    else:
        console.print(markdown(outcome.tallies), markup=False)
    whole = total(outcome.tallies)
    if whole.drains:
        console.print(f"SIGTERM: ended after {max(whole.drains):.2f} s at most.")
    if "F9" in outcome.tallies:
        console.print(
            f"No room: clients were told so (503) in {whole.met_503} of {outcome.tallies['F9'].rounds} rounds."
        )
    if "F12" in outcome.tallies:
        console.print(f"Poison: {whole.parked} streams were parked and given back.")
    for words in outcome.amiss[:_MOST_NAMED]:
        console.print(words, markup=False)


if __name__ == "__main__":
    os.environ.pop("ARTICLE6_FAILPOINT", None)
    typer.run(main)
