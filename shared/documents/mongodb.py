"""Documents on MongoDB: a collection for each kind, a revision in each document, written by compare-and-set.

The body is kept as JSON text, so that it comes back to the letter, whatever keys and numbers it has; the
declared fields stand beside it, where they can be indexed and read by hand.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import orjson
from pymongo import ASCENDING, IndexModel
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.documents import Collection, Delete, DocumentsUnavailable, Numbers, Put, Stored
from shared.ids import new_id
from shared.mongodb.connection import Collection as Place
from shared.mongodb.connection import MongoDatabase, MongoUnavailable, Row
from shared.mongodb.side_by_side import side_by_side

T = TypeVar("T")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_DUPLICATE = 11000
_PAGE = 500
_NUMBERED = 10_000
_NUMBER = "number"


class MongoDocuments:
    """One database of one service."""

    def __init__(self, database: MongoDatabase) -> None:
        self.database = database
        self._declared: dict[str, Collection] = {}
        self._closed = False

    async def declare(self, collection: Collection) -> None:
        """An index for each field. ValueError for a name that could be misread."""
        for name in (collection.name, *collection.fields):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} cannot name a collection or field")
        if self._declared.get(collection.name) == collection:
            # Known to be there: readers say this again and again.
            return
        # A field and the id behind it: pages go by id.
        indexes = [
            IndexModel([(_stored(field), ASCENDING), ("_id", ASCENDING)], name=f"by_{field}")
            for field in collection.fields
        ]
        try:
            await self.database.index(f"doc_{collection.name}", indexes)
        except MongoUnavailable as error:
            raise DocumentsUnavailable(f"{self.database.name}: {error}") from error
        self._declared[collection.name] = collection

    async def get(self, collection: str, ids: Sequence[str]) -> dict[str, Stored]:
        """Those that exist, by id. ValueError for an undeclared collection."""
        place = self._table(collection)
        wanted = list(dict.fromkeys(ids))
        if len(wanted) == 1 or self.database.connection.kind.looks_up_by_equality_only:
            rows = await self._each(wanted, lambda id_: place.find_one({"_id": id_}))
            return {row["_id"]: _read(row) for row in rows if row is not None}
        found = {}
        for start in range(0, len(wanted), _PAGE):
            page = wanted[start : start + _PAGE]
            for row in await self._rows(collection, {"_id": {"$in": page}}, len(page)):
                found[row["_id"]] = _read(row)
        return found

    async def write(self, changes: Sequence[Put | Delete]) -> list[bool]:
        """Each change by itself; False for each whose document is at another revision.

        Where it is broken off some changes are made and others not.
        """
        made = [False] * len(changes)
        for turn in _turns(changes):
            fresh: dict[str, list[tuple[int, Put]]] = {}
            others: list[tuple[int, Put | Delete]] = []
            for n, change in turn:
                if isinstance(change, Put) and change.revision == 0:
                    fresh.setdefault(change.collection, []).append((n, change))
                else:
                    others.append((n, change))
            for name, puts in fresh.items():
                for (n, _), outcome in zip(puts, await self._insert(name, [put for _, put in puts]), strict=True):
                    made[n] = outcome
            changed = await side_by_side([change for _, change in others], self._change)
            for (n, _), outcome in zip(others, changed, strict=True):
                made[n] = outcome
        return made

    async def _insert(self, collection: str, puts: Sequence[Put]) -> list[bool]:
        """New documents, in one request; each is told apart by a token, should the answer be lost."""
        place = self._table(collection)
        token = new_id()
        rows = [self._row(put, 1, token) for put in puts]
        attempts = 0

        async def insert() -> set[int]:
            nonlocal attempts
            attempts += 1
            try:
                if len(rows) == 1:
                    await place.insert_one(rows[0])
                else:
                    await place.insert_many(rows, ordered=False)
            except DuplicateKeyError:
                return {0}
            except BulkWriteError as error:
                faults = error.details.get("writeErrors", [])
                if error.details.get("writeConcernErrors") or any(f.get("code") != _DUPLICATE for f in faults):
                    raise
                return {int(fault["index"]) for fault in faults}
            return set()

        refused = await self._repeat(insert)
        if refused and attempts > 1:
            # An attempt whose answer was lost may be what stood in the way.
            there = await self._tokens(collection, [rows[n]["_id"] for n in refused])
            refused = {n for n in refused if there.get(rows[n]["_id"]) != token}
        return [n not in refused for n in range(len(rows))]

    async def _change(self, change: Put | Delete) -> bool:
        place = self._table(change.collection)
        where = {"_id": change.id, "revision": change.revision}
        attempts = 0
        if isinstance(change, Delete):

            async def delete() -> bool:
                nonlocal attempts
                attempts += 1
                return (await place.delete_one(where)).deleted_count == 1

            gone = await self._repeat(delete)
            # After an answer was lost: not there at all is as good as removed by us.
            return gone or (attempts > 1 and not await self._tokens(change.collection, [change.id]))
        token = new_id()
        row = self._row(change, change.revision + 1, token)

        async def replace() -> bool:
            nonlocal attempts
            attempts += 1
            return (await place.replace_one(where, row)).matched_count == 1

        made = await self._repeat(replace)
        return made or (attempts > 1 and (await self._tokens(change.collection, [change.id])).get(change.id) == token)

    def _row(self, put: Put, revision: int, token: str) -> Row:
        row: Row = {"_id": put.id, "revision": revision, "writing": token, "body": orjson.dumps(put.body).decode()}
        declared = self._declared[put.collection]
        for field in declared.fields:
            if isinstance(value := put.body.get(field), str):
                row[_stored(field)] = value
        if isinstance(number := put.body.get(declared.number), int):
            row[_NUMBER] = number
        return row

    async def _tokens(self, collection: str, ids: Sequence[str]) -> dict[str, str]:
        place = self._table(collection)
        rows = await self._each(ids, lambda id_: place.find_one({"_id": id_}, {"writing": 1}))
        return {row["_id"]: row["writing"] for row in rows if row is not None}

    async def find(
        self,
        collection: str,
        where: Mapping[str, str] | None = None,
        after: str = "",
        limit: int = 100,
        at_most: Mapping[str, str] | None = None,
    ) -> list[Stored]:
        """At most `limit` documents behind id `after`, compared as text. ValueError for an undeclared field."""
        self._table(collection)
        for field in (*(where or {}), *(at_most or {})):
            if field not in self._declared[collection].fields:
                raise ValueError(f"{collection} cannot be found by {field}: declare it")
        # In operators: a value from people can then be nothing but a value.
        wanted: Row = {"_id": {"$gt": after}}
        for field, value in (where or {}).items():
            wanted[_stored(field)] = {"$eq": value}
        for field, value in (at_most or {}).items():
            wanted.setdefault(_stored(field), {})["$lte"] = value
        return [_read(row) for row in await self._rows(collection, wanted, limit)]

    async def numbers(self, collection: str) -> dict[str, Numbers]:
        """By id. No counter beside the documents could be moved in the same write as they are."""
        place = self._table(collection)

        async def numbers() -> list[Row]:
            return await place.find({}, {"revision": 1, _NUMBER: 1}).batch_size(_NUMBERED).to_list()

        return {row["_id"]: (row["revision"], row.get(_NUMBER)) for row in await self._repeat(numbers)}

    async def close(self) -> None:
        """Refuse whoever comes later. The connection is its owner's."""
        self._closed = True

    def _table(self, collection: str) -> Place:
        if collection not in self._declared:
            raise ValueError(f"collection {collection!r} was not declared")
        return self.database[f"doc_{collection}"]

    async def _rows(self, collection: str, where: Row, limit: int) -> list[Row]:
        place = self._table(collection)

        async def rows() -> list[Row]:
            return await place.find(where).sort("_id", ASCENDING).limit(limit).batch_size(limit).to_list()

        return await self._repeat(rows)

    async def _each(self, ids: Sequence[str], ask: Callable[[str], Awaitable[T]]) -> list[T]:
        return await side_by_side(ids, lambda id_: self._repeat(lambda: ask(id_)))

    async def _repeat(self, operation: Callable[[], Awaitable[T]]) -> T:
        if self._closed:
            raise DocumentsUnavailable(f"{self.database.name} is closed")
        try:
            return await self.database.repeat(operation)
        except MongoUnavailable as error:
            raise DocumentsUnavailable(f"{self.database.name}: {error}") from error


def _stored(field: str) -> str:
    """The field's name beside the body: `state` may not meet a name of our own, such as `revision`."""
    return f"f_{field}"


def _read(row: Row) -> Stored:
    return Stored(row["_id"], row["revision"], orjson.loads(row["body"]))


def _turns(changes: Sequence[Put | Delete]) -> Iterator[list[tuple[int, Put | Delete]]]:
    """The changes in turns, none of which has a document twice: changes to one document keep their order."""
    turns: list[list[tuple[int, Put | Delete]]] = []
    times: dict[tuple[str, str], int] = {}
    for n, change in enumerate(changes):
        document = (change.collection, change.id)
        turn = times[document] = times.get(document, -1) + 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append((n, change))
    return iter(turns)
