"""The floors: what the drivers of MongoDB and Kafka do by themselves, with the same content and guarantees."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer  # type: ignore[import-untyped]

from bench.distributed.place import Names, Place
from bench.measuring import Effort, Run
from bench.payments import PLAIN, Book, Paid, many
from shared.commits import Commit
from shared.eventstore.mongodb import MongoEventStore
from shared.log.kafka import KafkaTopic, ensure_topics
from shared.log.records import record_of
from shared.mongodb.connection import Row

FIND, PRODUCER, UNMARK = "bare find", "bare producer", "bare update of the marks"
INSERT, REPLACE, CONSUMER = "bare insert_one", "bare compare-and-set", "bare consumer"
PATH = "bare path"
TOPIC = "payments"
STREAMS = 1_000
"""In one page of 500 commits no stream comes twice, which is the worst for relay and view alike."""
AT_ONCE = 16
PAGE = 100
_WARM = b"warm"


@asynccontextmanager
async def producing(at: Names) -> AsyncIterator[AIOKafkaProducer]:
    """A producer that promises what ours does: all replicas, each record once."""
    await ensure_topics(at.kafka, [TOPIC])
    producer = AIOKafkaProducer(
        acks="all", enable_idempotence=True, max_batch_size=256 * 1024, linger_ms=0, **at.kafka.connection()
    )
    await producer.start()
    try:
        # The first record finds out who leads the topic.
        await producer.send_and_wait(at.kafka.topic(TOPIC), _WARM)
        yield producer
    finally:
        await producer.stop()


async def stocked(at: Names, commits: Sequence[Commit]) -> MongoEventStore:
    """A store that holds these commits, each with the relay's mark."""
    store = await MongoEventStore.open(at.database)
    await store.adopt(commits)
    return store


async def published(at: Names, commits: Sequence[Commit]) -> None:
    """These commits in the topic."""
    topic = KafkaTopic(at.kafka, TOPIC, patience=60)
    for start in range(0, len(commits), 500):
        await topic.send([record_of(TOPIC, commit) for commit in commits[start : start + 500]])
    await topic.close()


def row_of(commit: Commit) -> Row:
    """A document of the size and with the indexed fields of a stored commit."""
    place = f"{commit.stream}#{commit.seq:010}"
    body = commit.body().decode()
    told = {"stream": commit.stream, "seq": commit.seq, "command_id": commit.command_id, "at": commit.at}
    return {"_id": place, **told, "hash": commit.hash, "body": body, "out": 1, "out_at": place}


async def found(place: Place, effort: Effort) -> Run:
    """All marked documents read once by one cursor, in batches of a hundred, into nothing typed."""
    async with place.fresh() as at:
        commits = list(many(effort.events, STREAMS))
        await stocked(at, commits)
        began = time.perf_counter()
        shown = {"_id": 1, "body": 1, "hash": 1}
        cursor = at.database["commits"].find({"out": 1}, shown).sort("out_at").batch_size(PAGE)
        rows = await cursor.to_list()
        return Run(len(rows), time.perf_counter() - began)


async def unmarked(place: Place, effort: Effort) -> Run:
    """The marks taken off, a page of a hundred after another, as the server does it quickest.

    That is one update of them all on MongoDB; on FerretDB, which makes each document a transaction that waits
    for the disk, one for each of them, sixteen under way.
    """
    async with place.fresh() as at:
        commits = list(many(effort.events, STREAMS))
        await stocked(at, commits)
        place_of = sorted(row_of(commit)["_id"] for commit in commits)
        began = time.perf_counter()
        off = {"$unset": {"out": "", "out_at": ""}}
        singly = at.connection.kind.looks_up_by_equality_only
        for start in range(0, len(place_of), PAGE):
            page = place_of[start : start + PAGE]
            if not singly:
                await at.database["commits"].update_many({"out": 1, "_id": {"$in": page}}, off)
                continue
            left = iter(page)

            async def one(left: Iterator[str] = left) -> None:
                for id_ in left:
                    await at.database["commits"].update_one({"_id": id_, "out": 1}, off)

            await asyncio.gather(*(one() for _ in range(AT_ONCE)))
        return Run(len(place_of), time.perf_counter() - began)


async def produced(place: Place, effort: Effort) -> Run:
    """The same records given to a producer, all acknowledged."""
    async with place.fresh() as at, producing(at) as producer:
        records = [record_of(TOPIC, commit) for commit in many(effort.events, STREAMS)]
        topic = at.kafka.topic(TOPIC)
        began = time.perf_counter()
        sent = [await producer.send(topic, one.value, one.key, headers=list(one.headers)) for one in records]
        await asyncio.gather(*sent)
        return Run(len(records), time.perf_counter() - began)


