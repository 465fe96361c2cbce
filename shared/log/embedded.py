"""The log of one process: the event stores themselves, read by position.

SQLite has one writer that draws the position inside its lock, so a position can be trusted here.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence

from shared.commits import Commit
from shared.documents import Collection, Documents, Put
from shared.ending import ended
from shared.eventstore.sqlite import SqliteEventStore

_PLACES = Collection("places")


class AheadOfItsEvents(Exception):
    """These documents have seen more commits than the store holds: an older store stands beside newer
    documents, and what they show is no longer true. Remove the documents; they are made again."""


class EmbeddedLog:
    """Topics are the stores of the services in this process; places are kept in the follower's documents."""

    def __init__(self, stores: Mapping[str, SqliteEventStore], documents: Documents) -> None:
        self._stores = stores
        self._documents = documents

    async def subscribe(self, topic: str, group: str = "") -> "EmbeddedSubscription":
        """From the group's remembered place, else the beginning. AheadOfItsEvents where the store is older."""
        if not group:
            return EmbeddedSubscription(self._stores[topic], self._documents, "", 0)
        await self._documents.declare(_PLACES)
        place = f"{group}.{topic}"
        stored = (await self._documents.get(_PLACES.name, [place])).get(place)
        position = int(stored.body["position"]) if stored else 0
        end = await self._stores[topic].end()
        if position > end:
            # Going on would pass over every new commit until the old number is reached again.
            raise AheadOfItsEvents(f"{place} is at {position}, the events of {topic} end at {end}: remove views.db")
        return EmbeddedSubscription(self._stores[topic], self._documents, place, position)

    async def read_stream(self, topic: str, stream: str, after: int = 0) -> list[Commit]:
        """The stream's commits numbered above `after`, from the store of that service."""
        return await self._stores[topic].read(stream, after)


class EmbeddedSubscription:
    """One group's place in one store. Nobody else follows with the same group: no stream ever moves."""

    moves = 0
    alone_since = -math.inf

    def __init__(self, store: SqliteEventStore, documents: Documents, place: str, position: int) -> None:
        self._store = store
        self._documents = documents
        self._place = place
        self._delivered = position
        self._remembered = position
        self._ahead: asyncio.Task[Sequence[Commit]] | None = None
        self._wake = asyncio.Event()
        self._forget = store.on_append(lambda _: self._wake.set())

    async def batch(self, limit: int, wait: float) -> Sequence[Commit]:
        """The next commits, at most `limit`; waits up to `wait` seconds for the first, then is empty."""
        self._wake.clear()
        # Taken up before anything is awaited, and the place moves on only with what is handed over: whoever
        # is cancelled here loses a page that was read, and no commit.
        ahead, self._ahead = self._ahead, None
        commits = await ahead if ahead is not None else await self._store.scan(self._delivered, limit)
        if not commits and wait > 0:
            try:
                # Not wait_for: before Python 3.12 it loses a cancellation that meets the wake-up.
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                return []
            commits = await self._store.scan(self._delivered, limit)
        if commits:
            self._delivered = commits[-1].position
            if len(commits) >= limit:
                # There is more: it is read while the follower's writer thread writes what it makes of this page.
                self._ahead = asyncio.create_task(self._store.scan(self._delivered, limit))
        return commits

    async def commit(self) -> None:
        """Keep the place reached so far in the documents; nothing is written where it has not moved."""
        if self._delivered == self._remembered or not self._place:
            return
        stored = (await self._documents.get(_PLACES.name, [self._place])).get(self._place)
        revision = stored.revision if stored else 0
        await self._documents.write([Put(_PLACES.name, self._place, {"position": self._delivered}, revision)])
        self._remembered = self._delivered

    async def lag(self) -> int:
        """How many positions the store is ahead of what was delivered; zero or more."""
        return max(0, await self._store.end() - self._delivered)

    async def close(self) -> None:
        """Hear of no more appends, and end a `batch` that waits."""
        self._forget()
        self._wake.set()
        await ended(self._ahead)
