"""What a log on a real Kafka does when the group is dealt anew, the consumer hangs, or the broker dies."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.servers.kafka import KafkaServer
from deploy.servers.process import free_port
from shared.clock import SystemClock
from shared.commits import Commit
from shared.ids import new_id
from shared.log import LogUnavailable, Subscription
from shared.log.kafka import KafkaLog, KafkaPlace, KafkaTopic
from shared.log.records import Record, dead_letter, record_of
from shared.parking import Parked
from shared.relay import Relay
from tests import servers
from tests.contract_suites.commits import chain
from tests.contract_suites.kafka import MarkedStore
from tests.properties.running import PATIENCE

pytestmark = pytest.mark.distributed
STREAMS = [f"tally-{n}" for n in range(24)]


@pytest.fixture
def place() -> KafkaPlace:
    return KafkaPlace(servers.kafka(), prefix=f"test-{new_id()}", partitions=4, rebalance=8.0)


@pytest.fixture
async def topic(place: KafkaPlace) -> AsyncIterator[KafkaTopic]:
    opened = KafkaTopic(place, "one")
    yield opened
    await opened.close()


def log_on(place: KafkaPlace, stuck_after: float = 30.0) -> KafkaLog:
    async def nobody(topic: str, stream: str, after: int) -> list[Commit]:
        raise AssertionError(f"nobody asks for {topic}/{stream}@{after}")

    return KafkaLog(place, nobody, stuck_after)


async def publish(topic: KafkaTopic, commits: Sequence[Commit]) -> None:
    assert await topic.send([record_of("one", commit) for commit in commits]) == len(commits)


async def everything(subscription: Subscription, until_empty: int = 3) -> list[Commit]:
    heard: list[Commit] = []
    empty = 0
    while empty < until_empty:
        commits = await subscription.batch(50, wait=0.2)
        heard += commits
        await subscription.commit()
        empty = 0 if commits else empty + 1
    return heard


def names(commits: Sequence[Commit]) -> list[tuple[str, int]]:
    return sorted((commit.stream, commit.seq) for commit in commits)


async def test_streams_move_only_after_the_batch_in_flight_was_remembered(place: KafkaPlace, topic: KafkaTopic) -> None:
    commits = [commit for stream in STREAMS for commit in chain(5, stream)]
    await publish(topic, commits)
    first = await log_on(place).subscribe("one", "views")
    batch = await first.batch(40, wait=2)
    second = await log_on(place).subscribe("one", "views")
    joining = asyncio.ensure_future(second.batch(40, wait=0.2))
    await asyncio.sleep(1.5)
    assert not joining.done(), "the second was given streams that the first still works on"
    await first.commit()
    given = await joining
    ours, theirs = await asyncio.gather(everything(first), everything(second))
    heard = [*batch, *given, *ours, *theirs]
    assert names(heard) == names(commits), "each was delivered once"
    await first.close()
    await second.close()


async def test_a_batch_that_takes_too_long_is_heard_again_and_its_place_is_not_remembered(
    place: KafkaPlace, topic: KafkaTopic
) -> None:
    commits = [commit for stream in STREAMS for commit in chain(5, stream)]
    await publish(topic, commits)
    quick = replace(place, rebalance=1.0)
    first = await log_on(quick).subscribe("one", "views")
    batch = await first.batch(60, wait=2)
    second = await log_on(quick).subscribe("one", "views")
    theirs = await second.batch(500, wait=5)
    # Too late: nothing is raised, and nothing is taken from whoever has the streams now.
    await first.commit()
    heard = [*theirs, *(await everything(second))]
    await second.close()
    heard += await everything(first)
    assert set(names(batch)) & set(names(heard)), "some of the batch were delivered again"
    assert set(names([*batch, *heard])) == set(names(commits))
    await first.close()


async def test_a_consumer_that_hangs_says_so_and_is_started_anew(place: KafkaPlace, topic: KafkaTopic) -> None:
    subscription = await log_on(place, stuck_after=0.1).subscribe("one", "views")
    assert list(await subscription.batch(10, wait=0.1)) == []
    consumer = subscription._consumer
    assert consumer is not None
    consumer.pause(*consumer.assignment())
    await publish(topic, chain(3))
    with pytest.raises(LogUnavailable, match="3 commits of one were not delivered"):
        await subscription.batch(10, wait=0.1)
    assert names(await subscription.batch(10, wait=5)) == names(chain(3))
    await subscription.close()


async def test_what_is_no_commit_is_passed_over_and_what_is_behind_it_is_delivered(
    place: KafkaPlace, topic: KafkaTopic
) -> None:
    good = chain(2)
    forged = record_of("one", good[1])
    forged = Record(forged.key, forged.value.replace(b'"amount":2', b'"amount":9'), forged.headers)
    assert await topic.send([Record(b"tally-a", b"{}", ()), record_of("one", good[0]), forged]) == 3
    await publish(topic, good[1:])
    subscription = await log_on(place).subscribe("one", "views")
    assert [commit.hash for commit in await everything(subscription)] == [commit.hash for commit in good]
    await subscription.close()


async def test_a_record_has_the_headers_of_a_cloud_event_and_the_body_that_was_hashed() -> None:
    commit = chain(1)[0]
    record = record_of("one", commit)
    told = dict(record.headers)
    assert (told["ce_specversion"], told["ce_id"], told["ce_source"]) == (b"1.0", b"one/tally-a@1", b"/one")
    assert told["ce_subject"] == record.key == b"tally-a"
    assert told["ce_hash"].decode() == commit.hash
    assert record.value == commit.body()
    assert all(value for value in told.values())


async def test_a_dead_letter_says_where_and_why_and_holds_no_payload() -> None:
    at = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    parked = Parked(
        follower="answer-offers", topic="pledges", stream="pledge-1", from_seq=3, error="LookupError: no", at=at
    )
    record = dead_letter("requests", parked)
    assert record.key == b"pledge-1"
    assert json.loads(record.value) == {"service": "requests", **parked.model_dump(mode="json")}
    assert dict(record.headers)["ce_type"] == b"org.article6.requests.StreamParked.v1"


async def test_after_the_brokers_death_everything_arrives_and_each_stream_in_order(tmp_path: Path) -> None:
    home = servers.FOLDER / "tests" / f"broker-{new_id()}"
    broker = KafkaServer(home, free_port(), programs=servers.FOLDER / "kafka" / "libs")
    await asyncio.to_thread(broker.start)
    place = KafkaPlace(broker.address, partitions=2)
    store = MarkedStore(tmp_path / "one.db")
    topic = KafkaTopic(place, "one", patience=4.0)
    store.relay = relay = Relay("one", store, topic, SystemClock())
    subscription = await log_on(place).subscribe("one", "views")
    heard: list[Commit] = []
    try:
        commits = [commit for stream in STREAMS[:4] for commit in chain(6, stream)]
        for commit in commits[:8]:
            await store.append(commit)
        heard += await everything(subscription)

        await asyncio.to_thread(broker.kill)
        store.marked += commits[8:]  # stored meanwhile; the relay tries in vain
        with pytest.raises(LogUnavailable):
            await relay.once()
        with pytest.raises(LogUnavailable):
            await everything(subscription, until_empty=5)

        await asyncio.to_thread(broker.start)
        async with asyncio.timeout(PATIENCE):
            while store.marked or len({*names(heard)}) < len(commits):
                try:
                    await relay.once()
                    heard += await subscription.batch(50, wait=0.5)
                    await subscription.commit()
                except LogUnavailable:
                    await asyncio.sleep(0.5)
        for stream in STREAMS[:4]:
            first = list(dict.fromkeys(commit.seq for commit in heard if commit.stream == stream))
            assert first == [1, 2, 3, 4, 5, 6]
    finally:
        await subscription.close()
        await topic.close()
        await store.close()
        await asyncio.to_thread(broker.wipe)
