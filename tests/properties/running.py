"""A whole service of two topics on any adapter: it repeats what the first topic counts, and can be broken off."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from shared.auth.caller import system
from shared.clock import TurnableClock
from shared.eventstore import StoreUnavailable
from shared.handling import Handler
from shared.heard import Heard
from shared.ids import derived_id, new_id
from shared.kit import Kit
from shared.policy import Issue
from shared.projection import Projection
from shared.receipts import Receipt
from tests.contract_suites.adapters import DOCUMENTS, LOGS, marked
from tests.kit.counting import TALLY, Add
from tests.kit.echoing import ECHO, Added, Repeat, Sum, fold
from tests.kit.world import A_DAY

EVERYWHERE = [marked(log, documents) for log in sorted(LOGS) for documents in sorted(DOCUMENTS)]

PATIENCE = 240.0
"""Seconds after which something will never come: no test of speed, so it is long on a busy machine too."""


class Running:
    """Topic `one` counts; service `two` shows sums of it and repeats each addition once."""

    def __init__(self, folder: Path, adapters: tuple[str, str]) -> None:
        self._logs = LOGS[adapters[0]](folder)
        self._documents = DOCUMENTS[adapters[1]](folder / "documents")
        self.broken = False

    async def start(self, versions: Sequence[int] = (1,)) -> None:
        clock = TurnableClock(A_DAY)
        self.topics = await self._logs.open()
        documents = await self._documents.open()
        self.kit = Kit("two", self.topics.stores["two"], self.topics.log, documents, clock)
        self.tallies = Handler("one", TALLY, self.topics.stores["one"], clock)
        self.echoes = self.kit.handler(ECHO)
        self.sums = [
            self.kit.view(Projection(f"sums{n}", version, "tally", (Added,), Sum, fold, topic="one"))
            for n, version in enumerate(versions)
        ]
        self.kit.listen("one", Added, self._repeat, to=self.echoes, name="repeat")
        await self.kit.start(sweep_every=3600)

    def _repeat(self, heard: Heard[Added]) -> list[Issue]:
        if self.broken:
            raise StoreUnavailable("for now")
        command = Repeat(amount=heard.event.amount, source=heard.link)
        return [Issue(heard.identity, command, derived_id("repeat", heard.stream, heard.seq, heard.n))]

    async def stop(self) -> None:
        await self.kit.stop()
        await self._logs.close()

    async def restart(self, versions: Sequence[int] = (1,)) -> None:
        await self.stop()
        await self.start(versions)

    async def add(self, identity: str, amount: int) -> Receipt:
        return await self.tallies.handle(identity, Add(amount=amount), system("test"), new_id())

    async def hear_everything_again(self) -> None:
        """As after a place that was lost, beside what is being heard anyway."""
        (policy,) = self.kit._others["one"]
        await policy.take(await self.topics.stores["one"].scan(0, 10_000))

    async def settle(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await self.kit.caught_up():
                await asyncio.sleep(0.001)


@contextlib.asynccontextmanager
async def running(adapters: tuple[str, str]) -> AsyncIterator[Running]:
    """Started, and stopped whatever happens."""
    with tempfile.TemporaryDirectory() as folder:
        made = Running(Path(folder), adapters)
        await made.start()
        try:
            yield made
        finally:
            await made.stop()
