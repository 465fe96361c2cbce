"""The adapters that every suite runs on. A new adapter adds itself here, and nowhere else.

Each factory opens a place of its own; `open()` may be called again after a `close()` and finds
what was stored, as after a restart.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from shared.documents import Documents
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore import EventStore
from shared.eventstore.sqlite import SqliteEventStore
from shared.log import EventLog
from shared.log.embedded import EmbeddedLog
from shared.privacy import Keyring
from shared.privacy.sqlite import SqliteKeyring
from tests import servers
from tests.contract_suites.kafka import KafkaLogPlace
from tests.contract_suites.mongodb import MongoDocumentsPlace, MongoKeyringPlace, MongoStorePlace


class StorePlace(Protocol):
    """Where an event store is kept."""

    async def open(self) -> EventStore: ...


class DocumentsPlace(Protocol):
    """Where documents are kept."""

    async def open(self) -> Documents: ...


class KeyringPlace(Protocol):
    """Where a keyring is kept."""

    async def open(self) -> Keyring: ...

    async def raw(self) -> bytes:
        """Everything that is stored, as it is stored: a key that was destroyed is nowhere in it."""
        ...


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


@dataclass
class SqliteKeyringPlace:
    folder: Path

    async def open(self) -> Keyring:
        return SqliteKeyring(self.folder / "keys.db")

    async def raw(self) -> bytes:
        return b"".join(file.read_bytes() for file in self.folder.rglob("*") if file.is_file())


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


class KafkaPlace:
    def __init__(self, folder: Path) -> None:
        self._place = KafkaLogPlace(folder, servers.kafka)

    async def open(self) -> Topics:
        log, stores = await self._place.open()
        return Topics(log, stores)

    async def close(self) -> None:
        await self._place.close()


KEYRINGS: dict[str, Callable[[Path], KeyringPlace]] = {"sqlite": SqliteKeyringPlace, "mongodb": MongoKeyringPlace}
STORES: dict[str, Callable[[Path], StorePlace]] = {"sqlite": SqliteStorePlace, "mongodb": MongoStorePlace}
DOCUMENTS: dict[str, Callable[[Path], DocumentsPlace]] = {
    "sqlite": SqliteDocumentsPlace,
    "mongodb": MongoDocumentsPlace,
}
LOGS: dict[str, Callable[[Path], LogPlace]] = {"embedded": EmbeddedLogPlace, "kafka": KafkaPlace}

_NEED_SERVERS = {"mongodb", "kafka"}


def each(adapters: Mapping[str, Any]) -> list[Any]:
    """The adapters' names as parameters; those that need a server are marked `distributed`."""
    return [marked(name) for name in sorted(adapters)]


def marked(*names: str) -> Any:
    """One parameter made of these adapters' names: together in a tuple where there are several."""
    marks: Iterable[pytest.MarkDecorator] = [pytest.mark.distributed] if _NEED_SERVERS & {*names} else []
    return pytest.param(names if len(names) > 1 else names[0], marks=marks, id="-".join(names))