async def produced_singly(place: Place, effort: Effort) -> Run:
    """One record at a time, each acknowledged before the next."""
    async with place.fresh() as at, producing(at) as producer:
        topic, each = at.kafka.topic(TOPIC), []
        until = time.perf_counter() + effort.seconds
        for commit in many(100_000, STREAMS):
            if (began := time.perf_counter()) > until:
                break
            one = record_of(TOPIC, commit)
            await producer.send_and_wait(topic, one.value, one.key, headers=list(one.headers))
            each.append(time.perf_counter() - began)
        return Run(len(each), sum(each), tuple(each))


async def inserted(place: Place, effort: Effort, callers: int = 1) -> Run:
    """Ready-made rows inserted with majority and journal beside the same indexes, by one caller or several."""
    async with place.fresh() as at:
        await MongoEventStore.open(at.database)
        book, payment, each = Book(), (Paid.model_validate(PLAIN),), []
        collection = at.database["commits"]
        await collection.insert_one(row_of(book.next("account-warm", payment)))
        began = time.perf_counter()

        async def caller(number: int) -> None:
            while time.perf_counter() < began + effort.seconds:
                row = row_of(book.next(f"account-{number}", payment))
                before = time.perf_counter()
                await collection.insert_one(row)
                each.append(time.perf_counter() - before)

        await asyncio.gather(*(caller(number) for number in range(callers)))
        return Run(len(each), sum(each) if callers == 1 else time.perf_counter() - began, tuple(each))


async def replaced(place: Place, effort: Effort) -> Run:
    """Documents of the view's size replaced where their revision is the expected one, sixteen under way at once."""
    async with place.fresh() as at:
        collection = at.database["doc_balances"]
        body = orjson.dumps({"name": "account", "v": 1, "doc": {"name": "n", "total": 1, "payments": 1, "on": ""}})
        rows: list[dict[str, Any]] = [
            {"_id": str(n), "revision": 1, "token": "0" * 36, "body": body.decode(), "f_name": "account"}
            for n in range(STREAMS)
        ]
        await collection.insert_many(rows)
        left = iter(range(effort.events))
        began = time.perf_counter()

        async def one() -> None:
            for n in left:
                row = rows[n % STREAMS]
                revision = row["revision"]
                row["revision"] = revision + 1
                answer = await collection.replace_one({"_id": row["_id"], "revision": revision}, row)
                if answer.matched_count != 1:
                    raise RuntimeError("somebody else writes these documents")

        await asyncio.gather(*(one() for _ in range(AT_ONCE)))
        return Run(effort.events, time.perf_counter() - began)


async def consumed(place: Place, effort: Effort) -> Run:
    """The records of a topic delivered in batches of 500 at most, and nothing done with them."""
    async with place.fresh() as at:
        await published(at, list(many(effort.events, STREAMS)))
        consumer = AIOKafkaConsumer(
            at.kafka.topic(TOPIC), auto_offset_reset="earliest", group_id=None, **at.kafka.connection()
        )
        await consumer.start()
        try:
            count, began = 0, 0.0
            while count < effort.events:
                batch = await consumer.getmany(timeout_ms=1_000, max_records=500)
                # Its group and its first fetch are no work of ours either.
                began = began or time.perf_counter()
                count += sum(len(records) for records in batch.values())
            return Run(count, time.perf_counter() - began)
        finally:
            await consumer.stop()


async def walked(place: Place, effort: Effort) -> Run:
    """One record's whole way with bare drivers, nobody else there: published, delivered, written, read."""
    async with place.fresh() as at, producing(at) as producer:
        await MongoEventStore.open(at.database)
        views, topic, each = at.database["doc_balances"], at.kafka.topic(TOPIC), []
        consumer = AIOKafkaConsumer(topic, auto_offset_reset="earliest", group_id=None, **at.kafka.connection())
        await consumer.start()
        try:
            await consumer.getone()
            until = time.perf_counter() + effort.seconds
            for commit in many(100_000, STREAMS):
                if time.perf_counter() > until:
                    break
                row, record = row_of(commit), record_of(TOPIC, commit)
                await at.database["commits"].insert_one(row)
                began = time.perf_counter()
                await producer.send_and_wait(topic, record.value, record.key, headers=list(record.headers))
                heard = await consumer.getone()
                await views.replace_one({"_id": commit.stream}, {"body": heard.value.decode()}, upsert=True)
                await views.find_one({"_id": commit.stream})
                each.append(time.perf_counter() - began)
            return Run(len(each), sum(each), tuple(each))
        finally:
            await consumer.stop()
