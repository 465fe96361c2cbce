"""`article6 import`: tables become recorded statements."""

import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.asking import run
from deploy.cli.errors import CannotDo
from deploy.cli.options import DataFolder, Json
from deploy.cli.showing import say, show_json, show_table
from deploy.settings import FOLDER

if TYPE_CHECKING:
    from deploy.importing.plan import Plan


def import_tables(
    tables: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]", help="Folder with the CSV tables.", show_default="the data that ships with it"
        ),
    ] = None,
    data: DataFolder = FOLDER,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: Json = False,
) -> None:
    """Record what tables say. All rows are checked first; if one is wrong, nothing is written.

    Running it again changes nothing: what is there already is passed over. If it is stopped on the
    way, run it again and it goes on.

    \b
    Examples:
      article6 import
      article6 import my-tables --dry-run
    """
    if tables is not None and not tables.is_dir():
        raise CannotDo(f"{tables} is no folder: name the folder that holds the CSV tables")
    from deploy.importing.problems import TablesRefused

    if dry_run and not data.exists():
        # Nothing is there to compare with, and nothing may come to be there.
        with TemporaryDirectory() as empty:
            counted = run(_import(tables, Path(empty), dry_run))
    else:
        fresh = not data.exists()
        try:
            counted = run(_import(tables, data, dry_run))
        except TablesRefused:
            if fresh:
                # Nothing was written, so nothing may seem to have been.
                shutil.rmtree(data, ignore_errors=True)
            raise
    if as_json:
        files = {file: {"new": counted.new[file], "known": counted.known[file]} for file in counted.new}
        show_json({"dry_run": dry_run, "files": files})
        return
    rows = [[file, f"{counted.new[file]:,}", f"{counted.known[file]:,}"] for file in counted.new]
    show_table(["table", "new", "already there"], rows, right=("new", "already there"))
    new, known = sum(counted.new.values()), sum(counted.known.values())
    would = "would be new" if dry_run else "new"
    typer.echo(f"{new:,} rows {would}, {known:,} already there.")


async def _import(tables: Path | None, data: Path, dry_run: bool) -> "Plan":
    from deploy.embedded import EmbeddedSystem
    from deploy.folder import is_exercise

    if is_exercise(data):
        raise CannotDo(f"{data} holds the exercise with fictional States: name another folder with --data")
    if dry_run or tables is not None:
        counted = await take_in(data, tables, dry_run)
    else:
        counted = await take_in_shipped(data)
    if not dry_run:
        began = time.perf_counter()
        async with EmbeddedSystem(data) as system:
            await system.settle()
            # Reminders whose day has come are part of the picture.
            await system.sweep()
            await system.settle()
        say(f"Every page shows it ({time.perf_counter() - began:.1f} s).")
    return counted


async def take_in_shipped(data: Path) -> "Plan":
    """The shipped data, with a mark in the folder by which a killed first import is known."""
    from deploy.folder import Filled, mark

    mark(data, Filled.begun)
    counted = await take_in(data, None)
    mark(data, Filled.done)
    return counted


async def take_in(data: Path, tables: Path | None, dry_run: bool = False) -> "Plan":
    """Check and write, with a progress bar. Nobody else decides meanwhile: the services only begin afterwards."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from deploy.embedded import EmbeddedSystem
    from deploy.importing.plan import plan
    from deploy.importing.shipped import shipped_data
    from deploy.importing.tables import known_tables
    from deploy.importing.writing import write

    system = EmbeddedSystem(data)
    try:
        for service in system.services.values():
            await service.kit.open()
        began = time.perf_counter()
        counted = await plan(system, tables or shipped_data(), known_tables(system.services))
        rows = sum(counted.new.values()) + sum(counted.known.values())
        say(f"Checked {rows:,} rows: {counted.steps:,} statements to write.")
        if dry_run or not counted.steps:
            return counted
        columns = (TextColumn("Writing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("", total=counted.steps)
            await write(system, counted, lambda: bar.advance(task))
        say(f"Written, each on the disk, in {time.perf_counter() - began:.1f} s.")
        return counted
    finally:
        await system.stop()
