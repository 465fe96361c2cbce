"""For whoever runs it: is it alive, is it ready, what does it measure."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from shared import metrics
from shared.documents import DocumentsUnavailable
from shared.eventstore import StoreUnavailable
from shared.http.measured import measured
from shared.kit import Kit
from shared.log import LogUnavailable
from shared.relay import Relay

_NO_STORE = {"Cache-Control": "no-store"}
_PATIENCE = 5.0
_FRESH = 2.0


class Readiness:
    """What keeps these services from doing their work. Asked by anybody, so it names no content.

    Each asking writes to each store's disk; answers are kept for two seconds, so that askers cannot
    keep the disk busy.
    """

    def __init__(self, kits: Sequence[Kit], relays: Mapping[str, Relay] | None = None) -> None:
        self._kits = kits
        self._relays = relays or {}
        self._asking = asyncio.Lock()
        self._kept: tuple[float, dict[str, Any]] | None = None

    async def answer(self) -> dict[str, Any]:
        """By service: topics not followed, topics whose batch fails, lag, parked streams, store writable."""
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if self._kept is None or now - self._kept[0] > _FRESH:
                services = {kit.name: await self._one(kit) for kit in self._kits}
                ready = all(service["ready"] for service in services.values())
                self._kept = (now, {"ready": ready, "services": services})
            return self._kept[1]

    async def _one(self, kit: Kit) -> dict[str, Any]:
        failing = sorted({text.partition(":")[0] for text in kit.failing()})
        not_following = kit.not_following()
        try:
            lag: dict[str, int] | None = dict(await kit.lags())
        except Exception:
            lag = None
        writable = await _writable(kit)
        relay = await _relaying(self._relays[kit.name]) if kit.name in self._relays else {}
        publishes = all(one["running"] and not one["failing"] for one in relay.values())
        return {
            "ready": writable and lag is not None and not failing and not not_following and publishes,
            "store_writable": writable,
            "durability": await _durability(kit) if writable else None,
            "not_following": not_following,
            "failing": failing,
            "lag": lag,
            # Waits for an operator, and keeps nobody else from being served: told, not a reason to refuse.
            "parked": len(kit.parking.all()),
            **relay,
        }


async def _durability(kit: Kit) -> str | None:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await kit.store.durability()
    except (StoreUnavailable, TimeoutError):
        return None


async def _writable(kit: Kit) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            await kit.store.probe()
    except (StoreUnavailable, TimeoutError):
        return False
    return True


async def _relaying(relay: Relay) -> dict[str, dict[str, Any]]:
    """What waits to be published: commits, and the age of the oldest in seconds; null where nobody knows."""
    try:
        async with asyncio.timeout(_PATIENCE):
            waiting = await relay.measured()
    except (StoreUnavailable, TimeoutError):
        waiting = None
    backlog, age = waiting or (None, None)
    failing = bool(relay.failing) or waiting is None
    return {"relay": {"running": relay.running, "failing": failing, "backlog": backlog, "oldest_seconds": age}}


def operations(kits: Sequence[Kit], relays: Mapping[str, Relay] | None = None) -> Router:
    """`/healthz`, `/readyz` and `/metrics` for the services of this process; an ASGI application.

    `relays` are those of services that publish to a broker, by name.
    """
    readiness = Readiness(kits, relays)

    async def healthz(_: Request) -> Response:
        return JSONResponse({"alive": True}, headers=_NO_STORE)

    async def readyz(_: Request) -> Response:
        found = await readiness.answer()
        headers = _NO_STORE if found["ready"] else {**_NO_STORE, "Retry-After": "5"}
        return JSONResponse(found, 200 if found["ready"] else 503, headers=headers)

    async def look() -> None:
        for kit in kits:
            # Figures that cannot be had now stay as they were; the others are told all the same.
            with contextlib.suppress(LogUnavailable, StoreUnavailable, DocumentsUnavailable):
                for topic, lag in (await kit.lags()).items():
                    metrics.LAG.labels(kit.name, topic).set(lag)
        for relay in (relays or {}).values():
            with contextlib.suppress(StoreUnavailable):
                await relay.measured()

    told = Route("/metrics", partial(measured, first=look))
    return Router([Route("/healthz", healthz), Route("/readyz", readyz), told])
