"""A running service on every adapter: rebuilt views, tokens, and effects that are there once (P6, P7, P8)."""

import asyncio

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from shared.ids import derived_id
from tests.properties.running import EVERYWHERE, PATIENCE, running

names = st.sampled_from("ab")
amounts = st.integers(1, 9)
MORE_THAN_A_PAGE = 520
BREAKS = ("heard again", "restart", "broken off")
EACH_BREAK = [("add", "a", 3), *((break_, name, 2) for break_ in BREAKS for name in "ab"), ("add", "b", 1)]
"""Told on every adapter, whatever else is made up."""


def few(adapters: tuple[str, str]) -> settings:
    """On a broker each example makes topics and joins groups anew, two seconds long: a few, others each time.

    What fails on a server is told as it was found: to look for a shorter example would take minutes.
    """
    told = (Phase.explicit, Phase.reuse, Phase.generate)
    phases = tuple(Phase) if adapters == ("embedded", "sqlite") else told
    return settings(max_examples=4 if "kafka" in adapters else 15, deadline=None, phases=phases)


@pytest.mark.parametrize("adapters", EVERYWHERE)
async def test_p6_a_view_made_anew_is_the_live_one_also_beyond_a_page(adapters: tuple[str, str]) -> None:
    async with running(adapters) as here:
        await asyncio.gather(*(here.add(f"t{n}", 1 + n % 9) for n in range(MORE_THAN_A_PAGE)))
        for n in range(5):
            await here.add(f"t{n}", 7)
        await here.settle()
        live = await here.sums[0].all()
        assert len(live) == MORE_THAN_A_PAGE
        await here.restart(versions=(2, 1))
        anew, fresh = here.sums
        assert await anew.all() == live
        assert await fresh.all() == live
        token = (await here.add("t0", 3)).token
        assert await anew.get("t0", after=token) == await fresh.get("t0", after=token)


@pytest.mark.parametrize("adapters", EVERYWHERE)
def test_p7_whoever_shows_a_token_never_sees_less(adapters: tuple[str, str]) -> None:
    @few(adapters)
    @given(steps=st.lists(st.tuples(names, amounts, st.booleans()), min_size=1, max_size=12))
    def holds(steps: list[tuple[str, int, bool]]) -> None:
        asyncio.run(told_with_tokens(adapters, steps))

    holds()


async def told_with_tokens(adapters: tuple[str, str], steps: list[tuple[str, int, bool]]) -> None:
    async with running(adapters) as here:
        totals: dict[str, int] = {}
        tokens: dict[str, str] = {}
        for name, amount, settled in steps:
            if settled:
                await here.settle()
            tokens[name] = (await here.add(name, amount)).token
            totals[name] = totals.get(name, 0) + amount
            assert (await here.sums[0].get(name, after=tokens[name])).total == totals[name]
        shown = await here.sums[0].all(after=",".join(tokens.values()))
        assert {doc.name: doc.total for doc in shown} == totals


@pytest.mark.parametrize("adapters", EVERYWHERE)
def test_p8_effects_are_there_once_whatever_breaks(adapters: tuple[str, str]) -> None:
    """A reaction is heard again, the process ends between two batches, or in one that could not be dealt with."""

    @few(adapters)
    @given(steps=st.lists(st.tuples(st.sampled_from(("add", "add", *BREAKS)), names, amounts), min_size=1, max_size=8))
    @example(steps=EACH_BREAK)
    def holds(steps: list[tuple[str, str, int]]) -> None:
        asyncio.run(broken_in_between(adapters, steps))

    holds()


async def broken_in_between(adapters: tuple[str, str], steps: list[tuple[str, str, int]]) -> None:
    async with running(adapters) as here:
        told: dict[str, list[int]] = {"a": [], "b": []}
        for what, name, amount in steps:
            if what == "broken off":
                here.broken = True
            if what in ("add", "broken off"):
                await here.add(name, amount)
                told[name].append(amount)
            if what == "heard again":
                await here.hear_everything_again()
            if what == "broken off":
                async with asyncio.timeout(PATIENCE):
                    while not here.kit.failing():
                        await asyncio.sleep(0.001)
                here.broken = False
            if what in ("restart", "broken off"):
                await here.restart()
        await here.settle()
        for name, amounts_told in told.items():
            assert (await here.echoes.load(name)).state.amounts == tuple(amounts_told)
        assert len(await here.topics.stores["two"].scan(0, 1_000)) == sum(map(len, told.values()))
        assert here.kit.parking.all() == []


@given(st.lists(st.text("a1-", max_size=3), max_size=4), st.lists(st.text("a1-", max_size=3), max_size=4))
def test_p8_other_causes_have_other_names(one: list[str], other: list[str]) -> None:
    """Else an effect would be taken for one that is there already."""
    if one and other:
        assert (derived_id(*one) == derived_id(*other)) == (one == other)
    assert derived_id("repeat", "tally-a", 1, 11) != derived_id("repeat", "tally-a", 11, 1)
    assert derived_id("repeat", "tally-a1", 1) != derived_id("repeat", "tally-a", 11)
