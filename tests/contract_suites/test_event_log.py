"""What every event log promises (`shared.log.EventLog`)."""

import asyncio

from shared.commits import Commit
from shared.log import Subscription
from tests.contract_suites.adapters import LogPlace, Topics
from tests.contract_suites.commits import chain, following


async def drained(subscription: Subscription, limit: int = 4) -> list[Commit]:
    heard: list[Commit] = []
    while commits := await subscription.batch(limit, wait=0.05):
        heard += commits
    return heard


async def test_a_group_hears_each_stream_in_order_and_only_its_topic(topics: Topics) -> None:
    for commit in (*chain(5, "tally-a"), *chain(5, "tally-b")):
        await topics.stores["one"].append(commit)
    await topics.stores["two"].append(following(None, "tally-other"))
    subscription = await topics.log.subscribe("one", "views")
    heard = await drained(subscription)
    for stream in ("tally-a", "tally-b"):
        assert [commit.seq for commit in heard if commit.stream == stream] == [1, 2, 3, 4, 5]
    assert len(heard) == 10
    await subscription.close()


async def test_a_batch_is_not_larger_than_asked(topics: Topics) -> None:
    for commit in chain(7):
        await topics.stores["one"].append(commit)
    subscription = await topics.log.subscribe("one", "views")
    assert 1 <= len(await subscription.batch(3, wait=1)) <= 3
    await subscription.close()


async def test_the_place_is_remembered_after_a_commit_and_not_before(topics: Topics) -> None:
    for commit in chain(6):
        await topics.stores["one"].append(commit)
    first = await topics.log.subscribe("one", "views")
    heard = await first.batch(3, wait=1)
    await first.commit()
    unremembered = await first.batch(2, wait=1)
    await first.close()
    second = await topics.log.subscribe("one", "views")
    assert [c.hash for c in (await drained(second))[: len(unremembered)]] == [c.hash for c in unremembered]
    await second.close()
    assert heard[-1].seq + 1 == unremembered[0].seq


async def test_the_place_survives_a_restart(log_place: LogPlace) -> None:
    topics = await log_place.open()
    commits = chain(4)
    for commit in commits[:3]:
        await topics.stores["one"].append(commit)
    subscription = await topics.log.subscribe("one", "views")
    await drained(subscription)
    await subscription.commit()
    await subscription.close()
    await log_place.close()
    topics = await log_place.open()
    await topics.stores["one"].append(commits[3])
    again = await topics.log.subscribe("one", "views")
    assert [c.seq for c in await drained(again)] == [4]
    await again.close()
    await log_place.close()


async def test_two_groups_follow_independently(topics: Topics) -> None:
    for commit in chain(4):
        await topics.stores["one"].append(commit)
    one, other = await topics.log.subscribe("one", "views"), await topics.log.subscribe("one", "policies")
    assert len(await drained(one)) == 4
    await one.commit()
    assert await one.lag() == 0
    assert await other.lag() == 4
    assert len(await drained(other)) == 4
    await one.close()
    await other.close()


async def test_the_lag_counts_what_is_not_yet_delivered(topics: Topics) -> None:
    subscription = await topics.log.subscribe("one", "views")
    assert await subscription.lag() == 0
    for commit in chain(5):
        await topics.stores["one"].append(commit)
    assert await subscription.lag() == 5
    taken = await subscription.batch(2, wait=1)
    assert await subscription.lag() == 5 - len(taken)
    await subscription.close()


async def test_nothing_new_is_an_empty_batch_after_the_wait(topics: Topics) -> None:
    subscription = await topics.log.subscribe("one", "views")
    await topics.stores["one"].append(following(None))
    assert len(await subscription.batch(10, wait=1)) == 1
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert list(await subscription.batch(10, wait=0.1)) == []
    assert loop.time() - began >= 0.08
    await subscription.commit()
    await subscription.close()


async def test_whoever_waits_is_woken_by_an_append(topics: Topics) -> None:
    subscription = await topics.log.subscribe("one", "views")
    waiting = asyncio.ensure_future(subscription.batch(10, wait=20))
    await asyncio.sleep(0.01)
    await topics.stores["one"].append(following(None))
    assert [c.seq for c in await asyncio.wait_for(waiting, 60)] == [1]
    await subscription.close()


async def test_an_abandoned_wait_loses_nothing(topics: Topics) -> None:
    subscription = await topics.log.subscribe("one", "views")
    waiting = asyncio.ensure_future(subscription.batch(10, wait=20))
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await topics.stores["one"].append(following(None))
    assert [c.seq for c in await subscription.batch(10, wait=5)] == [1]
    await subscription.close()


async def test_without_a_group_all_of_a_topic_is_read_each_time(topics: Topics) -> None:
    for commit in (*chain(5, "tally-a"), *chain(3, "tally-b")):
        await topics.stores["one"].append(commit)
    grouped = await topics.log.subscribe("one", "views")
    await drained(grouped)
    await grouped.commit()
    for _ in range(2):
        alone = await topics.log.subscribe("one")
        assert await alone.lag() == 8
        heard = []
        while commits := await alone.batch(3, wait=0):
            heard += commits
        assert sorted((c.stream, c.seq) for c in heard) == [
            *(("tally-a", n) for n in range(1, 6)),
            *(("tally-b", n) for n in range(1, 4)),
        ]
        await alone.commit()
        await alone.close()
    await grouped.close()


async def test_a_stream_is_read_from_its_owner(topics: Topics) -> None:
    for commit in (*chain(4), *chain(2, "tally-b")):
        await topics.stores["one"].append(commit)
    assert [c.seq for c in await topics.log.read_stream("one", "tally-a", after=2)] == [3, 4]
    assert await topics.log.read_stream("two", "tally-a") == []
