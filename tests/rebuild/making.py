"""A service whose view is made anew while the test holds up, breaks off or kills whatever it likes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from shared import failpoints
from shared.auth.caller import system
from shared.clock import TurnableClock
from shared.documents import Collection, Delete, Documents, Numbers, Put, Stored
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore.sqlite import SqliteEventStore
from shared.heard import Heard
from shared.ids import new_id
from shared.kit import Kit
from shared.log.embedded import EmbeddedLog
from shared.policy import Issue
from shared.projection import Projection
from shared.rebuilding import Rebuild
from shared.receipts import Receipt
from tests.kit.counting import TALLY, Add, Added, Shown, fold
from tests.kit.world import A_DAY

VIEW = "tallies"
FIRST, SECOND = "tallies_v1", "tallies_v1_g2"
Before = Callable[[str], Awaitable[None]]


class Died(BaseException):
    """What stands for `kill -9` where the process of the test must live on."""


async def _at_once(_: str) -> None: ...


class Hindered:
    """Documents that wait before they read a page or write; `before_*` is told the collection."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.before_find: Before = _at_once
        self.before_write: Before = _at_once

    async def declare(self, collection: Collection) -> None:
        await self._documents.declare(collection)

    async def get(self, collection: str, ids: Sequence[str]) -> dict[str, Stored]:
        return await self._documents.get(collection, ids)

    async def write(self, changes: Sequence[Put | Delete]) -> list[bool]:
        for name in {change.collection for change in changes}:
            await self.before_write(name)
        return await self._documents.write(changes)

    async def find(
        self,
        collection: str,
        where: Mapping[str, str] | None = None,
        after: str = "",
        limit: int = 100,
        at_most: Mapping[str, str] | None = None,
    ) -> list[Stored]:
        await self.before_find(collection)
        return await self._documents.find(collection, where, after, limit, at_most)

    async def numbers(self, collection: str) -> dict[str, Numbers]:
        return await self._documents.numbers(collection)

    async def close(self) -> None:
        await self._documents.close()


class Making:
    """One process of a service that counts. Several on one folder share its documents."""

    def __init__(self, folder: Path, exclusive: bool = True) -> None:
        self.folder = folder
        self.exclusive = exclusive
        self.clock = TurnableClock(A_DAY)
        self.reactions: list[str] = []
        self.folding: Callable[[Heard[Added]], None] = lambda _: None

    def open(self) -> "Making":
        self.store = SqliteEventStore(self.folder / "events.db")
        self.documents = Hindered(SqliteDocuments(self.folder / "views.db"))
        log = EmbeddedLog({"tallies": self.store}, self.documents)
        self.kit = Kit("tallies", self.store, log, self.documents, self.clock, self.exclusive)
        self.handler = self.kit.handler(TALLY)
        self.view = self.kit.view(Projection(VIEW, 1, "tally", (Added,), Shown, self._fold, fields=("name",)))
        self.kit.listen("tallies", Added, self._react, to=self.handler, name="react")
        return self

    def _fold(self, shown: Shown | None, heard: Heard[Added]) -> Shown:
        self.folding(heard)
        return fold(shown, heard)

    def _react(self, heard: Heard[Added]) -> list[Issue]:
        self.reactions.append(heard.link)
        return []

    async def start(self) -> "Making":
        await self.open().kit.start(sweep_every=3600)
        return self

    async def stop(self) -> None:
        await self.kit.stop()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def add(self, identity: str, amount: int = 1) -> Receipt:
        return await self.handler.handle(identity, Add(amount=amount), system("test"), new_id())

    async def settle(self) -> None:
        async with asyncio.timeout(60):
            while not await self.kit.caught_up():
                await asyncio.sleep(0.001)

    async def totals(self) -> dict[str, int]:
        """What readers are shown."""
        return {shown.name: shown.total for shown in await self.view.all()}

    async def stored(self, collection: str) -> dict[str, int]:
        """The totals in that collection, as they are on the disk."""
        await self.documents.declare(Collection(collection, ("name",)))
        return {one.id: one.body["doc"]["total"] for one in await self.documents.find(collection, limit=1_000)}

    async def alter(self, identity: str, **change: Any) -> None:
        """Spoil a live document behind everybody's back."""
        await self.documents.declare(Collection(FIRST, ("name",)))
        (stored,) = (await self.documents.get(FIRST, [identity])).values()
        body = {**stored.body, "doc": {**stored.body["doc"], **change}}
        assert await self.documents.write([Put(FIRST, identity, body, stored.revision)]) == [True]

    async def remade(self, accept: bool = False) -> Rebuild:
        async with asyncio.timeout(60):
            return await self.kit.rebuild(VIEW, accept=accept)


@asynccontextmanager
async def making(folder: Path, exclusive: bool = True) -> AsyncIterator[Making]:
    """Started, and stopped whatever happens."""
    made = await Making(folder, exclusive).start()
    try:
        yield made
    finally:
        await made.stop()


async def told(here: Making, several: int = 20) -> dict[str, int]:
    """Some history, and what readers must be shown of it."""
    for n in range(several):
        await here.add(f"t{n % 7}", 1 + n)
    await here.settle()
    return await here.totals()


@contextmanager
def dying_at(name: str, passage: int = 1) -> Iterator[list[str]]:
    """Whoever passes that failpoint for the nth time comes to its end there; the list has it then."""
    died: list[str] = []
    passed = 0

    def passing(here: str, _: str) -> None:
        nonlocal passed
        passed += here == name
        if here == name and passed == passage:
            died.append(here)
            raise Died(here)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(failpoints, "_on", True)
        patched.setattr(failpoints, "_pass", passing)
        yield died
