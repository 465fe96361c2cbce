"""The relay at work: woken by an append, patient with a broker that is away, idle while another holds the lease."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.clock import TurnableClock
from shared.commits import Commit
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore.listening import Wake
from shared.log import LogUnavailable
from shared.log.records import Record, commit_of
from shared.relay import Backlog, Lease, Relay
from tests.contract_suites.commits import AT, chain

CLOCK = TurnableClock(datetime(2026, 11, 21, 10, 0, tzinfo=UTC))


class Marked:
    """An outbox in memory."""

    def __init__(self) -> None:
        self.waiting: list[Commit] = []
        self.wakes: list[Wake] = []
        self.looks = 0

    def store(self, commits: Sequence[Commit]) -> None:
        self.waiting += commits
        for wake in self.wakes:
            for commit in commits:
                wake(commit)

    async def unrelayed(self, limit: int) -> Sequence[Commit]:
        self.looks += 1
        return sorted(self.waiting, key=lambda commit: (commit.stream, commit.seq))[:limit]

    async def relayed(self, commits: Sequence[Commit]) -> None:
        gone = {commit.hash for commit in commits}
        self.waiting = [commit for commit in self.waiting if commit.hash not in gone]

    async def backlog(self) -> Backlog:
        return Backlog(len(self.waiting), min((commit.at for commit in self.waiting), default=None))

    def on_append(self, wake: Wake) -> Callable[[], None]:
        self.wakes.append(wake)
        return lambda: self.wakes.remove(wake)


class Topic:
    """A topic in memory that can be away."""

    def __init__(self) -> None:
        self.records: list[Commit] = []
        self.away = False

    async def send(self, records: Sequence[Record]) -> int:
        if self.away:
            raise LogUnavailable("the broker is away")
        self.records += [commit_of(record.value, record.headers) for record in records]
        return len(records)

    async def close(self) -> None:
        pass


@pytest.fixture
async def documents(tmp_path: Path) -> AsyncIterator[SqliteDocuments]:
    opened = SqliteDocuments(tmp_path / "views.db")
    yield opened
    await opened.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.005)


async def test_what_this_process_stores_is_published_at_once_without_looking_for_it() -> None:
    outbox, topic = Marked(), Topic()
    # So long an interval that only the wake-up can be the cause.
    relay = Relay("one", outbox, topic, CLOCK, every=3600)
    await relay.start()
    await until(lambda: outbox.looks == 1)
    for commit in chain(3):
        outbox.store([commit])
        await until(lambda: topic.records[-1:] == [commit])  # noqa: B023 - asked before the next
    assert outbox.looks == 1
    await relay.stop()
    # Their marks go with the next look, or at the end.
    assert outbox.waiting == []
    assert not relay.running
    assert outbox.wakes == []


async def test_a_store_that_is_away_does_not_keep_the_relay_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.relay._ENDS_WITHIN", 0.05)
    outbox, topic = Marked(), Topic()
    relay = Relay("one", outbox, topic, CLOCK, every=3600)
    await relay.start()
    await until(lambda: outbox.looks == 1)
    outbox.store(chain(1))
    await until(lambda: len(topic.records) == 1)

    async def never(_: Sequence[Commit]) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(outbox, "relayed", never)
    async with asyncio.timeout(60):
        await relay.stop()
    assert not relay.running
    assert len(outbox.waiting) == 1


async def test_marks_go_with_the_next_look() -> None:
    outbox, topic = Marked(), Topic()
    relay = Relay("one", outbox, topic, CLOCK, every=0.1)
    await relay.start()
    outbox.store(chain(3))
    await until(lambda: not outbox.waiting)
    assert [commit.seq for commit in topic.records] == [1, 2, 3]
    await relay.stop()


async def test_what_another_process_stores_is_looked_for_also_while_this_one_is_busy() -> None:
    outbox, topic = Marked(), Topic()
    relay = Relay("one", outbox, topic, CLOCK, every=0.1)
    await relay.start()
    of_another = chain(1, "tally-b")
    outbox.waiting += of_another
    own = iter(chain(20_000))
    async with asyncio.timeout(60):
        while of_another[0] not in topic.records:
            outbox.store([next(own)])
            await asyncio.sleep(0.003)
    await relay.stop()
    assert outbox.waiting == []


async def test_what_was_heard_behind_a_gap_is_looked_up() -> None:
    outbox, topic = Marked(), Topic()
    relay = Relay("one", outbox, topic, CLOCK, every=3600)
    assert await relay.once() == (0, False)
    first, second, third = chain(3)
    outbox.waiting += [first, second]
    outbox.store([third])
    relay.hear(third)
    assert await relay.once() == (3, False)
    assert [commit.seq for commit in topic.records] == [1, 2, 3]
    # Heard of a second time it is not sent a second time.
    relay.hear(third)
    assert await relay.once() == (0, False)
    assert (len(topic.records), outbox.looks) == (3, 2)


async def test_after_trouble_nothing_is_published_that_was_only_heard_of() -> None:
    outbox, topic = Marked(), Topic()
    relay = Relay("one", outbox, topic, CLOCK, every=3600)
    await relay.once()
    first, second = chain(2)
    outbox.store([first])
    relay.hear(first)
    topic.away = True
    with pytest.raises(LogUnavailable):
        await relay.once()
    topic.away = False
    outbox.store([second])
    relay.hear(second)
    assert await relay.once() == (2, False)
    assert ([commit.seq for commit in topic.records], outbox.looks) == ([1, 2], 2)


async def test_a_broker_that_is_away_is_told_of_and_waited_for() -> None:
    outbox, topic = Marked(), Topic()
    relay = Relay("one", outbox, topic, CLOCK, every=0.01)
    topic.away = True
    await relay.start()
    outbox.store(chain(2))
    await until(lambda: relay.failing == "the broker is away")
    waiting, age = await relay.measured()
    assert (waiting, timedelta(seconds=age)) == (2, CLOCK.now() - AT)
    topic.away = False
    await until(lambda: relay.failing == "" and not outbox.waiting)
    assert [commit.seq for commit in topic.records] == [1, 2]
    assert await relay.measured() == (0, 0.0)
    await relay.stop()


async def test_a_stream_met_in_its_middle_is_looked_at_twice_before_it_is_published() -> None:
    outbox, topic = Marked(), Topic()
    outbox.store(chain(5)[3:])
    relay = Relay("one", outbox, topic, CLOCK)
    assert await relay.once() == (0, True)
    assert await relay.once() == (2, False)
    assert [commit.seq for commit in topic.records] == [4, 5]


async def test_of_two_holders_one_has_the_lease_until_it_goes_quiet_or_lets_go(documents: SqliteDocuments) -> None:
    first, second = (Lease(documents, name, patience=0.3) for name in ("first", "second"))
    assert await first.held()
    assert not await second.held()
    for _ in range(6):
        await asyncio.sleep(0.1)
        assert await first.held()
        assert not await second.held()
    await asyncio.sleep(0.4)  # the first stands still
    assert await second.held()
    assert not await first.held()
    await second.release()
    assert await first.held()


async def test_a_second_relay_stands_by_and_takes_over(documents: SqliteDocuments) -> None:
    outbox, topic, other = Marked(), Topic(), Topic()
    first = Relay("one", outbox, topic, CLOCK, Lease(documents, "first", patience=0.3), every=0.01)
    second = Relay("one", outbox, other, CLOCK, Lease(documents, "second", patience=0.3), every=0.01)
    await first.start()
    outbox.store(chain(1, "tally-a"))
    await until(lambda: len(topic.records) == 1)
    await second.start()
    outbox.store(chain(1, "tally-b"))
    await until(lambda: not outbox.waiting)
    assert other.records == []
    await first.stop()
    outbox.store(chain(1, "tally-c"))
    await until(lambda: len(other.records) == 1)
    await second.stop()


async def test_a_relay_that_does_not_reach_the_broker_leaves_the_work_to_one_that_does(
    documents: SqliteDocuments,
) -> None:
    """It stays alive and goes on renewing its lease, so nobody would ever take over from it."""
    outbox, topic, other = Marked(), Topic(), Topic()
    first = Relay("one", outbox, topic, CLOCK, Lease(documents, "first", patience=3600), every=0.01)
    second = Relay("one", outbox, other, CLOCK, Lease(documents, "second", patience=3600), every=0.01)
    await first.start()
    await until(lambda: outbox.wakes != [])
    outbox.store(chain(1, "tally-a"))
    await until(lambda: len(topic.records) == 1)
    topic.away = True
    await second.start()
    outbox.store(chain(1, "tally-b"))
    await until(lambda: len(other.records) == 1)
    assert outbox.waiting == []
    await first.stop()
    await second.stop()
