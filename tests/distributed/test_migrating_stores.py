"""What a store takes over from another one, it holds as it was; and nothing that does not belong there."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from shared.commits import Commit
from shared.eventstore import Adopting, CommandDone, SeqTaken
from tests.contract_suites.adapters import STORES, each
from tests.contract_suites.commits import chain, following
from tests.contract_suites.mongodb import MongoStorePlace, OwnStore
from tests.distributed.migrating import held


@pytest.fixture(params=each(STORES))
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Adopting]:
    opened = cast(Adopting, await STORES[request.param](tmp_path).open())
    yield opened
    await opened.close()


def as_stored(*commits: Commit) -> list[Any]:
    return sorted((one.stream, one.seq, one.hash, one.body()) for one in commits)


async def test_commits_are_taken_over_to_the_letter_and_found_in_every_way(store: Adopting) -> None:
    one, other = chain(4, "tally-a"), chain(3, "tally-ü", events=3)
    both = [one[0], other[0], one[1], one[2], other[1], other[2], one[3]]
    await store.adopt(both)
    assert await held(store) == as_stored(*both)
    assert [c.hash for c in await store.read("tally-a", 2)] == [c.hash for c in one[2:]]
    found = await store.find_command(other[1].command_id)
    assert found is not None
    assert found.body() == other[1].body()


async def test_a_stream_that_was_taken_over_goes_on(store: Adopting) -> None:
    one = chain(3)
    await store.adopt(one)
    await store.append(following(one[-1]))
    with pytest.raises(SeqTaken):
        await store.append(following(one[-1]))
    assert [c.seq for c in await store.read("tally-a")] == [1, 2, 3, 4]


async def test_what_is_there_already_is_passed_over_and_the_rest_is_taken(store: Adopting) -> None:
    one, other = chain(5), chain(2, "tally-b")
    await store.adopt(one[:2])
    await store.adopt([*one, *other])
    await store.adopt([*one, *other])
    assert await held(store) == as_stored(*one, *other)


async def test_another_commit_at_the_place_is_an_error_and_nothing_behind_it_is_written(store: Adopting) -> None:
    one, other, third = chain(3), chain(3), chain(2, "tally-c")
    await store.adopt(one)
    with pytest.raises(SeqTaken) as taken:
        await store.adopt([*other, *third])
    assert (taken.value.stream, taken.value.seq) == ("tally-a", 1)
    assert await held(store) == as_stored(*one)


async def test_a_commit_without_its_predecessor_is_refused(store: Adopting) -> None:
    one = chain(4)
    await store.adopt(one[:1])
    for gap in (one[2:], [one[1], one[3]], [following(replace(one[0], hash="f" * 64))]):
        with pytest.raises(SeqTaken):
            await store.adopt(gap)
    assert [c.seq for c in await store.read("tally-a")] == [1]


async def test_a_command_that_was_done_elsewhere_is_not_done_twice(store: Adopting) -> None:
    (one,) = chain(1)
    await store.adopt([one])
    twice = following(None, "tally-b", command_id=one.command_id)
    with pytest.raises(CommandDone) as done:
        await store.adopt([twice, following(twice)])
    assert done.value.commit.stream == "tally-a"
    assert await held(store) == as_stored(one)


async def test_what_was_changed_since_it_was_sealed_is_refused(store: Adopting) -> None:
    (one,) = chain(1)
    with pytest.raises(ValueError, match="not sealed"):
        await store.adopt([replace(one, actor="somebody else")])
    assert await held(store) == []


async def test_more_than_goes_into_one_message_is_taken_over_too(store: Adopting) -> None:
    made: list[Commit] = []
    for n in range(30):
        made.append(following(made[-1] if made else None, words="x" * (400_000 if n % 2 else 10)))
    await store.adopt(made)
    assert await held(store) == as_stored(*made)


@pytest.mark.distributed
async def test_each_waits_for_the_relay_once_and_in_its_order(tmp_path: Path) -> None:
    store: OwnStore = await MongoStorePlace(tmp_path).open()
    one, other = chain(3, "tally-a"), chain(2, "tally-b")
    await store.adopt([one[0], other[0], one[1]])
    assert [(c.stream, c.seq) for c in await store.unrelayed(10)] == [("tally-a", 1), ("tally-a", 2), ("tally-b", 1)]
    await store.relayed(one[:2])
    await store.adopt([*one, *other])
    assert [(c.stream, c.seq) for c in await store.unrelayed(10)] == [("tally-a", 3), ("tally-b", 1), ("tally-b", 2)]
    assert (await store.backlog()).commits == 3
    await store.close()
