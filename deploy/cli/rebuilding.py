"""`article6 check-views` and `rebuild`: documents held against their events, and made anew beside the live ones."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.asking import must_hold_something, run
from deploy.cli.care import progress_bar
from deploy.cli.errors import CannotDo
from deploy.cli.options import DataFolder, Json
from deploy.cli.showing import say, show_json
from deploy.settings import FOLDER

if TYPE_CHECKING:
    from deploy.embedded import EmbeddedSystem
    from shared.comparing_views import ViewCompared
    from shared.kit import Kit
    from shared.rebuilding import Rebuild

_ASKS_EVERY = 0.2
_STOPPED = "Stopped. The live documents are unchanged; called again it goes on where it was."
_UNDER_WAY = ("filling", "comparing")


def check_views(data: DataFolder = FOLDER, as_json: Json = False) -> None:
    """Hold every document of every view against a fresh fold of its events; changes nothing.

    Works beside a running server. Exit code 1 where a document differs; `article6 rebuild` mends it.
    """
    must_hold_something(data)
    found = run(_compared(data))
    differences = [line for view in found for line in view.differences]
    if as_json:
        views = [
            {"view": v.view, "made": v.made, "documents": v.documents, "behind": v.behind, "differences": v.differences}
            for v in found
        ]
        show_json({"same": not differences, "views": views})
    else:
        for line in differences:
            typer.echo(line)
        for view in found:
            behind = f", {view.behind} of which have more to come" if view.behind else ""
            typer.echo(f"{view.view}: " + (f"{view.documents:,} documents{behind}" if view.made else "not made yet"))
        typer.echo(f"{len(differences)} differ." if differences else "Every document says what its events say.")
    if differences:
        raise typer.Exit(1)


async def _compared(folder: Path) -> "list[ViewCompared]":
    from deploy.embedded import EmbeddedSystem
    from shared.comparing_views import compare_view

    system = EmbeddedSystem(folder, read_only=True)
    try:
        return [
            await compare_view(name, projection, service.kit.documents, system.stores[projection.topic or name])
            for name, service in system.services.items()
            for projection in service.kit.projections
        ]
    finally:
        await system.stop()


def rebuild(
    view: Annotated[str, typer.Argument(help="As `article6 check-views` lists it, for example insights/parties.")],
    data: DataFolder = FOLDER,
    accept: Annotated[bool, typer.Option("--accept", help="Read the new documents although some differ.")] = False,
    afresh: Annotated[bool, typer.Option("--afresh", help="Do not go on with what is half made.")] = False,
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Only remove the documents that were replaced, or are half made.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make the documents of a view anew from the events, beside the live ones, and read them once they are the same.

    A server may run on the folder: it does the work, and answers meanwhile. Where documents differ from the
    live ones they are listed and nothing is changed, until --accept. Ctrl-C leaves the live ones as they are;
    called again it goes on where it was.

    \b
    Examples:
      article6 rebuild coalitions/coalition_pages
      article6 rebuild insights/parties --accept
    """
    must_hold_something(data)
    from deploy.embedded import EmbeddedSystem, FolderInUse

    try:
        system = EmbeddedSystem(data)
    except FolderInUse:
        _beside(data, view, accept, afresh, drop_old, as_json)
        return
    _show(view, run(_alone(system, view, accept, afresh, drop_old)), as_json, accept)


def _show(view: str, told: "Rebuild | tuple[int, ...]", as_json: bool, accept: bool) -> None:
    if isinstance(told, tuple):
        if as_json:
            show_json({"dropped": told})
        else:
            typer.echo(f"{view}: {_generations(told)} removed." if told else f"{view}: there was nothing to remove.")
        return
    if as_json:
        show_json(told.model_dump(mode="json"))
    else:
        _show_in_words(view, told)
    if told.stage != "live":
        raise typer.Exit(1)


def _show_in_words(view: str, told: "Rebuild") -> None:
    found = told.agreement
    for line in found.differences if found else ():
        typer.echo(line)
    match told.stage:
        case "live" if found:
            unlike = f", {found.differ:,} of which differ from before" if found.differ else ""
            typer.echo(f"{view}: {found.documents:,} documents made anew{unlike}. They are read now.")
        case "differs" if found:
            typer.echo(f"{found.differ:,} differ. The live documents are unchanged.")
            say("Where the new ones are right: article6 rebuild with --accept.")
        case "failed":
            raise CannotDo(f"{view} could not be made anew: {told.failing}. The live documents are unchanged.")
        case _:
            typer.echo(f"{view}: stopped. The live documents are unchanged; called again it goes on where it was.")


