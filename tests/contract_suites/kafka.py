"""A log on a real Kafka broker for the suites: SQLite stores whose commits a relay publishes as they are appended."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from shared.clock import SystemClock
from shared.commits import Commit
from shared.eventstore import EventStore
from shared.eventstore.sqlite import SqliteEventStore
from shared.ids import new_id
from shared.log.kafka import KafkaLog, KafkaPlace, KafkaTopic
from shared.relay import Backlog, Relay

TOPICS = ("one", "two")


class MarkedStore(SqliteEventStore):
    """Remembers what is not yet published, as the store behind a relay does; publishes before it answers."""

    relay: Relay

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.marked: list[Commit] = []
        self._publishing = asyncio.Lock()

    async def append(self, commit: Commit) -> Commit:
        stored = await super().append(commit)
        self.marked.append(stored)
        # One relay publishes at a time, as in a process of the system: what waits meanwhile goes in one page.
        async with self._publishing:
            while self.marked:
                await self.relay.once()
        return stored

    async def unrelayed(self, limit: int) -> Sequence[Commit]:
        return sorted(self.marked, key=lambda commit: (commit.stream, commit.seq))[:limit]

    async def relayed(self, commits: Sequence[Commit]) -> None:
        gone = {(commit.stream, commit.seq) for commit in commits}
        self.marked = [commit for commit in self.marked if (commit.stream, commit.seq) not in gone]

    async def backlog(self) -> Backlog:
        return Backlog(len(self.marked), min((commit.at for commit in self.marked), default=None))


class KafkaLogPlace:
    """Topics of its own on the broker at that address; opened again it finds them as they were."""

    def __init__(self, folder: Path, address: Callable[[], str]) -> None:
        self._folder = folder
        self._place = KafkaPlace(address(), prefix=f"test-{new_id()}", partitions=3, replicas=1)

    async def open(self) -> tuple[KafkaLog, dict[str, EventStore]]:
        """The log, and the stores that fill it."""
        self._stores = {name: MarkedStore(self._folder / f"{name}.db") for name in TOPICS}
        self._topics = [KafkaTopic(self._place, name) for name in TOPICS]
        for (name, store), topic in zip(self._stores.items(), self._topics, strict=True):
            store.relay = Relay(name, store, topic, SystemClock())

        async def read(topic: str, stream: str, after: int) -> list[Commit]:
            return await self._stores[topic].read(stream, after)

        return KafkaLog(self._place, read), dict(self._stores)

    async def close(self) -> None:
        """Let go of broker and files."""
        for topic in self._topics:
            await topic.close()
        for store in self._stores.values():
            await store.close()
