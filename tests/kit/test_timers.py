"""Timers: durable, fired once, caught up with after downtime, and none holds up another."""

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from shared.auth.caller import system
from shared.commits import Commit
from shared.eventstore import StoreUnavailable
from shared.eventstore.sqlite import SqliteEventStore
from shared.handling import Contended, Handler
from shared.heard import Heard
from shared.timers import Agenda, Timer
from tests.kit.echoing import Added, Repeat, Ring
from tests.kit.world import A_DAY, World, world

A_DAY_LATER = timedelta(days=1, seconds=1)


async def rung(here: World, identity: str) -> frozenset[str]:
    found: frozenset[str] = (await here.echoes.handlers["echo"].load(identity)).state.rung
    return found


async def test_a_timer_fires_once_and_only_when_it_is_due(here: World) -> None:
    await here.add("a", 1)
    await here.settle()
    assert await here.echoes.timers.sweep() == 0
    assert [(due, id_) for due, id_ in await here.echoes.timers.waiting()] == [
        (A_DAY + timedelta(days=1), "ring-later|a")
    ]
    here.clock.turn(A_DAY_LATER)
    assert await here.echoes.timers.sweep() == 1
    assert await here.echoes.timers.sweep() == 0
    assert await rung(here, "a") == {"ring-1"}
    assert await here.echoes.timers.waiting() == []


