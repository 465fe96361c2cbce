"""A whole system in one process for a test, on a clock that the test turns."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from deploy.catalogue import SERVICES
from deploy.embedded import EmbeddedSystem
from deploy.gateway import Gateway
from shared.auth.caller import PUBLIC, Caller, Role
from shared.clock import TurnableClock

A_DAY_IN_2026 = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class TestSystem(EmbeddedSystem):
    """An embedded system with clients for every role."""

    __test__ = False
    clock: TurnableClock

    def client(self, role: Role = "public", scope: str = "", subject: str = "desk") -> httpx2.AsyncClient:
        """A client that calls the services in process, as that role."""
        gateway = Gateway(self.apps, otherwise=_nothing_here)
        headers = {}
        if role != PUBLIC.role:
            headers["Authorization"] = f"Bearer {self.tokens.issue(Caller(subject, role, scope))}"
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=gateway, raise_app_exceptions=False),
            base_url="http://article6.test",
            headers=headers,
        )


async def _nothing_here(scope: object, receive: object, send: object) -> None:
    raise AssertionError("this path belongs to no service")


@asynccontextmanager
async def embedded_system(
    folder: Path, names: Sequence[str] = SERVICES, at: datetime = A_DAY_IN_2026, exercise: bool = True
) -> AsyncIterator[TestSystem]:
    """Start it, with fictional States let in, and stop it whatever happens. Timers fire only when the test sweeps."""
    system = TestSystem(folder, TurnableClock(at), names, exercise=exercise)
    await system.start(sweep_every=3600)
    try:
        yield system
    finally:
        await system.stop()
