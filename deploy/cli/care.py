"""`article6 verify`, `export` and `restore`: the history checked, taken away and put back."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.asking import must_hold_something, run
from deploy.cli.errors import CannotDo
from deploy.cli.options import DataFolder, Json
from deploy.cli.showing import say, show_json
from deploy.settings import FOLDER

if TYPE_CHECKING:
    from deploy.embedded import EmbeddedSystem
    from shared.export import Exported
    from shared.heads import Heads, Published


def verify(
    export_file: Annotated[
        Path | None,
        typer.Argument(metavar="[EXPORT]", help="Check this export by itself instead of a folder.", show_default=False),
    ] = None,
    data: DataFolder = FOLDER,
    heads: Annotated[
        Path | None, typer.Option("--heads", help="Heads published earlier: check that nothing of them is gone.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="HEX", help="The public key those heads must be signed with."),
    ] = None,
    publish: Annotated[
        Path | None,
        typer.Option("--publish", help="Write the heads of today, signed, to this file, for others to keep."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check that the history is whole and unchanged: every chain, number, command id and head.

    Works beside a running server, and on an export without any data. Exit code 1 where something is wrong.
    Heads from elsewhere must be signed with --key, or, for a folder that has one, with its own key.

    \b
    Examples:
      article6 verify
      article6 verify history.jsonl --heads heads-2026-11.json
    """
    published = read_published(heads) if heads else None
    expected = published.heads if published else None
    if export_file is not None:
        if publish is not None:
            raise typer.BadParameter("heads are published from a folder, not from an export", param_hint="--publish")
        found = _of_export(export_file, expected)
    else:
        must_hold_something(data)
        found = run(of_folder(data, expected))
    wrong, commits, newest = found
    if published is not None:
        wrong += published.faults(key or (_own_key(data) if export_file is None and published.signature else None))
    if publish is not None:
        if wrong:
            raise CannotDo("a broken history is not published: see `article6 verify`")
        publish.write_bytes(published_now(data, newest))
        say(f"The heads are in {publish}: let somebody else keep them.")
    signature = published.signature if published else None
    if as_json:
        signed_by = signature.key if signature else None
        root = newest.root()
        show_json({"sound": not wrong, "commits": commits, "root": root, "wrong": wrong, "signed_by": signed_by})
    else:
        for line in wrong:
            typer.echo(line)
        for service, count in commits.items():
            typer.echo(f"{service}: {count:,} commits")
        typer.echo(f"Root over all heads: {newest.root()}")
        if published is not None:
            typer.echo(f"The heads given are {f'signed with {signature.key}' if signature else 'not signed'}.")
        typer.echo(f"{len(wrong)} faults." if wrong else "Everything is whole and unchanged.")
    if wrong:
        raise typer.Exit(1)


def read_published(file: Path) -> "Published":
    """Heads as they were published. CannotDo where the file holds none."""
    from shared.heads import BadHeads, Published

    try:
        return Published.read(file.read_bytes())
    except BadHeads as error:
        raise CannotDo(f"{file} holds no published heads: {error}") from None


def published_now(folder: Path, heads: "Heads") -> bytes:
    """These heads as of now, signed for the installation of this folder."""
    from shared.clock import SystemClock
    from shared.signing import BadKey, Signer

    try:
        return heads.published(SystemClock().now(), Signer.of_folder(folder))
    except BadKey as error:
        raise CannotDo(str(error)) from None


def _own_key(folder: Path) -> str | None:
    from shared.signing import BadKey, key_of_folder

    try:
        return key_of_folder(folder)
    except BadKey as error:
        raise CannotDo(str(error)) from None


def _of_export(file: Path, published: "Heads | None") -> "tuple[list[str], Mapping[str, int], Heads]":
    from shared.export import verify_export

    told = verify_export(file, published)
    return list(told.wrong), told.commits, told.heads


async def of_folder(folder: Path, published: "Heads | None") -> "tuple[list[str], Mapping[str, int], Heads]":
    """What is wrong with a folder's stores, their commits by service, and their heads."""
    from shared.heads import Heads
    from shared.verifying import verify_store

    wrong: list[str] = []
    commits, heads = {}, {}
    stores = stores_of(folder)
    try:
        for name, store in stores.items():
            found = await verify_store(name, store, published)
            wrong += [f"{name}/{fault}" for fault in found.wrong]
            commits[name], heads[name] = found.commits, found.heads
    finally:
        for store in stores.values():
            await store.close()
    strangers = sorted({*(published.services if published else ())} - {*stores})
    wrong += [f"{name}: was published and is missing" for name in strangers if published and published.services[name]]
    return wrong, commits, Heads(heads)


def stores_of(folder: Path) -> dict[str, Any]:
    """For reading only, so that a running server is not disturbed and a broken folder is not touched."""
    from deploy.catalogue import SERVICES
    from shared.eventstore.sqlite import SqliteEventStore

    return {name: SqliteEventStore(folder / name / "events.db", read_only=True) for name in SERVICES}


def export(
    file: Annotated[Path, typer.Argument(help="Where to write it (JSON Lines).")],
    data: DataFolder = FOLDER,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Write the whole history to one file, beside a running server too.

    It holds everything, drafts too: only you can read the file, keep it so. People's names and contacts are
    sealed in it; `article6 export-keys` writes their keys.

    \b
    Example:
      article6 export history.jsonl
    """
    must_hold_something(data)
    if file.exists() and not force:
        raise CannotDo(f"{file} is there already: name another file, or add --force")
    os.umask(0o077)
    told = run(_export(file, data))
    typer.echo(f"{told.total:,} commits in {file}. Root over all heads: {told.heads.root()}")


async def _export(file: Path, data: Path) -> "Exported":
    from shared.clock import SystemClock
    from shared.export import export_history

    stores = stores_of(data)
    try:
        with progress_bar("Writing") as progress:
            return await export_history(stores, file, SystemClock().now(), progress)
    finally:
        for store in stores.values():
            await store.close()


def restore(
    file: Annotated[Path, typer.Argument(help="What `article6 export` wrote.")],
    data: DataFolder = FOLDER,
) -> None:
    """Put an export back, into a new folder. It is checked first; the folder appears when it is whole.

    \b
    Example:
      article6 restore history.jsonl --data restored
    """
    from shared.export import BrokenExport, NotEmpty

    if data.exists() and any(data.iterdir()):
        raise CannotDo(f"{data} is not empty: name a new folder with --data")
    try:
        told = run(_restore(file, data))
    except (BrokenExport, NotEmpty) as error:
        raise CannotDo(f"{file} was not put back: {error}") from None
    typer.echo(f"{told.total:,} commits are in {data}. Root over all heads: {told.heads.root()}")
    say("Tokens issued elsewhere do not work here: make new ones with `article6 token`.")


async def _restore(file: Path, data: Path) -> "Exported":
    from deploy.embedded import EmbeddedSystem
    from shared.export import restore_history

    aside = data.with_name(f"{data.name}.restoring")
    _clear(aside)
    system = EmbeddedSystem(aside)
    try:
        with progress_bar("Restoring") as progress:
            told = await restore_history(file, system.stores, progress)
    except BaseException:
        await system.stop()
        _clear(aside)
        raise
    await _fold(system)
    aside.rename(data)
    return told


async def _fold(system: "EmbeddedSystem") -> None:
    async with system:
        await system.settle()


def _clear(folder: Path) -> None:
    """Remove what a restoring that was stopped left behind."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def progress_bar(words: str) -> Iterator[Any]:
    """A bar on standard error; what it gives is told the number done and the number there is."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(TextColumn(words), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
