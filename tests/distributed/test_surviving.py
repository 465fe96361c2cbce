"""Consumers on a real Kafka survive what happens to them: slow and blocked work, restarts, poison, newer schemas."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer  # type: ignore[import-untyped]

from deploy.distributed import DEAD_LETTERS, Installation, service_process
from deploy.exercise.requests import SMALL
from services.requests.domain.messages import SubmitRequest
from shared.auth.caller import Caller
from shared.commits import Commit
from shared.consumer import Consumer
from shared.heard import Heard
from shared.ids import new_id
from shared.log import Subscription
from shared.log.kafka import KafkaLog, KafkaPlace, KafkaTopic
from shared.log.kafka.clients import started, stopped
from shared.log.records import record_of
from shared.mongodb.connection import MongoConnection, MongoDatabase
from shared.policy import Issue
from tests import servers
from tests.contract_suites.commits import chain
from tests.contract_suites.mongodb import MongoDocumentsPlace
from tests.kit.echoing import Added
from tests.properties.running import PATIENCE, Running

pytestmark = pytest.mark.distributed
STREAMS = [f"tally-{n}" for n in range(12)]


@pytest.fixture
def place() -> KafkaPlace:
    return KafkaPlace(servers.kafka(), prefix=f"test-{new_id()}", partitions=4, rebalance=4.0, session=1.5)


@contextlib.asynccontextmanager
async def published(place: KafkaPlace, commits: Sequence[Commit]) -> AsyncIterator[KafkaTopic]:
    topic = KafkaTopic(place, "one")
    assert await topic.send([record_of("one", commit) for commit in commits]) == len(commits)
    yield topic
    await topic.close()


def log_on(place: KafkaPlace) -> KafkaLog:
    async def nobody(topic: str, stream: str, after: int) -> list[Commit]:
        raise AssertionError(f"nobody asks for {topic}/{stream}@{after}")

    return KafkaLog(place, nobody)


class Slow:
    """A follower that takes its time over its first batch, and remembers what it was given."""

    name = "slow"

    def __init__(self, over_the_first: Callable[[], object]) -> None:
        self.taken: list[tuple[str, int]] = []
        self._over_the_first = over_the_first

    async def take(self, commits: Sequence[Commit]) -> None:
        first = not self.taken
        self.taken += [(commit.stream, commit.seq) for commit in commits]
        if first and asyncio.iscoroutine(work := self._over_the_first()):
            await work


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.02)


async def at_the_end(consumer: Consumer) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await consumer.caught_up():
            await asyncio.sleep(0.05)


async def test_a_slow_handler_keeps_its_streams_and_hears_nothing_twice(place: KafkaPlace) -> None:
    commits = [commit for stream in STREAMS for commit in chain(3, stream)]
    slow = Slow(lambda: asyncio.sleep(4 * place.session))
    async with published(place, commits):
        consumer = Consumer("two", "one", [slow], log_on(place))
        await consumer.start()
        await until(lambda: slow.taken != [])
        await at_the_end(consumer)
        assert sorted(slow.taken) == sorted((commit.stream, commit.seq) for commit in commits)
        assert consumer._subscription is not None
        assert consumer._subscription.moves == 1
        await consumer.stop()


async def test_a_handler_that_blocks_its_process_is_put_out_of_the_group_and_comes_back_by_itself(
    place: KafkaPlace,
) -> None:
    """No heartbeat leaves a process that computes: the broker takes it for dead, and it has to notice that."""
    commits = [commit for stream in STREAMS for commit in chain(3, stream)]
    blocked = Slow(lambda: time.sleep(3 * place.session))
    async with published(place, commits) as topic:
        consumer = Consumer("two", "one", [blocked], log_on(place))
        await consumer.start()
        await until(lambda: blocked.taken != [])
        assert await topic.send([record_of("one", commit) for commit in chain(2, "tally-later")]) == 2
        await until(lambda: ("tally-later", 2) in blocked.taken)
        await at_the_end(consumer)
        assert {(commit.stream, commit.seq) for commit in commits} <= set(blocked.taken)
        for stream in (*STREAMS, "tally-later"):
            first = list(dict.fromkeys(seq for name, seq in blocked.taken if name == stream))
            assert first == sorted(first)
        assert consumer._subscription is not None
        assert consumer._subscription.moves > 1
        await consumer.stop()


@pytest.mark.parametrize("instances", [("first", "second"), ("", "")])
async def test_a_process_that_keeps_its_name_takes_its_streams_back_without_stopping_the_others(
    place: KafkaPlace, instances: tuple[str, str]
) -> None:
    quiet = replace(place, session=10.0)
    one, other = (replace(quiet, instance=name) for name in instances)
    first, second = await log_on(one).subscribe("one", "views"), await log_on(other).subscribe("one", "views")

    async def hears(subscription: Subscription) -> None:
        while True:
            await subscription.batch(50, wait=0.2)
            await subscription.commit()

    async with published(quiet, chain(1)):
        following = [asyncio.create_task(hears(one)) for one in (first, second)]
        async with asyncio.timeout(PATIENCE):
            # Four streams of records for two: each has some once both are there.
            while not (_share(first) and _share(second) and len(_share(first) | _share(second)) == 4):
                await asyncio.sleep(0.05)
        before, moves = _share(first), second.moves
        following[0].cancel()
        await asyncio.wait([following[0]])
        await first.close()
        again = await log_on(one).subscribe("one", "views")
        following[0] = asyncio.create_task(hears(again))
        async with asyncio.timeout(PATIENCE):
            while not _share(again):
                await asyncio.sleep(0.05)
        # The others would be told with their next heartbeat.
        await asyncio.sleep(quiet.session * 0.45)
        if instances[0]:
            assert (_share(again), second.moves) == (before, moves)
        else:
            # A newcomer's leaving and coming are both told to everybody: that is what the name saves.
            assert second.moves > moves
        for task in following:
            task.cancel()
        await asyncio.wait(following)
        await again.close()
        await second.close()


async def test_a_process_knows_since_when_it_has_every_stream_of_a_topic(place: KafkaPlace) -> None:
    first, second = await log_on(place).subscribe("one", "views"), await log_on(place).subscribe("one", "views")

    async def hears(subscription: Subscription) -> None:
        while True:
            await subscription.batch(50, wait=0.2)
            await subscription.commit()

    async def comes(true: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true():
                await asyncio.sleep(0.05)

    async with published(place, chain(1)):
        assert first.alone_since is None
        following = [asyncio.create_task(hears(first))]
        await comes(lambda: first.alone_since is not None)
        before = first.alone_since
        following.append(asyncio.create_task(hears(second)))
        await comes(lambda: bool(_share(first)) and bool(_share(second)))
        assert (first.alone_since, second.alone_since) == (None, None)
        following[1].cancel()
        await asyncio.wait([following[1]])
        await second.close()
        await comes(lambda: first.alone_since is not None)
        assert before is not None
        assert first.alone_since is not None
        assert first.alone_since > before
        following[0].cancel()
        await asyncio.wait(following)
        await first.close()


def _share(subscription: Subscription) -> set[int]:
    consumer = getattr(subscription, "_consumer", None)
    return {one.partition for one in consumer.assignment()} if consumer is not None else set()


class Poisoned(Running):
    """Its policy cannot deal with one amount."""

    poison = 0

    def _repeat(self, heard: Heard[Added]) -> list[Issue]:
        if heard.event.amount == self.poison:
            raise ZeroDivisionError
        return super()._repeat(heard)


async def test_a_poisoned_event_sets_its_stream_aside_and_a_retry_makes_it_whole(tmp_path: Path) -> None:
    here = Poisoned(tmp_path, ("kafka", "sqlite"))
    here.poison = 13
    await here.start()
    for amount in (1, 13, 2):
        await here.add("bad", amount)
        await here.add("good", amount + 20)
    await here.settle()
    (parked,) = here.kit.parking.all()
    assert (parked.follower, parked.stream, parked.from_seq) == ("repeat", "tally-bad", 2)
    assert (await here.echoes.load("good")).state.amounts == (21, 33, 22)
    assert (await here.echoes.load("bad")).state.amounts == (1,)
    await here.restart()
    await here.add("bad", 3)
    await here.settle()
    assert (await here.echoes.load("bad")).state.amounts == (1,), "what waits for an operator goes on waiting"
    here.poison = 0
    await here.kit.retry("repeat", "tally-bad")
    assert (await here.echoes.load("bad")).state.amounts == (1, 13, 2, 3)
    assert here.kit.parking.all() == []
    await here.stop()


class OwnDatabase(MongoDocumentsPlace):
    """Documents on a server that the test kills."""

    def __init__(self, folder: Path, address: str) -> None:
        super().__init__(folder)
        self._address = address

    async def connected(self) -> MongoDatabase:
        return (await MongoConnection.open(self._address)).database(self.name)


async def test_a_database_that_dies_under_a_consumer_is_waited_for_and_each_effect_is_there_once(
    tmp_path: Path,
) -> None:
    server = servers.own_mongodb(servers.FOLDER / "tests" / f"mongodb-{new_id()}")
    await asyncio.to_thread(server.start)
    here = Running(tmp_path, ("kafka", "mongodb"))
    here._documents = OwnDatabase(tmp_path, server.address)
    try:
        await here.start()
        for amount in range(1, 6):
            await here.add("a", amount)
        await here.settle()
        await asyncio.to_thread(server.kill)
        for amount in range(6, 11):
            await here.add("a", amount)
        await until(lambda: here.kit.failing() != [])
        assert here.kit.not_following() == []
        await asyncio.to_thread(server.start)
        token = (await here.add("a", 11)).token
        await here.settle()
        assert here.kit.failing() == []
        assert (await here.sums[0].get("a", after=token)).total == sum(range(1, 12))
        assert (await here.echoes.load("a")).state.amounts == tuple(range(1, 12))
        assert here.kit.parking.all() == []
        await here.stop()
    finally:
        await asyncio.to_thread(server.wipe)


async def test_a_schema_that_is_newer_than_the_service_is_set_aside_and_told_in_the_dead_letters() -> None:
    """Also after a restart: what was passed over in the topic is not forgotten."""
    broker = KafkaPlace(servers.kafka(), prefix=f"t{new_id().replace('-', '')[-12:]}")
    address = "http://{service}.test:8606"
    installation = Installation(servers.mongodb(), broker, address, b"x" * 32, broker.prefix, exercise=True)
    async with service_process("requests", installation) as process:
        await process.start()
        requests = process.kit.handlers["request"]
        receipt = await requests.handle("good", SubmitRequest(content=SMALL), Caller("desk", "state", "XXA"), new_id())
        (known,) = await process.store.read(receipt.stream, 0)
        events = tuple(replace(event, schema=event.schema + 1) for event in known.events)
        newer = replace(known, stream="request-newer", command_id=new_id(), events=events).sealed()
        await process.store.append(newer)
        await until(lambda: any(one.stream == "request-newer" for one in process.kit.parking.all()))
        again = await requests.handle("more", SubmitRequest(content=SMALL), Caller("desk", "state", "XXA"), new_id())
        await process.kit.wait(again.token)
        parked = {one.follower for one in process.kit.parking.all()}
        assert parked
        assert all("NewerSchema" in one.error for one in process.kit.parking.all())
        letter = await first_of(broker, DEAD_LETTERS)
        assert (letter["service"], letter["stream"], letter["from_seq"]) == ("requests", "request-newer", 1)
        assert letter["follower"] in parked
    async with service_process("requests", installation) as process:
        await process.start()
        assert {one.follower for one in process.kit.parking.all()} == parked


async def first_of(place: KafkaPlace, topic: str) -> dict[str, object]:
    consumer = AIOKafkaConsumer(place.topic(topic), auto_offset_reset="earliest", **place.connection())
    await started(consumer)
    try:
        async with asyncio.timeout(PATIENCE):
            told: dict[str, object] = json.loads((await consumer.getone()).value)
            return told
    finally:
        await stopped(consumer)
