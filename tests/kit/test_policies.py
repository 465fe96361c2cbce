"""Policies: each event has its effect exactly once, in its stream's order, whatever breaks meanwhile."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from shared.commits import Commit
from shared.documents import DocumentsUnavailable
from shared.eventstore import StoreUnavailable
from shared.heard import Heard
from shared.log.embedded import EmbeddedSubscription
from tests.kit.echoing import Added
from tests.kit.world import World, world


def refusing(stream: str, seq: int = 1) -> object:
    def fault(heard: Heard[Added]) -> None:
        if (heard.stream, heard.seq) == (stream, seq):
            raise ValueError("this one is beyond me")

    return fault


async def test_what_is_heard_has_its_effect_once_with_its_cause_named(here: World) -> None:
    await here.add("a", 3)
    await here.settle()
    (commit,) = await here.history("echoes")
    assert [(e.type, dict(e.data)) for e in commit.events] == [
        ("Repeated", {"amount": 3, "source": "tallies/tally-a@1.1"})
    ]
    assert commit.causation_id == "tallies/tally-a@1.1"
    assert commit.actor == "system:repeat"
    (cause,) = await here.history("tallies")
    assert commit.correlation_id == cause.correlation_id


async def test_after_a_crash_between_effect_and_place_the_effect_is_still_there_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: EmbeddedSubscription) -> None:
        """The process dies before it can write down where it was."""

    with monkeypatch.context() as crashing:
        crashing.setattr(EmbeddedSubscription, "commit", never)
        for amount in (1, 2, 3):
            async with world(tmp_path) as here:
                await here.add("a", amount)
                await here.settle()
    async with world(tmp_path) as here:
        await here.settle()
        assert await here.repeated("a") == [1, 2, 3]
        assert len(await here.history("echoes")) == 3


async def test_a_batch_heard_twice_and_side_by_side_has_its_effects_once(here: World) -> None:
    for n in range(12):
        await here.add(f"t{n % 3}", n + 1)
    await here.settle()
    commits: list[Commit] = await here.history("tallies")
    (policy,) = [one for one in here.echoes._others["tallies"] if one.name == "repeat"]
    await asyncio.gather(policy.take(commits), policy.take(commits[3:]), policy.take(commits[::-1]))
    assert Counter(c.stream for c in await here.history("echoes")) == {"echo-t0": 4, "echo-t1": 4, "echo-t2": 4}
    assert await here.repeated("t0") == [1, 4, 7, 10]


async def test_what_a_policy_cannot_deal_with_is_parked_and_everything_else_flows_on(here: World) -> None:
    here.faults.repeating = refusing("tally-bad", seq=2)  # type: ignore[assignment]
    for amount in (1, 2, 3):
        await here.add("bad", amount)
        await here.add("good", amount)
    await here.settle()
    assert await here.repeated("good") == [1, 2, 3]
    assert await here.repeated("bad") == [1]
    (parked,) = here.echoes.parking.all()
    assert (parked.follower, parked.stream, parked.from_seq) == ("repeat", "tally-bad", 2)
    assert "beyond me" in parked.error
    # What comes later, in a batch of its own, waits behind what was set aside.
    await here.add("bad", 4)
    await here.settle()
    assert await here.repeated("bad") == [1]
    # Only this follower set it aside: the view has heard everything.
    async with here.client() as http:
        assert (await http.get("/echoes/sums/bad")).json()["total"] == 10


async def test_the_isu_sees_what_is_parked_and_has_it_tried_again(here: World) -> None:
    here.faults.repeating = refusing("tally-bad")  # type: ignore[assignment]
    for amount in (1, 2, 3):
        await here.add("bad", amount)
    await here.settle()
    retry = "/echoes/parked/repeat/tally-bad/retry"
    async with here.client("coordinator") as other:
        assert (await other.get("/echoes/parked")).status_code == 403
        assert (await other.post(retry)).status_code == 403
    async with here.client() as isu:
        (waiting,) = (await isu.get("/echoes/parked")).json()
        assert waiting["from_seq"] == 1
        again = await isu.post(retry)
        assert again.status_code == 200
        (still,) = (await isu.get("/echoes/parked")).json()
        assert still["from_seq"] == 1
        here.faults.repeating = lambda _: None
        assert (await isu.post(retry)).status_code == 200
        assert (await isu.get("/echoes/parked")).json() == []
        assert (await isu.post(retry)).status_code == 404
    assert await here.repeated("bad") == [1, 2, 3]
    await here.add("bad", 4)
    await here.settle()
    assert await here.repeated("bad") == [1, 2, 3, 4]


async def test_what_is_parked_stays_parked_over_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.faults.repeating = refusing("tally-bad")  # type: ignore[assignment]
        await here.add("bad", 1)
        await here.settle()
    async with world(tmp_path) as here:
        await here.add("bad", 2)
        await here.settle()
        assert await here.repeated("bad") == []
        await here.echoes.retry("repeat", "tally-bad")
        assert await here.repeated("bad") == [1, 2]
    async with world(tmp_path) as here:
        assert here.echoes.parking.all() == []


async def test_a_retry_that_gets_further_is_parked_where_it_fails_anew(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.faults.repeating = refusing("tally-bad", seq=1)  # type: ignore[assignment]
        for amount in (1, 2, 3):
            await here.add("bad", amount)
        await here.settle()
        here.faults.repeating = refusing("tally-bad", seq=3)  # type: ignore[assignment]
        await here.echoes.retry("repeat", "tally-bad")
        assert await here.repeated("bad") == [1, 2]
    async with world(tmp_path) as here:
        assert [parked.from_seq for parked in here.echoes.parking.all()] == [3]


async def test_a_retry_that_breaks_off_leaves_the_stream_parked(here: World) -> None:
    here.faults.repeating = refusing("tally-bad")  # type: ignore[assignment]
    await here.add("bad", 1)
    await here.settle()

    def gone(_: Heard[Added]) -> None:
        raise StoreUnavailable("the disk is full")

    here.faults.repeating = gone
    with pytest.raises(StoreUnavailable):
        await here.echoes.retry("repeat", "tally-bad")
    assert here.echoes.parking.is_parked("repeat", "tally-bad")
    here.faults.repeating = lambda _: None
    await here.echoes.retry("repeat", "tally-bad")
    assert await here.repeated("bad") == [1]


async def test_newer_commits_wait_until_the_retried_ones_are_through(here: World) -> None:
    """Else a policy would hear a stream out of its order."""
    here.faults.repeating = refusing("tally-bad")  # type: ignore[assignment]
    for amount in range(1, 6):
        await here.add("bad", amount)
    await here.settle()
    here.faults.repeating = lambda _: None

    async def more() -> None:
        for amount in range(6, 26):
            await here.add("bad", amount)

    await asyncio.gather(here.echoes.retry("repeat", "tally-bad"), more())
    await here.settle()
    assert await here.repeated("bad") == list(range(1, 26))


@pytest.mark.parametrize("passing", [StoreUnavailable("full"), DocumentsUnavailable("full"), OSError("full")])
async def test_a_fault_that_passes_by_itself_parks_nothing(here: World, passing: Exception) -> None:
    left = 3

    def now_and_then(heard: Heard[Added]) -> None:
        nonlocal left
        if heard.stream == "tally-a" and left:
            left -= 1
            raise passing

    here.faults.repeating = now_and_then
    here.faults.planning = now_and_then
    await here.add("a", 1)
    await here.add("b", 2)
    await here.settle()
    assert here.echoes.parking.all() == []
    assert (await here.repeated("a"), await here.repeated("b")) == ([1], [2])
    assert here.echoes.failing() == []


async def test_nothing_of_a_batch_still_runs_when_it_is_tried_again(here: World) -> None:
    running = most = 0

    def fault(heard: Heard[Added]) -> None:
        nonlocal running, most
        if heard.stream == "tally-a" and most == 0:
            most = 1
            raise StoreUnavailable("once")

    here.faults.repeating = fault
    await asyncio.gather(*(here.add(name, n) for n in (1, 2, 3) for name in "abcdef"))
    await here.settle()
    for name in "abcdef":
        assert sorted(await here.repeated(name)) == [1, 2, 3]
    assert len(await here.history("echoes")) == 18
