"""Two followers of one topic in one process, under any schedule of crashes (P4, as it is in one process).

Duplicates are allowed. What a group hears for the first time comes in each stream's order, and
nothing is left out. (P4 proper, of a relay to a broker, stands in `test_relaying.py`; what Kafka does to a
group when it is dealt anew, in `tests/distributed/test_kafka.py`.)
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shared.commits import Commit
from shared.log import Subscription
from tests.contract_suites.adapters import LOGS, LogPlace
from tests.contract_suites.commits import following

GROUP = "views"
followers = st.integers(0, 1)
streams = st.sampled_from(["tally-a", "tally-b", "tally-c"])


class Following(RuleBasedStateMachine):
    """What the group has heard is kept beside what was appended."""

    adapter: Callable[[Path], LogPlace]

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.place = type(self).adapter(Path(self.folder.name))
        self.appended: dict[str, list[Commit]] = {}
        self.heard: dict[str, list[int]] = {}
        self.loop.run_until_complete(self.begin())

    async def begin(self) -> None:
        self.topics = await self.place.open()
        self.subscriptions = [await self.follow() for _ in range(2)]

    async def follow(self) -> Subscription:
        return await self.topics.log.subscribe("one", GROUP)

    @rule(stream=streams, times=st.integers(1, 6))
    def append(self, stream: str, times: int) -> None:
        for _ in range(times):
            known = self.appended.setdefault(stream, [])
            known.append(following(known[-1] if known else None, stream))
            self.loop.run_until_complete(self.topics.stores["one"].append(known[-1]))

    @rule(who=followers, limit=st.integers(1, 5))
    def hear(self, who: int, limit: int) -> None:
        self.hear_now(who, limit)

    @rule(who=followers, limit=st.integers(1, 3))
    def hear_remember_and_die(self, who: int, limit: int) -> None:
        self.hear_now(who, limit)
        self.remember(who)
        self.die_and_come_back(who)

    def hear_now(self, who: int, limit: int) -> int:
        commits = self.loop.run_until_complete(self.subscriptions[who].batch(limit, wait=0))
        for commit in commits:
            self.heard.setdefault(commit.stream, []).append(commit.seq)
        return len(commits)

    @rule(who=followers)
    def remember(self, who: int) -> None:
        self.loop.run_until_complete(self.subscriptions[who].commit())

    @rule(who=followers)
    def die_and_come_back(self, who: int) -> None:
        self.loop.run_until_complete(self.subscriptions[who].close())
        self.subscriptions[who] = self.loop.run_until_complete(self.follow())

    @rule()
    def restart(self) -> None:
        async def again() -> None:
            for subscription in self.subscriptions:
                await subscription.close()
            await self.place.close()
            await self.begin()

        self.loop.run_until_complete(again())

    @invariant()
    def first_occurrences_are_in_order(self) -> None:
        for seqs in getattr(self, "heard", {}).values():
            first = list(dict.fromkeys(seqs))
            assert first == list(range(1, len(first) + 1))

    def teardown(self) -> None:
        if not hasattr(self, "loop"):
            return
        try:
            self.die_and_come_back(0)
            while self.hear_now(0, 50):
                pass
            self.first_occurrences_are_in_order()
            complete = {stream: set(range(1, len(commits) + 1)) for stream, commits in self.appended.items()}
            assert {stream: set(seqs) for stream, seqs in self.heard.items()} == complete
        finally:
            for subscription in self.subscriptions:
                self.loop.run_until_complete(subscription.close())
            self.loop.run_until_complete(self.place.close())
            self.loop.close()
            self.folder.cleanup()


@pytest.mark.parametrize("adapter", ["embedded"])
def test_p4_first_occurrences_are_in_order_and_complete(adapter: str) -> None:
    machine = type("OverAdapter", (Following,), {"adapter": staticmethod(LOGS[adapter])})
    few = settings(max_examples=25, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(machine, settings=few)
