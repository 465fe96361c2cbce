"""A13: what an append on MongoDB costs, and how often a command goes to the database."""

import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from pymongo import AsyncMongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from bench.case import OURS, Case
from bench.distributed import bare
from bench.distributed.bars import Longer
from bench.distributed.following import nobody_reads
from bench.distributed.place import Names, Place
from bench.measuring import Contender, Effort, Run
from bench.outcome import Grown
from bench.payments import ACCOUNTS, PLAIN, Book, Paid, Pay
from shared.auth.caller import system
from shared.clock import SystemClock
from shared.documents.mongodb import MongoDocuments
from shared.eventstore.mongodb import MongoEventStore
from shared.ids import new_id
from shared.kit import Kit
from shared.log.kafka import KafkaLog
from shared.mongodb.connection import MongoConnection, Row

MOST_TRIPS = 2
_BENCH = system("bench")


async def appended(place: Place, _: Path, effort: Effort) -> Run:
    """Sealed commits of one event, one after another, each continuing the stream that this process has seen."""
    async with place.fresh() as at:
        store, book, each = await MongoEventStore.open(at.database), Book(), []
        payment = (Paid.model_validate(PLAIN),)
        await store.append(book.next("account-warm", payment))
        until = time.perf_counter() + effort.seconds
        while time.perf_counter() < until:
            commit = book.next("account-0", payment)
            began = time.perf_counter()
            await store.append(commit)
            each.append(time.perf_counter() - began)
        return Run(len(each), sum(each), tuple(each))


class Trips(CommandListener):
    """Counts requests to the server by their names."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def started(self, event: CommandStartedEvent) -> None:
        """One more."""
        self.seen[event.command_name] += 1

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Counted when it began."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Counted when it began."""


@asynccontextmanager
async def _listened(place: Place, at: Names, trips: Trips) -> AsyncIterator[MongoConnection]:
    client: AsyncMongoClient[Row] = AsyncMongoClient(place.mongodb, tz_aware=True, event_listeners=[trips])
    connection = MongoConnection(client, at.connection.kind, at.connection.patience)
    try:
        yield connection
    finally:
        await connection.close()


async def counted(place: Place) -> dict[str, Counter[str]]:
    """The requests to the database of a command in each situation, as a service handles it."""
    trips, found = Trips(), {}
    async with place.fresh() as at, _listened(place, at, trips) as connection:
        database = connection.database(at.database.name)
        store, documents = await MongoEventStore.open(database), MongoDocuments(database)
        kit = Kit("bench", store, KafkaLog(at.kafka, nobody_reads), documents, SystemClock(), exclusive=False)
        handler = kit.handler(ACCOUNTS)
        await kit.open()
        pay, again = Pay.model_validate(PLAIN), new_id()

        async def one(situation: str, command_id: str) -> None:
            trips.seen.clear()
            await handler.handle("1", pay, _BENCH, command_id)
            found[situation] = Counter(trips.seen)

        await one("the first to a stream", new_id())
        await one("a further one to a stream", again)
        await one("the same command once more", again)
        await kit.stop()
    return found


async def round_trips(place: Place) -> Grown:
    """A table of them; the bar is for a command that does something."""
    rows = []
    for situation, trips in (await counted(place)).items():
        verdict = "" if "once more" in situation else "met" if trips.total() <= MOST_TRIPS else "**missed**"
        said = ", ".join(f"{number} × {name}" for name, number in sorted(trips.items()))
        rows.append((situation, str(trips.total()), said, verdict))
    header = ("a command", "requests", "which", f"asked: ≤ {MOST_TRIPS}")
    return Grown("A13 Round trips of a command to MongoDB", header, rows)


def cases(place: Place) -> tuple[Case, ...]:
    """One caller."""
    return (
        Case(
            "A13",
            "append on MongoDB, one event, one caller",
            "commits",
            Contender(OURS, partial(appended, place)),
            (Contender(bare.INSERT, lambda _, effort: bare.inserted(place, effort)),),
            (Longer(bare.INSERT, 50, 1.15),),
        ),
    )
