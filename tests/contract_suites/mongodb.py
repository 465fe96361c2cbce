"""Databases for the suites on a server of MongoDB's protocol, each gone soon after its test."""

import time
import weakref
from pathlib import Path

import bson

from shared.documents.mongodb import MongoDocuments
from shared.eventstore.mongodb import MongoEventStore
from shared.ids import new_id
from shared.mongodb.connection import MongoConnection, MongoDatabase, Patience
from shared.privacy.mongodb import MongoKeyring
from tests import servers

_PREFIX = "a6_test_"
_PATIENCE = Patience(whole=120.0, once=60.0)
"""What is shown here has nothing to do with how quick the machine is."""
_left: list[str] = []
_swept: list[bool] = []


class OwnStore(MongoEventStore):
    """Has a connection to itself, as the only store of a process."""

    async def close(self) -> None:
        await super().close()
        await self.database.connection.close()


class OwnDocuments(MongoDocuments):
    """Has a connection to itself."""

    async def close(self) -> None:
        await super().close()
        await self.database.connection.close()


class OwnKeyring(MongoKeyring):
    """Has a connection to itself."""

    async def close(self) -> None:
        await super().close()
        await self.database.connection.close()


class MongoPlace:
    """A database of its own: `folder` stands for it and is not used."""

    def __init__(self, folder: Path) -> None:
        self.name = f"{_PREFIX}{new_id().replace('-', '')}"
        weakref.finalize(self, _left.append, self.name)

    async def connected(self) -> MongoDatabase:
        """A connection for this place, which takes what other places have left behind away."""
        connection = await MongoConnection.open(servers.mongodb(), _PATIENCE)
        if not _swept:
            _swept.append(True)
            _left.extend(name for name in await connection.names() if _is_old(name))
        while _left:
            await connection.drop(_left.pop())
        return connection.database(self.name)


class MongoStorePlace(MongoPlace):
    """Where an event store is."""

    async def open(self) -> OwnStore:
        return await OwnStore.open(await self.connected())


class MongoDocumentsPlace(MongoPlace):
    """Where documents are."""

    async def open(self) -> OwnDocuments:
        return OwnDocuments(await self.connected())


class MongoKeyringPlace(MongoPlace):
    """Where keys are."""

    async def open(self) -> OwnKeyring:
        return await OwnKeyring.open(await self.connected())

    async def raw(self) -> bytes:
        """Every document, in the form in which it is sent and stored (BSON)."""
        database = await self.connected()
        stored = [
            bson.encode(row)
            for name in await database.plain.list_collection_names()
            for row in await database[name].find().to_list()
        ]
        await database.connection.close()
        return b"".join(stored)


def _is_old(name: str) -> bool:
    """Left by a run of an hour ago: the beginning of a UUIDv7 is the moment it was made."""
    if not name.startswith(_PREFIX):
        return False
    made = int(name.removeprefix(_PREFIX)[:12], 16) / 1000
    return time.time() - made > 3600
