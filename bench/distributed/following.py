"""A12: from the topic into guarded view documents."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench import raw
from bench.bars import Against, Rate
from bench.case import OURS, Case
from bench.distributed import bare
from bench.distributed.place import Names, Place
from bench.measuring import Contender, Effort, Run
from bench.payments import BALANCES, many
from shared.clock import SystemClock
from shared.commits import Commit
from shared.consumer import Consumer
from shared.documents import Documents
from shared.documents.mongodb import MongoDocuments
from shared.documents.sqlite import SqliteDocuments
from shared.log.kafka import KafkaLog
from shared.parking import Parking
from shared.projector import Projector
from shared.shelf import Shelf

_SQLITE_TIMES = 5
"""Documents on SQLite take in so many times what those on MongoDB do, to run as long."""
_PATIENCE = 600


class Stopwatch:
    """A follower that sees when the first batch came."""

    name = "stopwatch"

    def __init__(self) -> None:
        self.began = 0.0

    async def take(self, commits: Sequence[Commit]) -> None:
        """Only the first counts."""
        self.began = self.began or time.perf_counter()


class Tally:
    """A follower behind the others that sees when all have been taken."""

    name = "tally"

    def __init__(self, all_: int) -> None:
        self._left = all_
        self.ended = 0.0
        self.done = asyncio.Event()

    async def take(self, commits: Sequence[Commit]) -> None:
        """Count them."""
        self._left -= len(commits)
        if self._left <= 0:
            self.ended = time.perf_counter()
            self.done.set()


async def nobody_reads(topic: str, stream: str, after: int) -> list[Commit]:
    """A hole would be a fault of the bench."""
    raise LookupError(f"{topic}/{stream} is missing what is above {after}")


async def into_mongodb(place: Place, _: Path, effort: Effort) -> Run:
    """Every document is there already, so each commit is a look-up, a fold and a compare-and-set."""
    async with place.fresh() as at:
        return await _followed(at, MongoDocuments(at.database), False, effort.events)


async def into_sqlite(place: Place, folder: Path, effort: Effort) -> Run:
    """The same from the topic into one process's own SQLite file."""
    documents = SqliteDocuments(folder / "views.db")
    async with place.fresh() as at:
        try:
            return await _followed(at, documents, True, effort.events * _SQLITE_TIMES)
        finally:
            await documents.close()


async def _followed(at: Names, documents: Documents, exclusive: bool, count: int) -> Run:
    first, *others = _pages(list(many(count + bare.STREAMS, bare.STREAMS)), bare.STREAMS)
    log, parking = KafkaLog(at.kafka, nobody_reads), Parking("bench", documents, SystemClock())
    shelf = Shelf(BALANCES, documents, exclusive)
    await parking.load()
    await shelf.declare()
    projector = Projector(BALANCES, bare.TOPIC, shelf, log, parking)
    await projector.take(first)
    await bare.published(at, [commit for page in others for commit in page])
    stopwatch, tally = Stopwatch(), Tally(count)
    consumer = Consumer("bench", bare.TOPIC, [stopwatch, projector, tally], log)
    await consumer.start()
    try:
        async with asyncio.timeout(_PATIENCE):
            await tally.done.wait()
    finally:
        await consumer.stop()
    if parking.all():
        raise RuntimeError(f"set aside: {parking.all()[0]}")
    return Run(count, tally.ended - stopwatch.began)


def _pages(commits: list[Commit], size: int) -> list[list[Commit]]:
    return [commits[start : start + size] for start in range(0, len(commits), size)]


async def consumed(place: Place, _: Path, effort: Effort) -> Run:
    """As much as the SQLite case takes."""
    return await bare.consumed(place, Effort(effort.seconds, effort.events * _SQLITE_TIMES))


async def upserted(folder: Path, effort: Effort) -> Run:
    """As much as the SQLite case takes."""
    return await raw.upserted(folder, Effort(effort.seconds, effort.events * _SQLITE_TIMES))


def cases(place: Place) -> tuple[Case, ...]:
    """Into both kinds of documents."""
    return (
        Case(
            "A12",
            "Kafka to guarded documents, MongoDB",
            "commits",
            Contender(OURS, partial(into_mongodb, place)),
            (Contender(bare.REPLACE, lambda _, effort: bare.replaced(place, effort)),),
            (Against(bare.REPLACE, 0.5, 0.8),),
        ),
        Case(
            "A12",
            "Kafka to guarded documents, SQLite",
            "commits",
            Contender(OURS, partial(into_sqlite, place)),
            (Contender(bare.CONSUMER, partial(consumed, place)), Contender(raw.UPSERT, upserted)),
            (Rate(5_000),),
        ),
    )
