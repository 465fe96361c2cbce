"""What every event store promises (`shared.eventstore.EventStore`)."""

import asyncio
from dataclasses import replace

import pytest

from shared.commits import LARGEST_COMMIT, MOST_EVENTS, Commit, broken_links
from shared.eventstore import CommandDone, EventStore, SeqTaken, StoreUnavailable
from tests.contract_suites.adapters import StorePlace
from tests.contract_suites.commits import chain, following


async def everything(store: EventStore, page: int = 7) -> list[Commit]:
    found: list[Commit] = []
    while commits := await store.scan(found[-1].position if found else 0, page):
        found += commits
    return found


async def test_what_was_appended_is_read_back_byte_for_byte(store: EventStore) -> None:
    written = chain(3, events=2)
    for commit in written:
        stored = await store.append(commit)
        assert (stored.body(), stored.hash) == (commit.body(), commit.hash)
    read = await store.read("tally-a")
    assert [(c.body(), c.hash) for c in read] == [(c.body(), c.hash) for c in written]
    assert broken_links(read) == []
    assert [c.at for c in read] == [c.at for c in written]


async def test_a_stream_is_read_from_behind_a_number_and_apart_from_others(store: EventStore) -> None:
    for commit in (*chain(3), *chain(2, "tally-b"), *chain(1, "tally-a-b")):
        await store.append(commit)
    assert [c.seq for c in await store.read("tally-a", after=1)] == [2, 3]
    assert [c.seq for c in await store.read("tally-b")] == [1, 2]
    assert await store.read("tally-nothing") == []
    assert await store.read("tally-a", after=99) == []


async def test_a_stale_writer_is_refused(store: EventStore) -> None:
    first, second = chain(2)
    await store.append(first)
    await store.append(second)
    with pytest.raises(SeqTaken):
        await store.append(following(first))
    with pytest.raises(SeqTaken):
        await store.append(following(None))
    assert len(await store.read("tally-a")) == 2


async def test_a_stale_writer_is_refused_also_in_the_middle_of_a_commit(store: EventStore) -> None:
    """A unique index on the first event's number alone would let it in (the overlap anomaly)."""
    three = following(None, amounts=[1, 2, 3])
    await store.append(three)
    inside = replace(following(three), first=2, previous=following(None).hash).sealed()
    with pytest.raises(SeqTaken):
        await store.append(inside)
    assert [c.hash for c in await store.read("tally-a")] == [three.hash]


async def test_a_writer_ahead_of_the_stream_is_refused(store: EventStore) -> None:
    first, second, third = chain(3)
    await store.append(first)
    with pytest.raises(SeqTaken):
        await store.append(third)
    await store.append(second)
    await store.append(third)


async def test_a_wrong_predecessor_is_refused(store: EventStore) -> None:
    await store.append(following(None))
    stranger = following(following(None, amounts=[5]))
    with pytest.raises(SeqTaken):
        await store.append(stranger)
    with pytest.raises(SeqTaken):
        await store.append(replace(following(None, "tally-b"), previous="1" * 64).sealed())


async def test_many_events_land_together_or_not_at_all(store: EventStore) -> None:
    many = following(None, amounts=range(1, MOST_EVENTS + 1))
    await store.append(many)
    with pytest.raises(SeqTaken):
        await store.append(following(None, amounts=range(1, MOST_EVENTS + 1)))
    (found,) = await store.read("tally-a")
    assert [event.data["amount"] for event in found.events] == list(range(1, MOST_EVENTS + 1))
    assert found.last == MOST_EVENTS


async def test_a_command_id_has_one_commit_for_ever(store: EventStore) -> None:
    done = await store.append(following(None, command_id="once"))
    for again in (done, following(done, command_id="once"), following(None, "tally-b", command_id="once")):
        with pytest.raises(CommandDone) as refused:
            await store.append(again)
        assert refused.value.commit.hash == done.hash
    found = await store.find_command("once")
    assert found is not None
    assert found.hash == done.hash
    assert await store.find_command("never") is None
    assert await store.read("tally-b") == []


async def test_the_same_commit_offered_again_is_known_as_done(store: EventStore) -> None:
    """An unknown outcome is simply repeated."""
    commit = following(None)
    await store.append(commit)
    with pytest.raises(CommandDone):
        await store.append(commit)
    assert len(await store.read("tally-a")) == 1


async def test_empty_oversized_unsealed_and_misnumbered_commits_are_refused(store: EventStore) -> None:
    good = following(None)
    bad = {
        "empty": replace(good, events=()).sealed(),
        "too many events": following(None, amounts=[1] * (MOST_EVENTS + 1)),
        "too large": following(None, words="x" * LARGEST_COMMIT),
        "unsealed": replace(good, hash=""),
        "changed after sealing": replace(good, actor="isu:somebody-else"),
        "number zero": replace(good, seq=0).sealed(),
        "number below zero": replace(good, seq=-1).sealed(),
    }
    for what, commit in bad.items():
        with pytest.raises(ValueError, match="commit"):
            await store.append(commit)
        assert await store.read("tally-a") == [], what
    await store.append(good)


