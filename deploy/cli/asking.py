"""Asking from the command line: beside a running server, or alone."""

import asyncio
import gc
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import typer

from deploy.cli.errors import CannotDo
from deploy.folder import holds_something

T = TypeVar("T")
_SELDOM = (10_000, 20, 20)
"""Allocations until the youngest objects are looked at, and how often until the older ones are (gc.set_threshold)."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it to its end, with warnings on standard error only."""
    from shared.logs import configure

    configure("console", "warning")
    return asyncio.run(work)


def run_serving(work: Coroutine[Any, Any, T]) -> T:
    """The same on the loop that is made for serving; uvicorn takes it by itself only where it makes the loop."""
    from importlib.util import find_spec

    if find_spec("uvloop") is None:
        # Not on every system; slower, and the same otherwise.
        return run(work)
    import uvloop

    from shared.logs import configure

    configure("console", "warning")
    return uvloop.run(work)


@contextmanager
def quick_start() -> Iterator[None]:
    """Loading makes many objects that stay: to look for garbage among them costs a sixth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def stays_for_good() -> None:
    """What is there now stays, once everything has started: looking for garbage among it would hold up, each time
    for a quarter of a second, whoever asks just then. Among what comes later it is looked for more seldom: most is
    let go of without."""
    gc.freeze()
    gc.set_threshold(*_SELDOM)


class Asking:
    """The services of one folder, asked in process as anybody from the public would ask them."""

    def __init__(self, system: Any) -> None:
        self.system = system

    async def get(self, path: str, **parameters: Any) -> Any:
        """The answer to GET `path` as JSON. CannotDo with the problem's own words where it is refused."""
        import httpx2

        from deploy.gateway import Gateway

        given = {
            name: [str(one) for one in value] if isinstance(value, list) else str(value)
            for name, value in parameters.items()
            if value is not None
        }
        transport = httpx2.ASGITransport(app=Gateway(self.system.apps, otherwise=_nothing))
        async with httpx2.AsyncClient(transport=transport, base_url="http://article6") as client:
            answer = await client.get(path, params=given)
        if answer.status_code >= 400:
            problem = answer.json()
            words = problem.get("detail") or problem.get("title") or f"answered {answer.status_code}"
            if answer.status_code == 422:
                fault: dict[str, Any] = next(iter(problem.get("errors", ())), {})
                allowed = f" Allowed: {fault['allowed']}." if fault.get("allowed") else ""
                raise typer.BadParameter(f"{words}{allowed}", param_hint=_as_option(fault.get("field", "")))
            raise CannotDo(words)
        return answer.json()

    async def pages(self, path: str, most: int, **parameters: Any) -> list[Any]:
        """The items of a paged list, page after page, up to `most`."""
        items: list[Any] = []
        cursor = None
        while len(items) < most:
            page = await self.get(path, cursor=cursor, limit=min(200, most - len(items)), **parameters)
            items.extend(page["items"])
            cursor = page["next"]
            if cursor is None:
                break
        return items


@asynccontextmanager
async def asking(folder: Path) -> AsyncIterator[Asking]:
    """The folder's services, ready to answer. CannotDo where there is nothing in it yet.

    Where a server runs on the folder its documents are read as they are at the moment; else the
    folder is opened, everything is caught up, and then answered.
    """
    must_hold_something(folder)
    with quick_start():
        from deploy.embedded import EmbeddedSystem, FolderInUse

        try:
            system = EmbeddedSystem(folder)
        except FolderInUse:
            system = EmbeddedSystem(folder, read_only=True)
    try:
        await system.start()
        if not system.read_only:
            await system.settle()
        yield Asking(system)
    finally:
        await system.stop()


def must_hold_something(folder: Path) -> None:
    """CannotDo unless somebody has written there before."""
    if not holds_something(folder):
        raise CannotDo(
            f"there is nothing in {folder} yet. Fill it with `article6 import --data {folder}`, "
            "or name another folder with --data."
        )


def _as_option(field: str) -> str | None:
    name = field.rpartition(".")[2].replace("_", "-")
    return f"--{name}" if name else None


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    raise LookupError(scope["path"])
