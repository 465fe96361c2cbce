"""One folder with its clients, over all the lives of its server."""

import asyncio
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.checking import Found, check
from tests.faults.load import Load
from tests.faults.process import Nursery, Server


@dataclass
class Arena:
    """`raised`: how many versions the projections are ahead of the code by now."""

    nursery: Nursery
    folder: Path
    dice: random.Random
    load: Load
    raised: int = 0
    kills: int = 0
    met_503: int = 0
    parked: int = 0
    recoveries: list[float] = field(default_factory=list)
    drains: list[float] = field(default_factory=list)
    server: Server | None = None

    async def up(self, sweep_every: float = 0.5) -> Server:
        """The server that is there, else a fresh one, ready."""
        if self.server is None or self.server.ended.done():
            self.server = await self.nursery.server(self.folder, raised=self.raised, sweep_every=sweep_every)
            await self.server.ready()
        return self.server

    async def kill(self) -> None:
        """`kill -9`."""
        if self.server is not None:
            self.kills += not self.server.ended.done()
            await self.server.killed()

    async def stop(self) -> float:
        """SIGTERM; seconds until it had ended. Told as strange if it did not end well."""
        assert self.server is not None
        began = time.monotonic()
        self.server.kill(signal.SIGTERM)
        code = await asyncio.wait_for(self.server.ended, 60)
        if code != 0:
            self.load.told.strange.append(f"SIGTERM was answered with {code}")
        return time.monotonic() - began

    async def recover(self) -> Server:
        """A server after the old one's end: ready, everything open repeated, everything settled."""
        assert self.server is None or self.server.ended.done()
        self.server = await self.nursery.server(self.folder, raised=self.raised)
        self.recoveries.append(await self.server.ready())
        await self.settled()
        return self.server

    async def settled(self) -> None:
        """Everything open repeated until it has an answer, every follower at the end of its topics."""
        assert self.server is not None
        await self.load.repeat_unknown(self.server.address)
        await self.server.order("settled")

    async def check(self) -> Found:
        """Hold it against the history."""
        return await check(self.folder, self.load.told, self.raised)
