"""A running system as its users see it, whichever way it runs: an address to call, and a token for each role."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Protocol

import httpx2

from deploy.local_cluster import Cluster
from shared.auth.caller import PUBLIC, Caller, Role
from shared.auth.tokens import OwnTokens
from shared.clock import SystemClock
from shared.ids import new_id
from tests import servers
from tests.system import TestSystem, embedded_system

_READY_IN = 240.0
_COMES_IN = 60.0


class Running(Protocol):
    """A system in which fictional States are let in."""

    def client(self, role: Role = "public", scope: str = "", subject: str = "desk") -> httpx2.AsyncClient:
        """A client that calls it as that role."""
        ...


class ElsewhereSystem:
    """One that somebody else has brought up as an exercise: ARTICLE6_TEST_ADDRESS, ARTICLE6_TEST_SECRET_FILE."""

    def __init__(self) -> None:
        self.address = os.environ["ARTICLE6_TEST_ADDRESS"]
        secret = Path(os.environ["ARTICLE6_TEST_SECRET_FILE"]).read_text().strip().encode()
        self.tokens = OwnTokens(secret, SystemClock())

    def client(self, role: Role = "public", scope: str = "", subject: str = "desk") -> httpx2.AsyncClient:
        """Over the network."""
        headers = {}
        if role != PUBLIC.role:
            headers["Authorization"] = f"Bearer {self.tokens.issue(Caller(subject, role, scope))}"
        return httpx2.AsyncClient(base_url=self.address, headers=headers, timeout=30, trust_env=False)


WAYS = ("embedded", "distributed", *(("elsewhere",) if "ARTICLE6_TEST_ADDRESS" in os.environ else ()))
"""How a story can be told here."""


class DistributedSystem:
    """Every service a process of its own, on real servers."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.tokens = OwnTokens(cluster.secret_file.read_text().strip().encode(), SystemClock())

    def client(self, role: Role = "public", scope: str = "", subject: str = "desk") -> httpx2.AsyncClient:
        """Through the gateway, over the network."""
        headers = {}
        if role != PUBLIC.role:
            headers["Authorization"] = f"Bearer {self.tokens.issue(Caller(subject, role, scope))}"
        return httpx2.AsyncClient(base_url=self.cluster.address, headers=headers, timeout=30, trust_env=False)


@contextlib.asynccontextmanager
async def distributed_system(folder: Path, **more: Any) -> AsyncIterator[DistributedSystem]:
    """All services as processes, with databases and topics of their own, ready; ended afterwards."""
    mongodb, kafka = await asyncio.to_thread(servers.mongodb), await asyncio.to_thread(servers.kafka)
    prefix = f"t{new_id().replace('-', '')[-12:]}"
    cluster = Cluster(folder, mongodb, kafka, prefix, exercise=True, **more)
    try:
        await asyncio.to_thread(cluster.start_all)
        await asyncio.to_thread(cluster.wait, seconds=_READY_IN)
        yield DistributedSystem(cluster)
    finally:
        await asyncio.to_thread(cluster.stop)


@contextlib.asynccontextmanager
async def running(how: str, folder: Path) -> AsyncIterator[Running]:
    """`embedded`, as it runs on one desk, `distributed`, or `elsewhere`."""
    if how == "elsewhere":
        yield ElsewhereSystem()
    elif how == "embedded":
        embedded: TestSystem
        async with embedded_system(folder) as embedded:
            yield embedded
    else:
        async with distributed_system(folder) as distributed:
            yield distributed


async def send(client: httpx2.AsyncClient, path: str, body: Any, key: str = "") -> dict[str, Any]:
    """A command; its receipt. What is refused for the moment is sent again, as the same command."""
    headers = {"Idempotency-Key": key or new_id()}
    answer = await _until(lambda: client.post(path, json=body, headers=headers))
    assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text}"
    receipt: dict[str, Any] = answer.json()
    return receipt


async def read(client: httpx2.AsyncClient, path: str, **parameters: str) -> Any:
    """What stands at that path; `after` is a token of a receipt."""
    answer = await _until(lambda: client.get(path, params=parameters))
    assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()


async def comes(client: httpx2.AsyncClient, path: str, true: Callable[[Any], bool]) -> Any:
    """What stands at that path once it is as wanted: others' answers take their way through the services."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _COMES_IN
    while True:
        answer = await client.get(path)
        if answer.status_code == 200 and true(shown := answer.json()):
            return shown
        assert loop.time() < until, f"{path} never came to what was wanted: {answer.text[:1500]}"
        await asyncio.sleep(0.05)


async def _until(ask: Callable[[], Any]) -> httpx2.Response:
    """The first answer that is not "not now, try again" (503 with Retry-After)."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _COMES_IN
    while True:
        answer: httpx2.Response = await ask()
        if answer.status_code != 503 or loop.time() > until:
            return answer
        await asyncio.sleep(0.1)
