"""`article6 prove` and `public-key`: what others need to check for themselves."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.asking import must_hold_something, run
from deploy.cli.care import of_folder, published_now, read_published, stores_of
from deploy.cli.errors import CannotDo
from deploy.cli.options import DataFolder
from deploy.cli.showing import say
from deploy.settings import FOLDER

if TYPE_CHECKING:
    from shared.commits import Commit
    from shared.heads import Published
    from shared.proofs import EventName


def prove(
    link: Annotated[str, typer.Argument(help="The event, for example deadlines/obligation-CCM-BIH-4@7.1.")],
    data: DataFolder = FOLDER,
    heads: Annotated[
        Path | None,
        typer.Option("--heads", help="Prove it under these heads, published earlier.", show_default="the heads of now"),
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Also where the proof shows events that are not published.")
    ] = False,
) -> None:
    """Write a proof, to standard output, that this event stands in the published history.

    Anybody can check it with docs/check_proof.py and the root that was published. The proof shows the event's
    commit and every later one of its stream, so it is refused where one of them is not public.

    \b
    Example:
      article6 prove deadlines/obligation-CCM-BIH-4@7.1 --heads heads-2026-11.json > proof.json
    """
    from shared.proofs import EventName, NotProvable, proof

    must_hold_something(data)
    try:
        event = EventName.read(link)
        published = read_published(heads) if heads else _now(data)
        commits = run(_chain(data, event, published))
    except NotProvable as error:
        raise CannotDo(str(error)) from None
    withheld = sorted({one.type for commit in commits for one in commit.events} & _unpublished(event.service))
    if withheld and not private:
        raise CannotDo(f"the proof would show what is not published ({', '.join(withheld)}): add --private if it may")
    typer.echo(proof(event, commits, published), nl=False)
    say(f"Under the root {published.root}, {'signed' if published.signature else 'not signed'}.")


def _now(folder: Path) -> "Published":
    from shared.heads import Published

    wrong, _, heads = run(of_folder(folder, None))
    if wrong:
        raise CannotDo("nothing is proved from a broken history: see `article6 verify`")
    return Published.read(published_now(folder, heads))


async def _chain(folder: Path, event: "EventName", published: "Published") -> "list[Commit]":
    from shared.proofs import NotProvable, chain_of

    stores = stores_of(folder)
    try:
        if event.service not in stores:
            raise NotProvable(f"there is no service {event.service}")
        return await chain_of(event, stores[event.service], published)
    finally:
        for store in stores.values():
            await store.close()


def _unpublished(service: str) -> set[str]:
    """The service's types of events that stay inside."""
    import asyncio
    import tempfile

    from deploy.embedded import EmbeddedSystem

    async def ask(folder: Path) -> set[str]:
        system = EmbeddedSystem(folder, names=[service], read_only=True)
        try:
            deciders = [handler.decider for handler in system.handlers.values()]
            return {kind.__name__ for decider in deciders for kind in decider.events if not kind.published}
        finally:
            await system.stop()

    # What the code says, whatever the folder holds.
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(ask(Path(folder)))


def public_key(
    data: DataFolder = FOLDER,
    pem: Annotated[bool, typer.Option("--pem", help="As a public key file for other tools.")] = False,
) -> None:
    """Print the public key with which this installation signs its published heads; made on first use.

    Tell it to others once, by a way that they trust: then they know heads that are yours.
    """
    from shared.signing import BadKey, Signer

    must_hold_something(data)
    try:
        signer = Signer.of_folder(data)
    except BadKey as error:
        raise CannotDo(str(error)) from None
    typer.echo(signer.pem if pem else signer.key, nl=not pem)
