"""Two small services in one process, which a test can stop, crash and start again on the same files."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from starlette.types import ASGIApp

from deploy.gateway import Gateway
from shared.auth.caller import Caller, Role, system
from shared.auth.tokens import OwnTokens
from shared.clock import TurnableClock
from shared.commits import Commit
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore.sqlite import SqliteEventStore
from shared.http.app import service_app
from shared.http.operations import operations
from shared.ids import new_id
from shared.kit import Kit
from shared.log.embedded import EmbeddedLog
from shared.receipts import Receipt
from tests.kit import counting, echoing
from tests.kit.echoing import Faults

A_DAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class World:
    """Tallies and echoes on one clock."""

    def __init__(self, folder: Path, clock: TurnableClock | None = None, read_only: bool = False) -> None:
        self.folder = folder
        self.clock = clock or TurnableClock(A_DAY)
        self.read_only = read_only
        self.faults = Faults()
        self.stores = {name: SqliteEventStore(folder / name / "events.db", read_only) for name in ("tallies", "echoes")}
        self.tokens = OwnTokens.from_file(folder / "secret", self.clock)
        self.tallies = self._kit("tallies")
        self.echoes = self._kit("echoes")
        _, tallies = service_app(counting.build(self.tallies), self.tokens)
        _, echoes = service_app(echoing.build(self.echoes, self.faults), self.tokens)
        self.app: ASGIApp = Gateway({"tallies": tallies, "echoes": echoes}, operations(self.kits))

    @property
    def kits(self) -> list[Kit]:
        return [self.tallies, self.echoes]

    def _kit(self, name: str) -> Kit:
        documents = SqliteDocuments(self.folder / name / "views.db", self.read_only)
        return Kit(name, self.stores[name], EmbeddedLog(self.stores, documents), documents, self.clock)

    async def start(self) -> None:
        for kit in self.kits:
            if self.read_only:
                await kit.open()
            else:
                await kit.start(sweep_every=3600)

    async def stop(self) -> None:
        for kit in self.kits:
            await kit.stop()

    async def settle(self) -> None:
        """Wait until everything that was told has been taken."""
        async with asyncio.timeout(60):
            quiet = 0
            while quiet < 2:
                taken = [await kit.caught_up() for kit in self.kits]
                quiet = quiet + 1 if all(taken) else 0
                await asyncio.sleep(0.002)

    async def add(self, identity: str, amount: int, command_id: str | None = None) -> Receipt:
        """Count up, as the ISU's desk would."""
        return await self.tallies.handlers["tally"].handle(
            identity, counting.Add(amount=amount), system("test"), command_id or new_id()
        )

    async def repeated(self, identity: str) -> list[int]:
        """What echoes has repeated of a tally, in order."""
        return list((await self.echoes.handlers["echo"].load(identity)).state.amounts)

    async def history(self, service: str) -> list[Commit]:
        """Everything that a service has recorded."""
        return list(await self.stores[service].scan(0, 100_000))

    def client(self, role: Role | None = "isu", scope: str = "", **headers: str) -> httpx2.AsyncClient:
        """A client in process; with `role` None nobody is signed in."""
        if role is not None:
            headers["Authorization"] = f"Bearer {self.tokens.issue(Caller('desk', role, scope))}"
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url="http://article6.test", headers=headers)


@asynccontextmanager
async def world(folder: Path, clock: TurnableClock | None = None, **settings: Any) -> AsyncIterator[World]:
    """Start one, and stop it whatever happens."""
    made = World(folder, clock, **settings)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
