"""What every store that a relay empties promises (`shared.relay.Outbox`): a commit is its own entry in the outbox."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from shared.commits import Commit
from shared.eventstore import SeqTaken
from tests.contract_suites.commits import AT, chain, following
from tests.contract_suites.mongodb import MongoStorePlace, OwnStore

pytestmark = pytest.mark.distributed


@pytest.fixture
async def outbox(tmp_path: Path) -> AsyncIterator[OwnStore]:
    opened = await MongoStorePlace(tmp_path).open()
    yield opened
    await opened.close()


async def test_what_was_appended_waits_by_stream_and_number_until_it_was_relayed(outbox: OwnStore) -> None:
    first, second = chain(3, "tally-b"), chain(2, "tally-a")
    for commit in (*first, *second):
        await outbox.append(commit)
    waiting = await outbox.unrelayed(100)
    assert [c.hash for c in waiting] == [c.hash for c in (*second, *first)]
    assert [c.body() for c in waiting] == [c.body() for c in (*second, *first)]
    assert [c.hash for c in await outbox.unrelayed(3)] == [c.hash for c in (*second, first[0])]
    await outbox.relayed([second[0], first[0], first[1]])
    assert [c.hash for c in await outbox.unrelayed(100)] == [second[1].hash, first[2].hash]
    await outbox.relayed([second[0]])
    await outbox.relayed([])
    await outbox.relayed([second[1], first[2]])
    assert await outbox.unrelayed(100) == []
    assert [c.hash for c in await outbox.read("tally-b")] == [c.hash for c in first]


async def test_a_whole_page_is_relayed_at_once(outbox: OwnStore) -> None:
    commits = [following(None, f"tally-{n}", words="x" * 300) for n in range(250)]
    await asyncio.gather(*(outbox.append(commit) for commit in commits))
    waiting = await outbox.unrelayed(200)
    await outbox.relayed(waiting)
    left = await outbox.unrelayed(200)
    assert len(waiting) == 200
    assert sorted(c.hash for c in (*waiting, *left)) == sorted(c.hash for c in commits)


async def test_a_commit_that_was_refused_does_not_wait(outbox: OwnStore) -> None:
    first = await outbox.append(following(None))
    with pytest.raises(SeqTaken):
        await outbox.append(following(None))
    assert [c.hash for c in await outbox.unrelayed(100)] == [first.hash]


async def test_the_mark_is_there_with_the_commit_and_not_after_it(outbox: OwnStore) -> None:
    """A relay that looks at any moment sees each commit that can be read, or it has been relayed before."""
    seen: set[str] = set()
    done = asyncio.Event()

    async def look() -> None:
        while not done.is_set():
            stored = {c.hash for c in await outbox.scan(0, 1_000)}
            waiting = {c.hash for c in await outbox.unrelayed(1_000)}
            assert stored <= waiting
            seen.update(stored)

    async def write(stream: str) -> None:
        for commit in chain(20, stream):
            await outbox.append(commit)

    looking = asyncio.ensure_future(look())
    await asyncio.gather(*(write(f"tally-{n}") for n in range(4)))
    done.set()
    await looking
    assert seen
    assert len(await outbox.unrelayed(1_000)) == 80


async def test_the_backlog_is_counted_and_knows_its_oldest(outbox: OwnStore) -> None:
    empty = await outbox.backlog()
    assert (empty.commits, empty.oldest) == (0, None)
    commits = chain(4)
    for commit in commits:
        await outbox.append(commit)
    waiting = await outbox.backlog()
    assert waiting.commits == 4
    assert waiting.oldest is not None
    # The database keeps moments to the millisecond.
    assert abs(waiting.oldest - AT) < timedelta(milliseconds=1)
    await outbox.relayed(commits)
    assert (await outbox.backlog()).commits == 0


async def test_a_relay_is_woken_by_an_append_and_no_more_when_it_has_gone(outbox: OwnStore) -> None:
    woken: list[Commit | None] = []
    forget = outbox.on_append(woken.append)
    first = await outbox.append(following(None))
    forget()
    forget()
    await outbox.append(following(None, "tally-b"))
    assert woken == [first]


async def test_two_writers_of_two_processes_meet_at_the_numbers(tmp_path: Path) -> None:
    """Each remembers what it saw of a stream: that must never let it write beside what the other wrote."""
    place = MongoStorePlace(tmp_path)
    one, other = await place.open(), await place.open()
    first = await one.append(following(None))
    assert [c.hash for c in await other.read("tally-a")] == [first.hash]
    second = await other.append(following(first))
    with pytest.raises(SeqTaken):
        await one.append(following(first))
    third = await one.append(following(second))
    with pytest.raises(SeqTaken):
        await other.append(following(second))
    for _ in range(20):
        rivals: list[Commit] = [following(third), following(third)]
        outcomes = await asyncio.gather(one.append(rivals[0]), other.append(rivals[1]), return_exceptions=True)
        won = [outcome for outcome in outcomes if isinstance(outcome, Commit)]
        assert len(won) == 1
        assert [type(outcome) for outcome in outcomes if not isinstance(outcome, Commit)] == [SeqTaken]
        third = won[0]
    await one.close()
    await other.close()


async def test_a_name_that_is_no_place_is_refused(outbox: OwnStore) -> None:
    for stream in ("x" * 201, "nothing\0in it", ""):
        with pytest.raises(ValueError, match="name"):
            await outbox.append(following(None, stream))
    longest = "ü" * 100
    await outbox.append(following(None, longest))
    assert [c.stream for c in await outbox.scan()] == [longest]
