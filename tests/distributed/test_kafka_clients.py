"""Clients of Kafka that are broken off at any moment, or used by several at once, leave no connection open."""

import asyncio
import gc
import warnings
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from shared.commits import Commit
from shared.ids import new_id
from shared.log.kafka import KafkaLog, KafkaPlace, KafkaTopic, ensure_topics
from shared.log.records import record_of
from tests import servers
from tests.contract_suites.commits import chain

pytestmark = pytest.mark.distributed
MOMENTS = [n / 500 for n in range(40)]
"""Seconds after which somebody is told to stop: within them a client has connected, asked, joined and begun."""


async def nobody(topic: str, stream: str, after: int) -> list[Commit]:
    raise AssertionError(f"nobody asks for {topic}/{stream}@{after}")


async def makes_topics(place: KafkaPlace) -> None:
    await ensure_topics(place, ["one", "two"])


async def publishes(place: KafkaPlace) -> None:
    topic = KafkaTopic(place, "one")
    try:
        await topic.send([record_of("one", commit) for commit in chain(3)])
    finally:
        await topic.close()


async def follows(place: KafkaPlace) -> None:
    subscription = await KafkaLog(place, nobody).subscribe("one", "views")
    try:
        while True:
            await subscription.batch(10, wait=0.05)
            await subscription.commit()
    finally:
        await subscription.close()


async def reads_all(place: KafkaPlace) -> None:
    subscription = await KafkaLog(place, nobody).subscribe("one")
    try:
        await subscription.batch(10, wait=0.05)
    finally:
        await subscription.close()


def left_open(work: Coroutine[Any, Any, None]) -> list[str]:
    """What complains, after the loop has ended, that nobody has closed it."""
    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always", ResourceWarning)
        asyncio.run(work)
        gc.collect()
    return sorted({str(one.message) for one in complaints if issubclass(one.category, ResourceWarning)})


@pytest.mark.parametrize("work", [makes_topics, publishes, follows, reads_all])
def test_whoever_is_told_to_stop_at_any_moment_closes_what_was_opened(
    work: Callable[[KafkaPlace], Coroutine[Any, Any, None]],
) -> None:
    place = KafkaPlace(servers.kafka(), prefix=f"test-{new_id()}", partitions=2)

    async def stopped_at_each_moment() -> None:
        for moment in MOMENTS:
            task = asyncio.create_task(work(place))
            await asyncio.wait([task], timeout=moment)
            while not task.done():
                # More impatiently than shared.ending does.
                task.cancel()
                await asyncio.wait([task], timeout=0.002)

    assert left_open(stopped_at_each_moment()) == []


def test_several_who_publish_at_once_share_one_producer() -> None:
    """As followers of several topics do, which set streams aside at the same moment."""
    place = KafkaPlace(servers.kafka(), prefix=f"test-{new_id()}", partitions=2)
    sent: list[int] = []

    async def all_at_once() -> None:
        topic = KafkaTopic(place, "one")
        sent.extend(
            await asyncio.gather(
                *(topic.send([record_of("one", one) for one in chain(2, f"tally-{n}")]) for n in "abcd")
            )
        )
        await topic.close()

    assert left_open(all_at_once()) == []
    assert sent == [2, 2, 2, 2]
