"""A view made anew at any moment, under appends, stops and deaths, is the live one (P6); no reader sees less (P7)."""

import asyncio
import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.failpoints import REBUILDING
from shared.messages import Refused
from shared.shelf import Held, Shelf
from tests.contract_suites.adapters import DOCUMENTS, each, marked
from tests.kit.echoing import Sum
from tests.properties.running import Running
from tests.properties.test_folding import sums
from tests.rebuild.making import Died, dying_at

VIEW = "sums0"
PLACES = st.sampled_from([*REBUILDING, "dropping"])
NAMES = st.sampled_from("abc")
STEPS = st.lists(
    st.tuples(st.just("add"), NAMES, st.integers(1, 9))
    | st.tuples(st.sampled_from(["start", "start", "finish", "cancel", "drop", "restart", "settle"]), NAMES, st.just(0))
    | st.tuples(st.just("die"), PLACES, st.integers(1, 4)),
    min_size=1,
    max_size=10,
)


# A death within this process cannot take its connections to a broker with it, so the log is the embedded one.
@pytest.mark.parametrize("adapters", [marked("embedded", documents) for documents in sorted(DOCUMENTS)])
def test_p6_made_anew_at_any_moment_it_is_the_live_one(adapters: tuple[str, str]) -> None:
    @settings(max_examples=12, deadline=None)
    @given(steps=STEPS)
    def holds(steps: list[tuple[str, str, int]]) -> None:
        asyncio.run(_made_anew(adapters, steps))

    holds()


async def _made_anew(adapters: tuple[str, str], steps: list[tuple[str, str, int]]) -> None:
    totals: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as small:
        small.setattr("shared.rebuilding.filling._SLICE", 1)
        small.setattr("shared.rebuilding.filling._KEPT_EVERY", 3)
        small.setattr("shared.rebuilding._NOTICED_WITHIN", 0.0)
        here = Running(Path(folder), adapters)
        await here.start()
        try:
            for what, name, number in steps:
                await _step(here, totals, what, name, number)
            await here.settle()
            # Whatever was left behind, the next attempt comes to its end, and nothing differs.
            with contextlib.suppress(Refused):
                await here.kit.rebuilds.cancel(VIEW)
            done = await here.kit.rebuild(VIEW)
            assert (done.stage, done.beside) == ("live", None)
            await here.settle()
            assert {doc.name: doc.total for doc in await here.sums[0].all()} == totals
            await here.restart()
            assert {doc.name: doc.total for doc in await here.sums[0].all()} == totals
            assert here.kit.parking.all() == []
        finally:
            await here.stop()


async def _step(here: Running, totals: dict[str, int], what: str, name: str, number: int) -> None:
    match what:
        case "add":
            totals[name] = totals.get(name, 0) + number
            token = (await here.add(name, number)).token
            assert (await here.sums[0].get(name, after=token)).total == totals[name]
        case "die":
            with dying_at(name, number):
                with contextlib.suppress(Refused, Died):
                    await here.kit.rebuild(VIEW)
                with contextlib.suppress(Refused, Died):
                    await here.kit.rebuilds.drop(VIEW)
            await here.restart()
        case "restart":
            await here.restart()
        case "settle":
            await here.settle()
            assert {doc.name: doc.total for doc in await here.sums[0].all()} == totals
        case "start":
            with contextlib.suppress(Refused):
                await here.kit.rebuilds.start(VIEW)
        case "finish":
            await here.kit.rebuilds.wait(VIEW)
        case "cancel":
            with contextlib.suppress(Refused):
                await here.kit.rebuilds.cancel(VIEW)
        case "drop":
            with contextlib.suppress(Refused):
                await here.kit.rebuilds.drop(VIEW)


@pytest.mark.parametrize("adapter", each(DOCUMENTS))
async def test_p6_documents_that_were_never_there_are_not_looked_for_and_others_are(adapter: str) -> None:
    """A shelf that expects nothing must have looked."""
    with tempfile.TemporaryDirectory() as folder:
        documents = await DOCUMENTS[adapter](Path(folder)).open()
        first: Shelf[Sum] = Shelf(sums(1), documents, exclusive=True)
        await first.declare()
        await first.expect_nothing()
        assert await first.get(["a"]) == {}
        await first.put({"a": Held(0, 1, Sum(name="a", total=1, parity="odd", amounts=(1,)))})
        again: Shelf[Sum] = Shelf(sums(1), documents, exclusive=True)
        await again.expect_nothing()
        assert set(await again.get(["a"])) == {"a"}
        await documents.close()
