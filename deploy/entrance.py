"""The gateway as a process of its own: pages, sign-in, and one address for all services."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from deploy.distributed import Installation
from deploy.kept import OpenedLater
from deploy.openid_settings import openid_settings
from deploy.proxy import Proxy, client
from deploy.serving import application
from shared.auth.tokens import OwnTokens, SignInCodes
from shared.clock import Clock, SystemClock
from shared.documents import Documents
from shared.documents.mongodb import MongoDocuments
from shared.http.edge import Edge
from shared.http.measured import measured
from shared.kit import Service
from shared.mongodb.connection import MongoConnection

_NO_STORE = {"Cache-Control": "no-store"}
_PATIENCE = 6.0


class Entrance:
    """What `deploy.serving.application` needs of a system whose services are elsewhere."""

    def __init__(self, place: Installation, calling: httpx2.AsyncClient, clock: Clock) -> None:
        self.addresses = place.addresses()
        self.exercise = place.exercise
        self.clock = clock
        self.tokens = OwnTokens(place.secret, clock)
        self.sign_in = SignInCodes(clock)
        self.connections = AsyncExitStack()
        self.kept = OpenedLater(partial(_open_kept, place, self.connections))
        self.services: Mapping[str, Service] = {}
        self.apps: Mapping[str, ASGIApp] = {
            name: Edge(Proxy(name, address, calling), f"gateway-{name}") for name, address in self.addresses.items()
        }
        self.app: ASGIApp = Starlette(
            routes=[
                Route("/healthz", self._healthz),
                Route("/readyz", self._readyz),
                Route("/metrics", measured),
                Mount("/", application(self, openid_settings())),
            ]
        )
        self._calling = calling

    async def _healthz(self, _: Request) -> Response:
        return JSONResponse({"alive": True}, headers=_NO_STORE)

    async def _readyz(self, _: Request) -> Response:
        """Ready while any service answers: one that is down takes nobody else's pages away. Each is told of."""
        told = await asyncio.gather(*(self._ask(address) for address in self.addresses.values()))
        services = dict(zip(self.addresses, told, strict=True))
        ready = any(one["answers"] for one in services.values())
        headers = _NO_STORE if ready else {**_NO_STORE, "Retry-After": "5"}
        return JSONResponse({"ready": ready, "services": services}, 200 if ready else 503, headers=headers)

    async def _ask(self, address: str) -> dict[str, Any]:
        try:
            answer = await self._calling.get(f"{address}/readyz", timeout=_PATIENCE)
            return {"answers": True, "ready": answer.status_code == 200}
        except httpx2.HTTPError:
            return {"answers": False, "ready": False}


async def _open_kept(place: Installation, connections: AsyncExitStack) -> Documents:
    # Reading goes on without it, so it is not waited for.
    connection = await MongoConnection.open(place.mongodb)
    connections.push_async_callback(connection.close)
    return MongoDocuments(connection.database(place.database("portal")))


@asynccontextmanager
async def entrance(place: Installation, clock: Clock | None = None) -> AsyncIterator[Entrance]:
    """The gateway, with its connections let go afterwards."""
    async with client() as calling:
        way_in = Entrance(place, calling, clock or SystemClock())
        try:
            yield way_in
        finally:
            await way_in.kept.close()
            await way_in.connections.aclose()