async def test_a_timer_survives_a_restart_and_fires_after_downtime(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.add("a", 1)
        await here.settle()
        clock = here.clock
    clock.turn(timedelta(days=400))
    async with world(tmp_path, clock) as here:
        # Starting sweeps at once: nobody has to wait for the next round.
        async with asyncio.timeout(60):
            while not await rung(here, "a"):
                await asyncio.sleep(0.01)
        await here.echoes.timers.sweep()
        rings = [e.type for commit in await here.history("echoes") for e in commit.events if e.type == "Rung"]
        assert rings == ["Rung"]


async def test_a_newer_plan_replaces_the_older_one(here: World) -> None:
    await here.add("a", 1)
    await here.settle()
    here.clock.turn(timedelta(hours=12))
    await here.add("a", 2)
    await here.settle()
    here.clock.turn(timedelta(hours=13))
    assert await here.echoes.timers.sweep() == 0
    here.clock.turn(timedelta(hours=12))
    assert await here.echoes.timers.sweep() == 1
    assert await rung(here, "a") == {"ring-2"}


async def test_a_crash_between_firing_and_noting_it_fires_again_without_effect(here: World) -> None:
    # A command that would have its effect twice if it came twice.
    agenda = Agenda("a", [Timer("k", A_DAY, "a", Repeat(amount=7, source="timer"))])
    await here.echoes.timers.replace("ring-later", agenda)
    (kept,) = await here.echoes.documents.find("timers")
    for _ in range(2):
        assert await here.echoes.timers._fire_due(kept, here.clock.now().isoformat()) == 1
    assert await here.repeated("a") == [7]
    assert len(await here.history("echoes")) == 1


async def test_two_sweeps_at_once_have_one_effect(here: World) -> None:
    for n in range(10):
        await here.add(f"t{n}", 1)
    await here.settle()
    here.clock.turn(A_DAY_LATER)
    await asyncio.gather(*(here.echoes.timers.sweep() for _ in range(3)))
    rings = [e for commit in await here.history("echoes") for e in commit.events if e.type == "Rung"]
    assert len(rings) == 10


async def test_a_timer_that_cannot_be_fired_stays_and_holds_up_no_other(here: World) -> None:
    book = here.echoes.timers
    past = A_DAY - timedelta(days=1)
    await book.replace("ring-later", Agenda("a-unknown", [Timer("k", past, "x", Added2())]))
    await book.replace("ring-later", Agenda("b-fine", [Timer("k", past, "fine", Ring(key="k"))]))
    assert await book.sweep() == 1
    assert await rung(here, "fine") == {"k"}
    assert [owner for _, owner in await book.waiting()] == ["ring-later|a-unknown"]


class Added2(Ring):
    """A command that this version does not know (any more)."""

    key: str = "x"


async def test_a_contended_stream_keeps_its_timer_for_the_next_sweep(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = here.echoes.timers
    await book.replace("ring-later", Agenda("a", [Timer("k", A_DAY, "a", Ring(key="k"))]))

    async def contended(*_: object, **__: object) -> None:
        raise Contended

    with monkeypatch.context() as busy:
        busy.setattr(Handler, "handle", contended)
        assert await book.sweep() == 0
    assert await book.sweep() == 1
    assert await rung(here, "a") == {"k"}


async def test_a_full_disk_keeps_the_timer_for_the_next_sweep(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    book = here.echoes.timers
    await book.replace("ring-later", Agenda("a", [Timer("k", A_DAY, "a", Ring(key="k"))]))

    async def full(*_: object) -> Commit:
        raise StoreUnavailable("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(SqliteEventStore, "append", full)
        assert await book.sweep() == 0
    assert await book.sweep() == 1


async def test_more_timers_than_a_page_all_fire(here: World) -> None:
    book = here.echoes.timers
    await book.replace("unknown-agenda", Agenda("0", [Timer("k", A_DAY, "a", Ring(key="k"))]))
    for n in range(520):
        await book.replace("ring-later", Agenda(f"{n:04}", [Timer("k", A_DAY, "same", Ring(key=f"k{n}"))]))
    assert await book.sweep() == 520


async def test_days_and_moments_of_any_zone_are_due_in_utc(here: World) -> None:
    book = here.echoes.timers
    east = timezone(timedelta(hours=7))
    timers = [
        Timer("day", date(2026, 11, 22), "a", Ring(key="day")),
        Timer("east", datetime(2026, 11, 22, 1, tzinfo=east), "a", Ring(key="east")),  # the 21st, 18:00 UTC
    ]
    await book.replace("ring-later", Agenda("a", timers))
    here.clock.set(datetime(2026, 11, 21, 18, tzinfo=UTC))
    assert await book.sweep() == 1
    here.clock.set(datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC))
    assert await book.sweep() == 0
    here.clock.set(datetime(2026, 11, 22, tzinfo=UTC))
    assert await book.sweep() == 1
    with pytest.raises(ValueError, match="no time zone"):
        await book.replace("ring-later", Agenda("a", [Timer("k", datetime(2026, 1, 1), "a", Ring(key="k"))]))  # noqa: DTZ001


async def test_a_plan_that_fails_is_parked_and_made_good_by_a_retry(here: World) -> None:
    def refuses(heard: Heard[Added]) -> None:
        if heard.stream == "tally-bad":
            raise ValueError("no plan for this")

    here.faults.planning = refuses
    await here.add("bad", 1)
    await here.add("good", 1)
    await here.settle()
    assert [owner for _, owner in await here.echoes.timers.waiting()] == ["ring-later|good"]
    here.faults.planning = lambda _: None
    await here.echoes.retry("ring-later", "tally-bad")
    assert [owner for _, owner in await here.echoes.timers.waiting()] == ["ring-later|bad", "ring-later|good"]


async def test_the_clock_set_back_fires_nothing_twice(here: World) -> None:
    await here.add("a", 1)
    await here.settle()
    here.clock.turn(A_DAY_LATER)
    assert await here.echoes.timers.sweep() == 1
    here.clock.turn(timedelta(days=-2))
    assert await here.echoes.timers.sweep() == 0
    here.clock.turn(timedelta(days=2))
    assert await here.echoes.timers.sweep() == 0
    await here.echoes.handlers["echo"].handle("a", Ring(key="other"), system("test"), "c-other")
    assert await rung(here, "a") == {"ring-1", "other"}
