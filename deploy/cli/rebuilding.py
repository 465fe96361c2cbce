"""`article6 check-views` and `rebuild`: documents held against their events, and made anew from them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.asking import must_hold_something, run
from deploy.cli.care import progress_bar
from deploy.cli.errors import CannotDo
from deploy.cli.options import DataFolder, Json
from deploy.cli.showing import show_json
from deploy.settings import FOLDER

if TYPE_CHECKING:
    from deploy.embedded import EmbeddedSystem
    from shared.comparing_views import ViewCompared
    from shared.projection import Projection


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
) -> None:
    """Make the documents of a view anew from the events, and check them. No server may run on the folder.

    When it is stopped on the way, it goes on when it is called again, or by itself when the server starts.

    \b
    Example:
      article6 rebuild coalitions/coalition_pages
    """
    must_hold_something(data)
    told = run(_rebuilt(data, view))
    for line in told.differences:
        typer.echo(line)
    typer.echo(f"{told.view}: {told.documents:,} documents made anew.")
    if told.differences:
        raise typer.Exit(1)


async def _rebuilt(folder: Path, view: str) -> "ViewCompared":
    from deploy.embedded import EmbeddedSystem
    from shared.comparing_views import compare_view

    system = EmbeddedSystem(folder)
    try:
        service, projection = _named(system, view)
        kit = system.services[service].kit
        with progress_bar("Folding") as progress:
            await kit.rebuild(projection.name, progress)
        return await compare_view(service, projection, kit.documents, system.stores[projection.topic or service])
    finally:
        await system.stop()


def _named(system: "EmbeddedSystem", view: str) -> "tuple[str, Projection[Any]]":
    known = {f"{name}/{one.name}": (name, one) for name, s in system.services.items() for one in s.kit.projections}
    if view not in known:
        raise CannotDo(f"there is no view {view}. There are: {', '.join(sorted(known))}")
    return known[view]
