"""A11: from the database to the topic."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.bars import Against, Within
from bench.case import OURS, Case
from bench.distributed import bare
from bench.distributed.bars import AgainstSlowest
from bench.distributed.place import Place
from bench.measuring import Contender, Effort, Run
from bench.payments import PLAIN, Book, Paid, many
from shared.clock import SystemClock
from shared.documents.mongodb import MongoDocuments
from shared.log.kafka import KafkaTopic
from shared.log.records import Record, record_of
from shared.relay import Lease, Relay

_PAUSE = 0.02


class TimedTopic:
    """A topic that remembers when its newest record was acknowledged."""

    def __init__(self, topic: KafkaTopic) -> None:
        self._topic = topic
        self.acknowledged = asyncio.Event()
        self.at = 0.0

    async def send(self, records: Sequence[Record]) -> int:
        """As the topic does."""
        sent = await self._topic.send(records)
        self.at = time.perf_counter()
        self.acknowledged.set()
        return sent

    async def close(self) -> None:
        """As the topic does."""
        await self._topic.close()


async def emptied(place: Place, _: Path, effort: Effort) -> Run:
    """A backlog published and its marks taken off, page after page, until nothing waits."""
    async with place.fresh() as at:
        store = await bare.stocked(at, list(many(effort.events, bare.STREAMS)))
        topic = KafkaTopic(at.kafka, bare.TOPIC, patience=60)
        # The topic is made, and its producer has met the broker.
        await topic.send([record_of(bare.TOPIC, one) for one in many(1, 1)])
        relay, count, more = Relay(bare.TOPIC, store, topic, SystemClock()), 0, True
        began = time.perf_counter()
        while more:
            sent, more = await relay.once()
            count += sent
        seconds = time.perf_counter() - began
        await relay.stop()
        if count != effort.events:
            raise RuntimeError(f"of {effort.events} commits {count} were published")
        return Run(count, seconds)


async def added(place: Place, _: Path, effort: Effort) -> Run:
    """From the end of an append to the acknowledgement of its record; one commit at a time, a pause after each."""
    async with place.fresh() as at:
        store = await bare.stocked(at, [])
        topic, documents = TimedTopic(KafkaTopic(at.kafka, bare.TOPIC)), MongoDocuments(at.database)
        relay = Relay(bare.TOPIC, store, topic, SystemClock(), Lease(documents, "bench"))
        await relay.start()
        book, payment = Book(), (Paid.model_validate(PLAIN),)
        each: list[float] = []
        try:
            # The first one makes the topic and the lease.
            await store.append(book.next("account-0", payment))
            await topic.acknowledged.wait()
            until = time.perf_counter() + effort.seconds
            while time.perf_counter() < until or not each:
                await asyncio.sleep(_PAUSE)
                topic.acknowledged.clear()
                await store.append(book.next(f"account-{len(each) % 100}", payment))
                began = time.perf_counter()
                await topic.acknowledged.wait()
                # The relay may have been quicker than the word of it.
                each.append(max(0.0, topic.at - began))
        finally:
            await relay.stop()
        return Run(len(each), sum(each) or 1e-9, tuple(each))


def cases(place: Place) -> tuple[Case, ...]:
    """Throughput, and what it adds to a single commit."""
    return (
        Case(
            "A11",
            "relay, database to Kafka",
            "commits",
            Contender(OURS, partial(emptied, place)),
            (
                Contender(bare.FIND, lambda _, effort: bare.found(place, effort)),
                Contender(bare.PRODUCER, lambda _, effort: bare.produced(place, effort)),
                Contender(bare.UNMARK, lambda _, effort: bare.unmarked(place, effort)),
            ),
            # The second is ours: taking marks off is what bounds it where a server updates one document at a time.
            (AgainstSlowest((bare.FIND, bare.PRODUCER), 0.5, 0.8), Against(bare.UNMARK, 0.5)),
        ),
        Case(
            "A11",
            "what the relay adds to one commit",
            "commits",
            Contender(OURS, partial(added, place)),
            (Contender(bare.PRODUCER, lambda _, effort: bare.produced_singly(place, effort)),),
            (Within(50, 20),),
        ),
    )
