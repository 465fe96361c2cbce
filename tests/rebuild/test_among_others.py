"""While a view is made anew others write, read and follow it: nobody misses anything or is shown less (P6, P7)."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from shared.rebuilding import BeingRebuilt
from shared.rebuilding.generations import FOLLOWS_WITHIN
from tests.rebuild.making import FIRST, SECOND, VIEW, dying_at, making, told

pytestmark = pytest.mark.usefixtures("small_steps")


async def test_commits_that_come_while_it_is_filled_compared_and_switched_are_in_it(tmp_path: Path) -> None:
    """Everything is slow, and somebody writes all the time."""
    async with making(tmp_path) as here:
        right = await told(here, several=60)

        over, passed, n = False, 0, 0

        async def slowly(_: str) -> None:
            nonlocal passed
            await asyncio.sleep(0.004)
            passed += 1
            # However long an append takes: some come early in it, some in its middle, some late.
            while n < min(passed // 4, 9):
                await asyncio.sleep(0.004)

        async def write() -> int:
            nonlocal n
            while not over:
                await here.add(f"t{n % 9}", 1)
                right[f"t{n % 9}"] = right.get(f"t{n % 9}", 0) + 1
                n += 1
                await asyncio.sleep(0.01)
            return n

        writing = asyncio.create_task(write())
        here.documents.before_find = here.documents.before_write = slowly
        done = await here.remade()
        over = True
        assert await writing >= 9
        await here.settle()
        assert done.stage == "live"
        assert await here.totals() == right == await here.stored(SECOND)


async def test_what_comes_while_the_two_are_compared_is_in_both(tmp_path: Path) -> None:
    async with making(tmp_path) as here:
        right = await told(here)
        compared = asyncio.Event()

        async def add_first(collection: str) -> None:
            if collection == "aliases":
                return  # asking for the stage, below, reads these
            if (await here.kit.rebuilds.told(VIEW)).stage == "comparing" and not compared.is_set():
                compared.set()
                await here.add("t6", 50)
                await here.settle()

        here.documents.before_find = add_first
        assert (await here.remade()).stage == "live"
        assert compared.is_set()
        assert await here.totals() == right | {"t6": right["t6"] + 50}


async def test_what_comes_before_everybody_knows_of_it_is_in_it(tmp_path: Path) -> None:
    """Between the end of its filling and the announcement that it is to be followed."""
    async with making(tmp_path) as here:
        right = await told(here)
        announced = 0

        async def add_first(collection: str) -> None:
            nonlocal announced
            one = here.kit._views[VIEW]
            if collection == "aliases" and one.beside is None and (await here.stored(SECOND)):
                announced += 1
                await here.add("t6", 50)
                await here.settle()

        here.documents.before_write = add_first
        assert (await here.remade()).stage == "live"
        assert announced > 0
        assert await here.totals() == right | {"t6": right["t6"] + 50 * announced}


async def test_no_reader_is_ever_shown_less_than_before(tmp_path: Path) -> None:
    """Over the switch, while writing the new documents takes long (P7)."""
    async with making(tmp_path) as here:
        await told(here)
        switched = asyncio.Event()

        async def slowly(collection: str) -> None:
            if collection == SECOND:
                await asyncio.sleep(0.03)

        async def add() -> None:
            while not switched.is_set():
                await here.add("t0", 1)
                await asyncio.sleep(0.005)

        async def read() -> int:
            shown = reads = 0
            while not switched.is_set() or reads < 100:
                now = (await here.view.get("t0")).total
                assert now >= shown
                shown, reads = now, reads + 1
                await asyncio.sleep(0.001)
            return reads

        here.documents.before_write = slowly
        tasks = [asyncio.create_task(add()), asyncio.create_task(read())]
        assert (await here.remade()).stage == "live"
        await asyncio.sleep(0.1)
        switched.set()
        await asyncio.gather(*tasks)


async def test_what_is_shown_when_it_is_switched_is_shown_afterwards(tmp_path: Path) -> None:
    """A commit is on its way into the documents just then, and writing the new ones is held up (P7)."""
    async with making(tmp_path) as here:
        before = await told(here)
        shown: list[int] = []
        goes_on = asyncio.Event()

        async def hold(collection: str) -> None:
            if collection == SECOND and shown:
                await goes_on.wait()
            if collection == "aliases" and (await here.kit.rebuilds.told(VIEW)).stage == "comparing":
                shown.append(0)
                await here.add("t6", 50)
                await asyncio.sleep(0.1)
                shown.append((await here.view.get("t6")).total)

        here.documents.before_write = hold
        assert (await here.remade()).stage == "live"
        assert (await here.view.get("t6")).total >= shown[1] >= before["t6"]
        goes_on.set()
        await here.settle()
        assert await here.totals() == before | {"t6": before["t6"] + 50}


async def test_what_another_process_follows_alone_is_in_the_new_documents_once_they_are_announced(
    tmp_path: Path,
) -> None:
    async with making(tmp_path, exclusive=False) as one, making(tmp_path, exclusive=False) as other:
        right = await told(one)
        await other.settle()
        with dying_at("followed"):
            await one.kit.rebuilds.start(VIEW)
            await one.kit.rebuilds.wait(VIEW)
        await one.kit.stop_following()
        await other.add("t0", 5)
        await other.settle()
        assert await one.stored(SECOND) == right | {"t0": right["t0"] + 5}


async def test_what_comes_before_others_know_of_the_announcement_is_in_the_new_documents(tmp_path: Path) -> None:
    """They know for half a second which documents there are, so whoever announces new ones waits for that."""
    async with making(tmp_path, exclusive=False) as one, making(tmp_path, exclusive=False) as other:
        right = await told(one)
        await other.settle()
        theirs = other.kit._views[VIEW]

        async def just_looked(collection: str) -> None:
            if collection == "aliases":
                await theirs.look()

        one.documents.before_write = just_looked
        async with one.kit._consumers["tallies"].paused():
            with dying_at("followed"):
                await one.kit.rebuilds.start(VIEW)
                async with asyncio.timeout(60):
                    while not (await one.kit.rebuilds._aliases.read(FIRST)).alias.beside.following:  # type: ignore[union-attr]
                        await asyncio.sleep(0.001)
                await asyncio.sleep(FOLLOWS_WITHIN / 5)
                await other.add("t0", 5)
                await other.settle()
                assert theirs.beside is None
                await one.kit.rebuilds.wait(VIEW)
        assert await one.stored(SECOND) == right | {"t0": right["t0"] + 5}


async def test_another_process_notices_the_switch_and_misses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.rebuilding.generations.LOOKS_EVERY", 0.05)
    async with making(tmp_path, exclusive=False) as one, making(tmp_path, exclusive=False) as other:
        await told(one)
        over = False
        right = await one.totals()

        async def write() -> None:
            n = 0
            while not over:
                token = (await one.add("t0", 1)).token
                right["t0"] += 1
                for process in (one, other):
                    assert (await process.view.get("t0", after=token)).total >= right["t0"]
                n += 1

        writing = asyncio.create_task(write())
        await asyncio.sleep(0.02)
        done = await one.remade()
        assert done.stage == "live"
        await asyncio.sleep(0.1)
        over = True
        await writing
        await other.settle()
        assert (await other.kit.rebuilds.told(VIEW)).generation == 2
        assert await other.totals() == await one.totals() == right == await one.stored(SECOND)


async def test_two_processes_do_not_make_one_view_at_a_time(tmp_path: Path) -> None:
    async with making(tmp_path, exclusive=False) as one, making(tmp_path, exclusive=False) as other:
        await told(one)
        with dying_at("filled"):
            await one.kit.rebuilds.start(VIEW)
            await one.kit.rebuilds.wait(VIEW)
        for refused in (other.kit.rebuilds.start(VIEW), other.kit.rebuilds.drop(VIEW)):
            with pytest.raises(BeingRebuilt):
                await refused
        assert (await other.kit.rebuilds.told(VIEW)).stage == "filling"
        other.clock.turn(timedelta(minutes=2))
        # One that has not been heard of for a minute is taken for dead.
        assert (await other.remade()).stage == "live"
