"""What a database really does, found out by asking it: concerns, compare-and-set, unique indexes, its clock.

An event store rests on these. A server that says yes to everything and keeps none of it looks well in
every other way.
"""

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError, OperationFailure

from shared.ids import new_id
from shared.mongodb.connection import Kind, MongoConnection, MongoDatabase, Row

_PLACE = "probe_of_the_database"
_MORE_THAN_THERE_ARE = 49
"""Nodes that must confirm a write, to see whether anybody counts: a replica set has at most fifty members,
of whom seven vote."""
_NO_LEVEL = "such-a-level-there-is-not"


@dataclass(frozen=True, slots=True)
class Durability:
    """What stands behind an acknowledged write.

    `writes_refused_below_majority`: a write that more nodes should confirm than there are is refused, so
    the server does look at write concerns; else it is durable as its own settings say, whatever is asked.
    `read_levels_known`: a read concern that does not exist is refused, so `majority` means something.
    """

    kind: Kind
    writes_refused_below_majority: bool
    read_levels_known: bool

    @property
    def confirmed(self) -> bool:
        """Whether majority and journal are what they are called here."""
        return self.writes_refused_below_majority and self.read_levels_known

    def __str__(self) -> str:
        if self.confirmed:
            return f"{self.kind}: writes confirmed by the majority and journalled, reads of what the majority has"
        missing = [
            words
            for words, there in (
                ("write concerns", self.writes_refused_below_majority),
                ("read concerns", self.read_levels_known),
            )
            if not there
        ]
        return f"{self.kind}: does not look at {' or '.join(missing)}; durable as its own settings say"


@dataclass(frozen=True, slots=True)
class Count:
    """Of rivals at one place: how many were told that they had done it, and how many really had."""

    acknowledged: int
    effect: int

    @property
    def honest(self) -> bool:
        """Whether nobody was told yes for nothing, and nobody no for something."""
        return self.acknowledged == self.effect


async def probe_durability(connection: MongoConnection, name: str) -> Durability:
    """Ask for what cannot be given, in the database of that name, and see whether it is refused.

    MongoUnavailable where an ordinary write with our concerns is not confirmed either.
    """
    database = connection.database(name)
    place = database[_PLACE]
    await database.repeat(lambda: place.replace_one({"_id": "plain"}, {"_id": "plain"}, upsert=True))

    async def too_many() -> None:
        row = {"_id": f"too-many-{new_id()}"}
        concern = {"w": _MORE_THAN_THERE_ARE, "j": True, "wtimeout": 500}
        answer = await database.plain.command({"insert": _PLACE, "documents": [row], "writeConcern": concern})
        if "writeConcernError" in answer:
            raise OperationFailure("refused", 100)

    async def no_level() -> None:
        await database.plain.command({"find": _PLACE, "limit": 1, "readConcern": {"level": _NO_LEVEL}})

    found = Durability(connection.kind, await _refused(database, too_many), await _refused(database, no_level))
    await database.repeat(place.drop)
    return found


async def _refused(database: MongoDatabase, operation: Callable[[], Awaitable[None]]) -> bool:
    async def once() -> bool:
        try:
            await operation()
        except OperationFailure:
            return True
        return False

    return await database.repeat(once)


async def rival_updates(database: MongoDatabase, rivals: int = 6, each: int = 20) -> Count:
    """Rivals count one number up by compare-and-set. Where both of two are acknowledged, one of them is lost."""
    place = database[f"{_PLACE}_updates"]
    id_ = new_id()
    await database.repeat(lambda: place.insert_one({"_id": id_, "n": 0}))

    async def rival() -> int:
        told = 0
        while told < each:
            row = await place.find_one({"_id": id_})
            n = int(row["n"]) if row else 0
            answer = await place.update_one({"_id": id_, "n": n}, {"$set": {"n": n + 1}})
            told += answer.matched_count
        return told

    acknowledged = sum(await asyncio.gather(*(rival() for _ in range(rivals))))
    row = await place.find_one({"_id": id_})
    await database.repeat(place.drop)
    return Count(acknowledged, int(row["n"]) if row else 0)


async def rival_inserts(database: MongoDatabase, rivals: int = 6, rounds: int = 20) -> Count:
    """Rivals insert one value under a unique index: of each round one may succeed, and then it is there."""
    name = f"{_PLACE}_inserts"
    place = database[name]
    await database.index(name, [IndexModel([("value", ASCENDING)], name="value", unique=True)])

    async def rival(value: str) -> bool:
        try:
            await place.insert_one({"_id": new_id(), "value": value})
        except DuplicateKeyError:
            return False
        return True

    acknowledged = 0
    for _ in range(rounds):
        value = new_id()
        acknowledged += sum(await asyncio.gather(*(rival(value) for _ in range(rivals))))
    there = await place.count_documents({})
    await database.repeat(place.drop)
    # More acknowledged than rounds is dishonest as well: each round has room for one.
    return Count(acknowledged, min(there, rounds))


async def clock_ahead(connection: MongoConnection) -> timedelta:
    """How far the server's clock is ahead of ours, within the time that an answer takes: the median of five."""
    plain = connection.plain("admin")
    found: list[float] = []
    for _ in range(5):
        before = datetime.now(UTC)
        answer: Row = await plain.command("hello")
        after = datetime.now(UTC)
        theirs: datetime = answer["localTime"].replace(tzinfo=UTC)
        found.append((theirs - (before + (after - before) / 2)).total_seconds())
    return timedelta(seconds=statistics.median(found))
