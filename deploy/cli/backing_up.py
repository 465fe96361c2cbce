"""`article6 backup`: a copy of the whole folder as of one moment, while a server runs on it."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.asking import must_hold_something, run
from deploy.cli.care import of_folder, progress_bar
from deploy.cli.errors import CannotDo
from deploy.cli.options import DataFolder
from deploy.cli.showing import say
from deploy.settings import FOLDER

if TYPE_CHECKING:
    from shared.heads import Heads
    from shared.sqlite.copying import Progress


def backup(
    folder: Annotated[Path, typer.Argument(help="The new folder to copy into.")],
    data: DataFolder = FOLDER,
) -> None:
    """Copy everything into a new folder, beside a running server too, and check the copy.

    The events of all services are copied as of one moment. The folder appears when it is whole, and is the
    installation itself, with its secrets and drafts: only you can read it, keep it so. The keys of people's
    names and contacts are not in it, so that who is forgotten later is forgotten there too: `article6
    export-keys` copies these. To go back to it, serve it: `article6 serve --data FOLDER`.

    \b
    Example:
      article6 backup backups/2026-11-21
    """
    must_hold_something(data)
    if folder.exists():
        raise CannotDo(f"{folder} is there already: name a new folder")
    if data.resolve() in (folder.resolve(), *folder.resolve().parents):
        raise CannotDo(f"{folder} would be inside {data}: name a folder beside it")
    os.umask(0o077)
    unfinished = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        with progress_bar("Copying") as progress:
            copy_folder(data, unfinished, progress)
        wrong, commits, heads = check_copy(data, unfinished)
        if wrong:
            raise CannotDo(f"the copy was not kept, its history is not sound: {'; '.join(wrong[:5])}")
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    typer.echo(f"{commits:,} commits in {folder}. Root over all heads: {heads.root()}")
    say("It holds the secrets of this installation: tokens and signatures work there too.")
    say("It does not hold the keys of people's names and contacts: `article6 export-keys`, kept apart.")


def copy_folder(data: Path, target: Path, progress: "Progress | None" = None) -> None:
    """Copy every service's files as of one moment, and the installation's own small files."""
    from shared.sqlite.copying import copy_files

    def pairs(name: str) -> dict[Path, Path]:
        return {file: target / file.relative_to(data) for file in sorted(data.glob(f"*/{name}"))}

    target.mkdir(parents=True, mode=0o700)
    copy_files(followers=pairs("views.db"), sources=pairs("events.db"), progress=progress)
    for file in sorted(data.iterdir()):
        # The lock belongs to whoever serves the source.
        if file.is_file() and file.name != "lock":
            shutil.copyfile(file, target / file.name)
            (target / file.name).chmod(0o600)


def check_copy(data: Path, copy: Path) -> "tuple[list[str], int, Heads]":
    """What is wrong with the copy, by itself and held against its source; its commits and heads."""
    wrong, commits, heads = run(of_folder(copy, None))
    beside, _, _ = run(of_folder(data, heads))
    return [*wrong, *(f"source: {fault}" for fault in beside)], sum(commits.values()), heads