async def test_the_largest_commit_is_taken(store: EventStore) -> None:
    spare = LARGEST_COMMIT - len(following(None, command_id="c").body())
    largest = following(None, command_id="c", words="x" * spare)
    assert len(largest.body()) == LARGEST_COMMIT
    await store.append(largest)


async def test_of_concurrent_appends_exactly_one_wins_each_place(store: EventStore) -> None:
    before: Commit | None = None
    for _ in range(10):
        rivals = [following(before) for _ in range(8)]
        outcomes = await asyncio.gather(*(store.append(rival) for rival in rivals), return_exceptions=True)
        won = [outcome for outcome in outcomes if isinstance(outcome, Commit)]
        assert len(won) == 1
        assert all(isinstance(outcome, Commit | SeqTaken) for outcome in outcomes)
        before = won[0]
    assert broken_links(await store.read("tally-a")) == []


async def test_a_conflict_fails_alone_among_those_who_write_at_the_same_moment(store: EventStore) -> None:
    others = [following(None, f"tally-{n}") for n in range(20)]
    rivals = [following(None, "tally-3"), following(None, "tally-7", command_id=others[0].command_id)]
    outcomes = await asyncio.gather(*(store.append(c) for c in [*others, *rivals]), return_exceptions=True)
    assert all(isinstance(outcome, Commit) for outcome in outcomes[:20])
    assert isinstance(outcomes[20], SeqTaken)
    assert isinstance(outcomes[21], CommandDone)


async def test_a_scan_gives_every_commit_once_and_each_stream_in_order_while_writers_go_on(
    store: EventStore,
) -> None:
    """What was there when it began is given for certain; what comes meanwhile may be."""
    chains = [chain(25, f"tally-{n}") for n in range(6)]
    for commits in chains:
        for commit in commits[:5]:
            await store.append(commit)

    async def write(commits: list[Commit]) -> None:
        for commit in commits:
            await store.append(commit)
            await asyncio.sleep(0)

    writing = asyncio.gather(*(write(commits[5:]) for commits in chains))
    heard: list[Commit] = []
    while not writing.done() or await store.scan(heard[-1].position if heard else 0, 1):
        heard += await store.scan(heard[-1].position if heard else 0, 10)
        await asyncio.sleep(0)
    await writing
    assert len({commit.hash for commit in heard}) == len(heard)
    for commits in chains:
        of_stream = [commit.hash for commit in heard if commit.stream == commits[0].stream]
        assert len(of_stream) >= 5
        assert of_stream == [commit.hash for commit in commits[: len(of_stream)]]
    whole = await everything(store)
    assert len(whole) == 150
    for commits in chains:
        of_stream = [commit.hash for commit in whole if commit.stream == commits[0].stream]
        assert of_stream == [commit.hash for commit in commits]


async def test_a_scan_goes_on_behind_any_commit_that_it_gave(store: EventStore) -> None:
    for commit in (*chain(4), *chain(2, "tally-a-b"), *chain(3, "tally-ü")):
        await store.append(commit)
    whole = await everything(store)
    for n, commit in enumerate(whole):
        assert [c.hash for c in await store.scan(commit.position, 100)] == [c.hash for c in whole[n + 1 :]]
    appended = await store.append(following(None, "tally-z"))
    assert appended.position in [commit.position for commit in await everything(store)]


async def test_opened_again_it_has_everything_and_goes_on(store_place: StorePlace) -> None:
    store = await store_place.open()
    first = await store.append(following(None))
    second = await store.append(following(first))
    await store.close()
    again = await store_place.open()
    assert [c.hash for c in await again.read("tally-a")] == [first.hash, second.hash]
    with pytest.raises(CommandDone):
        await again.append(first)
    await again.append(following(second))
    await again.close()


async def test_closing_finishes_what_waits_and_refuses_what_comes_later(store_place: StorePlace) -> None:
    store = await store_place.open()
    waiting = [asyncio.ensure_future(store.append(following(None, f"tally-{n}"))) for n in range(50)]
    await asyncio.sleep(0)
    closing = asyncio.ensure_future(store.close())
    await asyncio.sleep(0)
    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(store.append(following(None, "tally-late")), 60)
    await closing
    await store.close()
    assert all(isinstance(outcome, Commit) for outcome in await asyncio.gather(*waiting))
    again = await store_place.open()
    assert len(await everything(again)) == 50
    await again.close()


async def test_a_probe_writes_and_is_no_commit(store: EventStore) -> None:
    await store.probe()
    await store.probe()
    assert await everything(store) == []


async def test_it_says_what_stands_behind_an_acknowledged_append(store: EventStore) -> None:
    told = await store.durability()
    assert "synchronous FULL" in told or "majority" in told or "its own settings" in told
    assert await everything(store) == []


async def test_an_append_whose_caller_has_gone_is_done_all_the_same_or_not_at_all(store: EventStore) -> None:
    commit = following(None)
    task = asyncio.ensure_future(store.append(commit))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    with pytest.raises(CommandDone):
        await store.append(commit)
