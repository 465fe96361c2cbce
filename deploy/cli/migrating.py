"""`article6 migrate`: from a folder to databases and back, to the letter."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.asking import must_hold_something, run
from deploy.cli.care import progress_bar
from deploy.cli.distributed_options import MONGODB, Mongodb, Prefix
from deploy.cli.errors import CannotDo
from deploy.cli.options import DataFolder, Json
from deploy.cli.showing import say, show_json, show_table
from deploy.settings import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.migrating import Plan, Told
    from deploy.migrating_sides import Databases, Folder

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done; write nothing.")]
_STAYS = (
    "Not copied: the secret of tokens, the key under which heads are signed, sessions and drafts of the pages. "
    "docs/migrating.md says what to do about each."
)

app = typer.Typer(
    no_args_is_help=True,
    help="Take everything recorded from a folder to databases, or back: the same commits, the same links.",
    epilog="The history is copied to the letter and held against its source; the source is not changed. "
    "Stopped on the way, run it again: it goes on where it was.",
)


@app.command("to-distributed")
def to_distributed(
    data: DataFolder = FOLDER,
    mongodb: Mongodb = MONGODB,
    prefix: Prefix = "article6",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """From a folder into databases under a prefix that nobody used before. No server may run on the folder.

    Copies events and the keys of people's details. Every commit is marked to be published, in its order, by the
    services as soon as they are started; until this has ended they refuse to start. They make their pages from
    the events.

    \b
    Examples:
      article6 migrate to-distributed --dry-run
      article6 migrate to-distributed --data article6-data --mongodb mongodb://db.example/ --prefix article6
    """
    must_hold_something(data)
    told = run(_to_distributed(data, mongodb, prefix, dry_run))
    _show(told, f"{prefix}_… on MongoDB", dry_run, as_json)
    if not dry_run:
        exercise = " --exercise" if told.exercise else ""
        say(f"Start the services: `article6 service NAME --prefix {prefix}{exercise}`. They publish all of it first.")
        say(_STAYS)


@app.command("to-folder")
def to_folder(
    data: Annotated[Path, typer.Option("--data", help="The new folder.", show_default=False)],
    mongodb: Mongodb = MONGODB,
    prefix: Prefix = "article6",
    exercise: Annotated[
        bool, typer.Option("--exercise", envvar="ARTICLE6_EXERCISE", help="Keep the folder for an exercise.")
    ] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """From the databases under a prefix into a new folder. The folder appears when it is whole.

    Copies events and the keys of people's details. Most of it can be done while the services run: it then ends by
    saying so. Stop them and run it again, and it takes only the rest.

    \b
    Examples:
      article6 migrate to-folder --data brought-back --dry-run
      article6 migrate to-folder --mongodb mongodb://db.example/ --prefix article6 --data brought-back
    """
    os.umask(0o077)
    told = run(_to_folder(data, mongodb, prefix, exercise, dry_run))
    _show(told, str(data), dry_run, as_json)
    if not dry_run:
        say(f"Serve it with `article6 serve --data {data}`: its pages are then made from the events.")
        say(_STAYS)


class _Outcome:
    """What was found and done; `there`: what the target holds afterwards, None after a dry run."""

    def __init__(self, plan: "Plan", there: "Mapping[str, Told] | None", exercise: bool) -> None:
        self.plan = plan
        self.there = there
        self.exercise = exercise


async def _to_distributed(data: Path, mongodb: str, prefix: str, dry_run: bool) -> _Outcome:
    from deploy.migrating import CannotMigrate, migrated, planned
    from deploy.migrating_sides import databases, folder

    async with folder(data, str(data)) as source, databases(mongodb, prefix) as target:
        try:
            await target.must_hold_no_leftovers()
            plan = await planned(source.side, target.side, progress_bar)
            if dry_run:
                return _Outcome(plan, None, source.exercise)
            await _must_be_at_rest(target)
            await target.begin(source.exercise, source.shipped)
            there = await migrated(source.side, target.side, plan, progress_bar)
            await target.finish()
        except CannotMigrate as cannot:
            raise CannotDo(str(cannot)) from None
        return _Outcome(plan, there, source.exercise)


async def _must_be_at_rest(target: "Databases") -> None:
    if running := await target.running():
        raise CannotDo(f"{', '.join(running)} run on {target.side.name}: stop the services first")


async def _to_folder(data: Path, mongodb: str, prefix: str, exercise: bool, dry_run: bool) -> _Outcome:
    from deploy.migrating import CannotMigrate, planned
    from deploy.migrating_sides import databases, folder

    unfinished = data.with_name(f"{data.name}.migrating")
    where = _begun(data, unfinished)
    async with databases(mongodb, prefix) as source:
        try:
            async with folder(where, str(data)) as target:
                plan = await planned(source.side, target.side, progress_bar)
                exercise = exercise or plan.fictional or await source.exercise()
                if dry_run:
                    return _Outcome(plan, None, exercise)
            if where == data:
                # Half of what is new must not be served: it is put back under its name when it is whole.
                _rename(data, unfinished)
            async with folder(unfinished, str(data), writing=True) as target:
                there = await _filled(source, target, plan, exercise)
            # Its files are closed by now: SQLite clears away what stands beside them by their names.
            _rename(unfinished, data)
        except CannotMigrate as cannot:
            raise CannotDo(str(cannot)) from None
        return _Outcome(plan, there, exercise)


async def _filled(source: "Databases", target: "Folder", plan: "Plan", exercise: bool) -> "Mapping[str, Told]":
    from deploy.folder import mark_exercise, mark_shipped
    from deploy.migrating import CannotMigrate, migrated

    if exercise:
        mark_exercise(target.path)
    there = await migrated(source.side, target.side, plan, progress_bar)
    if digest := await source.shipped():
        mark_shipped(target.path, digest)
    if running := await source.running():
        raise CannotMigrate(
            f"{', '.join(running)} still run on {source.side.name}, so what they record from now on would be missing: "
            "stop the services and run it again; it takes only the rest"
        )
    return there


def _rename(folder: Path, name: Path) -> None:
    folder.rename(name)


def _begun(data: Path, unfinished: Path) -> Path:
    """Where the target is: under its name, or as an earlier run left it. CannotDo where it is something else."""
    from deploy.folder import holds_something

    if not data.exists() or not any(data.iterdir()):
        return unfinished
    if not holds_something(data):
        raise CannotDo(f"{data} is not empty: name a new folder with --data")
    if unfinished.exists():
        raise CannotDo(f"{data} is there, and {unfinished} was begun: remove one of them, or name a new folder")
    return data


def _show(told: _Outcome, target: str, dry_run: bool, as_json: bool) -> None:
    from deploy.migrating import heads_of

    plan = told.plan
    root = plan.heads.root()
    if as_json:
        services = {
            name: {
                "commits": one.commits,
                "streams": len(one.heads),
                "already_there": plan.target[name].commits,
                "keys": plan.keys[name].living,
                "forgotten": plan.keys[name].gone,
            }
            for name, one in plan.source.items()
        }
        show_json({"dry_run": dry_run, "exercise": told.exercise, "services": services, "root": root})
        return
    rows = [
        [
            name,
            f"{one.commits:,}",
            f"{len(one.heads):,}",
            f"{one.commits - plan.target[name].commits:,}",
            f"{plan.keys[name].living:,}",
            f"{plan.keys[name].gone:,}",
        ]
        for name, one in plan.source.items()
    ]
    copied = "to copy" if dry_run else "copied now"
    columns = ["service", "commits", "streams", copied, "people's keys", "forgotten"]
    show_table(columns, rows, right=columns[1:])
    if told.there is None:
        typer.echo(f"{plan.missing:,} of {plan.commits:,} commits would be copied into {target}. Nothing was written.")
        typer.echo(f"Root over all heads of the source: {root}")
    else:
        total = sum(one.commits for one in told.there.values())
        typer.echo(f"{plan.missing:,} commits copied; {total:,} are in {target}, the same as in the source.")
        typer.echo(f"Root over all heads, source: {root}")
        typer.echo(f"Root over all heads, target: {heads_of(told.there).root()}")
    if told.exercise:
        typer.echo("It is an exercise, and stays one.")
