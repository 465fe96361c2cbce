"""`python -m bench.distributed.follower MONGODB KAFKA PREFIX INSTANCE`: one of the processes that share a topic.

Says `ready` when it has its partitions, waits for a line on standard input, and then says how many commits
it has taken after each batch. It ends when standard input does.
"""

import asyncio
import sys
from collections.abc import Sequence

import uvloop

from bench.distributed.bare import TOPIC
from bench.distributed.following import nobody_reads
from bench.distributed.place import PARTITIONS
from bench.distributed.statements import STATEMENTS
from shared.clock import SystemClock
from shared.commits import Commit
from shared.consumer import Consumer
from shared.documents.mongodb import MongoDocuments
from shared.log.kafka import KafkaLog, KafkaPlace
from shared.logs import configure
from shared.mongodb.connection import MongoConnection
from shared.parking import Parking
from shared.projector import Projector
from shared.shelf import Shelf


class Gate:
    """A follower before the others that lets nothing through until it is opened."""

    name = "gate"

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def take(self, commits: Sequence[Commit]) -> None:
        """Wait."""
        await self.open.wait()


class Counter:
    """A follower behind the others that says how many were taken."""

    name = "counter"

    async def take(self, commits: Sequence[Commit]) -> None:
        """Say it."""
        _say(str(len(commits)))


async def follow(mongodb: str, kafka: str, prefix: str, instance: str) -> None:
    """Until standard input ends."""
    connection = await MongoConnection.open(mongodb)
    documents = MongoDocuments(connection.database(f"{prefix}_bench"))
    log = KafkaLog(KafkaPlace(kafka, prefix=prefix, partitions=PARTITIONS, instance=instance), nobody_reads)
    parking, shelf, gate = Parking("bench", documents, SystemClock()), Shelf(STATEMENTS, documents, False), Gate()
    await parking.load()
    await shelf.declare()
    projector = Projector(STATEMENTS, TOPIC, shelf, log, parking)
    consumer = Consumer("bench", TOPIC, [gate, projector, Counter()], log)
    await consumer.start()
    # Asked of the broker, so it comes back only when the group has dealt.
    await consumer.lag()
    _say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    gate.open.set()
    await asyncio.to_thread(sys.stdin.read)
    await consumer.stop()
    await connection.close()


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    configure("console", "error")
    uvloop.run(follow(*sys.argv[1:5]))
