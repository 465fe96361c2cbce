"""The adapters that every suite runs on. A new adapter adds itself here, and nowhere else.

Each factory opens a place of its own; `open()` may be called again after a `close()` and finds
what was stored, as after a restart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from shared.documents import Documents
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore import EventStore
from shared.eventstore.sqlite import SqliteEventStore
from shared.log import EventLog
from shared.log.embedded import EmbeddedLog


class StorePlace(Protocol):
    """Where an event store is kept."""

    async def open(self) -> EventStore: ...


class DocumentsPlace(Protocol):
    """Where documents are kept."""

    async def open(self) -> Documents: ...


@dataclass
class Topics:
    """A log with two topics, the stores that fill them, and how to let go."""

    log: EventLog
    stores: dict[str, EventStore]


class LogPlace(Protocol):
    """Where a log is kept."""

    async def open(self) -> Topics: ...

    async def close(self) -> None: ...


@dataclass
class SqliteStorePlace:
    folder: Path

    async def open(self) -> EventStore:
        return SqliteEventStore(self.folder / "events.db")


@dataclass
class SqliteDocumentsPlace:
    folder: Path

    async def open(self) -> Documents:
        return SqliteDocuments(self.folder / "views.db")


class EmbeddedLogPlace:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def open(self) -> Topics:
        self.stores = {name: SqliteEventStore(self.folder / f"{name}.db") for name in ("one", "two")}
        self.documents = SqliteDocuments(self.folder / "views.db")
        return Topics(EmbeddedLog(self.stores, self.documents), dict(self.stores))

    async def close(self) -> None:
        await self.documents.close()
        for store in self.stores.values():
            await store.close()


STORES: dict[str, Callable[[Path], StorePlace]] = {"sqlite": SqliteStorePlace}
DOCUMENTS: dict[str, Callable[[Path], DocumentsPlace]] = {"sqlite": SqliteDocumentsPlace}
LOGS: dict[str, Callable[[Path], LogPlace]] = {"embedded": EmbeddedLogPlace}
