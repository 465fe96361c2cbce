"""A distributed system under load, its processes and servers within reach of a test that does them harm."""

import asyncio
import contextlib
import random
import shutil
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from deploy.distributed import Installation, writing_only
from deploy.local_cluster import Cluster
from deploy.servers.mongodb import MongoServer
from deploy.servers.process import free_port
from shared.log.kafka import KafkaPlace
from shared.receipts import Receipt
from tests import servers
from tests.distributed.network import Link, LinkedKafka
from tests.faults.checking import Found, examined
from tests.faults.load import Load
from tests.faults.process import PLAIN
from tests.faults.told import Sent

_SETTLES_IN = 240.0
_READY_IN = 240.0
_QUIET_LOOKS = 3
_BREATH = 0.15


class CalmLoad(Load):
    """Clients that take a breath after each command: harm is looked for here, not speed, and every check reads
    all that was ever said."""

    breath = 0.0
    """Seconds."""

    async def send(self, client: httpx2.AsyncClient, sent: Sent) -> Receipt | None:
        receipt = await super().send(client, sent)
        await asyncio.sleep(self.breath)
        return receipt


@dataclass
class Arena:
    """One installation on servers of its own, over all the lives of its processes."""

    cluster: Cluster
    mongodb: MongoServer
    kafka: LinkedKafka
    to_mongodb: Link
    load: CalmLoad
    dice: random.Random
    kills: int = 0
    recoveries: list[float] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def under_load(self, before: float = 0.5, after: float = 0.5) -> AsyncIterator[None]:
        """Clients are at work, some seconds before what is done in here and some after it; then all is settled."""
        async with self.clients_at_work(before, after):
            yield
        await self.settled()

    @contextlib.asynccontextmanager
    async def clients_at_work(self, before: float = 0.5, after: float = 0.5) -> AsyncIterator[None]:
        """The same, and what they have begun is left as it is."""
        over = asyncio.Event()
        self.load.breath = _BREATH
        clients = asyncio.create_task(self.load.run(self.cluster.address, over))
        try:
            await asyncio.sleep(before)
            yield
            await asyncio.sleep(after)
        finally:
            over.set()
            await clients
            self.load.breath = 0.0

    async def kill(self, name: str) -> None:
        """`kill -9`."""
        self.kills += self.cluster.running[name].poll() is None
        await asyncio.to_thread(self.cluster.kill, name)

    async def start(self, name: str, **more: str) -> None:
        """Start it, and wait until it is ready."""
        began = time.monotonic()
        self.cluster.start(name, **more)
        await asyncio.to_thread(self.cluster.wait, name, seconds=_READY_IN)
        self.recoveries.append(time.monotonic() - began)

    async def start_over_links(self, name: str) -> None:
        """Start it so that its ways to the broker and to the database can be disturbed."""
        kafka = f"127.0.0.1:{self.kafka.link.port}"
        mongodb = self.cluster.mongodb.replace(f":{self.mongodb.port}/", f":{self.to_mongodb.port}/")
        await self.start(name, ARTICLE6_KAFKA=kafka, ARTICLE6_MONGODB=mongodb)

    async def signal(self, name: str, number: signal.Signals) -> None:
        """SIGSTOP, SIGCONT, SIGTERM."""
        await asyncio.to_thread(self.cluster.kill, name, number)

    async def ended(self, name: str, seconds: float) -> bool:
        """Whether that process comes to its end by itself in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.cluster.running[name].poll() is None:
                    await asyncio.sleep(0.05)
                return True
        return False

    async def settled(self) -> None:
        """Everything open has an answer, everything stored is published, everything published is taken."""
        alive = [name for name, process in self.cluster.running.items() if process.poll() is None]
        await asyncio.to_thread(self.cluster.wait, *alive, seconds=_READY_IN)
        await self.load.repeat_unknown(self.cluster.address)
        until = time.monotonic() + _SETTLES_IN
        quiet = 0
        while quiet < _QUIET_LOOKS:
            told = [await self._told(name) for name in alive if name != "gateway"]
            quiet = quiet + 1 if all(map(_is_quiet, told)) else 0
            if time.monotonic() > until:
                raise AssertionError(f"never at rest: {[one for one in told if not _is_quiet(one)]}")
            # Answers are kept for two seconds.
            await asyncio.sleep(1.1)

    async def published(self, name: str) -> None:
        """Nothing waits to be published any more, as that process says."""
        until = time.monotonic() + _SETTLES_IN
        while (await self._told(name))["relay"]["backlog"] != 0:
            if time.monotonic() > until:
                raise AssertionError(f"never published, {name} says {await self._told(name)}")
            await asyncio.sleep(1.1)

    async def check(self) -> Found:
        """Hold it against the history."""
        async with writing_only(self.place) as system:
            return await examined(system, self.load.told, thorough=False)

    @property
    def place(self) -> Installation:
        """As every process of it is told."""
        cluster = self.cluster
        broker = KafkaPlace(cluster.kafka, prefix=cluster.prefix, partitions=cluster.partitions)
        secret = cluster.secret_file.read_text().strip().encode()
        return Installation(cluster.mongodb, broker, cluster.services, secret, cluster.prefix, exercise=True)

    async def _told(self, name: str) -> dict[str, Any]:
        async with httpx2.AsyncClient(timeout=20, trust_env=False, verify=PLAIN) as client:
            answer = await client.get(f"{self.cluster.address_of(name)}/readyz")
            told: dict[str, Any] = next(iter(answer.json()["services"].values()))
            return told


def _is_quiet(told: dict[str, Any]) -> bool:
    lag = told["lag"]
    return told["ready"] and lag is not None and not any(lag.values()) and told["relay"]["backlog"] == 0


@contextlib.asynccontextmanager
async def arena(folder: Path, seed: int) -> AsyncIterator[Arena]:
    """A fresh one, ready, with its own MongoDB and Kafka; everything is ended afterwards."""
    home = servers.FOLDER / "tests" / f"arena-{folder.name}-{seed}"
    mongodb = servers.own_mongodb(home / "mongodb")
    kafka = LinkedKafka(home / "kafka", free_port(), programs=servers.FOLDER / "kafka" / "libs")
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.to_thread, _wiped, home, mongodb, kafka)
        await asyncio.to_thread(mongodb.start)
        await asyncio.to_thread(kafka.start)
        to_mongodb = await stack.enter_async_context(Link(mongodb.port))
        await stack.enter_async_context(kafka.link)
        cluster = Cluster(folder, mongodb.address, kafka.address, exercise=True)
        stack.push_async_callback(asyncio.to_thread, cluster.stop)
        # The clients sign with the secret that the services know.
        (folder / "token-secret").write_bytes(cluster.secret_file.read_text().strip().encode())
        await asyncio.to_thread(cluster.start_all)
        await asyncio.to_thread(cluster.wait, seconds=_READY_IN)
        load = CalmLoad(folder, seed)
        # Whoever asks a service that is away is told so at once, and would send hundreds of commands meanwhile.
        load.pause = 0.5
        yield Arena(cluster, mongodb, kafka, to_mongodb, load, random.Random(seed))


def _wiped(home: Path, mongodb: MongoServer, kafka: LinkedKafka) -> None:
    kafka.wipe()
    mongodb.wipe()
    shutil.rmtree(home, ignore_errors=True)
