"""The log against a model (P1, P2): any interleaving of appends, conflicts, repeats and restarts."""

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shared.commits import GENESIS, Commit, broken_links
from shared.eventstore import CommandDone, SeqTaken
from shared.eventstore.sqlite import SqliteEventStore
from tests.contract_suites.commits import following

streams = st.sampled_from(["tally-a", "tally-b", "tally-c"])
commands = st.sampled_from([f"c-{n}" for n in range(12)])
sizes = st.integers(1, 4)


class LogMachine(RuleBasedStateMachine):
    """What the store must hold after each step is kept beside it, in two dictionaries."""

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "events.db"
        self.store = SqliteEventStore(self.path)
        self.model: dict[str, list[Commit]] = {}
        self.done: dict[str, Commit] = {}

    def expected(self, commit: Commit) -> type[Exception] | None:
        stream = self.model.get(commit.stream, [])
        if commit.command_id in self.done:
            return CommandDone
        previous = stream[-1].hash if stream else GENESIS
        if commit.seq != len(stream) + 1 or commit.previous != previous:
            return SeqTaken
        return None

    def note(self, commit: Commit) -> None:
        self.model.setdefault(commit.stream, []).append(commit)
        self.done[commit.command_id] = commit

    def offer(self, commit: Commit) -> None:
        expected = self.expected(commit)
        try:
            self.loop.run_until_complete(self.store.append(commit))
        except (CommandDone, SeqTaken) as refused:
            assert type(refused) is expected
            if isinstance(refused, CommandDone):
                assert refused.commit.body() == self.done[commit.command_id].body()
        else:
            assert expected is None
            self.note(commit)

    def tail(self, stream: str) -> Commit | None:
        commits = self.model.get(stream)
        return commits[-1] if commits else None

    @rule(stream=streams, command=commands, size=sizes)
    def append(self, stream: str, command: str, size: int) -> None:
        self.offer(following(self.tail(stream), stream, range(size), command))

    @rule(stream=streams, command=commands, behind=st.integers(0, 5), size=sizes)
    def append_from_an_older_state(self, stream: str, command: str, behind: int, size: int) -> None:
        commits = self.model.get(stream, [])
        known = commits[: max(0, len(commits) - behind)]
        self.offer(following(known[-1] if known else None, stream, range(size), command))

    @rule(stream=streams, command=commands, seq=st.integers(1, 9), first=st.integers(1, 20))
    def append_at_any_number(self, stream: str, command: str, seq: int, first: int) -> None:
        tail = self.tail(stream)
        self.offer(replace(following(tail, stream, [1], command), seq=seq, first=first).sealed())

    @rule(data=st.data())
    def repeat_what_was_done(self, data: st.DataObject) -> None:
        if self.done:
            self.offer(data.draw(st.sampled_from(sorted(self.done.values(), key=lambda c: (c.stream, c.seq)))))

    @rule(stream=streams, rivals=st.lists(commands, min_size=2, max_size=5))
    def rivals_at_once(self, stream: str, rivals: list[str]) -> None:
        offered = [following(self.tail(stream), stream, [1], command) for command in rivals]

        async def together() -> list[Commit | BaseException]:
            return await asyncio.gather(*(self.store.append(c) for c in offered), return_exceptions=True)

        outcomes = self.loop.run_until_complete(together())
        won = [outcome for outcome in outcomes if isinstance(outcome, Commit)]
        fresh = [command for command in rivals if command not in self.done]
        assert len(won) == (1 if fresh else 0)
        for commit in won:
            self.note(commit)

    @rule()
    def restart(self) -> None:
        self.loop.run_until_complete(self.store.close())
        self.store = SqliteEventStore(self.path)

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        if not hasattr(self, "store"):
            return
        scanned = list(self.loop.run_until_complete(self.store.scan(0, 10_000)))
        assert len(scanned) == sum(map(len, self.model.values()))
        assert [c.position for c in scanned] == sorted({c.position for c in scanned})
        for stream, commits in self.model.items():
            read = self.loop.run_until_complete(self.store.read(stream))
            assert [c.body() for c in read] == [c.body() for c in commits]
            assert [c.hash for c in scanned if c.stream == stream] == [c.hash for c in commits]
            seqs = [fault for fault in broken_links(read) if "first event" not in fault]
            assert seqs == []
        for command, commit in self.done.items():
            found = self.loop.run_until_complete(self.store.find_command(command))
            assert found is not None
            assert found.hash == commit.hash

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.loop.run_until_complete(self.store.close())
            self.loop.close()
            self.folder.cleanup()


LogMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
test_the_log_is_what_the_model_says = LogMachine.TestCase