def _generations(numbers: tuple[int, ...]) -> str:
    return f"generation{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


# alone


async def _alone(
    system: "EmbeddedSystem", view: str, accept: bool, afresh: bool, drop_old: bool
) -> "Rebuild | tuple[int, ...]":
    try:
        kit, name = _named(system, view)
        await kit.open()
        if drop_old:
            return await kit.rebuilds.drop(name)
        await kit.rebuilds.start(name, "operator", accept, afresh)
        with progress_bar("Folding") as progress:
            return await kit.rebuilds.wait(name, progress)
    except asyncio.CancelledError:
        say(_STOPPED)
        raise
    finally:
        await system.stop()


def _named(system: "EmbeddedSystem", view: str) -> "tuple[Kit, str]":
    known = {
        f"{name}/{one.name}": (s.kit, one.name) for name, s in system.services.items() for one in s.kit.projections
    }
    if view not in known:
        raise CannotDo(f"there is no view {view}. There are: {', '.join(sorted(known))}")
    return known[view]


# beside a server, which does the work


def _beside(folder: Path, view: str, accept: bool, afresh: bool, drop_old: bool, as_json: bool) -> None:
    from deploy.embedded import served_at

    address = served_at(folder)
    if address is None:
        raise CannotDo(f"{folder} is in use by a process that does not answer over HTTP (yet): try again, or stop it")
    told = run(_asked(_Server(folder, address, view), accept, afresh, drop_old))
    _show(view, told, as_json, accept)


class _Server:
    """The server on a folder, asked about one view as the system itself."""

    def __init__(self, folder: Path, address: str, view: str) -> None:
        from shared.auth.caller import Caller
        from shared.auth.tokens import OwnTokens
        from shared.clock import SystemClock

        service, _, name = view.partition("/")
        if not service.isidentifier() or not name.isidentifier():
            raise CannotDo(f"there is no view {view}: `article6 check-views` lists them")
        token = OwnTokens.from_file(folder / "token-secret", SystemClock()).issue(Caller("operator", "isu"))
        self._base = f"{address}/{service}/operations/views/{name}"
        self._headers = {"Authorization": f"Bearer {token}"}

    async def ask(self, method: str, ending: str, body: Any = None) -> Any:
        """The answer. CannotDo in the problem's own words."""
        import httpx2

        try:
            async with httpx2.AsyncClient(headers=self._headers, timeout=60, trust_env=False) as client:
                answer = await client.request(method, f"{self._base}/{ending}", json=body)
        except httpx2.TransportError as error:
            raise CannotDo(f"the server at {self._base.partition('/operations')[0]} does not answer: {error}") from None
        if answer.status_code >= 400:
            try:
                problem = answer.json()
            except ValueError:
                problem = {}
            words = problem.get("detail") or problem.get("title") or f"answered {answer.status_code}"
            raise CannotDo(f"{words} (`article6 check-views` lists the views)" if answer.status_code == 404 else words)
        return answer.json()


async def _asked(server: _Server, accept: bool, afresh: bool, drop_old: bool) -> "Rebuild | tuple[int, ...]":
    if drop_old:
        return tuple((await server.ask("DELETE", "old"))["dropped"])
    await server.ask("POST", "rebuild", {"accept": accept, "afresh": afresh})
    try:
        with progress_bar("Folding") as progress:
            return await _followed(server, progress)
    except asyncio.CancelledError:
        # Ctrl-C: the server stops as well, and keeps what it has.
        with suppress(CannotDo):
            await server.ask("DELETE", "rebuild")
        say(_STOPPED)
        raise


async def _followed(server: _Server, progress: Callable[[int, int], None]) -> "Rebuild":
    from shared.rebuilding import Rebuild

    while True:
        told = Rebuild.model_validate(await server.ask("GET", "rebuild"))
        progress(told.done, max(told.done, told.total))
        if told.stage not in _UNDER_WAY:
            return told
        await asyncio.sleep(_ASKS_EVERY)
