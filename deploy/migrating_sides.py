"""The two kinds of installation as a migration sees them: a folder, and databases under a prefix."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy import folder as marks_of_folder
from deploy import migrating_marks as marks
from deploy.catalogue import SERVICES
from deploy.embedded import locked
from deploy.migrating import CannotMigrate, Side
from shared.documents.mongodb import MongoDocuments
from shared.eventstore.mongodb import MongoEventStore
from shared.eventstore.sqlite import SqliteEventStore
from shared.mongodb.connection import MongoConnection, MongoDatabase, Patience, Row
from shared.privacy.mongodb import MongoKeyring
from shared.privacy.sqlite import FILE, SqliteKeyring

_HOLDER_RENEWS_WITHIN = 6.0
"""Seconds; a relay that is alive renews its lease every two (shared/relay.py)."""
_PATIENCE = Patience(whole=300.0, once=120.0)
"""For pages of a large history, where nobody waits for an answer."""
_PAGE = 2_000
_LARGE_PAGE = 20_000
"""For servers that read everything to find what comes after a place."""
_NO_VIEWS = {"doc_installation", "doc_leases", "doc_built", "doc_places", "doc_aliases"}
"""What services leave behind that ran on nothing."""


@dataclass(frozen=True)
class Folder:
    """An embedded installation, or one that comes to be."""

    path: Path
    side: Side

    @property
    def exercise(self) -> bool:
        """Whether it is for an exercise."""
        return marks_of_folder.is_exercise(self.path)

    @property
    def shipped(self) -> str:
        """The digest of the shipped data in it; blank for none."""
        return marks_of_folder.shipped(self.path)


@asynccontextmanager
async def folder(path: Path, name: str, writing: bool = False) -> AsyncIterator[Folder]:
    """Held under its lock, so that nobody writes to it meanwhile; one that is not there is not made unless
    `writing`. FolderInUse."""
    async with AsyncExitStack() as stack:
        if writing or _is_there(path):
            stack.enter_context(locked(path))
        stores = {one: SqliteEventStore(path / one / "events.db", read_only=not writing) for one in SERVICES}
        for store in stores.values():
            stack.push_async_callback(store.close)
        # Not for reading only: what a crash left half done is cleared away first.
        keyrings = {one: SqliteKeyring(path / one / FILE) for one in SERVICES}
        yield Folder(path, Side(name, stores, keyrings))


@dataclass(frozen=True)
class Databases:
    """A distributed installation, or one that comes to be."""

    side: Side
    databases: Mapping[str, MongoDatabase]
    documents: Mapping[str, MongoDocuments]

    async def exercise(self) -> bool:
        """Whether it is marked as one of an exercise."""
        return await marks.is_marked_exercise(self.documents[SERVICES[0]])

    async def shipped(self) -> str:
        """The digest of the shipped data in it; blank for none."""
        return await marks.shipped(self.documents[SERVICES[0]])

    async def begin(self, exercise: bool, shipped: str) -> None:
        """Make the indexes, and let no service start until `finish`."""
        for documents in self.documents.values():
            await marks.begin(documents, exercise)
        if shipped:
            await marks.mark_shipped(self.documents[SERVICES[0]], shipped)
        for database in self.databases.values():
            await MongoEventStore.open(database)
            await MongoKeyring.open(database.connection.database(f"{database.name}_keys"))

    async def finish(self) -> None:
        """It is whole: services may start."""
        for documents in self.documents.values():
            await marks.finish(documents)

    async def running(self) -> list[str]:
        """Services that run on it at this moment: they keep a lease. Takes seconds where one was left behind."""
        before = await self._leases()
        if not before:
            return []
        await asyncio.sleep(_HOLDER_RENEWS_WITHIN)
        after = await self._leases()
        return [name for name, revision in after.items() if before.get(name) != revision]

    async def must_hold_no_leftovers(self) -> None:
        """CannotMigrate where there are views and no event at all: of an installation whose events were removed."""
        for store in self.side.stores.values():
            if await store.scan(0, 1):
                return
        for database in self.databases.values():
            for collection in await database.repeat(database.plain.list_collection_names):
                if not collection.startswith("doc_") or collection in _NO_VIEWS:
                    continue
                if await _first(database, collection, {}):
                    raise CannotMigrate(
                        f"{database.name} holds documents ({collection}) and no events: it was something else once. "
                        "Drop that database, or name another --prefix"
                    )

    async def _leases(self) -> dict[str, int]:
        found = {}
        for name, database in self.databases.items():
            if row := await _first(database, "doc_leases", {"_id": "relay"}):
                found[name] = int(row["revision"])
        return found


async def _first(database: MongoDatabase, collection: str, where: Row) -> Row | None:
    return await database.repeat(lambda: database[collection].find_one(where))


@asynccontextmanager
async def databases(address: str, prefix: str) -> AsyncIterator[Databases]:
    """The databases under that prefix; what is not there is not made. MongoUnavailable, WrongAddress."""
    async with AsyncExitStack() as stack:
        # First without patience: that nobody answers at all is told soon.
        await (await MongoConnection.open(address)).close()
        connection = await MongoConnection.open(address, _PATIENCE)
        stack.push_async_callback(connection.close)
        by_service = {one: connection.database(f"{prefix}_{one}") for one in SERVICES}
        stores = {one: MongoEventStore(database) for one, database in by_service.items()}
        for store in stores.values():
            stack.push_async_callback(store.close)
        keyrings = {one: MongoKeyring(connection.database(f"{prefix}_{one}_keys")) for one in SERVICES}
        documents = {one: MongoDocuments(database) for one, database in by_service.items()}
        page = _LARGE_PAGE if connection.kind.looks_up_by_equality_only else _PAGE
        yield Databases(Side(f"{prefix}_… on MongoDB", stores, keyrings, page), by_service, documents)


def _is_there(path: Path) -> bool:
    return path.exists()
