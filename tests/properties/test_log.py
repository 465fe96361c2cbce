"""The log on every adapter: against a model (P1, P2), and the overlap anomaly is refused (P3)."""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from shared.commits import Commit
from shared.eventstore import SeqTaken
from tests.contract_suites.adapters import STORES, StorePlace, each
from tests.contract_suites.commits import following
from tests.kit.test_store_against_a_model import LogMachine

MOST = 5


def machine_over(adapter: Callable[[Path], StorePlace]) -> type[LogMachine]:
    """The kit's machine, on the stores of that adapter."""

    class OverAdapter(LogMachine):
        @initialize()
        def open(self) -> None:
            self.loop = asyncio.new_event_loop()
            self.folder = tempfile.TemporaryDirectory()
            self.place = adapter(Path(self.folder.name))
            self.store = self.loop.run_until_complete(self.place.open())  # type: ignore[assignment]
            self.model: dict[str, list[Commit]] = {}
            self.done: dict[str, Commit] = {}

        @rule()
        def restart(self) -> None:
            self.loop.run_until_complete(self.store.close())
            self.store = self.loop.run_until_complete(self.place.open())  # type: ignore[assignment]

    return OverAdapter


@pytest.mark.parametrize("adapter", each(STORES))
def test_p1_p2_the_log_is_what_the_model_says(adapter: str) -> None:
    few = settings(max_examples=20, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(machine_over(STORES[adapter]), settings=few)


@pytest.mark.parametrize("adapter", each(STORES))
@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(2, MOST), min_size=1, max_size=4), data=st.data())
def test_p3_a_writer_who_knows_a_part_of_a_commit_is_refused(
    adapter: str, sizes: list[int], data: st.DataObject
) -> None:
    """It expects an event number inside a commit that is stored: where events carry the unique number, it gets in."""
    at = data.draw(st.integers(0, len(sizes) - 1))
    known = data.draw(st.integers(1, sizes[at] - 1))

    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = await STORES[adapter](Path(folder)).open()
            stored: list[Commit] = []
            for size in sizes:
                stored.append(following(stored[-1] if stored else None, amounts=range(size)))
                await store.append(stored[-1])
            before = stored[at - 1] if at else None
            # What the stale writer took for the newest commit: the beginning of the one that is there.
            believed = following(before, amounts=range(known), command_id="another")
            stale = following(believed, amounts=[7])
            for seq in {stale.seq, len(sizes) + 1}:
                with pytest.raises(SeqTaken):
                    await store.append(replace(stale, seq=seq).sealed())
            assert [c.hash for c in await store.read("tally-a")] == [c.hash for c in stored]
            await store.close()

    asyncio.run(run())
