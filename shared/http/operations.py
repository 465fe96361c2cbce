"""For whoever runs it: is it alive, is it ready, what does it measure."""

import asyncio
from collections.abc import Sequence
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from shared import metrics
from shared.eventstore import StoreUnavailable
from shared.kit import Kit

_NO_STORE = {"Cache-Control": "no-store"}
_PATIENCE = 5.0
_FRESH = 2.0


class Readiness:
    """What keeps these services from doing their work. Asked by anybody, so it names no content.

    Each asking writes to each store's disk; answers are kept for two seconds, so that askers cannot
    keep the disk busy.
    """

    def __init__(self, kits: Sequence[Kit]) -> None:
        self._kits = kits
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
        return {
            "ready": writable and lag is not None and not failing and not not_following,
            "store_writable": writable,
            "not_following": not_following,
            "failing": failing,
            "lag": lag,
            # Waits for an operator, and keeps nobody else from being served: told, not a reason to refuse.
            "parked": len(kit.parking.all()),
        }


async def _writable(kit: Kit) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            await kit.store.probe()
    except (StoreUnavailable, TimeoutError):
        return False
    return True


def operations(kits: Sequence[Kit]) -> Router:
    """`/healthz`, `/readyz` and `/metrics` for the services of this process; an ASGI application."""
    readiness = Readiness(kits)

    async def healthz(_: Request) -> Response:
        return JSONResponse({"alive": True}, headers=_NO_STORE)

    async def readyz(_: Request) -> Response:
        found = await readiness.answer()
        headers = _NO_STORE if found["ready"] else {**_NO_STORE, "Retry-After": "5"}
        return JSONResponse(found, 200 if found["ready"] else 503, headers=headers)

    async def measured(_: Request) -> Response:
        for kit in kits:
            for topic, lag in (await kit.lags()).items():
                metrics.LAG.labels(kit.name, topic).set(lag)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST, headers=_NO_STORE)

    return Router([Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", measured)])
