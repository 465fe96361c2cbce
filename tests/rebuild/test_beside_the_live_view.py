"""A view is made anew beside the live one: followed, compared, switched once, and never shown half (P6, P7)."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from shared.failpoints import REBUILDING
from shared.messages import NotFound
from shared.rebuilding import BeingRebuilt, NothingBeside
from tests.rebuild.making import FIRST, SECOND, VIEW, Died, dying_at, making, told

pytestmark = pytest.mark.usefixtures("small_steps")


async def test_what_is_the_same_is_switched_to_by_itself_and_says_so(tmp_path: Path) -> None:
    async with making(tmp_path) as here:
        before = await told(here)
        done = await here.remade()
        assert (done.stage, done.generation, done.beside, done.kept) == ("live", 2, None, (1,))
        assert done.agreement is not None
        assert (done.agreement.documents, done.agreement.differ, done.by) == (7, 0, "operator")
        assert await here.totals() == before == await here.stored(SECOND)


async def test_afterwards_the_new_documents_are_followed_and_over_a_restart_too(tmp_path: Path) -> None:
    async with making(tmp_path) as here:
        before = await told(here)
        await here.remade()
        for _ in range(2):
            token = (await here.add("t0", 5)).token
            before["t0"] += 5
            assert (await here.view.get("t0", after=token)).total == before["t0"]
            await here.restart()
        await here.settle()
        assert await here.totals() == before == await here.stored(SECOND)
        assert (await here.stored(FIRST))["t0"] == before["t0"] - 10


async def test_who_keeps_what_it_was_told_is_told_everything_once_other_documents_are_read(tmp_path: Path) -> None:
    async with making(tmp_path) as here:
        before = await told(here)
        news = await here.view.news()
        assert (await here.view.news(news.mark)).changed == {}
        await here.remade()
        now = await here.view.news(news.mark)
        assert now.whole
        assert {id_: shown.total for id_, shown in now.changed.items() if shown is not None} == before


async def test_only_the_view_hears_the_history_again(tmp_path: Path) -> None:
    async with making(tmp_path) as here:
        await told(here)
        heard = list(here.reactions)
        assert heard
        await here.remade()
        assert here.reactions == heard


async def test_a_difference_is_told_and_waits_for_somebody_to_accept_it(tmp_path: Path) -> None:
    async with making(tmp_path) as here:
        right = await told(here)
        await here.stop()
        await here.open().alter("t3", total=999)
        await here.stop()
        await here.start()
        found = await here.remade()
        assert found.agreement is not None
        assert (found.stage, found.generation, found.beside, found.agreement.differ) == ("differs", 1, 2, 1)
        assert found.agreement.differences == ("t3 differs in total",)
        assert (await here.totals())["t3"] == 999
        await here.kit.rebuilds.switch(VIEW, by="isu:desk")
        done = await here.kit.rebuilds.wait(VIEW)
        assert (done.stage, done.generation, done.by) == ("live", 2, "isu:desk")
        assert await here.totals() == right


async def test_what_waits_for_somebody_goes_on_being_followed_also_over_a_restart(tmp_path: Path) -> None:
    async with making(tmp_path) as here:
        right = await told(here)
        await here.stop()
        await here.open().alter("t3", total=999)
        await here.restart()
        assert (await here.remade()).stage == "differs"
        for _ in range(2):
            await here.add("t1", 4)
            right["t1"] += 4
            await here.settle()
            assert await here.stored(SECOND) == right
            await here.restart()
        assert (await here.kit.rebuilds.told(VIEW)).stage == "stopped"
        assert (await here.remade(accept=True)).stage == "live"
        assert await here.totals() == right


@pytest.mark.parametrize("known", [{"v": 9}, None])
async def test_documents_that_the_events_do_not_tell_of_are_differences(tmp_path: Path, known: dict[str, int]) -> None:
    from shared.documents import Put

    async with making(tmp_path) as here:
        await told(here)
        body = {"name": "invented", "v": 9, "doc": {"name": "invented", "total": 1, "additions": 1}}
        await here.documents.write([Put(FIRST, "invented" if known is None else "zz", body, 0)])
        found = await here.remade()
        assert found.agreement is not None
        assert (found.stage, found.agreement.differ) == ("differs", 1)
        assert "has seen commit 9, made anew it has seen 0" in found.agreement.differences[0]


async def test_a_live_document_that_is_merely_behind_is_no_difference(tmp_path: Path) -> None:
    from shared.documents import Delete

    async with making(tmp_path) as here:
        right = await told(here)
        (stored,) = (await here.documents.get(FIRST, ["t2"])).values()
        assert await here.documents.write([Delete(FIRST, "t2", stored.revision)]) == [True]
        done = await here.remade()
        assert done.agreement is not None
        assert (done.stage, done.agreement.differ, done.agreement.behind) == ("live", 0, 1)
        assert await here.totals() == right


async def test_a_stream_that_cannot_be_folded_anew_is_a_difference_and_parks_nothing_of_the_live_view(
    tmp_path: Path,
) -> None:
    def refuses(heard: object) -> None:
        if getattr(heard, "stream", "") == "tally-t4":
            raise ValueError("cannot be folded")

    async with making(tmp_path) as here:
        right = await told(here)
        here.folding = refuses
        found = await here.remade()
        here.folding = lambda _: None
        assert found.agreement is not None
        assert found.agreement.differences == ("t4 has seen commit 3, made anew it has seen 0, parked at commit 1",)
        token = (await here.add("t4", 2)).token
        assert (await here.view.get("t4", after=token)).total == right["t4"] + 2
        # What fails is made anew from the beginning, and what was parked for it waits for nobody.
        await here.kit.rebuilds.start(VIEW, afresh=True)
        done = await here.kit.rebuilds.wait(VIEW)
        assert (done.stage, done.generation) == ("live", 3)
        assert here.kit.parking.all() == []


async def test_it_can_be_stopped_and_goes_on_where_it_was(tmp_path: Path) -> None:
    async with making(tmp_path) as here:
        before = await told(here, several=60)
        written, waits = 0, asyncio.Event()

        async def the_third_waits(collection: str) -> None:
            nonlocal written
            written += collection == SECOND
            if written == 3:
                waits.set()
                await asyncio.Event().wait()

        here.documents.before_write = the_third_waits
        await here.kit.rebuilds.start(VIEW)
        async with asyncio.timeout(60):
            await waits.wait()
        assert (await here.kit.rebuilds.told(VIEW)).done == 18
        with pytest.raises(BeingRebuilt):
            await here.kit.rebuilds.start(VIEW)
        await here.kit.rebuilds.cancel(VIEW)
        stopped = await here.kit.rebuilds.told(VIEW)
        assert (stopped.stage, stopped.generation, stopped.beside) == ("stopped", 1, 2)
        assert await here.totals() == before
        await here.restart()
        kept = await here.kit.rebuilds.told(VIEW)
        assert kept.stage == "stopped"
        assert 0 < kept.done < 60
        steps: list[tuple[int, int]] = []
        done = await here.kit.rebuild(VIEW, lambda done, total: steps.append((done, total)))
        assert (done.stage, done.generation) == ("live", 2)
        assert steps[-1] == (60, 60)
        assert await here.totals() == before == await here.stored(SECOND)


async def test_what_another_fold_has_half_filled_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with making(tmp_path) as here:
        before = await told(here)
        with dying_at("filled"):
            await here.kit.rebuilds.start(VIEW)
            await here.kit.rebuilds.wait(VIEW)
        monkeypatch.setattr("shared.rebuilding.meaning_of", lambda _: "another")
        done = await here.remade()
        assert (done.stage, done.generation) == ("live", 3)
        assert (await here.stored(SECOND), await here.totals()) == ({}, before)


@pytest.mark.parametrize("step", REBUILDING)
@pytest.mark.parametrize("passage", [1, 2])
async def test_whoever_dies_at_a_step_leaves_the_old_documents_or_the_new_ones(
    tmp_path: Path, step: str, passage: int
) -> None:
    async with making(tmp_path) as here:
        right = await told(here, several=40)
        with dying_at(step, passage) as died:
            # The first steps belong to the asking itself.
            with contextlib.suppress(Died):
                await here.kit.rebuilds.start(VIEW)
            for n in range(5):
                await here.add(f"t{n}", 3)
                right[f"t{n}"] += 3
            await here.kit.rebuilds.wait(VIEW)
            await here.settle()
        assert died == [step] or passage == 2
        assert await here.totals() == right
        await here.restart()
        await here.add("t0", 1)
        right["t0"] += 1
        await here.settle()
        assert await here.totals() == right
        assert (await here.remade()).stage == "live"
        assert await here.totals() == right


async def test_older_documents_stay_until_they_are_dropped_or_the_view_is_made_anew(tmp_path: Path) -> None:
    async with making(tmp_path) as here:
        right = await told(here)
        await here.remade()
        assert await here.stored(FIRST) == right
        assert await here.kit.rebuilds.drop(VIEW) == (1,)
        assert await here.stored(FIRST) == {}
        assert await here.kit.rebuilds.drop(VIEW) == ()
        await here.remade()
        assert (await here.kit.rebuilds.told(VIEW)).kept == (2,)
        await here.remade()
        assert (await here.kit.rebuilds.told(VIEW)).kept == (3,)
        assert (await here.stored(SECOND), await here.totals()) == ({}, right)


async def test_one_that_dies_while_dropping_is_dropped_by_the_next(tmp_path: Path) -> None:
    async with making(tmp_path) as here:
        right = await told(here)
        await here.remade()
        with dying_at("dropping"), pytest.raises(Died):
            await here.kit.rebuilds.drop(VIEW)
        await here.restart()
        assert await here.totals() == right
        assert await here.kit.rebuilds.drop(VIEW) == (1,)


async def test_what_is_not_there_is_said_to_be_not_there(tmp_path: Path) -> None:
    async with making(tmp_path) as here:
        with pytest.raises(NotFound, match="It has tallies"):
            await here.kit.rebuild("nothing")
        for nothing in (here.kit.rebuilds.switch(VIEW), here.kit.rebuilds.cancel(VIEW)):
            with pytest.raises(NothingBeside):
                await nothing
