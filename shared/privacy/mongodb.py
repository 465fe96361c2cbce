"""The keyring on MongoDB: a document for each subject, with its key or with the note that it is gone.

To forget is to write the note over the key, in one document and by one write, so that no moment has both.
What the database itself still holds of an overwritten document is not in our hands as it is with a file of
our own: its oplog keeps the older writing until it has rolled over, its files until the space is used
again, its backups until they expire. Those times belong into the installation's retention rules, the disks
under encryption (docs/adr/0010).
"""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Self, TypeVar

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from shared.mongodb.connection import MongoDatabase, MongoUnavailable, Row
from shared.privacy import Gone, KeyringUnavailable, KeyStillThere, SubjectKey

T = TypeVar("T")
_LIVING, _GONE = "living", "gone"
_ATTEMPTS = 8
_PAGE = 500


class MongoKeyring:
    """A database of its own beside the service's, so that no copy of the events holds a key. Get one by `open`."""

    def __init__(self, database: MongoDatabase) -> None:
        self.database = database
        self._people = database["keys"]
        self._secrets = database["keys_secret"]
        self._closed = False

    @classmethod
    async def open(cls, database: MongoDatabase) -> Self:
        """With its indexes there. KeyringUnavailable."""
        indexes = [
            # Only whose key is there has the field: of those gone, any number may have been at one place.
            IndexModel([("slot", ASCENDING)], name="slot", unique=True, sparse=True),
            IndexModel([("state", ASCENDING), ("_id", ASCENDING)], name="state"),
        ]
        try:
            await database.index("keys", indexes)
        except MongoUnavailable as error:
            raise KeyringUnavailable(f"{database.name}: {error}") from error
        return cls(database)

    async def secret(self) -> bytes:
        """32 bytes, made on first use."""
        return await self.adopt_secret(secrets.token_bytes(32))

    async def adopt_secret(self, secret: bytes) -> bytes:
        """This one, unless there is one already; the one there is now."""
        row = await self._repeat(lambda: self._secrets.find_one({"_id": "secret"}))
        if row is None:
            fresh = {"_id": "secret", "value": secret}
            try:
                await self._repeat(lambda: self._secrets.insert_one(fresh))
            except DuplicateKeyError:
                await self._settle()
            row = await self._repeat(lambda: self._secrets.find_one({"_id": "secret"}))
        if row is None:
            raise KeyringUnavailable(f"{self.database.name}: its secret cannot be read back")
        return bytes(row["value"])

    async def keep(self, fresh: SubjectKey) -> SubjectKey:
        """Keep it, or give the one that is there. ValueError for a subject that was forgotten."""
        row = _row_of(fresh)
        for _ in range(_ATTEMPTS):
            try:
                await self._repeat(lambda: self._people.insert_one(row))
            except DuplicateKeyError:
                there = await self._row({"_id": fresh.subject}) or await self._row({"slot": row["slot"]})
                if there is None:
                    # Not yet with the majority, or forgotten at this moment: then there is room for ours.
                    await self._settle()
                    continue
                if there["state"] == _GONE:
                    raise ValueError(f"{fresh.subject} was forgotten") from None
                return _key_in(there)
            return fresh
        raise KeyringUnavailable(f"{self.database.name}: others keep and forget the same subject all the while")

    async def held(self, subjects: Sequence[str]) -> dict[str, SubjectKey | Gone]:
        """By subject; asked for 500 at a time."""
        found: dict[str, SubjectKey | Gone] = {}
        for start in range(0, len(subjects), _PAGE):
            page = list(subjects[start : start + _PAGE])
            where: Row = {"_id": page[0]} if len(page) == 1 else {"_id": {"$in": page}}
            for row in await self._rows(where, len(page)):
                found[row["_id"]] = _key_in(row) if row["state"] == _LIVING else _gone_in(row)
        return found

    async def living(self, after: str = "", limit: int = _PAGE) -> list[SubjectKey]:
        """A page of subjects whose key is there."""
        return [_key_in(row) for row in await self._rows({"state": _LIVING, "_id": {"$gt": after}}, limit)]

    async def gone(self, after: str = "", limit: int = _PAGE) -> list[Gone]:
        """A page of subjects that were forgotten."""
        return [_gone_in(row) for row in await self._rows({"state": _GONE, "_id": {"$gt": after}}, limit)]

    async def forget(self, gone: Gone) -> Gone:
        """Write the note over the key, and look whether it is there. KeyStillThere where the key is."""
        note = _row_of_gone(gone)
        where = {"_id": gone.subject, "state": _LIVING}
        for _ in range(_ATTEMPTS):
            # Nothing that is gone is written again, so a repetition of either changes nothing.
            replaced = await self._repeat(lambda: self._people.replace_one(where, note))
            if not replaced.matched_count:
                try:
                    await self._repeat(lambda: self._people.insert_one(note))
                except DuplicateKeyError:
                    await self._settle()
            there = await self._row({"_id": gone.subject})
            if there is not None and there["state"] == _GONE:
                return _gone_in(there)
        raise KeyStillThere(f"{self.database.name}: the key of {gone.subject} is still there; repeat it")

    async def recorded(self, subject: str) -> None:
        """Note that the forgetting stands in the history, so that it is not finished again at the next start."""
        where = {"_id": subject, "state": _GONE}
        await self._repeat(lambda: self._people.update_one(where, {"$set": {"recorded": True}}))

    async def close(self) -> None:
        """Refuse whoever comes later. The connection is its owner's."""
        self._closed = True

    async def _row(self, where: Row) -> Row | None:
        return await self._repeat(lambda: self._people.find_one(where))

    async def _rows(self, where: Row, limit: int) -> list[Row]:
        async def rows() -> list[Row]:
            return await self._people.find(where).sort("_id", ASCENDING).limit(limit).batch_size(limit).to_list()

        return await self._repeat(rows)

    async def _settle(self) -> None:
        """Once this write has reached the majority, so has whatever stood in the way before it."""

        async def write() -> None:
            await self._secrets.replace_one({"_id": "settled"}, {"_id": "settled"}, upsert=True)

        try:
            await self._repeat(write)
        except DuplicateKeyError:
            await self._repeat(write)

    async def _repeat(self, operation: Callable[[], Awaitable[T]]) -> T:
        if self._closed:
            raise KeyringUnavailable(f"{self.database.name} is closed")
        try:
            return await self.database.repeat(operation)
        except MongoUnavailable as error:
            raise KeyringUnavailable(f"{self.database.name}: {error}") from error


def _row_of(key: SubjectKey) -> Row:
    return {
        "_id": key.subject,
        "state": _LIVING,
        "slot": f"{key.place}\n{key.mark}",
        "place": key.place,
        "key": key.key,
        "mark": key.mark,
        "found_by": dict(key.found_by),
        "made_at": key.made_at.isoformat(),
    }


def _row_of_gone(gone: Gone) -> Row:
    return {
        "_id": gone.subject,
        "state": _GONE,
        "place": gone.place,
        "at": gone.at.isoformat(),
        "by": gone.by,
        "reason": gone.reason,
        "recorded": gone.recorded,
    }


def _key_in(row: Row) -> SubjectKey:
    made_at = datetime.fromisoformat(row["made_at"])
    return SubjectKey(row["_id"], row["place"], bytes(row["key"]), row["mark"], row["found_by"], made_at)


def _gone_in(row: Row) -> Gone:
    return Gone(
        row["_id"], row["place"], datetime.fromisoformat(row["at"]), row["by"], row["reason"], bool(row["recorded"])
    )
