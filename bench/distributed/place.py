"""Where the bench finds MongoDB and Kafka, and how it leaves them: as if it had never been there."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]

from deploy.servers.kafka import KafkaServer
from deploy.servers.mongodb import MongoServer
from deploy.servers.process import LocalServer, free_port, say
from shared.log.kafka import KafkaPlace
from shared.mongodb.connection import MongoConnection, MongoDatabase, Patience

PARTITIONS = 6
_PATIENCE = Patience(whole=120, once=60)
"""A busy server is measured, not given up on."""


@dataclass(frozen=True)
class Names:
    """Names that nothing had before: a prefix for databases and topics, and connections to both servers."""

    prefix: str
    connection: MongoConnection
    kafka: KafkaPlace

    @property
    def database(self) -> MongoDatabase:
        """An empty one."""
        return self.connection.database(f"{self.prefix}_bench")


@dataclass
class Place:
    """The servers' addresses. `prefix` begins everything that is made there."""

    mongodb: str
    kafka: str
    prefix: str = field(default_factory=lambda: f"bench{secrets.token_hex(4)}")

    def __post_init__(self) -> None:
        self._numbers = count(1)

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[Names]:
        """Empty databases and topics, removed afterwards."""
        prefix = f"{self.prefix}x{next(self._numbers)}"
        connection = await MongoConnection.open(self.mongodb, _PATIENCE)
        try:
            yield Names(prefix, connection, KafkaPlace(self.kafka, prefix=prefix, partitions=PARTITIONS))
        finally:
            await _remove(connection, self.kafka, prefix)
            await connection.close()

    async def clear(self) -> None:
        """Remove whatever of ours is still there."""
        connection = await MongoConnection.open(self.mongodb, _PATIENCE)
        try:
            await _remove(connection, self.kafka, self.prefix)
        finally:
            await connection.close()

    async def kind(self) -> str:
        """What answers at the database's address, in words."""
        connection = await MongoConnection.open(self.mongodb, _PATIENCE)
        try:
            return str(connection.kind)
        finally:
            await connection.close()


async def _remove(connection: MongoConnection, kafka: str, prefix: str) -> None:
    for name in await connection.names():
        if name.startswith(prefix):
            await connection.drop(name)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    try:
        await admin.start()
        if topics := [name for name in await admin.list_topics() if name.startswith(prefix)]:
            await admin.delete_topics(topics)
    finally:
        await admin.close()


@contextmanager
def servers(folder: Path) -> Iterator[Place]:
    """Those named by ARTICLE6_TEST_MONGODB and ARTICLE6_TEST_KAFKA; for the others, local ones of our own.

    Local ones have a folder in `folder`, are started here and wiped afterwards. ServerFailed.
    """
    home = folder / f"bench-{secrets.token_hex(4)}"
    mongodb = MongoServer(home / "mongodb", free_port(), programs=folder / "mongodb" / "programs")
    kafka = KafkaServer(home / "kafka", free_port(), programs=folder / "kafka" / "libs")
    given = (os.environ.get("ARTICLE6_TEST_MONGODB", ""), os.environ.get("ARTICLE6_TEST_KAFKA", ""))
    both: tuple[LocalServer, LocalServer] = (mongodb, kafka)
    ours = [server for server, address in zip(both, given, strict=True) if not address]
    try:
        for server in ours:
            say(f"Starting {server.name} …")
            server.start()
        place = Place(given[0] or mongodb.address, given[1] or kafka.address)
        try:
            yield place
        finally:
            if len(ours) < len(given):
                asyncio.run(place.clear())
    finally:
        for server in ours:
            server.wipe()
        # Settings, logs.
        shutil.rmtree(home, ignore_errors=True)
